package foreign

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"

	"actscope/graph"
	"actscope/internal/input"
)

// WriteONNX writes the network as an ONNX file of opset 17, in float32 or float64. It takes any
// number of rows of the raw columns, whose scaling is inside; its one output is what the network
// gives: probabilities, log-probabilities or numbers. Names of columns and classes are JSON lists in
// metadata_props, under "inputs", "targets" and "classes". The same network gives the same bytes. A
// number that float32 has no room for is an input.Error.
//
// In float64 normalisations and most activations are written in simple operators, because
// attributes of ONNX are float32, and because onnxruntime lacks the operators themselves: see
// [Model.ONNXNotes].
func (m *Model) WriteONNX(w io.Writer, dtype graph.Precision) error {
	b, err := m.onnx(dtype)
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

// ONNXNotes are sentences about what other programs may not run of the file that
// [Model.WriteONNX] writes.
func (m *Model) ONNXNotes(dtype graph.Precision) []string {
	if dtype == graph.Double && m.usesErf() {
		return []string{"onnxruntime has no Erf of float64, which gelu is made of: it takes the file in float32"}
	}
	return nil
}

// formulas are the activations that are formulas, nil for none.
func (m *Model) formulas() []string {
	var names []string
	for _, l := range m.chain.layers {
		if l.activation.IsFormula() && !slices.Contains(names, l.activation.Name) {
			names = append(names, l.activation.Name)
		}
	}
	return names
}

// usesErf says whether some activation is made of the error function.
func (m *Model) usesErf() bool {
	for _, l := range m.chain.layers {
		if name := l.activation.Name; name == graph.GELU.Name || l.activation.IsFormula() && strings.Contains(name, graph.FunctionName(graph.GELU)+"(") {
			return true
		}
	}
	return false
}

// opset and irVersion are those of files that are written.
const (
	opset     = 17
	irVersion = 8
)

// onnx is the file.
func (m *Model) onnx(dtype graph.Precision) ([]byte, error) {
	c := m.chain
	g := &onnxWriter{dtype: dtype, taken: make(map[string]bool)}
	handed := []string{onnxInput} // what comes into each layer
	if c.scaling.Mean != nil {
		centred := g.node("scaling", "Sub", []string{onnxInput, g.row("mean", c.scaling.Mean)})
		handed[0] = g.node("scaling", "Div", []string{centred, g.row("scale", c.scaling.Scale)})
	}
	for i, l := range c.layers {
		number := i + 1
		g.place = fmt.Sprintf("layer%d", number)
		weights := g.tensor(fmt.Sprintf("W%d", number), []int{c.fanIn(i), l.units}, l.weights)
		signal := g.node(g.place, "Gemm", []string{handed[i], weights, g.row(fmt.Sprintf("b%d", number), l.bias)})
		for _, p := range l.parts {
			if p.Place() == graph.BeforeActivation {
				signal = g.part(p, number, c, signal, handed)
			}
		}
		activated, err := spell(g, l.activation, operand{text: signal})
		if err != nil {
			return nil, err
		}
		signal = activated.text
		for _, p := range l.parts {
			if p.Place() == graph.AfterActivation {
				signal = g.part(p, number, c, signal, handed)
			}
		}
		handed = append(handed, signal)
	}
	out, name := handed[len(handed)-1], "prediction"
	switch g.place = "output"; c.final {
	case Sigmoid:
		out, name = g.node(g.place, "Sigmoid", []string{out}), "probability"
	case Softmax:
		out, name = g.node(g.place, "Softmax", []string{out}, writtenAttribute{name: "axis", integer: 1}), "probability"
	case LogSoftmax:
		out, name = g.node(g.place, "LogSoftmax", []string{out}, writtenAttribute{name: "axis", integer: 1}), "log_probability"
	}
	g.rename(out, name)
	if g.err != nil {
		return nil, g.err
	}
	return g.model(m, name)
}

// onnxInput is the name of the graph's input.
const onnxInput = "x"

// part writes a part of a layer.
func (g *onnxWriter) part(p part, number int, c *chain, in string, handed []string) string {
	row := func(name string) string { return g.row(fmt.Sprintf("%s%d", name, number), p.arrays[name]) }
	of := func(operator string, inputs ...string) string { return g.node(g.place, operator, inputs) }
	switch kind := p.Part.(type) {
	case graph.Affine:
		return of("Add", of("Mul", in, row("scale")), row("offset"))
	case graph.BatchNorm:
		if g.dtype == graph.Single {
			return g.node(g.place, "BatchNormalization", []string{in, row("gain"), row("shift"), row("mean"), row("variance")},
				writtenAttribute{name: "epsilon", float: epsilonOr(kind.Epsilon), isFloat: true})
		}
		factor := make([]float64, len(p.arrays["gain"]))
		for i, gain := range p.arrays["gain"] {
			factor[i] = gain / math.Sqrt(p.arrays["variance"][i]+epsilonOr(kind.Epsilon))
		}
		centred := of("Sub", in, row("mean"))
		return of("Add", of("Mul", centred, g.row(fmt.Sprintf("factor%d", number), factor)), row("shift"))
	case graph.LayerNorm:
		if g.dtype == graph.Single {
			return g.node(g.place, "LayerNormalization", []string{in, row("gain"), row("shift")},
				writtenAttribute{name: "axis", integer: -1}, writtenAttribute{name: "epsilon", float: epsilonOr(kind.Epsilon), isFloat: true})
		}
		mean := func(x string) string {
			return g.node(g.place, "ReduceMean", []string{x}, writtenAttribute{name: "axes", integers: []int64{-1}}, writtenAttribute{name: "keepdims", integer: 1})
		}
		centred := of("Sub", in, mean(in))
		variance := mean(of("Mul", centred, centred)) // by Pow onnxruntime would take its own operator, with an epsilon of float32
		deviation := of("Sqrt", of("Add", variance, g.scalar(epsilonOr(kind.Epsilon))))
		return of("Add", of("Mul", of("Div", centred, deviation), row("gain")), row("shift"))
	case graph.Dropout: // does nothing but in training
		return in
	case graph.Residual, graph.Shortcut:
		if from, there := c.shortcut(p, number); there {
			return of("Add", in, handed[from])
		}
		return in
	}
	if g.err == nil {
		g.err = fmt.Errorf("foreign: the part %s cannot be written", p.Name())
	}
	return in
}

// epsilonOr is what stands beside a variance, 1e-5 for 0.
func epsilonOr(epsilon float64) float64 {
	if epsilon == 0 {
		return 1e-5
	}
	return epsilon
}

// onnxWriter is a graph on its way into a file. The first error is kept.
type onnxWriter struct {
	dtype   graph.Precision
	place   string // begins names of nodes
	nodes   []writtenNode
	tensors []byte // fields of a GraphProto
	taken   map[string]bool
	err     error
}

type writtenNode struct {
	operator, output string
	inputs           []string
	attributes       []writtenAttribute
}

// writtenAttribute is an integer, several, or a float32.
type writtenAttribute struct {
	name     string
	integer  int64
	integers []int64
	float    float64
	isFloat  bool
}

// node adds a node and gives the name of its output.
func (g *onnxWriter) node(place, operator string, inputs []string, attributes ...writtenAttribute) string {
	output := place + "/" + operator
	for n := 2; g.taken[output]; n++ {
		output = fmt.Sprintf("%s/%s%d", place, operator, n)
	}
	g.taken[output] = true
	g.nodes = append(g.nodes, writtenNode{operator, output, inputs, attributes})
	return output
}

// rename gives the output of the network its name.
func (g *onnxWriter) rename(output, name string) {
	for i := range g.nodes {
		if g.nodes[i].output == output {
			g.nodes[i].output = name
		}
		for j, in := range g.nodes[i].inputs {
			if in == output {
				g.nodes[i].inputs[j] = name
			}
		}
	}
}

// row is a tensor of one number a unit.
func (g *onnxWriter) row(name string, values []float64) string {
	return g.tensor(name, []int{len(values)}, values)
}

// scalar is a tensor of one number.
func (g *onnxWriter) scalar(v float64) string {
	return g.tensor(fmt.Sprintf("constant %v", v), nil, []float64{v})
}

// The numbers of types and fields are those of onnx.proto.
const (
	onnxFloat32 = 1
	onnxFloat64 = 11
)

func (g *onnxWriter) elementType() uint64 {
	if g.dtype == graph.Single {
		return onnxFloat32
	}
	return onnxFloat64
}

// tensor adds an initializer, row-major, unless it is there.
func (g *onnxWriter) tensor(name string, shape []int, values []float64) string {
	if g.taken[name] {
		return name
	}
	g.taken[name] = true
	var t []byte
	for _, side := range shape {
		t = appendInteger(t, 1, uint64(side))
	}
	t = appendInteger(t, 2, g.elementType())
	t = appendText(t, 8, name)
	raw, err := rawNumbers(name, values, g.dtype)
	if g.err == nil {
		g.err = err
	}
	g.tensors = appendBytes(g.tensors, 5, appendBytes(t, 9, raw))
	return name
}

// rawNumbers are numbers in the bytes of a type; one that the type has no room for is an error.
func rawNumbers(name string, values []float64, dtype graph.Precision) ([]byte, error) {
	var raw []byte
	for i, v := range values {
		if dtype == graph.Double {
			raw = protowire.AppendFixed64(raw, math.Float64bits(v))
			continue
		}
		if err := fitsSingle(name, i, v); err != nil {
			return nil, err
		}
		raw = protowire.AppendFixed32(raw, math.Float32bits(float32(v)))
	}
	return raw, nil
}

// fitsSingle reports a number that becomes 0 or infinite in float32.
func fitsSingle(name string, i int, v float64) error {
	if s := float64(float32(v)); math.IsInf(s, 0) || s == 0 && v != 0 && name == "scale" {
		return input.Refuse("dtype", "%s has the number %v at %d, for which float32 has no room: take float64", name, v, i)
	}
	return nil
}

// apply implements language. In float64 a sigmoid is written out: onnxruntime would make one
// operator of it and a product, which it has for float32 only.
func (g *onnxWriter) apply(operator string, operands ...operand) operand {
	if operator == "sigmoid" && g.dtype == graph.Double {
		return g.apply("/", numeral(1), g.apply("+", g.apply("exp", g.apply("~", operands[0])), numeral(1)))
	}
	var inputs []string
	for _, o := range operands {
		if o.isNumber {
			o.text = g.scalar(o.number)
		}
		inputs = append(inputs, o.text)
	}
	return operand{text: g.node(g.place, onnxOperators[operator], inputs)}
}

var onnxOperators = map[string]string{
	"+": "Add", "-": "Sub", "*": "Mul", "/": "Div", "~": "Neg", "exp": "Exp", "log": "Log", "sin": "Sin", "abs": "Abs",
	"tanh": "Tanh", "relu": "Relu", "sigmoid": "Sigmoid", "erf": "Erf", "max": "Max", "min": "Min", "pow": "Pow",
}

// direct implements language. The constants of operators are float32: float64 has simple
// operators only.
func (g *onnxWriter) direct(kind string, constant float64, z operand) (operand, bool) {
	node := func(operator string, attributes ...writtenAttribute) (operand, bool) {
		return operand{text: g.node(g.place, operator, []string{z.text}, attributes...)}, true
	}
	alpha := writtenAttribute{name: "alpha", float: constant, isFloat: true}
	switch {
	case kind == graph.Sigmoid.Name:
		return node("Sigmoid")
	case g.dtype == graph.Double:
	case kind == graph.LeakyReLU.Name:
		return node("LeakyRelu", alpha)
	case kind == graph.ELU.Name:
		return node("Elu", alpha)
	case kind == graph.SELU.Name:
		return node("Selu")
	case kind == graph.Softplus.Name:
		return node("Softplus")
	case kind == graph.HardSigmoid.Name:
		return node("HardSigmoid", alpha)
	}
	return operand{}, false
}

// model encodes the file.
func (g *onnxWriter) model(m *Model, output string) ([]byte, error) {
	var nodes []byte
	for _, n := range g.nodes {
		nodes = appendBytes(nodes, 1, n.encoded())
	}
	graphProto := appendText(nodes, 2, "network")
	graphProto = append(graphProto, g.tensors...)
	graphProto = appendText(graphProto, 10, m.String())
	graphProto = appendBytes(graphProto, 11, g.value(onnxInput, m.Columns(), m.Inputs))
	graphProto = appendBytes(graphProto, 12, g.value(output, m.Outputs(), m.Classes))

	file := appendInteger(nil, 1, irVersion)
	file = appendText(file, 2, "actscope")
	file = appendBytes(file, 7, graphProto)
	file = appendBytes(file, 8, appendInteger(appendText(nil, 1, ""), 2, opset))
	for _, of := range []struct {
		key   string
		names []string
	}{{onnxInputs, m.Inputs}, {onnxTargets, m.TargetNames}, {onnxClasses, m.Classes}, {onnxActivations, m.formulas()}} {
		if of.names == nil {
			continue
		}
		list, err := json.Marshal(of.names)
		if err != nil {
			return nil, err
		}
		file = appendBytes(file, 14, appendText(appendText(nil, 1, of.key), 2, string(list)))
	}
	return file, nil
}

// value describes an input or output, rows × columns.
func (g *onnxWriter) value(name string, columns int, names []string) []byte {
	shape := appendBytes(nil, 1, appendText(nil, 2, "rows"))
	shape = appendBytes(shape, 1, appendInteger(nil, 1, uint64(columns)))
	tensor := appendBytes(appendInteger(nil, 1, g.elementType()), 2, shape)
	v := appendBytes(appendText(nil, 1, name), 2, appendBytes(nil, 1, tensor))
	if names != nil {
		v = appendText(v, 3, strings.Join(names, ", "))
	}
	return v
}

// encoded is a NodeProto.
func (n writtenNode) encoded() []byte {
	var b []byte
	for _, in := range n.inputs {
		b = appendText(b, 1, in)
	}
	b = appendText(appendText(appendText(b, 2, n.output), 3, n.output), 4, n.operator)
	for _, a := range n.attributes {
		attribute := appendText(nil, 1, a.name)
		kind := uint64(2)
		switch {
		case a.isFloat:
			kind = 1
			attribute = protowire.AppendTag(attribute, 2, protowire.Fixed32Type)
			attribute = protowire.AppendFixed32(attribute, math.Float32bits(float32(a.float)))
		case a.integers != nil:
			kind = 7
			for _, i := range a.integers {
				attribute = appendInteger(attribute, 8, uint64(i))
			}
		default:
			attribute = appendInteger(attribute, 3, uint64(a.integer))
		}
		b = appendBytes(b, 5, appendInteger(attribute, 20, kind))
	}
	return b
}

func appendInteger(b []byte, field protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), v)
}

func appendText(b []byte, field protowire.Number, text string) []byte {
	return protowire.AppendString(protowire.AppendTag(b, field, protowire.BytesType), text)
}

func appendBytes(b []byte, field protowire.Number, message []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, field, protowire.BytesType), message)
}
