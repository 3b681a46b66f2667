package machine

import (
	"fmt"
	"math"

	"actscope/graph/machine/kernel"
)

// fidelity is how the results of a kernel relate to those of the operators that it
// stands for.
type fidelity int

const (
	reordered  fidelity = iota // sums in another order
	exact                      // bit for bit the same
	elementary                 // the same in the portable set, within elementaryUnits in the others
)

// tolerance is by how much a result may differ from the operators'.
type tolerance struct {
	absolute float64 // for all entries
	relative float64 // of the entry that is wanted, besides
}

// exactly wants the same bits, the sign of a zero among them.
var exactly = tolerance{}

// roundoff is what two orders of summation may differ by, relative to the largest
// result, in units of the precision's last place.
const roundoff = 450 // 1e-13 in float64

// singleUnits is what an entry-by-entry kernel in float32 may differ by from its
// operators in float64, rounded one by one, in units of the last place.
const singleUnits = 4

// elementaryUnits is what an elementary function by the kernels may differ by from that
// of package elementary, in units of the last place: both err by at most half of it.
const elementaryUnits = 2 * kernel.ULP

// unit is the distance of 1 from the next number of type T, tiniest the smallest
// number above 0.
func unit[T kernel.Float]() (unit, tiniest float64) {
	if _, single := any(T(0)).(float32); single {
		return 0x1p-23, math.SmallestNonzeroFloat32
	}
	return 0x1p-52, math.SmallestNonzeroFloat64
}

// tolerated is how far the kernel of s may be from a result.
func tolerated[T kernel.Float](s *step, want []float64) tolerance {
	last, tiniest := unit[T]()
	switch {
	case s.fidelity == elementary && kernel.Set() != kernel.Portable:
		return tolerance{absolute: elementaryUnits * tiniest, relative: elementaryUnits * last}
	case s.fidelity != reordered && last == 0x1p-52:
		return exactly
	case s.fidelity != reordered:
		return tolerance{absolute: tiniest, relative: singleUnits * last}
	}
	largest := 0.0
	for _, w := range want {
		if !math.IsInf(w, 0) && !math.IsNaN(w) {
			largest = max(largest, math.Abs(w))
		}
	}
	return tolerance{absolute: max(roundoff*last*largest, tiniest)}
}

// differ returns "" if got and want agree within the tolerance, else where they do
// not.
func differ[T kernel.Float](got []T, want []float64, by tolerance) string {
	for i, w := range want {
		g := float64(got[i])
		switch {
		case math.Float64bits(g) == math.Float64bits(w), math.IsNaN(g) && math.IsNaN(w):
		case by != exactly && (g == w || math.Abs(g-w) <= by.absolute+by.relative*math.Abs(w)):
		default:
			return fmt.Sprintf("entry %d is %v instead of %v", i, g, w)
		}
	}
	return ""
}
