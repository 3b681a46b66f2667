package geometry

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"actscope/graph"
	"actscope/models"
)

// Lead is by how much a unit of a network's output layer leads, before the activation: a
// class's over the largest of all others, z_c - max_{j≠c} z_j, and a label's over 0, as the
// logit of two classes at one unit. As a field its zero set is the boundary of the region in
// which the class, or the label, is predicted. Close it after use.
type Lead struct {
	net         *models.Network
	unit        int
	overOthers  bool
	sensitivity *graph.Sensitivity
}

// batchRows is how many points are differentiated at once, fewBatchRows in networks of
// more than manyParameters, where rows that are not needed would cost more than runs.
const (
	batchRows      = 128
	fewBatchRows   = 16
	manyParameters = 20_000
)

// LeadOf is the lead of an output unit (from 0) of a network as it is when the field is
// asked. The error says that there is no such unit, or that the network predicts numbers,
// which do not lead.
func LeadOf(net *models.Network, unit int) (*Lead, error) {
	d := decisionOf(net)
	if d.targets == graph.Numbers {
		return nil, fmt.Errorf("geometry: %v has no decision boundary: %s", net, numbersReason)
	}
	if unit < 0 || unit >= d.outputs {
		return nil, fmt.Errorf("geometry: output unit %d of %d: they are counted from 0", unit, d.outputs)
	}
	rows := batchRows
	if net.ParameterCount() > manyParameters {
		rows = fewBatchRows
	}
	s, err := net.Sensitivity(rows, graph.Point{Layer: net.Depth(), Stage: graph.PreActivation})
	if err != nil {
		return nil, fmt.Errorf("geometry: %w", err)
	}
	for i := unit; i < len(s.Weights); i += d.outputs {
		s.Weights[i] = 1
	}
	return &Lead{net, unit, d.targets == graph.Classes, s}, nil
}

// Close releases what the field was compiled to.
func (l *Lead) Close() error { return l.sensitivity.Close() }

// Inputs is the number of columns that the network reads.
func (l *Lead) Inputs() int { return l.net.Inputs() }

// Values hooks the output layer's pre-activation.
func (l *Lead) Values(ctx context.Context, x []float64) ([]float64, error) {
	z, err := outputsAt(ctx, l.net, x)
	if err != nil {
		return nil, err
	}
	return l.of(z.RawMatrix().Data), nil
}

// outputsAt are the output layer's pre-activations at some points, rows × outputs.
func outputsAt(ctx context.Context, net *models.Network, x []float64) (*mat.Dense, error) {
	units := net.Outputs()
	z := mat.NewDense(len(x)/net.Inputs(), units, nil)
	hook, err := net.Hook(net.Depth(), graph.PreActivation, func(c graph.Capture) error {
		c.CopyTo(z.RawMatrix().Data[c.FirstRow*units:])
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	defer hook.Remove()
	_, err = net.Predict(x)
	return z, err
}

// of are the leads in rows of outputs.
func (l *Lead) of(z []float64) []float64 {
	units := l.net.Outputs()
	if units == 1 {
		return z
	}
	leads := make([]float64, len(z)/units)
	for row := range leads {
		leads[row] = z[row*units+l.unit]
		if l.overOthers {
			leads[row] -= z[row*units+l.rival(z[row*units:(row+1)*units])]
		}
	}
	return leads
}

// rival is the first of the other units that have the largest output; NaN is the largest.
func (l *Lead) rival(z []float64) int {
	rival := -1
	for j, v := range z {
		if j != l.unit && (rival < 0 || v > z[rival] || v != v) {
			rival = j
		}
	}
	return rival
}

// Gradients differentiates the lead through Gorgonia's graph.
func (l *Lead) Gradients(ctx context.Context, x []float64) (values, gradients []float64, err error) {
	inputs, units := l.Inputs(), l.net.Outputs()
	rows, batch := len(x)/inputs, len(l.sensitivity.Weights)/units
	values, gradients = make([]float64, rows), make([]float64, len(x))
	for from := 0; from < rows; from += batch {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		copy(l.sensitivity.X, x[from*inputs:])
		if err := l.sensitivity.Run(); err != nil {
			return nil, nil, err
		}
		if l.overOthers && l.aim(min(batch, rows-from)) {
			if err := l.sensitivity.Run(); err != nil {
				return nil, nil, err
			}
		}
		copy(values[from:], l.of(l.sensitivity.Values()))
		copy(gradients[from*inputs:], l.sensitivity.Gradient())
	}
	return values, gradients, nil
}

// aim weighs the rival of each of the first rows with -1, and says whether it was another one
// that was weighed when these rows were differentiated.
func (l *Lead) aim(rows int) (moved bool) {
	z, units := l.sensitivity.Values(), l.net.Outputs()
	for from := 0; from < rows*units; from += units {
		weights := l.sensitivity.Weights[from : from+units]
		if rival := l.rival(z[from : from+units]); weights[rival] != -1 {
			clear(weights)
			weights[l.unit], weights[rival] = 1, -1
			moved = true
		}
	}
	return moved
}
