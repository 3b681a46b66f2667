package theory

import (
	"math"
	"testing"

	"actscope/graph"
)

// A formula that is a difference is all rounding near 0, and has the fixed points of the same
// function that is written without one.
func TestFormulasHaveTheFixedPointsOfTheirFunctions(t *testing.T) {
	for formula, same := range map[string]string{"4*sigmoid(z)-2": "2*tanh(z/2)", "2*sigmoid(2*z)-1": "tanh", "sigmoid(z)-0.5": "0.5*tanh(0.5*z)"} {
		for _, weight := range []float64{0.5, 1, 2, 20} {
			points := func(name string) []FixedPoint {
				a, err := graph.ActivationNamed(name)
				if err != nil {
					t.Fatal(err)
				}
				all, _ := NewVarianceMap(a).FixedPoints(weight, 0)
				return all
			}
			got, want := points(formula), points(same)
			if len(got) != len(want) {
				t.Errorf("%s at %v: %d fixed points, want %d", formula, weight, len(got), len(want))
				continue
			}
			for i := range got {
				if !near(got[i].Variance.Value, want[i].Variance.Value, 1e-9) {
					t.Errorf("%s at %v: %v, want %v", formula, weight, got[i].Variance, want[i].Variance)
				}
			}
		}
	}
}

func TestEveryFateOfTheVarianceIsTold(t *testing.T) {
	maps := make(map[string]*VarianceMap)
	for _, test := range []struct {
		activation   string
		weight, bias float64
		start        float64
		fate         Fate
		q, chi       float64 // NaN where only the fate is known
		points       int
	}{
		{"relu", 2, 0, 2, Stays, 2, 1, 0},
		{"relu", 2, 0, 1e-9, Stays, 1e-9, 1, 0},
		{"relu", 2, 0.1, 2.1, Diverges, math.Inf(1), 1, 0}, // q grows by 0.1 a layer
		{"relu", 3, 0, 3, Diverges, math.Inf(1), 1.5, 1},
		{"relu", 1, 0, 1, Vanishes, 0, 0.5, 1},
		{"relu", 1, 0.3, 7, Settles, 0.6, 0.5, 1}, // q = q/2 + 0.3
		{"identity", 1, 0, 5, Stays, 5, 1, 0},
		{"identity", 0.9, 1, 1, Settles, 10, 0.9, 1},
		{"identity", 1, 1e-3, 1, Diverges, math.Inf(1), 1, 0},
		{"leaky-relu", 2 / 1.0001, 0, 4, Stays, 4, 1, 0},
		{"tanh", 1, 0, 1, Vanishes, 0, 1, 1}, // algebraically slow
		{"tanh", 0.5, 0, 1, Vanishes, 0, 0.5, 1},
		{"tanh", 1.5, 0, 1, Settles, math.NaN(), math.NaN(), 2},
		{"tanh", 1 + 1e-6, 0, 1, Settles, 5e-7, 1 - 1e-6, 2}, // (1 + ε)(q - 2q²) = q, with corrections of the order ε
		{"tanh", 0, 0, 0, Vanishes, 0, 0, 1},
		{"tanh", 0, 2, 2, Settles, 2, 0, 1},
		{"tanh", 0.5, 1e-200, 1, Settles, 2e-200, 0.5, 1},
		{"tanh", 1e6, 1e6, 1, Settles, math.NaN(), math.NaN(), 1},
		{"softplus", 2, 0, 1, Diverges, math.Inf(1), 1, 0},
		{"elu", 2, 0, 1, Diverges, math.Inf(1), 1, 1},
		{"sigmoid", 0, 0, 0, Vanishes, 0, 0, 1},
		{"selu", 1, 0, 1, Settles, 1, math.NaN(), 2}, // the start is the fixed point
		{"120*exp(-z*z/45)+z*z/150", 1, 0, 1, Diverges, math.Inf(1), math.Inf(1), 2},
		{"120*exp(-z*z/45)+z*z/150", 1, 0, 1000, Settles, math.NaN(), math.NaN(), 2},
		{"pow(z,2)", 1, 0, 1, Diverges, math.Inf(1), math.Inf(1), 2},
		{"exp(z)", 1, 0, 1, Diverges, math.Inf(1), math.Inf(1), 0},
	} {
		m := maps[test.activation]
		if m == nil {
			a, err := graph.ActivationNamed(test.activation)
			if err != nil {
				t.Fatal(err)
			}
			m = NewVarianceMap(a)
			maps[test.activation] = m
		}
		l := m.Limit(test.weight, test.bias, test.start)
		points, every := m.FixedPoints(test.weight, test.bias)
		tolerance := 1e-12
		if test.q == 5e-7 {
			tolerance = 1e-3
		}
		if l.Fate != test.fate || !math.IsNaN(test.q) && !near(l.Variance.Value, test.q, tolerance) ||
			!math.IsNaN(test.chi) && !near(l.Chi.Value, test.chi, max(tolerance, 1e-12)) || len(points) != test.points || every != (test.fate == Stays) {
			t.Errorf("%s %v %v from %v: %+v with %d fixed points (every: %v), want %+v", test.activation, test.weight, test.bias, test.start, l, len(points), every, test)
		}
		if l.Fate == Settles {
			e := m.ensemble(test.weight, test.bias)
			if next := e.NextVariance(l.Variance.Value).Value; !near(next, l.Variance.Value, 1e-13) {
				t.Errorf("%s %v %v: %v becomes %v", test.activation, test.weight, test.bias, l.Variance.Value, next)
			}
		}
	}
}

// GELU passes a quarter of a small signal's power and half of a large one's, so
// between 2 and 4 its variance falls to 0 from below a fixed point and grows from
// above it.
func TestSeveralFixedPointsAreFound(t *testing.T) {
	m := NewVarianceMap(graph.GELU)
	points, every := m.FixedPoints(3, 0)
	if every || len(points) != 2 || points[0].Variance.Value != 0 || !points[0].Stable() || points[1].Stable() {
		t.Fatalf("%+v", points)
	}
	edge := points[1].Variance.Value
	if below, above := m.Limit(3, 0, 0.99*edge), m.Limit(3, 0, 1.01*edge); below.Fate != Vanishes || above.Fate != Diverges {
		t.Errorf("from below %v, from above %v", below.Fate, above.Fate)
	}
	if l := m.Limit(3, 0, edge); l.Fate != Settles || l.Variance.Value != edge {
		t.Errorf("from the fixed point: %+v", l)
	}
	// Biases of a small variance add a stable fixed point above 0.
	if points, _ := m.FixedPoints(3, 1e-4); len(points) != 2 || !points[0].Stable() || points[1].Stable() {
		t.Errorf("with biases: %+v", points)
	}
}

// What [VarianceMap.Limit] relies on.
func TestVarianceMapsRise(t *testing.T) {
	for _, a := range graph.Activations() {
		for q := 1e-12; q < 1e12; q *= 3 {
			if growth := meanSquareGrowth(a, q); growth.Value < -growth.Error {
				t.Errorf("%s: E[φ²] falls by %v at q = %v", a.Name, growth, q)
			}
		}
	}
}

// What the crossings say is what plain iteration does, also where the map of a formula leaps
// over a fixed point.
func TestLimitsAreWhereIterationGoes(t *testing.T) {
	all := graph.Activations()
	for _, formula := range []string{"120*exp(-z*z/45)+z*z/150", "30*z*exp(-z*z)", "exp(-20*z*z)", "sin(5*z)"} {
		a, err := graph.ActivationOf(formula)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, a)
	}
	for _, a := range all {
		m := NewVarianceMap(a)
		for _, test := range [][3]float64{{1, 0.1, 1}, {0.7, 0, 3}, {2.5, 0.2, 0.5}, {3, 0, 0.01}, {1.2, 1, 30}} {
			l := m.Limit(test[0], test[1], test[2])
			q, e := test[2], m.ensemble(test[0], test[1])
			for range 400 {
				q = e.NextVariance(q).Value
			}
			switch l.Fate {
			case Settles, Stays:
				if !near(q, l.Variance.Value, 1e-6) {
					t.Errorf("%s %v: %+v, iterated %v", a.Name, test, l, q)
				}
			case Vanishes:
				if q > 1e-12 {
					t.Errorf("%s %v: %+v, iterated %v", a.Name, test, l, q)
				}
			case Diverges:
				if q < test[2]+10 {
					t.Errorf("%s %v: %+v, iterated %v", a.Name, test, l, q)
				}
			}
		}
	}
}

func TestRootsAreFoundToTheLastDigit(t *testing.T) {
	for name, test := range map[string]struct {
		low, high, want float64
		f               func(float64) float64
	}{
		"cube":          {0, 10, math.Cbrt(2), func(x float64) float64 { return x*x*x - 2 }},
		"falling":       {0, 3, math.Pi / 2, math.Cos},
		"far below":     {0, 1, 1e-200, func(x float64) float64 { return x - 1e-200 }},
		"a step":        {-4, 9, 1.25, func(x float64) float64 { return math.Copysign(1, x-1.25) }},
		"flat":          {0, 2, 1, func(x float64) float64 { return math.Pow(x-1, 9) }},
		"at its bounds": {1, 2, 2, func(x float64) float64 { return x - 2 }},
	} {
		steps := 0
		got := root(test.low, test.high, func(x float64) float64 { steps++; return test.f(x) })
		if !near(got, test.want, 1e-15) && test.f(got) != 0 || steps > 3000 {
			t.Errorf("%s: %v after %d steps, want %v", name, got, steps, test.want)
		}
	}
}
