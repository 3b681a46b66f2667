package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"time"

	"actscope/graph"
	"actscope/internal/stats"
)

// measurement is what came of one case.
type measurement struct {
	key, title string
	tolerance  float64
	series     []*series // the first is what ratios refer to
	// deviation is the largest relative difference between losses of any contender and the first.
	deviation float64
}

// series is what came of one contender.
type series struct {
	peer, note string
	times      []time.Duration
	failure    error // if not nil, times do not count
}

// run lets the contenders take turns: once to warm up, then in timed rounds, each of which begins with another one. A
// contender that fails has no more turns; if it is the first, nobody has. An error is only that of the context.
func (m *measurement) run(ctx context.Context, contenders []contender, rounds int, progress io.Writer) error {
	for _, c := range contenders {
		m.series = append(m.series, &series{peer: c.peer, note: c.note})
	}
	var reference [][]float64
	for round := range rounds + 1 {
		for turn := range contenders {
			i := turn
			if round > 0 { // the warm-up begins with the reference
				i = (turn + round - 1) % len(contenders)
			}
			s := m.series[i]
			if s.failure != nil {
				continue
			}
			o, err := contenders[i].take(ctx)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if i == 0 && round == 0 {
				reference = o.losses
			}
			if err == nil {
				err = m.compare(reference, o.losses)
			}
			if err != nil {
				s.failure = fmt.Errorf("case %s, %s: %w", m.key, s.peer, err)
				if i == 0 {
					return nil
				}
				continue
			}
			if round > 0 {
				s.times = append(s.times, o.duration)
			}
			fmt.Fprintf(progress, "case %s, round %d of %d: %s took %s\n", m.key, round, rounds, s.peer, format(o.duration))
		}
	}
	return nil
}

// A turn lasts at least turnTime, or mostRepeats repetitions: after a pause the processor needs some time to be awake,
// which would count against who is done before that.
const (
	turnTime    = 250 * time.Millisecond
	mostRepeats = 20
)

// take is one turn on the contender's threads, begun without garbage of others: its round, repeated while that is
// short. The time is the mean over the repetitions.
func (c contender) take(ctx context.Context) (outcome, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(c.threads))
	runtime.GC()
	var total time.Duration
	for n := 1; ; n++ {
		o, err := c.round(ctx)
		if err != nil {
			return o, err
		}
		if total += o.duration; total >= turnTime || n == mostRepeats {
			o.duration = total / time.Duration(n)
			return o, nil
		}
	}
}

// compare holds losses against the reference's. Fewer epochs than there are in the reference will do.
func (m *measurement) compare(reference, losses [][]float64) error {
	if len(losses) != len(reference) {
		return fmt.Errorf("losses of %d networks instead of %d", len(losses), len(reference))
	}
	for n, history := range losses {
		if len(history) == 0 || len(history) > len(reference[n]) {
			return fmt.Errorf("network %d: losses of %d epochs instead of %d", n+1, len(history), len(reference[n]))
		}
		for epoch, loss := range history {
			want := reference[n][epoch]
			d := math.Abs(loss-want) / math.Abs(want)
			if loss == want {
				d = 0
			}
			if !(d <= m.tolerance) {
				return fmt.Errorf("losses disagree: network %d, epoch %d: %v instead of %v, %.1e off, allowed %.1e", n+1, epoch+1, loss, want, d, m.tolerance)
			}
			m.deviation = max(m.deviation, d)
		}
	}
	return nil
}

// find gives the series of a peer, nil if there is none that counts, as when the one to compare with has failed.
func (m *measurement) find(peer string) *series {
	for _, s := range m.series {
		if s.peer == peer && s.failure == nil && m.series[0].failure == nil {
			return s
		}
	}
	return nil
}

// ratios are s's times over those of the first contender, round by round.
func (m *measurement) ratios(s *series) spread {
	var ratios []float64
	for i, t := range s.times {
		ratios = append(ratios, float64(t)/float64(m.series[0].times[i]))
	}
	return spreadOf(ratios)
}

func (s *series) median() time.Duration { return medianOf(s.times) }

// spread is the median and the quartiles of a sample.
type spread struct{ median, low, high float64 }

func spreadOf(sample []float64) spread {
	sorted := slices.Sorted(slices.Values(sample))
	return spread{stats.Quantile(sorted, 0.5), stats.Quantile(sorted, 0.25), stats.Quantile(sorted, 0.75)}
}

func medianOf(times []time.Duration) time.Duration {
	var sample []float64
	for _, t := range times {
		sample = append(sample, float64(t))
	}
	return time.Duration(spreadOf(sample).median)
}

// planning is how long it takes to build the graph of one network, derive its gradients and plan it.
type planning struct {
	// first is that of this process's first network of the kind, whose kernels have to be certified; median is that of
	// the others.
	first, median time.Duration
}

// measurePlanning comes before all cases: afterwards their kernels are known.
func measurePlanning() (planning, error) {
	n := graph.MLP(2, []int{8, 8}, graph.Sigmoid, graph.Logits)
	var p planning
	var later []time.Duration
	for i := range 21 {
		start := time.Now()
		program, err := graph.Compile(n, n.NewParameters(), 64, graph.Options{Purpose: graph.Training})
		elapsed := time.Since(start)
		if err != nil {
			return p, err
		}
		if err := program.Close(); err != nil {
			return p, err
		}
		if i == 0 {
			p.first = elapsed
			continue
		}
		later = append(later, elapsed)
	}
	p.median = medianOf(later)
	return p, nil
}
