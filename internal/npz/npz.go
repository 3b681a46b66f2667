// Package npz reads and writes NumPy's .npz archives: zip files with one array
// in NumPy's .npy format to an entry. Run folders and gradient files are such
// archives, so that numpy.load reads what actscope measured and actscope reads
// what numpy.savez wrote.
//
// It covers what those files hold, arrays of booleans, integers and
// floating-point numbers, and treats what it reads as untrusted: anything else
// is an error that names the array, and the memory used stays within a small
// multiple of the archive's own size.
//
// The formats: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
package npz

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"actscope/internal/input"
)

// Array is a named array. In memory the values are float64 in C order (last
// index fastest) whatever the type in the file; integers beyond 2^53 are rounded.
type Array struct {
	Name   string
	Shape  []int // empty for a scalar
	Type   DType // in the file; the zero value is Float64
	Values []float64
}

// Shape is a shape as NumPy writes it.
type Shape []int

// String is such as "(64, 2)".
func (s Shape) String() string {
	text := make([]string, len(s))
	for i, n := range s {
		text[i] = strconv.Itoa(n)
	}
	return "(" + strings.Join(text, ", ") + ")"
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

// DType is the type of an array's elements in the file.
type DType uint8

// The element types that can be read and written.
const (
	Float64 DType = iota
	Float32
	Int64
	Int32
	Int16
	Int8
	Uint64
	Uint32
	Uint16
	Uint8
	Bool
)

// elementTypes gives NumPy's name and type code of each DType, its size in bytes
// and, for whole numbers, the least and the greatest float64 that it can hold.
var elementTypes = [...]struct {
	name, code  string
	size        int
	least, most float64
}{
	Float64: {"float64", "f8", 8, 0, 0},
	Float32: {"float32", "f4", 4, 0, 0},
	Int64:   {"int64", "i8", 8, math.MinInt64, 1<<63 - 1<<10},
	Int32:   {"int32", "i4", 4, math.MinInt32, math.MaxInt32},
	Int16:   {"int16", "i2", 2, math.MinInt16, math.MaxInt16},
	Int8:    {"int8", "i1", 1, math.MinInt8, math.MaxInt8},
	Uint64:  {"uint64", "u8", 8, 0, 1<<64 - 1<<11},
	Uint32:  {"uint32", "u4", 4, 0, math.MaxUint32},
	Uint16:  {"uint16", "u2", 2, 0, math.MaxUint16},
	Uint8:   {"uint8", "u1", 1, 0, math.MaxUint8},
	Bool:    {"bool", "b1", 1, 0, 1},
}

// String returns NumPy's name of the type.
func (t DType) String() string {
	if !t.known() {
		return fmt.Sprintf("DType(%d)", uint8(t))
	}
	return elementTypes[t].name
}

func (t DType) known() bool { return int(t) < len(elementTypes) }

func (t DType) size() int { return elementTypes[t].size }

// holds tells whether the type can represent v: integers exactly, floating
// point to its precision without overflow.
func (t DType) holds(v float64) bool {
	switch t {
	case Float64:
		return true
	case Float32:
		return math.IsInf(v, 0) || !math.IsInf(float64(float32(v)), 0)
	}
	e := elementTypes[t]
	return v == math.Trunc(v) && e.least <= v && v <= e.most
}

// descr returns the type string of a .npy header, in little-endian order.
func (t DType) descr() string {
	if t.size() == 1 {
		return "|" + elementTypes[t].code
	}
	return "<" + elementTypes[t].code
}

// parseDescr reads the type string of a .npy header.
func parseDescr(descr string) (DType, binary.ByteOrder, error) {
	var order binary.ByteOrder = binary.LittleEndian
	code := descr
	if descr != "" {
		switch descr[0] {
		case '<', '|', '=':
			code = descr[1:]
		case '>':
			code, order = descr[1:], binary.BigEndian
		}
	}
	for t := range elementTypes {
		if elementTypes[t].code == code {
			return DType(t), order, nil
		}
	}
	return 0, nil, fmt.Errorf("elements of type %q cannot be used: only bool, integers, float32 and float64 can", descr)
}

// decode appends the elements in b, whole ones only, to values.
func (t DType) decode(values []float64, b []byte, order binary.ByteOrder) []float64 {
	for size := t.size(); len(b) >= size; b = b[size:] {
		var v float64
		switch t {
		case Float64:
			v = math.Float64frombits(order.Uint64(b))
		case Float32:
			v = float64(math.Float32frombits(order.Uint32(b)))
		case Int64:
			v = float64(int64(order.Uint64(b)))
		case Int32:
			v = float64(int32(order.Uint32(b)))
		case Int16:
			v = float64(int16(order.Uint16(b)))
		case Int8:
			v = float64(int8(b[0]))
		case Uint64:
			v = float64(order.Uint64(b))
		case Uint32:
			v = float64(order.Uint32(b))
		case Uint16:
			v = float64(order.Uint16(b))
		case Uint8:
			v = float64(b[0])
		case Bool:
			if b[0] != 0 {
				v = 1
			}
		}
		values = append(values, v)
	}
	return values
}

// encode appends values, each of which the type holds, in little-endian order.
func (t DType) encode(b []byte, values []float64) []byte {
	for _, v := range values {
		switch t {
		case Float64:
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
		case Float32:
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
		case Int64:
			b = binary.LittleEndian.AppendUint64(b, uint64(int64(v)))
		case Int32:
			b = binary.LittleEndian.AppendUint32(b, uint32(int32(v)))
		case Int16:
			b = binary.LittleEndian.AppendUint16(b, uint16(int16(v)))
		case Uint64:
			b = binary.LittleEndian.AppendUint64(b, uint64(v))
		case Uint32:
			b = binary.LittleEndian.AppendUint32(b, uint32(v))
		case Uint16:
			b = binary.LittleEndian.AppendUint16(b, uint16(v))
		case Int8:
			b = append(b, byte(int8(v)))
		case Uint8, Bool:
			b = append(b, byte(v))
		}
	}
	return b
}
