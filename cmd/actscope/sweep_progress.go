package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"

	"actscope/internal/sweep"
)

// How often progress is shown: on a terminal in place, elsewhere line by line.
const (
	terminalEvery = 200 * time.Millisecond
	lineEvery     = 10 * time.Second
)

// sweepProgress shows on standard error how far a run is.
type sweepProgress struct {
	out      io.Writer
	terminal bool
	stopped  chan struct{}
	shown    sync.WaitGroup

	mu                        sync.Mutex
	started                   time.Time
	trials, done, failed, was int // was: done before this run
}

func newSweepProgress(stderr io.Writer, quiet bool) *sweepProgress {
	p := &sweepProgress{out: stderr, stopped: make(chan struct{})}
	if quiet {
		p.out = io.Discard
	}
	f, isFile := p.out.(*os.File)
	p.terminal = isFile && term.IsTerminal(int(f.Fd()))
	return p
}

// Start implements [sweep.Watcher]. With 0 trials their number is not known.
func (p *sweepProgress) Start(trials, done, failed int) {
	p.mu.Lock()
	p.started = time.Now()
	p.trials, p.done, p.failed, p.was = trials, done, failed, done
	p.mu.Unlock()
	if done > 0 && trials > 0 {
		fmt.Fprintf(p.out, "%d of %s done before\n", done, counted(trials, "trial"))
	}
	p.shown.Go(p.show)
}

// Trained implements [sweep.Watcher].
func (p *sweepProgress) Trained(r *sweep.Record) { p.count(r.Status != sweep.OK) }

// count adds a trial that is done.
func (p *sweepProgress) count(failed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	if failed {
		p.failed++
	}
}

// show writes from time to time until stopped.
func (p *sweepProgress) show() {
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
func (p *sweepProgress) line() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	elapsed := time.Since(p.started)
	rate := float64(p.done-p.was) / max(elapsed.Seconds(), 1e-9)
	line := fmt.Sprintf("%d of %d done, %d failed, %.3g a second", p.done, p.trials, p.failed, rate)
	if p.trials == 0 {
		line = fmt.Sprintf("%s done, %d failed, %.3g a second", counted(p.done, "training"), p.failed, rate)
	}
	if rate > 0 && p.done < p.trials {
		line += ", " + roughly(time.Duration(float64(p.trials-p.done)/rate*float64(time.Second))) + " left"
	}
	return line
}

// stop writes the last line. It may be called more than once.
func (p *sweepProgress) stop() {
	select {
	case <-p.stopped:
	default:
		close(p.stopped)
	}
	p.shown.Wait()
}
