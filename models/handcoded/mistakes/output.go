package mistakes

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"actscope/models/handcoded"
)

// outputMistakes spoil the δ from which everything starts, ∂loss/∂z at the output.
var outputMistakes = []mistake{
	{
		Mistake{"output-derivative-twice", "the output's δ is multiplied by p(1-p) once more", output},
		func(s *search) []fault {
			return atOutput(s, "", func(z, y float64) float64 { return s.loss.Derivative(z, y) * sigmoidSlope(z) })
		},
	},
	{
		Mistake{"squared-error", "the gradient of the squared error (p - y)², not of the cross-entropy", output},
		func(s *search) []fault {
			return atOutput(s, "", func(z, y float64) float64 {
				return 2 * (handcoded.Sigmoid(z) - y) * sigmoidSlope(z)
			})
		},
	},
	{
		Mistake{"output-derivative-missing", "the output's δ is the derivative by p; its factor p(1-p) is missing", output},
		func(s *search) []fault {
			return atOutput(s, "", func(z, y float64) float64 { return s.loss.Derivative(z, y) / sigmoidSlope(z) })
		},
	},
	{
		Mistake{"loss-epsilon", "the loss has another ε in its logarithms", output},
		func(s *search) []fault {
			faults := atOutput(s, "none: δ = p - y", handcoded.Logits.Derivative)
			for _, epsilon := range []float64{1e-9, 1e-15, 1e-12, 1e-10, 1e-8, 1e-7, 1e-6, 1e-5} {
				faults = append(faults, atOutput(s, fmt.Sprintf("%.0e", epsilon), func(z, y float64) float64 {
					p, q := handcoded.Sigmoid(z), handcoded.Sigmoid(-z)
					return p * q * ((1-y)/(q+epsilon) - y/(p+epsilon))
				})...)
			}
			return faults
		},
	},
	{
		Mistake{"labels-flipped", "the labels 0 and 1 are exchanged", output},
		func(s *search) []fault {
			return atOutput(s, "", func(z, y float64) float64 { return s.loss.Derivative(z, 1-y) })
		},
	},
	{
		Mistake{"labels-broadcast", "p of shape (rows, 1) meets y of shape (rows,), so that each p is compared with every y", output},
		func(s *search) []fault {
			mean := stat.Mean(s.y, nil) // the derivative is linear in y
			return atOutput(s, "", func(z, _ float64) float64 { return s.loss.Derivative(z, mean) })
		},
	},
	{
		Mistake{"output-sigmoid-missing", "the output's δ is z - y; the sigmoid is missing", output},
		func(s *search) []fault {
			return atOutput(s, "", func(z, y float64) float64 { return z - y })
		},
	},
	{
		Mistake{"hard-decision", "the output's δ compares y with the class, 0 or 1, instead of p", output},
		func(s *search) []fault {
			return atOutput(s, "", func(z, y float64) float64 {
				if z >= 0 {
					return 1 - y
				}
				return -y
			})
		},
	},
	{
		Mistake{"hidden-derivative-at-output", "the output's δ is multiplied by the derivative of the hidden activation", output},
		func(s *search) []fault {
			if s.layers == 1 {
				return nil
			}
			return atOutput(s, "", func(z, y float64) float64 {
				return s.loss.Derivative(z, y) * s.activation.Derivative(z)
			})
		},
	},
}

// atOutput returns the fault that takes another derivative of the loss by z.
func atOutput(s *search, detail string, derivative func(z, y float64) float64) []fault {
	return s.placed([]int{s.layers}, detail, rules{
		delta: func(p *pass, _ int, _ *mat.Dense) *mat.Dense { return p.outputDelta(derivative) },
	})
}

// sigmoidSlope is p(1-p).
func sigmoidSlope(z float64) float64 { return handcoded.Sigmoid(z) * handcoded.Sigmoid(-z) }
