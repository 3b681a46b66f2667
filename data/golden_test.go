package data_test

import (
	"math"
	"testing"

	"actscope/data"
)

// The article's own data: 400 points, noise 0.18, seed 42, a quarter tested.
func TestGoldenStudy(t *testing.T) {
	golden := open(t, "testdata/article.npz")

	raw, err := data.Moons(data.MoonsConfig{Samples: 400, Noise: 0.18, Seed: 42})
	if err != nil {
		t.Fatal(err)
	}
	golden.close("x_raw", raw.X)
	golden.identical("y", raw.Y)

	set, z, err := data.Standardise(raw)
	if err != nil {
		t.Fatal(err)
	}
	golden.close("x_std", set.X)
	golden.close("mean", z.Mean)
	golden.close("scale", z.Scale)

	train, test, err := data.Split(set, data.SplitConfig{TestFraction: 0.25, Seed: 42})
	if err != nil {
		t.Fatal(err)
	}
	golden.close("x_train", train.X)
	golden.identical("y_train", train.Y)
	golden.close("x_test", test.X)
	golden.identical("y_test", test.Y)

	for class, trace := range []struct {
		name  string
		point []float64
	}{{"far_class0", []float64{-1.2, -0.3}}, {"far_class1", []float64{1.2, 0.3}}} {
		row, err := train.Farthest(class, trace.point)
		if err != nil {
			t.Fatal(err)
		}
		golden.close(trace.name, train.Row(row))
	}

	grid, err := data.GridOver(set.Extent(0).Widen(0.5), set.Extent(1).Widen(0.5), 33, 33)
	if err != nil {
		t.Fatal(err)
	}
	golden.close("grid_points", grid.Points)
}

// Weights and shuffles come from one stream: 88 weights a net, seeded anew for
// the second, whose position the epochs' shuffles continue.
func TestGoldenWeightsAndShuffles(t *testing.T) {
	golden := open(t, "testdata/article.npz")
	rng := data.NewRandomState(42)
	for _, net := range []struct {
		name string
		gain float64
	}{{"sigmoid", 1}, {"relu", 2}} {
		rng.Seed(42)
		for _, layer := range []struct {
			name    string
			in, out int
		}{{"W1", 2, 8}, {"W2", 8, 8}, {"W3", 8, 1}} {
			weights := make([]float64, layer.in*layer.out)
			for i := range weights {
				weights[i] = rng.NormFloat64() * math.Sqrt(net.gain/float64(layer.in))
			}
			golden.close(net.name+"_init_"+layer.name, weights)
		}
	}
	var shuffles []float64
	order := make([]int, 300)
	for range 5 {
		rng.PermutationInto(order)
		shuffles = append(shuffles, floats(order)...)
	}
	golden.identical("first_shuffles", shuffles)
}
