package geometry

import (
	"fmt"
	"math"
)

// NumberFormat is a set of numbers that inference may be limited to.
type NumberFormat struct {
	// Name is that of the format, such as "fp16" or "int8", and Bits its width.
	Name  string
	Bits  int
	round func(values []float64)
}

// Round gives the number of the format that stands for x.
func (f NumberFormat) Round(x float64) float64 {
	one := [1]float64{x}
	f.round(one[:])
	return one[0]
}

// Floating-point formats, rounded to nearest, ties to even, with subnormal numbers: binary16
// of IEEE 754-2019, bfloat16, which is binary32 without its last 16 bits, and the two 8-bit
// formats of the OCP 8-bit Floating Point Specification (OFP8, revision 1.0, 2023). Beyond the
// largest number they give infinities; e4m3, which has none, its largest, 448, as the
// specification's saturating mode does.
var (
	Float16    = floating("fp16", 16, 10, 15, 65504, false)
	BFloat16   = floating("bf16", 16, 7, 127, 0x1.fep127, false)
	Float8E4M3 = floating("fp8 e4m3", 8, 3, 7, 448, true)
	Float8E5M2 = floating("fp8 e5m2", 8, 2, 15, 57344, false)
)

// floating has so many bits of fraction, the smallest normal number 2^(1-bias), and the
// largest number, at which it may saturate.
func floating(name string, bits, fraction, bias int, largest float64, saturates bool) NumberFormat {
	return NumberFormat{name, bits, func(values []float64) {
		beyond := math.Inf(1)
		if saturates {
			beyond = largest
		}
		for i, x := range values {
			exponent := max(int(math.Float64bits(x)>>52&0x7ff), 1024-bias) - fraction // of a step, with float64's bias
			step := math.Float64frombits(uint64(exponent) << 52)
			rounded := math.RoundToEven(x/step) * step // but for rounding exact, by powers of two
			if math.Abs(rounded) > largest {
				rounded = math.Copysign(beyond, x)
			}
			values[i] = rounded
		}
	}}
}

// Uniform are integers of so many bits, 1 to 52, that stand for evenly spaced numbers from low
// to high, both finite: x is clamp(round(x/s) + z, 0, 2^bits - 1), less z and times s again, where
// s = (high - low)/(2^bits - 1), z = round(-low/s) and halves go to even. The range is
// widened to hold 0, which then is one of the numbers. That is the quantisation of int8
// inference, by the definitions of ONNX's QuantizeLinear and DynamicQuantizeLinear (Jacob
// et al. 2018, 1712.05877).
func Uniform(bits int, low, high float64) NumberFormat {
	low, high = min(low, 0), max(high, 0)
	most := math.Ldexp(1, bits) - 1
	scale := (high - low) / most
	if scale == 0 { // 0 is the only number
		scale, most = 1, 0
	}
	zero := math.RoundToEven(-low / scale)
	return NumberFormat{fmt.Sprintf("int%d", bits), bits, func(values []float64) {
		for i, x := range values {
			code := math.RoundToEven(x/scale) + zero
			if code < 0 {
				code = 0
			} else if code > most {
				code = most
			}
			values[i] = (code - zero) * scale
		}
	}}
}
