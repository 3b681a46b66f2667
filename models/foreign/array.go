package foreign

import (
	"slices"
	"strconv"
	"strings"

	"actscope/internal/input"
	"actscope/internal/npz"
	"actscope/internal/words"
)

// array is a named array of a file without a graph, in C order.
type array struct {
	name   string
	shape  []int // empty for a scalar
	values []float64
}

// String is such as "W1 (2, 16)".
func (a array) String() string { return a.name + " " + npz.Shape(a.shape).String() }

// refuse is an error about the array.
func (a array) refuse(format string, args ...any) error { return input.Refuse(a.name, format, args...) }

// finite reports the first number that is none.
func (a array) finite() error {
	for i, v := range a.values {
		if !isFinite(v) {
			return a.refuse("%v at %v: a network with such a number predicts nothing", v, indexText(npz.Array{Shape: a.shape}.Index(i)))
		}
	}
	return nil
}

// indexText is an index such as [3, 5].
func indexText(index []int) string {
	text := make([]string, len(index))
	for i, n := range index {
		text[i] = strconv.Itoa(n)
	}
	return "[" + strings.Join(text, ", ") + "]"
}

// isVector tells arrays with at most one axis that is longer than 1.
func (a array) isVector() bool {
	long := 0
	for _, n := range a.shape {
		if n != 1 {
			long++
		}
	}
	return long <= 1
}

// numbersOf are the tokens that are numbers.
func numbersOf(stem []string) []string {
	return slices.DeleteFunc(slices.Clone(stem), func(t string) bool { return !words.IsNumber(t) })
}

// compareNumbers orders numbers of any length.
func compareNumbers(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}
