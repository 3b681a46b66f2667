package machine

import (
	"fmt"
	"math"
	"slices"

	"actscope/graph/machine/kernel"
)

// firstNonFinite finds the first NaN or infinity; entry is -1 if there is none.
func firstNonFinite[T kernel.Float](values []T) (entry int, x float64) {
	entry = slices.IndexFunc(values, func(x T) bool { return math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) })
	if entry < 0 {
		return entry, 0
	}
	return entry, float64(values[entry])
}

// nonFinite says where in a value of the given shape x stands.
func nonFinite(shape []int, entry int, x float64) error {
	if len(shape) == 0 {
		return fmt.Errorf("%w: %v", ErrNonFinite, x)
	}
	index := make([]int, len(shape))
	for axis := len(shape) - 1; axis >= 0; axis-- {
		index[axis], entry = entry%shape[axis], entry/shape[axis]
	}
	return fmt.Errorf("%w: %v at %v", ErrNonFinite, x, index)
}
