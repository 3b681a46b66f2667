package elementary

import (
	"flag"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"actscope/graph/machine/elementary/reference"
)

var thorough = flag.Bool("thorough", false, "compare with package math at 10^7 points and with big.Float at 10^5, instead of a hundredth and a tenth of them")

func points(usual, many int) int {
	switch {
	case *thorough:
		return many
	case testing.Short():
		return usual / 10
	}
	return usual
}

// functions are those of the package, what package math makes of them where it does
// not lose digits itself and by how many ulp that may err, their exact values, where they
// are of interest, and by how many ulp they may err.
var functions = []struct {
	name  string
	at    func(float64) float64
	math  func(float64) float64
	doubt float64
	exact func(float64) *big.Float
	draw  func(*rand.Rand) float64
	bound float64
}{
	{"Exp", Exp, mathExp, 2, func(x float64) *big.Float { return reference.Exp(big.NewFloat(x)) }, exponents, 1},
	{"Expm1", Expm1, math.Expm1, 2, reference.Expm1, exponents, 2},
	{"Log", Log, mathLog, 2, func(x float64) *big.Float { return reference.Log(big.NewFloat(x)) }, positives, 1},
	{"Sigmoid", Sigmoid, mathSigmoid, 2, reference.Sigmoid, exponents, 3},
	{"Softplus", Softplus, mathSoftplus, 2, reference.Softplus, exponents, 3},
	{"Tanh", Tanh, math.Tanh, 2, reference.Tanh, exponents, 4},
	{"Normal", Normal, reference.NormalByErfc, 6, reference.Normal, reference.Normals, 4},
	{"NormalDensity", NormalDensity, reference.NormalDensityByExp, 4, reference.NormalDensity, reference.Normals, 2},
}

// mathExp goes round the infinities that package math has from 709.43 on, on amd64.
func mathExp(x float64) float64 {
	if x > 709.4 {
		return math.Exp(x-0.5) * math.Exp(0.5)
	}
	return math.Exp(x)
}

// mathLog goes round denormal numbers, whose logarithms package math has wrong on
// amd64.
func mathLog(x float64) float64 {
	if x < 0x1p-1022 {
		return math.Log(x*0x1p54) - 54*math.Ln2
	}
	return math.Log(x)
}

func mathSigmoid(x float64) float64 {
	if x < 0 {
		return math.Exp(x) / (1 + math.Exp(x))
	}
	return 1 / (1 + math.Exp(-x))
}

func mathSoftplus(x float64) float64 { return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

func exponents(rng *rand.Rand) float64 { return reference.Exponents(rng, -745.2, 709.8) }
func positives(rng *rand.Rand) float64 { return reference.Positives(rng, -1074, 1024) }

func TestFunctionsAgreeWithPackageMath(t *testing.T) {
	points := points(100_000, 10_000_000)
	for _, f := range functions {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(1, 2))
			worst, at := 0.0, 0.0
			for range points {
				x := f.draw(rng)
				if e := reference.ULP(f.at(x), big.NewFloat(f.math(x))); e > worst {
					worst, at = e, x
				}
			}
			if t.Logf("%.0f ulp at %v", worst, at); worst > f.bound+f.doubt {
				t.Errorf("%v for %v, package math has %v", f.at(at), at, f.math(at))
			}
		})
	}
}

func TestFunctionsAreAccurate(t *testing.T) {
	points := points(10_000, 100_000)
	for _, f := range functions {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(3, 4))
			worst, at := 0.0, 0.0
			for range points {
				x := f.draw(rng)
				if e := reference.ULP(f.at(x), f.exact(x)); e > worst {
					worst, at = e, x
				}
			}
			if t.Logf("%.3f ulp at %v", worst, at); worst > f.bound {
				exact, _ := f.exact(at).Float64()
				t.Errorf("%v for %v, exactly %v", f.at(at), at, exact)
			}
		})
	}
}
