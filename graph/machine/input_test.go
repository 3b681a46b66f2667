package machine_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"actscope/graph/machine"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// requireNodeError fails unless err is about that node in that run of the machine;
// cause may be nil for any.
func requireNodeError(t testing.TB, err error, node string, step int, cause error) *machine.NodeError {
	t.Helper()
	var at *machine.NodeError
	if !errors.As(err, &at) {
		t.Fatalf("error is %v, want one about a node", err)
	}
	if at.Node != node || at.Step != step || (cause != nil && !errors.Is(err, cause)) {
		t.Fatalf("error is %v, want %v at node %s in step %d", err, cause, node, step)
	}
	return at
}

func square(x *gorgonia.Node) *gorgonia.Node { return must(gorgonia.Square(x)) }

func dense(shape tensor.Shape, data []float64) *tensor.Dense {
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(data))
}

func TestInputsAreReadWhereTheyAreBound(t *testing.T) {
	g := gorgonia.NewGraph()
	own := []float64{1, 2, 3, 4}
	x := matrix(g, "x", 2, 2, own)
	y := square(x)
	m := plan(t, g, gorgonia.Nodes{y})

	run(t, m)
	compare(t, y, values(t, m, y), []float64{1, 4, 9, 16}, 0)
	own[0] = 5 // written through the node's tensor
	run(t, m)
	compare(t, y, values(t, m, y), []float64{25, 4, 9, 16}, 0)
	if err := gorgonia.Let(x, dense(tensor.Shape{2, 2}, []float64{6, 6, 6, 6})); err != nil {
		t.Fatal(err)
	}
	run(t, m)
	compare(t, y, values(t, m, y), []float64{36, 36, 36, 36}, 0)
	other := []float64{1, 1, 1, 7}
	if err := m.Bind(x, other); err != nil {
		t.Fatal(err)
	}
	other[3] = 8
	run(t, m)
	compare(t, y, values(t, m, y), []float64{1, 1, 1, 64}, 0)
	if got := values(t, m, x); &got[0] != &other[0] {
		t.Error("the values of a bound input are not the memory that it was bound to")
	}
	for _, n := range []*gorgonia.Node{x, y} {
		if got := n.Value().Shape(); !got.Eq(tensor.Shape{2, 2}) {
			t.Errorf("value of %v has shape %v", n, got)
		}
	}
	compare(t, y, y.Value().Data().([]float64), []float64{1, 1, 1, 64}, 0)
}

func TestScalarAndViewInputsAreReadAtEachRun(t *testing.T) {
	g := gorgonia.NewGraph()
	s := gorgonia.NewScalar(g, tensor.Float64, gorgonia.WithName("s"), gorgonia.WithValue(3.0))
	x := gorgonia.NewVector(g, tensor.Float64, gorgonia.WithShape(2), gorgonia.WithName("x"))
	y := times(s, x)
	whole := dense(tensor.Shape{2, 2}, []float64{1, 2, 3, 4})
	column, err := whole.Slice(nil, gorgonia.S(1))
	if err != nil {
		t.Fatal(err)
	}
	if err := gorgonia.Let(x, column); err != nil {
		t.Fatal(err)
	}
	m := plan(t, g, gorgonia.Nodes{y})
	run(t, m)
	compare(t, y, values(t, m, y), []float64{6, 12}, 0)
	whole.Float64s()[1] = 5
	if err := gorgonia.Let(s, 2.0); err != nil {
		t.Fatal(err)
	}
	run(t, m)
	compare(t, y, values(t, m, y), []float64{10, 8}, 0)
}

func TestGradientsReachGorgoniasSolvers(t *testing.T) {
	n := build(t, studied[0].arch, 1)
	m := plan(t, n.graph, n.outputs())
	run(t, m)
	for i, p := range n.parameters {
		g, err := p.Grad()
		if err != nil {
			t.Fatal(err)
		}
		compare(t, p, g.(*tensor.Dense).Float64s(), values(t, m, n.gradients[i]), 0)
	}
	before := append([]float64(nil), values(t, m, n.parameters[0])...)
	gradient := append([]float64(nil), values(t, m, n.gradients[0])...)
	solver := gorgonia.NewVanillaSolver(gorgonia.WithLearnRate(0.5))
	if err := solver.Step(gorgonia.NodesToValueGrads(n.parameters)); err != nil {
		t.Fatal(err)
	}
	for i, x := range values(t, m, n.parameters[0]) {
		if want := before[i] - 0.5*gradient[i]; math.Abs(x-want) > 1e-15 {
			t.Fatalf("weight %d is %v after a step, want %v", i, x, want)
		}
	}
}

func TestForwardPlansLeaveTheRestAlone(t *testing.T) {
	n := build(t, studied[0].arch, 1)
	y := n.y
	p := n.a[2]
	m := plan(t, n.graph, gorgonia.Nodes{p, n.z[0], p}) // a tap, and an output named twice
	run(t, m)
	full := plan(t, n.graph, append(n.outputs(), p, n.z[0]))
	run(t, full)
	compare(t, p, values(t, m, p), values(t, full, p), 0)
	compare(t, n.z[0], values(t, m, n.z[0]), values(t, full, n.z[0]), 0)
	requireNodeError(t, m.Bind(y, make([]float64, 64)), "y", 0, machine.ErrUnknown)
	if got := planned(t, m, y).Decision; got != machine.Pruned {
		t.Errorf("the labels are %v, want pruned", got)
	}
	if _, err := m.Values(n.z[1]); !errors.Is(err, machine.ErrUnknown) {
		t.Errorf("the values of what is no output: %v", err)
	}
}

func TestOutputsMayBeInputsConstantsAndReshapes(t *testing.T) {
	g := gorgonia.NewGraph()
	x := matrix(g, "x", 2, 3, []float64{1, 2, 3, 4, 5, 6})
	flat := must(gorgonia.Reshape(x, tensor.Shape{6}))
	c := must(gorgonia.SizeOf(1, x))
	sum := must(gorgonia.Reshape(plus(x, c), tensor.Shape{3, 2}))
	m := plan(t, g, gorgonia.Nodes{x, flat, sum, c})
	run(t, m)
	compare(t, flat, values(t, m, flat), []float64{1, 2, 3, 4, 5, 6}, 0)
	compare(t, sum, values(t, m, sum), []float64{4, 5, 6, 7, 8, 9}, 0)
	compare(t, c, values(t, m, c), []float64{3}, 0)
	compare(t, x, values(t, m, x), []float64{1, 2, 3, 4, 5, 6}, 0)
	if &values(t, m, flat)[0] == &values(t, m, x)[0] {
		t.Error("an output is the caller's memory")
	}
}

func TestBadGraphsAreRefused(t *testing.T) {
	g := gorgonia.NewGraph()
	x := matrix(g, "x", 2, 2, make([]float64, 4))
	single := gorgonia.NewMatrix(g, tensor.Float32, gorgonia.WithShape(2, 2), gorgonia.WithName("single"))
	twice := gorgonia.NewMatrix(g, tensor.Float64, gorgonia.WithShape(2, 3), gorgonia.WithName("x"))
	shapeless := gorgonia.NewMatrix(g, tensor.Float64, gorgonia.WithName("shapeless"))
	var into gorgonia.Value
	read := gorgonia.Read(x, &into)
	boolean := must(gorgonia.Gt(x, gorgonia.NewConstant(0.0), false))
	first := gorgonia.NewMatrix(g, tensor.Float64, gorgonia.WithShape(2, 2), gorgonia.WithName("first"))
	second := square(first)
	gorgonia.WithName("second")(second)
	gorgonia.WithChildren(gorgonia.Nodes{second})(first) // first = second², second = first²

	for name, c := range map[string]struct {
		output *gorgonia.Node
		at     string
		cause  error
	}{
		"dtype":     {square(single), "single", machine.ErrDtype},
		"boolean":   {boolean, boolean.Name(), machine.ErrDtype},
		"statement": {read, read.Name(), machine.ErrDtype},
		"name":      {must(gorgonia.Mul(x, twice)), "x", machine.ErrName},
		"shape":     {shapeless, "shapeless", machine.ErrShape},
		"cycle":     {second, "second", machine.ErrCycle},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := machine.New(g, gorgonia.Nodes{c.output})
			requireNodeError(t, err, c.at, 0, c.cause)
		})
	}

	t.Run("removed", func(t *testing.T) {
		inner := square(square(x))
		outer := square(inner)
		g.RemoveNode(inner)
		_, err := machine.New(g, gorgonia.Nodes{outer})
		requireNodeError(t, err, inner.Name(), 0, machine.ErrRemoved)
	})

	other := matrix(gorgonia.NewGraph(), "x", 1, 1, []float64{1})
	for name, call := range map[string]func() (*machine.Machine, error){
		"no graph":             func() (*machine.Machine, error) { return machine.New(nil, gorgonia.Nodes{x}) },
		"no outputs":           func() (*machine.Machine, error) { return machine.New(g, nil) },
		"nil output":           func() (*machine.Machine, error) { return machine.New(g, gorgonia.Nodes{nil}) },
		"another graph's node": func() (*machine.Machine, error) { return machine.New(g, gorgonia.Nodes{other}) },
	} {
		if _, err := call(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestBadInputsAreErrorsAndTheMachineGoesOn(t *testing.T) {
	g := gorgonia.NewGraph()
	w := gorgonia.NewMatrix(g, tensor.Float64, gorgonia.WithShape(2, 2), gorgonia.WithName("W7"))
	y := square(w)
	m := plan(t, g, gorgonia.Nodes{y})

	if at := requireNodeError(t, m.RunAll(), "W7", 1, machine.ErrUnbound); at.Layer != 7 {
		t.Errorf("layer %d, want 7", at.Layer)
	}
	_, err := m.Values(w)
	requireNodeError(t, err, "W7", 0, machine.ErrUnbound)
	requireNodeError(t, m.Bind(w, make([]float64, 3)), "W7", 0, machine.ErrShape)
	requireNodeError(t, m.Bind(y, make([]float64, 4)), y.Name(), 0, machine.ErrUnknown)
	requireNodeError(t, m.Bind(nil, nil), "nil", 0, machine.ErrUnknown)
	if err := m.Bind(w, []float64{1, 2, 3, 4}); err != nil {
		t.Fatal(err)
	}
	run(t, m)
	compare(t, y, values(t, m, y), []float64{1, 4, 9, 16}, 0)
}

func TestNonFiniteValuesAreTracedToTheNodeWhereTheyArise(t *testing.T) {
	n := build(t, architecture{rows: 4, widths: []int{2, 3, 3, 1}, hidden: of(relu), loss: article}, 1)
	m := plan(t, n.graph, n.outputs())
	run(t, m)
	w2 := values(t, m, n.parameters[2])
	kept := append([]float64(nil), w2...)

	w2[5] = math.NaN() // an input that is bad already
	at := requireNodeError(t, m.RunAll(), "W2", 2, machine.ErrNonFinite)
	if at.Layer != 2 || !strings.Contains(at.Error(), "[1 2]") {
		t.Errorf("%v: want layer 2 and entry [1 2]", at)
	}
	copy(w2, kept)
	run(t, m)

	for i := range w2 { // an overflow inside the affine kernel of layer 2
		w2[i] = math.MaxFloat64
	}
	for _, x := range [][]float64{values(t, m, n.parameters[0]), values(t, m, n.parameters[1])} {
		for i := range x {
			x[i] = 1e3
		}
	}
	x := values(t, m, n.x)
	for i := range x {
		x[i] = 1
	}
	err := m.RunAll()
	var overflow *machine.NodeError
	if !errors.As(err, &overflow) || overflow.Layer != 2 || overflow.Step != 4 || !strings.HasPrefix(overflow.Node, "A × B") {
		t.Errorf("%v: want the product of layer 2 in step 4", err)
	}

	allowed := plan(t, n.graph, n.outputs(), machine.AllowNonFinite())
	run(t, allowed)
}

func TestNonFiniteLossIsTracedIntoTheFusedKernel(t *testing.T) {
	g := gorgonia.NewGraph()
	p := matrix(g, "p1", 2, 1, []float64{0.5, -1})
	y := matrix(g, "y", 2, 1, []float64{1, 1})
	loss := crossEntropy(p, minus(gorgonia.NewConstant(1.0), p), y)
	m := plan(t, g, gorgonia.Nodes{loss})
	var at *machine.NodeError
	if err := m.RunAll(); !errors.As(err, &at) || !strings.HasPrefix(at.Node, "ln") || at.Layer != 1 {
		t.Errorf("%v: want the logarithm", err)
	}
}
