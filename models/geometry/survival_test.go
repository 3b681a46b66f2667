package geometry

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"actscope/data"
	"actscope/graph"
	"actscope/models"
)

// normalSet is a set of standard normal coordinates, of class 1 where the first is positive.
func normalSet(rows int, seed uint32) data.Set {
	stream := data.NewRandomState(seed)
	s := data.Set{Columns: 2}
	for range rows {
		x, y := stream.NormFloat64(), stream.NormFloat64()
		label := 0.0
		if x > 0 {
			label = 1
		}
		s.X, s.Y = append(s.X, x, y), append(s.Y, label)
	}
	return s
}

// Where the boundary is a line, the distance is a standard normal coordinate of the input: of
// noise σ a reader leaves 1/(1 + σ²) of its variance.
func TestNoiseLeavesOfALinesDistanceWhatTheoryLeaves(t *testing.T) {
	net, err := models.NewMLP(models.MLP{Inputs: 2, Hidden: []int{2}, Activation: graph.Identity}, data.NewRandomState(1))
	if err != nil {
		t.Fatal(err)
	}
	copy(net.Parameters[0].Values, []float64{1, 0, 0, 1})
	copy(net.Parameters[2].Values, []float64{1, 0})
	all := located(t, net, normalSet(4000, 1), normalSet(4000, 2))
	levels := []float64{0, 0.3, 1}
	survived, err := Survival(t.Context(), net, all[0], all[1], levels)
	if err != nil {
		t.Fatal(err)
	}
	if len(survived) != 9 { // input, hidden layer and output
		t.Fatalf("%d readings", len(survived))
	}
	for i, s := range survived {
		if s.Noise != levels[i%3] {
			t.Errorf("reading %d is of noise %v", i, s.Noise)
		}
		if want := 1 / (1 + s.Noise*s.Noise); math.Abs(float64(s.Decoded)-want) > 0.02 {
			t.Errorf("%s, noise %v: %v decoded, want %v", s.Layer, s.Noise, s.Decoded, want)
		}
		if s.Noise == 0 && !(s.FarRank > 1-1e-6) {
			t.Errorf("%s: far rank %v without noise", s.Layer, s.FarRank)
		}
	}
}

// The prototype of the study: ten times the article's rate, ten initial seeds, each on its own
// data, noise 0.1 in the last hidden layer.
func TestFarPointsSurviveInReLUBetterThanInSigmoid(t *testing.T) {
	for _, test := range []struct {
		activation graph.Activation
		farRank    float64
	}{{graph.ReLU, 0.83}, {graph.Sigmoid, 0.49}, {graph.Tanh, 0.49}} {
		mean := 0.0
		for seed := range uint32(10) {
			net, fit, points := fastNet(t, test.activation, 42+seed)
			all := located(t, net, fit, points)
			survived, err := Survival(t.Context(), net, all[0], all[1], []float64{0.1})
			if err != nil {
				t.Fatal(err)
			}
			mean += float64(survived[2].FarRank) / 10
		}
		if math.Abs(mean-test.farRank) > 0.1 {
			t.Errorf("%s: far rank %.2f, the prototype had %.2f", test.activation.Name, mean, test.farRank)
		}
	}
}

// fastNet is the study's network at ten times the article's rate, with two sets of fresh
// points.
func fastNet(t testing.TB, a graph.Activation, seed uint32) (net *models.Network, fit, points data.Set) {
	t.Helper()
	c := data.GeneratorConfig{Name: "moons", Samples: 400, Noise: 0.18, Seed: seed}
	set, err := data.Generate(c)
	if err != nil {
		t.Fatal(err)
	}
	standardised, scaling, err := data.Standardise(set)
	if err != nil {
		t.Fatal(err)
	}
	train, _, err := data.Split(standardised, data.SplitConfig{TestFraction: 0.25, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := data.Fresh(c, 5000)
	if err == nil {
		err = scaling.Apply(fresh.X)
	}
	if err != nil {
		t.Fatal(err)
	}
	stream := data.NewRandomState(seed)
	if net, err = models.NewMLP(models.MLP{Inputs: 2, Hidden: []int{8, 8}, Activation: a}, stream); err != nil {
		t.Fatal(err)
	}
	if _, err := models.Train(t.Context(), net, train, models.Training{Rate: 0.5, Batch: 64, Epochs: 800, Shuffle: stream}); err != nil {
		t.Fatal(err)
	}
	return net, fresh.First(1000), data.Set{X: fresh.X[2000:], Columns: 2, Y: fresh.Y[1000:]}
}

func TestSurvivalIsTheSameEveryTime(t *testing.T) {
	net, train, test := studyNet(t, graph.Tanh, 100)
	all := located(t, net, train, test)
	first, err := Survival(t.Context(), net, all[0], all[1], NoiseLevels())
	if err != nil {
		t.Fatal(err)
	}
	again, err := Survival(t.Context(), net, all[0], all[1], []float64{0.3, 0})
	if err != nil {
		t.Fatal(err)
	}
	for layer := range 4 {
		if fmt.Sprint(first[6*layer+5]) != fmt.Sprint(again[2*layer]) || fmt.Sprint(first[6*layer]) != fmt.Sprint(again[2*layer+1]) {
			t.Errorf("layer %d: %v, then %v", layer, first[6*layer:6*layer+6], again[2*layer:2*layer+2])
		}
	}
}

func TestSurvivalRefusesWhatItCannotMeasure(t *testing.T) {
	net, train, test := studyNet(t, graph.Tanh, 0)
	all := located(t, net, train, test)
	for _, level := range []float64{-0.1, math.NaN(), math.Inf(1)} {
		if _, err := Survival(t.Context(), net, all[0], all[1], []float64{level}); err == nil || !strings.Contains(err.Error(), "noise of") {
			t.Errorf("noise %v: error %v", level, err)
		}
	}
	short := all[1]
	short.Signed = short.Signed[1:]
	if _, err := Survival(t.Context(), net, all[0], short, NoiseLevels()); err == nil || !strings.Contains(err.Error(), "99 distances of 100 rows") {
		t.Errorf("a distance is missing: error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Survival(ctx, net, all[0], all[1], NoiseLevels()); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func BenchmarkSurvival(b *testing.B) {
	for _, a := range []graph.Activation{graph.ReLU, graph.Sigmoid} {
		net, fit, points := fastNet(b, a, 42)
		b.Run(a.Name+"/locate", func(b *testing.B) {
			for b.Loop() {
				located(b, net, fit, points)
			}
		})
		all := located(b, net, fit, points)
		b.Run(a.Name+"/read", func(b *testing.B) {
			for b.Loop() {
				if _, err := Survival(b.Context(), net, all[0], all[1], NoiseLevels()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
