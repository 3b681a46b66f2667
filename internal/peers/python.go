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

	"actscope/internal/atomicfile"
	"actscope/internal/npz"
)

// scripts are peer.py, which speaks with this file, and numpy_peer.py and torch_peer.py, which train.
//
//go:embed *.py
var scripts embed.FS

// python is a peer in a process of its own, which runs as long as the benchmark and works on command, so that neither
// its start nor its imports are timed. Requests and replies are lines of JSON.
type python struct {
	label   string
	about   string
	blas    string
	folder  string // for the scripts and each task's arrays
	command *exec.Cmd
	stderr  *strings.Builder
	to      io.WriteCloser
	from    *json.Decoder
}

// request asks the process to get ready for a task, or else for a round of the last one.
type request struct {
	Prepare *preparation `json:"prepare,omitempty"`
}

// preparation is a task as the scripts understand it. The arrays are x, y, order (epochs × rows) and, for network i from
// 0 and layer l from 1, net{i}_W{l} and net{i}_b{l}.
type preparation struct {
	Arrays      string   `json:"arrays"`
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

// openPython starts the script of a peer. An interpreter or a library that is not there is a missingError.
func openPython(ctx context.Context, interpreter, label string) (_ *python, err error) {
	path, err := exec.LookPath(interpreter)
	if err != nil {
		return nil, &missingError{label, err.Error()}
	}
	p := &python{label: label, stderr: &strings.Builder{}}
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
	p.command.Stderr = p.stderr
	if p.to, err = p.command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.from = json.NewDecoder(bufio.NewReader(out))
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	greeting, err := p.receive()
	if err != nil {
		return nil, err
	}
	if greeting.Missing != "" {
		return nil, &missingError{label, path + ": " + greeting.Missing}
	}
	p.about, p.blas = greeting.Version+", products by "+greeting.BLAS, greeting.BLAS
	return p, nil
}

func (p *python) name() string     { return p.label }
func (p *python) software() string { return p.about }

// close lets the process end, which it does when its input does.
func (p *python) close() {
	if p.to != nil {
		p.to.Close()
	}
	if p.command != nil && p.command.Process != nil {
		p.command.Wait() // how an idle process ends is of no interest
	}
	os.RemoveAll(p.folder)
}

func (p *python) start(_ context.Context, t *task) (contender, error) {
	arrays := filepath.Join(p.folder, "task.npz")
	if err := atomicfile.Write(arrays, func(w io.Writer) error { return npz.Write(w, t.arrays()) }); err != nil {
		return contender{}, err
	}
	r := preparation{Arrays: arrays, Layers: len(t.networks[0].initial) / 2, Batch: t.batch, Rate: t.rate, Passes: t.passes, Threads: t.threads()}
	for _, n := range t.networks {
		r.Activations = append(r.Activations, n.spec.Activation.Name)
	}
	if _, err := p.ask(request{Prepare: &r}); err != nil {
		return contender{}, err
	}
	return contender{round: func(context.Context) (outcome, error) {
		answer, err := p.ask(request{})
		return outcome{time.Duration(answer.Seconds * float64(time.Second)), answer.Losses}, err
	}}, nil
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

func (p *python) ask(r request) (reply, error) {
	if err := json.NewEncoder(p.to).Encode(r); err != nil {
		return reply{}, p.ended(err)
	}
	return p.receive()
}

func (p *python) receive() (reply, error) {
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
func (p *python) ended(err error) error {
	p.to.Close()
	p.command.Wait() // completes stderr
	return fmt.Errorf("the process ended: %w\n%s", err, p.stderr)
}
