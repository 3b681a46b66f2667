package foreign

import (
	"bytes"
	"fmt"
	"strings"

	"actscope/internal/input"
)

// onnxFormat is ONNX, which has no magic number: it begins with the field of the IR version.
var onnxFormat = format{
	name: "ONNX",
	recognises: func(head []byte, ending string) bool {
		return ending == ".onnx" || len(head) > 0 && head[0] == firstByte
	},
	read: readONNX,
}

// firstByte is the tag of the IR version, with which files begin as programs write them.
const firstByte = 0x08

// The versions of ONNX's operators that are read.
const minOpset, maxOpset = 7, 21

func readONNX(s source, _ Options) (Understood, *chain, error) {
	file, err := s.bytes()
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
	w := newWalk(s, model, int64(len(file)), opset)
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
	case file[0] == firstByte:
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
	switch kind, _, _ := strings.Cut(contentType(file[:min(len(file), 512)]), ";"); kind {
	case "application/octet-stream":
		return ""
	default:
		return kind
	}
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
