package mistakes

import "gonum.org/v1/gonum/mat"

// upstreamMistakes spoil the way from δ of one layer to the layer below, δ_l W_lᵀ. Their layer is that of the W.
var upstreamMistakes = []mistake{
	{
		Mistake{"weights-not-transposed", "W is not transposed on the way down, which runs where it is square", fedLayer},
		func(s *search) []fault {
			square := func(l int) bool { return s.in(l) == s.units(l) }
			return s.placed(layersFrom(2, s.layers, square), "", rules{upstream: func(p *pass, l int, delta *mat.Dense) *mat.Dense {
				return product(delta, p.w[l])
			}})
		},
	},
	{
		Mistake{"weights-of-another-layer", "another layer's W of the same shape is used on the way down", fedLayer},
		func(s *search) []fault {
			var faults []fault
			for _, shift := range shifts(s) {
				fits := func(l int) bool {
					other := l + shift.by
					return other >= 1 && other <= s.layers && s.in(other) == s.in(l) && s.units(other) == s.units(l)
				}
				faults = append(faults, s.placed(layersFrom(2, s.layers, fits), shift.text, rules{
					upstream: func(p *pass, l int, delta *mat.Dense) *mat.Dense { return product(delta, p.w[l+shift.by].T()) },
				})...)
			}
			return faults
		},
	},
	{
		Mistake{"weights-missing", "δ goes down without W, which runs where the widths are equal or the layer has one unit", fedLayer},
		func(s *search) []fault {
			runs := func(l int) bool { return s.in(l) == s.units(l) || s.units(l) == 1 }
			return s.placed(layersFrom(2, s.layers, runs), "", rules{upstream: func(p *pass, l int, delta *mat.Dense) *mat.Dense {
				if s.in(l) == s.units(l) {
					return delta
				}
				ones := mapped(constant1, p.w[l])
				return product(delta, ones.T()) // one column broadcast to all
			}})
		},
	},
}
