package foreign

import (
	"fmt"
	"slices"

	"actscope/graph"
	"actscope/internal/input"
)

// walk is a graph while it is interpreted: node after node, each tensor becomes a value.
type walk struct {
	path   string
	model  *onnxModel
	graph  *onnxGraph
	opset  int64
	nodes  []*onnxNode // functions called are in place of their calls
	notes  []string
	points int

	initializers map[string]*onnxTensor
	producers    map[string]*onnxNode
	values       map[string]*value
	applications map[application]*point
	hints        []graph.Activation
	masks        map[string]bool // outputs of dropout that say what was dropped

	input      *point
	inputNames []string

	budget int64           // numbers that may still be kept
	opened map[string]bool // files of external data
}

// What may be kept in memory: a number of least plus perByte for each byte of the files.
const (
	leastBudget = 1 << 23
	perByte     = 16
)

func newWalk(path string, m *onnxModel, size, opset int64) *walk {
	return &walk{
		path: path, model: m, graph: m.graph, opset: opset, hints: m.hints(),
		initializers: make(map[string]*onnxTensor), producers: make(map[string]*onnxNode),
		values: make(map[string]*value), masks: make(map[string]bool), applications: make(map[application]*point),
		budget: leastBudget + perByte*size, opened: make(map[string]bool),
	}
}

// spend accounts for numbers that are kept.
func (w *walk) spend(n int) error {
	if w.budget -= int64(n); w.budget < 0 {
		return input.Refuse("", "it takes far more memory than its size lets expect")
	}
	return nil
}

// prepare looks up what has a name.
func (w *walk) prepare() error {
	for _, t := range w.graph.initializers {
		if w.initializers[t.name] != nil {
			return input.Refuse(t.name, "two tensors have this name")
		}
		w.initializers[t.name] = t
	}
	var err error
	if w.nodes, err = w.inlined(w.graph.nodes, 0, nil); err != nil {
		return err
	}
	for _, n := range w.nodes {
		for _, o := range n.outputs {
			if o == "" {
				continue
			}
			if w.producers[o] != nil || w.initializers[o] != nil {
				return input.Refuse("node "+n.title(), "%s gives a tensor %q, and so does another", n.operator, o)
			}
			w.producers[o] = n
		}
	}
	return nil
}

// scope is the function whose nodes are put in place of its call.
type scope struct {
	prefix     string
	tensors    map[string]string
	attributes map[string]*onnxAttribute
}

const maxNesting = 20

// inlined puts the nodes of the file's own functions in place of their calls.
func (w *walk) inlined(nodes []*onnxNode, depth int, in *scope) ([]*onnxNode, error) {
	if len(w.model.functions) == 0 {
		return nodes, nil
	}
	var all []*onnxNode
	for _, n := range nodes {
		if err := w.spend(100); err != nil {
			return nil, err
		}
		if in != nil {
			n = in.rename(n)
		}
		function := w.model.functions[n.domain+":"+n.operator]
		if function == nil {
			all = append(all, n)
			continue
		}
		if depth == maxNesting {
			return nil, w.refuse(n, "functions call each other more than %d deep", maxNesting)
		}
		w.points++
		inner := &scope{prefix: fmt.Sprintf("%s/%d/", function.name, w.points), tensors: make(map[string]string), attributes: make(map[string]*onnxAttribute)}
		for i, name := range function.inputs {
			inner.tensors[name] = ""
			if i < len(n.inputs) {
				inner.tensors[name] = n.inputs[i]
			}
		}
		for i, name := range function.outputs {
			if i < len(n.outputs) && n.outputs[i] != "" {
				inner.tensors[name] = n.outputs[i]
			}
		}
		for name, a := range function.defaults {
			inner.attributes[name] = a
		}
		for name, a := range n.attributes {
			inner.attributes[name] = a
		}
		body, err := w.inlined(function.nodes, depth+1, inner)
		if err != nil {
			return nil, err
		}
		all = append(all, body...)
	}
	return all, nil
}

// rename gives a node of a function the names of the call.
func (s *scope) rename(n *onnxNode) *onnxNode {
	names := func(of []string) []string {
		out := make([]string, len(of))
		for i, name := range of {
			known, is := s.tensors[name]
			switch {
			case is:
				out[i] = known
			case name != "":
				out[i] = s.prefix + name
			}
		}
		return out
	}
	made := &onnxNode{name: n.name, operator: n.operator, domain: n.domain, inputs: names(n.inputs), outputs: names(n.outputs), attributes: make(map[string]*onnxAttribute)}
	for name, a := range n.attributes {
		if a.reference != "" {
			if a = s.attributes[a.reference]; a == nil {
				continue
			}
		}
		made.attributes[name] = a
	}
	return made
}

// order lists the nodes that the outputs need, each behind those that it needs.
func (w *walk) order() ([]*onnxNode, error) {
	const unseen, open, done = 0, 1, 2
	state := make(map[*onnxNode]int)
	type visit struct {
		node *onnxNode
		next int
	}
	var ordered []*onnxNode
	for _, o := range w.graph.outputs {
		n := w.producers[o.name]
		if n == nil || state[n] == done {
			continue
		}
		state[n] = open
		for stack := []visit{{n, 0}}; len(stack) > 0; {
			top := &stack[len(stack)-1]
			if top.next == len(top.node.inputs) {
				state[top.node] = done
				ordered, stack = append(ordered, top.node), stack[:len(stack)-1]
				continue
			}
			top.next++
			before := w.producers[top.node.inputs[top.next-1]]
			switch {
			case before == nil || state[before] == done:
			case state[before] == open:
				return nil, input.Refuse("node "+before.title(), "%s needs what it gives: the nodes form a cycle", before.operator)
			default:
				state[before] = open
				stack = append(stack, visit{before, 0})
			}
		}
	}
	return ordered, nil
}

// telling are operators that say more than others of what a network is.
var telling = []string{"LSTM", "GRU", "RNN", "Attention", "MultiHeadAttention", "Conv", "ConvTranspose", "ConvInteger", "QLinearConv", "QLinearMatMul", "MatMulInteger", "DequantizeLinear",
	"TreeEnsembleClassifier", "TreeEnsembleRegressor", "TreeEnsemble", "SVMClassifier", "SVMRegressor", "LinearClassifier", "LinearRegressor", "Normalizer",
	"Loop", "Scan", "If", "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "InstanceNormalization", "GroupNormalization", "Einsum"}

// readable reports an operator that cannot be read, of several the one that tells most.
func (w *walk) readable(nodes []*onnxNode) error {
	var worst *onnxNode
	rank := func(n *onnxNode) int {
		if i := slices.Index(telling, n.operator); i >= 0 {
			return i
		}
		return len(telling)
	}
	for _, n := range nodes {
		if w.reader(n) == nil && (worst == nil || rank(n) < rank(worst)) {
			worst = n
		}
	}
	if worst == nil {
		return nil
	}
	operator := worst.operator
	if worst.domain != "" {
		operator = worst.domain + "." + operator
	}
	return &input.Error{Key: "node " + worst.title(), Reason: fmt.Sprintf("the operator %s cannot be read", operator), Advice: readGraphs}
}

// readInputs makes the graph's inputs points.
func (w *walk) readInputs(nodes []*onnxNode) error {
	needed := make(map[string]bool)
	for _, n := range nodes {
		for _, name := range n.inputs {
			needed[name] = true
		}
	}
	for _, o := range w.graph.outputs {
		needed[o.name] = true
	}
	given := make(map[string]bool)
	for _, v := range w.graph.inputs {
		given[v.name] = true
	}
	for _, n := range nodes {
		for _, name := range n.inputs {
			if name == "" || given[name] || w.initializers[name] != nil || w.producers[name] != nil {
				continue
			}
			if w.graph.sparse {
				return w.refuse(n, "no node gives its input %s; sparse tensors are not read", name)
			}
			return w.refuse(n, "no node, input or initializer gives its input %s", name)
		}
	}
	if len(w.graph.outputs) == 0 {
		return input.Refuse("", "the graph has no output")
	}
	var inputs []onnxValue
	seen := make(map[string]bool)
	for _, v := range w.graph.inputs {
		if w.initializers[v.name] != nil || !needed[v.name] { // old files list weights, too
			continue
		}
		if seen[v.name] || w.producers[v.name] != nil {
			return input.Refuse("input "+v.name, "another tensor has this name")
		}
		seen[v.name] = true
		inputs = append(inputs, v)
	}
	if len(inputs) == 0 {
		return input.Refuse("", "the output does not depend on an input")
	}
	var names []string
	for _, v := range inputs {
		names = append(names, v.name)
		p, dims, err := w.readInput(v, nodes)
		if err != nil {
			return err
		}
		if len(inputs) > 1 && p.units != 1 {
			return &input.Error{Key: "input " + v.name, Reason: fmt.Sprintf("the network has %d inputs, and this one has %d columns", len(inputs), p.units), Advice: "one input is read, or several of one column each"}
		}
		s, err := w.signalOf(p, dims)
		if err != nil {
			return err
		}
		w.values[v.name], w.input = &value{signal: s}, p
	}
	if len(inputs) > 1 {
		w.input, w.inputNames = nil, names
	}
	return nil
}

// readInput makes one input a point.
func (w *walk) readInput(v onnxValue, nodes []*onnxNode) (*point, []int, error) {
	refuse := func(format string, args ...any) (*point, []int, error) {
		return nil, nil, input.Refuse("input "+v.name, format, args...)
	}
	switch {
	case !v.tensor:
		return refuse("it is no tensor")
	case v.kind == onnxString:
		return refuse("it takes strings: numbers are read")
	case !v.hasShape:
		v.shape = []int64{-1, -1}
	case len(v.shape) < 2:
		return refuse("its shape is %v: rows × columns are read", v.shape)
	}
	if rows := v.shape[0]; rows > 0 {
		w.note("the batch is fixed at %d in the file; any number of rows is run", rows)
	}
	var dims []int
	for _, d := range v.shape[1:] {
		if d < 1 && len(v.shape) == 2 {
			d = w.columns(nodes)
		}
		if d < 1 {
			return refuse("its number of columns is not fixed")
		}
		if d > 1<<31-1 {
			return refuse("it has %d columns", d)
		}
		dims = append(dims, int(d))
	}
	units := count(dims)
	if units < 0 {
		return refuse("its shape is %v", v.shape)
	}
	if err := w.spend(units); err != nil {
		return nil, nil, err
	}
	return w.add(&point{kind: inputPoint, units: units}), dims, nil
}

// columns is the fan-in of the first affine map, where the file does not say how many columns it
// takes; 0 where that is not known either.
func (w *walk) columns(nodes []*onnxNode) int64 {
	for _, n := range nodes {
		if n.operator != "MatMul" && n.operator != "Gemm" || len(n.inputs) < 2 {
			continue
		}
		if t := w.initializers[n.inputs[1]]; t != nil && len(t.shape) == 2 {
			if n.integer("transB", 0) != 0 {
				return t.shape[1]
			}
			return t.shape[0]
		}
	}
	return 0
}

// get is the value of a tensor.
func (w *walk) get(name string) (*value, error) {
	if v := w.values[name]; v != nil {
		return v, nil
	}
	t := w.initializers[name]
	if t == nil {
		return nil, input.Refuse(name, "no node, input or initializer gives this tensor")
	}
	c, err := w.decode(t, name)
	if err != nil {
		return nil, err
	}
	w.values[name] = &value{constant: c}
	return w.values[name], nil
}

// reader interprets a node of some operator: in are the values of its inputs, nil where one is
// left out; what comes out is its first output.
type reader func(w *walk, n *onnxNode, in []*value) (*value, error)

// reader is that of a node's operator, nil for one that cannot be read.
func (w *walk) reader(n *onnxNode) reader {
	switch n.domain {
	case "":
		if r := readers[n.operator]; r != nil {
			return r
		}
		if _, is := n.operation(); is {
			return readElementwise
		}
		if reductions[n.operator] != nil {
			return readReduction
		}
	case "ai.onnx.ml":
		return mlReaders[n.operator]
	}
	return nil
}

// visit interprets a node.
func (w *walk) visit(n *onnxNode) error {
	in := make([]*value, len(n.inputs))
	constants := true
	for i, name := range n.inputs {
		if name == "" {
			continue
		}
		v, err := w.get(name)
		if err != nil {
			return err
		}
		in[i], constants = v, constants && v.constant != nil
	}
	if len(n.outputs) == 0 || n.outputs[0] == "" {
		return w.refuse(n, "its first output is not named, and another is used")
	}
	var out *value
	var err error
	if constants {
		var c *constant
		if c, err = w.fold(n, in); err == nil {
			out = &value{constant: c}
		}
	} else {
		out, err = w.reader(n)(w, n, in)
	}
	if err != nil {
		return err
	}
	w.values[n.outputs[0]] = out
	if n.operator == "Dropout" && len(n.outputs) > 1 {
		w.masks[n.outputs[1]] = true
	}
	return nil
}

// attribute is one of a node's, nil where it has none of this name.
func (n *onnxNode) attribute(name string) *onnxAttribute { return n.attributes[name] }

func (n *onnxNode) float(name string, otherwise float64) float64 {
	if a := n.attribute(name); a != nil {
		return a.float
	}
	return otherwise
}

func (n *onnxNode) integer(name string, otherwise int64) int64 {
	if a := n.attribute(name); a != nil {
		return a.integer
	}
	return otherwise
}

func (n *onnxNode) text(name, otherwise string) string {
	if a := n.attribute(name); a != nil {
		return a.text
	}
	return otherwise
}

// operation is what an element-wise operator computes.
func (n *onnxNode) operation() (operation, bool) {
	if o, is := simple[n.operator]; is {
		return o, true
	}
	if with := withAttributes[n.operator]; with != nil {
		return with(n), true
	}
	return operation{}, n.operator == "Clip" || n.operator == "Sum" || n.operator == "Mean"
}

// axes are those of a node: its attribute, or its input of that number.
func (w *walk) axes(n *onnxNode, number int) ([]int64, error) {
	if a := n.attribute("axes"); a != nil {
		return a.integers, nil
	}
	if number >= len(n.inputs) || n.inputs[number] == "" {
		return nil, nil
	}
	return w.whole(n, number)
}

// whole are the integers of a constant input, NaN, which stands for the number of rows, as -1.
func (w *walk) whole(n *onnxNode, number int) ([]int64, error) {
	if number >= len(n.inputs) || n.inputs[number] == "" {
		return nil, w.refuse(n, "its input %d is missing", number+1)
	}
	v, err := w.get(n.inputs[number])
	if err != nil {
		return nil, err
	}
	if v.constant == nil || v.constant.texts != nil {
		return nil, w.refuse(n, "its input %s depends on the network's: it has to be fixed", n.inputs[number])
	}
	var whole []int64
	for _, x := range v.constant.values {
		switch {
		case x != x:
			whole = append(whole, rowCount)
		case x < -1<<53 || x > 1<<53:
			whole = append(whole, 1<<53)
		default:
			whole = append(whole, int64(x))
		}
	}
	return whole, nil
}

// rowCount stands for the number of rows among sizes.
const rowCount = -1 << 60

// wants refuses a node with fewer inputs.
func (w *walk) wants(n *onnxNode, in []*value, least int) error {
	for i := range least {
		if i >= len(in) || in[i] == nil {
			return w.refuse(n, "it has %d inputs, and needs %d", len(in), least)
		}
	}
	return nil
}
