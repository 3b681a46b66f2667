package cost

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"actscope/graph"
	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/stats"
	"actscope/models"
)

// Batches are the numbers of rows at a time for which latency is measured.
var Batches = []int{1, 1024}

// Latency is the content of latency.json: how long the forward pass takes on this
// machine. It is measured anew each time and therefore not part of a [Result].
type Latency struct {
	Kernels    string `json:"kernels"`
	Processors int    `json:"processors"`
	// Reference is the activation that the others are compared with.
	Reference string `json:"reference"`
	// Rounds is how often the networks took turns.
	Rounds   int            `json:"rounds"`
	Networks []TimedNetwork `json:"networks"`
}

// TimedNetwork is a network with the time that one row takes.
type TimedNetwork struct {
	Activation string `json:"activation"`
	Shape
	// Smallest says that it is the smallest of its activation that reaches the target;
	// the others are of the article's shape.
	Smallest bool        `json:"smallest"`
	Times    []TimeOfRow `json:"times"`
}

// TimeOfRow is the median time for a row with its quartiles, in nanoseconds.
type TimeOfRow struct {
	// Batch is the number of rows that are evaluated at a time.
	Batch  int     `json:"batch"`
	Median float64 `json:"median_ns"`
	Low    float64 `json:"first_quartile_ns"`
	High   float64 `json:"third_quartile_ns"`
	// Ratio is the median, over the rounds, of how many times as long it takes as the
	// reference activation's network of the same kind; 0 where there is none.
	Ratio float64 `json:"ratio,omitempty"`
}

// How latency is measured: in turns of about turnTime for each network and batch.
const (
	latencyRounds = 40
	turnTime      = 2 * time.Millisecond
)

// MeasureLatency times the plans that evaluate the smallest network of each
// activation and one of the article's shape, with their weights as they are drawn.
func MeasureLatency(ctx context.Context, r *Result) (*Latency, error) {
	p, err := experiment.CurrentProvenance()
	if err != nil {
		return nil, err
	}
	l := &Latency{Kernels: p.Kernels, Processors: runtime.GOMAXPROCS(0), Reference: r.reference().Name, Rounds: latencyRounds}
	for _, a := range r.Activations {
		if a.Smallest != nil {
			l.Networks = append(l.Networks, TimedNetwork{Activation: a.Name, Shape: a.Smallest.Shape, Smallest: true})
		}
		if hidden := config.Article().Hidden; a.Smallest == nil || !slices.Equal(a.Smallest.Hidden(), hidden) {
			l.Networks = append(l.Networks, TimedNetwork{Activation: a.Name, Shape: Shape{Depth: len(hidden), Width: hidden[0]}})
		}
	}
	var runners []*runner
	defer func() {
		for _, r := range runners {
			r.program.Close()
		}
	}()
	for _, n := range l.Networks {
		c := r.Config.trial(Trial{Activation: n.Activation, Shape: n.Shape, Rate: r.Config.Rates[0]})
		c.Epochs = 0
		d, net, err := experiment.TrainOne(ctx, c)
		if err != nil {
			return nil, fmt.Errorf("the network whose latency is measured: %w", err)
		}
		for _, batch := range Batches {
			runner, err := newRunner(net, batch, d.Test.X)
			if err != nil {
				return nil, err
			}
			runners = append(runners, runner)
		}
	}
	if err := takeTurns(ctx, runners); err != nil {
		return nil, err
	}
	for i, r := range runners {
		n := &l.Networks[i/len(Batches)]
		t := r.summary()
		base := slices.IndexFunc(l.Networks, func(o TimedNetwork) bool { return o.Activation == l.Reference && o.Smallest == n.Smallest })
		if base >= 0 {
			t.Ratio = r.ratio(runners[base*len(Batches)+i%len(Batches)])
		}
		n.Times = append(n.Times, t)
	}
	return l, nil
}

// runner evaluates one network on one batch of rows.
type runner struct {
	program *graph.Program
	repeat  int       // evaluations in a turn
	times   []float64 // of a row in each round, in ns
}

// newRunner takes the rows of a batch from x, over and over.
func newRunner(net *models.Network, batch int, x []float64) (*runner, error) {
	program, err := net.Program(batch, graph.Options{Purpose: graph.Evaluation})
	if err != nil {
		return nil, err
	}
	for i := range program.X {
		program.X[i] = x[i%len(x)]
	}
	r := &runner{program: program, repeat: 1}
	for { // until a turn is long enough for the clock
		took, err := r.turn()
		if err != nil {
			return nil, errors.Join(err, program.Close())
		}
		if took >= turnTime/2 {
			return r, nil
		}
		r.repeat *= 2
	}
}

// turn evaluates the network for a while.
func (r *runner) turn() (time.Duration, error) {
	start := time.Now()
	for range r.repeat {
		if err := r.program.Run(); err != nil {
			return 0, err
		}
	}
	return time.Since(start), nil
}

// takeTurns has each runner begin a round in its turn, so that other load on the machine
// falls on all of them alike.
func takeTurns(ctx context.Context, runners []*runner) error {
	runtime.GC()
	for round := range latencyRounds {
		if err := ctx.Err(); err != nil {
			return err
		}
		for i := range runners {
			r := runners[(i+round)%len(runners)]
			took, err := r.turn()
			if err != nil {
				return err
			}
			r.times = append(r.times, float64(took.Nanoseconds())/float64(r.repeat*r.program.Rows()))
		}
	}
	return nil
}

// ratio is the median of how many times as long a round takes as the base's.
func (r *runner) ratio(base *runner) float64 {
	var ratios []float64
	for i, t := range r.times {
		ratios = append(ratios, t/base.times[i])
	}
	slices.Sort(ratios)
	return stats.Quantile(ratios, 0.5)
}

// summary is what the rounds say.
func (r *runner) summary() TimeOfRow {
	times := slices.Sorted(slices.Values(r.times))
	return TimeOfRow{Batch: r.program.Rows(), Median: stats.Quantile(times, 0.5), Low: stats.Quantile(times, 0.25), High: stats.Quantile(times, 0.75)}
}
