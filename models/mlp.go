package models

import (
	"fmt"
	"math"

	"actscope/data"
	"actscope/graph"
)

// MLP specifies a multilayer perceptron with one sigmoid output.
type MLP struct {
	// Inputs is the number of columns of the data.
	Inputs int
	// Hidden lists the units of each hidden layer, the first after the input first.
	Hidden []int
	// Activation is that of all hidden layers.
	Activation graph.Activation
	// Activations, if any, takes its place: one for each hidden layer.
	Activations []graph.Activation
	// Loss is what training minimises; the zero value stands for graph.Logits.
	Loss graph.Loss
	// Parts sit in every hidden layer, in this order; see graph.PartNamed.
	Parts []graph.Part
	// Init says how the weights are drawn; the zero value stands for ArticleInit.
	Init Init
	// Precision is the arithmetic; the zero value is float64. In float32 the
	// parameters are float32 numbers at all times, each step rounded once.
	Precision graph.Precision
}

// architecture is the specified network, without numbers.
func (spec MLP) architecture() (graph.Architecture, error) {
	if spec.Loss.Expression == nil {
		spec.Loss = graph.Logits
	}
	n := graph.MLP(spec.Inputs, spec.Hidden, spec.Activation, spec.Loss)
	n.Precision = spec.Precision
	if len(spec.Activations) > 0 {
		if len(spec.Activations) != len(spec.Hidden) {
			return n, fmt.Errorf("models: %d activations for %d hidden layers: give one for each", len(spec.Activations), len(spec.Hidden))
		}
		for i, a := range spec.Activations {
			n.Layers[i].Activation = a
		}
	}
	for i := range n.Layers[:len(spec.Hidden)] {
		n.Layers[i].Parts = spec.Parts
	}
	return n, n.Validate()
}

// gain is that of the activation that layer's weights (from 0) feed. The article
// treats the output layer as it does the hidden ones: it has the last one's.
func (spec MLP) gain(layer int) float64 {
	if len(spec.Activations) == 0 {
		return spec.Activation.Gain
	}
	return spec.Activations[min(layer, len(spec.Activations)-1)].Gain
}

// NewMLP builds the specified network and draws its weights from the stream, layer
// by layer, as its Init says. Biases are zero.
func NewMLP(spec MLP, stream *data.RandomState) (*Network, error) {
	n, err := spec.architecture()
	if err != nil {
		return nil, err
	}
	if stream == nil {
		return nil, fmt.Errorf("models: no random stream to draw the weights from")
	}
	if spec.Init.fill == nil {
		spec.Init = ArticleInit
	}
	net := &Network{architecture: n, Parameters: n.NewParameters(), Statistics: n.NewStatistics()}
	for _, p := range net.Parameters {
		if p.Weight {
			spec.Init.fill(p, spec.gain(p.Layer-1), stream)
			n.Precision.Round(p.Values)
		}
	}
	return net, nil
}

// TrainingBytes estimates the memory of training the network with batches of rows
// rows by an optimiser, nil for plain descent: the graph's, with a second one for the
// tail batch, and the optimiser's own. It saturates instead of overflowing.
func (spec MLP) TrainingBytes(rows int, optimiser Optimiser) (uint64, error) {
	n, err := spec.architecture()
	if err != nil {
		return 0, err
	}
	kept := len(Training{Optimiser: optimiser}.optimiser().start(nil).memory())
	bytes := 2*float64(n.TrainingBytes(rows)) + 8*float64(kept)*float64(n.ParameterCount())
	if bytes < math.MaxInt64 {
		return uint64(bytes), nil
	}
	return math.MaxInt64, nil
}
