package doctor_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"actscope/models/doctor"
)

// Below a layer whose δ nothing explains, and a batch too large to recover it from, arrays are compared, but not judged.
func TestLayersBelowAnUnexplainedOneAreNotJudged(t *testing.T) {
	rng := rand.New(rand.NewPCG(77, 7))
	files, recovered := 0, 0
	for files < 60 {
		s := draw(rng)
		if len(s.w) < 3 || s.penalty > 0 || s.rate != 1 || s.activation == "relu" {
			continue
		}
		l := 2 + rng.IntN(len(s.w)-1)
		small := s.rows <= slices.Max(s.widths[1:l]) // δ of one of the layers can be recovered
		if s.rows < 5 && !small {
			continue
		}
		files++
		arrays, wrong := s.file(rng, []planted{{"delta-noise", l}, {"b-double", 1}})
		r, err := doctor.Judge(t.Context(), arrays, s.given(t))
		if err != nil {
			t.Fatal(err)
		}
		if r.Verdict != doctor.Wrong {
			t.Errorf("%s: %v", r.Verdict, texts(r))
		}
		for _, d := range r.Diagnosis {
			if d.Layer != nil && !small {
				t.Errorf("%v, %d rows, noise in δ of layer %d: %v", s.widths, s.rows, l, texts(r))
			}
			if d.Layer != nil && *d.Layer == 1 && small {
				recovered++
			}
		}
		if small {
			continue
		}
		below := 0
		for _, a := range r.Arrays {
			if !slices.Contains(wrong, a.Name) {
				continue
			}
			if a.Agrees {
				t.Errorf("%s agrees", a.Name)
			}
			if strings.HasPrefix(a.Remark, "not judged: δ of layer ") {
				below++
			}
		}
		if below != 2*(l-1) || !strings.Contains(r.Remark, "cannot be judged") {
			t.Errorf("%v, %d rows, noise in δ of layer %d: %d arrays are not judged; %s", s.widths, s.rows, l, below, r.Remark)
		}
	}
	if recovered == 0 {
		t.Error("no layer below a recovered δ was judged")
	}
}
