package models

import (
	"fmt"

	"actscope/graph"
	"actscope/internal/npz"
)

// assign copies arrays to the parameters of their names, once all are there and fit.
func assign(arrays npz.Arrays, parameters []graph.Parameter) error {
	values := make([][]float64, len(parameters))
	for i, p := range parameters {
		array, ok := arrays.Lookup(p.Name)
		if !ok {
			return fmt.Errorf("array %q is missing", p.Name)
		}
		isRow := p.Rows == 1 && len(array.Shape) == 1 && array.Shape[0] == p.Columns
		if !isRow && (len(array.Shape) != 2 || array.Shape[0] != p.Rows || array.Shape[1] != p.Columns) {
			return fmt.Errorf("array %q: shape %v: the network needs (%d, %d)", p.Name, array.Shape, p.Rows, p.Columns)
		}
		values[i] = array.Values
	}
	for i, p := range parameters {
		copy(p.Values, values[i])
	}
	return nil
}

// arraysOf are parameters under their names with a prefix, in memory of their own.
func arraysOf(prefix string, parameters []graph.Parameter) npz.Arrays {
	var arrays npz.Arrays
	for _, p := range parameters {
		arrays = append(arrays, npz.Array{Name: prefix + p.Name, Shape: []int{p.Rows, p.Columns}, Values: append([]float64(nil), p.Values...)})
	}
	return arrays
}

// checkArraysFinite reports the first number that is NaN or infinite.
func checkArraysFinite(arrays npz.Arrays) error {
	for _, a := range arrays {
		for i, v := range a.Values {
			if notFinite(v) {
				return fmt.Errorf("array %q: entry %d is %v", a.Name, i, v)
			}
		}
	}
	return nil
}

// bytesArray is an array of bytes.
func bytesArray(name string, b []byte) npz.Array {
	a := npz.Array{Name: name, Shape: []int{len(b)}, Type: npz.Uint8}
	for _, v := range b {
		a.Values = append(a.Values, float64(v))
	}
	return a
}

// bytesOf are the bytes of such an array.
func bytesOf(a npz.Array) ([]byte, error) {
	if a.Type != npz.Uint8 {
		return nil, fmt.Errorf("array %q: %v instead of bytes", a.Name, a.Type)
	}
	b := make([]byte, len(a.Values))
	for i, v := range a.Values {
		b[i] = byte(v)
	}
	return b, nil
}
