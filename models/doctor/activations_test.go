package doctor_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"actscope/models/doctor"
)

// Activations that the file does not name are found out, one for all layers or one to a layer, also where a layer is wrong.
func TestActivationsAreFound(t *testing.T) {
	for i, activations := range [][]string{
		{"leaky-relu"}, {"max(z,0.2*z)"}, {"elu"}, {"softplus"}, {"silu"}, {"gelu"}, {"gelu", "gelu"}, {"tanh", "relu"}, {"elu", "sigmoid"}, {"sigmoid", "max(z,0.2*z)"}, {"tanh", "tanh", "relu"},
	} {
		rng := rand.New(rand.NewPCG(11, uint64(i)))
		for _, what := range []string{"", "b-double", "W-double", "slope-missing", "output-slope-extra"} {
			s := draw(rng)
			for len(s.w) != len(activations)+1 || s.loss == "mse" || s.rows < 8 || s.rate != 1 || s.penalty > 0 || slices.Contains(s.widths[1:len(s.widths)-1], 2) || s.widths[len(s.widths)-1] < 2 {
				s = draw(rng)
			}
			s.mixed = activations
			var faults []planted
			switch what {
			case "":
			case "output-slope-extra":
				faults = []planted{{what, len(s.w)}}
			default:
				faults = []planted{{what, len(s.w) - 1}}
			}
			arrays, wrong := s.file(rng, faults)
			r, err := doctor.Judge(t.Context(), arrays, doctor.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(r.Understood.Activations, activations) {
				t.Errorf("%v %q: %v, %s, %v", activations, what, r.Understood.Activations, r.Summary, texts(r))
			} else if right, _ := judged(r, faults, wrong); what != "output-slope-extra" && !right {
				t.Errorf("%v %q: %s, %v, wrong %v", activations, what, r.Summary, texts(r), wrong)
			}
		}
	}
}
