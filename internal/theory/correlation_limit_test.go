package theory

import (
	"math"
	"testing"

	"actscope/graph"
)

func TestCorrelationsApproachTheirLimit(t *testing.T) {
	for _, test := range []struct {
		activation   graph.Activation
		weight, bias float64
		want         float64 // NaN where only its being a limit is known
	}{
		{graph.Sigmoid, 1, 0, 1}, {graph.Tanh, 1.5, 0.05, 1}, // order
		{graph.Tanh, 4, 0, 0},            // chaos without biases: opposite inputs stay opposite
		{graph.Tanh, 4, 0.1, math.NaN()}, // chaos with biases
		{graph.SELU, 1, 0, 0},            // means of 0 at q = 1
	} {
		m := NewVarianceMap(test.activation)
		e := m.ensemble(test.weight, test.bias)
		l := m.Limit(test.weight, test.bias, 1)
		got := e.CorrelationLimit(l)
		if !math.IsNaN(test.want) && math.Abs(got.Correlation-test.want) > 1e-9 {
			t.Errorf("%s: c* = %v, want %v", test.activation.Name, got.Correlation, test.want)
		}
		if math.IsNaN(test.want) && !(got.Correlation > 0.01 && got.Correlation < 0.99) {
			t.Errorf("%s: c* = %v is no compromise between order and independence", test.activation.Name, got.Correlation)
		}
		if got.Chi.Value >= 1 {
			t.Errorf("%s: χ at c* is %v: it is not stable", test.activation.Name, got.Chi.Value)
		}
		// Iteration goes there, from below and from above, in the end at the rate of χ.
		for _, start := range []float64{0, 0.9} {
			c, rate := start, got.Chi.Value
			for range 60 {
				next := e.NextCorrelation(l.Variance.Value, c).Value
				if distance := math.Abs(c - got.Correlation); distance < 1e-4 && distance > 1e-6 {
					rate = (next - got.Correlation) / (c - got.Correlation)
				}
				c = next
			}
			if math.Abs(c-got.Correlation) > 0.5*math.Abs(start-got.Correlation)+1e-12 {
				t.Errorf("%s: iteration from %v goes to %v, not to %v", test.activation.Name, start, c, got.Correlation)
			}
			if math.Abs(rate-got.Chi.Value) > 0.01 {
				t.Errorf("%s: distances shrink by %v, not by χ = %v", test.activation.Name, rate, got.Chi.Value)
			}
		}
	}
}

func TestOnlyAPositiveVarianceHasALimitOfCorrelation(t *testing.T) {
	for _, test := range []struct {
		activation   graph.Activation
		weight, bias float64
		defined      bool
	}{
		{graph.ReLU, 2, 0, true}, {graph.ReLU, 1, 0, false}, {graph.ReLU, 3, 0, false}, {graph.ReLU, 1, 1, true}, {graph.Tanh, 0, 0, false}, {graph.Sigmoid, 0, 1, true},
	} {
		m := NewVarianceMap(test.activation)
		got := m.ensemble(test.weight, test.bias).CorrelationLimit(m.Limit(test.weight, test.bias, test.weight+test.bias))
		if math.IsNaN(got.Correlation) == test.defined || test.defined && got.Correlation != 1 {
			t.Errorf("%s %v %v: %+v", test.activation.Name, test.weight, test.bias, got)
		}
	}
}
