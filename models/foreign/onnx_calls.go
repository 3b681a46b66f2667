package foreign

import (
	"fmt"
)

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
		cost := 100
		if in != nil {
			n = in.rename(n)
			for _, name := range append(n.inputs, n.outputs...) {
				cost += len(name) / 8
			}
		}
		if err := w.spend(cost); err != nil {
			return nil, err
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
		inner := &scope{prefix: fmt.Sprintf("call %d/", w.points), tensors: make(map[string]string), attributes: make(map[string]*onnxAttribute)}
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
