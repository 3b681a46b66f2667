package kernel

import (
	"flag"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"actscope/graph/machine/elementary/reference"
)

var thorough = flag.Bool("thorough", false, "compare with package math at 10^7 points and with big.Float at 10^5, instead of a hundredth and a thirtieth of them")

func points(usual, many int) int {
	switch {
	case *thorough:
		return many
	case testing.Short():
		return usual / 10
	}
	return usual
}

// function is a kernel of one operand with what it should compute.
type function[T Float] struct {
	name  string
	run   func(dst, x []T)
	math  func(float64) float64
	doubt float64 // by how many ulp that may err
	exact func(float64) *big.Float
	draw  func(*rand.Rand) T
	reach float64 // package math is compared with for |x| up to it
}

func functions[T Float]() []function[T] {
	lowest, highest, least, most := -745.2, 709.8, -1074, 1024
	if _, single := any(T(0)).(float32); single {
		lowest, highest, least, most = -104, 88.8, -149, 128
	}
	exponents := func(rng *rand.Rand) T { return T(reference.Exponents(rng, lowest, highest)) }
	positives := func(rng *rand.Rand) T { return T(reference.Positives(rng, least, most)) }
	negative := func(rng *rand.Rand) T { return -T(math.Abs(reference.Exponents(rng, lowest, 0))) }
	sigmoid := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	normals := func(rng *rand.Rand) T { return T(reference.Normals(rng)) }
	const ordinary, usual = 708, 30 // farther out the normal density is denormal
	return []function[T]{
		{"Exp", Exp[T], math.Exp, 1, func(x float64) *big.Float { return reference.Exp(big.NewFloat(x)) }, exponents, ordinary},
		{"ExpBelow", ExpBelow[T], math.Exp, 1, func(x float64) *big.Float { return reference.Exp(big.NewFloat(x)) }, negative, ordinary},
		{"Expm1Below", Expm1Below[T], math.Expm1, 1, reference.Expm1, negative, ordinary},
		{"Log", Log[T], math.Log, 1, func(x float64) *big.Float { return reference.Log(big.NewFloat(x)) }, positives, math.Inf(1)},
		{"Tanh", Tanh[T], math.Tanh, 1, reference.Tanh, exponents, ordinary},
		{"Normal", Normal[T], reference.NormalByErfc, 3, reference.Normal, normals, usual},
		{"NormalDensity", NormalDensity[T], reference.NormalDensityByExp, 3, reference.NormalDensity, normals, usual},
		{"Logistic rising", func(dst, x []T) { Logistic(dst, nil, nil, x) }, sigmoid, 1, reference.Sigmoid, exponents, ordinary},
		{"Logistic rising of two", func(dst, x []T) { Logistic(dst, make([]T, len(x)), nil, x) }, sigmoid, 1, reference.Sigmoid, exponents, ordinary},
		{"Logistic falling of two", func(dst, x []T) { Logistic(make([]T, len(x)), dst, nil, x) },
			func(x float64) float64 { return sigmoid(-x) }, 1, func(x float64) *big.Float { return reference.Sigmoid(-x) }, exponents, ordinary},
		{"Logistic softplus", func(dst, x []T) { Logistic(nil, nil, dst, x) },
			func(x float64) float64 { return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }, 1, reference.Softplus, exponents, ordinary},
	}
}

func TestFunctionsAreAccurate(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		t.Run("float64", accuracyOf[float64])
		t.Run("float32", accuracyOf[float32])
	})
}

func accuracyOf[T Float](t *testing.T) {
	points := points(3_000, 100_000)
	for _, f := range functions[T]() {
		rng := rand.New(rand.NewPCG(1, 2))
		x, got := make([]T, points), garbage[T](points)
		for i := range x {
			x[i] = f.draw(rng)
		}
		f.run(got, x)
		worst, at := 0.0, 0
		for i, x := range x {
			if e := reference.ULP(got[i], f.exact(float64(x))); e > worst {
				worst, at = e, i
			}
		}
		if t.Logf("%s: %.3f ulp at %v", f.name, worst, x[at]); worst > ULP {
			exact, _ := f.exact(float64(x[at])).Float64()
			t.Errorf("%s: %v for %v, exactly %v", f.name, got[at], x[at], exact)
		}
	}
}

// Package math errs itself, and where its assembly for amd64 overflows
// too early or takes denormal numbers for larger ones, there is nothing to compare.
func TestFunctionsAgreeWithPackageMath(t *testing.T) {
	points := points(100_000, 10_000_000)
	onEverySet(t, func(t *testing.T) {
		for _, f := range functions[float64]() {
			rng := rand.New(rand.NewPCG(3, 4))
			x, got := make([]float64, 1000), make([]float64, 1000)
			worst, at := 0.0, 0.0
			for range points / len(x) {
				for i := range x {
					for x[i] = f.draw(rng); math.Abs(x[i]) > f.reach || math.Abs(x[i]) < 0x1p-1022; {
						x[i] = f.draw(rng)
					}
				}
				f.run(got, x)
				for i, x := range x {
					want := f.math(x)
					unit := math.Nextafter(math.Abs(want), math.Inf(1)) - math.Abs(want)
					if e := math.Abs(got[i]-want) / unit; !(e <= worst) {
						worst, at = e, x
					}
				}
			}
			if t.Logf("%s: %v ulp at %v", f.name, worst, at); !(worst <= ULP+f.doubt) {
				t.Errorf("%s: %v ulp from package math at %v", f.name, worst, at)
			}
		}
	})
}
