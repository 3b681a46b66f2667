package gradcheck

import (
	"actscope/data"
	"actscope/internal/npz"
	"actscope/models"
)

// Export makes the gradient file of a network on a batch: its parameters, and the
// gradients and loss by automatic differentiation.
func Export(net *models.Network, batch data.Set) (*File, error) {
	gradient, err := net.Gradient(batch)
	if err != nil {
		return nil, err
	}
	f := &File{Batch: batch, Parameters: net.Parameters, Loss: &gradient.Objective}
	for i, p := range net.Parameters {
		f.Gradients = append(f.Gradients, npz.Array{Name: "grad_" + p.Name, Shape: []int{p.Rows, p.Columns}, Values: gradient.Parameters[i]})
	}
	return f, nil
}
