package doctor_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"actscope/internal/input"
	"actscope/models/doctor"
)

func arrayOf(name string, t table) doctor.Array {
	return doctor.Array{Name: name, Shape: []int{len(t), len(t[0])}, Values: slices.Concat(t...)}
}

// A file of one affine layer whose gradient is -0.3 times the right one if samples are rows, and lacks the target if they
// are columns: y solves -0.3 xᵀ(xW - y) = W x xᵀ.
func TestReadingsThatTieAreAskedAbout(t *testing.T) {
	x, w := table{{1, 0.4}, {-0.3, 1.2}}, table{{0.7, -0.5}, {0.9, 0.2}}
	det := x[0][0]*x[1][1] - x[0][1]*x[1][0]
	inverse := table{{x[1][1] / det, -x[0][1] / det}, {-x[1][0] / det, x[0][0] / det}}
	g := product(product(w, x), x.turned())
	xw, part := product(x, w), product(inverse.turned(), g)
	y := tableOf(2, 2, func(i, j int) float64 { return xw[i][j] + part[i][j]/0.3 })
	arrays := []doctor.Array{arrayOf("x", x), arrayOf("y", y), arrayOf("W1", w), arrayOf("dW1", g)}
	options := doctor.Options{Loss: "mse", Output: "identity"}
	_, err := doctor.Judge(t.Context(), arrays, options)
	var bad *input.Error
	if !errors.As(err, &bad) {
		t.Fatalf("%v", err)
	}
	for _, want := range []string{"layout:", "--layout rows,in-out", "--layout columns,out-in", "proportional", "the target is not subtracted"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in %v", want, err)
		}
	}
	for layout, want := range map[string]doctor.Verdict{"rows,in-out": doctor.Proportional, "rows": doctor.Proportional, "columns, out-in": doctor.Wrong} {
		options.Layout = layout
		r, err := doctor.Judge(t.Context(), arrays, options)
		if err != nil || r.Verdict != want {
			t.Errorf("%s: %v, %+v", layout, err, r)
		}
	}
	for layout, want := range map[string]string{"row": `"row"`, "rows,columns": "name one", "rows,": `""`} {
		options.Layout = layout
		if _, err := doctor.Judge(t.Context(), arrays, options); !errors.As(err, &bad) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", layout, err)
		}
	}
}

// Which of several inputs and targets the gradients are of, the numbers tell.
func TestTheBatchIsFoundAmongOthers(t *testing.T) {
	s, arrays := sample(t)
	r, err := doctor.Judge(t.Context(), arrays, s.given(t))
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	var list []doctor.Array
	for _, a := range arrays {
		to := map[string]string{r.Understood.Names["x"]: "X", r.Understood.Names["y"]: "y"}[a.Name]
		if to == "" {
			list = append(list, a)
			continue
		}
		other := a
		other.Name, other.Values = to+"_test", slices.Clone(a.Values)
		for i := range other.Values {
			if to == "X" {
				other.Values[i] = rng.NormFloat64()
			}
		}
		a.Name = to + "_train"
		list = append(list, other, a)
	}
	r, err = doctor.Judge(t.Context(), list, s.given(t))
	if err != nil || r.Verdict != doctor.Right || r.Understood.Names["x"] != "X_train" || r.Understood.Names["y"] != "y_train" {
		t.Fatalf("%v, %+v", err, r)
	}
	if !slices.Contains(r.Understood.Ignored, "X_test") || slices.Contains(r.Understood.Ignored, "X_train") {
		t.Errorf("ignored %v", r.Understood.Ignored)
	}
	// The same numbers under both names: the verdicts are the same, and nothing is asked.
	for i := range list {
		if train, ok := strings.CutSuffix(list[i].Name, "_test"); ok {
			list[i].Values = list[slices.IndexFunc(list, func(a doctor.Array) bool { return a.Name == train+"_train" })].Values
		}
	}
	if r, err := doctor.Judge(t.Context(), list, s.given(t)); err != nil || r.Verdict != doctor.Right {
		t.Errorf("%v, %+v", err, r)
	}
}
