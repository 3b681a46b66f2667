package models

import (
	"math"
	"slices"
	"strings"
	"testing"

	"actscope/data"
	"actscope/graph"
)

// drawn is a matrix as the initialisation fills it.
func drawn(t *testing.T, name string, rows, columns int, stream *data.RandomState) []float64 {
	t.Helper()
	i, err := InitNamed(name)
	if err != nil {
		t.Fatal(err)
	}
	w := graph.Parameter{Rows: rows, Columns: columns, Values: slices.Repeat([]float64{math.NaN()}, rows*columns)}
	i.fill(w, 2, stream)
	return w.Values
}

// Each Gaussian or uniform initialisation is the stream's numbers, row by row,
// times a factor written out here.
func TestInitialisationsScaleTheStream(t *testing.T) {
	const in, out = 6, 10
	gauss := func(s *data.RandomState) float64 { return s.NormFloat64() }
	uniform := func(s *data.RandomState) float64 { return 2*s.Float64() - 1 }
	for _, test := range []struct {
		name   string
		draw   func(*data.RandomState) float64
		factor float64
	}{
		{"article", gauss, math.Sqrt(2.0 / in)}, // the test's gain is 2
		{"he-normal", gauss, math.Sqrt(2.0 / in)},
		{"he-uniform", uniform, math.Sqrt(6.0 / in)},
		{"glorot-normal", gauss, math.Sqrt(2.0 / (in + out))},
		{"glorot-uniform", uniform, math.Sqrt(6.0 / (in + out))},
		{"lecun-normal", gauss, math.Sqrt(1.0 / in)},
		{"lecun-uniform", uniform, math.Sqrt(3.0 / in)},
		{"deviation:0.25", gauss, 0.25},
		{"deviation:0", gauss, 0},
	} {
		got, stream := drawn(t, test.name, in, out, data.NewRandomState(3)), data.NewRandomState(3)
		for j, v := range got {
			if want := test.draw(stream) * test.factor; math.Abs(v-want) > 1e-15 {
				t.Fatalf("%s: entry %d is %v, want %v", test.name, j, v, want)
			}
		}
	}
}

// The variances are those that the names promise, whatever the recipe: measured
// over 250,000 draws, whose variance is known to half a per cent.
func TestInitialVariances(t *testing.T) {
	const in, out = 400, 625
	for name, want := range map[string]float64{
		"he-normal": 2.0 / in, "he-uniform": 2.0 / in, "glorot-normal": 2.0 / (in + out), "glorot-uniform": 2.0 / (in + out),
		"lecun-normal": 1.0 / in, "lecun-uniform": 1.0 / in, "orthogonal": 1.0 / out, "deviation:0.3": 0.09,
	} {
		sum, squares := 0.0, 0.0
		for _, v := range drawn(t, name, in, out, data.NewRandomState(8)) {
			sum, squares = sum+v, squares+v*v
		}
		mean, variance := sum/(in*out), squares/(in*out)
		if math.Abs(mean) > 5*math.Sqrt(want/(in*out)) || math.Abs(variance/want-1) > 0.015 {
			t.Errorf("%s: mean %v, variance %v, want 0 and %v", name, mean, variance, want)
		}
	}
}

func TestOrthogonalMatricesAreOrthogonal(t *testing.T) {
	for _, shape := range [][2]int{{1, 1}, {5, 5}, {7, 3}, {3, 7}, {1, 9}, {9, 1}, {70, 64}} {
		rows, columns := shape[0], shape[1]
		w := drawn(t, "orthogonal", rows, columns, data.NewRandomState(4))
		at := func(i, k int) float64 { return w[k*columns+i] } // column i, entry k
		vectors, length := columns, rows
		if columns > rows {
			at = func(i, k int) float64 { return w[i*columns+k] } // row i
			vectors, length = rows, columns
		}
		for i := range vectors {
			for j := range vectors {
				dot, want := 0.0, 0.0
				for k := range length {
					dot += at(i, k) * at(j, k)
				}
				if i == j {
					want = 1
				}
				if math.Abs(dot-want) > 1e-13 {
					t.Fatalf("%v: product of vectors %d and %d is %v", shape, i, j, dot)
				}
			}
		}
	}
}

// Gram and Schmidt's process gives the Q whose R has a positive diagonal: the one
// that the sign correction is to choose.
func TestOrthogonalIsGramSchmidtOfTheStream(t *testing.T) {
	const rows, columns = 6, 4
	got := drawn(t, "orthogonal", rows, columns, data.NewRandomState(11))
	stream := data.NewRandomState(11)
	var q [rows][columns]float64
	for i := range rows {
		for j := range columns {
			q[i][j] = stream.NormFloat64()
		}
	}
	for j := range columns {
		for k := range j {
			dot := 0.0
			for i := range rows {
				dot += q[i][j] * q[i][k]
			}
			for i := range rows {
				q[i][j] -= dot * q[i][k]
			}
		}
		norm := 0.0
		for i := range rows {
			norm += q[i][j] * q[i][j]
		}
		for i := range rows {
			q[i][j] /= math.Sqrt(norm)
		}
	}
	for i := range rows {
		for j := range columns {
			if math.Abs(got[i*columns+j]-q[i][j]) > 1e-13 {
				t.Errorf("entry %d %d is %v, want %v", i, j, got[i*columns+j], q[i][j])
			}
		}
	}
	// The signs of a uniform draw are even.
	negative := 0
	stream = data.NewRandomState(12)
	for range 400 {
		if drawn(t, "orthogonal", 2, 2, stream)[0] < 0 {
			negative++
		}
	}
	if negative < 150 || negative > 250 {
		t.Errorf("%d of 400 first entries are negative", negative)
	}
}

func TestZeroDrawsNothing(t *testing.T) {
	stream := data.NewRandomState(1)
	if w := drawn(t, "zero", 3, 2, stream); slices.ContainsFunc(w, func(v float64) bool { return v != 0 }) {
		t.Errorf("weights %v", w)
	}
	if stream.Float64() != data.NewRandomState(1).Float64() {
		t.Error("the stream was advanced")
	}
}

func TestEachLayerIsDrawnForItsOwnActivation(t *testing.T) {
	spec := MLP{Inputs: 2, Hidden: []int{3, 4}, Activations: []graph.Activation{graph.ReLU, graph.Tanh}}
	net, err := NewMLP(spec, data.NewRandomState(5))
	if err != nil {
		t.Fatal(err)
	}
	stream := data.NewRandomState(5)
	for i, gain := range []float64{2, 1, 1} { // the output's is the last hidden layer's
		for j, v := range net.Parameters[2*i].Values {
			if want := stream.NormFloat64() * math.Sqrt(gain/float64(net.Parameters[2*i].Rows)); v != want {
				t.Fatalf("W%d[%d] is %v, want %v", i+1, j, v, want)
			}
		}
	}
	spec.Activations = spec.Activations[:1]
	if _, err := NewMLP(spec, data.NewRandomState(5)); err == nil || !strings.Contains(err.Error(), "1 activations for 2 hidden layers") {
		t.Errorf("got %v", err)
	}
}

func TestBadInitialisationsAreRefused(t *testing.T) {
	for name, want := range map[string]string{
		"glorot":          "did you mean glorot-normal? Choose one of article",
		"":                "choose one of article",
		"deviation:":      `"" is not a number`,
		"deviation:x":     `"x" is not a number`,
		"deviation:-1":    "deviation -1",
		"deviation:NaN":   "deviation NaN",
		"deviation:Inf":   "deviation +Inf",
		"deviation:1e999": "not a number in range",
	} {
		if _, err := InitNamed(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q in it", name, err, want)
		}
	}
	for _, i := range append(Inits(), must(DeviationInit(0.125))) {
		if found, err := InitNamed(i.Name); err != nil || found.Name != i.Name {
			t.Errorf("%s: found %q, %v", i.Name, found.Name, err)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
