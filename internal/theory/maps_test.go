package theory

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"actscope/graph"
)

// The critical line of tanh, by its variance q: χ₁ = 1 gives σw² = 1/E[φ'²], and the
// fixed point σb² = q - σw² E[φ²]. It begins at (1, 0) (Schoenholz et al. 2017).
func criticalPoint(a graph.Activation, q float64) (weight, bias float64) {
	weight = 1 / MeanSquareSlope(a, q).Value
	return weight, q - weight*MeanSquare(a, q).Value
}

func TestTheCriticalLineOfTanhDividesThePlane(t *testing.T) {
	m := NewVarianceMap(graph.Tanh)
	if weight, bias := criticalPoint(graph.Tanh, 1e-9); math.Abs(weight-1) > 1e-8 || math.Abs(bias) > 1e-8 {
		t.Errorf("the line begins at %v, %v", weight, bias)
	}
	for _, q := range []float64{1e-3, 0.05, 0.3, 1, 3} {
		weight, bias := criticalPoint(graph.Tanh, q)
		if l := m.Limit(weight, bias, 1); !near(l.Variance.Value, q, 1e-9) || math.Abs(l.Chi.Value-1) > 1e-9 {
			t.Errorf("at %v, %v: %+v, want q = %v", weight, bias, l, q)
		}
		if l := m.Limit(weight*1.01, bias, 1); PhaseOf(l.Chi.Value) != Chaotic {
			t.Errorf("to the right of the line: %+v", l)
		}
		if l := m.Limit(weight, bias*1.05, 1); PhaseOf(l.Chi.Value) != Ordered {
			t.Errorf("above the line: %+v", l)
		}
	}
}

func TestThePhaseDiagramIsTheLimitInEachCell(t *testing.T) {
	m := NewVarianceMap(graph.Tanh)
	d, err := m.PhaseDiagram(t.Context(), axisTo(3, 1, false), axisTo(0.2, 0, true), 1)
	if err != nil {
		t.Fatal(err)
	}
	columns := len(d.WeightVariance)
	if columns != 61 || len(d.BiasVariance) != 61 || d.WeightVariance[60] != 3 || d.BiasVariance[60] != 0.2 || d.WeightVariance[0] != 0 {
		t.Fatalf("%d by %d", columns, len(d.BiasVariance))
	}
	for _, cell := range [][2]int{{0, 0}, {60, 0}, {0, 60}, {60, 60}, {20, 0}, {31, 17}} {
		i, j := cell[0], cell[1]
		l := m.Limit(d.WeightVariance[i], d.BiasVariance[j], d.WeightVariance[i]+d.BiasVariance[j])
		if k := j*columns + i; d.Chi[k] != l.Chi.Value || d.Variance[k] != l.Variance.Value {
			t.Errorf("cell %v: χ₁ %v at q %v, want %+v", cell, d.Chi[k], d.Variance[k], l)
		}
	}
	// From order to chaos once along each row, more to the right the larger the biases.
	last := 0
	for j := range d.BiasVariance {
		i := 0
		for i < columns && d.Chi[j*columns+i] < 1 {
			i++
		}
		if i < last || i == columns {
			t.Errorf("row %d turns chaotic at column %d, the one below at %d", j, i, last)
		}
		for k := i; k < columns; k++ {
			if d.Chi[j*columns+k] < 1 {
				t.Errorf("row %d: order at column %d, right of chaos at %d", j, k, i)
			}
		}
		last = i
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := m.PhaseDiagram(stopped, axisTo(3, 1, false), axisTo(1, 0, true), 1); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

func TestTheDiagramReachesTheCriticalLine(t *testing.T) {
	for _, a := range graph.Activations() {
		m := NewVarianceMap(a)
		e := m.ensemble(1.2, 0.01)
		weight, bias := m.Range(t.Context(), e, 1)
		if weight < e.WeightVariance || bias < e.BiasVariance || weight > 1000 || bias > 1000 {
			t.Errorf("%s: up to %v and %v", a.Name, weight, bias)
		}
		left, right := m.Limit(weight/10, 0, weight), m.Limit(weight, 0, weight)
		if PhaseOf(left.Chi.Value) != Ordered || PhaseOf(right.Chi.Value) != Chaotic {
			t.Errorf("%s: χ₁ from %v to %v", a.Name, left.Chi.Value, right.Chi.Value)
		}
	}
}

// A setting far below the end of an axis stands amid it: the axis goes by factors there.
func TestTheSettingIsNotInTheCornerOfTheDiagram(t *testing.T) {
	for _, c := range []struct {
		most, setting float64
		zero          bool
	}{{300, 1, false}, {50, 0.1, true}, {3, 1, false}, {50, 0, true}, {4, 0.2, true}} {
		axis := axisTo(c.most, c.setting, c.zero)
		if len(axis) != phaseSteps+1 || axis[phaseSteps] != c.most || !slices.IsSorted(axis) || c.zero && axis[0] != 0 {
			t.Fatalf("to %v: %v", c.most, axis)
		}
		at, _ := slices.BinarySearch(axis, c.setting)
		if c.setting > 0 && at < phaseSteps/20 {
			t.Errorf("to %v: %v is step %d of %d", c.most, c.setting, at, phaseSteps)
		}
	}
}
