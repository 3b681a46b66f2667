package reference

import (
	"math"
	"math/big"
	"math/rand/v2"
)

// Exponents draws from where exponentials are neither 0 nor infinite: half of the numbers
// lie evenly between lowest and highest, half have all magnitudes from 2^-60 to 2^9.
func Exponents(rng *rand.Rand, lowest, highest float64) float64 {
	if rng.IntN(2) == 0 {
		return lowest + rng.Float64()*(highest-lowest)
	}
	x := math.Ldexp(1+rng.Float64(), rng.IntN(69)-60)
	if rng.IntN(2) == 0 {
		return -x
	}
	return x
}

// Positives draws from all magnitudes, from 2^least to 2^most, and from around 1 at all
// distances.
func Positives(rng *rand.Rand, least, most int) float64 {
	if rng.IntN(2) == 0 {
		return math.Abs(1 + math.Ldexp(rng.Float64()-0.5, -rng.IntN(50)))
	}
	return math.Ldexp(1+rng.Float64(), least+rng.IntN(most-least))
}

// Normals draws from where the normal distribution function is neither 0 nor 1 for a
// float64, half of the numbers evenly, half near 0.
func Normals(rng *rand.Rand) float64 {
	if rng.IntN(2) == 0 {
		return -38.6 + 47*rng.Float64()
	}
	return rng.NormFloat64()
}

// ULP is the error of got in units in the last place of the exact value, in the
// precision of got.
func ULP[T float32 | float64](got T, exact *big.Float) float64 {
	nearest := T(0)
	switch n := any(&nearest).(type) {
	case *float64:
		*n, _ = exact.Float64()
	case *float32:
		*n, _ = exact.Float32()
	}
	switch {
	case got == nearest:
	case math.IsInf(float64(got), 0), math.IsInf(float64(nearest), 0), got != got:
		return math.Inf(1)
	}
	if math.IsInf(float64(nearest), 0) {
		return 0
	}
	difference := new(big.Float).SetPrec(precision).SetFloat64(float64(got))
	difference.Sub(difference, exact)
	e, _ := difference.Quo(difference, big.NewFloat(lastPlace(nearest))).Float64()
	return math.Abs(e)
}

// lastPlace is the distance of |x| from the next larger number.
func lastPlace[T float32 | float64](x T) float64 {
	size := math.Abs(float64(x))
	if _, single := any(x).(float32); single {
		return float64(math.Nextafter32(float32(size), float32(math.Inf(1)))) - size
	}
	return math.Nextafter(size, math.Inf(1)) - size
}

// Distance is how far x is from y, in units in the last place of y; it is infinite where
// one of them is NaN or infinite and the other is not the same, and where one is 0 and
// the other not tiny.
func Distance[T float32 | float64](x, y T) float64 {
	switch {
	case x == y:
		return 0
	case x-y != x-y, math.IsInf(float64(x-y), 0):
		return math.Inf(1)
	}
	return math.Abs(float64(x)-float64(y)) / lastPlace(y)
}
