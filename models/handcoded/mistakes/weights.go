package mistakes

import (
	"gonum.org/v1/gonum/mat"
)

// weightMistakes spoil the gradients of a layer's weights; some spoil those of its biases along with them.
var weightMistakes = []mistake{
	{
		Mistake{"weight-gradient-transposed", "the weights' gradient is transposed, units × inputs", anyLayer},
		func(s *search) []fault {
			isMatrix := func(l int) bool { return s.in(l) > 1 && s.units(l) > 1 }
			return s.placed(layersFrom(1, s.layers, isMatrix), "", rules{
				weights: func(p *pass, l int, delta *mat.Dense) *mat.Dense { return product(delta.T(), p.a[l-1]) },
				penalty: func(p *pass, l int, w *mat.Dense) *mat.Dense { return transposed(textbookPenalty(p, l, w)) },
			})
		},
	},
	{
		Mistake{"input-not-transposed", "the layer's input is not transposed in aᵀδ, which runs where there are as many rows as inputs", anyLayer},
		func(s *search) []fault {
			runs := func(l int) bool { return s.in(l) == s.rows }
			return s.placed(layersFrom(1, s.layers, runs), "", rules{weights: func(p *pass, l int, delta *mat.Dense) *mat.Dense {
				return product(p.a[l-1], delta)
			}})
		},
	},
	{
		Mistake{"input-before-activation", "the weights' gradient takes the layer's input before its activation, z instead of a", anyLayer},
		func(s *search) []fault {
			return s.placed(s.fed(), "", rules{weights: func(p *pass, l int, delta *mat.Dense) *mat.Dense {
				return product(p.z[l-1].T(), delta)
			}})
		},
	},
	{
		Mistake{"input-of-another-layer", "the weights' gradient takes another layer's input, as a_l instead of a_{l-1}", anyLayer},
		func(s *search) []fault {
			var faults []fault
			for _, shift := range shifts(s) {
				fits := func(l int) bool {
					return l-1+shift.by >= 0 && l-1+shift.by <= s.layers && s.units(l-1+shift.by) == s.in(l)
				}
				faults = append(faults, s.placed(layersFrom(1, s.layers, fits), shift.text, rules{
					weights: func(p *pass, l int, delta *mat.Dense) *mat.Dense { return product(p.a[l-1+shift.by].T(), delta) },
				})...)
			}
			return faults
		},
	},
	{
		Mistake{"delta-of-another-layer", "the layer's gradients take the δ of a layer nearer to the output", anyLayer},
		func(s *search) []fault {
			var faults []fault
			for by := 1; by < s.layers; by++ {
				fits := func(l int) bool { return s.units(l+by) == s.units(l) }
				layers := layersFrom(1, s.layers-by, fits)
				weights := func(p *pass, l int, _ *mat.Dense) *mat.Dense { return textbookWeights(p, l, p.delta(l+by)) }
				biases := func(p *pass, l int, _ *mat.Dense) *mat.Dense { return textbookBiases(p, l, p.delta(l+by)) }
				faults = append(faults, s.placed(layers, "", rules{weights: weights, biases: biases})...)
				faults = append(faults, s.placed(layers, "in the weights' gradient", rules{weights: weights})...)
				faults = append(faults, s.placed(layers, "in the biases' gradient", rules{biases: biases})...)
			}
			return faults
		},
	},
	{
		Mistake{"batch-averaged-first", "input and δ are averaged over the batch before they are multiplied", anyLayer},
		func(s *search) []fault {
			return s.placed(s.all(), "", rules{weights: func(p *pass, l int, delta *mat.Dense) *mat.Dense {
				return scaled(1/float64(p.rows), product(columnSums(p.a[l-1]).T(), columnSums(delta)))
			}})
		},
	},
	{
		Mistake{"one-row-only", "only one row of the batch counts", anyLayer},
		func(s *search) []fault {
			var faults []fault
			for _, form := range []struct {
				detail string
				row    int
			}{
				{"the last: assigned in the loop, not added up", s.rows - 1},
				{"the first: the loop is left too early", 0},
			} {
				// With the batch's 1/n, and without.
				for _, k := range []float64{1, float64(s.rows)} {
					faults = append(faults, oneRow(s, form.detail, form.row, k)...)
				}
			}
			return faults
		},
	},
	{
		Mistake{"never-computed", "the gradient is zero, as it was allocated", anyLayer},
		func(s *search) []fault {
			weights := func(p *pass, l int, _ *mat.Dense) *mat.Dense { return zeros(p.w[l]) }
			penalty := func(*pass, int, *mat.Dense) *mat.Dense { return nil }
			biases := func(p *pass, l int, _ *mat.Dense) *mat.Dense { return zeros(p.b[l]) }
			delta := func(p *pass, l int, _ *mat.Dense) *mat.Dense { return zeros(p.z[l]) }
			var faults []fault
			for _, r := range []rules{{weights: weights, penalty: penalty, biases: biases}, {weights: weights, penalty: penalty}, {biases: biases}, {delta: delta}} {
				faults = append(faults, s.placed(s.all(), "", r)...)
			}
			return faults
		},
	},
}

// oneRow returns the faults that give k times the gradient of a single row.
func oneRow(s *search, detail string, row int, k float64) []fault {
	of := func(m *mat.Dense) *mat.Dense { return mat.NewDense(1, m.RawMatrix().Cols, m.RawRowView(row)) }
	weights := func(p *pass, l int, delta *mat.Dense) *mat.Dense {
		return scaled(k, product(of(p.a[l-1]).T(), of(delta)))
	}
	biases := func(p *pass, l int, delta *mat.Dense) *mat.Dense { return scaled(k, of(delta)) }
	var faults []fault
	for _, r := range []rules{{weights: weights, biases: biases}, {weights: weights}, {biases: biases}} {
		faults = append(faults, s.placed(s.all(), detail, r)...)
	}
	return faults
}
