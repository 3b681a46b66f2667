package theory

import (
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"

	"actscope/graph"
)

// near compares to a relative tolerance.
func near(got, want, tolerance float64) bool {
	return got == want || math.Abs(got-want) <= tolerance*math.Max(math.Abs(want), 1e-300)
}

// normal is the distribution function of the standard normal distribution.
func normal(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }

// variances are those at which closed forms are tried.
var variances = []float64{1e-8, 0.01, 0.3, 1, 2, 7, 100, 1e6}

// testdata/reference.py writes the reference.
func TestExpectationsEqualNumPys(t *testing.T) {
	file, err := os.Open("testdata/reference.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range records[1:] {
		a, err := graph.ActivationNamed(record[0])
		if err != nil {
			t.Fatal(err)
		}
		var v [5]float64
		for i := range v {
			if v[i], err = strconv.ParseFloat(record[i+1], 64); err != nil {
				t.Fatal(err)
			}
		}
		q, c := v[0], v[1]
		for i, got := range []Integral{Mean(a, q), MeanProduct(a, q, c), MeanSlopeProduct(a, q, c)} {
			if want := v[2+i]; math.Abs(got.Value-want) > 1e-13*(1+math.Abs(want)) || !(got.Error <= 1e-11*(1+math.Abs(want))) {
				t.Errorf("%s, q %v, c %v, %s: %v, want %v", a.Name, q, c, records[0][3+i], got, want)
			}
		}
	}
	if len(records) != 1+120 {
		t.Errorf("%d rows", len(records)-1)
	}
}

// He et al. 2015: for ReLU, E[a²] = q/2, the mean is √(q/2π) = 0.3989 √q and the
// deviation 0.5838 √q.
func TestMomentsOfRectifiersHaveClosedForms(t *testing.T) {
	for _, q := range variances {
		for name, slope := range map[string]float64{"relu": 0, "leaky-relu": 0.01} {
			a, err := graph.ActivationNamed(name)
			if err != nil {
				t.Fatal(err)
			}
			mean, square := (1-slope)*math.Sqrt(q/(2*math.Pi)), (1+slope*slope)*q/2
			for what, pair := range map[string][2]float64{
				"mean":              {Mean(a, q).Value, mean},
				"mean square":       {MeanSquare(a, q).Value, square},
				"deviation":         {Deviation(a, q).Value, math.Sqrt(square - mean*mean)},
				"mean square slope": {MeanSquareSlope(a, q).Value, (1 + slope*slope) / 2},
				"growth":            {meanSquareGrowth(a, q).Value, (1 + slope*slope) / 2},
			} {
				if !near(pair[0], pair[1], 1e-13) {
					t.Errorf("%s, q %v: %s is %v, want %v", name, q, what, pair[0], pair[1])
				}
			}
		}
	}
	if got := Mean(graph.ReLU, 1).Value; math.Abs(got-0.3989) > 5e-5 {
		t.Errorf("mean %v", got)
	}
	if got := Deviation(graph.ReLU, 1).Value; math.Abs(got-0.5838) > 5e-5 {
		t.Errorf("deviation %v", got)
	}
}

// The hard sigmoid is linear between -3 and 3: truncated moments of a Gaussian.
func TestMomentsOfTheHardSigmoidHaveClosedForms(t *testing.T) {
	for _, q := range variances {
		edge := 3 / math.Sqrt(q)
		inside := 1 - 2*normal(-edge)
		square := q * (inside - 2*edge*math.Exp(-edge*edge/2)/math.Sqrt(2*math.Pi)) // E[z²; |z| < 3]
		for what, pair := range map[string][2]float64{
			"mean":              {Mean(graph.HardSigmoid, q).Value, 0.5},
			"mean square":       {MeanSquare(graph.HardSigmoid, q).Value, square/36 + inside/4 + normal(-edge)},
			"mean square slope": {MeanSquareSlope(graph.HardSigmoid, q).Value, inside / 36},
		} {
			if !near(pair[0], pair[1], 1e-12) {
				t.Errorf("q %v: %s is %v, want %v", q, what, pair[0], pair[1])
			}
		}
	}
}

// E[e^(kz); z < 0] = e^(k²q/2) Φ(-k√q).
func TestMomentsOfELUHaveClosedForms(t *testing.T) {
	for _, q := range []float64{1e-3, 0.3, 1, 4, 40} {
		below := func(k float64) float64 { return math.Exp(k*k*q/2) * normal(-k*math.Sqrt(q)) }
		for what, pair := range map[string][2]float64{
			"mean":              {Mean(graph.ELU, q).Value, math.Sqrt(q/(2*math.Pi)) + below(1) - 0.5},
			"mean square":       {MeanSquare(graph.ELU, q).Value, q/2 + below(2) - 2*below(1) + 0.5},
			"mean square slope": {MeanSquareSlope(graph.ELU, q).Value, 0.5 + below(2)},
		} {
			if !near(pair[0], pair[1], 1e-11) {
				t.Errorf("q %v: %s is %v, want %v", q, what, pair[0], pair[1])
			}
		}
	}
}

// errorFunction is not in the table: any activation will do.
var errorFunction = graph.Activation{
	Name: "erf", Value: math.Erf,
	Derivative: func(z float64) float64 { return 2 / math.SqrtPi * math.Exp(-z*z) },
}

// Williams 1997: E[erf(u) erf(v)] = 2/π arcsin(2qc / (1 + 2q)); by differentiation
// E[erf'(u) erf'(v)] = 4/π / √((1+2q)² - (2qc)²).
func TestPairsOfTheErrorFunctionHaveClosedForms(t *testing.T) {
	for _, q := range []float64{1e-3, 0.5, 3, 50, 1e4} {
		for _, c := range []float64{-1, -0.6, 0, 0.2, 0.9, 0.999999, 1} {
			product := 2 / math.Pi * math.Asin(2*q*c/(1+2*q))
			slopes := 4 / math.Pi / math.Sqrt((1+2*q-2*q*c)*(1+2*q+2*q*c))
			if got := MeanProduct(errorFunction, q, c); math.Abs(got.Value-product) > 1e-13 || got.Error > 1e-11 {
				t.Errorf("q %v, c %v: product %v, want %v", q, c, got, product)
			}
			if got := MeanSlopeProduct(errorFunction, q, c); !near(got.Value, slopes, 1e-12) {
				t.Errorf("q %v, c %v: slopes %v, want %v", q, c, got, slopes)
			}
		}
		if got, want := MeanSquare(errorFunction, q).Value, 2/math.Pi*math.Asin(2*q/(1+2*q)); !near(got, want, 1e-13) {
			t.Errorf("q %v: mean square %v, want %v", q, got, want)
		}
	}
}

// Cho & Saul 2009: the arc-cosine map.
func arcCosine(c float64) float64 {
	return (math.Sqrt((1-c)*(1+c)) + c*(math.Pi-math.Acos(c))) / math.Pi
}

func TestPairsOfReLUFollowTheArcCosineMap(t *testing.T) {
	for _, q := range []float64{1e-9, 2, 1e7} {
		for _, c := range []float64{-1, -0.999999, -0.5, -1e-9, 0, 0.3, 0.9, 1 - 1e-6, 1 - 1e-12, 1} {
			if got, want := MeanProduct(graph.ReLU, q, c).Value, q/2*arcCosine(c); math.Abs(got-want) > 1e-14*q {
				t.Errorf("q %v, c %v: product %v, want %v", q, c, got, want)
			}
			want := (math.Pi - math.Acos(c)) / (2 * math.Pi)
			if got := MeanSlopeProduct(graph.ReLU, q, c).Value; math.Abs(got-want) > 1e-13 {
				t.Errorf("q %v, c %v: slopes %v, want %v", q, c, got, want)
			}
		}
	}
}

// The outer expectation by midpoints, the inner one of a piecewise linear function of
// a Gaussian in closed form.
func TestPairsOfTheHardSigmoidEqualHalfClosedForms(t *testing.T) {
	const step = 1e-4
	ramp := func(mean, spread float64) float64 { // E[max(0, mean + spread y)]
		r := mean / spread
		return mean*normal(r) + spread*math.Exp(-r*r/2)/math.Sqrt(2*math.Pi)
	}
	for _, q := range []float64{0.5, 9, 100} {
		for _, c := range []float64{-0.8, 0.1, 0.99} {
			want, spread := 0.0, math.Sqrt(q*(1-c)*(1+c))
			for x := -9 + step/2; x < 9; x += step {
				inner := (ramp(3+c*math.Sqrt(q)*x, spread) - ramp(c*math.Sqrt(q)*x-3, spread)) / 6
				want += step * math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) * graph.HardSigmoid.Value(math.Sqrt(q)*x) * inner
			}
			if got := MeanProduct(graph.HardSigmoid, q, c); math.Abs(got.Value-want) > 1e-8 || got.Error > 1e-11 {
				t.Errorf("q %v, c %v: %v, want %v", q, c, got, want)
			}
		}
	}
}

// Price's theorem: d/dc E[φ(u) φ(v)] = q E[φ'(u) φ'(v)].
func TestSlopesOfTheProductObeyPrice(t *testing.T) {
	const step = 1e-4
	for _, a := range graph.Activations() {
		for _, q := range []float64{0.2, 3} {
			for _, c := range []float64{-0.4, 0.5} {
				difference := (MeanProduct(a, q, c+step).Value - MeanProduct(a, q, c-step).Value) / (2 * step)
				if got := q * MeanSlopeProduct(a, q, c).Value; math.Abs(got-difference) > 1e-7*q {
					t.Errorf("%s, q %v, c %v: %v, by differences %v", a.Name, q, c, got, difference)
				}
			}
			difference := (MeanSquare(a, q+step).Value - MeanSquare(a, q-step).Value) / (2 * step)
			if got := meanSquareGrowth(a, q).Value; math.Abs(got-difference) > 1e-7 {
				t.Errorf("%s, q %v: growth %v, by differences %v", a.Name, q, got, difference)
			}
		}
	}
}

func TestPairsAreMomentsAtTheEndsOfCorrelation(t *testing.T) {
	for _, a := range graph.Activations() {
		for _, q := range []float64{1e-12, 0.3, 20} {
			mean := Mean(a, q).Value
			for c, want := range map[float64]float64{0: mean * mean, 1: MeanSquare(a, q).Value} {
				if got := MeanProduct(a, q, c).Value; math.Abs(got-want) > 1e-14*(1+want) {
					t.Errorf("%s, q %v, c %v: %v, want %v", a.Name, q, c, got, want)
				}
			}
			if got, want := MeanSlopeProduct(a, q, 1).Value, MeanSquareSlope(a, q).Value; !near(got, want, 1e-13) {
				t.Errorf("%s, q %v: slopes %v, want %v", a.Name, q, got, want)
			}
		}
	}
}

func TestExpectationsWithoutAGaussianAreNotNumbers(t *testing.T) {
	for _, q := range []float64{-1, math.NaN(), math.Inf(1), math.Inf(-1)} {
		for _, got := range []Integral{Mean(graph.Tanh, q), MeanSquare(graph.Tanh, q), Deviation(graph.Tanh, q), MeanProduct(graph.Tanh, q, 0.5), MeanSquareSlope(graph.Tanh, q), MeanSlopeProduct(graph.Tanh, q, 0.5)} {
			if !math.IsNaN(got.Value) {
				t.Errorf("q %v: %v", q, got)
			}
		}
	}
	for _, c := range []float64{1.001, -2, math.NaN()} {
		if got := MeanProduct(graph.Tanh, 1, c); !math.IsNaN(got.Value) {
			t.Errorf("c %v: %v", c, got)
		}
	}
	// At 0 slopes are the limits from above: for ReLU half of the units have slope 1.
	if got := MeanSquareSlope(graph.ReLU, 0).Value; !near(got, 0.5, 1e-14) {
		t.Errorf("mean square slope of ReLU at 0: %v", got)
	}
	if got := MeanSquare(graph.Sigmoid, 0); got.Value != 0.25 || Deviation(graph.Sigmoid, 0).Value != 0 {
		t.Errorf("mean square of sigmoid at 0: %v", got)
	}
}
