package report

import "math"

func notFinite(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }

// Codes of what is not finite.
const (
	noProbability = 255
	noCoordinate  = 65535
)

// quantiseProbability gives P(class 1) one of 255 levels, whose distance to ½
// grows with the square: near the decision boundary they lie 3e-5 apart, so
// that the line through a flat field stays smooth, and at 0 and 1 they lie
// 0.008 apart, which no eye sees in the shading. Level 127 is ½ itself.
// film.js has the inverse.
func quantiseProbability(p float64) byte {
	if notFinite(p) {
		return noProbability
	}
	t := 2*min(max(p, 0), 1) - 1
	return byte(math.Round(127 + 127*math.Copysign(math.Sqrt(math.Abs(t)), t)))
}

// quantiseCoordinate gives a value between lo and hi one of 65535 even levels.
func quantiseCoordinate(v, lo, hi float64) uint16 {
	switch {
	case notFinite(v):
		return noCoordinate
	case !(hi > lo):
		return 32767
	}
	// Halves first: the difference of two finite numbers may overflow.
	t := (v/2 - lo/2) / (hi/2 - lo/2)
	return uint16(math.Round(65534 * min(max(t, 0), 1)))
}
