package machine

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"gorgonia.org/gorgonia"
)

// Elementwise is implemented by operators outside Gorgonia that map each entry of
// their one operand by a function of that entry alone. Their String is the
// function's name; where it is one that the planner knows ("sigmoid", "softplus",
// "relu", "step", "tanh", "exp", "log", "normal", "normal-density", "exp-below", "expm1-below"), a
// kernel may take its place, certified like any other.
type Elementwise interface {
	gorgonia.Op
	// Apply maps src into dst, which have one length and may be the same slice.
	Apply(dst, src []float64)
}

// Pairwise is implemented by operators outside Gorgonia that map the entries of two
// operands of the result's shape by a function of each pair alone. Their String is the
// function's name.
type Pairwise interface {
	gorgonia.Op
	// ApplyPairs maps x and y into dst, which have one length; dst may be one of them.
	ApplyPairs(dst, x, y []float64)
}

// class is the family of an operator: what the planner may do with it.
type class int

const (
	opaque       class = iota // unknown: runs through its own Do
	input                     // a value that is bound from outside
	constant                  // a value that never changes
	binary                    // entry by entry, two operands
	unary                     // entry by entry, one operand, Gorgonia's
	mapping                   // entry by entry, one operand, an Elementwise
	pairing                   // entry by entry, two operands, a Pairwise
	rowwise                   // row by row, of one of the names in rowKernels
	product                   // matrix product
	sum                       // sum along axes
	repeat                    // repetition along an axis: how Gorgonia broadcasts
	reshape                   // the same entries under another shape
	sizeOf                    // the extent of an axis
	transpose                 // permutation of axes
	vectors                   // product of a matrix and a vector, or of two vectors
	softmax                   // along an axis, or its logarithm
	softmaxSlope              // what takes a gradient back through that
	unfold                    // windows of images as rows: im2col
	foldBack                  // what takes a gradient back through that: col2im
	pool                      // the largest in each window
	poolSlope                 // what takes a gradient back through that
	slice                     // along one axis
	sliceSlope                // what takes a gradient back through that
	concat                    // along one axis
	randomly                  // a dropout: what is kept, by numbers of its own
	dropoutSlope              // what takes a gradient back through a dropout
)

// operator is what the planner knows of a node's operator.
type operator struct {
	class          class
	name           string // "+", "ln", "sigmoid": as the operator calls itself
	transA, transB bool   // product
	axes           []int  // sum, repeat (one), transpose (the permutation), softmax (one), concat (one), slice (see sliceOf); of windows, their numbers
	logarithm      bool   // softmax
}

var number = regexp.MustCompile(`-?[0-9]+`)

// products are the spellings of Gorgonia's matrix product.
var products = map[string]operator{
	"A × B":   {class: product},
	"Aᵀ × B":  {class: product, transA: true},
	"A × Bᵀ":  {class: product, transB: true},
	"Aᵀ × Bᵀ": {class: product, transA: true, transB: true},
	"A × b":   {class: vectors},
	"Aᵀ × b":  {class: vectors, transA: true},
	"a ⊗ b":   {class: vectors},
	"a ⋅ b":   {class: vectors},
}

// identify recognises an operator by the name of its dynamic type and by its
// String. Gorgonia exports neither the types nor their fields, so this is a guess
// about the pinned version; certification turns it into knowledge.
func identify(op gorgonia.Op) operator {
	if op == nil {
		return operator{class: input, name: "input"}
	}
	name := op.String()
	if _, ok := op.(Elementwise); ok {
		return operator{class: mapping, name: name}
	}
	if _, ok := op.(Pairwise); ok {
		return operator{class: pairing, name: name}
	}
	if _, known := rowKernels[name]; known {
		return operator{class: rowwise, name: name}
	}
	t := reflect.TypeOf(op)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.PkgPath() != "gorgonia.org/gorgonia" {
		return operator{name: name}
	}
	switch t.Name() {
	case "constantScalar", "constantTensor":
		return operator{class: constant, name: "constant"}
	case "elemBinOp":
		// "+ false"; a comparison that does not keep the dtype gives booleans
		symbol, sameType, _ := strings.Cut(name, " ")
		if k, known := binaryKernels[symbol]; known && (!k.comparison || sameType == "true") {
			return operator{class: binary, name: symbol}
		}
	case "elemUnaryOp":
		if _, known := unaryKernels[name]; known {
			return operator{class: unary, name: name}
		}
	case "linAlgBinOp":
		if op, known := products[name]; known {
			op.name = name
			return op
		}
	case "softmaxOp", "softmaxDiffOp":
		op := operator{class: softmax, name: name, axes: []int{0}}
		form := "Softmax{%d, %t}()"
		if t.Name() == "softmaxDiffOp" {
			op.class, form = softmaxSlope, "SoftmaxDiff{%d, %t}()"
		}
		if _, err := fmt.Sscanf(name, form, &op.axes[0], &op.logarithm); err == nil {
			return op
		}
	case "im2colOp":
		if k := numbersAfter(name, "<"); len(k) == 8 {
			return operator{class: unfold, name: name, axes: k}
		}
	case "col2imOp": // dilation is not in the name
		if k := numbersAfter(name, "<"); len(k) == 6 && forImages(op, 1) != nil {
			for _, field := range []string{"dilationH", "dilationW"} {
				dilation := reflect.Indirect(reflect.ValueOf(op)).FieldByName(field)
				if !dilation.IsValid() || !dilation.CanInt() {
					return operator{name: name}
				}
				k = append(k, int(dilation.Int()))
			}
			return operator{class: foldBack, name: name, axes: k}
		}
	case "sliceOp":
		if axes, ok := sliceOf(name, ""); ok {
			return operator{class: slice, name: name, axes: axes}
		}
	case "sliceIncrOp":
		if axes, ok := sliceOf(name, "+=..."); ok {
			return operator{class: sliceSlope, name: name, axes: axes}
		}
	case "concatOp":
		if axes := numbersAfter(name, "="); len(axes) == 1 && axes[0] >= 0 {
			return operator{class: concat, name: name, axes: axes}
		}
	case "dropoutOp":
		return operator{class: randomly, name: name}
	case "dropoutDiffOp":
		return operator{class: dropoutSlope, name: name}
	case "maxPoolOp":
		if k := numbersAfter(name, "("); len(k) == 6 {
			return operator{class: pool, name: name, axes: k}
		}
	case "maxPoolDiffOp":
		if k := numbersAfter(name, "("); len(k) == 6 {
			return operator{class: poolSlope, name: name, axes: k}
		}
	case "sumOp":
		if axes, ok := integers(name, "Σ[", "]"); ok {
			return operator{class: sum, name: name, axes: axes}
		}
	case "repeatOp":
		if axes, ok := integers(name, "Repeat", ""); ok {
			return operator{class: repeat, name: name, axes: axes}
		}
	case "transposeOp":
		if axes, ok := integers(name, "Aᵀ{", "}"); ok {
			return operator{class: transpose, name: name, axes: axes}
		}
	case "reshapeOp":
		return operator{class: reshape, name: "reshape"}
	case "sizeOp":
		return operator{class: sizeOf, name: name}
	}
	return operator{name: name}
}

// numbersAfter are the whole numbers in s after the first mark.
func numbersAfter(s, mark string) (numbers []int) {
	_, s, _ = strings.Cut(s, mark)
	for _, digits := range number.FindAllString(s, -1) {
		k, err := strconv.Atoi(digits)
		if err != nil {
			return nil
		}
		numbers = append(numbers, k)
	}
	return numbers
}

// integers parses the numbers between prefix and suffix, which are separated by
// spaces or commas.
func integers(s, prefix, suffix string) ([]int, bool) {
	s, found := strings.CutPrefix(s, prefix)
	if !found {
		return nil, false
	}
	if s, found = strings.CutSuffix(s, suffix); !found {
		return nil, false
	}
	var numbers []int
	for _, field := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' }) {
		n, err := strconv.Atoi(field)
		if err != nil {
			return nil, false
		}
		numbers = append(numbers, n)
	}
	return numbers, len(numbers) > 0
}

// identity tells operators apart as Gorgonia does when it merges nodes: by hash.
func identity(op gorgonia.Op) string {
	return reflect.TypeOf(op).String() + " " + op.String() + " " + strconv.FormatUint(uint64(op.Hashcode()), 16)
}
