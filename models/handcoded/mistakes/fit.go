package mistakes

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/floats"
)

// fit finds the number of a free fault, and the fault with it, by Gauss and Newton's method from zero at the topmost
// layer that disagrees; there the gradients depend on the number linearly, or nearly so. A number that is not positive is
// no rate.
func (s *search) fit(free fault) (fault, bool) {
	if s.fitsAnything() {
		return fault{}, false
	}
	const difference = 1e-4
	k, before := 0.0, math.Inf(1)
	for {
		left, err := s.leftover(free, k)
		if err != nil {
			return fault{}, false
		}
		size := floats.Norm(left, 2)
		if !(size < before/2) { // as good as it gets, or not a number
			break
		}
		before = size
		slope, err := s.leftover(free, k+difference)
		if err != nil {
			return fault{}, false
		}
		floats.Sub(slope, left)
		k -= difference * floats.Dot(slope, left) / floats.Dot(slope, slope)
	}
	if !(k > 0) || math.IsInf(k, 1) {
		return fault{}, false
	}
	f, err := free.free(k)
	return f, err == nil
}

// fitsAnything tells whether a free number could be found for any disagreement: where all that disagrees is one multiple
// of the reference, or one entry.
func (s *search) fitsAnything() bool {
	wrong := 0
	for _, a := range s.wrong {
		wrong += len(a.yours)
	}
	_, _, factor := s.commonFactor(s.wrong)
	return factor || wrong < 2
}

// leftover returns by how much the arrays of the topmost layer that disagrees differ from those of the fault with k.
func (s *search) leftover(free fault, k float64) ([]float64, error) {
	f, err := free.free(k)
	if err != nil {
		return nil, err
	}
	p := s.through(f)
	var left []float64
	for _, a := range s.arrays[s.wrongFrom] {
		faulty := entries(a.of(p))
		if len(faulty) != len(a.yours) {
			return nil, errors.New("the arrays are not of the same length")
		}
		for i, v := range faulty {
			left = append(left, v-a.yours[i])
		}
	}
	return left, nil
}
