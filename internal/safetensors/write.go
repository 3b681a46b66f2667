package safetensors

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"unicode/utf8"
)

// alignment is that of the numbers in the file: the header is padded with spaces.
const alignment = 8

// Write writes tensors as float64 in the order given, and metadata if there is any.
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
			binary.LittleEndian.PutUint64(number[:], math.Float64bits(v))
			out.Write(number[:])
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
		end := offset + 8*uint64(len(t.Values))
		encoded, err := json.Marshal(entry{Type: "F64", Shape: append([]int{}, t.Shape...), Offsets: [2]uint64{offset, end}})
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
