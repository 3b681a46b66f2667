package theory

import (
	"actscope/internal/input"
	"context"

	"golang.org/x/sync/errgroup"
)

// Result is what theory says of a configuration, and what networks do.
type Result struct {
	Config   Config
	Ensemble Ensemble
	// Limit is the variance in infinite depth, Correlation what becomes of two inputs
	// there.
	Limit       Limit
	Correlation CorrelationLimit
	// FixedPoints are all of the variance map, EveryFixed says that there is no other
	// variance.
	FixedPoints []FixedPoint
	EveryFixed  bool
	// Layers are the predictions layer by layer, Measured what the networks do; it is
	// empty after 0 repetitions.
	Layers   []Layer
	Measured Measured
	Maps     Maps
	Phases   PhaseDiagram
	Far      FarField
}

// Study computes the theory of a configuration, measures networks of finite width
// beside it, and follows the article's trained networks away from their data. The
// result does not depend on the number of processors.
func Study(ctx context.Context, c Config) (*Result, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	e, err := c.ensemble()
	if err != nil {
		return nil, err
	}
	r := &Result{Config: c, Ensemble: e}
	table := NewVarianceMap(e.Activation)
	variance, correlation := c.first()
	r.Limit = table.Limit(e.WeightVariance, e.BiasVariance, variance)
	r.FixedPoints, r.EveryFixed = table.FixedPoints(e.WeightVariance, e.BiasVariance)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		r.Correlation = e.CorrelationLimit(r.Limit)
		if r.Layers, err = e.Profile(ctx, variance, correlation, c.Depth); err != nil {
			return err
		}
		r.Maps, err = e.Maps(ctx, r.Limit, variance)
		return err
	})
	group.Go(func() (err error) {
		weight, bias := table.Range(e, c.InputVariance)
		if c.MaxWeightVariance > 0 {
			weight = c.MaxWeightVariance
		}
		if c.MaxBiasVariance > 0 {
			bias = c.MaxBiasVariance
		}
		r.Phases, err = table.PhaseDiagram(ctx, weight, bias, c.InputVariance)
		return err
	})
	group.Go(func() (err error) {
		r.Measured, err = Measure(ctx, c)
		return err
	})
	group.Go(func() (err error) {
		r.Far, err = FarAway(ctx)
		return err
	})
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return r, nil
}

// Load reads the result in a run folder back. Errors are [input.Error]s.
func Load(path string) (*Result, error) {
	return nil, input.RefuseFile(path, "a run of theory cannot be read back yet")
}
