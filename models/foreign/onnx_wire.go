package foreign

import (
	"encoding/binary"
	"errors"
	"io"
	"math"

	"google.golang.org/protobuf/encoding/protowire"

	"actscope/internal/input"
)

// The messages of onnx.proto, as far as they are read. Tensors keep the bytes of their numbers,
// which are slices of the file.
type (
	onnxModel struct {
		graph     *onnxGraph
		opsets    map[string]int64 // by domain
		functions map[string]*onnxFunction
		metadata  map[string]string
	}
	onnxGraph struct {
		nodes           []*onnxNode
		initializers    []*onnxTensor
		sparse          bool
		inputs, outputs []onnxValue
	}
	// onnxFunction is a subgraph with a name, which nodes call as an operator.
	onnxFunction struct {
		name, domain    string
		inputs, outputs []string
		nodes           []*onnxNode
		defaults        map[string]*onnxAttribute
	}
	onnxNode struct {
		name, operator, domain string
		inputs, outputs        []string
		attributes             map[string]*onnxAttribute
	}
	onnxAttribute struct {
		name, reference string // reference is the attribute of the function that is meant
		kind            int64
		float           float64
		integer         int64
		text            string
		tensor          *onnxTensor
		floats          []float64
		integers        []int64
		texts           []string
	}
	onnxTensor struct {
		name     string
		shape    []int64
		kind     int64
		floats   []float64
		doubles  []float64
		integers []int64 // of int32_data, int64_data and uint64_data
		texts    []string
		raw      []byte
		hasRaw   bool
		external map[string]string // nil for none
	}
	// onnxValue is an input or an output; of its sizes -1 is one that is not fixed.
	onnxValue struct {
		name     string
		kind     int64
		shape    []int64
		hasShape bool
		tensor   bool
	}
)

// field is one field of a message.
type field struct {
	number  protowire.Number
	kind    protowire.Type
	integer uint64 // of a varint or fixed number
	bytes   []byte
}

func (f field) float() float64 { return float64(math.Float32frombits(uint32(f.integer))) }

var errWire = errors.New("not a field of protobuf")

// fields calls f for each field of a message.
func fields(message []byte, f func(field) error) error {
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return wireError(n)
		}
		message = message[n:]
		at := field{number: number, kind: kind}
		switch kind {
		case protowire.VarintType:
			at.integer, n = protowire.ConsumeVarint(message)
		case protowire.Fixed32Type:
			var v uint32
			v, n = protowire.ConsumeFixed32(message)
			at.integer = uint64(v)
		case protowire.Fixed64Type:
			at.integer, n = protowire.ConsumeFixed64(message)
		case protowire.BytesType:
			at.bytes, n = protowire.ConsumeBytes(message)
		default:
			return errWire
		}
		if n < 0 {
			return wireError(n)
		}
		if err := f(at); err != nil {
			return err
		}
		message = message[n:]
	}
	return nil
}

func wireError(n int) error {
	if errors.Is(protowire.ParseError(n), io.ErrUnexpectedEOF) {
		return io.ErrUnexpectedEOF
	}
	return errWire
}

// integers appends a repeated field of varints, packed or not.
func (f field) integers(to []int64) ([]int64, error) {
	if f.kind == protowire.VarintType {
		return append(to, int64(f.integer)), nil
	}
	for b := f.bytes; len(b) > 0; {
		v, n := protowire.ConsumeVarint(b)
		if n < 0 {
			return nil, wireError(n)
		}
		to, b = append(to, int64(v)), b[n:]
	}
	return to, nil
}

// floats appends a repeated field of numbers of 32 or 64 bits, packed or not.
func (f field) floats(to []float64, size int) ([]float64, error) {
	switch {
	case f.kind == protowire.Fixed32Type:
		return append(to, f.float()), nil
	case f.kind == protowire.Fixed64Type:
		return append(to, math.Float64frombits(f.integer)), nil
	case f.kind != protowire.BytesType || len(f.bytes)%size != 0:
		return nil, errWire
	}
	for b := f.bytes; len(b) > 0; b = b[size:] {
		if size == 8 {
			to = append(to, math.Float64frombits(binary.LittleEndian.Uint64(b)))
		} else {
			to = append(to, float64(math.Float32frombits(binary.LittleEndian.Uint32(b))))
		}
	}
	return to, nil
}

// parseONNX reads the messages of a file.
func parseONNX(file []byte) (*onnxModel, error) {
	m := &onnxModel{opsets: make(map[string]int64), functions: make(map[string]*onnxFunction), metadata: make(map[string]string)}
	err := fields(file, func(f field) (err error) {
		switch f.number {
		case 7:
			m.graph, err = parseGraph(f.bytes)
		case 8:
			var domain string
			var version int64
			err = fields(f.bytes, func(f field) error {
				switch f.number {
				case 1:
					domain = string(f.bytes)
				case 2:
					version = int64(f.integer)
				}
				return nil
			})
			m.opsets[plainDomain(domain)] = version
		case 14:
			var key, text string
			err = fields(f.bytes, func(f field) error {
				switch f.number {
				case 1:
					key = string(f.bytes)
				case 2:
					text = string(f.bytes)
				}
				return nil
			})
			m.metadata[key] = text
		case 25:
			var function *onnxFunction
			if function, err = parseFunction(f.bytes); err == nil {
				m.functions[function.domain+":"+function.name] = function
			}
		}
		return err
	})
	var known *input.Error
	switch {
	case errors.As(err, &known):
		return nil, known
	case errors.Is(err, io.ErrUnexpectedEOF) && file[0] == firstByte:
		return nil, &input.Error{Reason: "it is cut off: its messages are longer than the file", Advice: "copy or export it again"}
	case err != nil:
		return nil, input.Refuse("", "not an ONNX file: it is no message of protobuf")
	case m.graph == nil:
		return nil, input.Refuse("", "not an ONNX file: it has no graph")
	}
	return m, nil
}

// plainDomain is "" for ONNX's own operators, however they are written.
func plainDomain(domain string) string {
	if domain == "ai.onnx" {
		return ""
	}
	return domain
}

func parseGraph(message []byte) (*onnxGraph, error) {
	g := &onnxGraph{}
	return g, fields(message, func(f field) error {
		switch f.number {
		case 1:
			n, err := parseNode(f.bytes)
			g.nodes = append(g.nodes, n)
			return err
		case 5:
			t, err := parseTensor(f.bytes)
			g.initializers = append(g.initializers, t)
			return err
		case 11, 12:
			v, err := parseValue(f.bytes)
			if f.number == 11 {
				g.inputs = append(g.inputs, v)
			} else {
				g.outputs = append(g.outputs, v)
			}
			return err
		case 15:
			g.sparse = true
		}
		return nil
	})
}

func parseFunction(message []byte) (*onnxFunction, error) {
	fn := &onnxFunction{defaults: make(map[string]*onnxAttribute)}
	return fn, fields(message, func(f field) error {
		switch f.number {
		case 1:
			fn.name = string(f.bytes)
		case 4:
			fn.inputs = append(fn.inputs, string(f.bytes))
		case 5:
			fn.outputs = append(fn.outputs, string(f.bytes))
		case 7:
			n, err := parseNode(f.bytes)
			fn.nodes = append(fn.nodes, n)
			return err
		case 10:
			fn.domain = plainDomain(string(f.bytes))
		case 11:
			a, err := parseAttribute(f.bytes)
			fn.defaults[a.name] = a
			return err
		}
		return nil
	})
}

func parseNode(message []byte) (*onnxNode, error) {
	n := &onnxNode{attributes: make(map[string]*onnxAttribute)}
	return n, fields(message, func(f field) error {
		switch f.number {
		case 1:
			n.inputs = append(n.inputs, string(f.bytes))
		case 2:
			n.outputs = append(n.outputs, string(f.bytes))
		case 3:
			n.name = string(f.bytes)
		case 4:
			n.operator = string(f.bytes)
		case 5:
			a, err := parseAttribute(f.bytes)
			n.attributes[a.name] = a
			return err
		case 7:
			n.domain = plainDomain(string(f.bytes))
		}
		return nil
	})
}

func parseAttribute(message []byte) (*onnxAttribute, error) {
	a := &onnxAttribute{}
	return a, fields(message, func(f field) (err error) {
		switch f.number {
		case 1:
			a.name = string(f.bytes)
		case 2:
			a.float = f.float()
		case 3:
			a.integer = int64(f.integer)
		case 4:
			a.text = string(f.bytes)
		case 5:
			a.tensor, err = parseTensor(f.bytes)
		case 7:
			a.floats, err = f.floats(a.floats, 4)
		case 8:
			a.integers, err = f.integers(a.integers)
		case 9:
			a.texts = append(a.texts, string(f.bytes))
		case 20:
			a.kind = int64(f.integer)
		case 21:
			a.reference = string(f.bytes)
		}
		return err
	})
}

func parseTensor(message []byte) (*onnxTensor, error) {
	t := &onnxTensor{}
	elsewhere := false
	err := fields(message, func(f field) (err error) {
		switch f.number {
		case 1:
			t.shape, err = f.integers(t.shape)
		case 2:
			t.kind = int64(f.integer)
		case 4:
			t.floats, err = f.floats(t.floats, 4)
		case 5, 7, 11:
			t.integers, err = f.integers(t.integers)
		case 6:
			t.texts = append(t.texts, string(f.bytes))
		case 8:
			t.name = string(f.bytes)
		case 9:
			t.raw, t.hasRaw = f.bytes, true
		case 10:
			t.doubles, err = f.floats(t.doubles, 8)
		case 13:
			var key, value string
			err = fields(f.bytes, func(f field) error {
				switch f.number {
				case 1:
					key = string(f.bytes)
				case 2:
					value = string(f.bytes)
				}
				return nil
			})
			if t.external == nil {
				t.external = make(map[string]string)
			}
			t.external[key] = value
		case 14:
			elsewhere = f.integer == 1
		}
		return err
	})
	if elsewhere && t.external == nil {
		t.external = make(map[string]string)
	}
	if !elsewhere {
		t.external = nil
	}
	return t, err
}

func parseValue(message []byte) (onnxValue, error) {
	var v onnxValue
	dimension := func(f field) error {
		if f.number != 1 {
			return nil
		}
		size := int64(-1)
		err := fields(f.bytes, func(f field) error {
			if f.number == 1 {
				size = int64(f.integer)
			}
			return nil
		})
		v.shape = append(v.shape, size)
		return err
	}
	tensor := func(f field) error {
		switch f.number {
		case 1:
			v.kind = int64(f.integer)
		case 2:
			v.hasShape = true
			return fields(f.bytes, dimension)
		}
		return nil
	}
	return v, fields(message, func(f field) error {
		switch f.number {
		case 1:
			v.name = string(f.bytes)
		case 2:
			return fields(f.bytes, func(f field) error {
				if f.number == 1 {
					v.tensor = true
					return fields(f.bytes, tensor)
				}
				return nil
			})
		}
		return nil
	})
}
