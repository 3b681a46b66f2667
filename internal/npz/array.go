package npz

import (
	"actscope/internal/input"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Array is a named array. In memory the values are float64 in C order (last
// index fastest) whatever the type in the file; integers beyond 2^53 are rounded.
type Array struct {
	Name   string
	Shape  []int // empty for a scalar
	Type   DType // in the file; the zero value is Float64
	Values []float64
}

// maxDimensions is NumPy's own limit.
const maxDimensions = 32

// elements returns how many values a shape has room for.
func elements(shape []int) (int, error) {
	if len(shape) > maxDimensions {
		return 0, fmt.Errorf("shape has %d dimensions: at most %d are allowed", len(shape), maxDimensions)
	}
	count, empty := 1, false
	for _, side := range shape {
		switch {
		case side < 0:
			return 0, fmt.Errorf("shape %v has a negative side", shape)
		case side == 0:
			empty = true
		case count > math.MaxInt/bytesPerValue/side:
			return 0, fmt.Errorf("shape %v has more elements than memory can address", shape)
		default:
			count *= side
		}
	}
	if empty {
		return 0, nil
	}
	return count, nil
}

// bytesPerValue is what an element takes in memory.
const bytesPerValue = 8

// check returns an error unless the array can be written.
func (a Array) check() error {
	count, err := elements(a.Shape)
	if err != nil {
		return err
	}
	if count != len(a.Values) {
		return fmt.Errorf("shape %v has %d elements but there are %d values", a.Shape, count, len(a.Values))
	}
	if !a.Type.known() {
		return fmt.Errorf("%v is not an element type", a.Type)
	}
	for i, v := range a.Values {
		if !a.Type.holds(v) {
			return fmt.Errorf("value %v at index %v does not fit %v", v, a.Index(i), a.Type)
		}
	}
	return nil
}

// Index returns the index along each dimension of the value Values[i].
func (a Array) Index(i int) []int {
	index := make([]int, len(a.Shape))
	for d := len(a.Shape) - 1; d >= 0; d-- {
		index[d], i = i%a.Shape[d], i/a.Shape[d]
	}
	return index
}

// Arrays are the arrays of one archive in its order.
type Arrays []Array

// Lookup returns the array of a name.
func (as Arrays) Lookup(name string) (Array, bool) {
	i := slices.IndexFunc(as, func(a Array) bool { return a.Name == name })
	if i < 0 {
		return Array{}, false
	}
	return as[i], true
}

// Names returns the names of the arrays in the archive's order.
func (as Arrays) Names() []string {
	names := make([]string, len(as))
	for i, a := range as {
		names[i] = a.Name
	}
	return names
}

// about is an error about one array.
func about(name string, err error) *input.Error {
	return input.Under(fmt.Sprintf("array %q", name), err)
}

// maxName is the longest name that fits a zip entry's with the suffix.
const maxName = math.MaxUint16 - len(suffix)

// register notes a name and refuses an empty, an overlong or a second one.
func register(seen map[string]bool, name string) error {
	if name == "" {
		return about(name, errors.New("the name is empty"))
	}
	if len(name) > maxName {
		return about(name[:20]+"...", fmt.Errorf("the name is %d bytes long: at most %d are allowed", len(name), maxName))
	}
	if seen[name] {
		return about(name, errors.New("the name occurs twice"))
	}
	seen[name] = true
	return nil
}
