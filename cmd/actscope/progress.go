package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"actscope/internal/config"
	"actscope/models"
)

// lossEvery is how often the article prints its losses, in epochs.
const lossEvery = 200

// progress shows the course of training on standard error: the losses every 200
// epochs, and a bar where there is a terminal.
type progress struct {
	out   io.Writer // io.Discard when quiet
	names []string
	bar   *progressbar.ProgressBar // nil without a terminal

	mu     sync.Mutex
	losses map[int][]float64 // by epoch, one per network, until all are there
	seen   map[int]int       // how many of them are there
}

func newProgress(stderr io.Writer, c config.Config, quiet bool) *progress {
	p := &progress{out: stderr, names: c.Activations, losses: make(map[int][]float64), seen: make(map[int]int)}
	if quiet {
		p.out = io.Discard
		return p
	}
	if f, ok := stderr.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.bar = progressbar.NewOptions(c.Epochs*len(c.Activations),
			progressbar.OptionSetWriter(stderr), progressbar.OptionSetDescription("training"),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(),
			progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(true))
	}
	return p
}

// Epoch counts an epoch of one network, and prints the losses when the last of
// them has reached it.
func (p *progress) Epoch(network int, e models.Epoch) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		p.bar.Add(1)
	}
	if e.Number%lossEvery != 0 {
		return
	}
	if p.losses[e.Number] == nil {
		p.losses[e.Number] = make([]float64, len(p.names))
	}
	p.losses[e.Number][network] = e.Loss
	if p.seen[e.Number]++; p.seen[e.Number] < len(p.names) {
		return
	}
	var line strings.Builder
	fmt.Fprintf(&line, "epoch %5d  loss", e.Number)
	for i, name := range p.names {
		fmt.Fprintf(&line, "  %s %.4f", name, p.losses[e.Number][i])
	}
	delete(p.losses, e.Number)
	if p.bar != nil {
		p.bar.Clear()
	}
	fmt.Fprintln(p.out, line.String())
}

// finish removes the bar.
func (p *progress) finish() {
	if p.bar != nil {
		p.bar.Finish()
	}
}

// done says where the results are and what they took.
func (p *progress) done(folder string, total time.Duration) {
	fmt.Fprintf(p.out, "%s written in %.2f s\n", folder, total.Seconds())
}
