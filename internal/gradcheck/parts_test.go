package gradcheck

import (
	"errors"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/atomicfile"
	"actscope/internal/input"
	"actscope/internal/npz"
	"actscope/models"
	"actscope/models/doctor"
	"actscope/models/handcoded/mistakes"
)

func parts(t testing.TB, names ...string) []graph.Part {
	t.Helper()
	parts, err := graph.PartsNamed(names)
	if err != nil {
		t.Fatal(err)
	}
	return parts
}

// normalised is a gradient file of a network 2-3-1 with batch normalisation and tanh,
// whose backward pass is coded here, entry by entry, after Ioffe and Szegedy's formulas.
// Without centring it takes the batch's mean and variance for constants.
func normalised(t testing.TB, centring bool) npz.Arrays {
	t.Helper()
	const rows, inputs, units, epsilon = 6, 2, 3, 1e-5
	rng := data.NewRandomState(5)
	draw := func(n int) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = rng.NormFloat64()
		}
		return x
	}
	x, w1, b1, gain, shift, w2, b2 := draw(rows*inputs), draw(inputs*units), draw(units), draw(units), draw(units), draw(units), draw(1)
	y := []float64{0, 1, 1, 0, 1, 0}
	gw1, gb1, ggain, gshift, gw2, gb2 := make([]float64, inputs*units), make([]float64, units), make([]float64, units), make([]float64, units), make([]float64, units), make([]float64, 1)

	var hat, activation [units][rows]float64
	var scale [units]float64
	for u := range units {
		mean, variance := 0.0, 0.0
		for r := range rows {
			hat[u][r] = b1[u] + x[2*r]*w1[u] + x[2*r+1]*w1[units+u]
			mean += hat[u][r] / rows
		}
		for r := range rows {
			hat[u][r] -= mean
			variance += hat[u][r] * hat[u][r] / rows
		}
		scale[u] = 1 / math.Sqrt(variance+epsilon)
		for r := range rows {
			hat[u][r] *= scale[u]
			activation[u][r] = math.Tanh(gain[u]*hat[u][r] + shift[u])
		}
	}
	var delta [rows]float64
	for r := range rows {
		z := b2[0]
		for u := range units {
			z += activation[u][r] * w2[u]
		}
		delta[r] = (1/(1+math.Exp(-z)) - y[r]) / rows
		gb2[0] += delta[r]
	}
	for u := range units {
		var back [rows]float64 // with respect to the normalised numbers
		sum, product := 0.0, 0.0
		for r := range rows {
			gw2[u] += delta[r] * activation[u][r]
			d := delta[r] * w2[u] * (1 - activation[u][r]*activation[u][r])
			ggain[u] += d * hat[u][r]
			gshift[u] += d
			back[r] = d * gain[u]
			sum += back[r] / rows
			product += back[r] * hat[u][r] / rows
		}
		for r := range rows {
			d := back[r]
			if centring {
				d -= sum + hat[u][r]*product
			}
			d *= scale[u]
			gw1[u] += d * x[2*r]
			gw1[units+u] += d * x[2*r+1]
			gb1[u] += d
		}
	}
	array := func(name string, values []float64, shape ...int) npz.Array {
		return npz.Array{Name: name, Shape: shape, Values: values}
	}
	return npz.Arrays{
		array("x", x, rows, inputs), array("y", y, rows),
		array("W1", w1, inputs, units), array("b1", b1, units), array("gain1", gain, units), array("shift1", shift, 1, units),
		array("W2", w2, units, 1), array("b2", b2, 1),
		array("grad_W1", gw1, inputs, units), array("grad_b1", gb1, units), array("grad_gain1", ggain, units), array("grad_shift1", gshift, units),
		array("grad_W2", gw2, units, 1), array("grad_b2", gb2, 1),
	}
}

func TestBatchNormalisationByHandIsTheReferences(t *testing.T) {
	for _, centring := range []bool{true, false} {
		f, err := ReadFile(store(t, normalised(t, centring)), models.MLP{Activation: graph.Tanh, Parts: parts(t, "batch-norm")})
		if err != nil {
			t.Fatal(err)
		}
		r, err := Against(f, mistakes.Tolerance{Relative: 1e-12, Absolute: 1e-14})
		if err != nil {
			t.Fatal(err)
		}
		var wrong []string
		for _, a := range r.Arrays {
			if !a.Agrees {
				wrong = append(wrong, a.Name)
			}
		}
		want := ""
		if !centring {
			want = "grad_W1 grad_b1"
		}
		if got := strings.Join(wrong, " "); got != want || r.Agrees != centring {
			t.Errorf("centring %t: wrong are %q, want %q", centring, got, want)
		}
		layer, remark := 1, ""
		if !centring {
			layer, remark = 2, "Mistakes are looked for in networks without parts only."
		}
		if r.LastRightLayer != layer || r.Remark != remark || len(r.Explanations) != 0 {
			t.Errorf("centring %t: %+v", centring, r.Diagnosis)
		}
	}
}

// What is exported for a network with parts is right, whatever the parts.
func TestExportedPartsAgree(t *testing.T) {
	set, err := data.Moons(data.MoonsConfig{Samples: 12, Noise: 0.18, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, names := range [][]string{{"batch-norm"}, {"layer-norm"}, {"residual"}, {"layer-norm", "residual"}} {
		net, err := models.NewMLP(models.MLP{Inputs: 2, Hidden: []int{4, 4}, Activation: graph.Tanh, Parts: parts(t, names...)}, data.NewRandomState(3))
		if err != nil {
			t.Fatal(err)
		}
		f, err := Export(net, set)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "g.npz")
		if err := atomicfile.Write(path, f.Encode); err != nil {
			t.Fatal(err)
		}
		again, err := ReadFile(path, models.MLP{Activation: graph.Tanh, Parts: parts(t, names...)})
		if err != nil {
			t.Fatal(err)
		}
		r, err := Against(again, doctor.Double)
		if err != nil || !r.Agrees || len(r.Arrays) != len(net.Parameters)+1 {
			t.Errorf("%v: %+v, %v", names, r, err)
		}
		if again.Hidden() != 2 {
			t.Errorf("%d hidden layers", again.Hidden())
		}
	}
}

func TestFilesThatDoNotFitTheirParts(t *testing.T) {
	good := normalised(t, true)
	for name, c := range map[string]struct {
		parts  []string
		arrays npz.Arrays
		want   string
	}{
		"parts not asked for": {nil, good, "array gain1: not part of a gradient file"},
		"other parts":         {[]string{"residual"}, good, "array gain1: not part"},
		"missing":             {[]string{"batch-norm"}, without(good, "shift1"), "array shift1: missing"},
		"no gradient":         {[]string{"batch-norm"}, without(good, "grad_gain1"), "array grad_gain1: missing"},
	} {
		_, err := ReadFile(store(t, c.arrays), models.MLP{Activation: graph.Tanh, Parts: parts(t, c.parts...)})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	plain := without(good, "gain1", "shift1", "grad_gain1", "grad_shift1")
	f, err := ReadFile(store(t, plain), models.MLP{Activation: graph.Tanh, Parts: parts(t, "dropout:0.5")})
	if err != nil {
		t.Fatal(err)
	}
	var bad *input.Error
	if _, err := Against(f, doctor.Double); !errors.As(err, &bad) || !errors.Is(err, ErrRandom) {
		t.Errorf("dropout: %v", err)
	}
}
