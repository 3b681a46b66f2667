package main

import (
	"bufio"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"actscope/graph/machine/kernel"
	"actscope/internal/atomicfile"
	"actscope/internal/npz"
)

// process is a peer in a process of its own, which runs as long as the benchmark and works on command, so that neither
// its start nor what it loads is timed. It greets; then requests and replies are lines of JSON.
type process struct {
	label   string
	about   string
	command *exec.Cmd
	stderr  *strings.Builder
	to      io.WriteCloser
	from    *json.Decoder
}

// request asks the process to get ready for a task, or else for a round of the last one.
type request struct {
	Prepare *preparation `json:"prepare,omitempty"`
	Piece   int          `json:"piece,omitempty"` // how many rows to evaluate at once, if not as many as is best
}

// preparation is a task. The arrays are x, y, order (epochs × rows) and, for network i from 0 and layer l from 1,
// net{i}_W{l} and net{i}_b{l}; of a product of matrices they are a and b.
type preparation struct {
	Case        string   `json:"case"` // for those who make the task themselves
	Arrays      string   `json:"arrays"`
	Product     string   `json:"product"`     // float64 or float32 if the task is the product of a and b, passes times
	Activations []string `json:"activations"` // of the hidden layers, for each network
	Layers      int      `json:"layers"`
	Batch       int      `json:"batch"`
	Rate        float64  `json:"rate"`
	Passes      int      `json:"passes"`
	Threads     int      `json:"threads"`
}

// reply answers a request, or is the greeting.
type reply struct {
	Missing string `json:"missing"` // in the greeting: what cannot be imported
	Version string `json:"version"` // in the greeting
	BLAS    string `json:"blas"`    // in the greeting: the library that multiplies matrices

	Seconds float64     `json:"seconds"`
	Losses  [][]float64 `json:"losses"`
	Error   string      `json:"error"`
}

// begin starts the command and hears its greeting.
func (p *process) begin() (greeting reply, err error) {
	p.stderr = &strings.Builder{}
	p.command.Stderr = p.stderr
	if p.to, err = p.command.StdinPipe(); err != nil {
		return reply{}, err
	}
	out, err := p.command.StdoutPipe()
	if err != nil {
		return reply{}, err
	}
	p.from = json.NewDecoder(bufio.NewReader(out))
	if err := p.command.Start(); err != nil {
		return reply{}, err
	}
	return p.receive()
}

func (p *process) name() string     { return p.label }
func (p *process) software() string { return p.about }

// close lets the process end, which it does when its input does.
func (p *process) close() {
	if p.to != nil {
		p.to.Close()
	}
	if p.command != nil && p.command.Process != nil {
		p.command.Wait() // how an idle process ends is of no interest
	}
}

// prepare readies the process for a task and gives a round of it.
func (p *process) prepare(r preparation) (contender, error) {
	if _, err := p.ask(request{Prepare: &r}); err != nil {
		return contender{}, err
	}
	return contender{round: p.round(request{})}, nil
}

// round is a round of what the process is prepared for.
func (p *process) round(r request) func(context.Context) (outcome, error) {
	return func(context.Context) (outcome, error) {
		answer, err := p.ask(r)
		return outcome{time.Duration(answer.Seconds * float64(time.Second)), answer.Losses}, err
	}
}

func (p *process) ask(r request) (reply, error) {
	if err := json.NewEncoder(p.to).Encode(r); err != nil {
		return reply{}, p.ended(err)
	}
	return p.receive()
}

func (p *process) receive() (reply, error) {
	var r reply
	if err := p.from.Decode(&r); err != nil {
		return r, p.ended(err)
	}
	if r.Error != "" {
		return r, errors.New(r.Error)
	}
	return r, nil
}

// ended adds to an error of communication what the process has to say.
func (p *process) ended(err error) error {
	p.to.Close()
	p.command.Wait() // completes stderr
	return fmt.Errorf("the process ended: %w\n%s", err, p.stderr)
}

// portable is this program itself on its portable kernels.
type portable struct{ process }

// openPortable starts the program in an environment that asks for those kernels.
func openPortable(ctx context.Context, o options) (peer, error) {
	const label = "portable"
	if kernel.Set() == kernel.Portable {
		return nil, &missingError{label, "actscope has no other kernels here"}
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &portable{process{label: label, command: exec.CommandContext(ctx, self, "--serve", fmt.Sprintf("--quick=%t", o.quick))}}
	p.command.Env = append(os.Environ(), kernel.Environment+"="+kernel.Portable)
	greeting, err := p.begin()
	p.about = greeting.Version
	return p, err
}

func (p *portable) start(_ context.Context, t *task) (contender, error) {
	return p.prepare(preparation{Case: t.key})
}

func (p *portable) startProduct(m *matrixProduct) (contender, error) {
	return p.prepare(preparation{Case: m.key})
}

// serve is the program of that process: it obeys as the scripts do.
func serve(ctx context.Context, quick bool, in io.Reader, out io.Writer) error {
	replies := json.NewEncoder(out)
	if err := replies.Encode(reply{Version: aboutActscope()}); err != nil {
		return err
	}
	var current contender
	requests := json.NewDecoder(bufio.NewReader(in))
	for {
		var r request
		if err := requests.Decode(&r); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("what is asked of this process: %w", err)
		}
		var answer reply
		var err error
		if r.Prepare != nil {
			current, err = ownContender(ctx, r.Prepare.Case, quick)
		} else {
			var o outcome
			o, err = current.take(ctx)
			answer = reply{Seconds: o.duration.Seconds(), Losses: o.losses}
		}
		if err != nil {
			answer = reply{Error: err.Error()}
		}
		if err := replies.Encode(answer); err != nil {
			return err
		}
	}
}

// ownContender is actscope in a case.
func ownContender(ctx context.Context, key string, quick bool) (contender, error) {
	for _, c := range cases {
		if c.key == key {
			_, contenders, err := c.contenders(ctx, []peer{actscope{}}, quick)
			if err != nil {
				return contender{}, err
			}
			return contenders[0], nil
		}
	}
	return contender{}, fmt.Errorf("there is no case %q", key)
}

// scripts are peer.py, which speaks with this file, and numpy_peer.py and torch_peer.py, which train.
//
//go:embed *.py
var scripts embed.FS

// python is a peer that is a script.
type python struct {
	process
	blas   string
	folder string // for the scripts and each task's arrays
}

// openPython starts the script of a peer. An interpreter or a library that is not there is a missingError.
func openPython(ctx context.Context, interpreter, label string) (_ *python, err error) {
	path, err := exec.LookPath(interpreter)
	if err != nil {
		return nil, &missingError{label, err.Error()}
	}
	p := &python{process: process{label: label}}
	if p.folder, err = os.MkdirTemp("", "peers-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			p.close()
		}
	}()
	if err := os.CopyFS(p.folder, scripts); err != nil {
		return nil, err
	}
	p.command = exec.CommandContext(ctx, path, "-B", filepath.Join(p.folder, label+"_peer.py"))
	p.command.Env = append(os.Environ(), "OPENBLAS_NUM_THREADS=1", "OMP_NUM_THREADS=1", "MKL_NUM_THREADS=1", "BLIS_NUM_THREADS=1")
	greeting, err := p.begin()
	if err != nil {
		return nil, err
	}
	if greeting.Missing != "" {
		return nil, &missingError{label, path + ": " + greeting.Missing}
	}
	p.about, p.blas = greeting.Version+", products by "+greeting.BLAS, greeting.BLAS
	return p, nil
}

func (p *python) close() {
	p.process.close()
	os.RemoveAll(p.folder)
}

func (p *python) start(_ context.Context, t *task) (contender, error) {
	r := preparation{Layers: len(t.networks[0].initial) / 2, Batch: t.batch, Rate: rate, Passes: t.passes, Threads: t.threads()}
	for _, n := range t.networks {
		r.Activations = append(r.Activations, n.spec.Activation.Name)
	}
	return p.prepareWith(r, t.arrays())
}

// prepareWith hands the task's arrays over in a file.
func (p *python) prepareWith(r preparation, arrays []npz.Array) (contender, error) {
	r.Arrays = filepath.Join(p.folder, "task.npz")
	if err := atomicfile.Write(r.Arrays, func(w io.Writer) error { return npz.Write(w, arrays) }); err != nil {
		return contender{}, err
	}
	return p.prepare(r)
}

func (p *python) startProduct(m *matrixProduct) (contender, error) {
	return p.prepareWith(preparation{Product: m.precision, Passes: m.passes, Threads: 1}, []npz.Array{
		{Name: "a", Shape: []int{m.rows, m.inner}, Values: m.a},
		{Name: "b", Shape: []int{m.inner, m.columns}, Values: m.b},
	})
}

// arrays are the task's numbers under the names that the scripts know.
func (t *task) arrays() []npz.Array {
	rows := t.set.Rows()
	order := npz.Array{Name: "order", Shape: []int{len(t.orders), rows}, Type: npz.Int64}
	for _, epoch := range t.orders {
		for _, row := range epoch {
			order.Values = append(order.Values, float64(row))
		}
	}
	arrays := []npz.Array{
		{Name: "x", Shape: []int{rows, t.set.Columns}, Values: t.set.X},
		{Name: "y", Shape: []int{rows, 1}, Values: t.set.Y},
		order,
	}
	for i, n := range t.networks {
		for _, p := range n.initial {
			arrays = append(arrays, npz.Array{Name: fmt.Sprintf("net%d_%s", i, p.Name), Shape: []int{p.Rows, p.Columns}, Values: p.Values})
		}
	}
	return arrays
}
