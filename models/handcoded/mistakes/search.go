package mistakes

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
)

// search looks for the faults that explain the gradients in question.
type search struct {
	*pass   // the reference
	problem Problem
	yours   []Gradient
	arrays  [][]array // by layer, from 1
	scale   float64   // the largest entry of all arrays in question

	wrong     []array // those that disagree with the reference, from the first layer up
	wrongFrom int     // the topmost layer among them, 0 if there are none
}

// finding is a fault that explains all arrays.
type finding struct {
	mistake  Mistake
	fault    fault
	residual float64
}

func newSearch(p Problem, yours []Gradient) (*search, error) {
	if err := p.check(yours); err != nil {
		return nil, err
	}
	f, err := newForward(p, p.Layers)
	if err != nil {
		return nil, err
	}
	s := &search{pass: newPass(f, fault{}, nil), problem: p, yours: yours}
	for l := s.layers; l >= 1; l-- {
		if !finite(entries(s.dw(l))) || !finite(entries(s.db(l))) {
			return nil, fmt.Errorf("the gradients of layer %d are not finite", l)
		}
	}
	s.arrays = s.compare()
	given := 0
	for _, layer := range s.arrays {
		for _, a := range layer {
			given++
			s.scale = max(s.scale, largest(a.yours))
			if !a.agrees {
				s.wrong = append(s.wrong, a)
				s.wrongFrom = a.layer
			}
		}
	}
	if given == 0 {
		return nil, errors.New("no gradient is given")
	}
	return s, nil
}

// findings tries the whole catalogue. Of the faults that explain all arrays it leaves those that do so as well as any:
// one form to a mistake and layer, and the repetition in several layers only where no single layer will do.
func (s *search) findings(ctx context.Context) ([]finding, error) {
	var all []finding
	best := math.Inf(1)
	for _, m := range catalogue {
		for _, f := range m.faults(s) {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if f.top() < s.wrongFrom {
				continue // it leaves alone what is wrong above it
			}
			if f.free != nil {
				var ok bool
				if f, ok = s.fit(f); !ok {
					continue
				}
			}
			if residual, ok := s.explainedBy(f); ok {
				all = append(all, finding{m.Mistake, f, residual})
				best = min(best, residual)
			}
		}
	}

	type place struct {
		mistake string
		layer   int
	}
	seen := map[place]bool{}
	single := map[string]bool{}
	for _, f := range all {
		single[f.mistake.ID] = single[f.mistake.ID] || f.fault.layer != severalLayers
	}
	var kept []finding
	for _, f := range all {
		at := place{f.mistake.ID, f.fault.layer}
		if f.residual > max(100*best, rounding) || seen[at] || at.layer == severalLayers && single[at.mistake] {
			continue
		}
		seen[at] = true
		kept = append(kept, f)
	}
	return kept, nil
}

// explainedBy tells whether the fault gives all arrays, and to which relative error.
func (s *search) explainedBy(f fault) (residual float64, ok bool) {
	p := s.through(f)
	for _, layer := range slices.Backward(s.arrays) {
		for _, a := range slices.Backward(layer) { // biases first, they cost less
			off, ok := a.disagreement, a.agrees
			if m := a.of(p); m != a.of(s.pass) {
				off, ok = a.explainedBy(entries(m), s.problem.Tolerance)
			}
			if !ok {
				return 0, false
			}
			residual = max(residual, s.relative(a, off))
		}
	}
	return residual, true
}

// through returns the pass down through faulty code.
func (s *search) through(f fault) *pass {
	if f.on != nil {
		return newPass(f.on, f, nil)
	}
	return newPass(s.forward, f, s.pass)
}
