package models

import (
	"fmt"
	"math"
	"slices"

	"actscope/data"
	"actscope/graph"
	"actscope/graph/machine/kernel"
)

// MLP specifies a multilayer perceptron: of two classes with one sigmoid output, or with the
// outputs that its loss takes.
type MLP struct {
	// Inputs is the number of columns of the data.
	Inputs int
	// Hidden lists the units of each hidden layer, the first after the input first.
	Hidden []int
	// Activation is that of all hidden layers.
	Activation graph.Activation
	// Activations, if any, takes its place: one for each hidden layer.
	Activations []graph.Activation
	// Outputs is the number of output units, such as that of the classes; 0 stands for 1.
	Outputs int
	// Output is the activation of the output layer, for losses that take any; the zero value
	// stands for the loss's usual one.
	Output graph.Activation
	// Loss is what training minimises; the zero value stands for graph.Logits.
	Loss graph.Loss
	// Reduction says what the sum over rows and outputs is divided by; the zero value stands
	// for the rows.
	Reduction graph.Reduction
	// L2 adds L2/2 times the sum of the squared weights to what is minimised; see
	// [Training.WeightDecay] for a decay that is not part of the gradient.
	L2 float64
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
	if spec.Loss.Name == "" {
		spec.Loss = graph.Logits
	}
	n := graph.MLP(spec.Inputs, spec.Hidden, spec.Activation, spec.Loss)
	n.Precision, n.Reduction, n.L2 = spec.Precision, spec.Reduction, spec.L2
	out := &n.Layers[len(spec.Hidden)]
	if spec.Outputs != 0 {
		out.Units = spec.Outputs
	}
	if spec.Output.Expression != nil {
		out.Activation = spec.Output
	}
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
	spec.Activations = slices.Clone(spec.Activations)
	net := &Network{architecture: n, Parameters: n.NewParameters(), Statistics: n.NewStatistics(), drawn: &spec}
	net.drawWeights(stream)
	return net, nil
}

// drawWeights fills the weights, layer by layer.
func (net *Network) drawWeights(stream *data.RandomState) {
	for _, p := range net.Parameters {
		if p.Weight {
			net.drawn.Init.fill(p, net.drawn.gain(p.Layer-1), stream)
			net.architecture.Precision.Round(p.Values)
		}
	}
}

// Redraw gives the network the parameters and statistics that [NewMLP] would give it from the
// stream. Programs that are compiled stay, so that it takes a thousandth of the time of another
// network. A network that NewMLP did not make knows no rule to draw by, and is an error.
func (net *Network) Redraw(stream *data.RandomState) error {
	switch {
	case net.drawn == nil:
		return fmt.Errorf("models: %v was not drawn, so that it cannot be drawn again: make it by NewMLP", net)
	case stream == nil:
		return fmt.Errorf("models: no random stream to draw the weights from")
	}
	start := append(net.architecture.NewParameters(), net.architecture.NewStatistics()...)
	for i, p := range start {
		copy(net.array(i), p.Values)
	}
	net.drawWeights(stream)
	return nil
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

// ParameterCount is the number of weights, biases and other trained numbers of the
// specified network.
func (spec MLP) ParameterCount() (int, error) {
	a, err := spec.architecture()
	return a.ParameterCount(), err
}

// Network is an MLP with its parameters. It is not for concurrent use; different
// networks may be used side by side.
type Network struct {
	// Parameters are W1, b1, W2, ..., then those of the layers' parts: changing their
	// Values changes the network.
	Parameters []graph.Parameter
	// Statistics are what training keeps track of for evaluation, such as the running
	// means of batch normalisation.
	Statistics []graph.Parameter

	architecture graph.Architecture
	drawn        *MLP        // what the weights are drawn by, nil where they were not
	hooks        graph.Hooks // on evaluations
	trainHooks   graph.Hooks // on training steps
	evaluation   programs
	training     programs
}

// NewNetwork makes a network of any architecture, its parameters all 0 but for those of parts,
// which have their initial values: for whoever has the numbers from elsewhere.
func NewNetwork(a graph.Architecture) (*Network, error) {
	if err := a.Validate(); err != nil {
		return nil, err
	}
	a.Layers = slices.Clone(a.Layers)
	return &Network{architecture: a, Parameters: a.NewParameters(), Statistics: a.NewStatistics()}, nil
}

// Architecture says what the network computes.
func (net *Network) Architecture() graph.Architecture {
	a := net.architecture
	a.Layers = slices.Clone(a.Layers)
	return a
}

// Inputs is the number of columns that the network reads.
func (net *Network) Inputs() int { return net.architecture.Inputs }

// Outputs is the number of output units.
func (net *Network) Outputs() int { return net.architecture.Outputs() }

// Targets says what the network predicts, and so how a row of outputs is read.
func (net *Network) Targets() graph.Targets { return net.architecture.Targets() }

// Depth is the number of layers, the output layer included.
func (net *Network) Depth() int { return len(net.architecture.Layers) }

// Loss is what training minimises.
func (net *Network) Loss() graph.Loss { return net.architecture.Loss }

// Precision is the arithmetic of the network's programs.
func (net *Network) Precision() graph.Precision { return net.architecture.Precision }

// Layers are the hidden layers and, last, the output.
func (net *Network) Layers() []graph.Layer { return slices.Clone(net.architecture.Layers) }

// ParameterCount is the number of weights, biases and other trained numbers.
func (net *Network) ParameterCount() int { return net.architecture.ParameterCount() }

// String describes the network: widths, activations, parts and loss.
func (net *Network) String() string { return net.architecture.String() }

// Hook has f called with the tensor at a stage of a layer (from 1, the output
// layer last) whenever the network is evaluated, after the hooks that were there
// before. An evaluation of many rows comes in several captures.
func (net *Network) Hook(layer int, stage graph.Stage, f graph.HookFunc) (*graph.Hook, error) {
	return net.hooks.Add(net.architecture, graph.Point{Layer: layer, Stage: stage}, f)
}

// HookTraining is Hook for the steps of training: f sees the mini-batch's tensor
// before the step is taken. Hooks added while [Train] runs wait for the next one.
func (net *Network) HookTraining(layer int, stage graph.Stage, f graph.HookFunc) (*graph.Hook, error) {
	return net.trainHooks.Add(net.architecture, graph.Point{Layer: layer, Stage: stage}, f)
}

// Program compiles the network for other uses than training and evaluation, such
// as drawing its graph. It shares the network's parameters and statistics; close it
// after use.
func (net *Network) Program(rows int, o graph.Options) (*graph.Program, error) {
	o.Statistics = net.Statistics
	return graph.Compile(net.architecture, net.Parameters, rows, o)
}

// Sensitivity compiles the network to differentiate the tensor at a point with
// respect to the input; close it after use.
func (net *Network) Sensitivity(rows int, at graph.Point) (*graph.Sensitivity, error) {
	return graph.CompileSensitivity(net.architecture, net.Parameters, net.Statistics, rows, at)
}

// Tangent compiles the network to differentiate its outputs' pre-activations with respect to what
// its affine maps give; close it after use.
func (net *Network) Tangent(rows int) (*graph.Tangent, error) {
	return graph.CompileTangent(net.architecture, net.Parameters, net.Statistics, rows)
}

// Clone is a network of the same numbers in memory of its own, without hooks.
func (net *Network) Clone() *Network {
	clone := &Network{architecture: net.architecture, drawn: net.drawn}
	for _, p := range net.Parameters {
		p.Values = slices.Clone(p.Values)
		clone.Parameters = append(clone.Parameters, p)
	}
	for _, p := range net.Statistics {
		p.Values = slices.Clone(p.Values)
		clone.Statistics = append(clone.Statistics, p)
	}
	return clone
}

// AdoptStatistics sets the network's statistics, such as the running means of batch normalisation,
// to those with which training would normalise these rows as one batch. Masks are left out.
func (net *Network) AdoptStatistics(x []float64) error {
	if len(net.Statistics) == 0 {
		return nil
	}
	rows, err := net.checkColumns(x)
	if err != nil {
		return err
	}
	program, err := net.Program(rows, graph.Options{Purpose: graph.Scoring})
	if err != nil {
		return err
	}
	defer program.Close()
	copy(program.X, x)
	if err := program.Run(); err != nil {
		return err
	}
	program.Adopt()
	return nil
}

// Points are both stages of every layer, from the first to the output.
func (net *Network) Points() []graph.Point {
	var points []graph.Point
	for layer := 1; layer <= net.Depth(); layer++ {
		points = append(points, graph.Point{Layer: layer, Stage: graph.PreActivation}, graph.Point{Layer: layer, Stage: graph.PostActivation})
	}
	return points
}

// checkColumns reports data that the network cannot read.
func (net *Network) checkColumns(x []float64) (rows int, err error) {
	if len(x) == 0 || len(x)%net.Inputs() != 0 {
		return 0, fmt.Errorf("models: %d values are not one or more rows of %d inputs", len(x), net.Inputs())
	}
	if !kernel.Finite(x) {
		i := slices.IndexFunc(x, notFinite)
		return 0, fmt.Errorf("models: row %d, column %d is %v: inputs must be finite", i/net.Inputs(), i%net.Inputs(), x[i])
	}
	return len(x) / net.Inputs(), nil
}
