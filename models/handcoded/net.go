package handcoded

import (
	"errors"
	"fmt"
)

// Activation is the function that a hidden layer applies to each of its pre-activations, and its derivative. Both take
// the pre-activation z, the derivative too (not the activation a = Value(z), in which textbooks often express it).
type Activation struct {
	Value, Derivative func(z float64) float64
}

// Layer holds the parameters of one affine layer, or their gradients, which have the same shapes.
type Layer struct {
	In, Out int
	W       []float64 // In × Out, row-major: W[i*Out+j] leads from input i to unit j
	B       []float64 // Out
}

// NewLayer returns a layer of zeros. It panics, as make does, if a width is negative.
func NewLayer(in, out int) Layer {
	return Layer{In: in, Out: out, W: make([]float64, in*out), B: make([]float64, out)}
}

// Net is a multilayer perceptron: hidden layers with one activation, an output layer, and the objective that is
// differentiated.
type Net struct {
	// Layers are the parameters, input side first. Descend changes them in place.
	Layers []Layer

	hidden    Activation
	objective Objective
}

// New returns a net for two classes, with one sigmoid output and Logits or Article for the loss; see NewWith.
func New(layers []Layer, hidden Activation, loss Loss) (*Net, error) {
	if loss != Logits && loss != Article {
		return nil, fmt.Errorf("handcoded: unknown loss %q of two classes, want %q or %q", string(loss), Logits, Article)
	}
	net, err := NewWith(layers, hidden, Objective{Loss: loss})
	if err != nil {
		return nil, err
	}
	if out := net.outputs(); out != 1 {
		return nil, fmt.Errorf("handcoded: the output layer has %d units, want 1", out)
	}
	return net, nil
}

// NewWith returns the net with the given parameters, which it keeps and does not copy. It fails if a layer's slices do not
// have the length of its shape, if a layer does not fit the one before, if the output does not suit the loss, or if the
// activation, the loss or the reduction is unknown.
func NewWith(layers []Layer, hidden Activation, objective Objective) (*Net, error) {
	if len(layers) == 0 {
		return nil, errors.New("handcoded: a net needs at least one layer")
	}
	if len(layers) > 1 && (hidden.Value == nil || hidden.Derivative == nil) {
		return nil, errors.New("handcoded: hidden layers need an activation with value and derivative")
	}
	if err := objective.Loss.check(); err != nil {
		return nil, err
	}
	for i, layer := range layers {
		l := i + 1
		if layer.In < 1 || layer.Out < 1 {
			return nil, fmt.Errorf("handcoded: layer %d has shape %d×%d, want at least 1×1", l, layer.In, layer.Out)
		}
		if len(layer.W) != layer.In*layer.Out {
			return nil, fmt.Errorf("handcoded: W%d has %d entries, want %d×%d", l, len(layer.W), layer.In, layer.Out)
		}
		if len(layer.B) != layer.Out {
			return nil, fmt.Errorf("handcoded: b%d has %d entries, want %d", l, len(layer.B), layer.Out)
		}
		if i > 0 && layer.In != layers[i-1].Out {
			return nil, fmt.Errorf("handcoded: W%d has %d rows, but layer %d has %d units", l, layer.In, i, layers[i-1].Out)
		}
	}
	if err := objective.check(layers[len(layers)-1].Out); err != nil {
		return nil, err
	}
	return &Net{Layers: layers, hidden: hidden, objective: objective}, nil
}

// outputs is the width of the output layer.
func (n *Net) outputs() int { return n.Layers[len(n.Layers)-1].Out }

// Descend takes a step of plain gradient descent: every parameter loses rate times its gradient. The gradients are those
// of a Pass of this net, or have the same shapes.
func (n *Net) Descend(gradients []Layer, rate float64) {
	for l, g := range gradients {
		addScaled(n.Layers[l].W, -rate, g.W)
		addScaled(n.Layers[l].B, -rate, g.B)
	}
}
