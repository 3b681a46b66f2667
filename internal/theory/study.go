package theory

import (
	"context"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"actscope/graph"
	"actscope/internal/input"
	"actscope/internal/npz"
	"actscope/internal/panics"
	"actscope/internal/runfolder"
	"actscope/models/geometry"
)

// Result is what theory says of a configuration, and what networks do. In a run folder
// Summary is run.json and the rest arrays.npz.
type Result struct {
	Summary Summary
	// Measured is empty after 0 repetitions.
	Measured Measured
	Maps     Maps
	Phases   PhaseDiagram
	Far      FarField
}

// mostKinks is up to how many kinks a study takes no longer than a minute.
const mostKinks = 16

// Study computes the theory of a configuration, measures networks of finite width
// beside it, and follows the article's trained networks away from their data. The
// result does not depend on the number of processors.
func Study(ctx context.Context, c Config) (*Result, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	return panics.Await(ctx, func() (*Result, error) { return study(ctx, c) }, "computing the theory of %s", c.Activation)
}

func study(ctx context.Context, c Config) (*Result, error) {
	e, err := c.ensemble()
	if err != nil {
		return nil, err
	}
	c.Activation = e.Activation.Name // a formula in its one spelling
	if n := len(e.Activation.Kinks); n > mostKinks {
		return nil, input.Refuse("activation", "%s has %d kinks from -100 to 100, around each of which expectations are integrated: at most %d are followed", c.Activation, n, mostKinks)
	}
	r := new(Result)
	table := NewVarianceMap(e.Activation)
	variance, correlation := c.first()
	limit := table.Limit(e.WeightVariance, e.BiasVariance, variance)
	if math.IsNaN(limit.Variance.Value) {
		return nil, input.Refuse("activation", "%s is no number (%s), and the variance grows until it is met: write it with functions that stay finite, such as sigmoid(z)", c.Activation, e.Activation.Note)
	}
	// No variance map falls faster than 1/√q, so that its slope at a fixed point is -1/2 or more.
	const steepest = -0.6
	if limit.Fate == Settles && limit.Slope.Value < steepest {
		return nil, input.Refuse("activation", "%s varies too fast for its expectations at variances such as %.3g, to which the layers lead: take smaller variances", c.Activation, limit.Variance.Value)
	}
	var correlationLimit CorrelationLimit
	var layers []Layer
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		defer panics.Catch(&err, "following %s through the layers", c.Activation)
		correlationLimit = e.CorrelationLimit(limit)
		if layers, err = e.Profile(ctx, variance, correlation, c.Depth); err != nil {
			return err
		}
		r.Maps, err = e.Maps(ctx, limit, variance)
		return err
	})
	group.Go(func() (err error) {
		defer panics.Catch(&err, "computing the phase diagram of %s", c.Activation)
		weight, bias := table.Range(ctx, e, c.InputVariance)
		if c.MaxWeightVariance > 0 {
			weight = c.MaxWeightVariance
		}
		if c.MaxBiasVariance > 0 {
			bias = c.MaxBiasVariance
		}
		r.Phases, err = table.PhaseDiagram(ctx, axisTo(weight, e.WeightVariance, false), axisTo(bias, e.BiasVariance, true), c.InputVariance)
		return err
	})
	group.Go(func() (err error) {
		defer panics.Catch(&err, "measuring random networks of %s", c.Activation)
		r.Measured, err = Measure(ctx, c)
		return err
	})
	group.Go(func() (err error) {
		defer panics.Catch(&err, "following the article's networks far away")
		r.Far, err = FarAway(ctx)
		return err
	})
	if err := group.Wait(); err != nil {
		return nil, err
	}
	r.Summary = newSummary(c, limit, correlationLimit, layers)
	r.Summary.setFixedPoints(table.FixedPoints(e.WeightVariance, e.BiasVariance))
	r.Summary.setMeasured(r.Measured)
	r.Summary.FarAway = r.Far.summaries()
	return r, nil
}

// Arrays are the numbers behind the figures, under the names of arrays.npz.
func (r *Result) Arrays() npz.Arrays {
	line := func(name string, values []float64) npz.Array {
		return npz.Array{Name: name, Shape: []int{len(values)}, Values: values}
	}
	rows := func(name string, values [][]float64) npz.Array {
		return npz.Array{Name: name, Shape: []int{len(values), len(values[0])}, Values: slices.Concat(values...)}
	}
	p, m, f := r.Phases, r.Maps, r.Far
	grid := []int{len(p.BiasVariance), len(p.WeightVariance)}
	arrays := npz.Arrays{
		line("map_q", m.Variance), line("map_next_q", m.NextVariance), line("map_c", m.Correlation), line("map_next_c", m.NextCorrelation),
		line("phase_weight_variance", p.WeightVariance), line("phase_bias_variance", p.BiasVariance),
		{Name: "phase_chi_1", Shape: grid, Values: p.Chi}, {Name: "phase_q_star", Shape: grid, Values: p.Variance},
		line("ray_distance", f.Distance), line("ray_angle", f.Angle),
	}
	for _, n := range f.Networks {
		arrays = append(arrays, rows(n.Name+"_ray_logit", n.Logit))
	}
	if measured := r.Measured; len(measured.Variance) > 0 {
		arrays = append(arrays, rows("measured_q", measured.Variance), rows("measured_std", measured.Deviation),
			rows("measured_length_ratio", measured.LengthRatio), rows("measured_correlation", measured.Correlation))
	}
	return arrays
}

// Load reads the result in a run folder back, without computing any of it anew. What
// keeps it from being read is an [input.Error].
func Load(path string) (*Result, error) {
	r := &Result{Summary: unread()}
	if err := runfolder.ReadResult(path, &r.Summary, false, r.Summary.check); err != nil {
		return nil, err
	}
	r.Summary.restoreInfinities()
	arrays, file, err := runfolder.ReadArrays(path)
	if err != nil {
		return nil, err
	}
	if err := r.setArrays(arrays); err != nil {
		return nil, input.InFile(file, err)
	}
	return r, nil
}

// setArrays takes what [Result.Arrays] gives.
func (r *Result) setArrays(arrays npz.Arrays) error {
	s := r.Summary
	a := arrayReader{arrays: arrays}
	first, _ := s.Config.first()
	m := &r.Maps
	m.Variance, m.Correlation = a.axis("map_q"), a.axis("map_c")
	m.NextVariance, m.NextCorrelation = a.values("map_next_q", len(m.Variance)), a.values("map_next_c", len(m.Correlation))
	m.At = correlationMapVariance(float64(s.QStar), first)
	p := &r.Phases
	p.WeightVariance, p.BiasVariance = a.axis("phase_weight_variance"), a.axis("phase_bias_variance")
	p.Chi = a.values("phase_chi_1", len(p.BiasVariance), len(p.WeightVariance))
	p.Variance = a.values("phase_q_star", len(p.BiasVariance), len(p.WeightVariance))
	f := &r.Far
	f.Distance, f.Angle = a.axis("ray_distance"), a.axis("ray_angle")
	for _, n := range s.FarAway {
		activation, err := graph.ActivationNamed(n.Name)
		if err != nil {
			return err
		}
		network := FarNetwork{
			Name: n.Name, Title: activation.Title, TestAccuracy: n.TestAccuracy, Cap: float64(n.LogitCap),
			Logit: a.rows(n.Name+"_ray_logit", len(f.Angle), len(f.Distance)),
		}
		for _, arc := range n.Arcs {
			network.Arcs = append(network.Arcs, geometry.Arc{From: arc.From, To: arc.To, Logit: float64(arc.Logit)})
		}
		f.Networks = append(f.Networks, network)
	}
	if n, depth := s.Config.Repetitions, s.Config.Depth; n > 0 {
		r.Measured = Measured{
			Variance: a.rows("measured_q", n, depth), Deviation: a.rows("measured_std", n, depth),
			LengthRatio: a.rows("measured_length_ratio", n, depth), Correlation: a.rows("measured_correlation", n, depth),
		}
	}
	return a.err
}

// arrayReader takes arrays by their names and keeps the first error.
type arrayReader struct {
	arrays npz.Arrays
	err    error
}

func (r *arrayReader) refuse(name, format string, args ...any) {
	if r.err == nil {
		r.err = input.Refuse("array "+name, format, args...)
	}
}

// values are those of the array of a name and shape.
func (r *arrayReader) values(name string, shape ...int) []float64 {
	a, ok := r.arrays.Lookup(name)
	if !ok {
		r.refuse(name, "missing")
	} else if !slices.Equal(a.Shape, shape) {
		r.refuse(name, "shape %v, want %v", a.Shape, shape)
	}
	return a.Values
}

// axis is an array of finite numbers in ascending order, of any length from 2.
func (r *arrayReader) axis(name string) []float64 {
	a, _ := r.arrays.Lookup(name)
	values, before := r.values(name, max(len(a.Values), 2)), math.Inf(-1)
	for i, v := range values {
		if !(v > before) || math.IsInf(v, 1) {
			r.refuse(name, "entry %d is %v: the numbers have to be finite and ascending", i, v)
		}
		before = v
	}
	return values
}

// rows are the rows of a matrix.
func (r *arrayReader) rows(name string, rows, columns int) [][]float64 {
	values := r.values(name, rows, columns)
	if r.err != nil {
		return nil
	}
	return slices.Collect(slices.Chunk(values, columns))
}
