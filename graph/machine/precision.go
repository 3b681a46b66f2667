package machine

import "actscope/graph/machine/kernel"

// Precision is the arithmetic in which a plan runs. It has no part in what is
// computed: graphs are float64 throughout, and so is what goes in and comes out.
type Precision int

const (
	// Double is float64.
	Double Precision = iota
	// Single is float32: inputs are rounded to it, every result is computed in it.
	Single
)

// Round rounds values to the precision, in place.
func (p Precision) Round(values []float64) {
	if p == Single {
		rounded[float32](values)
	}
}

// String is the precision's name in NumPy: "float64" or "float32".
func (p Precision) String() string {
	if p == Single {
		return "float32"
	}
	return "float64"
}

// bytes is the size of an entry.
func (p Precision) bytes() int {
	if p == Single {
		return 4
	}
	return 8
}

// convert rounds src into dst, which has the same length.
func convert[D, S kernel.Float](dst []D, src []S) {
	src = src[:len(dst)]
	for i, x := range src {
		dst[i] = D(x)
	}
}

// converted is a copy in another precision.
func converted[D, S kernel.Float](src []S) []D {
	dst := make([]D, len(src))
	convert(dst, src)
	return dst
}

// rounded rounds values to T, in place.
func rounded[T kernel.Float](values []float64) []float64 {
	for i, x := range values {
		values[i] = float64(T(x))
	}
	return values
}
