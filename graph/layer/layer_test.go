package layer_test

import (
	"fmt"
	"log"
	"math"
	"slices"
	"strings"
	"testing"

	"actscope/graph/layer"
	"actscope/internal/differences"
)

func Example() {
	kind, err := layer.KindNamed("affine")
	if err != nil {
		log.Fatal(err)
	}
	l, err := layer.New(kind, layer.Given{Arrays: map[string]layer.Array{
		"x":    {Shape: []int{2, 2}, Values: []float64{1, 2, 3, 4}},
		"w":    {Shape: []int{2, 1}, Values: []float64{10, 20}},
		"b":    {Shape: []int{1}, Values: []float64{5}},
		"dout": {Shape: []int{2, 1}, Values: []float64{1, -1}},
	}})
	if err != nil {
		log.Fatal(err)
	}
	defer l.Close()
	out, err := l.Output("out")
	if err != nil {
		log.Fatal(err)
	}
	dw, err := l.Gradient("w")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(l.Understood, "out", out, "dw", dw)
	// Output: 2 rows, 2 → 1 out [55 115] dw [-2 -2]
}

func TestKindsAreWhole(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, k := range layer.Kinds() {
		if names[k.Name] || k.Usage == "" {
			t.Errorf("%q: named twice, or without a usage", k.Name)
		}
		names[k.Name] = true
		seen := map[string]string{}
		for _, in := range k.Inputs {
			for _, name := range in.Names() {
				if other, twice := seen[strings.ToLower(name)]; twice && other != in.Name && in.Without == "" {
					t.Errorf("%s: %s and %s are both called %s", k.Name, other, in.Name, name)
				}
				if in.Without == "" {
					seen[name] = in.Name
				}
				if name != in.Name && name != strings.ToLower(name) {
					t.Errorf("%s: the alias %s has capitals", k.Name, name)
				}
			}
		}
		ids := map[string]bool{}
		for _, m := range k.Mistakes {
			if ids[m.ID] || m.Text == "" || m.Should == "" {
				t.Errorf("%s: mistake %q named twice, or without a text", k.Name, m.ID)
			}
			ids[m.ID] = true
		}
		if again, err := layer.KindNamed(k.Name); err != nil || again.Name != k.Name {
			t.Errorf("%s: %v", k.Name, err)
		}
	}
	if _, err := layer.KindNamed("covn"); err == nil || !strings.Contains(err.Error(), "conv") {
		t.Errorf("covn: %v", err)
	}
}

// TestMistakesLeaveTheWayForward makes mistakes and finds the same objective, and gradients that differences contradict.
func TestMistakesLeaveTheWayForward(t *testing.T) {
	t.Parallel()
	wave := func(n int, phase float64) []float64 {
		v := make([]float64, n)
		for i := range v {
			v[i] = math.Sin(phase + 1.7*float64(i))
		}
		return v
	}
	kind, err := layer.KindNamed("rnn")
	if err != nil {
		t.Fatal(err)
	}
	given := layer.Given{Arrays: map[string]layer.Array{
		"x": {Shape: []int{2, 3, 2}, Values: wave(12, 0)}, "prev_h": {Shape: []int{2, 4}, Values: wave(8, 1)},
		"Wx": {Shape: []int{2, 4}, Values: wave(8, 2)}, "Wh": {Shape: []int{4, 4}, Values: wave(16, 3)},
		"b": {Shape: []int{4}, Values: wave(4, 4)}, "dnext_h": {Shape: []int{2, 3, 4}, Values: wave(24, 5)},
	}}
	gradient := func(made ...string) (value float64, dWh []float64) {
		given.Mistakes = made
		l, err := layer.New(kind, given)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		if value, _, err = l.Objective("Wh", 0, given.Arrays["Wh"].Values[0]); err != nil {
			t.Fatal(err)
		}
		if dWh, err = l.Gradient("Wh"); err != nil {
			t.Fatal(err)
		}
		e := differences.Derivative(func(v float64) (float64, uint64) {
			at, region, err := l.Objective("Wh", 5, v)
			if err != nil {
				t.Error(err)
			}
			return at, region
		}, given.Arrays["Wh"].Values[5])
		if right := math.Abs(e.Value-dWh[5]) < 1e-8; right != (len(made) == 0) {
			t.Errorf("%v: gradient %v, by differences %v", made, dWh[5], e.Value)
		}
		return value, dWh
	}
	value, right := gradient()
	for _, m := range kind.Mistakes {
		v, wrong := gradient(m.ID)
		if math.Abs(v-value) > 1e-12 {
			t.Errorf("%s: the objective is %v, was %v", m.ID, v, value)
		}
		if slices.Equal(wrong, right) {
			t.Errorf("%s changes nothing", m.ID)
		}
	}
}
