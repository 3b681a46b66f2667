package foreign

import (
	"fmt"
	"slices"

	"actscope/internal/input"
)

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
