package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"actscope/graph/machine/elementary"
)

// hard are the values at which formulas go wrong.
var hard = []float64{
	0, math.Copysign(0, -1), 1, -1, 0.5, -0.5, 19.5, -19.5, 20, -20, 37, -37, 745, -745, 800, -800,
	1e-300, -1e-300, 5e-324, math.MaxFloat64, -math.MaxFloat64, math.Inf(1), math.Inf(-1), math.NaN(),
}

// pairs are all pairs of hard values.
func pairs() (x, y []float64) {
	for _, a := range hard {
		for _, b := range hard {
			x, y = append(x, a), append(y, b)
		}
	}
	return x, y
}

func TestArithmeticBroadcastsScalars(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		x, y := pairs()
		for name, op := range map[string]struct {
			kernel func(dst, a, b []float64)
			at     func(a, b float64) float64
		}{
			"Add": {Add[float64], func(a, b float64) float64 { return a + b }},
			"Sub": {Sub[float64], func(a, b float64) float64 { return a - b }},
			"Mul": {Mul[float64], func(a, b float64) float64 { return a * b }},
			"Div": {Div[float64], func(a, b float64) float64 { return a / b }},
			"Zip": {Zip[float64](math.Pow), math.Pow},
		} {
			t.Run(name, func(t *testing.T) {
				want := make([]float64, len(x))
				for i := range x {
					want[i] = op.at(x[i], y[i])
				}
				got := garbage[float64](len(x))
				op.kernel(got, x, y)
				sameBits(t, got, want)
				inPlace := slices.Clone(x)
				op.kernel(inPlace, inPlace, y)
				sameBits(t, inPlace, want)
				for _, s := range hard {
					for i := range x {
						want[i] = op.at(s, y[i])
					}
					op.kernel(got, []float64{s}, y)
					sameBits(t, got, want)
					for i := range x {
						want[i] = op.at(x[i], s)
					}
					op.kernel(got, x, []float64{s})
					sameBits(t, got, want)
				}
				fill(want, op.at(3, 4))
				op.kernel(got, []float64{3}, []float64{4})
				sameBits(t, got, want)
			})
		}
	})
}

func TestPortableLogisticIsExactlyThePlainFunctions(t *testing.T) {
	bySet(false, func() {
		rng := rand.New(rand.NewPCG(1, 1))
		z := append(slices.Clone(hard), numbers[float64](rng, 1000)...)
		rising, falling, softplus := make([]float64, len(z)), make([]float64, len(z)), make([]float64, len(z))
		for i, x := range z {
			rising[i], falling[i], softplus[i] = elementary.Sigmoid(x), elementary.Sigmoid(-x), elementary.Softplus(x)
		}
		for wanted := 1; wanted < 8; wanted++ {
			var got [3][]float64
			for i := range got {
				if wanted>>i&1 == 1 {
					got[i] = garbage[float64](len(z))
				}
			}
			Logistic(got[0], got[1], got[2], z)
			for i, want := range [][]float64{rising, falling, softplus} {
				if got[i] != nil {
					sameBits(t, got[i], want)
				}
			}
		}
		inPlace := slices.Clone(z)
		Logistic(inPlace, garbage[float64](len(z)), nil, inPlace)
		sameBits(t, inPlace, rising)
	})
}

func TestPortableTanhIsExactlyThePlainFunction(t *testing.T) {
	bySet(false, func() {
		z := append(slices.Clone(hard), numbers[float64](rand.New(rand.NewPCG(5, 5)), 1000)...)
		got, want := garbage[float64](len(z)), make([]float64, len(z))
		for i, x := range z {
			want[i] = elementary.Tanh(x)
		}
		Tanh(got, z)
		sameBits(t, got, want)
		Tanh(z, z)
		sameBits(t, z, want)
	})
}

func TestRectifierKeepsNaNAndGivesNoNegativeZero(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		relu, gradient := garbage[float64](len(hard)), garbage[float64](len(hard))
		ReLU(relu, hard)
		Step(gradient, hard)
		for i, x := range hard {
			wantReLU, wantStep := 0.0, 0.0
			switch {
			case x > 0:
				wantReLU, wantStep = x, 1
			case x != x:
				wantReLU = x
			}
			sameBits(t, relu[i:i+1], []float64{wantReLU})
			sameBits(t, gradient[i:i+1], []float64{wantStep})
		}
	})
}

func TestFusedKernelsAreTheirComposition(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		x, y := pairs()
		z := slices.Repeat([]float64{0.25, -3, 1}, len(x)/3)
		temporary, got, want := garbage[float64](len(x)), garbage[float64](len(x)), garbage[float64](len(x))

		Gate(got, x, y)
		Step(temporary, y)
		Mul(want, x, temporary)
		sameBits(t, got, want)

		TripleProduct(got, z, x, y)
		Mul(temporary, x, y)
		Mul(want, z, temporary)
		sameBits(t, got, want)

		WeightedSum(got, x, 0.3, y, -7)
		Mul(temporary, x, []float64{0.3})
		Mul(want, y, []float64{-7})
		Add(want, temporary, want)
		sameBits(t, got, want)
	})
}

func TestPortableLossKernelsAreTheirComposition(t *testing.T) {
	bySet(false, func() {
		rng := rand.New(rand.NewPCG(3, 3))
		for range 100 {
			s, z := numbers[float64](rng, 33), numbers[float64](rng, 33)
			p, q, y := make([]float64, 33), make([]float64, 33), make([]float64, 33)
			for i := range p {
				p[i], y[i] = rng.Float64(), float64(rng.IntN(2))
				if i%5 == 0 {
					p[i], y[i] = float64(rng.IntN(2)), rng.Float64() // certainty, and soft labels
				}
				q[i] = 1 - p[i]
			}
			residual, entropy := 0.0, 0.0
			for i := range s {
				residual += s[i] - float64(z[i]*y[i])
				entropy += float64(y[i]*elementary.Log(p[i]+1e-9)) + float64((1-y[i])*elementary.Log(q[i]+2e-9))
			}
			sameBits(t, []float64{ResidualSum(s, z, y)}, []float64{residual})
			sameBits(t, []float64{CrossEntropySum(p, 1e-9, q, 2e-9, y)}, []float64{entropy})
		}
	})
}

func TestCrossEntropyOmitsOnlyFiniteLogarithms(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		// The factor of ln(p) is 0, but 0·NaN, 0·ln(0) and 0·ln(Inf) are NaN.
		for _, p := range []float64{math.NaN(), 0, math.Inf(1), -1} {
			for n := 1; n < 20; n++ {
				half, zero := slices.Repeat([]float64{0.5}, n), make([]float64, n)
				odd := slices.Clone(half)
				odd[n/2] = p
				if got := CrossEntropySum(odd, 0, half, 0, zero); !math.IsNaN(got) {
					t.Errorf("p = %v among %d: %v, want NaN", p, n, got)
				}
				if got, want := CrossEntropySum(half, 0, half, 0, zero), float64(n)*math.Log(0.5); math.Abs(got-want) > 1e-13 {
					t.Errorf("%v instead of %v", got, want)
				}
			}
		}
	})
}

func BenchmarkEntrywise(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	const rows, units = 64, 8
	x, y, z := numbers[float64](rng, rows*units), numbers[float64](rng, rows*units), numbers[float64](rng, rows*units)
	dst, second, sums := make([]float64, rows*units), make([]float64, rows*units), make([]float64, units)
	labels := make([]float64, rows*units)
	Step(labels, z)
	for _, k := range []struct {
		name string
		run  func()
	}{
		{"Logistic, one result", func() { Logistic(dst, nil, nil, x) }},
		{"Logistic, two results", func() { Logistic(dst, second, nil, x) }},
		{"Mul", func() { Mul(dst, x, y) }},
		{"TripleProduct", func() { TripleProduct(dst, x, y, z) }},
		{"WeightedSum", func() { WeightedSum(dst, x, 0.3, y, 0.4) }},
		{"ReLU", func() { ReLU(dst, x) }},
		{"Gate", func() { Gate(dst, x, y) }},
		{"Sum", func() { Sum(sums, x, rows, units) }},
		{"CrossEntropySum", func() { sums[0] = CrossEntropySum(dst, 1e-9, second, 1e-9, labels) }},
	} {
		b.Run(k.name, func(b *testing.B) {
			for b.Loop() {
				k.run()
			}
		})
	}
}
