package present

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"actscope/internal/config"
	"actscope/models"

	"golang.org/x/term"
)

// lossEvery is how often the article prints its losses, in epochs.
const lossEvery = 200

// EpochProgress shows the course of a comparison's training: the losses every 200 epochs,
// and a bar where there is a terminal, another one while networks are measured. It is a [comparison.Watcher].
type EpochProgress struct {
	out    io.Writer // io.Discard when quiet
	names  []string
	stages *Stages

	mu      sync.Mutex
	epochs  int
	losses  map[int][]float64 // by epoch, one per network, until all are there
	seen    map[int]int       // how many of them are there
	trained map[int]bool
	early   int // networks that were measured while others trained
}

// NewEpochProgress writes to standard error, or nothing where quiet.
func NewEpochProgress(stderr io.Writer, c config.Config, quiet bool) *EpochProgress {
	stderr = bare(stderr)
	p := &EpochProgress{
		out: stderr, names: c.Activations, stages: NewStages(stderr, quiet),
		epochs: c.Epochs, losses: make(map[int][]float64), seen: make(map[int]int), trained: make(map[int]bool),
	}
	if quiet {
		p.out = io.Discard
	}
	p.stages.Begin("training", c.Epochs*len(c.Activations))
	return p
}

// Epoch counts an epoch of one network, and prints the losses when the last of
// them has reached it.
func (p *EpochProgress) Epoch(network int, e models.Epoch) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stages.Step()
	if e.Number == p.epochs {
		defer p.ended(network)
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
	p.stages.Clear()
	fmt.Fprintln(p.out, line.String())
}

// Trained says that the training of one network ended, which patience may do before the last epoch.
func (p *EpochProgress) Trained(network int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended(network)
}

// ended begins the next stage when all are trained.
func (p *EpochProgress) ended(network int) {
	if p.trained[network] {
		return
	}
	if p.trained[network] = true; len(p.trained) < len(p.names) {
		return
	}
	p.stages.Begin("measuring", len(p.names))
	for range p.early {
		p.stages.Step()
	}
}

// Measured counts a network that was measured.
func (p *EpochProgress) Measured(int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.trained) < len(p.names) {
		p.early++
		return
	}
	p.stages.Step()
}

// Finish removes the bar.
func (p *EpochProgress) Finish() { p.stages.End() }

// How often progress is shown: on a terminal in place, elsewhere line by line.
const (
	terminalEvery = 200 * time.Millisecond
	lineEvery     = 10 * time.Second
)

// Progress shows how many trainings are done. It is an [experiment.Watcher].
type Progress struct {
	// Announce, if any, is what the trainings are called in a line that says how many
	// there are.
	Announce string

	out      io.Writer
	terminal bool
	stopped  chan struct{}
	shown    sync.WaitGroup

	mu                        sync.Mutex
	started                   time.Time
	trials, done, failed, was int // was: done before this run
}

// NewProgress writes to standard error, or nothing where quiet.
func NewProgress(stderr io.Writer, quiet bool) *Progress {
	p := &Progress{out: bare(stderr), stopped: make(chan struct{})}
	if quiet {
		p.out = io.Discard
	}
	f, isFile := p.out.(*os.File)
	p.terminal = isFile && term.IsTerminal(int(f.Fd())) && commanded(f)
	return p
}

// Start implements [experiment.Watcher]. With 0 trials their number is not known.
func (p *Progress) Start(trials, done, failed int) {
	p.mu.Lock()
	p.started = time.Now()
	p.trials, p.done, p.failed, p.was = trials, done, failed, done
	p.mu.Unlock()
	if p.Announce != "" {
		fmt.Fprintf(p.out, "%s to train\n", Counted(trials, p.Announce))
	}
	if done > 0 && trials > 0 {
		fmt.Fprintf(p.out, "%d of %s done before\n", done, Counted(trials, "trial"))
	}
	p.shown.Go(p.show)
}

// Done implements [experiment.Watcher].
func (p *Progress) Done(failed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	if failed {
		p.failed++
	}
}

// show writes from time to time until stopped.
func (p *Progress) show() {
	every := lineEvery
	if p.terminal {
		every = terminalEvery
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if p.terminal {
				fmt.Fprintf(p.out, "\r\x1b[K%s", p.line())
			} else {
				fmt.Fprintln(p.out, p.line())
			}
		case <-p.stopped:
			if p.terminal {
				fmt.Fprint(p.out, "\r\x1b[K")
			}
			fmt.Fprintln(p.out, p.line())
			return
		}
	}
}

// line is the state in words.
func (p *Progress) line() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	elapsed := time.Since(p.started)
	rate := float64(p.done-p.was) / max(elapsed.Seconds(), 1e-9)
	line := fmt.Sprintf("%d of %d done, %d failed, %.3g a second", p.done, p.trials, p.failed, rate)
	if p.trials == 0 {
		line = fmt.Sprintf("%s done, %d failed, %.3g a second", Counted(p.done, "training"), p.failed, rate)
	}
	if rate > 0 && p.done < p.trials {
		line += ", " + Roughly(time.Duration(float64(p.trials-p.done)/rate*float64(time.Second))) + " left"
	}
	return line
}

// Stop writes the last line. It may be called more than once.
func (p *Progress) Stop() {
	select {
	case <-p.stopped:
	default:
		close(p.stopped)
	}
	p.shown.Wait()
}

// Wrote says where results are and what they took.
func Wrote(stderr io.Writer, folder string, took time.Duration, quiet bool) {
	if !quiet {
		fmt.Fprintf(stderr, "%s written in %s\n", folder, Roughly(took))
	}
}
