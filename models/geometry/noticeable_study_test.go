package geometry

import (
	"math"
	"slices"
	"testing"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/stats"
	"actscope/models"
)

// The medians over ten networks, each with data of its own, that another implementation
// found for other seeds, in the last hidden layer of the article's networks at its rate and
// at ten times that: just-noticeable distances in each quarter of the distances, and their
// growth. Sigmoid layers lose what is far from the boundary, rectifiers do not.
func TestNoticeableDistancesGrowAwayFromTheBoundaryButInRectifiers(t *testing.T) {
	if testing.Short() {
		t.Skip("60 networks are trained")
	}
	for _, c := range []struct {
		activation graph.Activation
		rate       float64
		quarters   [4]float64
		growth     float64
	}{
		{graph.Sigmoid, 0.05, [4]float64{.027, .040, .063, .109}, 3.9},
		{graph.Tanh, 0.05, [4]float64{.022, .032, .041, .059}, 2.6},
		{graph.ReLU, 0.05, [4]float64{.021, .023, .023, .025}, 1.2},
		{graph.Sigmoid, 0.5, [4]float64{.022, .030, .037, .049}, 2.0},
		{graph.Tanh, 0.5, [4]float64{.021, .048, .079, .166}, 8.6},
		{graph.ReLU, 0.5, [4]float64{.020, .023, .024, .023}, 1.0},
	} {
		var growth []float64
		var quarters [4][]float64
		for seed := range uint32(10) {
			m := studyMeasurement(t, c.activation, c.rate, seed+1)
			l := m.Layers[2]
			growth = append(growth, float64(l.NoticeableDistance.Growth))
			for q, of := range byQuarter(m.Distances, l.NoticeableDistances) {
				quarters[q] = append(quarters[q], float64(median(of)))
			}
		}
		g := float64(median(growth))
		t.Logf("%s, rate %v: growth %.2f (%.2f to %.2f), quarters %.3f %.3f %.3f %.3f", c.activation.Name, c.rate, g, growth[0], growth[len(growth)-1],
			median(quarters[0]), median(quarters[1]), median(quarters[2]), median(quarters[3]))
		if math.Abs(math.Log(g/c.growth)) > math.Log(1.25) {
			t.Errorf("%s, rate %v: growth %.2f, want about %v", c.activation.Name, c.rate, g, c.growth)
		}
		for q, want := range c.quarters {
			if got := float64(median(quarters[q])); math.Abs(math.Log(got/want)) > math.Log(1.25) {
				t.Errorf("%s, rate %v, quarter %d: %.4f, want about %v", c.activation.Name, c.rate, q+1, got, want)
			}
		}
	}
}

// studyMeasurement is of a network of the article's kind after its 800 epochs.
func studyMeasurement(t *testing.T, a graph.Activation, rate float64, seed uint32) Measurement {
	t.Helper()
	set, err := data.Moons(data.MoonsConfig{Samples: 400, Noise: 0.18, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	if set, _, err = data.Standardise(set); err != nil {
		t.Fatal(err)
	}
	train, test, err := data.Split(set, data.SplitConfig{TestFraction: 0.25, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	stream := data.NewRandomState(1000 + seed)
	net, err := models.NewMLP(models.MLP{Inputs: 2, Hidden: []int{8, 8}, Activation: a}, stream)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := models.Train(t.Context(), net, train, models.Training{Rate: rate, Batch: 64, Epochs: 800, Shuffle: stream}); err != nil {
		t.Fatal(err)
	}
	return measured(t, net, train, test)
}

// byQuarter parts values by the quarter that their distance is in.
func byQuarter(distances, values []float64) (quarters [4][]float64) {
	sorted := slices.Sorted(slices.Values(distances))
	for q := range quarters {
		low, high := stats.Quantile(sorted, float64(q)/4), stats.Quantile(sorted, float64(q+1)/4)
		for i, d := range distances {
			if low <= d && d <= high {
				quarters[q] = append(quarters[q], values[i])
			}
		}
	}
	return quarters
}
