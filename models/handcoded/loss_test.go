package handcoded_test

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"actscope/internal/differences"
	"actscope/models/handcoded"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %.17g, want %.17g within %g", what, got, want, tolerance)
	}
}

func TestSigmoidAndSoftplusAreAccurateInBothTails(t *testing.T) {
	for _, c := range []struct{ z, sigmoid, softplus float64 }{
		// computed with 60 digits
		{0, 0.5, 0.69314718055994530942},
		{1, 0.73105857863000487926, 1.3132616875182228340},
		{-1, 0.26894142136999512075, 0.31326168751822283405},
		{20, 0.99999999793884638203, 20.0000000020611536203},
		{-20, 2.0611536181902036e-09, 2.0611536203143807e-09},
		{-37, 8.533047625744065e-17, 8.533047625744065e-17},
		{-700, 9.8596765437597708e-305, 9.8596765437597708e-305},
		{800, 1, 800},
		{-800, 0, 0},
		{math.Inf(1), 1, math.Inf(1)},
		{math.Inf(-1), 0, 0},
	} {
		if got := handcoded.Sigmoid(c.z); got != c.sigmoid {
			near(t, fmt.Sprintf("Sigmoid(%g)", c.z), got, c.sigmoid, 4e-16*c.sigmoid)
		}
		if got := handcoded.Softplus(c.z); got != c.softplus {
			near(t, fmt.Sprintf("Softplus(%g)", c.z), got, c.softplus, 4e-16*c.softplus)
		}
	}
}

func TestLossDerivativeOfAConfidentlyWrongPoint(t *testing.T) {
	// With p = 1/(1+e²⁰): logits gives p - 1, the article's formula -p q/(p + 1e-9).
	near(t, "logits", handcoded.Logits.Derivative(-20, 1), -0.99999999793884638, 1e-15)
	near(t, "article", handcoded.Article.Derivative(-20, 1), -0.67332576898262032, 1e-14)
}

func TestLossDerivativeFollowsItsValue(t *testing.T) {
	for _, loss := range []handcoded.Loss{handcoded.Logits, handcoded.Article} {
		for _, y := range []float64{0, 1} {
			for z := -30.0; z <= 30; z += 0.37 {
				got := loss.Derivative(z, y)
				want := differences.Derivative(func(z float64) (float64, uint64) { return loss.Value(z, y), 0 }, z)
				near(t, fmt.Sprintf("%s derivative at z=%g, y=%g", loss, z, y), got, want.Value, 1e-9)
			}
		}
	}
}

func TestLossesStayFiniteForHugePreActivations(t *testing.T) {
	for _, z := range []float64{-1e300, -1e4, -800, -745, 745, 800, 1e4, 1e300} {
		for _, y := range []float64{0, 1} {
			right := (z > 0) == (y == 1)
			near(t, fmt.Sprintf("reported loss at z=%g, y=%g", z, y), handcoded.Reported(z, y), handcoded.Article.Value(z, y), 1e-7)
			logits, article := handcoded.Logits.Value(z, y), handcoded.Article.Value(z, y)
			if right {
				near(t, "logits, right", logits, 0, 1e-300)
				near(t, "article, right", article, 0, 2e-9)
			} else {
				near(t, "logits, wrong", logits, math.Abs(z), 0)
				near(t, "article, wrong", article, -math.Log(1e-9), 1e-7)
			}
			slope := handcoded.Logits.Derivative(z, y)
			if want := math.Copysign(1, z); !right && slope != want {
				t.Errorf("logits derivative at z=%g, y=%g is %g, want %g", z, y, slope, want)
			}
			near(t, "article derivative", handcoded.Article.Derivative(z, y), 0, 1e-290)
		}
	}
}

func TestReportedLossSubtractsFromOne(t *testing.T) {
	// At z = 36 the rounding of 1-p shows; computed here in 200 bits from the rounded p.
	const z = 36
	p := new(big.Float).SetPrec(200).SetFloat64(handcoded.Sigmoid(z))
	q, _ := new(big.Float).SetPrec(200).Sub(big.NewFloat(1), p).Float64()
	near(t, "Reported", handcoded.Reported(z, 0), -math.Log(q+1e-9), 1e-15)
	if q == handcoded.Sigmoid(-z) {
		t.Error("1-p equals sigmoid(-z): the point does not tell the two forms apart")
	}
}
