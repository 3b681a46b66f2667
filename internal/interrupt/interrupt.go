// Package interrupt has the context of the whole program, which ends on a signal: Ctrl-C, a
// request to terminate, a lost connection. It listens before other packages are initialised,
// Gorgonia's among them, which takes a while: Go initialises packages in the order of their
// paths once what they import is, so that this one must import little.
package interrupt

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// Status is the exit status of a program that a signal stopped: EX_TEMPFAIL, which schedulers
// take as "run again".
const Status = 75

// together is how long signals count as one: timeout and shells send a signal to a process
// and to its group.
const together = 100 * time.Millisecond

var work, stop = context.WithCancel(context.Background())

// Context ends on the first signal. A later one ends the program at once, with [Status].
func Context() context.Context { return work }

func init() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // as under nohup
		signal.Notify(signals, syscall.SIGHUP)
	}
	go listen(signals)
}

// listen waits for signals for as long as the program lives.
func listen(signals <-chan os.Signal) {
	<-signals
	first := time.Now()
	stop()
	for range signals {
		if time.Since(first) >= together {
			break
		}
	}
	go os.Stderr.WriteString("actscope: stopped at once by a second signal: what was not written yet is lost\n")
	time.Sleep(together) // for standard error, which may be what hangs
	os.Exit(Status)
}
