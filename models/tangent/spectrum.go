package tangent

import (
	"errors"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Spectrum is K along its eigenvectors, the largest eigenvalue first.
type Spectrum struct {
	// Values are the eigenvalues, 0 where they are the rounding of 0.
	Values []float64
	// Energy is the share of a residual's square along each eigenvector, 1 in all; NaN of a residual
	// that is 0.
	Energy []float64
}

// Decompose finds the spectrum of a kernel and how a residual, an entry a place, lies along it.
func Decompose(k *mat.SymDense, residual []float64) (Spectrum, error) {
	places := k.SymmetricDim()
	var eigen mat.EigenSym
	if !eigen.Factorize(k, true) {
		return Spectrum{}, errors.New("tangent: the eigenvalues of the kernel cannot be found")
	}
	s := Spectrum{Values: eigen.Values(nil), Energy: make([]float64, places)}
	slices.Reverse(s.Values)
	rounding := 0x1p-52 * float64(places) * math.Max(s.Values[0], 0)
	for i, v := range s.Values {
		if v < rounding {
			s.Values[i] = 0
		}
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	along := mat.NewVecDense(places, s.Energy)
	along.MulVec(vectors.T(), mat.NewVecDense(places, residual))
	slices.Reverse(s.Energy)
	floats.Mul(s.Energy, s.Energy)
	floats.Scale(1/floats.Sum(s.Energy), s.Energy)
	return s, nil
}

// EffectiveRank is exp(H(λ/Σλ)), H the entropy of the eigenvalues (Roy & Vetterli 2007): how many
// modes share what the kernel has. Of a kernel that is 0 it is 0.
func (s Spectrum) EffectiveRank() float64 {
	total, entropy := floats.Sum(s.Values), 0.0
	if total == 0 {
		return 0
	}
	for _, v := range s.Values {
		if p := v / total; p > 0 {
			entropy -= p * math.Log(p)
		}
	}
	return math.Exp(entropy)
}

// Leading is the least number of leading modes that hold a share of the energy; 0 where there is none.
func (s Spectrum) Leading(share float64) int {
	sum := 0.0
	for i, e := range s.Energy {
		if sum += e; sum >= share {
			return i + 1
		}
	}
	return 0
}

// Alignment of two kernels is their cosine as vectors (Cristianini et al. 2001), NaN where one is 0.
func Alignment(a, b *mat.SymDense) float64 {
	return inner(a, b) / math.Sqrt(inner(a, a)) / math.Sqrt(inner(b, b))
}

func inner(a, b *mat.SymDense) float64 {
	n, sum := a.SymmetricDim(), 0.0
	for i := range n {
		for j := i; j < n; j++ {
			p := a.At(i, j) * b.At(i, j)
			if j > i {
				p *= 2
			}
			sum += p
		}
	}
	return sum
}

// TargetAlignment is the alignment of a kernel with t tᵀ, t the targets: how much of it points to
// what has to be learnt.
func TargetAlignment(k *mat.SymDense, targets []float64) float64 {
	t := mat.NewVecDense(len(targets), targets)
	return mat.Inner(t, k, t) / mat.Dot(t, t) / math.Sqrt(inner(k, k))
}
