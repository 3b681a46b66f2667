package doctor_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"actscope/models/doctor"
)

// A penalty of some layers only, or of the biases too, is found and said; it does not hide faults.
func TestPenaltiesOfSomeParameters(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 66))
	for range 30 {
		s := draw(rng)
		for s.rate != 1 || len(s.w) < 2 || s.reduction != "mean" || s.rows < 3 {
			s = draw(rng)
		}
		s.penalty = 0.03
		n := len(s.w)
		for _, scope := range []struct {
			free      []int
			biasesToo bool
		}{{[]int{1}, false}, {[]int{n}, false}, {nil, true}, {[]int{1}, true}} {
			s.free, s.biasesToo = scope.free, scope.biasesToo
			arrays, _ := s.file(rng, nil)
			r, err := doctor.Judge(t.Context(), arrays, s.given(t))
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			spare := 0
			for l := range n {
				if !slices.Contains(s.free, l+1) {
					spare += s.widths[l]*s.widths[l+1] - 1
					want = append(want, r.Understood.Names[nameOf("W", l)])
				}
			}
			for l := range n {
				if s.biasesToo {
					want = append(want, r.Understood.Names[nameOf("b", l)])
				}
			}
			if spare < 2 { // two numbers do not show a penalty
				continue
			}
			if r.Verdict != doctor.Right || !slices.Equal(r.Understood.Penalised, want) || !strings.Contains(r.Summary, "right for a penalty on ") || len(r.Diagnosis) > 0 {
				t.Errorf("%v, without layers %v, biases too %v: %s, of %v, %v", s.widths, s.free, s.biasesToo, r.Summary, r.Understood.Penalised, texts(r))
			}
			// With the strength given, it is meant for all weights and no biases.
			o := s.given(t)
			o.L2 = &s.penalty
			if r, err := doctor.Judge(t.Context(), arrays, o); err != nil || r.Verdict == doctor.Right {
				t.Errorf("given: %v, %+v", err, r)
			}
			// With a fault beside it.
			faults := s.plant(rng, 1)
			arrays, _ = s.file(rng, faults)
			if r, err := doctor.Judge(t.Context(), arrays, s.given(t)); err != nil || r.Verdict != doctor.Wrong {
				t.Errorf("%v is called %s: %s, %v", faults, r.Verdict, r.Summary, texts(r))
			}
		}
	}
}

func nameOf(parameter string, l int) string { return parameter + string(rune('1'+l)) }
