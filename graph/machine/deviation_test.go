package machine_test

import (
	"math"
	"testing"

	"actscope/graph/machine"
	"actscope/graph/machine/kernel"

	"gorgonia.org/gorgonia"
)

// The package comment promises these differences from TapeMachine.

// compute runs one expression of two (2, 2) inputs on the machine and on the tape.
func compute(t *testing.T, a, b []float64, f func(a, b *gorgonia.Node) *gorgonia.Node) (got, tape []float64) {
	t.Helper()
	build := func() (*gorgonia.ExprGraph, *gorgonia.Node) {
		g := gorgonia.NewGraph()
		return g, f(matrix(g, "a", 2, 2, append([]float64(nil), a...)), matrix(g, "b", 2, 2, append([]float64(nil), b...)))
	}
	g, n := build()
	m := plan(t, g, gorgonia.Nodes{n}, machine.AllowNonFinite())
	run(t, m)
	g, reference := build()
	if values, err := tryTape(g, gorgonia.Nodes{reference}); err == nil {
		tape = values[0]
	}
	return values(t, m, n), tape
}

func TestProductsTakeZeroTimesInfinityForNaN(t *testing.T) {
	got, tape := compute(t, []float64{0, 1, 2, 3}, []float64{math.Inf(1), 1, 1, 1}, func(a, b *gorgonia.Node) *gorgonia.Node {
		return must(gorgonia.Mul(a, b))
	})
	if !math.IsNaN(got[0]) {
		t.Errorf("0·Inf + 1·1 = %v, want NaN", got[0])
	}
	if tape[0] != 1 {
		t.Errorf("the tape gives %v: it no longer skips zeros; change the package comment", tape[0])
	}
}

func TestDivisionByZeroIsThatOfIEEE754(t *testing.T) {
	negative := math.Copysign(0, -1)
	got, tape := compute(t, []float64{1, -1, 0, 1}, []float64{0, 0, 0, negative}, func(a, b *gorgonia.Node) *gorgonia.Node {
		return must(gorgonia.HadamardDiv(a, b))
	})
	compare(t, machine.Kernel, got, []float64{math.Inf(1), math.Inf(-1), math.NaN(), math.Inf(-1)}, 0)
	for i, x := range tape {
		if !math.IsInf(x, 1) {
			t.Errorf("the tape gives %v for quotient %d, no longer +Inf; change the package comment", x, i)
		}
	}
}

func TestEntriesAreReadWhereTheTapeReadsTheWholeMatrix(t *testing.T) {
	got, tape := compute(t, []float64{1, 2, 3, 4}, []float64{0, 0, 0, 0}, func(a, _ *gorgonia.Node) *gorgonia.Node {
		return must(gorgonia.At(a, 1, 0))
	})
	compare(t, machine.Opaque, got, []float64{3}, 0)
	if len(tape) == 1 {
		t.Errorf("the tape gives %v by now; change the package comment", tape)
	}
}

func TestExponentialAndLogarithmAreRightOnVectors(t *testing.T) {
	if kernel.Set() != kernel.AVX2 {
		t.Skip("the portable set has package math's")
	}
	got, _ := compute(t, []float64{709.7, 709, -745, 1}, []float64{1, 1, 1, 1}, func(a, _ *gorgonia.Node) *gorgonia.Node {
		return must(gorgonia.Exp(a))
	})
	compare(t, machine.Kernel, got[:1], []float64{1.6549840276802644e308}, 1e294)
	compare(t, machine.Kernel, got[2:3], []float64{math.SmallestNonzeroFloat64}, 0)
	got, _ = compute(t, []float64{math.SmallestNonzeroFloat64, 1, math.E, 0}, []float64{1, 1, 1, 1}, func(a, _ *gorgonia.Node) *gorgonia.Node {
		return must(gorgonia.Log(a))
	})
	compare(t, machine.Kernel, got, []float64{-744.4400719213812, 0, 1, math.Inf(-1)}, 1e-12)
}
