package graph

import (
	"actscope/graph/machine"
	"actscope/internal/nearest"
)

// Precision is the arithmetic in which a network's programs run. What goes in and
// comes out is float64 all the same: under [Single] inputs are rounded on the way in,
// and every number that comes out is a float32.
type Precision = machine.Precision

// The precisions.
const (
	Double = machine.Double // float64
	Single = machine.Single // float32
)

// PrecisionNamed finds a precision by its name, "float64" or "float32"; the error
// suggests the nearest known name and lists them.
func PrecisionNamed(name string) (Precision, error) {
	var known []string
	for _, p := range []Precision{Double, Single} {
		if p.String() == name {
			return p, nil
		}
		known = append(known, p.String())
	}
	return Double, nearest.Unknown("dtype", name, known)
}
