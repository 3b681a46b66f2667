package mistakes

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// derivativeMistakes multiply ∂loss/∂a of a hidden layer by something else than f'(z).
var derivativeMistakes = []mistake{
	{
		Mistake{"derivative-missing", "the activation's derivative is missing", hiddenLayer},
		func(s *search) []fault {
			weights := func(p *pass, l int, _ *mat.Dense) *mat.Dense { return textbookWeights(p, l, p.da(l)) }
			biases := func(p *pass, l int, _ *mat.Dense) *mat.Dense { return textbookBiases(p, l, p.da(l)) }
			upstream := func(p *pass, l int, _ *mat.Dense) *mat.Dense { return textbookUpstream(p, l, p.da(l)) }
			faults := withSlope(s, "", func(p *pass, l int) *mat.Dense { return mapped(constant1, p.z[l]) })
			faults = append(faults, s.placed(s.hidden(), "in the layer's own gradients", rules{weights: weights, biases: biases})...)
			faults = append(faults, s.placed(s.hidden(), "in the weights' gradient", rules{weights: weights})...)
			faults = append(faults, s.placed(s.hidden(), "in the biases' gradient", rules{biases: biases})...)
			return append(faults, s.placed(s.hidden(), "on the way further down", rules{upstream: upstream})...)
		},
	},
	{
		Mistake{"derivative-twice", "the activation's derivative is applied twice", hiddenLayer},
		func(s *search) []fault {
			return withSlope(s, "", func(p *pass, l int) *mat.Dense {
				return mapped(func(z float64) float64 { d := s.activation.Derivative(z); return d * d }, p.z[l])
			})
		},
	},
	{
		Mistake{"derivative-at-post-activation", "the activation's derivative is taken at a instead of z", hiddenLayer},
		func(s *search) []fault {
			return withSlope(s, "", func(p *pass, l int) *mat.Dense { return mapped(s.activation.Derivative, p.a[l]) })
		},
	},
	{
		Mistake{"derivative-formula-at-pre-activation", "the derivative's formula in terms of a is given z", hiddenLayer},
		func(s *search) []fault {
			var faults []fault
			for _, g := range slopesOfOutput {
				if g.describes(s) {
					faults = append(faults, withSlope(s, g.formula, func(p *pass, l int) *mat.Dense { return mapped(g.of, p.z[l]) })...)
				}
			}
			return faults
		},
	},
	{
		Mistake{"another-derivative", "the derivative is that of another activation", hiddenLayer},
		func(s *search) []fault {
			var faults []fault
			for _, other := range s.problem.Others {
				faults = append(faults, withSlope(s, other.Name, func(p *pass, l int) *mat.Dense {
					return mapped(other.Derivative, p.z[l])
				})...)
			}
			for _, g := range slopesOfOutput {
				faults = append(faults, withSlope(s, g.formula, func(p *pass, l int) *mat.Dense { return mapped(g.of, p.a[l]) })...)
			}
			return faults
		},
	},
	{
		Mistake{"derivative-of-another-layer", "the activation's derivative is taken at another layer's z", hiddenLayer},
		func(s *search) []fault {
			var faults []fault
			for _, shift := range shifts(s) {
				fits := func(l int) bool {
					return l+shift.by >= 0 && l+shift.by <= s.layers && s.units(l+shift.by) == s.units(l)
				}
				faults = append(faults, s.placed(layersFrom(1, s.layers-1, fits), shift.text, slopeRule(func(p *pass, l int) *mat.Dense {
					return mapped(s.activation.Derivative, p.z[l+shift.by])
				}))...)
			}
			return faults
		},
	},
	{
		Mistake{"derivative-at-gradient", "the activation's derivative is taken at the gradient that comes down, as a ReLU mask made from it", hiddenLayer},
		func(s *search) []fault {
			return withSlope(s, "", func(p *pass, l int) *mat.Dense { return mapped(s.activation.Derivative, p.da(l)) })
		},
	},
	{
		Mistake{"derivative-at-kink", "the derivative at exactly z = 0 is that of the right-hand side, as with z >= 0 for z > 0", hiddenLayer},
		func(s *search) []fault {
			return withSlope(s, "", func(p *pass, l int) *mat.Dense {
				return mapped(func(z float64) float64 {
					if z == 0 {
						z = math.SmallestNonzeroFloat64
					}
					return s.activation.Derivative(z)
				}, p.z[l])
			})
		},
	},
}

func constant1(float64) float64 { return 1 }

// withSlope returns the faults that multiply by slope(p, l), rows × units, in place of f'(z_l).
func withSlope(s *search, detail string, slope func(p *pass, l int) *mat.Dense) []fault {
	return s.placed(s.hidden(), detail, slopeRule(slope))
}

func slopeRule(slope func(p *pass, l int) *mat.Dense) rules {
	return rules{delta: func(p *pass, l int, da *mat.Dense) *mat.Dense { return hadamard(da, slope(p, l)) }}
}

// slopeOfOutput is a derivative f'(z) as code usually writes it, in terms of a = f(z).
type slopeOfOutput struct {
	formula string
	of      func(a float64) float64
}

var slopesOfOutput = []slopeOfOutput{
	{"a(1 - a), sigmoid's", func(a float64) float64 { return a * (1 - a) }},
	{"1 - a², tanh's", func(a float64) float64 { return 1 - a*a }},
	{"a > 0, ReLU's", func(a float64) float64 {
		if a > 0 {
			return 1
		}
		return 0
	}},
}

// describes tells whether the formula, given a, is the derivative of the problem's own activation.
func (g slopeOfOutput) describes(s *search) bool {
	for _, l := range s.hidden() {
		z, a := entries(s.z[l]), entries(s.a[l])
		for i := range z {
			if !(math.Abs(g.of(a[i])-s.activation.Derivative(z[i])) <= 1e-9) {
				return false
			}
		}
	}
	return true
}

// shift leads from a layer to the one that code takes by mistake.
type shift struct {
	by   int
	text string
}

// shifts returns all that a net of s's depth has room for, the nearest first.
func shifts(s *search) []shift {
	list := []shift{{1, "the one after"}, {-1, "the one before"}}
	for by := 2; by <= s.layers; by++ {
		list = append(list, shift{by, fmt.Sprintf("%d after", by)}, shift{-by, fmt.Sprintf("%d before", by)})
	}
	return list
}
