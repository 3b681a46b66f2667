package mistakes

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Floating-point arithmetic in another order may be this far off, relative to an array's largest entry.
const rounding = 1e-12

// array is one of the arrays in question, next to the reference's.
type array struct {
	name         string
	layer        int
	yours        []float64
	reference    []float64
	of           func(p *pass) *mat.Dense // the same array of any pass
	disagreement float64                  // distance between the two
	agrees       bool
}

// compare returns the given arrays layer by layer, from the first layer up, and compares each with the reference.
func (s *search) compare() [][]array {
	arrays := make([][]array, s.layers+1)
	for l := 1; l <= s.layers; l++ {
		for _, a := range []array{
			{name: fmt.Sprintf("grad_W%d", l), yours: s.yours[l-1].W, of: func(p *pass) *mat.Dense { return p.dw(l) }},
			{name: fmt.Sprintf("grad_b%d", l), yours: s.yours[l-1].B, of: func(p *pass) *mat.Dense { return p.db(l) }},
		} {
			if a.yours == nil {
				continue
			}
			a.layer = l
			a.reference = entries(a.of(s.pass))
			a.disagreement = distance(a.yours, a.reference)
			a.agrees = a.disagreement <= s.problem.Tolerance.Margin(a.reference)
			arrays[l] = append(arrays[l], a)
		}
	}
	return arrays
}

// explainedBy tells whether a faulty pass gives this array, and how far it is off. Where the array agrees with the
// reference it only has to stay within the tolerance; where it does not, the fault has to do far better than the
// reference does: what is left must be small against the disagreement, and never more than a tenth of it.
func (a array) explainedBy(faulty []float64, t Tolerance) (off float64, ok bool) {
	off = distance(a.yours, faulty)
	noise := rounding * largest(faulty)
	margin := t.Margin(faulty)
	if a.agrees {
		return off, off <= margin+noise
	}
	allowed := max(min(margin, a.disagreement/1000), margin/100, noise)
	return off, off <= min(allowed, a.disagreement/10)
}

// relative expresses how far the array is off in terms of its largest entry. Arrays that vanish next to the others, or
// next to the absolute tolerance, consist of rounding errors, as sums of softmax's δ over the units do; they are measured
// against the largest entry of all.
func (s *search) relative(a array, off float64) float64 {
	if off == 0 {
		return 0
	}
	if own := largest(a.yours); own > max(s.problem.Tolerance.Absolute, 1e-8*s.scale) {
		return off / own
	}
	return off / max(s.problem.Tolerance.Absolute, s.scale)
}

// lastRightLayer returns the layer down to which all given arrays agree, counted from the output; 0 if there is none.
func (s *search) lastRightLayer() int {
	last := 0
	for l := s.layers; l >= 1; l-- {
		for _, a := range s.arrays[l] {
			if !a.agrees {
				return last
			}
		}
		if len(s.arrays[l]) > 0 {
			last = l
		}
	}
	return last
}

// commonFactor returns the k by which all arrays equal the reference's, to the relative error off. It needs two entries
// that are not zero: a single one is a multiple of anything. Zeros are none of the reference.
func (s *search) commonFactor(arrays []array) (k, off float64, ok bool) {
	var dot, square float64
	nonzero := 0
	for _, a := range arrays {
		if len(a.yours) != len(a.reference) {
			return 0, 0, false
		}
		for i, r := range a.reference {
			dot += a.yours[i] * r
			square += r * r
			if r != 0 {
				nonzero++
			}
		}
	}
	k = dot / square
	if nonzero < 2 || math.Abs(k) < rounding || math.IsNaN(k) || math.IsInf(k, 0) {
		return 0, 0, false
	}
	for _, a := range arrays {
		multiple := make([]float64, len(a.reference))
		for i, r := range a.reference {
			multiple[i] = k * r
		}
		o, fits := a.explainedBy(multiple, s.problem.Tolerance)
		if !fits {
			return 0, 0, false
		}
		off = max(off, s.relative(a, o))
	}
	return k, off, true
}
