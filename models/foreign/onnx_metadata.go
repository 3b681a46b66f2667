package foreign

import (
	"encoding/json"

	"actscope/graph"
)

// The keys of an ONNX file's metadata that are written and read: lists of names in JSON. Those of
// activations are formulas, some of which can be told by no other spelling.
const (
	onnxInputs      = "inputs"
	onnxTargets     = "targets"
	onnxClasses     = "classes"
	onnxActivations = "activations"
)

// list is a list of the metadata; what is none, as in files of other programs, is nil.
func (m *onnxModel) list(key string) []string {
	var list []string
	if json.Unmarshal([]byte(m.metadata[key]), &list) != nil {
		return nil
	}
	return list
}

// maxHints bounds the formulas that are looked at.
const maxHints = 16

// hints are formulas that activations may be: they are held against what the graph computes.
func (m *onnxModel) hints() []graph.Activation {
	var hints []graph.Activation
	for _, name := range m.list(onnxActivations) {
		if a, err := graph.ActivationNamed(name); err == nil && a.IsFormula() && len(hints) < maxHints {
			hints = append(hints, a)
		}
	}
	return hints
}

// takeNames gives a chain the names in the metadata that are as many as it has columns, outputs and
// classes, where it has no other.
func (m *onnxModel) takeNames(c *chain) {
	for _, of := range []struct {
		key   string
		count int
		field *[]string
	}{{onnxInputs, c.inputs, &c.inputNames}, {onnxTargets, c.outputs(), &c.targetNames}, {onnxClasses, max(c.outputs(), 2), &c.classNames}} {
		if names := m.list(of.key); len(names) == of.count && *of.field == nil {
			*of.field = names
		}
	}
}
