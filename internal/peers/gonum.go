package main

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
	"gonum.org/v1/gonum/floats"

	"actscope/graph"
	"actscope/models/handcoded"
)

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
	last := len(m.layers) - 1
	for k, l := range m.layers {
		z := m.z[k][:rows*l.Out]
		multiply(z, m.in[k], l.W, rows, l.In, l.Out, false, false)
		activate, out := m.hidden.Value, m.p
		if k == last {
			activate = handcoded.Sigmoid
		} else {
			out = m.in[k+1]
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

func (m *matrices) step(x, y []float64, rate float64) (float64, error) {
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
