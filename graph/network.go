package graph

import (
	"fmt"
	"math"
)

// Network says what a network computes: which layers follow each other and what
// is minimised. It holds no numbers; those are its [Parameter]s.
type Network struct {
	// Inputs is the number of columns of x.
	Inputs int
	// Layers are the hidden layers and, last, the output: one sigmoid unit.
	Layers []Layer
	// Loss is what gradients are taken of.
	Loss Loss
}

// Layer is an affine map followed by an activation: z = a W + b, then φ(z).
type Layer struct {
	Units      int
	Activation Activation
}

// Parameter is one array that training changes.
type Parameter struct {
	// Name is "W1", "b1", "W2", ...
	Name string
	// Rows and Columns: (fan-in, units) for weights, (1, units) for biases.
	Rows, Columns int
	// Layer is the layer that it belongs to, from 1.
	Layer int
	// Weight says that the array is a weight matrix, to which weight decay applies.
	Weight bool
	// Values is row-major; every program compiled with it reads this memory.
	Values []float64
}

// MLP is the network of the study: hidden layers of one activation, then one
// sigmoid unit.
func MLP(inputs int, hidden []int, activation Activation, loss Loss) Network {
	n := Network{Inputs: inputs, Loss: loss}
	for _, units := range hidden {
		n.Layers = append(n.Layers, Layer{Units: units, Activation: activation})
	}
	n.Layers = append(n.Layers, Layer{Units: 1, Activation: Sigmoid})
	return n
}

// Validate reports what Gorgonia would panic over.
func (n Network) Validate() error {
	if n.Inputs < 1 {
		return fmt.Errorf("network: %d inputs: at least one is needed", n.Inputs)
	}
	if len(n.Layers) == 0 {
		return fmt.Errorf("network: no layers")
	}
	if n.Loss.Expression == nil {
		return fmt.Errorf("network: no loss: take graph.Logits or graph.ArticleLoss")
	}
	for i, l := range n.Layers {
		if l.Units < 1 {
			return fmt.Errorf("network: layer %d has %d units: at least one is needed", i+1, l.Units)
		}
		if l.Activation.Expression == nil {
			return fmt.Errorf("network: layer %d has no activation", i+1)
		}
	}
	if out := n.Layers[len(n.Layers)-1]; out.Units != 1 || out.Activation.Name != Sigmoid.Name {
		return fmt.Errorf("network: the output layer is %d %s units: both losses need one sigmoid unit", out.Units, out.Activation.Name)
	}
	return nil
}

// FanIn is the number of units that feed layer (from 1).
func (n Network) FanIn(layer int) int {
	if layer == 1 {
		return n.Inputs
	}
	return n.Layers[layer-2].Units
}

// NewParameters allocates the network's arrays W1, b1, W2, ..., all zero.
func (n Network) NewParameters() []Parameter {
	parameters := make([]Parameter, 0, 2*len(n.Layers))
	for i, l := range n.Layers {
		in := n.FanIn(i + 1)
		parameters = append(parameters,
			Parameter{Name: fmt.Sprintf("W%d", i+1), Rows: in, Columns: l.Units, Layer: i + 1, Weight: true, Values: make([]float64, in*l.Units)},
			Parameter{Name: fmt.Sprintf("b%d", i+1), Rows: 1, Columns: l.Units, Layer: i + 1, Values: make([]float64, l.Units)})
	}
	return parameters
}

// ParameterCount is the number of weights and biases.
func (n Network) ParameterCount() int {
	count := 0
	for i, l := range n.Layers {
		count += (n.FanIn(i+1) + 1) * l.Units
	}
	return count
}

// TrainingBytes estimates the memory of training with batches of rows rows:
// three arrays per parameter (value, gradient, product) and six per unit and row
// (both stages, their gradients and two intermediates), eight bytes an entry. It
// saturates instead of overflowing.
func (n Network) TrainingBytes(rows int) uint64 {
	entries := 0.0
	for i, l := range n.Layers {
		units := float64(l.Units)
		entries += 3*(float64(n.FanIn(i+1))+1)*units + 6*float64(rows)*units
	}
	if bytes := 8 * entries; bytes < math.MaxInt64 {
		return uint64(bytes)
	}
	return math.MaxInt64
}
