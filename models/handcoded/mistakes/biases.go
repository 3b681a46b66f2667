package mistakes

import (
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// biasMistakes spoil the gradient of a layer's biases alone.
var biasMistakes = []mistake{
	{
		Mistake{"bias-not-summed", "the biases' gradient is δ itself, not summed over the batch", anyLayer},
		func(s *search) []fault {
			return s.placed(s.all(), "", rules{biases: func(_ *pass, _ int, delta *mat.Dense) *mat.Dense { return delta }})
		},
	},
	{
		Mistake{"bias-summed-over-units", "the biases' gradient is summed over the units instead of the batch", anyLayer},
		func(s *search) []fault {
			return s.placed(s.all(), "", rules{biases: func(_ *pass, _ int, delta *mat.Dense) *mat.Dense { return rowSums(delta) }})
		},
	},
	{
		Mistake{"bias-summed-over-everything", "the biases' gradient is one sum over rows and units", anyLayer},
		func(s *search) []fault {
			return s.placed(s.all(), "", rules{biases: func(p *pass, l int, delta *mat.Dense) *mat.Dense {
				sum := floats.Sum(entries(delta))
				if len(s.yours[l-1].B) == 1 {
					return mat.NewDense(1, 1, []float64{sum})
				}
				return mapped(func(float64) float64 { return sum }, p.b[l])
			}})
		},
	},
}
