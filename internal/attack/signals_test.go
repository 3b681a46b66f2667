//go:build unix

package attack

import (
	"fmt"
	"syscall"
	"testing"
	"time"
)

// Whenever a signal comes, the program ends within seconds, with files that are all old or all
// new, and the same command goes on. A second signal ends it at once.
func TestSignalsStopAtAnyMoment(t *testing.T) {
	t.Parallel()
	var attempts []attempt
	signals := []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}
	for n, s := range scenesOf(t) {
		for i, after := range s.instants(n) {
			signal, twice := signals[(i+n)%3], most(i+n, i)%4 == 3
			e := execution{args: s.line(), signal: signal, after: after}
			kind := "signals: " + signal.String()
			if twice {
				e.again, kind = 5*time.Millisecond, "signals: two"
			}
			label := fmt.Sprintf("%v after %v: actscope %s", signal, after, s.args)
			attempts = append(attempts, attempt{kind, label, s, func(dir string) error { return s.interrupt(dir, e) }})
		}
	}
	try(t, attempts)
}

// instants are times at which a signal comes: from the first millisecond until the command
// would have ended; or one, which the n-th command has to itself.
func (s *scene) instants(n int) []time.Duration {
	if !*thorough {
		return []time.Duration{s.calm.took * time.Duration(n*37%100) / 100}
	}
	var at []time.Duration
	for _, part := range spread(100, 12) {
		at = append(at, s.calm.took*time.Duration(part)/100)
	}
	for ms := range 12 {
		at = append(at, time.Duration(ms*2)*time.Millisecond)
	}
	return at
}

// waking is for how long a process may work before it hears signals: Go's runtime comes first.
const waking = 50 * time.Millisecond

func (s *scene) interrupt(dir string, e execution) error {
	e.dir = dir
	o, err := e.run()
	if err != nil {
		return err
	}
	_, leftovers := view(dir)
	switch died := o.status == bySignal+int(e.signal); {
	case died && o.worked < waking:
	case e.again > 0:
		if err := o.judge(statusDone, statusStopped, bySignal+int(e.signal)); err != nil {
			return err
		}
		if o.stopping > time.Second {
			return o.fault("ended %v after a second signal", o.stopping)
		}
	default:
		if err := o.judge(statusDone, statusStopped); err != nil {
			return err
		}
		if len(leftovers) > 0 {
			return o.fault("left behind: %v", leftovers)
		}
	}
	if err := s.allOrNothing(dir); err != nil {
		return o.fault("%v", err)
	}
	if err := age(leftovers); err != nil {
		return err
	}
	return s.goesOn(dir)
}
