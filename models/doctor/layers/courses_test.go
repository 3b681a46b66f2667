package layers

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"actscope/internal/input"
	"actscope/models/doctor"
	"actscope/models/handcoded/mistakes"
)

// TestLayersOfCoursesAreJudged holds files of NumPy code as courses have it, right and with a fault each, against what was
// put into them (testdata/courses.py).
func TestLayersOfCoursesAreJudged(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/courses/truth.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]struct {
		truth
		Faults []string
	}
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	for name, e := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := Check(context.Background(), filepath.Join("testdata/courses", name+".npz"), e.options(t))
			if err != nil {
				t.Fatal(err)
			}
			wrong := disagreeing(r)
			slices.Sort(wrong)
			if r.Agrees != e.Right || !slices.Equal(wrong, e.Wrong) {
				t.Errorf("wrong are %v, wanted %v (%s, %s)", wrong, e.Wrong, r.Understood.Network, r.Understood.Layout)
			}
			var faults []string
			for _, f := range r.Diagnosis {
				faults = append(faults, f.Mistake)
			}
			if !slices.Equal(faults, e.Faults) {
				t.Errorf("diagnosed as %v, wanted %v", faults, e.Faults)
			}
			list, err := Mistakes(e.Layer)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range faults {
				if !slices.ContainsFunc(list, func(m mistakes.Mistake) bool { return m.ID == f }) {
					t.Errorf("%s is not in the list of %s", f, e.Layer)
				}
			}
		})
	}
}

func TestMapNamesAnArrayOnce(t *testing.T) {
	t.Parallel()
	arrays := []doctor.Array{
		{Name: "x", Shape: []int{1, 2}, Values: []float64{1, 2}}, {Name: "y", Shape: []int{1}, Values: []float64{0}},
		{Name: "q", Shape: []int{1, 2}, Values: []float64{1, 2}},
	}
	for _, chosen := range []map[string]string{{"dx": "q", "dW": "q"}, {"dW": "q"}} { // twice; of no W
		var refused *input.Error
		if r, err := Judge(context.Background(), arrays, Options{Layer: "softmax", Map: chosen}); !errors.As(err, &refused) {
			t.Errorf("%v: %v, %v", chosen, r, err)
		}
	}
}

func TestMistakesOfNoLayer(t *testing.T) {
	t.Parallel()
	if list, err := Mistakes("covn"); err == nil {
		t.Errorf("%v", list)
	}
}
