//go:build unix

package attack

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"
	"unicode"
	"unicode/utf8"
)

// Statuses of the program.
const (
	statusDone    = 0
	statusFailed  = 1
	statusUsage   = 2
	statusStopped = 75
	// bySignal is added to the number of the signal that ended a process.
	bySignal = 1000
)

const (
	// patience is how long a command may take before it is asked to stop.
	patience = 10 * time.Second
	// grace is how long it may take to stop: more than is promised, on a machine that does
	// other things, too.
	grace = 5 * time.Second
	// mostMemory and mostSaid bound what a command takes and says.
	mostMemory = 3 << 29
	mostSaid   = 4 << 10
)

// address is one that play makes up.
var address = regexp.MustCompile(`http://127\.0\.0\.1:[0-9]+/[A-Za-z0-9_-]{22}/`)

// execution is how the program is run.
type execution struct {
	dir  string
	args []string
	// fault is what goes wrong, as package atomicfile takes it from the environment.
	fault string
	// signal is sent after a time, and a second one that much later; both unless 0.
	signal       syscall.Signal
	after, again time.Duration
	// patience is after how long it is interrupted.
	patience time.Duration
}

// outcome is what became of it.
type outcome struct {
	status         int
	stdout, stderr string
	took           time.Duration
	// stopping is the time from the last signal to the end; interrupted says that patience
	// had ended.
	stopping    time.Duration
	interrupted bool
	memory      int64
	// worked is the time that processors spent on it.
	worked time.Duration
}

func (e execution) run() (o outcome, err error) {
	cmd := exec.Command(binary, e.args...)
	cmd.Dir = e.dir
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "ACTSCOPE_") && !strings.HasPrefix(v, "SLURM_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, "ACTSCOPE_FAULT="+e.fault)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return o, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	var last time.Time
	send := func(after time.Duration, s os.Signal) (done bool) {
		select {
		case err = <-ended:
			return true
		case <-time.After(after):
			last = time.Now()
			cmd.Process.Signal(s)
			return false
		}
	}
	if e.patience == 0 {
		e.patience = patience
	}
	wait := func() bool {
		if e.signal == 0 {
			done := send(e.patience, os.Interrupt)
			o.interrupted = !done
			return done
		}
		return send(e.after, e.signal) || e.again > 0 && send(e.again, e.signal)
	}
	if !wait() && !send(2*grace, os.Kill) {
		err = <-ended
	}
	o.took = time.Since(begin)
	if !last.IsZero() {
		o.stopping = time.Since(last)
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return o, err
	}
	o.status, o.stdout, o.stderr = cmd.ProcessState.ExitCode(), address.ReplaceAllString(stdout.String(), "ADDRESS"), stderr.String()
	if state := cmd.ProcessState.Sys().(syscall.WaitStatus); state.Signaled() {
		o.status = bySignal + int(state.Signal())
	}
	o.worked = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		o.memory = int64(usage.Maxrss) * maxrssUnit
	}
	return o, nil
}

// judge says what no command may do, whatever it is asked.
func (o outcome) judge(statuses ...int) error {
	if o.interrupted {
		statuses = append(statuses, statusStopped)
	}
	switch {
	case o.stopping > grace:
		return o.fault("ended %v after a signal", o.stopping)
	case !slices.Contains(statuses, o.status):
		return o.fault("instead of one of the statuses %v", statuses)
	case o.memory > mostMemory:
		return o.fault("took %d MiB", o.memory>>20)
	case len(o.stderr) > mostSaid:
		return o.fault("said %d bytes", len(o.stderr))
	case trace.MatchString(o.stderr):
		return o.fault("shows a trace")
	}
	for _, said := range []string{o.stdout, o.stderr} {
		if r := unclean(said); r != "" {
			return o.fault("wrote %q to the terminal", r)
		}
	}
	return nil
}

func (o outcome) fault(format string, args ...any) error {
	return fmt.Errorf("status %d after %v: %s: %.1500s", o.status, o.took.Round(time.Millisecond), fmt.Sprintf(format, args...), strings.TrimSpace(o.stderr))
}

// trace is what only a crash writes.
var trace = regexp.MustCompile(`goroutine \d|runtime error|panic:|fault of the program|fatal error`)

// unclean is the first thing in a text that would do something to a terminal.
func unclean(text string) string {
	for i, r := range text {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(text[i:]); size == 1 {
				return text[i : i+1]
			}
		}
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			return string(r)
		}
	}
	return ""
}
