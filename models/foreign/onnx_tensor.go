package foreign

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"actscope/internal/input"
	"actscope/internal/number"
)

// onnxKinds are the types of TensorProto that are read: the bytes of one number in raw_data, and
// its value.
var onnxKinds = map[int64]struct {
	name string
	size int
	of   func(b []byte) float64
}{
	1:  {"FLOAT", 4, func(b []byte) float64 { return float64(math.Float32frombits(binary.LittleEndian.Uint32(b))) }},
	2:  {"UINT8", 1, func(b []byte) float64 { return float64(b[0]) }},
	3:  {"INT8", 1, func(b []byte) float64 { return float64(int8(b[0])) }},
	4:  {"UINT16", 2, func(b []byte) float64 { return float64(binary.LittleEndian.Uint16(b)) }},
	5:  {"INT16", 2, func(b []byte) float64 { return float64(int16(binary.LittleEndian.Uint16(b))) }},
	6:  {"INT32", 4, func(b []byte) float64 { return float64(int32(binary.LittleEndian.Uint32(b))) }},
	7:  {"INT64", 8, func(b []byte) float64 { return float64(int64(binary.LittleEndian.Uint64(b))) }},
	9:  {"BOOL", 1, func(b []byte) float64 { return float64(min(b[0], 1)) }},
	10: {"FLOAT16", 2, func(b []byte) float64 { return number.Half(binary.LittleEndian.Uint16(b)) }},
	11: {"DOUBLE", 8, func(b []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b)) }},
	12: {"UINT32", 4, func(b []byte) float64 { return float64(binary.LittleEndian.Uint32(b)) }},
	13: {"UINT64", 8, func(b []byte) float64 { return float64(binary.LittleEndian.Uint64(b)) }},
	16: {"BFLOAT16", 2, func(b []byte) float64 { return number.BFloat16(binary.LittleEndian.Uint16(b)) }},
}

const (
	onnxString  = 8
	onnxFloat16 = 10
	onnxBFloat  = 16
)

// isFloating says that numbers of a kind have fractions.
func isFloating(kind int64) bool {
	return kind == 1 || kind == onnxFloat16 || kind == 11 || kind == onnxBFloat
}

// constant is a tensor whose numbers the file has, or that follow from such.
type constant struct {
	name   string // the tensor's in the file
	shape  []int
	values []float64
	texts  []string // of strings, instead of values
	whole  bool     // the numbers are integers
}

// count is the number of elements of a shape, -1 where it is more than a file can have.
func count(shape []int) int {
	n := 1
	for _, side := range shape {
		if side < 0 || side > 0 && n > math.MaxInt32/side {
			return -1
		}
		n *= side
	}
	return n
}

// decode gives the numbers of a tensor.
func (w *walk) decode(t *onnxTensor, name string) (*constant, error) {
	if t.name != "" {
		name = t.name
	}
	refuse := func(format string, args ...any) (*constant, error) { return nil, input.Refuse(name, format, args...) }
	if len(t.shape) > maxRank {
		return refuse("it has %d axes", len(t.shape))
	}
	c := &constant{name: name, whole: !isFloating(t.kind)}
	for _, side := range t.shape {
		if side < 0 || side > math.MaxInt32 {
			return refuse("its shape is %v", t.shape)
		}
		c.shape = append(c.shape, int(side))
	}
	n := count(c.shape)
	if n < 0 {
		return refuse("its shape %v has more numbers than a file can have", t.shape)
	}
	kind, known := onnxKinds[t.kind]
	has := 0
	switch {
	case t.kind == onnxString && t.external == nil:
		c.texts, has = t.texts, len(t.texts)
	case !known:
		return refuse("its type is number %d of ONNX's, which cannot be read: floating point, integers and strings can", t.kind)
	case t.external != nil:
		raw, err := w.external(name, t.external, int64(n)*int64(kind.size))
		if err != nil {
			return nil, err
		}
		t = &onnxTensor{raw: raw, hasRaw: true}
		fallthrough
	case t.hasRaw:
		if len(t.raw)%kind.size != 0 {
			return refuse("%d bytes are no numbers of %d", len(t.raw), kind.size)
		}
		if has = len(t.raw) / kind.size; has == n {
			if err := w.spend(n); err != nil {
				return nil, err
			}
			c.values = make([]float64, n)
			for i := range c.values {
				c.values[i] = kind.of(t.raw[i*kind.size:])
			}
		}
	case t.kind == 1:
		c.values, has = t.floats, len(t.floats)
	case t.kind == 11:
		c.values, has = t.doubles, len(t.doubles)
	default:
		has = len(t.integers)
		for _, v := range t.integers {
			switch {
			case t.kind == onnxFloat16:
				c.values = append(c.values, number.Half(uint16(v)))
			case t.kind == onnxBFloat:
				c.values = append(c.values, number.BFloat16(uint16(v)))
			case t.kind == 13:
				c.values = append(c.values, float64(uint64(v)))
			default:
				c.values = append(c.values, float64(v))
			}
		}
	}
	if has != n {
		return refuse("its shape %v has %d numbers, and there are %d", t.shape, n, has)
	}
	for i, v := range c.values {
		if !isFinite(v) && (n > 1 || v != v) { // an infinite one alone may be the bound of a Clip
			return refuse("%v is %v: a network with such a weight predicts nothing", place(c.shape, i), v)
		}
	}
	return c, nil
}

// place is the index of a number in a tensor, such as [3, 5].
func place(shape []int, at int) string {
	index := make([]string, len(shape))
	for i := len(shape) - 1; i >= 0; i-- {
		index[i], at = strconv.Itoa(at%shape[i]), at/shape[i]
	}
	return "[" + strings.Join(index, ", ") + "]"
}

// external reads want bytes that a tensor has in another file of the same folder.
func (w *walk) external(name string, where map[string]string, want int64) ([]byte, error) {
	location := where["location"]
	if location == "" || location == "." || strings.Contains(location, "..") || strings.ContainsAny(location, "/\\\x00:") {
		return nil, input.Refuse(name, "its numbers are in %q: only a file of the same folder is read", location)
	}
	number := func(key string, otherwise int64) (int64, error) {
		text, has := where[key]
		if !has {
			return otherwise, nil
		}
		v, err := strconv.ParseInt(text, 10, 64)
		if err != nil || v < 0 {
			return 0, input.Refuse(name, "the %s of its numbers in %s is %q", key, location, text)
		}
		return v, nil
	}
	offset, err := number("offset", 0)
	if err != nil {
		return nil, err
	}
	length, err := number("length", want)
	if err != nil {
		return nil, err
	}
	if length != want {
		return nil, input.Refuse(name, "it has %d bytes in %s, and its shape takes %d", length, location, want)
	}
	if w.alone {
		return nil, &input.Error{Key: name, Reason: fmt.Sprintf("its numbers are in another file, %s", location), Advice: "save the network as one file"}
	}
	path := filepath.Join(filepath.Dir(w.path), location)
	f, size, err := input.OpenRegular(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &input.Error{Key: name, Reason: fmt.Sprintf("its numbers are in %s, which is not there", location),
			Advice: fmt.Sprintf("both files are needed, %s and %s, in one folder", filepath.Base(w.path), location), Err: os.ErrNotExist}
	}
	if err != nil {
		return nil, input.Refuse(name, "its numbers are in %s: %w", location, err)
	}
	defer f.Close()
	if offset > size || length > size-offset {
		return nil, input.Refuse(name, "its numbers are %d bytes from %d on in %s, which has %d: it is cut off, or another file", length, offset, location, size)
	}
	if !w.opened[location] {
		w.opened[location] = true
		w.budget += perByte * size
	}
	if err := w.spend(int(length)); err != nil {
		return nil, err
	}
	raw := make([]byte, length)
	if _, err := f.ReadAt(raw, offset); err != nil && length > 0 {
		return nil, input.Refuse(name, "its numbers are in %s: %w", location, err)
	}
	return raw, nil
}
