package models

import (
	"context"
	"math"
	"slices"
	"testing"

	"actscope/data"
	"actscope/graph"
)

// Of a linear network the penalised loss has one minimum, and at it, by the conditions of Karush, Kuhn and
// Tucker, the gradient of the loss is -L1 sign(w) where a weight is not 0, and at most L1 in magnitude
// where it is. Biases are not penalised: their gradient is 0.
func TestL1ComesToItsMinimum(t *testing.T) {
	rng := data.NewRandomState(5)
	set := data.Set{Columns: 6}
	for range 80 {
		z := 0.0
		for j := range 6 {
			v := rng.NormFloat64()
			set.X = append(set.X, v)
			if j < 2 {
				z += 2 * v
			}
		}
		y := 0.0
		if z+rng.NormFloat64() > 0 {
			y = 1
		}
		set.Y = append(set.Y, y)
	}
	const l1 = 0.05
	for _, optimiser := range []Optimiser{Descent{}, Momentum{Coefficient: 0.9}} {
		stream := data.NewRandomState(1)
		net, err := NewMLP(MLP{Inputs: 6, Loss: graph.Logits}, stream)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Train(context.Background(), net, set, Training{Rate: 0.2, Batch: 80, Epochs: 4000, Shuffle: stream, Optimiser: optimiser, L1: l1}); err != nil {
			t.Fatal(err)
		}
		g, err := net.Gradient(set)
		if err != nil {
			t.Fatal(err)
		}
		zeros := 0
		for i, w := range net.Parameters[0].Values {
			d := g.Parameters[0][i]
			switch {
			case w == 0:
				if zeros++; math.Abs(d) > l1+1e-9 {
					t.Errorf("weight %d is 0, and its gradient %v is beyond %v", i, d, l1)
				}
			case optimiser == (Descent{}) && math.Abs(d+math.Copysign(l1, w)) > 1e-9:
				t.Errorf("weight %d is %v, and its gradient is %v", i, w, d)
			}
		}
		if optimiser == (Descent{}) && (zeros == 0 || zeros == 6 || math.Abs(g.Parameters[1][0]) > 1e-9) {
			t.Errorf("%d of 6 weights are 0, the bias has the gradient %v", zeros, g.Parameters[1][0])
		}
	}
}

func TestShrinkStopsAtZero(t *testing.T) {
	w := []float64{3, -3, 0.5, -0.5, 1, -1, 0, math.Inf(1), math.NaN()}
	Shrink(w, 1)
	want := []float64{2, -2, 0, 0, 0, 0, 0, math.Inf(1)}
	if !slices.Equal(w[:8], want) || !math.IsNaN(w[8]) {
		t.Errorf("%v", w)
	}
}

func TestL1OutsideItsDomainIsRefused(t *testing.T) {
	for _, l1 := range []float64{-1, math.NaN(), math.Inf(1)} {
		if err := (Training{Rate: 1, Batch: 1, Shuffle: data.NewRandomState(1), L1: l1}).Validate(); err == nil {
			t.Errorf("L1 %v is taken", l1)
		}
	}
}
