package geometry

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// EffectiveRank is exp(H(s/Σs)), H the entropy of the singular values s of a
// (rows × units) with the mean of each column taken away (Roy & Vetterli 2007): n
// where n directions carry the same, 1 where there is one. Of a constant layer and of
// one row it is 0. It is NaN where the singular values cannot be found.
func EffectiveRank(a mat.Matrix) float64 {
	rows, units := a.Dims()
	if rows == 0 || units == 0 {
		return undefined
	}
	var svd mat.SVD
	if !svd.Factorize(centred(a), mat.SVDNone) {
		return undefined
	}
	values := svd.Values(nil)
	total := floats.Sum(values)
	if total == 0 {
		return 0
	}
	entropy := 0.0
	for _, s := range values {
		if p := s / total; p > 0 {
			entropy -= p * math.Log(p)
		}
	}
	return math.Exp(entropy)
}
