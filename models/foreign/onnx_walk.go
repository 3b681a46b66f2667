package foreign

import (
	"fmt"

	"actscope/graph"
	"actscope/internal/input"
)

// walk is a graph while it is interpreted: node after node, each tensor becomes a value.
type walk struct {
	path   string
	alone  bool // it is in memory: no other file is read
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
	batch      int // rows that the file fixes, 0 for none
	inputNames []string

	budget int64           // numbers that may still be kept
	opened map[string]bool // files of external data
}

// What may be kept in memory: a number of least plus perByte for each byte of the files.
const (
	leastBudget = 1 << 23
	perByte     = 16
)

func newWalk(s source, m *onnxModel, size, opset int64) *walk {
	return &walk{
		path: s.path, alone: s.content != nil, model: m, graph: m.graph, opset: opset, hints: m.hints(),
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

func (w *walk) note(format string, args ...any) {
	w.notes = append(w.notes, fmt.Sprintf(format, args...))
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

// get is the value of a tensor.
func (w *walk) get(name string) (*value, error) {
	if v := w.values[name]; v != nil {
		return v, nil
	}
	t := w.initializers[name]
	if n := w.producers[name]; n != nil {
		return nil, w.refuse(n, "its output %s is read nowhere, the first one is", name)
	}
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

// readers are the operators that are more than element-wise, but for the statistics of rows.
var readers map[string]reader

// mlReaders are those of ai.onnx.ml.
var mlReaders map[string]reader

func init() {
	readers = map[string]reader{
		"ArgMax":             readArgMax,
		"BatchNormalization": readBatchNorm,
		"Cast":               readCast,
		"CastLike":           readSame,
		"Concat":             readConcat,
		"Constant":           refuseSignal,
		"ConstantOfShape":    refuseSignal,
		"Dropout":            readDropout,
		"Expand":             readReshape,
		"Flatten":            readReshape,
		"Gather":             readGather,
		"Gemm":               readGemm,
		"Identity":           readSame,
		"LayerNormalization": readLayerNorm,
		"LogSoftmax":         readSoftmax,
		"MatMul":             readMatMul,
		"Reshape":            readReshape,
		"Shape":              readShape,
		"Slice":              refuseSignal,
		"Softmax":            readSoftmax,
		"Squeeze":            readReshape,
		"Transpose":          readTranspose,
		"Unsqueeze":          readReshape,
	}
	mlReaders = map[string]reader{
		"ArrayFeatureExtractor": readGather,
		"Binarizer":             readBinarizer,
		"FeatureVectorizer":     readConcat,
		"LabelEncoder":          readLabelEncoder,
		"Scaler":                readScaler,
		"ZipMap":                readZipMap,
	}
}

func refuseSignal(w *walk, n *onnxNode, in []*value) (*value, error) {
	return nil, w.refuse(n, "it is read of constants only")
}

func readSame(w *walk, n *onnxNode, in []*value) (*value, error) {
	if err := w.wants(n, in, 1); err != nil {
		return nil, err
	}
	return in[0], nil
}

// readDropout does nothing, as dropout once the network is trained.
func readDropout(w *walk, n *onnxNode, in []*value) (*value, error) {
	if len(in) > 2 && in[2] != nil && in[2].constant != nil && total(in[2].constant.values) != 0 {
		w.note("%s is in training mode in the file: it was left out", n.title())
	}
	return readSame(w, n, in)
}

// readCast leaves numbers as they are; what is cut to an integer is no longer what it was.
func readCast(w *walk, n *onnxNode, in []*value) (*value, error) {
	if err := w.wants(n, in, 1); err != nil {
		return nil, err
	}
	s := in[0].signal
	if s == nil || isFloating(n.integer("to", 0)) {
		return in[0], nil
	}
	if s.rows == nil && s.views[len(s.views)-1].f.steps() {
		return in[0], nil
	}
	return nil, w.refuse(n, "it cuts the fractions off")
}
