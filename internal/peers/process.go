package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
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
