package gradcheck

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"actscope/graph"
	"actscope/internal/input"
	"actscope/internal/npz"
	"actscope/models"
	"actscope/models/handcoded/mistakes"
)

// against reads arrays as a file and compares it with the reference.
func against(t *testing.T, arrays npz.Arrays, tolerance mistakes.Tolerance) *Report {
	t.Helper()
	f, err := ReadFile(store(t, arrays), tanhNet)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Against(t.Context(), f, tolerance)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// scaled multiplies an array.
func scaled(arrays npz.Arrays, name string, factor float64) npz.Arrays {
	return edit(arrays, name, func(a *npz.Array) {
		for i := range a.Values {
			a.Values[i] *= factor
		}
	})
}

func TestRightGradientsAgree(t *testing.T) {
	good := sound(t)
	for name, arrays := range map[string]npz.Arrays{
		"as exported":  good,
		"without loss": without(good, "loss"),
		"y as a row of labels, biases as vectors": edit(edit(edit(good,
			"y", func(a *npz.Array) { a.Shape = []int{5} }),
			"b1", func(a *npz.Array) { a.Shape = []int{3} }),
			"grad_b1", func(a *npz.Array) { a.Shape = []int{3} }),
		"int labels":             edit(good, "y", func(a *npz.Array) { a.Type = npz.Int64 }),
		"bool labels":            edit(good, "y", func(a *npz.Array) { a.Type = npz.Bool }),
		"off within tolerance":   edit(good, "grad_W1", func(a *npz.Array) { a.Values[2] += 1e-9 }),
		"the article's own loss": edit(good, "loss", func(a *npz.Array) { a.Values[0] += 1e-9 }),
	} {
		t.Run(name, func(t *testing.T) {
			r := against(t, arrays, Double)
			if !r.Agrees || len(r.Explanations) > 0 {
				t.Errorf("got %+v", r)
			}
		})
	}
}

func TestWrongEntryIsNamedWithItsPlace(t *testing.T) {
	good := sound(t)
	wrong := edit(good, "grad_W1", func(a *npz.Array) { a.Values[4] += 0.25 })
	r := against(t, wrong, Double)
	a := r.Arrays[0]
	if r.Agrees || a.Agrees || a.Name != "grad_W1" || !slices.Equal(a.Index, []int{1, 1}) || math.Abs(a.MaxAbs-0.25) > 1e-15 || math.Abs(a.Yours-a.Reference-0.25) > 1e-15 {
		t.Errorf("got %+v", a)
	}
	for _, other := range r.Arrays[1:] {
		if !other.Agrees {
			t.Errorf("%s disagrees", other.Name)
		}
	}
	if len(r.Explanations) > 0 || r.LastRightLayer != 2 || r.Remark == "" {
		t.Errorf("one wrong entry is explained: %+v", r.Diagnosis)
	}
}

func TestWrongLossIsFound(t *testing.T) {
	r := against(t, edit(sound(t), "loss", func(a *npz.Array) { a.Values[0] *= 1.01 }), Double)
	if last := r.Arrays[len(r.Arrays)-1]; r.Agrees || last.Name != "loss" || last.Agrees {
		t.Errorf("got %+v", last)
	}
}

func TestMistakesInAFileAreDiagnosed(t *testing.T) {
	good := sound(t)
	everywhere := good
	for _, name := range []string{"grad_W1", "grad_b1", "grad_W2", "grad_b2"} {
		everywhere = scaled(everywhere, name, 5)
	}
	for _, test := range []struct {
		name    string
		arrays  npz.Arrays
		mistake string
		layer   int
	}{
		{"five rows summed", everywhere, "sum-over-batch", 2},
		{"sign of one layer", scaled(scaled(good, "grad_W1", -1), "grad_b1", -1), "sign", 1},
		{"bias zero", scaled(good, "grad_b1", 0), "never-computed", 1},
		{"transposed, with its shape", edit(good, "grad_W1", func(a *npz.Array) {
			old := slices.Clone(a.Values)
			a.Shape = []int{3, 2}
			for i := range 2 {
				for j := range 3 {
					a.Values[j*2+i] = old[i*3+j]
				}
			}
		}), "weight-gradient-transposed", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := against(t, test.arrays, Double)
			found := false
			for _, e := range r.Explanations {
				found = found || e.Mistake == test.mistake
			}
			if r.Agrees || !found {
				t.Errorf("got %+v", r.Diagnosis)
			}
		})
	}
}

// Numbers rounded to 32 bits pass with their own tolerance only.
func TestSinglePrecisionHasItsOwnTolerance(t *testing.T) {
	arrays := slices.Clone(sound(t))
	for i, a := range arrays {
		arrays[i].Type = npz.Float32
		arrays[i].Values = slices.Clone(a.Values)
		for j, v := range a.Values {
			arrays[i].Values[j] = float64(float32(v * (1 + 2e-5*float64(1-2*(j%2)))))
			if a.Name == "y" {
				arrays[i].Values[j] = v
			}
		}
	}
	f, err := ReadFile(store(t, arrays), tanhNet)
	if err != nil || !f.Single {
		t.Fatalf("single: %v, %v", f.Single, err)
	}
	if r := against(t, arrays, Single); !r.Agrees {
		t.Errorf("disagrees: %+v", r.Arrays)
	}
	if r := against(t, arrays, Double); r.Agrees {
		t.Error("agrees to double precision")
	}
}

func TestReportIsJSONOfTheDocumentedForm(t *testing.T) {
	text, err := json.Marshal(against(t, sound(t), Double))
	if err != nil {
		t.Fatal(err)
	}
	var keys map[string]any
	if err := json.Unmarshal(text, &keys); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"agrees", "arrays", "diagnosis", "last_right_layer"} {
		if keys[key] == nil {
			t.Errorf("no %s in %s", key, text)
		}
	}
	first := keys["arrays"].([]any)[0].(map[string]any)
	for _, key := range []string{"name", "max_abs", "max_rel", "index", "yours", "reference", "agrees"} {
		if first[key] == nil {
			t.Errorf("no %s in %v", key, first)
		}
	}
}

func TestOverflowingParametersAreRefused(t *testing.T) {
	f, err := ReadFile(store(t, edit(sound(t), "x", func(a *npz.Array) {
		for i := range a.Values {
			a.Values[i] = 1e308
		}
	})), models.MLP{Activation: graph.ReLU})
	if err != nil {
		t.Fatal(err)
	}
	_, err = Against(t.Context(), f, Double)
	var bad *input.Error
	if !errors.As(err, &bad) || bad.File == "" || !strings.Contains(err.Error(), "finite") && !strings.Contains(err.Error(), "too large") {
		t.Errorf("got %v", err)
	}
}
