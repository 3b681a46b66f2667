package machine

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// Profile tells where the time of runs goes.
type Profile struct {
	// Steps are in order of their share, the largest first.
	Steps []StepTime
	// Opaque is the share of operators' own Do, from 0 to 1.
	Opaque float64
	// Run is the time of all steps of a run, on average.
	Run time.Duration
}

// StepTime is the time of one step of a plan.
type StepTime struct {
	Node     string // that it computes
	Operator string // as it calls itself
	Kernel   string // "Do" for the operator's own
	Time     time.Duration
	Share    float64
}

// Profile runs the machine the given number of times and measures its steps.
func (m *Machine) Profile(runs int) (Profile, error) {
	if runs < 1 {
		return Profile{}, fmt.Errorf("machine: %d runs to profile: at least 1 is needed", runs)
	}
	if err := m.enter(); err != nil {
		return Profile{}, err
	}
	times := make([]time.Duration, len(m.planner.steps))
	m.engine.profile(times)
	m.leave()
	var failure error
	for range runs {
		if failure = m.RunAll(); failure != nil {
			break
		}
	}
	if err := m.enter(); err != nil {
		return Profile{}, err
	}
	m.engine.profile(nil)
	m.leave()
	if failure != nil {
		return Profile{}, failure
	}
	var p Profile
	var total time.Duration
	for _, t := range times {
		total += t
	}
	for i, s := range m.planner.steps {
		t := StepTime{Node: nameOf(s.outs[0].source), Operator: s.outs[0].operator.name, Kernel: s.kernel, Time: times[i] / time.Duration(runs), Share: float64(times[i]) / float64(max(1, total))}
		if s.opaque {
			p.Opaque += t.Share
		}
		p.Steps = append(p.Steps, t)
	}
	p.Run = total / time.Duration(runs)
	slices.SortStableFunc(p.Steps, func(a, b StepTime) int { return cmp.Compare(b.Share, a.Share) })
	return p, nil
}

// String is a table, one line for each step.
func (p Profile) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "share\ttime\tkernel\tnode")
	for _, s := range p.Steps {
		fmt.Fprintf(w, "%.1f %%\t%v\t%s\t%s\n", 100*s.Share, s.Time, s.Kernel, s.Node)
	}
	w.Flush()
	fmt.Fprintf(&b, "%v for the steps of a run; %.1f %% of it in operators' own Do\n", p.Run, 100*p.Opaque)
	return b.String()
}
