package doctor_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"actscope/models/doctor"
)

// Each planted fault is found at its line, and no other line is called wrong, whatever the names, the layout, the line at
// which the batch's size divides, and which right intermediates are not stored.
func TestStepsFindEveryFaultAtItsLine(t *testing.T) {
	for count := range 5 {
		rng := rand.New(rand.NewPCG(uint64(count), 19))
		total, found := 0, 0
		for range cases(t, 50) {
			s := draw(rng)
			s.rate, s.penalty = 1, 0
			if s.rows == 1 {
				s.rows = 4
				s.x, s.y = tableOf(4, len(s.x[0]), func(int, int) float64 { return rng.NormFloat64() }), table{s.y[0], s.y[0], s.y[0], s.y[0]}
			}
			division := []string{"da", "dz", "W"}[rng.IntN(3)]
			faults := s.plantLines(rng, count, division)
			arrays, wrong := s.lineFile(rng, faults, division, count == 4)
			if len(faults) < count {
				continue
			}
			total++
			r, err := doctor.Judge(t.Context(), arrays, s.given(t))
			if err != nil {
				t.Fatal(faults, err)
			}
			slices.Sort(wrong)
			names, text := wrongSteps(r)
			for _, step := range r.Steps {
				if strings.Contains(step.Sentence, "nothing that is looked for") && !slices.Contains(slices.Collect(maps.Values(faults)), "noise") {
					t.Errorf("%v: %s", faults, step.Sentence)
				}
			}
			if slices.Equal(names, wrong) {
				found++
			} else {
				t.Logf("%s/%s/%s %v rows %d %s division %s: planted %v, wrong %v, called %v; %v\n%s", s.loss, s.output, s.reduction, s.widths, s.rows, s.activation, division, faults, wrong, names, r.Understood, text)
			}
		}
		t.Logf("%d faults: %d of %d files", count, found, total)
		if found < total {
			t.Errorf("%d faults: %d of %d files", count, found, total)
		}
	}
}
