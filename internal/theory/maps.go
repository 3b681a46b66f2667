package theory

import (
	"context"
	"math"
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

// Maps computes both maps. Correlations are taken at the limit of the variance, or
// where that is 0 or infinite at the variance of the first layer, q.
func (e Ensemble) Maps(ctx context.Context, l Limit, q float64) (Maps, error) {
	m := Maps{At: q}
	if limit := l.Variance.Value; limit > 0 && !math.IsInf(limit, 1) {
		m.At = limit
	}
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
