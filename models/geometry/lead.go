package geometry

import (
	"context"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/floats"
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
	rival       int // the only one of the others that counts, -1 for all
	sensitivity *graph.Sensitivity
	grid        *gridOutputs
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
		return nil, withoutBoundary(net)
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
	return &Lead{net, unit, d.targets == graph.Classes, -1, s, new(gridOutputs)}, nil
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
			leads[row] -= z[row*units+l.rivalIn(z[row*units:(row+1)*units])]
		}
	}
	return leads
}

// rivalIn is the only rival, or the first of the other units that have the largest output; NaN
// is the largest.
func (l *Lead) rivalIn(z []float64) int {
	if l.rival >= 0 {
		return l.rival
	}
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
		if rival := l.rivalIn(z[from : from+units]); weights[rival] != -1 {
			weigh(weights, l.unit, rival)
			moved = true
		}
	}
	return moved
}

// weigh are the weights of the difference of two units.
func weigh(weights []float64, unit, rival int) {
	clear(weights)
	weights[unit], weights[rival] = 1, -1
}

// over is the lead of the class over one other. The distance to the boundary of the class's
// region is the least of those to the zero sets of its leads over each other class, which are as
// smooth as the network: where a third class has come between, they are farther. It shares what
// was compiled, and is closed with it.
func (l *Lead) over(rival int) *Lead {
	one := *l
	one.rival = rival
	for from, units := 0, l.net.Outputs(); from < len(l.sensitivity.Weights); from += units {
		weigh(l.sensitivity.Weights[from:from+units], l.unit, rival)
	}
	return &one
}

// fields are those whose zero sets, together, are looked for where the lead's is: in the plane
// those of the leads over each other class, of which there are too many for searches in space.
func (l *Lead) fields() []*Lead {
	if !l.overOthers || l.Inputs() != 2 {
		return []*Lead{l}
	}
	var all []*Lead
	for rival := range l.net.Outputs() {
		if rival != l.unit {
			all = append(all, l.over(rival))
		}
	}
	return all
}

// nearestRivals are, at each point, the gradient of the lead over the rival that to first order
// is the nearest to draw level: of which lead over length of gradient is least. It need not be
// the one that is closest behind.
func (l *Lead) nearestRivals(ctx context.Context, x []float64) ([]float64, error) {
	inputs := l.Inputs()
	nearest, gradients := make([]float64, len(x)/inputs), make([]float64, len(x))
	for rival := range l.net.Outputs() {
		if rival == l.unit {
			continue
		}
		leads, slopes, err := l.over(rival).Gradients(ctx, x)
		if err != nil {
			return nil, err
		}
		for row, lead := range leads {
			gradient := slopes[row*inputs : (row+1)*inputs]
			if inverse := floats.Norm(gradient, 2) / lead; inverse > nearest[row] {
				nearest[row] = inverse
				copy(gradients[row*inputs:], gradient)
			}
		}
	}
	return gradients, nil
}

// onGrid are the values of a lead over one other class at the nodes of a grid, NaN where neither
// class is predicted at a node or beside it: the boundary between them does not pass there.
func (l *Lead) onGrid(ctx context.Context, g searchGrid) ([]float64, error) {
	if err := l.grid.evaluate(ctx, l.net, g.nodes()); err != nil {
		return nil, err
	}
	values := l.of(l.grid.outputs.RawMatrix().Data)
	nx, ny := len(g.axes[0]), len(g.axes[1])
	for j := range ny {
		for i := range nx {
			near := false
			for v := max(j-1, 0); v <= min(j+1, ny-1) && !near; v++ {
				for u := max(i-1, 0); u <= min(i+1, nx-1) && !near; u++ {
					class := l.grid.classes[v*nx+u]
					near = class == l.unit || class == l.rival
				}
			}
			if !near {
				values[j*nx+i] = undefined
			}
		}
	}
	return values, nil
}

// gridOutputs are what leads have in common at the nodes of a grid, the last one.
type gridOutputs struct {
	nodes   []float64
	outputs *mat.Dense
	classes []int
}

// evaluate evaluates a network at the nodes, unless it did.
func (o *gridOutputs) evaluate(ctx context.Context, net *models.Network, nodes []float64) (err error) {
	if slices.Equal(nodes, o.nodes) {
		return nil
	}
	if o.outputs, err = outputsAt(ctx, net, nodes); err != nil {
		return err
	}
	o.nodes, o.classes = nodes, make([]int, len(nodes)/2)
	for node := range o.classes {
		o.classes[node] = largest(o.outputs.RawRowView(node))
	}
	return nil
}
