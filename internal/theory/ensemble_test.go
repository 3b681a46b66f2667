package theory

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"actscope/graph"
)

// printed compares with a number as it is printed elsewhere: half a unit of its last
// digit off at most.
func printed(t *testing.T, what string, got float64, want string) {
	t.Helper()
	_, decimals, _ := strings.Cut(want, ".")
	if s := strconv.FormatFloat(got, 'f', len(decimals), 64); strings.TrimPrefix(s, "0") != strings.TrimPrefix(want, "0") {
		t.Errorf("%s: %v, want %s", what, got, want)
	}
}

// The values of the study's notes on theory, by quadrature of their own.
func TestFixedPointsOfTheLiterature(t *testing.T) {
	for _, test := range []struct {
		activation   graph.Activation
		weight, bias float64
		q, chi, xi   string
	}{
		{graph.Sigmoid, 1, 0, ".264687", ".055721", ".346"}, // as the article initialises it
		{graph.Sigmoid, 16, 0, "5.8554", ".3989", "1.088"},
		{graph.Tanh, 1.5, 0.05, ".4180", ".9386", "15.79"},
		{graph.SELU, 1, 0, "1.0000", "1.0716", "-14.47"}, // Klambauer et al. 2017: q = 1 by construction
	} {
		l := NewVarianceMap(test.activation).Limit(test.weight, test.bias, test.weight+test.bias)
		name := test.activation.Name
		if l.Fate != Settles || !(l.Variance.Error < 1e-13) || !l.Stable() {
			t.Errorf("%s: %+v", name, l)
		}
		printed(t, name+" q*", l.Variance.Value, test.q)
		printed(t, name+" χ₁", l.Chi.Value, test.chi)
		printed(t, name+" ξ", DepthScale(l.Chi.Value), test.xi)
	}
}

func TestSigmoidLayersOfTheLiterature(t *testing.T) {
	e := Ensemble{graph.Sigmoid, 1, 0}
	layers, err := e.Profile(t.Context(), 1, 0, 3)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct{ deviation, correlation, ratio string }{
		{".2083", ".8521", ".2117"}, {".1269", ".9910", ".2348"}, {".1215", ".9995", ".2360"},
	} {
		printed(t, "deviation", layers[i].Deviation.Value, want.deviation)
		printed(t, "correlation", layers[i].Correlation.Value, want.correlation)
		printed(t, "length ratio", layers[i].LengthRatio.Value, want.ratio)
	}
	q := NewVarianceMap(graph.Sigmoid).Limit(1, 0, 1).Variance.Value
	if layers, err = e.Profile(t.Context(), q, 0, 3); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{".9445", ".9969", ".9998"} {
		printed(t, "correlation at q*", layers[i].Correlation.Value, want)
		printed(t, "deviation at q*", layers[i].Deviation.Value, ".1212")
		if !near(layers[i].Variance.Value, q, 1e-14) {
			t.Errorf("q* moves to %v", layers[i].Variance.Value)
		}
	}
	if !(LargestError(layers) < 1e-12) {
		t.Errorf("errors up to %v", LargestError(layers))
	}
}

// He et al. 2015 keep the variance, and then χ₁ = 1; half the variance of the
// weights, as in the fan-in form of Xavier, halves it per layer.
func TestReLULayersOfTheLiterature(t *testing.T) {
	he, err := Ensemble{graph.ReLU, 2, 0}.Profile(t.Context(), 2, 0, 200)
	if err != nil {
		t.Fatal(err)
	}
	xavier, err := Ensemble{graph.ReLU, 1, 0}.Profile(t.Context(), 1, 0, 20)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{".31831", ".49373", ".60483", ".68095", ".73595"} {
		printed(t, "correlation", he[i].Correlation.Value, want)
	}
	for i, l := range he {
		if !near(l.Variance.Value, 2, 1e-12) || !near(l.Chi.Value, 1, 1e-14) {
			t.Errorf("layer %d: q %v, χ₁ %v", i+1, l.Variance.Value, l.Chi.Value)
		}
	}
	for i, l := range xavier {
		if !near(l.Variance.Value, math.Pow(0.5, float64(i)), 1e-12) {
			t.Errorf("layer %d: q %v", i+1, l.Variance.Value)
		}
	}
	// 1 - c falls as 9π²/(2 l²), with corrections of the order ln l / l.
	if got := (1 - he[199].Correlation.Value) * 2 * 200 * 200 / (9 * math.Pi * math.Pi); got < 0.85 || got > 1 {
		t.Errorf("1 - c at layer 200 is %v of its asymptote", got)
	}
}

func TestVarianceThatOverflowsIsInfinite(t *testing.T) {
	layers, err := Ensemble{graph.ReLU, 1e6, 0}.Profile(t.Context(), 1e280, 0, 6)
	if err != nil {
		t.Fatal(err)
	}
	last := layers[len(layers)-1]
	if !math.IsInf(last.Variance.Value, 1) || !math.IsNaN(last.Deviation.Value) || !math.IsNaN(last.Correlation.Value) {
		t.Errorf("%+v", last)
	}
}

func TestLayersWithoutSignalHaveNoCorrelation(t *testing.T) {
	for _, e := range []Ensemble{{graph.Sigmoid, 0, 0}, {graph.Tanh, 0, 0}} {
		layers, err := e.Profile(t.Context(), 0, math.NaN(), 3)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range layers {
			if l.Variance.Value != 0 || l.Chi.Value != 0 || l.Deviation.Value != 0 || !math.IsNaN(l.Correlation.Value) {
				t.Errorf("%s: %+v", e.Activation.Name, l)
			}
		}
	}
	// Biases alone are the same for both inputs.
	layers, err := Ensemble{graph.Sigmoid, 0, 3}.Profile(t.Context(), 3, 1, 2)
	if err != nil || layers[1].Variance.Value != 3 || layers[1].Correlation.Value != 1 {
		t.Errorf("%+v, %v", layers, err)
	}
}

func TestInputsOfZeroBecomeTheSameSignal(t *testing.T) {
	layers, err := Ensemble{graph.Sigmoid, 4, 0}.Profile(t.Context(), 0, math.NaN(), 2)
	if err != nil || layers[0].Correlation.Value != 1 || layers[1].Variance.Value != 1 || !near(layers[1].Correlation.Value, 1, 1e-14) {
		t.Errorf("%+v, %v", layers, err)
	}
}

func TestDepthScalesAreDefinedEverywhere(t *testing.T) {
	for _, test := range []struct {
		chi, want float64
		phase     Phase
	}{
		{0, 0, Ordered}, {math.Exp(-0.5), 2, Ordered}, {1, math.Inf(1), Critical}, {1 - 1e-15, math.Inf(1), Critical},
		{math.E, -1, Chaotic}, {1e300, -1 / math.Log(1e300), Chaotic},
	} {
		if got := DepthScale(test.chi); !near(got, test.want, 1e-14) || PhaseOf(test.chi) != test.phase {
			t.Errorf("χ %v: %v, %s", test.chi, got, PhaseOf(test.chi))
		}
	}
}

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
			t.Errorf("%s: c* = %v is not between order and independence", test.activation.Name, got.Correlation)
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
