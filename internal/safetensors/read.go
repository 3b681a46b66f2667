package safetensors

import (
	"actscope/internal/input"
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

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
	tensors, metadata, err := read(f, size)
	if err != nil {
		return nil, nil, input.InFile(path, err)
	}
	return tensors, metadata, nil
}

// Read reads all tensors of a file of size bytes, in the order of their numbers,
// and the metadata, which may be nil.
func Read(r io.ReaderAt, size int64) ([]Tensor, map[string]string, error) {
	tensors, metadata, err := read(r, size)
	if err != nil {
		return nil, nil, fmt.Errorf("safetensors: %w", err)
	}
	return tensors, metadata, nil
}

func read(r io.ReaderAt, size int64) ([]Tensor, map[string]string, error) {
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
		return nil, nil, fmt.Errorf("no safetensors file: its header would have %d bytes", headerSize)
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
		return nil, nil, errors.New("no safetensors file: its header does not begin with {")
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
		width := sizes[e.Type]
		if width == 0 {
			return fail("type %q: only F64 and F32 are read", e.Type)
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
	width := int(sizes[e.Type])
	t := Tensor{Name: e.name, Shape: e.Shape, Values: make([]float64, len(data)/width)}
	for i := range t.Values {
		if number := data[i*width:]; e.Type == "F64" {
			t.Values[i] = math.Float64frombits(binary.LittleEndian.Uint64(number))
		} else {
			t.Values[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(number)))
		}
	}
	return t, nil
}
