package main

import (
	"context"
	"fmt"
	"time"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"

	"actscope/data"
	"actscope/graph/machine/kernel"
	"actscope/internal/npz"
)

// matrixProduct is the work of multiplying two matrices, passes times over.
type matrixProduct struct {
	key                  string
	rows, inner, columns int
	single               bool // in float32
	passes               int
	a, b                 []float64
}

// multiplier is a peer that multiplies matrices alone, too.
type multiplier interface {
	peer
	startProduct(ctx context.Context, m *matrixProduct) (contender, error)
}

// onProduct is a case of multiplying matrices, as large as those of case c. Gonum multiplies on one thread, like all.
func onProduct(key string, single bool) benchmark {
	tolerance := 1e-12
	if single {
		tolerance = 1e-4
	}
	return benchmark{key, func(ctx context.Context, entrants []peer, quick bool) (string, []contender, error) {
		m := newMatrixProduct(key, single, quick)
		var contenders []contender
		for _, p := range entrants {
			by, ok := p.(multiplier)
			if !ok {
				continue
			}
			c, err := by.startProduct(ctx, m)
			if err != nil {
				c.round = func(context.Context) (outcome, error) { return outcome{}, err }
			}
			c.peer, c.threads = p.name(), 1
			contenders = append(contenders, c)
		}
		return m.title(), contenders, nil
	}, tolerance}
}

func newMatrixProduct(key string, single, quick bool) *matrixProduct {
	wide := smaller(quick, 64, 1024)
	m := &matrixProduct{key: key, rows: smaller(quick, 16, 256), inner: wide, columns: wide, single: single, passes: smaller(quick, 1, 8)}
	stream := data.NewRandomState(seed)
	draw := func(n int) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = stream.NormFloat64()
		}
		return x
	}
	m.a, m.b = draw(m.rows*m.inner), draw(m.inner*m.columns)
	return m
}

func (m *matrixProduct) precision() string {
	if m.single {
		return "float32"
	}
	return "float64"
}

func (m *matrixProduct) title() string {
	return fmt.Sprintf("a product of matrices in %s: %d×%d by %d×%d, %s", m.precision(), m.rows, m.inner, m.inner, m.columns, counted(m.passes, "pass", "passes"))
}

// time is a round of a way to multiply in Go. What is compared in place of a loss is the sum of all squares.
func (m *matrixProduct) time(multiply func(), result func() []float64) contender {
	return contender{round: func(context.Context) (outcome, error) {
		start := time.Now()
		for range m.passes {
			multiply()
		}
		o, sum := outcome{duration: time.Since(start)}, 0.0
		for _, x := range result() {
			sum += x * x
		}
		o.losses = [][]float64{{sum}}
		return o, nil
	}}
}

// in gives multiply the matrices in the precision T.
func in[T kernel.Float](m *matrixProduct, multiply func(dst, a, b []T)) contender {
	dst, a, b := make([]T, m.rows*m.columns), converted[T](m.a), converted[T](m.b)
	return m.time(func() { multiply(dst, a, b) }, func() []float64 { return converted[float64](dst) })
}

func converted[D, S kernel.Float](src []S) []D {
	dst := make([]D, len(src))
	for i, x := range src {
		dst[i] = D(x)
	}
	return dst
}

func (actscope) startProduct(_ context.Context, m *matrixProduct) (contender, error) {
	how := kernel.Multiply(m.rows, m.inner, m.columns, false, false)
	if m.single {
		p := kernel.NewProduct[float32](how)
		return in(m, func(dst, a, b []float32) { p.Run(dst, a, b, nil) }), nil
	}
	p := kernel.NewProduct[float64](how)
	return in(m, func(dst, a, b []float64) { p.Run(dst, a, b, nil) }), nil
}

func (p *portable) startProduct(_ context.Context, m *matrixProduct) (contender, error) {
	return p.startCase(m.key)
}

func (p *python) startProduct(_ context.Context, m *matrixProduct) (contender, error) {
	return p.prepareWith(preparation{Product: m.precision(), Passes: m.passes, Threads: 1}, []npz.Array{
		{Name: "a", Shape: []int{m.rows, m.inner}, Values: m.a},
		{Name: "b", Shape: []int{m.inner, m.columns}, Values: m.b},
	})
}

// gonumMultiplier is the peer gonum, which multiplies without a network, too.
type gonumMultiplier struct{ goPeer }

func (gonumMultiplier) startProduct(_ context.Context, m *matrixProduct) (contender, error) {
	if m.single {
		return in(m, func(dst, a, b []float32) {
			gonum.Implementation{}.Sgemm(blas.NoTrans, blas.NoTrans, m.rows, m.columns, m.inner, 1, a, m.inner, b, m.columns, 0, dst, m.columns)
		}), nil
	}
	return in(m, func(dst, a, b []float64) { multiply(dst, a, b, m.rows, m.inner, m.columns, false, false) }), nil
}
