package foreign

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"actscope/internal/input"
)

// onnxFormat is ONNX, which has no magic number: it begins with the field of the IR version.
var onnxFormat = format{
	name:       "ONNX",
	recognises: func(head []byte, ending string) bool { return ending == ".onnx" || len(head) > 0 && head[0] == 0x08 },
	read:       readONNX,
}

// The versions of ONNX's operators that are read.
const minOpset, maxOpset = 7, 21

func readONNX(path string, _ Options) (Understood, *chain, error) {
	file, err := input.ReadRegular(path)
	if err != nil {
		return Understood{}, nil, err
	}
	if len(file) == 0 {
		return Understood{}, nil, input.Refuse("", "it is empty")
	}
	if what := looksLike(file); what != "" {
		return Understood{}, nil, input.Refuse("", "not an ONNX file: it looks like %s", what)
	}
	model, err := parseONNX(file)
	if err != nil {
		return Understood{}, nil, err
	}
	opset, has := model.opsets[""]
	switch {
	case !has:
		return Understood{}, nil, input.Refuse("", "it does not say of which opset its operators are")
	case opset < minOpset || opset > maxOpset:
		return Understood{}, nil, &input.Error{Reason: fmt.Sprintf("its operators are those of opset %d: %d to %d are read", opset, minOpset, maxOpset), Advice: "export it with opset_version=17"}
	}
	w := newWalk(path, model, int64(len(file)), opset)
	chain, err := w.chain()
	if err == nil {
		model.takeNames(chain)
	}
	return Understood{Format: fmt.Sprintf("ONNX, opset %d", opset), Notes: w.notes}, chain, err
}

// looksLike says what a file is that is not ONNX, "" where it may be.
func looksLike(file []byte) string {
	text := bytes.TrimLeft(file[:min(len(file), 512)], " \t\r\n\xef\xbb\xbf")
	switch {
	case file[0] == 0x08:
		return ""
	case bytes.HasPrefix(file, []byte("version https://git-lfs")):
		return "a pointer of Git LFS: git lfs pull fetches the file"
	case bytes.HasPrefix(file, []byte("\x89HDF")):
		return "HDF5"
	case len(file) > 8 && string(file[4:8]) == "TFL3":
		return "TensorFlow Lite"
	case bytes.HasPrefix(text, []byte("{")), bytes.HasPrefix(text, []byte("[")):
		return "JSON"
	case bytes.HasPrefix(text, []byte("ir_version")):
		return "ONNX as text: write it with onnx.save(model, 'net.onnx')"
	}
	switch kind, _, _ := strings.Cut(http.DetectContentType(file[:min(len(file), 512)]), ";"); kind {
	case "application/octet-stream":
		return ""
	default:
		return kind
	}
}

// errNoFormula is that a function cannot be written as one.
var errNoFormula = errors.New("it cannot be written as a formula")

// readGraphs is the advice for what cannot be read.
const readGraphs = "what is read is one chain of affine maps (Gemm, MatMul and Add) with element-wise activations, batch and layer normalisations, dropout, shortcuts, scaling of the inputs, and a Sigmoid or Softmax at the end"

// refuse is an error about a node.
func (w *walk) refuse(n *onnxNode, format string, args ...any) error {
	if n == nil {
		return input.Refuse("", format, args...)
	}
	e := input.Refuse("node "+n.title(), n.operator+": "+format, args...)
	e.Advice = readGraphs
	return e
}

// title is a node's name, or that of its output.
func (n *onnxNode) title() string {
	if n.name != "" {
		return n.name
	}
	for _, o := range n.outputs {
		if o != "" {
			return o
		}
	}
	return n.operator
}

// chain interprets the graph.
func (w *walk) chain() (*chain, error) {
	if err := w.prepare(); err != nil {
		return nil, err
	}
	nodes, err := w.order()
	if err != nil {
		return nil, err
	}
	if err := w.readable(nodes); err != nil {
		return nil, err
	}
	if err := w.readInputs(nodes); err != nil {
		return nil, err
	}
	for _, n := range nodes {
		if err := w.visit(n); err != nil {
			return nil, err
		}
	}
	out, labels, err := w.output()
	if err != nil {
		return nil, err
	}
	c, err := w.layers(out)
	if err != nil {
		return nil, err
	}
	classes := c.outputs()
	if classes == 1 {
		classes = 2
	}
	if labels != nil && len(labels) != classes {
		return nil, input.Refuse("", "it names %d classes, and the network has %d", len(labels), classes)
	}
	c.classNames, c.inputNames = labels, w.inputNames
	return c, nil
}

// output is the point that the file gives, and the classes' names.
func (w *walk) output() (*point, []string, error) {
	var found []string
	var out *point
	var labels []string
	var decided *label
	for _, o := range w.graph.outputs {
		v, err := w.get(o.name)
		if err != nil {
			if w.masks[o.name] {
				continue
			}
			return nil, nil, err
		}
		switch {
		case v.constant != nil:
			return nil, nil, input.Refuse("output "+o.name, "it is the same for every input")
		case v.label != nil:
			decided = v.label
		case v.signal.rows == nil && v.signal.views[len(v.signal.views)-1].f.steps():
			decided = &label{}
		default:
			s := *v.signal
			s.pair = false
			p, err := w.point(w.producers[o.name], &s)
			if err != nil {
				return nil, nil, err
			}
			if p != out {
				found = append(found, o.name)
			}
			out = p
			if s.labels != nil {
				labels = s.labels
			}
		}
	}
	switch {
	case len(found) > 1:
		return nil, nil, &input.Error{Key: "outputs " + strings.Join(found, ", "), Reason: "the network has several outputs", Advice: "export one of them"}
	case out == nil && decided != nil && decided.of != nil:
		s := *decided.of
		s.pair = false
		p, err := w.point(nil, &s)
		if err != nil {
			return nil, nil, err
		}
		out = p
		w.note("the file gives the predicted class only: what it is decided by was taken for the output")
	case out == nil && decided != nil:
		return nil, nil, input.Refuse("output "+w.graph.outputs[0].name, "it gives the predicted class only: export the probability or the logit")
	}
	if labels == nil && decided != nil {
		labels = decided.labels
	}
	return out, slices.Clone(labels), nil
}

func (w *walk) note(format string, args ...any) {
	w.notes = append(w.notes, fmt.Sprintf(format, args...))
}
