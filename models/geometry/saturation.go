package geometry

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Saturation is the share of an activation's largest slope below which
// [SaturatedShare] counts a unit as saturated: for the sigmoid |z| above 3.64.
const Saturation = 0.1

// SaturatedShare is the share of pre-activations z (rows × units) at which the
// magnitude of the activation's slope φ' is below [Saturation] times its largest: of
// such a unit, gradients hardly pass. Of a rectifier it is the share that is off. For
// an activation of slope 0 throughout it is NaN.
func SaturatedShare(z mat.Matrix, slope func(z float64) float64) float64 {
	threshold := Saturation * largestSlope(slope)
	rows, units := z.Dims()
	if threshold == 0 || rows == 0 {
		return undefined
	}
	saturated := 0
	for i := range rows {
		for j := range units {
			if math.Abs(slope(z.At(i, j))) < threshold {
				saturated++
			}
		}
	}
	return float64(saturated) / float64(rows*units)
}

// largestSlope looks at both sides of 0 and at every 1/64 from -16 to 16: beyond,
// activations are straight or flat.
func largestSlope(slope func(z float64) float64) float64 {
	const tiny = 1e-12
	largest := max(math.Abs(slope(-tiny)), math.Abs(slope(tiny)))
	for i := -1024; i <= 1024; i++ {
		largest = max(largest, math.Abs(slope(float64(i)/64)))
	}
	return largest
}
