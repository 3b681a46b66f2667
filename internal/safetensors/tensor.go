// Package safetensors reads and writes files of the safetensors format, in which
// other programs exchange the parameters of networks: eight bytes with the length
// of a header, the header in JSON, and the numbers.
//
// It covers what parameters need, tensors of float64 and float32, and treats what
// it reads as untrusted: anything else is an error that names the tensor, and the
// memory used stays within a small multiple of the file's own size.
//
// The format: https://github.com/huggingface/safetensors#format
package safetensors

import (
	"errors"
	"fmt"
	"math"
)

// Tensor is a named array of float64, in C order (last index fastest).
type Tensor struct {
	Name   string
	Shape  []int // empty for a scalar
	Values []float64
}

// entry is what the header says of one tensor.
type entry struct {
	Type    string    `json:"dtype"`
	Shape   []int     `json:"shape"`
	Offsets [2]uint64 `json:"data_offsets"` // from the end of the header
}

// metadataKey is the header's key that names no tensor.
const metadataKey = "__metadata__"

// sizes are the bytes of one number, by type.
var sizes = map[string]uint64{"F64": 8, "F32": 4}

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
