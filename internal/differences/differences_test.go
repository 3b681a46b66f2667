package differences

import (
	"fmt"
	"math"
	"testing"
)

// smooth is a function without kinks.
func smooth(f func(float64) float64) Function {
	return func(x float64) (float64, uint64) { return f(x), 0 }
}

func TestDerivativesOfKnownFunctions(t *testing.T) {
	for _, test := range []struct {
		name  string
		f     func(float64) float64
		slope func(float64) float64
		at    []float64
	}{
		{"sin", math.Sin, math.Cos, []float64{0, 1, -2, 30}},
		{"exp", math.Exp, math.Exp, []float64{-20, -1, 0, 1, 3}},
		{"cube", func(x float64) float64 { return x * x * x }, func(x float64) float64 { return 3 * x * x }, []float64{0, 0.1, -3}},
		{"softplus", func(x float64) float64 { return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) },
			func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }, []float64{-3, 0, 3, 12}},
		{"constant", func(float64) float64 { return 7 }, func(float64) float64 { return 0 }, []float64{0, 5}},
	} {
		for _, x := range test.at {
			t.Run(fmt.Sprint(test.name, x), func(t *testing.T) {
				got, want := Derivative(smooth(test.f), x), test.slope(x)
				if got.Kink {
					t.Fatal("taken for a kink")
				}
				allowed := 2e-12 * math.Max(1, math.Max(math.Abs(want), math.Abs(test.f(x))))
				if math.Abs(got.Value-want) > allowed {
					t.Errorf("got %v, want %v: off by %.2g", got.Value, want, got.Value-want)
				}
				if math.Abs(got.Value-want) > 20*got.Error+1e-15 {
					t.Errorf("off by %.2g, which the estimate %.2g does not admit", got.Value-want, got.Error)
				}
			})
		}
	}
}

// kinked is |x - 1| + sin x, whose region tells the side.
func kinked(x float64) (float64, uint64) {
	if x > 1 {
		return x - 1 + math.Sin(x), 1
	}
	return 1 - x + math.Sin(x), 0
}

func TestStepsDoNotCrossKinks(t *testing.T) {
	for _, distance := range []float64{1e-1, 1e-3, 1e-5, -1e-5, -1e-2} {
		got := Derivative(kinked, 1+distance)
		want := math.Copysign(1, distance) + math.Cos(1+distance)
		if got.Kink || math.Abs(got.Value-want) > 1e-9 {
			t.Errorf("%v beside the kink: got %+v, want %v", distance, got, want)
		}
	}
}

func TestKinksHaveNoDerivative(t *testing.T) {
	if got := Derivative(kinked, 1); !got.Kink {
		t.Errorf("on the kink: got %+v", got)
	}
	if got := Derivative(kinked, 1+1e-9); !got.Kink {
		t.Errorf("beside the kink: got %+v", got)
	}
	// Without regions to go by, the slopes on both sides tell.
	if got := Derivative(smooth(math.Abs), 0); !got.Kink {
		t.Errorf("|x| at 0: got %+v", got)
	}
}

func TestGradientPutsTheValuesBack(t *testing.T) {
	values := []float64{1, 2, 3}
	f := func() (float64, uint64) { return values[0] * values[1] * math.Sin(values[2]), 0 }
	want := []float64{2 * math.Sin(3), math.Sin(3), 2 * math.Cos(3)}
	for i, got := range Gradient(f, values) {
		if math.Abs(got.Value-want[i]) > 1e-12 {
			t.Errorf("entry %d: got %v, want %v", i, got.Value, want[i])
		}
	}
	if values[0] != 1 || values[1] != 2 || values[2] != 3 {
		t.Errorf("the values are now %v", values)
	}
}
