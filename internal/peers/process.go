package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"actscope/graph/machine/kernel"
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
	Case    string `json:"case"` // for those who make the task themselves
	Arrays  string `json:"arrays"`
	Product string `json:"product"` // float64 or float32 if the task is the product of a and b, passes times
	// Precision is the arithmetic of the networks, and Classes the number of their outputs where
	// these are a softmax; 0 for one sigmoid unit.
	Precision   string   `json:"precision"`
	Classes     int      `json:"classes"`
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
	i := slices.Index(caseKeys(), key)
	if i < 0 {
		return contender{}, fmt.Errorf("unknown case %q", key)
	}
	_, contenders, err := cases[i].contenders(ctx, []peer{actscope{}}, quick)
	if err != nil {
		return contender{}, err
	}
	return contenders[0], nil
}

// measureResident gives the peak of the resident memory of a process that does nothing but case a with actscope, in
// bytes, 0 where the system does not say.
func measureResident(ctx context.Context, quick bool) (int64, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	out, err := exec.CommandContext(ctx, self, "--resident", fmt.Sprintf("--quick=%t", quick)).Output()
	if err != nil {
		return 0, fmt.Errorf("measuring memory: %w", err)
	}
	return strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
}

// printResident is the program of that process.
func printResident(ctx context.Context, quick bool, w io.Writer) error {
	c, err := ownContender(ctx, "a", quick)
	if err != nil {
		return err
	}
	if _, err := c.round(ctx); err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, peakResident())
	return err
}

// peakResident reads VmHWM, the kernel's high-water mark, because what getrusage says includes the parent's.
func peakResident() int64 {
	kilobytes, _ := strconv.ParseInt(strings.TrimSuffix(procField("/proc/self/status", "VmHWM"), " kB"), 10, 64)
	return kilobytes << 10
}

// procField is the value of the first line "key: value" of a file in /proc, "" where there is none, as outside Linux.
func procField(path, key string) string {
	text, _ := os.ReadFile(path)
	for line := range strings.Lines(string(text)) {
		if k, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == key {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
