package mistakes

import (
	"slices"

	"gonum.org/v1/gonum/mat"

	"actscope/models/handcoded"
)

// scaleMistakes multiply something by a number.
var scaleMistakes = []mistake{
	{
		Mistake{"sum-over-batch", "sum instead of mean over the batch", anyLayer},
		func(s *search) []fault {
			if !s.averages() {
				return nil
			}
			faults := scalings(s, "", constant(float64(s.rows)))
			if s.averagesOutputs() {
				faults = append(faults, scalingsAt(s, []int{s.layers}, "and over the outputs", constant(float64(s.rows*s.outputs())))...)
			}
			return faults
		},
	},
	{
		Mistake{"mean-twice", "the mean over the batch is taken twice", anyLayer},
		func(s *search) []fault {
			if !s.averages() {
				return nil
			}
			return scalings(s, "", constant(1/float64(s.rows)))
		},
	},
	{
		Mistake{"mean-over-batch", "mean instead of sum over the batch", anyLayer},
		func(s *search) []fault {
			if s.averages() {
				return nil
			}
			return append(scalings(s, "", constant(1/float64(s.rows))),
				scalingsAt(s, []int{s.layers}, "and over the outputs", constant(1/float64(s.rows*s.outputs())))...)
		},
	},
	{
		Mistake{"wrong-batch-axis", "the sum over the batch is divided by the length of another axis", anyLayer},
		func(s *search) []fault {
			if !s.averages() {
				return nil
			}
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
			return slices.DeleteFunc(scalings(s, "", func(l int) float64 { return 1 / float64(s.units(l)) }), func(f fault) bool {
				return f.layer == s.layers // which the next two are about
			})
		},
	},
	{
		Mistake{"mean-over-outputs", "the mean is taken over rows and outputs, where outputs are added up", output},
		func(s *search) []fault {
			if s.averagesOutputs() {
				return nil
			}
			return scalingsAt(s, []int{s.layers}, "", constant(1/float64(s.outputs())))
		},
	},
	{
		Mistake{"sum-over-outputs", "the outputs are added up, where the mean is over rows and outputs", output},
		func(s *search) []fault {
			if !s.averagesOutputs() {
				return nil
			}
			return scalingsAt(s, []int{s.layers}, "", constant(float64(s.outputs())))
		},
	},
	{
		Mistake{"sign", "the sign is reversed, as with y - p for p - y", anyLayer},
		func(s *search) []fault { return scalings(s, "", constant(-1)) },
	},
	{
		Mistake{"factor-two", "a factor 2 too many, as from a square whose loss has 1/2 in front or from adding up twice", anyLayer},
		func(s *search) []fault { return scalings(s, "", constant(2)) },
	},
	{
		Mistake{"factor-half", "a factor 1/2 too many, as from a loss with 1/2 in front or a square whose derivative lacks its 2", anyLayer},
		func(s *search) []fault { return scalings(s, "", constant(0.5)) },
	},
}

func constant(k float64) func(int) float64 { return func(int) float64 { return k } }

// averages tells whether the loss is a mean over the rows, averagesOutputs whether over the outputs as well.
func (f *forward) averages() bool {
	return f.objective.Reduction.Divisor(2, 1) > f.objective.Reduction.Divisor(1, 1)
}
func (f *forward) averagesOutputs() bool { return f.objective.Reduction == handcoded.MeanAll }

// scalings returns the ways in which a factor k(l) enters at any layer.
func scalings(s *search, detail string, k func(l int) float64) []fault {
	return scalingsAt(s, s.all(), detail, k)
}

// scalingsAt returns the ways in which a factor k(l) enters at layer l: with δ_l and all that follows from it, with both
// gradients of the layer, or with one of them, and in the weights' with the penalty's gradient or without.
func scalingsAt(s *search, layers []int, detail string, k func(l int) float64) []fault {
	times := func(formula step) step {
		return func(p *pass, l int, d *mat.Dense) *mat.Dense { return scaled(k(l), formula(p, l, d)) }
	}
	delta, weights, biases := times(textbookDelta), times(textbookWeights), times(textbookBiases)
	forms := []rules{{delta: delta}, {weights: weights, biases: biases}, {weights: weights}, {biases: biases}}
	if s.objective.L2 > 0 {
		penalty := times(textbookPenalty)
		forms = append(forms, rules{weights: weights, penalty: penalty, biases: biases}, rules{weights: weights, penalty: penalty})
	}
	var faults []fault
	for _, r := range forms {
		faults = append(faults, s.placed(layers, detail, r)...)
	}
	return faults
}
