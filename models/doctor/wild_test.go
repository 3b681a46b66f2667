package doctor_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"actscope/graph"
	"actscope/models/doctor"
)

// truth is what is known of a file in testdata/wild: the arrays that are wrong, and where the faults are.
type truth struct {
	Flags                       []string
	Loss, Reduction, Activation string
	Wrong                       []string
	Faults                      []struct {
		Layer int
		What  string
	}
}

func readTruth(t *testing.T, path string) map[string]truth {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]truth
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// options are what the flags or the fields of a truth say.
func (v truth) options(t *testing.T) doctor.Options {
	var o doctor.Options
	flags := v.Flags
	if v.Loss != "" {
		loss, output, _ := strings.Cut(v.Loss, "-")
		reduction := map[string]string{"mean over rows": "mean", "sum": "sum", "mean over all": "mean-all", "half sum": "half-sum", "half mean over rows": "half-mean"}[v.Reduction]
		flags = []string{"--loss", loss, "--reduction", reduction, "--activation", v.Activation}
		if output != "" {
			flags = append(flags, "--output", output)
		}
	}
	for i := 0; i < len(flags); i += 2 {
		switch value := flags[i+1]; flags[i] {
		case "--loss":
			o.Loss = value
		case "--output":
			o.Output = value
		case "--reduction":
			o.Reduction = value
		case "--activation":
			a, err := graph.ActivationNamed(value)
			if err != nil {
				t.Fatal(err)
			}
			o.Activations = []graph.Activation{a}
		}
	}
	return o
}

// The files of questions, issues and repositories, as their authors saved them, and generated ones.
func TestFilesAsPeopleSaveThem(t *testing.T) {
	for _, folder := range []string{"testdata/wild", "testdata/wild/generated"} {
		for name, v := range readTruth(t, filepath.Join(folder, "truth.json")) {
			t.Run(name, func(t *testing.T) {
				r, err := doctor.Check(t.Context(), filepath.Join(folder, strings.TrimSuffix(name, ".npz")+".npz"), v.options(t))
				if err != nil {
					t.Fatal(err)
				}
				var faults []planted
				for _, f := range v.Faults {
					what := f.What
					if strings.HasPrefix(what, "down:") {
						what = "sent"
					}
					faults = append(faults, planted{what, f.Layer})
				}
				if right, located := judged(r, faults, slices.Clone(v.Wrong)); !right || !located {
					t.Errorf("judged %v, located %v: %s, %v; truth %v %v", right, located, r.Verdict, texts(r), v.Wrong, v.Faults)
				}
			})
		}
	}
}

func TestOddShapesOfRightGradients(t *testing.T) {
	for _, name := range []string{"scalar-grad-b2", "scalar-b2", "column-grad-b1", "W2-vector", "grad-W2-vector", "half-converted", "extra", "int-y-row", "noW1grad"} {
		r, err := doctor.Check(t.Context(), "testdata/wild/shape-"+name+".npz", doctor.Options{Loss: "bce", Activations: []graph.Activation{graph.Tanh}})
		if err != nil || r.Verdict != doctor.Right || len(r.Diagnosis) > 0 {
			t.Errorf("%s: %v, %+v", name, err, r)
			continue
		}
		switch name {
		case "half-converted":
			if !strings.Contains(r.Remark, "stored transposed") {
				t.Errorf("%s: %q", name, r.Remark)
			}
		case "extra":
			if !slices.Equal(r.Understood.Ignored, []string{"lr"}) {
				t.Errorf("%s: ignored %v", name, r.Understood.Ignored)
			}
		case "noW1grad":
			if len(r.References) != 1 || r.References[0].Parameter != "W1" || len(r.References[0].Values) != 12 {
				t.Errorf("%s: %+v", name, r.References)
			}
		}
	}
}

// Nothing given: what is right is found, and said to be right for.
func TestObjectiveIsFound(t *testing.T) {
	found, right := 0, 0
	for name, v := range readTruth(t, "testdata/wild/generated/truth.json") {
		if len(v.Wrong) > 0 {
			continue
		}
		right++
		r, err := doctor.Check(t.Context(), "testdata/wild/generated/"+name, doctor.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if r.Verdict == doctor.Wrong {
			t.Errorf("%s (%s, %s, %s) is called wrong: %v", name, v.Loss, v.Reduction, v.Activation, texts(r))
		}
		if strings.HasPrefix(v.Loss, r.Understood.Loss) {
			found++
		}
	}
	t.Logf("%d of %d under the loss that it was made with", found, right)
	if found < right-1 {
		t.Errorf("%d of %d under the loss that it was made with", found, right)
	}
}
