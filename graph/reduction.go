package graph

import "actscope/internal/nearest"

// Reduction says what the sum of a loss's terms, over rows and outputs, is divided by. The
// zero value stands for [Mean].
type Reduction string

// The reductions.
const (
	Mean     Reduction = "mean"      // the rows
	Sum      Reduction = "sum"       // 1
	MeanAll  Reduction = "mean-all"  // rows times outputs
	HalfSum  Reduction = "half-sum"  // 2
	HalfMean Reduction = "half-mean" // twice the rows
)

// Reductions lists them in the order in which they are shown to users.
func Reductions() []Reduction { return []Reduction{Mean, Sum, MeanAll, HalfSum, HalfMean} }

// ReductionNamed finds a reduction; the error suggests the nearest known name and lists
// them all.
func ReductionNamed(name string) (Reduction, error) {
	var known []string
	for _, r := range Reductions() {
		if string(r) == name {
			return r, nil
		}
		known = append(known, string(r))
	}
	return "", nearest.Unknown("reduction", name, known)
}

// Divisor is what the sum of a loss's terms is divided by; 0 for a reduction that is none.
func (r Reduction) Divisor(rows, outputs int) int {
	switch r {
	case Mean, "":
		return rows
	case Sum:
		return 1
	case MeanAll:
		return rows * outputs
	case HalfSum:
		return 2
	case HalfMean:
		return 2 * rows
	}
	return 0
}
