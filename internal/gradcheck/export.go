package gradcheck

import (
	"actscope/data"
	"actscope/graph"
	"actscope/internal/npz"
	"actscope/models"
)

// Export makes the gradient file of a network on a batch: its parameters, and the
// gradients and loss by automatic differentiation. A network with random parts is an
// error.
func Export(net *models.Network, batch data.Set) (*File, error) {
	program, err := net.Program(batch.Rows(), graph.Options{Purpose: graph.Training})
	if err != nil {
		return nil, err
	}
	random := program.Draws()
	if program.Close(); random {
		return nil, ErrRandom
	}
	gradient, err := net.Gradient(batch)
	if err != nil {
		return nil, err
	}
	f := &File{Batch: batch, layers: net.Depth(), Parts: net.Layers()[0].Parts, Parameters: net.Parameters, Loss: &gradient.Objective}
	for i, p := range net.Parameters {
		f.Gradients = append(f.Gradients, npz.Array{Name: "grad_" + p.Name, Shape: []int{p.Rows, p.Columns}, Values: gradient.Parameters[i]})
	}
	return f, nil
}
