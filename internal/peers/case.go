package main

import (
	"context"
	"fmt"
	"io"

	"actscope/data"
	"actscope/graph"
)

// benchmark is one case of the program: work that some contenders do.
type benchmark struct {
	key string
	// contenders gives the case's title and those who do its work, the one that ratios refer to first.
	contenders func(ctx context.Context, entrants []peer, quick bool) (title string, c []contender, err error)
	// tolerance is by how much losses may differ, relative to the first contender's.
	tolerance float64
}

// lossTolerance bounds the relative difference of an epoch's loss between peers. Orders of summation differ, and 4000
// steps amplify the last bits, but not so far.
const lossTolerance = 1e-6

var cases = []benchmark{
	onTask("a", studyTask),
	onTask("b", deepTask),
	onTask("c", wideTask),
	onTask("d", gridTask),
	{"e", sweepContenders, 0}, // one program with itself: bit for bit
	onTask("f", millionTask),
	onProduct("g", false),
	onProduct("h", true),
}

func (b benchmark) measure(ctx context.Context, entrants []peer, o options, progress io.Writer) (*measurement, error) {
	title, contenders, err := b.contenders(ctx, entrants, o.quick)
	if err != nil {
		return nil, err
	}
	m := &measurement{key: b.key, title: title, tolerance: b.tolerance}
	return m, m.run(ctx, contenders, o.rounds, progress)
}

// onTask is a case in which every peer does the same task, on as many threads.
func onTask(key string, build func(quick bool) (*task, error)) benchmark {
	return benchmark{key, func(ctx context.Context, entrants []peer, quick bool) (string, []contender, error) {
		t, err := build(quick)
		if err != nil {
			return "", nil, err
		}
		t.key = key
		var contenders []contender
		for _, p := range entrants {
			c, err := p.start(ctx, t)
			if err != nil {
				c.round = func(context.Context) (outcome, error) { return outcome{}, err }
			}
			c.peer, c.threads = p.name(), t.threads()
			contenders = append(contenders, c)
			if script, ok := p.(*python); ok && t.serial && err == nil {
				c.peer, c.round = p.name()+atOnce, script.round(request{Piece: t.set.Rows()})
				contenders = append(contenders, c)
			}
		}
		return t.title(), contenders, nil
	}, lossTolerance}
}

// studyTask is the training of the published study.
func studyTask(quick bool) (*task, error) {
	set, err := standardMoons(400)
	if err != nil {
		return nil, err
	}
	train, _, err := data.Split(set, data.SplitConfig{TestFraction: 0.25, Seed: 42})
	if err != nil {
		return nil, err
	}
	t := &task{name: "the study", set: train, batch: 64, rate: 0.05}
	return t.training(smaller(quick, 2, 800), []int{8, 8}, graph.Sigmoid, graph.ReLU)
}

func deepTask(quick bool) (*task, error) {
	set, err := standardMoons(smaller(quick, 600, 4096))
	if err != nil {
		return nil, err
	}
	t := &task{name: "a deep network", set: set, batch: 256, rate: 0.05}
	return t.training(smaller(quick, 1, 10), []int{64, 64, 64}, graph.ReLU)
}

func wideTask(quick bool) (*task, error) {
	set, err := standardMoons(smaller(quick, 256, 1024))
	if err != nil {
		return nil, err
	}
	width := smaller(quick, 96, 1024)
	t := &task{name: "a wide network", set: set, batch: 256, rate: 0.05}
	return t.training(smaller(quick, 1, 2), []int{width, width}, graph.ReLU)
}

// gridTask evaluates the study's networks, untrained, at the points of a square.
func gridTask(quick bool) (*task, error) {
	return inferenceTask(smaller(quick, 20, 200), smaller(quick, 1, 20))
}

// atOnce marks those who evaluate all rows in one pass, as the article does, instead of pieces of a tuned size.
const atOnce = " on all rows at once"

// millionTask does so at a million points, and on one thread.
func millionTask(quick bool) (*task, error) {
	t, err := inferenceTask(smaller(quick, 30, 1000), 1)
	if err == nil {
		t.name, t.serial = t.name+" on one thread", true
	}
	return t, err
}

// inferenceTask evaluates at side × side points. The labels only make a loss of it.
func inferenceTask(side, passes int) (*task, error) {
	axis := data.Interval{Min: -3, Max: 3}
	grid, err := data.GridOver(axis, axis, side, side)
	if err != nil {
		return nil, err
	}
	set := data.Set{X: grid.Points, Columns: 2, Y: make([]float64, side*side)}
	for i := range set.Y {
		if p := set.Row(i); p[0]*p[1] > 0 {
			set.Y[i] = 1
		}
	}
	t := &task{name: fmt.Sprintf("inference of a %d × %d grid", side, side), set: set, passes: passes}
	return t.inference([]int{8, 8}, graph.Sigmoid, graph.ReLU)
}

func standardMoons(samples int) (data.Set, error) {
	set, err := data.Moons(data.MoonsConfig{Samples: samples, Noise: 0.18, Seed: 42})
	if err != nil {
		return data.Set{}, err
	}
	set, _, err = data.Standardise(set)
	return set, err
}

func smaller(quick bool, tiny, full int) int {
	if quick {
		return tiny
	}
	return full
}
