package models

import (
	"context"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"actscope/data"
	"actscope/graph"
	"actscope/graph/machine/kernel"
)

// trainer holds what every step reuses: nothing is allocated after it is made.
type trainer struct {
	net      *Network
	x, y     []float64 // rows × inputs, rows × outputs
	weights  []float64 // of the rows, nil where they count alike
	training Training
	rule     rule
	full     *graph.Program // for Batch rows
	tail     *graph.Program // for the rows that are left, nil where none are
	order    []int
	steps    int
	losses   []float64 // of the epochs that are done, where they are kept
	rate     float64   // of the epoch's steps
	passed   pass
	stopping *stopping
	norm     []float64 // of the step's gradient, by layer
	norms    []float64 // of the epoch so far, added up
	shrink   float64   // of the step's gradient, to clip it
}

// pass is how far an epoch has come.
type pass struct {
	first, batches int // of the rows and of the batches: how many are done
	sum            float64
}

// keptLosses is for how many epochs there is room from the start.
const keptLosses = 1 << 12

func newTrainer(net *Network, set data.Set, training Training) (*trainer, error) {
	y, rows, err := net.targets(set)
	if err != nil {
		return nil, err
	}
	weights, err := rowWeights(training.ClassWeights, set)
	if err != nil {
		return nil, err
	}
	batch := min(training.Batch, rows)
	t := &trainer{
		net: net, x: set.X, y: y, weights: weights, training: training,
		order:  make([]int, rows),
		losses: make([]float64, 0, min(training.Epochs, keptLosses)),
		norm:   make([]float64, net.Depth()),
		norms:  make([]float64, net.Depth()),
	}
	var sizes []int
	for _, p := range net.Parameters {
		sizes = append(sizes, len(p.Values))
	}
	t.rule = training.optimiser().start(sizes)
	o := graph.Options{Purpose: graph.Training, Captured: net.trainHooks.Points(), Weighted: weights != nil}
	if t.full, err = net.training.program(net, batch, 0, o); err != nil {
		return nil, err
	}
	if left := rows % batch; left > 0 {
		if t.tail, err = net.training.program(net, left, 0, o); err != nil {
			return nil, err
		}
	}
	if t.full.Draws() && training.Masks == nil {
		return nil, errors.New("no random stream for the masks of the network's dropout: see models.MaskStream")
	}
	training.Batch = batch
	t.stopping, err = newStopping(net, training)
	return t, err
}

// epoch makes one pass over the shuffled rows, or the rest of one that has begun.
func (t *trainer) epoch(ctx context.Context, number int) (Epoch, error) {
	for {
		if err := t.batch(ctx, number); err != nil {
			return Epoch{}, err
		}
		if t.passed.first == len(t.order) {
			return t.finished(number), nil
		}
	}
}

// batch takes the next step of an epoch, whose first shuffles the rows.
func (t *trainer) batch(ctx context.Context, number int) error {
	p := &t.passed
	if err := ctx.Err(); err != nil {
		return err
	}
	if p.first == 0 {
		t.training.Shuffle.PermutationInto(t.order)
		clear(t.norms)
		t.rate = t.training.Rate * t.training.Schedule.Share(number)
	}
	program := t.full
	if len(t.order)-p.first < program.Rows() {
		program = t.tail
	}
	p.batches++
	if err := t.step(program, p.first); err != nil {
		var d *DivergenceError
		if errors.As(err, &d) {
			d.Epoch, d.Step = number, p.batches
		}
		return err
	}
	p.first += program.Rows()
	p.sum += program.ReportedLoss()
	return nil
}

// finished is the epoch whose steps have all been taken; the next one begins anew.
func (t *trainer) finished(number int) Epoch {
	p := t.passed
	t.passed = pass{}
	for l := range t.norms {
		t.norms[l] /= float64(p.batches)
	}
	return Epoch{Number: number, Loss: p.sum / float64(p.batches), GradientNorms: t.norms, Rate: t.rate, steps: p.batches, trainer: t}
}

// step loads the rows from order[first] on, runs the graph and descends.
func (t *trainer) step(program *graph.Program, first int) error {
	t.gather(program, t.order[first:first+program.Rows()])
	if program.Draws() {
		program.Draw(t.training.Masks)
	}
	if err := program.Run(); err != nil {
		return err
	}
	if err := t.net.trainHooks.Call(program, 0); err != nil {
		return err
	}
	if err := t.measure(program); err != nil {
		var d *DivergenceError
		if errors.As(err, &d) {
			d.Cause = t.net.notFiniteFormula(program)
		}
		return err
	}
	t.steps++
	program.Track()
	finite, precision := true, t.net.architecture.Precision
	for i, p := range t.net.Parameters {
		gradient := program.Gradient(i)
		if t.shrink != 1 {
			floats.Scale(t.shrink, gradient)
		}
		if t.training.WeightDecay > 0 && p.Weight {
			floats.Scale(1-t.rate*t.training.WeightDecay, p.Values)
		}
		stays := t.rule.step(t.steps, i, p.Values, gradient, t.rate)
		if t.training.L1 > 0 && p.Weight {
			Shrink(p.Values, t.rate*t.training.L1)
		}
		if precision != graph.Double {
			precision.Round(p.Values)
			stays = kernel.Finite(p.Values)
		}
		finite = finite && stays
	}
	if !finite {
		return t.checkParameters()
	}
	return nil
}

// gather loads the given rows.
func (t *trainer) gather(program *graph.Program, rows []int) {
	gatherRows(program.X, t.x, rows, t.net.Inputs())
	gatherRows(program.Y, t.y, rows, t.net.Outputs())
	if t.weights != nil {
		gatherRows(program.Weights, t.weights, rows, 1)
	}
}

// gatherRows copies rows. Those of one or two columns are too short for a call of copy.
func gatherRows(dst, src []float64, rows []int, columns int) {
	switch columns {
	case 1:
		dst = dst[:len(rows)]
		for i, row := range rows {
			dst[i] = src[row]
		}
	case 2:
		for i, row := range rows {
			dst[2*i], dst[2*i+1] = src[2*row], src[2*row+1]
		}
	default:
		for i, row := range rows {
			copy(dst[i*columns:(i+1)*columns], src[row*columns:])
		}
	}
}

// measure reports the first quantity that is NaN or Inf, layers first because they
// say more than the loss, adds the gradients' norms to the epoch's, and finds by how
// much the gradient has to shrink for its norm to be within the bound.
func (t *trainer) measure(program *graph.Program) error {
	clear(t.norm)
	for i, p := range t.net.Parameters {
		t.norm[p.Layer-1] += kernel.SumSquares(program.Gradient(i))
	}
	for l, squares := range t.norm {
		if 0x1p-900 < squares && squares < 0x1p1000 {
			t.norm[l] = math.Sqrt(squares)
			continue
		}
		norm, err := t.carefulNorm(program, l+1)
		if err != nil {
			return err
		}
		t.norm[l] = norm
	}
	for _, v := range []float64{program.Objective(), program.ReportedLoss()} {
		if notFinite(v) {
			return &DivergenceError{Quantity: "the loss", Value: v}
		}
	}
	floats.Add(t.norms, t.norm)
	t.shrink = 1
	if t.training.Clip > 0 {
		if whole := floats.Norm(t.norm, 2); whole > t.training.Clip {
			t.shrink = t.training.Clip / whole
		}
	}
	return nil
}

// carefulNorm is the norm of a layer's gradient (layers count from 1) also where squares
// are too small or too large for a number. It reports what is NaN or Inf.
func (t *trainer) carefulNorm(program *graph.Program, layer int) (float64, error) {
	whole := 0.0
	for i, p := range t.net.Parameters {
		if p.Layer != layer {
			continue
		}
		gradient := program.Gradient(i)
		if v, ok := firstNotFinite(gradient); ok {
			return 0, &DivergenceError{Quantity: fmt.Sprintf("layer %d's gradient of %s", p.Layer, p.Name), Layer: p.Layer, Value: v}
		}
		whole = math.Hypot(whole, floats.Norm(gradient, 2))
	}
	return whole, nil
}

// checkParameters reports a parameter that the step made NaN or Inf.
func (t *trainer) checkParameters() error {
	for _, p := range t.net.Parameters {
		if v, ok := firstNotFinite(p.Values); ok {
			return &DivergenceError{Quantity: fmt.Sprintf("layer %d's %s", p.Layer, p.Name), Layer: p.Layer, Value: v}
		}
	}
	return nil
}

func notFinite(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }

func firstNotFinite(values []float64) (float64, bool) {
	if kernel.Finite(values) {
		return 0, false
	}
	for _, v := range values {
		if notFinite(v) {
			return v, true
		}
	}
	return 0, false
}
