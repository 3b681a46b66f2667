package number

import "math"

// Half is the number of IEEE 754's binary16: a sign, five bits of exponent, ten of fraction.
func Half(bits uint16) float64 {
	exponent, fraction := int(bits>>10&31), float64(bits&1023)
	var v float64
	switch exponent {
	case 0:
		v = math.Ldexp(fraction, -24)
	case 31:
		v = math.Inf(1)
		if fraction > 0 {
			v = math.NaN()
		}
	default:
		v = math.Ldexp(1024+fraction, exponent-25)
	}
	if bits>>15 == 1 {
		v = -v
	}
	return v
}

// BFloat16 is the number whose bits are the upper half of a float32's.
func BFloat16(bits uint16) float64 { return float64(math.Float32frombits(uint32(bits) << 16)) }
