package kernel

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"actscope/graph/machine/elementary/reference"
)

// logOddsRows are rows at which softmaxes go wrong, and ordinary ones.
func logOddsRows(rng *rand.Rand) [][]float64 {
	rows := [][]float64{
		{0, 0}, {800, -800}, {-800, 800}, {1e-300, -1e-300}, {3, 3, 3},
		{800, 799, -800}, {0, -50, -1}, {0, -50, -50}, {-800, -800, 800, 800}, {700, 0, 0, 0, 1},
	}
	for columns := 2; columns < 40; columns++ {
		row := make([]float64, columns)
		for i := range row {
			row[i] = rng.NormFloat64() * math.Pow(10, float64(rng.IntN(4)-1))
		}
		rows = append(rows, row)
	}
	return rows
}

// shares are e^{z_i} / Σ_{m≠j} e^{z_m} of the others of j, and exact their log-sum-exp, in 200 bits.
func shares(z []float64, j int) (shares []*big.Float, exact *big.Float) {
	largest := math.Inf(-1)
	for i, x := range z {
		if i != j {
			largest = max(largest, x)
		}
	}
	precise := func(x float64) *big.Float { return new(big.Float).SetPrec(200).SetFloat64(x) }
	sum := precise(0)
	for i, x := range z {
		shares = append(shares, precise(0))
		if gap := new(big.Float).Sub(precise(x), precise(largest)); i != j {
			shares[i] = reference.Exp(gap)
			sum.Add(sum, shares[i])
		}
	}
	for _, s := range shares {
		s.Quo(s, sum)
	}
	total, _ := sum.Float64()
	return shares, precise(0).Add(precise(largest), precise(math.Log(total)))
}

func TestLogOddsAreThoseOfTheSoftmax(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		t.Run("float64", logOddsAreRight[float64])
		t.Run("float32", logOddsAreRight[float32])
	})
}

func logOddsAreRight[T Float](t *testing.T) {
	last := 0x1p-52
	if _, single := any(T(0)).(float32); single {
		last = 0x1p-23
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for _, row := range logOddsRows(rng) {
		z, g := converted[T](row), make([]T, len(row))
		for i := range g {
			g[i] = T(rng.NormFloat64() * float64(rng.IntN(3)))
		}
		for i, x := range z {
			row[i] = float64(x)
		}
		odds, adjoint := garbage[T](len(z)), garbage[T](len(z))
		LogOdds(odds, z, len(z))
		LogOddsAdjoint(adjoint, g, z, make([]T, len(z)))
		back := make([]float64, len(row))
		largest := float64(slices.Max(g)) - float64(slices.Min(g))
		for j := range row {
			of, exact := shares(row, j)
			want, _ := exact.Sub(exact, big.NewFloat(row[j])).Float64()
			if got := float64(odds[j]); !(math.Abs(got-want) <= 4*last*max(1, math.Abs(want))) {
				t.Errorf("z = %v: odds against %d are %v, want %v", row, j, got, want)
			}
			for i, share := range of {
				s, _ := share.Float64()
				back[i] += float64(g[j]) * s
			}
			back[j] -= float64(g[j])
		}
		for i, want := range back {
			if got := float64(adjoint[i]); !(math.Abs(got-want) <= 16*last*float64(len(row))*largest) {
				t.Errorf("z = %v, g = %v: adjoint %d is %v, want %v", row, g, i, got, want)
			}
		}
	}
}

// One label's gradient, -(1-p) in its column, keeps its digits far below those of 1.
func TestLogOddsAdjointOfALabelDoesNotCancel(t *testing.T) {
	z, g := []float64{0, -50, -51}, []float64{1e-22, 0, 0}
	got := make([]float64, 3)
	LogOddsAdjoint(got, g, z, make([]float64, 3))
	e := 1 / (1 + math.Exp(-1))
	for i, want := range []float64{-1e-22, 1e-22 * e, 1e-22 * (1 - e)} {
		if math.Abs(got[i]-want) > 1e-15*math.Abs(want) {
			t.Errorf("entry %d is %v, want %v", i, got[i], want)
		}
	}
}

// An infinite logit is certain; two of them, and NaN, are nothing.
func TestLogOddsOfInfinities(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct{ z, want []float64 }{
		{[]float64{inf, 1, 2}, []float64{-inf, inf, inf}},
		{[]float64{1, -inf}, []float64{-inf, inf}},
		{[]float64{0, -inf, 0}, []float64{0, inf, 0}},
		{[]float64{inf, inf, 2}, []float64{nan, nan, inf}},
		{[]float64{-inf, -inf}, []float64{nan, nan}},
		{[]float64{nan, 1, 2}, []float64{nan, nan, nan}},
	} {
		got := make([]float64, len(c.z))
		LogOdds(got, c.z, len(c.z))
		for i, want := range c.want {
			if got[i] != want && !(got[i] != got[i] && want != want) {
				t.Errorf("odds of %v are %v, want %v", c.z, got, c.want)
				break
			}
		}
	}
}

func BenchmarkLogOdds(b *testing.B) {
	const rows, columns = 128, 10
	z, dst := numbers[float64](rand.New(rand.NewPCG(1, 1)), rows*columns), make([]float64, rows*columns)
	for b.Loop() {
		LogOdds(dst, z, columns)
	}
}
