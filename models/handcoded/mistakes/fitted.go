package mistakes

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"actscope/models/handcoded"
)

// fittedMistakes contain a positive number that only their author knows. It is fitted to the gradients in question.
var fittedMistakes = []mistake{
	{
		Mistake{"weights-after-update", "W has already been stepped when δ goes down through it", fedLayer},
		func(s *search) []fault {
			return freely(s, s.fed(), func(rate float64) (string, rules) {
				return fmt.Sprintf("at rate %.4g", rate), rules{
					upstream: func(p *pass, l int, delta *mat.Dense) *mat.Dense {
						return product(delta, plus(p.w[l], scaled(-rate, p.dw(l))).T())
					},
				}
			})
		},
	},
	{
		Mistake{"weight-decay", "the gradient contains a multiple of the parameters, as of a penalty that the loss does not have", anyLayer},
		func(s *search) []fault {
			decay := func(k float64) step {
				return func(p *pass, l int, delta *mat.Dense) *mat.Dense {
					return plus(textbookWeights(p, l, delta), scaled(k, p.w[l]))
				}
			}
			faults := freely(s, s.all(), func(k float64) (string, rules) {
				return fmt.Sprintf("%.4g W", k), rules{weights: decay(k)}
			})
			return append(faults, freely(s, s.all(), func(k float64) (string, rules) {
				return fmt.Sprintf("%.4g W and b", k), rules{
					weights: decay(k),
					biases: func(p *pass, l int, delta *mat.Dense) *mat.Dense {
						return plus(textbookBiases(p, l, delta), scaled(k, p.b[l]))
					},
				}
			})...)
		},
	},
	{
		Mistake{"parameters-after-step", "the parameters are those after the step, the gradients those before it", wholeNet},
		func(s *search) []fault {
			for i, layer := range s.problem.Layers {
				if len(s.yours[i].W) != len(layer.W) || len(s.yours[i].B) != len(layer.B) {
					return nil // without all gradients the step cannot be taken back
				}
			}
			return []fault{{layer: severalLayers, at: s.all(), free: func(rate float64) (fault, error) {
				before, err := newForward(s.problem, s.stepped(-rate))
				return fault{layer: severalLayers, at: s.all(), detail: fmt.Sprintf("a step of rate %.4g", rate), on: before}, err
			}}}
		},
	},
}

// freely places the faults that build returns for a number yet to be fitted.
func freely(s *search, layers []int, build func(k float64) (detail string, r rules)) []fault {
	var faults []fault
	for _, f := range s.placed(layers, "", rules{}) {
		faults = append(faults, fault{layer: f.layer, at: f.at, free: func(k float64) (fault, error) {
			detail, r := build(k)
			return fault{rules: r, layer: f.layer, at: f.at, detail: detail}, nil
		}})
	}
	return faults
}

// stepped returns the problem's layers after a step of gradient descent along the gradients in question.
func (s *search) stepped(rate float64) []handcoded.Layer {
	layers := make([]handcoded.Layer, len(s.problem.Layers))
	for i, layer := range s.problem.Layers {
		layer.W, layer.B = slices.Clone(layer.W), slices.Clone(layer.B)
		floats.AddScaled(layer.W, -rate, s.yours[i].W)
		floats.AddScaled(layer.B, -rate, s.yours[i].B)
		layers[i] = layer
	}
	return layers
}
