package main

import (
	"runtime"
	"slices"

	"actscope/graph"
	"actscope/models/handcoded"
)

// handcodedPeer is what a Go programmer writes without any library.
var handcodedPeer = goPeer{
	label: "handcoded",
	about: runtime.Version() + ", backpropagation in plain loops",
	build: newLoops,
}

// loops is a network of package handcoded with the memory for one pass.
type loops struct{ pass *handcoded.Pass }

func newLoops(n network, sizes []int, _ bool) (learner, error) {
	a := handcoded.Activation{Value: n.spec.Activation.Value, Derivative: n.spec.Activation.Derivative}
	net, err := handcoded.New(layers(n.initial), a, handcoded.Logits)
	if err != nil {
		return nil, err
	}
	pass, err := net.NewPass(sizes[0])
	return loops{pass}, err
}

// layers copies parameters, W and b of each layer in turn.
func layers(parameters []graph.Parameter) []handcoded.Layer {
	var layers []handcoded.Layer
	for i := 0; i < len(parameters); i += 2 {
		w, b := parameters[i], parameters[i+1]
		layers = append(layers, handcoded.Layer{In: w.Rows, Out: w.Columns, W: slices.Clone(w.Values), B: slices.Clone(b.Values)})
	}
	return layers
}

func (l loops) step(x, y []float64, rate float64) (float64, error) {
	if err := l.pass.Step(x, y, rate); err != nil {
		return 0, err
	}
	return l.pass.ReportedLoss(y)
}

func (l loops) predict(x []float64) ([]float64, error) {
	if err := l.pass.Forward(x); err != nil {
		return nil, err
	}
	return l.pass.A[len(l.pass.A)-1], nil
}
