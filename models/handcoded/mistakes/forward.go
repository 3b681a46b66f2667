package mistakes

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"actscope/models/handcoded"
)

// forward is what a forward pass leaves behind. Slices are indexed by layer as in the formulas, 1 to layers; a[0] and
// z[0] are x, a[layers] is what the output layer hands on, p.
type forward struct {
	layers, rows int

	w, b []*mat.Dense // in × units, 1 × units
	z, a []*mat.Dense // rows × units

	y          []float64 // rows × outputs
	activation handcoded.Activation
	objective  handcoded.Objective
}

// newForward runs the problem's batch through layers of the shapes of its own.
func newForward(p Problem, layers []handcoded.Layer) (*forward, error) {
	net, err := handcoded.NewWith(layers, p.Activation, p.Objective)
	if err != nil {
		return nil, err
	}
	rows := len(p.Y) / layers[len(layers)-1].Out
	pass, err := net.NewPass(rows)
	if err != nil {
		return nil, err
	}
	if err := pass.Forward(p.X); err != nil {
		return nil, err
	}
	if _, err := pass.Loss(p.Y); err != nil { // as many targets as rows, and such as the loss takes
		return nil, err
	}
	x := mat.NewDense(rows, layers[0].In, p.X)
	f := &forward{
		layers: len(layers), rows: rows,
		w: []*mat.Dense{nil}, b: []*mat.Dense{nil}, z: []*mat.Dense{x}, a: []*mat.Dense{x},
		y: p.Y, activation: p.Activation, objective: p.Objective,
	}
	for i, layer := range layers {
		f.w = append(f.w, mat.NewDense(layer.In, layer.Out, layer.W))
		f.b = append(f.b, mat.NewDense(1, layer.Out, layer.B))
		f.z = append(f.z, mat.NewDense(rows, layer.Out, pass.Z[i]))
		f.a = append(f.a, mat.NewDense(rows, layer.Out, pass.A[i+1]))
		if l := i + 1; !finite(pass.Z[i]) {
			return nil, fmt.Errorf("the pre-activations of layer %d are not finite", l)
		}
	}
	return f, nil
}

// in and units are the widths that layer l takes and gives; units(0) is the number of the net's inputs.
func (f *forward) in(l int) int    { return f.units(l - 1) }
func (f *forward) units(l int) int { return f.a[l].RawMatrix().Cols }

// outputs is the width of the output layer, target the targets of a row.
func (f *forward) outputs() int             { return f.units(f.layers) }
func (f *forward) target(row int) []float64 { return f.y[row*f.outputs() : (row+1)*f.outputs()] }
