package theory

import (
	"context"
	"math"
	"testing"

	"actscope/graph"
)

func TestArcCosineIsTheQuadrature(t *testing.T) {
	for _, q := range []float64{0.1, 1, 7} {
		for _, other := range []float64{0.1, 2.5} {
			for _, c := range []float64{-1, -0.9, 0, 0.3, 0.999, 1} {
				values, slopes := ArcCosine(q, other, c)
				if want := MeanProductOf(graph.ReLU, q, other, c).Value; math.Abs(values-want) > 1e-10 {
					t.Errorf("E[φφ] of variances %v and %v at correlation %v: %v, quadrature %v", q, other, c, values, want)
				}
				if want := MeanSlopeProductOf(graph.ReLU, q, other, c).Value; math.Abs(slopes-want) > 1e-10 {
					t.Errorf("E[φ'φ'] of variances %v and %v at correlation %v: %v, quadrature %v", q, other, c, slopes, want)
				}
			}
		}
	}
}

func TestExpectationsOfTwoVariancesAreThoseOfScaledActivations(t *testing.T) {
	for _, a := range []graph.Activation{graph.Sigmoid, graph.Tanh, graph.GELU} {
		for _, c := range []float64{-0.7, 0.2, 1} {
			if got, want := MeanProductOf(a, 1.7, 1.7, c).Value, MeanProduct(a, 1.7, c).Value; got != want {
				t.Errorf("%s: %v of two equal variances, %v of one", a.Name, got, want)
			}
			forth, back := MeanProductOf(a, 0.4, 3, c).Value, MeanProductOf(a, 3, 0.4, c).Value
			if math.Abs(forth-back) > 1e-11 {
				t.Errorf("%s at correlation %v: %v, the other way round %v", a.Name, c, forth, back)
			}
		}
		if got, want := MeanProductOf(a, 0, 2, 0).Value, a.Value(0)*Mean(a, 2).Value; math.Abs(got-want) > 1e-13 {
			t.Errorf("%s without a variance: %v, want %v", a.Name, got, want)
		}
	}
}

// In a linear network Σ is σw⁴.. x·x'/d at all layers and every layer adds it once: Θ = (hidden + 1) Σ.
func TestTangentLimitOfLinearNetworks(t *testing.T) {
	e := Ensemble{graph.Identity, 1, 0}
	limit, err := e.Tangent(context.Background(), []float64{1, 2, -1, 0.5}, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{2.5 * 4, 0, 0, 0.625 * 4} {
		if got := limit.Weights.At(i/2, i%2); math.Abs(got-want) > 1e-10 {
			t.Errorf("entry %d of the limit is %v, want %v", i, got, want)
		}
		if got := limit.Biases.At(i/2, i%2); math.Abs(got-4) > 1e-10 {
			t.Errorf("entry %d of the biases' limit is %v, want 4", i, got)
		}
	}
}
