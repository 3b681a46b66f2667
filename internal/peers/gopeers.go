package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"time"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
	"gonum.org/v1/gonum/floats"

	"actscope/graph"
	"actscope/models/handcoded"
)

// learner is one network in the hands of a Go peer. One that is an io.Closer is closed after its training.
type learner interface {
	// step descends once on a batch and returns its reported loss before the step.
	step(x, y []float64) (float64, error)
	// predict gives P(class 1) for each row, valid until the next call.
	predict(x []float64) ([]float64, error)
}

// goPeer is a peer in this process: it knows a step, and the loop over epochs and batches is the same for all.
type goPeer struct {
	label, about string
	// build makes a learner with a network's initial weights that can take batches of these sizes.
	build func(n network, sizes []int, trains bool) (learner, error)
	// maxEpochs, if any, bounds the epochs that are run; the time of the others is extrapolated.
	maxEpochs int
}

func (p goPeer) name() string     { return p.label }
func (p goPeer) software() string { return p.about }
func (p goPeer) close()           {}

// piece is how many rows are evaluated at once: few enough for the caches.
const piece = 1000

func (p goPeer) start(_ context.Context, t *task) (contender, error) {
	if epochs := len(t.orders); epochs > 0 {
		var c contender
		if p.maxEpochs > 0 && p.maxEpochs < epochs {
			c.note = fmt.Sprintf("scaled from %d of %d epochs", p.maxEpochs, epochs)
			epochs = p.maxEpochs
		}
		c.round = func(ctx context.Context) (outcome, error) { return p.train(ctx, t, epochs) }
		return c, nil
	}
	var learners []learner
	for _, n := range t.networks {
		l, err := p.build(n, sizes(t.set.Rows(), piece), false)
		if err != nil {
			return contender{}, err
		}
		learners = append(learners, l)
	}
	return contender{round: func(context.Context) (outcome, error) { return p.predict(t, learners) }}, nil
}

// sizes lists the different sizes of batches when rows are cut into batches of the given size.
func sizes(rows, batch int) []int {
	if rows <= batch {
		return []int{rows}
	}
	if rows%batch == 0 {
		return []int{batch}
	}
	return []int{batch, rows % batch}
}

// train times the epochs, without what build does.
func (p goPeer) train(ctx context.Context, t *task, epochs int) (outcome, error) {
	var o outcome
	for _, n := range t.networks {
		l, err := p.build(n, sizes(t.set.Rows(), t.batch), true)
		if err != nil {
			return o, err
		}
		start := time.Now()
		losses, err := t.descend(ctx, l, epochs)
		o.duration += time.Duration(float64(time.Since(start)) * float64(len(t.orders)) / float64(epochs))
		if c, ok := l.(io.Closer); ok {
			err = errors.Join(err, c.Close())
		}
		if err != nil {
			return o, err
		}
		o.losses = append(o.losses, losses)
	}
	return o, nil
}

// descend runs a learner through the first epochs and returns their losses.
func (t *task) descend(ctx context.Context, l learner, epochs int) ([]float64, error) {
	columns, losses := t.set.Columns, make([]float64, 0, epochs)
	x, y := make([]float64, t.batch*columns), make([]float64, t.batch)
	for _, order := range t.orders[:epochs] {
		sum, batches := 0.0, 0
		for rows := range slices.Chunk(order, t.batch) {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			for i, row := range rows {
				copy(x[i*columns:(i+1)*columns], t.set.X[row*columns:])
				y[i] = t.set.Y[row]
			}
			loss, err := l.step(x[:len(rows)*columns], y[:len(rows)])
			if err != nil {
				return nil, err
			}
			sum += loss
			batches++
		}
		losses = append(losses, sum/float64(batches))
	}
	return losses, nil
}

func (p goPeer) predict(t *task, learners []learner) (outcome, error) {
	var o outcome
	probability := make([]float64, t.set.Rows())
	for _, l := range learners {
		start := time.Now()
		for range t.passes {
			for first := 0; first < t.set.Rows(); first += piece {
				end := min(first+piece, t.set.Rows())
				p, err := l.predict(t.set.X[first*t.set.Columns : end*t.set.Columns])
				if err != nil {
					return o, err
				}
				copy(probability[first:], p)
			}
		}
		o.duration += time.Since(start)
		o.losses = append(o.losses, []float64{reportedLoss(probability, t.set.Y)})
	}
	return o, nil
}

// handcodedPeer is what a Go programmer writes without any library.
var handcodedPeer = goPeer{
	label: "handcoded",
	about: runtime.Version() + ", backpropagation in plain loops",
	build: newLoops,
}

// loops is a network of package handcoded with the memory for one pass.
type loops struct{ pass *handcoded.Pass }

func newLoops(n network, sizes []int, _ bool) (learner, error) {
	a := handcoded.Activation{Value: n.spec.Activation.Value, Derivative: n.spec.Activation.Derivative}
	net, err := handcoded.New(layers(n.initial), a, handcoded.Logits)
	if err != nil {
		return nil, err
	}
	pass, err := net.NewPass(sizes[0])
	return loops{pass}, err
}

// layers copies parameters, W and b of each layer in turn.
func layers(parameters []graph.Parameter) []handcoded.Layer {
	var layers []handcoded.Layer
	for i := 0; i < len(parameters); i += 2 {
		w, b := parameters[i], parameters[i+1]
		layers = append(layers, handcoded.Layer{In: w.Rows, Out: w.Columns, W: slices.Clone(w.Values), B: slices.Clone(b.Values)})
	}
	return layers
}

func (l loops) step(x, y []float64) (float64, error) {
	if err := l.pass.Step(x, y, rate); err != nil {
		return 0, err
	}
	return l.pass.ReportedLoss(y)
}

func (l loops) predict(x []float64) ([]float64, error) {
	if err := l.pass.Forward(x); err != nil {
		return nil, err
	}
	return l.pass.A[len(l.pass.A)-1], nil
}

// gonumPeer is what a Go programmer writes with gonum: backpropagation by hand whose matrix products are Dgemm.
var gonumPeer = goPeer{
	label: "gonum",
	about: "backpropagation by hand on Dgemm of " + moduleVersion("gonum.org/v1/gonum"),
	build: newMatrices,
}

// matrices is a network and what one pass over a batch needs, as in package handcoded: with layer l's input in[l],
// pre-activation z[l] and its derivative delta[l].
type matrices struct {
	layers   []handcoded.Layer
	gradient []handcoded.Layer
	hidden   graph.Activation
	in       [][]float64
	z, delta [][]float64
	p        []float64
}

func newMatrices(n network, sizes []int, _ bool) (learner, error) {
	m := &matrices{layers: layers(n.initial), hidden: n.spec.Activation, p: make([]float64, sizes[0])}
	for _, l := range m.layers {
		m.gradient = append(m.gradient, handcoded.NewLayer(l.In, l.Out))
		m.in = append(m.in, make([]float64, sizes[0]*l.In))
		m.z = append(m.z, make([]float64, sizes[0]*l.Out))
		m.delta = append(m.delta, make([]float64, sizes[0]*l.Out))
	}
	return m, nil
}

// multiply sets dst = op(a) op(b), rows × columns, where op(a) is rows × inner and either is stored transposed if its
// flag says so.
func multiply(dst, a, b []float64, rows, inner, columns int, transA, transB bool) {
	tA, strideA, tB, strideB := blas.NoTrans, inner, blas.NoTrans, columns
	if transA {
		tA, strideA = blas.Trans, rows
	}
	if transB {
		tB, strideB = blas.Trans, inner
	}
	gonum.Implementation{}.Dgemm(tA, tB, rows, columns, inner, 1, a, strideA, b, strideB, 0, dst, columns)
}

func (m *matrices) forward(x []float64) (rows int) {
	rows = len(x) / m.layers[0].In
	copy(m.in[0], x)
	for k, l := range m.layers {
		z := m.z[k][:rows*l.Out]
		multiply(z, m.in[k], l.W, rows, l.In, l.Out, false, false)
		activate, out := handcoded.Sigmoid, m.p
		if k < len(m.layers)-1 {
			activate, out = m.hidden.Value, m.in[k+1]
		}
		for row := range rows {
			floats.Add(z[row*l.Out:(row+1)*l.Out], l.B)
		}
		for i, v := range z {
			out[i] = activate(v)
		}
	}
	return rows
}

func (m *matrices) step(x, y []float64) (float64, error) {
	rows := m.forward(x)
	last := len(m.layers) - 1
	for i := range rows {
		m.delta[last][i] = handcoded.Logits.Derivative(m.z[last][i], y[i]) / float64(rows)
	}
	for k := last; k >= 0; k-- {
		l, g, delta := m.layers[k], m.gradient[k], m.delta[k]
		multiply(g.W, m.in[k], delta, l.In, rows, l.Out, true, false)
		clear(g.B)
		for row := range rows {
			floats.Add(g.B, delta[row*l.Out:(row+1)*l.Out])
		}
		if k == 0 {
			break
		}
		below := m.delta[k-1][:rows*l.In]
		multiply(below, delta, l.W, rows, l.Out, l.In, false, true)
		for i, z := range m.z[k-1][:len(below)] {
			below[i] *= m.hidden.Derivative(z)
		}
	}
	for k, g := range m.gradient {
		floats.AddScaled(m.layers[k].W, -rate, g.W)
		floats.AddScaled(m.layers[k].B, -rate, g.B)
	}
	return reportedLoss(m.p[:rows], y), nil
}

func (m *matrices) predict(x []float64) ([]float64, error) { return m.p[:m.forward(x)], nil }

// gonumMultiplier is the peer gonum, which multiplies without a network, too.
type gonumMultiplier struct{ goPeer }

func (gonumMultiplier) startProduct(m *matrixProduct) (contender, error) {
	if m.precision == "float32" {
		return inGo(m, func(dst, a, b []float32) {
			gonum.Implementation{}.Sgemm(blas.NoTrans, blas.NoTrans, m.rows, m.columns, m.inner, 1, a, m.inner, b, m.columns, 0, dst, m.columns)
		}), nil
	}
	return inGo(m, func(dst, a, b []float64) { multiply(dst, a, b, m.rows, m.inner, m.columns, false, false) }), nil
}

// tapePeer runs the graph that actscope runs on Gorgonia's own machine, with its default BLAS. It is slow and steady:
// a share of a long training tells the rest.
var tapePeer = goPeer{
	label:     "tape",
	about:     "TapeMachine of " + moduleVersion("gorgonia.org/gorgonia") + ", same graph as actscope's",
	build:     newTape,
	maxEpochs: 100,
}

// tape is a network with its graph compiled for each size of batch.
type tape struct {
	parameters []graph.Parameter
	programs   []*graph.Program
}

func newTape(n network, sizes []int, trains bool) (learner, error) {
	t := &tape{}
	for _, p := range n.initial {
		p.Values = slices.Clone(p.Values)
		t.parameters = append(t.parameters, p)
	}
	o := graph.Options{Engine: graph.Tape}
	if trains {
		o.Purpose = graph.Training
	}
	for _, size := range sizes {
		program, err := graph.Compile(graph.MLP(n.spec.Inputs, n.spec.Hidden, n.spec.Activation, graph.Logits), t.parameters, size, o)
		if err != nil {
			return nil, err
		}
		t.programs = append(t.programs, program)
	}
	return t, nil
}

// run executes the program for the rows of x.
func (t *tape) run(x, y []float64) (*graph.Program, error) {
	i := slices.IndexFunc(t.programs, func(p *graph.Program) bool { return len(p.X) == len(x) })
	if i < 0 {
		return nil, fmt.Errorf("no program takes a batch of %d values", len(x))
	}
	copy(t.programs[i].X, x)
	copy(t.programs[i].Y, y)
	return t.programs[i], t.programs[i].Run()
}

func (t *tape) step(x, y []float64) (float64, error) {
	program, err := t.run(x, y)
	if err != nil {
		return 0, err
	}
	for i, p := range t.parameters {
		floats.AddScaled(p.Values, -rate, program.Gradient(i))
	}
	return program.ReportedLoss(), nil
}

// Close releases the programs.
func (t *tape) Close() error {
	var err error
	for _, p := range t.programs {
		err = errors.Join(err, p.Close())
	}
	return err
}

func (t *tape) predict(x []float64) ([]float64, error) {
	program, err := t.run(x, nil)
	if err != nil {
		return nil, err
	}
	return program.Probability(), nil
}
