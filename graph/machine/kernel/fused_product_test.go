package kernel

import "math"

// multiplyAdd is xy + s, rounded once.
func multiplyAdd[T Float](x, y, s T) T {
	switch any(s).(type) {
	case float64:
		return T(math.FMA(float64(x), float64(y), float64(s)))
	}
	// xy is exact in double precision. Rounding the sum to odd there keeps what decides
	// how it rounds to single precision.
	product, addend := float64(x)*float64(y), float64(s)
	sum := product + addend
	virtual := sum - product
	lost := (product - (sum - virtual)) + (addend - virtual)
	if bits := math.Float64bits(sum); lost != 0 && bits&1 == 0 && !math.IsInf(sum, 0) && !math.IsNaN(lost) {
		if (lost > 0) == (sum > 0) {
			bits++
		} else {
			bits--
		}
		sum = math.Float64frombits(bits)
	}
	return T(sum)
}
