package geometry

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"actscope/data"
	"actscope/graph"
	"actscope/models"
)

// wideSet has many columns, of which the first tells the classes apart.
func wideSet(rows, columns int) data.Set {
	stream := data.NewRandomState(5)
	s := data.Set{Columns: columns}
	for i := range rows {
		y := float64(i % 2)
		s.Y = append(s.Y, y)
		for j := range columns {
			v := stream.NormFloat64()
			if j == 0 {
				v += 4*y - 2
			}
			s.X = append(s.X, v)
		}
	}
	return s
}

// The matrices of a thousand columns once took as many columns squared for each row.
func TestManyColumnsAreMeasuredInBoundedMemory(t *testing.T) {
	const columns = 1000
	train, test := wideSet(24, columns), wideSet(12, columns)
	net := trained(t, models.MLP{Inputs: columns, Hidden: []int{4}, Activation: graph.Tanh}, 5, train)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	m := all(t, net, train, test)
	runtime.ReadMemStats(&after)
	if !m.BoundaryFound || m.Layers[0].Jacobian.Largest.Max != 1 || !(m.Layers[1].Jacobian.Largest.Max > 0) {
		t.Errorf("%+v", m)
	}
	if taken := after.TotalAlloc - before.TotalAlloc; taken > 1<<30 {
		t.Errorf("%d MB in all", taken>>20)
	}
}

// The estimate covers what a classifier of many classes takes beside the layer's own size.
func TestClassifiersOfManyClassesAreCounted(t *testing.T) {
	const rows, columns, classes = 60, 3000, 50
	set := headSet(rows, columns, ofClasses(classes), 1)
	a := mat.NewDense(rows, columns, set.X)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	m, err := FitMultinomial(t.Context(), a, set.Y, classes)
	if err != nil {
		t.Fatal(err)
	}
	m.Margins(a)
	runtime.ReadMemStats(&after)
	taken := int64(after.TotalAlloc - before.TotalAlloc)
	layer := int64(8 * 8 * rows * columns) // copies of it, as of two classes
	if counted := int64(Bytes(rows, columns, 4, classes) - Bytes(rows, columns, 4, 1)); taken > counted+layer || counted > 4*taken {
		t.Errorf("%d kB are taken, %d kB and the layer's %d kB counted", taken>>10, counted>>10, layer>>10)
	}
}

func TestOfManyColumnsFewerRowsAreMeasured(t *testing.T) {
	for columns, want := range map[int]int{1: 1000, 2: 1000, 524: 1000, 525: 998, 2000: 262, 10_000: 52, 11_000: 50, 1_000_000: 50} {
		if got := MeasuredRows(columns); got != want {
			t.Errorf("%d of %d columns, want %d", got, columns, want)
		}
	}
}

func TestMatricesThatAreTooLargeAreOfFewerRowsOrNone(t *testing.T) {
	for _, c := range []struct {
		inputs, units, rows, want int
	}{{2, 8, 256, 256}, {2, 4096, 256, 256}, {600, 1200, 256, 19}, {600, 1200, 10, 10}, {1200, 1200, 256, 0}, {1200, 1200, 3, 3}} {
		net, err := models.NewMLP(models.MLP{Inputs: c.inputs, Hidden: []int{c.units}, Activation: graph.ReLU}, data.NewRandomState(1))
		if err != nil {
			t.Fatal(err)
		}
		if got := jacobianRows(net, c.rows); got != c.want {
			t.Errorf("%+v: %d rows", c, got)
		}
	}
}

// Piece by piece they are the matrices of all rows together.
func TestJacobiansInPiecesAreThoseOfAllRows(t *testing.T) {
	test := wideSet(50, 3)
	net := trained(t, models.MLP{Inputs: 3, Hidden: []int{1500, 1500}, Activation: graph.ReLU}, 0+1, test)
	if each := int(jacobianPiece / jacobianCost(net)); each >= 50 {
		t.Fatalf("%d rows at a time", each)
	}
	sample := observed(t, net, test)
	m := &measuring{net: net, test: sample}
	m.Layers = make([]Layer, 4)
	if err := m.addJacobians(t.Context()); err != nil {
		t.Fatal(err)
	}
	together, err := Jacobians(t.Context(), net, sample.Observation, test.X)
	if err != nil {
		t.Fatal(err)
	}
	for i, stacked := range together {
		values, err := SingularValues(stacked, 3)
		if err != nil {
			t.Fatal(err)
		}
		var largest []float64
		for _, v := range values {
			largest = append(largest, v[0])
		}
		if got := m.Layers[i+1].Jacobian.Largest; got.Max != Number(slices.Max(largest)) || got.Min != Number(slices.Min(largest)) {
			t.Errorf("layer %d: %+v", i+1, got)
		}
	}
}

func TestMeasuringHearsItsContext(t *testing.T) {
	train, test := wideSet(24, 30), wideSet(12, 30)
	net := trained(t, models.MLP{Inputs: 30, Hidden: []int{4}, Activation: graph.Tanh}, 5, train)
	ctx, cancel := context.WithCancel(t.Context())
	one, two := observed(t, net, train), observed(t, net, test)
	cancel()
	logit, err := LeadOf(net, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer logit.Close()
	for name, f := range map[string]func() error{
		"Observe":    func() error { _, err := Observe(ctx, net, test); return err },
		"MeasureAll": func() error { _, err := MeasureAll(ctx, net, one, two); return err },
		"BoundaryOf": func() error { _, err := BoundaryOf(ctx, net, test.X); return err },
		"Jacobians":  func() error { _, err := Jacobians(ctx, net, two.Observation, test.X); return err },
		"Values":     func() error { _, err := logit.Values(ctx, test.X); return err },
		"Gradients":  func() error { _, _, err := logit.Gradients(ctx, test.X); return err },
		"FitProbe":   func() error { _, err := FitProbe(ctx, two.points(), test.Y); return err },
		"LineRegions": func() error {
			_, _, err := LineRegions(ctx, randomNet(t, 1, graph.ReLU, 3), []float64{0, 0}, []float64{1, 1})
			return err
		},
	} {
		if err := f(); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
