package mistakes

import (
	"slices"

	"gonum.org/v1/gonum/mat"
)

// scaleMistakes multiply something by a number.
var scaleMistakes = []mistake{
	{
		Mistake{"sum-over-batch", "sum instead of mean over the batch", anyLayer},
		func(s *search) []fault {
			return scalings(s, "", func(int) float64 { return float64(s.rows) })
		},
	},
	{
		Mistake{"mean-twice", "the mean over the batch is taken twice", anyLayer},
		func(s *search) []fault {
			return scalings(s, "", func(int) float64 { return 1 / float64(s.rows) })
		},
	},
	{
		Mistake{"wrong-batch-axis", "the sum over the batch is divided by the length of another axis", anyLayer},
		func(s *search) []fault {
			by := func(axis func(l int) int) func(l int) float64 {
				return func(l int) float64 {
					if axis(l) == 1 {
						return 1 // a division by one is a sum, and named so
					}
					return float64(s.rows) / float64(axis(l))
				}
			}
			return slices.Concat(
				scalings(s, "the net's inputs", by(func(int) int { return s.units(0) })),
				scalings(s, "the layer's inputs", by(s.in)),
				scalings(s, "the layer's units", by(s.units)),
			)
		},
	},
	{
		Mistake{"mean-over-units", "the mean is taken over rows and units instead of rows", anyLayer},
		func(s *search) []fault {
			return scalings(s, "", func(l int) float64 { return 1 / float64(s.units(l)) })
		},
	},
	{
		Mistake{"sign", "the sign is reversed, as with y - p for p - y", anyLayer},
		func(s *search) []fault { return scalings(s, "", constant(-1)) },
	},
	{
		Mistake{"factor-two", "a factor 2 too many, as from a square or from adding up twice", anyLayer},
		func(s *search) []fault { return scalings(s, "", constant(2)) },
	},
	{
		Mistake{"factor-half", "a factor 1/2 too many, as from a loss with 1/2 in front", anyLayer},
		func(s *search) []fault { return scalings(s, "", constant(0.5)) },
	},
}

func constant(k float64) func(int) float64 { return func(int) float64 { return k } }

// scalings returns the ways in which a factor k(l) enters at layer l: with δ_l and all that follows from it, with both
// gradients of the layer, or with one of them.
func scalings(s *search, detail string, k func(l int) float64) []fault {
	times := func(formula step) step {
		return func(p *pass, l int, d *mat.Dense) *mat.Dense { return scaled(k(l), formula(p, l, d)) }
	}
	delta, weights, biases := times(textbookDelta), times(textbookWeights), times(textbookBiases)
	var faults []fault
	for _, r := range []rules{{delta: delta}, {weights: weights, biases: biases}, {weights: weights}, {biases: biases}} {
		faults = append(faults, s.placed(s.all(), detail, r)...)
	}
	return faults
}
