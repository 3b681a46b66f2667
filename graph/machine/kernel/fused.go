package kernel

import "math"

// TripleProduct computes dst = a ⊙ (b ⊙ c).
func TripleProduct(dst, a, b, c []float64) {
	a, b, c = a[:len(dst)], b[:len(dst)], c[:len(dst)]
	for i := range dst {
		dst[i] = a[i] * (b[i] * c[i])
	}
}

// WeightedSum computes dst = α a + β b.
func WeightedSum(dst, a []float64, alpha float64, b []float64, beta float64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = float64(a[i]*alpha) + float64(b[i]*beta)
	}
}

// ResidualSum is Σ (s - z⊙y). With s = softplus(z) it is the cross-entropy of
// labels y on logits z.
func ResidualSum(s, z, y []float64) float64 {
	z, y = z[:len(s)], y[:len(s)]
	total := 0.0
	for i, x := range s {
		total += x - float64(z[i]*y[i])
	}
	return total
}

// CrossEntropySum is Σ (y⊙ln(p+εp) + (1-y)⊙ln(q+εq)). A logarithm whose factor is 0
// is left out where it is finite, so that a label of 0 or 1 costs one of the two.
func CrossEntropySum(p []float64, epsilonP float64, q []float64, epsilonQ float64, y []float64) float64 {
	q, y = q[:len(p)], y[:len(p)]
	total := 0.0
	for i, x := range p {
		total += weightedLog(y[i], x+epsilonP) + weightedLog(1-y[i], q[i]+epsilonQ)
	}
	return total
}

// weightedLog is w ln(x), rounded on its own.
func weightedLog(w, x float64) float64 {
	if w == 0 && x > 0 && x <= math.MaxFloat64 {
		return 0
	}
	return float64(w * math.Log(x))
}
