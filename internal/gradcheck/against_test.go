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
	"actscope/models/doctor"
	"actscope/models/handcoded/mistakes"
)

// against reads arrays as a file and compares it with the reference.
func against(t *testing.T, arrays npz.Arrays, tolerance mistakes.Tolerance) *Report {
	t.Helper()
	f, err := ReadFile(store(t, arrays), tanhNet)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Against(f, tolerance)
	if err != nil {
		t.Fatal(err)
	}
	return r
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
			r := against(t, arrays, doctor.Double)
			if !r.Agrees || len(r.Explanations) > 0 {
				t.Errorf("got %+v", r)
			}
		})
	}
}

func TestWrongEntryIsNamedWithItsPlace(t *testing.T) {
	good := sound(t)
	wrong := edit(good, "grad_W1", func(a *npz.Array) { a.Values[4] += 0.25 })
	r := against(t, wrong, doctor.Double)
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
	r := against(t, edit(sound(t), "loss", func(a *npz.Array) { a.Values[0] *= 1.01 }), doctor.Double)
	if last := r.Arrays[len(r.Arrays)-1]; r.Agrees || last.Name != "loss" || last.Agrees {
		t.Errorf("got %+v", last)
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
	if r := against(t, arrays, doctor.Single); !r.Agrees {
		t.Errorf("disagrees: %+v", r.Arrays)
	}
	if r := against(t, arrays, doctor.Double); r.Agrees {
		t.Error("agrees to double precision")
	}
}

func TestReportIsJSONOfTheDocumentedForm(t *testing.T) {
	text, err := json.Marshal(against(t, sound(t), doctor.Double))
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
	huge := func(a *npz.Array) {
		for i := range a.Values {
			a.Values[i] = math.Copysign(1e308, float64(i%2)-0.5)
		}
	}
	f, err := ReadFile(store(t, edit(edit(sound(t), "x", huge), "W1", huge)), models.MLP{Activation: graph.ReLU})
	if err != nil {
		t.Fatal(err)
	}
	_, err = Against(f, doctor.Double)
	var bad *input.Error
	if !errors.As(err, &bad) || bad.File == "" || !strings.Contains(err.Error(), "finite") && !strings.Contains(err.Error(), "too large") {
		t.Errorf("got %v", err)
	}
}
