package gradcheck

import (
	"math"
	"slices"

	"actscope/data"
	"actscope/graph"
	"actscope/models/handcoded"
	"actscope/models/handcoded/mistakes"
)

// byHand is an activation as the hand-coded networks take it.
func byHand(a graph.Activation) handcoded.Activation {
	return handcoded.Activation{Value: a.Value, Derivative: a.Derivative}
}

// layersOf views parameters W1, b1, ... as layers of a hand-coded network, which
// shares their memory.
func layersOf(parameters []graph.Parameter) []handcoded.Layer {
	var layers []handcoded.Layer
	for i := 0; i < len(parameters); i += 2 {
		w, b := parameters[i], parameters[i+1]
		layers = append(layers, handcoded.Layer{In: w.Rows, Out: w.Columns, W: w.Values, B: b.Values})
	}
	return layers
}

// witness is the gradient of the hand-coded network on the rows of a set, in the
// order of the parameters.
func witness(parameters []graph.Parameter, activation graph.Activation, loss graph.Loss, set data.Set) ([][]float64, error) {
	net, err := handcoded.New(layersOf(parameters), byHand(activation), handcoded.Loss(loss.Name))
	if err != nil {
		return nil, err
	}
	pass, err := net.NewPass(set.Rows())
	if err != nil {
		return nil, err
	}
	if err := pass.Forward(set.X); err != nil {
		return nil, err
	}
	if err := pass.Backward(set.Y); err != nil {
		return nil, err
	}
	var gradients [][]float64
	for _, l := range pass.Gradients {
		gradients = append(gradients, l.W, l.B)
	}
	return gradients, nil
}

// magnitudes is, for each parameter, the largest entry of the mean over the rows of the
// magnitude of each row's gradient.
func magnitudes(parameters []graph.Parameter, activation graph.Activation, loss graph.Loss, set data.Set) ([]float64, error) {
	mean := make([][]float64, len(parameters))
	for row := range set.Rows() {
		one := data.Set{X: set.Row(row), Columns: set.Columns, Y: set.Y[row : row+1]}
		gradients, err := witness(parameters, activation, loss, one)
		if err != nil {
			return nil, err
		}
		for i, gradient := range gradients {
			if mean[i] == nil {
				mean[i] = make([]float64, len(gradient))
			}
			for j, g := range gradient {
				mean[i][j] += math.Abs(g) / float64(set.Rows())
			}
		}
	}
	largest := make([]float64, len(parameters))
	for i, m := range mean {
		largest[i] = slices.Max(m)
	}
	return largest, nil
}

// otherActivations is the table, whose derivatives may have been taken by mistake.
func otherActivations() []mistakes.NamedActivation {
	var named []mistakes.NamedActivation
	for _, a := range graph.Activations() {
		named = append(named, mistakes.NamedActivation{Name: a.Name, Activation: byHand(a)})
	}
	return named
}

// discrepancy is how far two arrays are apart.
type discrepancy struct {
	// abs is the largest difference, rel the same relative to the largest entry of
	// both; 0 where both are 0 everywhere.
	abs, rel float64
	// index is the entry where the difference is largest.
	index int
}

func compare(yours, reference []float64) discrepancy {
	var d discrepancy
	largest := 0.0
	for i, r := range reference {
		largest = math.Max(largest, math.Max(math.Abs(r), math.Abs(yours[i])))
		if abs := math.Abs(yours[i] - r); abs > d.abs {
			d.abs, d.index = abs, i
		}
	}
	if d.abs > 0 {
		d.rel = d.abs / largest
	}
	return d
}
