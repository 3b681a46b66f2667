package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"time"

	"gonum.org/v1/gonum/floats"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/config"
	"actscope/internal/experiment"
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
	onTask("b", func(quick bool) (*task, error) {
		return moonsTask("a deep network", smaller(quick, 600, 4096), smaller(quick, 1, 10), 64, 64, 64)
	}),
	onTask("c", func(quick bool) (*task, error) {
		width := smaller(quick, 96, 1024)
		return moonsTask("a wide network", smaller(quick, 256, 1024), smaller(quick, 1, 2), width, width)
	}),
	onTask("d", func(quick bool) (*task, error) {
		return inferenceTask(smaller(quick, 20, 200), smaller(quick, 1, 20), false)
	}),
	{"e", sweepContenders, 0}, // one program with itself: bit for bit
	onTask("f", func(quick bool) (*task, error) { return inferenceTask(smaller(quick, 30, 1000), 1, true) }),
	onProduct("g", false, 1e-12),
	onProduct("h", true, 1e-4),
	onClasses("i", graph.Double, lossTolerance),
	onClasses("j", graph.Single, 1e-4),
}

func caseKeys() []string {
	var keys []string
	for _, c := range cases {
		keys = append(keys, c.key)
	}
	return keys
}

func smaller(quick bool, tiny, full int) int {
	if quick {
		return tiny
	}
	return full
}

func (b benchmark) measure(ctx context.Context, entrants []peer, o options, progress io.Writer) (*measurement, error) {
	title, contenders, err := b.contenders(ctx, entrants, o.quick)
	if err != nil {
		return nil, err
	}
	m := &measurement{key: b.key, title: title, tolerance: b.tolerance}
	return m, m.run(ctx, contenders, o.rounds, progress)
}

// atOnce marks those who evaluate all rows in one pass, as the article does, instead of pieces of a tuned size.
const atOnce = " on all rows at once"

// onTask is a case in which every peer does the same task, on the same number of threads.
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
			contenders = append(contenders, c.of(p, t.threads(), err))
			if script, ok := p.(*python); ok && t.serial && err == nil {
				whole := contender{round: script.round(request{Piece: t.set.Rows()})}.of(p, t.threads(), nil)
				whole.peer += atOnce
				contenders = append(contenders, whole)
			}
		}
		return t.title(), contenders, nil
	}, lossTolerance}
}

// onClasses is the training of a softmax over ten classes, by the peers that know one.
func onClasses(key string, precision graph.Precision, tolerance float64) benchmark {
	b := onTask(key, func(quick bool) (*task, error) { return classesTask(quick, precision) })
	contenders := b.contenders
	b.contenders = func(ctx context.Context, entrants []peer, quick bool) (string, []contender, error) {
		return contenders(ctx, slices.DeleteFunc(slices.Clone(entrants), func(p peer) bool {
			return p.name() != actscope{}.name() && p.name() != "torch"
		}), quick)
	}
	b.tolerance = tolerance
	return b
}

// onProduct is a case of multiplying matrices, as large as those of case c. Gonum multiplies on one thread, like all.
func onProduct(key string, single bool, tolerance float64) benchmark {
	return benchmark{key, func(ctx context.Context, entrants []peer, quick bool) (string, []contender, error) {
		m := newMatrixProduct(key, single, quick)
		var contenders []contender
		for _, p := range entrants {
			if by, ok := p.(multiplier); ok {
				c, err := by.startProduct(m)
				contenders = append(contenders, c.of(p, 1, err))
			}
		}
		return m.title(), contenders, nil
	}, tolerance}
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
	t := &task{name: "the study", set: train, batch: 64}
	return t, t.draw(smaller(quick, 2, 800), []int{8, 8}, graph.Sigmoid, graph.ReLU)
}

// moonsTask is the training of one ReLU network on all of its samples.
func moonsTask(name string, samples, epochs int, hidden ...int) (*task, error) {
	set, err := standardMoons(samples)
	if err != nil {
		return nil, err
	}
	t := &task{name: name, set: set, batch: 256}
	return t, t.draw(epochs, hidden, graph.ReLU)
}

// classesTask is the training of a network 64-128-128-10 on normal points, whose class is that of
// the largest of ten random projections.
func classesTask(quick bool, precision graph.Precision) (*task, error) {
	const columns, classes = 64, 10
	rows, stream := smaller(quick, 256, 4096), data.NewRandomState(seed)
	draw := func(n int) []float64 {
		values := make([]float64, n)
		for i := range values {
			values[i] = stream.NormFloat64()
		}
		return values
	}
	projections := draw(columns * classes)
	set := data.Set{X: draw(rows * columns), Columns: columns, Targets: data.Targets{Count: classes}}
	for row := range rows {
		largest := make([]float64, classes)
		for class := range largest {
			largest[class] = floats.Dot(set.X[row*columns:(row+1)*columns], projections[class*columns:(class+1)*columns])
		}
		set.Y = append(set.Y, float64(floats.MaxIdx(largest)))
	}
	t := &task{name: "ten classes, " + precision.String(), set: set, batch: 128, precision: precision}
	return t, t.draw(smaller(quick, 1, 10), []int{128, 128}, graph.ReLU)
}

func standardMoons(samples int) (data.Set, error) {
	set, err := data.Moons(data.MoonsConfig{Samples: samples, Noise: 0.18, Seed: 42})
	if err != nil {
		return data.Set{}, err
	}
	set, _, err = data.Standardise(set)
	return set, err
}

// inferenceTask evaluates the study's networks, untrained, at side × side points of a square. The labels are there for
// a loss to compare.
func inferenceTask(side, passes int, serial bool) (*task, error) {
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
	t := &task{name: fmt.Sprintf("inference of a %d × %d grid", side, side), set: set, passes: passes, serial: serial}
	if serial {
		t.name += " on one thread"
	}
	return t, t.draw(0, []int{8, 8}, graph.Sigmoid, graph.ReLU)
}

// sweepContenders train many networks, as a sweep's workers do, on all cores and on one.
func sweepContenders(_ context.Context, _ []peer, quick bool) (string, []contender, error) {
	networks, epochs := smaller(quick, 4, 200), smaller(quick, 2, 100)
	var configs []config.Config
	for i := range networks {
		c := config.Article()
		c.Activations = c.Activations[i%2 : i%2+1] // sigmoid and relu in turn
		c.Epochs, c.Seed = epochs, int64(i)
		configs = append(configs, c)
	}
	var contenders []contender
	for _, cores := range []int{runtime.NumCPU(), 1} {
		contenders = append(contenders, contender{
			peer:    "actscope on " + counted(cores, "core", "cores"),
			threads: cores,
			round:   func(ctx context.Context) (outcome, error) { return sweep(ctx, configs, cores) },
		})
	}
	return fmt.Sprintf("a sweep: %d networks 2-8-8-1, %d epochs each", networks, epochs), contenders, nil
}

// sweep trains the configurations on the given number of workers.
func sweep(ctx context.Context, configs []config.Config, workers int) (o outcome, err error) {
	start := time.Now()
	pool, err := experiment.NewPool(workers)
	if err != nil {
		return o, err
	}
	work := experiment.Work[config.Config, []float64]{Pool: pool, Train: func(ctx context.Context, t *experiment.Trainer, c config.Config) ([]float64, error) {
		specifications, err := c.Specifications()
		if err != nil {
			return nil, err
		}
		training, err := t.Prepare(ctx, specifications[0])
		if err != nil {
			return nil, err
		}
		outcome, err := training.Run(ctx)
		return outcome.Loss, err
	}}
	o.losses, err = work.All(ctx, configs)
	o.duration = time.Since(start)
	return o, err
}
