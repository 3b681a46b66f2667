package layers

import (
	"context"
	"encoding/json"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"actscope/graph/layer"
	"actscope/models/doctor"
)

// truth is an entry of a truth.json; those of PyTorch's files, all right, have layer and flags alone.
type truth struct {
	Layer string
	Flags []string
	Right bool
	Wrong []string
	Fault *string
}

// read reads a truth.json.
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

// options are what an entry's flags say.
func (e truth) options(t *testing.T) Options {
	o := Options{Layer: e.Layer}
	for i := 0; i+1 < len(e.Flags); i += 2 {
		n, err := strconv.Atoi(e.Flags[i+1])
		if err != nil {
			t.Fatal(err)
		}
		*map[string]**int{"--stride": &o.Stride, "--pad": &o.Pad, "--pool": &o.Pool}[e.Flags[i]] = &n
	}
	return o
}

// disagreeing are the names of arrays that do not agree.
func disagreeing(r *doctor.Report) []string {
	var names []string
	for _, a := range r.Arrays {
		if !a.Agrees {
			names = append(names, a.Name)
		}
	}
	return names
}

func TestPyTorchsLayersAreRight(t *testing.T) {
	t.Parallel()
	for name, e := range readTruth(t, "testdata/truth.json") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := Check(context.Background(), filepath.Join("testdata/layers", name+".npz"), e.options(t))
			if err != nil {
				t.Fatal(err)
			}
			if r.Verdict != doctor.Right {
				t.Errorf("%s (%s, %s), wrong are %v", r.Verdict, r.Understood.Network, r.Understood.Layout, disagreeing(r))
			}
			if len(r.Understood.Ignored) > 0 {
				t.Errorf("ignored: %v", r.Understood.Ignored)
			}
			if d := r.Understood.Differences; d.Entries == 0 || d.MaxAbs > 1e-6 {
				t.Errorf("differences %+v", *d)
			}
		})
	}
}

func TestPublicLayersAreJudged(t *testing.T) {
	t.Parallel()
	for name, e := range readTruth(t, "testdata/wild/truth.json") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, o := range []Options{e.options(t), {Layer: e.Layer}} { // sizes tell what flags say
				r, err := Check(context.Background(), filepath.Join("testdata/wild", name+".npz"), o)
				if err != nil {
					t.Fatal(err)
				}
				wrong := disagreeing(r)
				slices.Sort(wrong)
				slices.Sort(e.Wrong)
				if r.Agrees != e.Right || !slices.Equal(wrong, e.Wrong) {
					t.Errorf("agrees %v, wrong %v; wanted %v, %v", r.Agrees, wrong, e.Right, e.Wrong)
				}
				if e.Fault != nil && (len(r.Diagnosis) != 1 || r.Remark != "") {
					t.Errorf("%s: diagnosed as %v, %s", *e.Fault, r.Diagnosis, r.Remark)
				}
			}
		})
	}
}

// mistaken is a file with mistakes made on purpose, of PyTorch's file.
func mistaken(t *testing.T, name string, e truth, made ...string) ([]doctor.Array, *check) {
	t.Helper()
	arrays, err := doctor.Read(filepath.Join("testdata/layers", name+".npz"), nil)
	if err != nil {
		t.Fatal(err)
	}
	kind, err := layer.KindNamed(e.Layer)
	if err != nil {
		t.Fatal(err)
	}
	n, err := nameArrays(kind, arrays, nil)
	if err != nil {
		t.Fatal(err)
	}
	given, err := n.given(arrays, e.options(t))
	if err != nil {
		t.Fatal(err)
	}
	c := &check{kind: kind, arrays: arrays, names: n, given: given, tolerance: doctor.Double}
	if err := c.choose(context.Background()); err != nil {
		t.Fatal(err)
	}
	r, err := c.compute(c.variant, made...)
	if err != nil && strings.Contains(err.Error(), "not square") {
		return nil, c
	}
	if err != nil {
		t.Fatal(err)
	}
	out := slices.Clone(arrays)
	for input, g := range n.gradients {
		out[g].Values = r.gradients[input]
	}
	return out, c
}

// TestMistakesAreNamed makes every mistake in every file of PyTorch's, and finds it or another with the same numbers.
func TestMistakesAreNamed(t *testing.T) {
	t.Parallel()
	for name, e := range readTruth(t, "testdata/truth.json") {
		if testing.Short() && len(name) != len(e.Layer) { // the plainest file of a kind, as under the race detector
			continue
		}
		kind, err := layer.KindNamed(e.Layer)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range kind.Mistakes {
			t.Run(name+" "+m.ID, func(t *testing.T) {
				t.Parallel()
				arrays, c := mistaken(t, name, e, m.ID)
				if arrays == nil {
					t.Skip("it cannot be made here")
				}
				r, err := Judge(context.Background(), arrays, e.options(t))
				if err != nil {
					t.Fatal(err)
				}
				changes := false
				for input, g := range c.names.gradients {
					changes = changes || !doctor.Compare(arrays[g], c.result.gradients[input], doctor.Double).Agrees
				}
				if !changes {
					if r.Verdict != doctor.Right {
						t.Errorf("%s, although nothing changed", r.Verdict)
					}
					return
				}
				if r.Verdict == doctor.Right && r.Understood.Layout != c.variant.Text {
					return // it is right for another definition of the layer, and said so
				}
				if r.Verdict != doctor.Wrong || len(r.Diagnosis) != 1 || r.Remark != "" {
					t.Fatalf("%s, %v, %s", r.Verdict, r.Diagnosis, r.Remark)
				}
				if r.Diagnosis[0].Mistake == m.ID {
					return
				}
				other, err := c.compute(c.variant, r.Diagnosis[0].Mistake)
				if err != nil {
					t.Fatal(err)
				}
				for input, g := range c.names.gradients {
					if k, isFactor := c.factor(input, arrays[g].Values); !isFactor && !doctor.Compare(arrays[g], other.gradients[input], doctor.Double).Agrees {
						t.Errorf("named %v (factor %v)", r.Diagnosis, k)
					}
				}
			})
		}
	}
}

func TestFactorsAndLayouts(t *testing.T) {
	t.Parallel()
	change := func(arrays []doctor.Array, name string, f func(a *doctor.Array)) {
		i := slices.IndexFunc(arrays, func(a doctor.Array) bool { return a.Name == name })
		f(&arrays[i])
	}
	times := func(k float64) func(*doctor.Array) {
		return func(a *doctor.Array) {
			a.Values = slices.Clone(a.Values)
			for i := range a.Values {
				a.Values[i] *= k
			}
		}
	}
	for _, test := range []struct {
		file, array string
		change      func(*doctor.Array)
		want        string
	}{
		{"affine", "dw", times(2), "factor-two"},
		{"affine", "dw", times(-1), "sign"},
		{"affine", "dw", times(0.2), "mean-over-batch"},
		{"affine", "db", times(0.37), "another-factor"},
		{"batch-norm", "dgamma", times(0.5), "factor-half"},
		{"affine", "dw", func(a *doctor.Array) {
			turned := make([]float64, len(a.Values))
			for i, v := range a.Values {
				turned[i%4*6+i/4] = v
			}
			a.Shape, a.Values = []int{4, 6}, turned
		}, "weight-gradient-transposed"},
		{"rnn", "dWx", func(a *doctor.Array) {
			a.Values = slices.Clone(a.Values)
			for i, v := range a.Values {
				a.Values[i] = max(-0.1, min(v, 0.1))
			}
		}, "clipped"},
	} {
		arrays, err := doctor.Read(filepath.Join("testdata/layers", test.file+".npz"), nil)
		if err != nil {
			t.Fatal(err)
		}
		change(arrays, test.array, test.change)
		r, err := Judge(context.Background(), arrays, Options{Layer: test.file})
		if err != nil {
			t.Fatal(err)
		}
		if got := disagreeing(r); r.Verdict != doctor.Wrong || !slices.Equal(got, []string{test.array}) {
			t.Errorf("%s of %s: %s, wrong are %v", test.array, test.file, r.Verdict, got)
		}
		if test.want != "clipped" && (len(r.Diagnosis) != 1 || r.Diagnosis[0].Mistake != test.want) {
			t.Errorf("%s of %s: %v, wanted %s", test.array, test.file, r.Diagnosis, test.want)
		}
	}
}

func TestTwoMistakesAreNamed(t *testing.T) {
	t.Parallel()
	e := truth{Layer: "lstm"}
	arrays, _ := mistaken(t, "lstm-ifog", e, "cell-derivative-missing", "next-cell-for-previous")
	r, err := Judge(context.Background(), arrays, e.options(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Diagnosis) != 2 || r.Remark != "" {
		t.Errorf("%v, %s", r.Diagnosis, r.Remark)
	}
}

func TestBadLayersAreRefused(t *testing.T) {
	t.Parallel()
	vector := func(name string, v ...float64) doctor.Array {
		return doctor.Array{Name: name, Shape: []int{len(v)}, Values: v}
	}
	matrix := func(name string, rows, columns int) doctor.Array {
		a := doctor.Array{Name: name, Shape: []int{rows, columns}, Values: make([]float64, rows*columns)}
		for i := range a.Values {
			a.Values[i] = float64(i%7) - 2.5
		}
		return a
	}
	zero := 0
	for name, test := range map[string]struct {
		arrays  []doctor.Array
		options Options
	}{
		"no such layer":       {[]doctor.Array{matrix("x", 2, 3)}, Options{Layer: "covn"}},
		"nothing":             {nil, Options{Layer: "affine"}},
		"no gradient":         {[]doctor.Array{matrix("x", 2, 3), matrix("w", 3, 4), matrix("dout", 2, 4)}, Options{Layer: "affine"}},
		"sizes":               {[]doctor.Array{matrix("x", 2, 3), matrix("w", 5, 4), matrix("dout", 2, 4), matrix("dx", 2, 3)}, Options{Layer: "affine"}},
		"what comes down":     {[]doctor.Array{matrix("x", 2, 3), matrix("w", 3, 4), matrix("dout", 2, 5), matrix("dx", 2, 3)}, Options{Layer: "affine"}},
		"NaN in an input":     {[]doctor.Array{vector("x", 1, math.NaN()), vector("dout", 1, 1), vector("dx", 1, 1)}, Options{Layer: "relu"}},
		"empty":               {[]doctor.Array{vector("x"), vector("dout"), vector("dx")}, Options{Layer: "relu"}},
		"label out of bounds": {[]doctor.Array{matrix("x", 2, 3), vector("y", 1, 3), matrix("dx", 2, 3)}, Options{Layer: "softmax"}},
		"label not whole":     {[]doctor.Array{matrix("x", 2, 3), vector("y", 1, 0.5), matrix("dx", 2, 3)}, Options{Layer: "svm"}},
		"one class":           {[]doctor.Array{matrix("x", 2, 1), vector("y", 0, 0), matrix("dx", 2, 1)}, Options{Layer: "softmax"}},
		"no image":            {[]doctor.Array{matrix("x", 2, 3), matrix("w", 3, 4), matrix("dout", 2, 4), matrix("dx", 2, 3)}, Options{Layer: "conv"}},
		"stride 0":            {[]doctor.Array{matrix("x", 2, 3), matrix("dout", 2, 3), matrix("dx", 2, 3)}, Options{Layer: "max-pool", Stride: &zero}},
		"no such array":       {[]doctor.Array{matrix("x", 2, 3), matrix("dout", 2, 3), matrix("dx", 2, 3)}, Options{Layer: "relu", Map: map[string]string{"x": "q"}}},
		"no such role":        {[]doctor.Array{matrix("x", 2, 3), matrix("dout", 2, 3), matrix("dx", 2, 3)}, Options{Layer: "relu", Map: map[string]string{"q": "x"}}},
		"too large":           {[]doctor.Array{vector("x", 1e308, 1e308), vector("dout", 1e308, 1e308), vector("mask", 1e308, 1), vector("dx", 1, 1)}, Options{Layer: "dropout"}},
	} {
		if r, err := Judge(context.Background(), test.arrays, test.options); err == nil {
			t.Errorf("%s: %s", name, r.Verdict)
		} else {
			t.Logf("%s: %v", name, err)
		}
	}
	bad := vector("dx", 1, math.NaN())
	r, err := Judge(context.Background(), []doctor.Array{vector("x", 1, -2), vector("dout", 3, 4), bad}, Options{Layer: "relu"})
	if err != nil || r.Verdict != doctor.Wrong {
		t.Errorf("NaN in a gradient: %v %v", r, err)
	}
}

// TestNoiseIsNeverRight puts noise into one gradient of each file.
func TestNoiseIsNeverRight(t *testing.T) {
	if testing.Short() {
		t.Skip("some hundred checks")
	}
	t.Parallel()
	for name, e := range readTruth(t, "testdata/truth.json") {
		arrays, c := mistaken(t, name, e)
		for _, input := range slices.Sorted(maps.Keys(c.names.gradients))[:1] {
			g := c.names.gradients[input]
			noisy := slices.Clone(arrays)
			noisy[g].Values = slices.Clone(noisy[g].Values)
			for i := range noisy[g].Values {
				noisy[g].Values[i] += math.Sin(float64(7*i*i+3*i+g)) / 10
			}
			r, err := Judge(context.Background(), noisy, e.options(t))
			if err != nil {
				t.Errorf("%s, d%s: %v", name, input, err)
			} else if r.Verdict != doctor.Wrong || len(r.Diagnosis) > 0 && len(noisy[g].Values) > 2 {
				t.Errorf("%s, d%s: %s, %v", name, input, r.Verdict, r.Diagnosis)
			}
		}
	}
}

// TestSixteenBitsAreJudgedToTheirPrecision rounds a right gradient to eleven bits.
func TestSixteenBitsAreJudgedToTheirPrecision(t *testing.T) {
	t.Parallel()
	for _, half := range []bool{true, false} {
		arrays, err := doctor.Read("testdata/layers/affine.npz", nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range arrays {
			if a := &arrays[i]; a.Name == "dw" {
				a.Half = half
				for j, v := range a.Values {
					fraction, exponent := math.Frexp(v)
					a.Values[j] = math.Ldexp(math.Round(fraction*(1<<11))/(1<<11), exponent)
				}
			}
		}
		r, err := Judge(context.Background(), arrays, Options{Layer: "affine"})
		if err != nil {
			t.Fatal(err)
		}
		if r.Agrees != half {
			t.Errorf("16 bits %v: %s", half, r.Verdict)
		}
	}
}

// TestNamesThatDifferInCapitals has two arrays that are one name but for capitals.
func TestNamesThatDifferInCapitals(t *testing.T) {
	t.Parallel()
	arrays, err := doctor.Read("testdata/layers/gru-gates-apart.npz", nil)
	if err != nil {
		t.Fatal(err)
	}
	kind, err := layer.KindNamed("gru")
	if err != nil {
		t.Fatal(err)
	}
	arrays = append([]doctor.Array{{Name: "DX", Shape: []int{1}, Values: []float64{0}}, {Name: "X", Shape: []int{1}, Values: []float64{0}}}, arrays...)
	n, err := nameArrays(kind, arrays, map[string]string{"z": "X"})
	if err == nil {
		t.Errorf("no input is called z: %v", n)
	}
	if n, err = nameArrays(kind, arrays, nil); err != nil {
		t.Fatal(err)
	}
	for input, want := range map[string]string{"x": "x", "Wz": "Wz"} {
		if got := arrays[n.inputs[input]].Name; got != want {
			t.Errorf("%s is %s", input, got)
		}
	}
	if got := arrays[n.gradients["x"]].Name; got != "dx" {
		t.Errorf("dx is %s", got)
	}
}
