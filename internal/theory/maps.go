package theory

import (
	"context"
	"math"
	"runtime"

	"golang.org/x/sync/errgroup"

	"actscope/internal/panics"
)

// Maps are an ensemble's two maps from layer to layer.
type Maps struct {
	// Variance runs evenly from 0 to twice the larger of the first layer's and the
	// limit, or to 1 where both are 0; NextVariance is what follows.
	Variance, NextVariance []float64
	// Correlation runs evenly from -1 to 1 at the variance At; NextCorrelation is what
	// follows, both for the same variance before and after.
	At                           float64
	Correlation, NextCorrelation []float64
}

// mapSteps is the number of steps along each map.
const mapSteps = 60

// correlationMapVariance is the variance at which correlations are taken: its limit, or
// where that is 0 or infinite that of the first layer.
func correlationMapVariance(limit, first float64) float64 {
	if limit > 0 && !math.IsInf(limit, 1) {
		return limit
	}
	return first
}

// Maps computes both maps, given the limit of the variance and that of the first layer.
func (e Ensemble) Maps(ctx context.Context, l Limit, q float64) (Maps, error) {
	m := Maps{At: correlationMapVariance(l.Variance.Value, q)}
	most := 2 * max(q, m.At)
	if most == 0 {
		most = 1
	}
	for i := range mapSteps + 1 {
		if err := ctx.Err(); err != nil {
			return Maps{}, err
		}
		share := float64(i) / mapSteps
		v, c := share*most, 2*share-1
		m.Variance, m.NextVariance = append(m.Variance, v), append(m.NextVariance, e.NextVariance(v).Value)
		m.Correlation, m.NextCorrelation = append(m.Correlation, c), append(m.NextCorrelation, e.NextCorrelation(m.At, c).Value)
	}
	return m, nil
}

// PhaseDiagram is χ₁ over the plane of weight and bias variance.
type PhaseDiagram struct {
	// WeightVariance and BiasVariance are the axes, ascending: see [axisTo].
	WeightVariance, BiasVariance []float64
	// Chi is χ₁ in infinite depth, Variance the variance there (+Inf where it
	// diverges), by bias variance and, faster, by weight variance.
	Chi, Variance []float64
}

// phaseSteps is the number of steps on each axis.
const phaseSteps = 60

// PhaseDiagram computes the plane over two axes for inputs whose entries have the mean
// square input.
func (m *VarianceMap) PhaseDiagram(ctx context.Context, weights, biases []float64, input float64) (PhaseDiagram, error) {
	d := PhaseDiagram{WeightVariance: weights, BiasVariance: biases}
	columns := len(d.WeightVariance)
	d.Chi, d.Variance = make([]float64, columns*len(d.BiasVariance)), make([]float64, columns*len(d.BiasVariance))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for j, bias := range d.BiasVariance {
		group.Go(func() (err error) {
			defer panics.Catch(&err, "computing the phase diagram")
			for i, weight := range d.WeightVariance {
				if err := ctx.Err(); err != nil {
					return err
				}
				d.Chi[j*columns+i], d.Variance[j*columns+i] = m.chi(weight, bias, input)
			}
			return nil
		})
	}
	return d, group.Wait()
}

// chi is χ₁ in infinite depth, and the variance there.
func (m *VarianceMap) chi(weight, bias, input float64) (chi, variance float64) {
	e := m.ensemble(weight, bias)
	_, variance = m.follow(e, weight*input+bias)
	return e.Chi(min(variance, m.variance[len(m.variance)-1])).Value, variance
}

// axisTo divides the range from 0 to most evenly; or by equal factors, with 0 before them if zero asks for it, where the
// setting would be lost in a corner.
func axisTo(most, setting float64, zero bool) []float64 {
	const farAway, below = 20, 4
	values := make([]float64, phaseSteps+1)
	for i := range values {
		values[i] = most * float64(i) / phaseSteps
	}
	if setting == 0 || most < farAway*setting {
		return values
	}
	from := 0
	if zero {
		from = 1
	}
	low := setting / below
	for i := from; i < phaseSteps; i++ {
		values[i] = low * math.Pow(most/low, float64(i-from)/float64(phaseSteps-from))
	}
	return values
}

// Range is how far the axes of a phase diagram go for an ensemble to be seen in it
// together with the critical line, where there is one below a weight variance of
// 1000.
func (m *VarianceMap) Range(ctx context.Context, e Ensemble, input float64) (mostWeight, mostBias float64) {
	ordered := func(weight, bias float64) bool {
		if ctx.Err() != nil {
			return false // whoever uses the range sees to the context
		}
		chi, _ := m.chi(weight, bias, input)
		return PhaseOf(chi) == Ordered
	}
	mostWeight = 2 * e.WeightVariance
	for weight := 1.0 / 8; weight < 1000; weight *= 1.1 {
		if !ordered(weight, 0) {
			mostWeight = max(mostWeight, 2*weight)
			break
		}
	}
	mostBias = 1
	const leastBias, factor = 1.0 / 1024, 1.25
	for bias := leastBias; bias < 1000; bias *= factor { // up to where the line is three quarters to the right
		if ordered(mostWeight*3/4, bias*factor) {
			if bias > leastBias {
				mostBias = bias * factor
			}
			break
		}
	}
	return roundUp(max(mostWeight, 1)), roundUp(max(mostBias, 2*e.BiasVariance))
}

// roundUp takes the next of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten.
func roundUp(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, step := range []float64{1, 1.5, 2, 3, 4, 5, 6, 8} {
		if step*power >= v*(1-1e-9) {
			return step * power
		}
	}
	return 10 * power
}
