// Package safetensors reads and writes files of the safetensors format, in which
// other programs exchange the parameters of networks: eight bytes with the length
// of a header, the header in JSON, and the numbers.
//
// It reads tensors of floating point of 64, 32 and 16 bits, of integers and of truth
// values, writes those of float64 and float32, and treats what it reads as untrusted: anything else
// is an error that names the tensor, and the memory used stays within a small multiple of
// the file's own size.
//
// The format: https://github.com/huggingface/safetensors#format
package safetensors

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"actscope/internal/input"
	"actscope/internal/number"
)

// Tensor is a named array of float64, in C order (last index fastest).
type Tensor struct {
	Name   string
	Shape  []int // empty for a scalar
	Values []float64
	// Type is the header's of a tensor that was read, such as F32. One that is written is in float64
	// unless it is F32.
	Type string
}

// entry is what the header says of one tensor.
type entry struct {
	Type    string    `json:"dtype"`
	Shape   []int     `json:"shape"`
	Offsets [2]uint64 `json:"data_offsets"` // from the end of the header
}

// metadataKey is the header's key that names no tensor.
const metadataKey = "__metadata__"

// numberTypes are the types that are read: the bytes of one number, and its value.
var numberTypes = map[string]struct {
	size uint64
	of   func(b []byte) float64
}{
	"F64": {8, func(b []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b)) }},
	"F32": {4, func(b []byte) float64 { return float64(math.Float32frombits(binary.LittleEndian.Uint32(b))) }},
	"F16": {2, func(b []byte) float64 { return number.Half(binary.LittleEndian.Uint16(b)) }},
	"BF16": {2, func(b []byte) float64 {
		return number.BFloat16(binary.LittleEndian.Uint16(b))
	}},
	"I64":  {8, func(b []byte) float64 { return float64(int64(binary.LittleEndian.Uint64(b))) }},
	"I32":  {4, func(b []byte) float64 { return float64(int32(binary.LittleEndian.Uint32(b))) }},
	"I16":  {2, func(b []byte) float64 { return float64(int16(binary.LittleEndian.Uint16(b))) }},
	"I8":   {1, func(b []byte) float64 { return float64(int8(b[0])) }},
	"U8":   {1, func(b []byte) float64 { return float64(b[0]) }},
	"BOOL": {1, func(b []byte) float64 { return float64(min(b[0], 1)) }},
}

// elements returns how many numbers a shape has room for.
func elements(shape []int) (uint64, error) {
	count := uint64(1)
	for _, side := range shape {
		switch {
		case side < 0:
			return 0, fmt.Errorf("shape %v has a negative side", shape)
		case side > 0 && count > math.MaxInt/8/uint64(side):
			return 0, fmt.Errorf("shape %v has more elements than memory can address", shape)
		}
		count *= uint64(side)
	}
	return count, nil
}

// check returns an error unless the tensor can be written.
func (t Tensor) check() error {
	if t.Name == "" || t.Name == metadataKey {
		return errors.New("a tensor cannot have this name")
	}
	count, err := elements(t.Shape)
	if err != nil {
		return err
	}
	if count != uint64(len(t.Values)) {
		return fmt.Errorf("shape %v has %d elements but there are %d values", t.Shape, count, len(t.Values))
	}
	return nil
}

// maxHeader is the format's own limit on the header, in bytes.
const maxHeader = 100_000_000

// ReadFile reads all tensors of the file at path, which has to be a regular file. Errors
// are of type [input.Error].
func ReadFile(path string) ([]Tensor, map[string]string, error) {
	f, size, err := input.OpenRegular(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	tensors, metadata, err := Read(f, size)
	if err != nil {
		return nil, nil, input.InFile(path, err)
	}
	return tensors, metadata, nil
}

// Read reads all tensors of a file of size bytes, in the order of their numbers,
// and the metadata, which may be nil.
func Read(r io.ReaderAt, size int64) ([]Tensor, map[string]string, error) {
	var length [8]byte
	if size < int64(len(length)) {
		return nil, nil, fmt.Errorf("truncated: %d bytes do not hold the length of a header", size)
	}
	if _, err := r.ReadAt(length[:], 0); err != nil {
		return nil, nil, err
	}
	headerSize, rest := binary.LittleEndian.Uint64(length[:]), uint64(size)-8
	switch {
	case headerSize > maxHeader:
		return nil, nil, fmt.Errorf("not a safetensors file: its header would have %d bytes", headerSize)
	case headerSize > rest:
		return nil, nil, fmt.Errorf("truncated: %d of the header's %d bytes are there", rest, headerSize)
	}
	text := make([]byte, headerSize)
	if _, err := r.ReadAt(text, 8); err != nil && headerSize > 0 {
		return nil, nil, err
	}
	entries, metadata, err := decodeHeader(text)
	if err != nil {
		return nil, nil, err
	}
	if err := checkLayout(entries, rest-headerSize); err != nil {
		return nil, nil, err
	}
	var tensors []Tensor
	for _, e := range entries {
		t, err := readTensor(r, int64(8+headerSize), e)
		if err != nil {
			return nil, nil, fmt.Errorf("tensor %q: %w", e.name, err)
		}
		tensors = append(tensors, t)
	}
	return tensors, metadata, nil
}

// named is a tensor in the header.
type named struct {
	entry
	name string
}

// decodeHeader reads the header key by key, because a map would hide a name that
// occurs twice.
func decodeHeader(text []byte) (entries []named, metadata map[string]string, err error) {
	if len(text) == 0 || text[0] != '{' {
		return nil, nil, errors.New("not a safetensors file: its header does not begin with {")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if _, err := d.Token(); err != nil {
		return nil, nil, fmt.Errorf("header: %w", err)
	}
	seen := make(map[string]bool)
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, nil, fmt.Errorf("header: %w", err)
		}
		name, _ := key.(string) // JSON has no other keys
		if seen[name] {
			return nil, nil, fmt.Errorf("tensor %q: the name occurs twice", name)
		}
		seen[name] = true
		if name == metadataKey {
			if err := d.Decode(&metadata); err != nil {
				return nil, nil, fmt.Errorf("metadata: %w", err)
			}
			continue
		}
		e := named{name: name}
		if err := d.Decode(&e.entry); err != nil {
			return nil, nil, fmt.Errorf("tensor %q: %w", name, err)
		}
		if e.Shape == nil {
			return nil, nil, fmt.Errorf("tensor %q: it has no shape", name)
		}
		entries = append(entries, e)
	}
	if _, err := d.Token(); err != nil {
		return nil, nil, fmt.Errorf("header: %w", err)
	}
	if rest := bytes.TrimRight(text[d.InputOffset():], " "); len(rest) > 0 {
		return nil, nil, fmt.Errorf("header: %d bytes follow its end", len(rest))
	}
	return entries, metadata, nil
}

// checkLayout puts the tensors in the order of their numbers and reports sizes that
// do not fit the shapes, gaps, overlaps, and numbers missing or left over.
func checkLayout(entries []named, size uint64) error {
	slices.SortStableFunc(entries, func(a, b named) int {
		return cmp.Or(cmp.Compare(a.Offsets[0], b.Offsets[0]), cmp.Compare(a.Offsets[1], b.Offsets[1]))
	})
	next := uint64(0)
	for _, e := range entries {
		fail := func(format string, args ...any) error {
			return fmt.Errorf("tensor %q: %s", e.name, fmt.Sprintf(format, args...))
		}
		width := numberTypes[e.Type].size
		if width == 0 {
			return fail("type %q: %s are read", e.Type, strings.Join(slices.Sorted(maps.Keys(numberTypes)), ", "))
		}
		count, err := elements(e.Shape)
		if err != nil {
			return fail("%v", err)
		}
		begin, end := e.Offsets[0], e.Offsets[1]
		switch {
		case begin != next:
			return fail("its numbers begin at byte %d where %d should follow what is before", begin, next)
		case end < begin || end-begin != count*width:
			return fail("bytes %d to %d do not hold %d numbers of %s, its shape %v", begin, end, count, e.Type, e.Shape)
		case end > size:
			return fail("truncated: its numbers end at byte %d of %d", end, size)
		}
		next = end
	}
	if next != size {
		return fmt.Errorf("%d bytes follow the last tensor", size-next)
	}
	return nil
}

func readTensor(r io.ReaderAt, base int64, e named) (Tensor, error) {
	data := make([]byte, e.Offsets[1]-e.Offsets[0])
	if _, err := r.ReadAt(data, base+int64(e.Offsets[0])); err != nil && len(data) > 0 {
		return Tensor{}, err
	}
	kind := numberTypes[e.Type]
	width := int(kind.size)
	t := Tensor{Name: e.name, Shape: e.Shape, Values: make([]float64, len(data)/width), Type: e.Type}
	for i := range t.Values {
		t.Values[i] = kind.of(data[i*width:])
	}
	return t, nil
}

// alignment is that of the numbers in the file: the header is padded with spaces.
const alignment = 8

// single says that the tensor is written in float32.
func (t Tensor) single() bool { return t.Type == "F32" }

// width is the number of bytes of a number that is written.
func (t Tensor) width() int {
	if t.single() {
		return 4
	}
	return 8
}

// Write writes tensors as float64, or as float32 where their Type is F32, in the order given, and metadata if there is any.
// The same tensors give the same bytes. Nothing is written if a tensor cannot be:
// a name that is empty or occurs twice, values that do not fill the shape.
func Write(w io.Writer, tensors []Tensor, metadata map[string]string) error {
	header, err := encodeHeader(tensors, metadata)
	if err != nil {
		return fmt.Errorf("safetensors: %w", err)
	}
	out := bufio.NewWriter(w)
	out.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(header))))
	out.Write(header)
	var number [8]byte
	for _, t := range tensors {
		for _, v := range t.Values {
			if t.single() {
				binary.LittleEndian.PutUint32(number[:], math.Float32bits(float32(v)))
			} else {
				binary.LittleEndian.PutUint64(number[:], math.Float64bits(v))
			}
			out.Write(number[:t.width()])
		}
	}
	if err := out.Flush(); err != nil { // reports the first error of all writes
		return fmt.Errorf("safetensors: %w", err)
	}
	return nil
}

func encodeHeader(tensors []Tensor, metadata map[string]string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	if len(metadata) > 0 {
		encoded, err := json.Marshal(metadata) // keys in alphabetical order
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%q:%s", metadataKey, encoded)
	}
	seen := make(map[string]bool)
	offset := uint64(0)
	for _, t := range tensors {
		if err := t.check(); err != nil {
			return nil, fmt.Errorf("tensor %q: %w", t.Name, err)
		}
		if !utf8.ValidString(t.Name) {
			return nil, fmt.Errorf("tensor %q: the name is not UTF-8", t.Name)
		}
		if seen[t.Name] {
			return nil, fmt.Errorf("tensor %q: the name occurs twice", t.Name)
		}
		seen[t.Name] = true
		name, err := json.Marshal(t.Name)
		if err != nil {
			return nil, err
		}
		end := offset + uint64(t.width())*uint64(len(t.Values))
		kind := "F64"
		if t.single() {
			kind = "F32"
		}
		encoded, err := json.Marshal(entry{Type: kind, Shape: append([]int{}, t.Shape...), Offsets: [2]uint64{offset, end}})
		if err != nil {
			return nil, err
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%s:%s", name, encoded)
		offset = end
	}
	b.WriteByte('}')
	for b.Len()%alignment != 0 {
		b.WriteByte(' ')
	}
	return b.Bytes(), nil
}
