package present

import (
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// Stages shows on a terminal what a run is at and how far: a bar for each thing that takes long, one after the other. A nil
// one shows nothing. Its methods may be called by several goroutines.
type Stages struct {
	out io.Writer // nil where there is nothing to show it on

	mu  sync.Mutex
	bar *progressbar.ProgressBar // nil between stages
}

// NewStages shows them on standard error, if that is a terminal and nobody asked for quiet.
func NewStages(stderr io.Writer, quiet bool) *Stages {
	f, is := bare(stderr).(*os.File)
	if quiet || !is || !term.IsTerminal(int(f.Fd())) || !commanded(f) {
		return nil
	}
	return &Stages{out: f}
}

// Cells of a bar, and of what is written beside it.
const (
	longestBar, shortestBar = 40, 5
	besideBar               = 55
)

// Begin ends the stage before and begins one of so many steps; of 0 their number is not known.
func (s *Stages) Begin(what string, steps int) {
	if s == nil {
		return
	}
	s.End()
	s.mu.Lock()
	defer s.mu.Unlock()
	options := []progressbar.Option{
		progressbar.OptionSetWriter(s.out), progressbar.OptionSetDescription(what), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100 * time.Millisecond),
		progressbar.OptionSetWidth(min(longestBar, max(shortestBar, terminalWidth(s.out.(*os.File))-besideBar))),
	}
	if steps < 1 {
		steps = -1
	} else {
		options = append(options, progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(true))
	}
	s.bar = progressbar.NewOptions(steps, options...)
	s.bar.RenderBlank()
}

// Step counts a step of the stage.
func (s *Stages) Step() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bar != nil {
		s.bar.Add(1)
	}
}

// Clear takes the bar away for a line, until the next step.
func (s *Stages) Clear() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bar != nil {
		s.bar.Clear()
	}
}

// End ends the stage, if there is one, and takes its bar away.
func (s *Stages) End() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bar != nil {
		s.bar.Finish()
		s.bar = nil
	}
}
