package doctor

import (
	"fmt"
	"math"
	"slices"

	"actscope/graph"
	"actscope/internal/input"
	"actscope/internal/npz"
	"actscope/models/handcoded/mistakes"
)

// graphGradients are the right gradients by automatic differentiation, times the common factor, with the penalty's: first
// W, then b of every layer.
func (t *trial) graphGradients(e explanation) ([][]float64, error) {
	last := len(t.r.layers) - 1
	architecture := graph.MLP(t.r.x.cols, nil, graph.Activation{}, t.o.loss).WithOutputs(t.r.outputs())
	if t.o.output.Expression != nil {
		architecture.Layers[0].Activation = t.o.output
	}
	architecture.Reduction = graph.Sum
	var hidden []graph.Layer
	var parameters []graph.Parameter
	for l, lay := range t.r.layers {
		if l < last {
			hidden = append(hidden, graph.Layer{Units: lay.w.cols, Activation: t.activations[l]})
		}
		b := lay.b
		if b == nil {
			b = make([]float64, lay.w.cols)
		}
		parameters = append(parameters,
			graph.Parameter{Name: fmt.Sprintf("W%d", l+1), Rows: lay.w.rows, Columns: lay.w.cols, Layer: l + 1, Weight: true, Values: lay.w.v},
			graph.Parameter{Name: fmt.Sprintf("b%d", l+1), Rows: 1, Columns: lay.w.cols, Layer: l + 1, Values: b})
	}
	architecture.Layers = append(hidden, architecture.Layers...)
	program, err := graph.Compile(architecture, parameters, t.r.rows(), graph.Options{Purpose: graph.Training})
	if err != nil {
		return nil, err
	}
	defer program.Close()
	copy(program.X, t.r.x.v)
	copy(program.Y, t.r.y.v)
	if err := program.Run(); err != nil {
		return nil, err
	}
	var gradients [][]float64
	for l, lay := range t.r.layers {
		w, b := slices.Clone(program.Gradient(2*l)), slices.Clone(program.Gradient(2*l+1))
		if lay.shared {
			total := 0.0
			for _, v := range b {
				total += v
			}
			b = []float64{total}
		}
		for i, m := range [][]float64{t.gw[l+1], t.gb[l+1]} {
			g := [][]float64{w, b}[i]
			if off := apart(g, m); off > 1e-9*largest(m)+1e-9 {
				return nil, input.Refuse("", "layer %d: automatic differentiation and backpropagation by hand are %.1g apart: x or the parameters are too large for this network", l+1, off)
			}
		}
		for i := range w {
			w[i] *= e.factor.value
			w[i] += e.weightPenalty(l+1) * lay.w.v[i]
		}
		for i := range b {
			b[i] *= e.factor.value
			if mu := e.biasPenalty(l + 1); mu != 0 {
				b[i] += mu * lay.b[i]
			}
		}
		gradients = append(gradients, w, b)
	}
	return gradients, nil
}

// apart is the largest difference.
func apart(a, b []float64) float64 {
	most := 0.0
	for i, v := range a {
		d := math.Abs(v - b[i])
		if math.IsNaN(d) {
			return math.Inf(1)
		}
		most = max(most, d)
	}
	return most
}

// compare holds an array against the reference, in the file's own order.
func (t *trial) compare(g givenGradient, reference [][]float64) ArrayReport {
	if g.slots == nil {
		return otherShape(g.array, g.parameter.Shape)
	}
	want := make([]float64, len(g.slots))
	for i, s := range g.slots {
		want[i] = s.of(reference)
	}
	a := Compare(g.array, want, t.tolerance)
	if g.flipped && !t.r.flipped && a.Remark == "" {
		a.Remark = otherShape(g.array, g.parameter.Shape).Remark
		a.Agrees = false
	}
	return a
}

// otherShape reports an array that cannot be compared with what has another shape.
func otherShape(a Array, wanted []int) ArrayReport {
	return ArrayReport{
		Name: a.Name, Index: []int{}, Shape: a.Shape, Given: a.Values,
		Remark: fmt.Sprintf("shape %s, the parameter has %s", npz.Shape(a.Shape).String(), npz.Shape(wanted).String()),
	}
}

// Compare holds an array against what it should be, entry by entry in the same order.
func Compare(given Array, want []float64, tolerance mistakes.Tolerance) ArrayReport {
	a := ArrayReport{Name: given.Name, Index: []int{}, Shape: given.Shape, Given: given.Values, Expected: want}
	if len(given.Values) != len(want) {
		a.Expected, a.Remark = nil, fmt.Sprintf("%d entries, wanted %d", len(given.Values), len(want))
		return a
	}
	yours, at, most := given.Values, 0, 0.0
	a.Agrees, a.Tolerance = tolerance.Agree(yours, want), tolerance.Margin(want)
	for i, v := range want {
		d := math.Abs(yours[i] - v)
		if math.IsNaN(d) || math.IsInf(d, 0) {
			a.Remark = fmt.Sprintf("entry %v is %v", given.Index(i), yours[i])
			a.Agrees, a.Index, a.Reference = false, given.Index(i), v
			return a
		}
		most = max(most, math.Abs(v), math.Abs(yours[i]))
		if d > a.MaxAbs {
			a.MaxAbs, at = d, i
		}
	}
	if a.MaxAbs > 0 {
		a.MaxRel = a.MaxAbs / most
	}
	if len(want) > 0 {
		a.Index, a.Yours, a.Reference = given.Index(at), yours[at], want[at]
	}
	return a
}

// compareLoss accepts the loss of any reduction, and the article's formula.
func (t *trial) compareLoss(e explanation) ArrayReport {
	sum, _ := t.lossSum()
	want := sum
	if e.hasPenalty {
		want += e.penalty / e.factor.value / 2 * t.squares(e.state)
	}
	want /= t.meant.Divisor(t.r.rows(), t.r.outputs())
	a := ArrayReport{Name: t.r.lossName, Index: []int{}, Yours: *t.r.loss, Reference: want, Given: []float64{*t.r.loss}, Expected: []float64{want}, Tolerance: t.tolerance.Margin([]float64{want})}
	a.MaxAbs = math.Abs(*t.r.loss - want)
	if a.MaxAbs > 0 {
		a.MaxRel = a.MaxAbs / max(math.Abs(*t.r.loss), math.Abs(want))
	}
	a.Agrees = e.lossAgrees()
	if of, ok := t.lossIs(); ok && of != t.meant {
		a.Remark = "it is " + reductionText(of, t.r.rows(), t.r.outputs())
	}
	return a
}
