package machine_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"actscope/graph/machine"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func vm(t testing.TB, g *gorgonia.ExprGraph, options ...machine.Option) *machine.Machine {
	t.Helper()
	m, err := machine.NewVM(g, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

func TestAWholeGraphKeepsRootsGradientsAndWhatIsRead(t *testing.T) {
	g := gorgonia.NewGraph()
	x, w := parameter(g, "x", tensor.Float64, 4, 3), parameter(g, "w", tensor.Float64, 3, 2)
	product := must(gorgonia.Mul(x, w))
	hidden := must(gorgonia.Tanh(product))
	loss := must(gorgonia.Mean(square(hidden)))
	if _, err := gorgonia.Grad(loss, w); err != nil {
		t.Fatal(err)
	}
	var watched, again gorgonia.Value
	gorgonia.Read(hidden, &watched)
	gorgonia.Read(hidden, &again)
	m := vm(t, g)
	run(t, m)

	if v := loss.Value(); v.Data().(float64) <= 0 {
		t.Errorf("the loss is %v", v)
	}
	if grad, err := w.Grad(); err != nil || !grad.Shape().Eq(tensor.Shape{3, 2}) {
		t.Errorf("gradient %v, %v", grad, err)
	}
	first := numbers(t, watched)
	compare(t, hidden, first, numbers(t, hidden.Value()), 0)
	compare(t, hidden, numbers(t, again), first, 0)
	x.Value().(*tensor.Dense).Float64s()[0] = 3
	run(t, m)
	if second := numbers(t, watched); second[0] == first[0] {
		t.Error("a watched value stays as in the first run")
	}

	if text := fmt.Sprint(product.Value()); !strings.Contains(text, "value is not kept") {
		t.Errorf("a node that is computed in passing has the value %v", text)
	}
	if _, err := m.Value(product); !errors.Is(err, machine.ErrNotKept) {
		t.Errorf("Value of what is not kept: %v", err)
	}
	if v, err := m.Value(hidden); err != nil || v != hidden.Value() {
		t.Errorf("Value of what is kept: %v, %v", v, err)
	}
	for _, n := range m.Plan().Nodes {
		if n.Decision == machine.Pruned && n.Name == loss.Name() {
			t.Error("the loss is pruned")
		}
	}
	all := vm(t, g, machine.KeepAll())
	run(t, all)
	for _, n := range g.AllNodes() {
		if n.Type() != nil && n.Value() == nil {
			t.Errorf("%v has no value", n)
		}
	}
	if v, err := all.Value(product); err != nil || len(numbers(t, v)) != 8 {
		t.Errorf("Value where all are kept: %v, %v", v, err)
	}
}

func TestLearnablesAddUpUntilASolverClearsThem(t *testing.T) {
	g := gorgonia.NewGraph()
	w := parameter(g, "w", tensor.Float64, 2, 2)
	loss := must(gorgonia.Sum(square(w)))
	if _, err := gorgonia.Grad(loss, w); err != nil {
		t.Fatal(err)
	}
	m := vm(t, g, machine.Learnables(w))
	run(t, m)
	once, _ := w.Grad()
	single := numbers(t, once)
	other := vm(t, g, machine.Learnables(w)) // adds to the same memory
	run(t, other)
	run(t, m)
	for i := range single {
		single[i] *= 3
	}
	compare(t, w, numbers(t, once), single, 1e-15)

	unasked := parameter(g, "unasked", tensor.Float64, 2, 2)
	_, err := machine.NewVM(g, machine.Learnables(unasked))
	requireNodeError(t, err, "unasked", 0, machine.ErrNoGradient)
	for name, n := range map[string]*gorgonia.Node{"nil": nil, "another graph's": parameter(gorgonia.NewGraph(), "v", tensor.Float64, 1)} {
		if _, err := machine.NewVM(g, machine.Learnables(n)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	w.Value().(*tensor.Dense).Float64s()[3] = math.NaN()
	requireNodeError(t, m.RunAll(), "w", 3, machine.ErrNonFinite)
	run(t, vm(t, g, machine.Learnables(w), machine.AllowNonFinite()))
}

func TestWhatTheTapeRunsRuns(t *testing.T) {
	columns := tensor.New(tensor.WithShape(2, 3), tensor.AsFortran([]float64{1, 2, 3, 4, 5, 6}))
	for name, c := range map[string]struct {
		build func(g *gorgonia.ExprGraph) *gorgonia.Node
		want  any
	}{
		"booleans": {func(g *gorgonia.ExprGraph) *gorgonia.Node {
			return must(gorgonia.Gt(parameter(g, "a", tensor.Float64, 4), number(g, "b", tensor.Float64, 0), false))
		}, []bool{true, false, false, false}},
		"integers choose rows": {func(g *gorgonia.ExprGraph) *gorgonia.Node {
			x := gorgonia.NewMatrix(g, tensor.Float64, gorgonia.WithShape(3, 2), gorgonia.WithName("x"),
				gorgonia.WithValue(dense(tensor.Shape{3, 2}, []float64{1, 2, 3, 4, 5, 6})))
			rows := gorgonia.NewVector(g, tensor.Int, gorgonia.WithShape(2), gorgonia.WithName("rows"),
				gorgonia.WithValue(tensor.New(tensor.WithShape(2), tensor.WithBacking([]int{2, 0}))))
			return must(gorgonia.ByIndices(x, rows, 0))
		}, []float64{5, 6, 1, 2}},
		"inputs without names": {func(g *gorgonia.ExprGraph) *gorgonia.Node {
			x := gorgonia.NewMatrix(g, tensor.Float64, gorgonia.WithShape(2, 2), gorgonia.WithValue(dense(tensor.Shape{2, 2}, []float64{1, 2, 3, 4})))
			y := gorgonia.NewMatrix(g, tensor.Float64, gorgonia.WithShape(2, 1), gorgonia.WithValue(dense(tensor.Shape{2, 1}, []float64{1, 1})))
			return must(gorgonia.Mul(x, y))
		}, []float64{3, 7}},
		"one name, two shapes": {func(g *gorgonia.ExprGraph) *gorgonia.Node {
			x := matrix(g, "x", 2, 2, []float64{1, 2, 3, 4})
			return must(gorgonia.Mul(x, matrix(g, "x", 2, 1, []float64{1, 1})))
		}, []float64{3, 7}},
		"columns first": {func(g *gorgonia.ExprGraph) *gorgonia.Node {
			return square(gorgonia.NewMatrix(g, tensor.Float64, gorgonia.WithShape(2, 3), gorgonia.WithName("x"), gorgonia.WithValue(columns)))
		}, []float64{1, 4, 9, 16, 25, 36}},
		"float32": {func(g *gorgonia.ExprGraph) *gorgonia.Node {
			x := gorgonia.NewVector(g, tensor.Float32, gorgonia.WithShape(3), gorgonia.WithName("x"),
				gorgonia.WithValue(tensor.New(tensor.WithShape(3), tensor.WithBacking([]float32{1, 2, 3}))))
			return square(x)
		}, []float32{1, 4, 9}},
		"a subgraph": {func(g *gorgonia.ExprGraph) *gorgonia.Node {
			return square(matrix(g, "x", 1, 2, []float64{1, 2}))
		}, []float64{1, 4}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, options := range [][]machine.Option{nil, {machine.KeepAll()}, {machine.Generic()}} {
				g := gorgonia.NewGraph()
				y := c.build(g)
				planned := g
				if name == "a subgraph" {
					plus(square(y), gorgonia.NewScalar(g, tensor.Float64, gorgonia.WithName("unbound")))
					planned = g.SubgraphRoots(y)
				}
				run(t, vm(t, planned, options...))
				if got := y.Value().Data(); fmt.Sprint(got) != fmt.Sprint(c.want) {
					t.Errorf("%v instead of %v", got, c.want)
				}
			}
		})
	}
}

func TestFloat32RunsNativelyInKernels(t *testing.T) {
	g := gorgonia.NewGraph()
	loss, learnables := trained[len(trained)-1].build(g, tensor.Float32)
	if _, err := gorgonia.Grad(loss, learnables...); err != nil {
		t.Fatal(err)
	}
	m := vm(t, g, machine.Learnables(learnables...))
	run(t, m)
	if plan := m.Plan(); plan.Opaque > 0 {
		t.Errorf("operators' own Do is called:\n%v", plan)
	}
	if _, ok := learnables[0].Deriv().Value().Data().([]float32); !ok {
		t.Errorf("the gradient is %T", learnables[0].Deriv().Value().Data())
	}
	if allocations := testing.AllocsPerRun(20, func() { run(t, m) }); allocations > 0 {
		t.Errorf("a run allocates %v times", allocations)
	}
}

func TestEvaluationTurnsDropoutOff(t *testing.T) {
	g := gorgonia.NewGraph()
	y := must(gorgonia.Dropout(parameter(g, "x", tensor.Float64, 50), 0.5))
	training, evaluation := vm(t, g), vm(t, g, machine.Evaluation())
	zeros := func(m *machine.Machine) int {
		run(t, m)
		count := 0
		for _, x := range numbers(t, y.Value()) {
			if x == 0 {
				count++
			}
		}
		return count
	}
	for range 2 { // in turn: the operator is one for both
		if n := zeros(training); n == 0 || n == 50 {
			t.Errorf("%d of 50 are dropped in training", n)
		}
		if n := zeros(evaluation); n != 0 {
			t.Errorf("%d are dropped in evaluation", n)
		}
	}
}

func TestWhatTheTapePanicsOnIsAnError(t *testing.T) {
	g := gorgonia.NewGraph()
	x := gorgonia.NewMatrix(g, tensor.Float64, gorgonia.WithShape(2, 2), gorgonia.WithName("x"))
	y := square(x)
	m := vm(t, g)
	requireNodeError(t, m.RunAll(), "x", 1, machine.ErrUnbound)
	value := dense(tensor.Shape{2, 2}, []float64{1, 2, 3, 4})
	if err := gorgonia.Let(x, value); err != nil {
		t.Fatal(err)
	}
	run(t, m)
	gorgonia.WithValue(dense(tensor.Shape{3, 2}, make([]float64, 6)))(x) // which Let refuses
	requireNodeError(t, m.RunAll(), "x", 3, machine.ErrShape)
	gorgonia.WithValue(value)(x)
	run(t, m)
	compare(t, y, numbers(t, y.Value()), []float64{1, 4, 9, 16}, 0)
	if err := value.Reshape(4, 1); err != nil {
		t.Fatal(err)
	}
	requireNodeError(t, m.RunAll(), "x", 5, machine.ErrShape)
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	if err := m.RunAll(); !errors.Is(err, machine.ErrClosed) {
		t.Errorf("a closed machine: %v", err)
	}
	for name, g := range map[string]*gorgonia.ExprGraph{"nil": nil, "empty": gorgonia.NewGraph()} {
		if _, err := machine.NewVM(g); err == nil {
			t.Errorf("%s graph: no error", name)
		}
	}
}
