package models

import (
	"fmt"
	"slices"

	"actscope/data"
	"actscope/graph"
	"actscope/graph/machine/kernel"
)

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
	hooks        graph.Hooks // on evaluations
	trainHooks   graph.Hooks // on training steps
	evaluation   programs
	training     programs
}

// Inputs is the number of columns that the network reads.
func (net *Network) Inputs() int { return net.architecture.Inputs }

// Depth is the number of layers, the output layer included.
func (net *Network) Depth() int { return len(net.architecture.Layers) }

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

// Gradient is the reported loss, the objective and its gradient with respect to
// each parameter (in their order and shapes) on all rows of a set at once.
type Gradient struct {
	Reported, Objective float64
	Parameters          [][]float64
}

// Gradient computes loss and gradients on the rows of a set, as they stand: those
// of a training step on them, with statistics of their own and masks from the start
// of [MaskStream](0), which leaves the network's statistics as they are.
func (net *Network) Gradient(set data.Set) (Gradient, error) {
	if err := set.Validate(); err != nil {
		return Gradient{}, err
	}
	rows, err := net.checkColumns(set.X)
	if err != nil {
		return Gradient{}, err
	}
	program, err := net.Program(rows, graph.Options{Purpose: graph.Training})
	if err != nil {
		return Gradient{}, err
	}
	defer program.Close()
	copy(program.X, set.X)
	copy(program.Y, set.Y)
	program.Draw(MaskStream(0))
	if err := program.Run(); err != nil {
		return Gradient{}, err
	}
	g := Gradient{Reported: program.ReportedLoss(), Objective: program.Objective()}
	for i := range net.Parameters {
		g.Parameters = append(g.Parameters, append([]float64(nil), program.Gradient(i)...))
	}
	return g, nil
}
