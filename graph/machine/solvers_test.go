package machine_test

import (
	"fmt"
	"math"
	"testing"

	"actscope/graph/machine"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// solvers are all of Gorgonia's.
var solvers = []struct {
	name  string
	fresh func() gorgonia.Solver
}{
	{"vanilla", func() gorgonia.Solver { return gorgonia.NewVanillaSolver(gorgonia.WithLearnRate(0.1)) }},
	{"vanilla, L2", func() gorgonia.Solver { return gorgonia.NewVanillaSolver(gorgonia.WithL2Reg(0.01)) }},
	{"vanilla, L1", func() gorgonia.Solver { return gorgonia.NewVanillaSolver(gorgonia.WithL1Reg(0.01)) }},
	{"vanilla, clip", func() gorgonia.Solver { return gorgonia.NewVanillaSolver(gorgonia.WithClip(0.05)) }},
	{"vanilla, batch", func() gorgonia.Solver { return gorgonia.NewVanillaSolver(gorgonia.WithBatchSize(4)) }},
	{"momentum", func() gorgonia.Solver { return gorgonia.NewMomentum() }},
	{"momentum, L2, clip", func() gorgonia.Solver {
		return gorgonia.NewMomentum(gorgonia.WithL2Reg(0.01), gorgonia.WithClip(0.05))
	}},
	{"Adam", func() gorgonia.Solver { return gorgonia.NewAdamSolver() }},
	{"Adam, L1, L2, clip", func() gorgonia.Solver {
		return gorgonia.NewAdamSolver(gorgonia.WithL1Reg(0.01), gorgonia.WithL2Reg(0.01), gorgonia.WithClip(0.05))
	}},
	{"AdamW", func() gorgonia.Solver { return gorgonia.NewAdamW() }},
	{"RMSProp", func() gorgonia.Solver { return gorgonia.NewRMSPropSolver() }},
	{"RMSProp, L2, clip", func() gorgonia.Solver {
		return gorgonia.NewRMSPropSolver(gorgonia.WithL2Reg(0.01), gorgonia.WithClip(0.05))
	}},
	{"AdaGrad", func() gorgonia.Solver { return gorgonia.NewAdaGradSolver() }},
	{"Barzilai-Borwein", func() gorgonia.Solver { return gorgonia.NewBarzilaiBorweinSolver() }},
}

// trained are graphs with what is learnt in them, in either dtype.
var trained = []struct {
	name   string
	within float64 // 0: the same bits
	build  func(g *gorgonia.ExprGraph, dtype tensor.Dtype) (loss *gorgonia.Node, learnables gorgonia.Nodes)
}{
	{"a constant gradient", 0, func(g *gorgonia.ExprGraph, dtype tensor.Dtype) (*gorgonia.Node, gorgonia.Nodes) {
		w := parameter(g, "w", dtype, 2, 3)
		return must(gorgonia.Sum(w)), gorgonia.Nodes{w}
	}},
	{"a gradient that is the constant 1", 0, func(g *gorgonia.ExprGraph, dtype tensor.Dtype) (*gorgonia.Node, gorgonia.Nodes) {
		a, b := number(g, "a", dtype, 0.5), number(g, "b", dtype, -0.25)
		return plus(a, b), gorgonia.Nodes{a, b}
	}},
	{"one gradient for two", 0, func(g *gorgonia.ExprGraph, dtype tensor.Dtype) (*gorgonia.Node, gorgonia.Nodes) {
		a, b := parameter(g, "a", dtype, 2, 3), parameter(g, "b", dtype, 2, 3)
		return must(gorgonia.Mean(square(plus(a, b)))), gorgonia.Nodes{a, b}
	}},
	{"two branches with a bias each", 1e-12, func(g *gorgonia.ExprGraph, dtype tensor.Dtype) (*gorgonia.Node, gorgonia.Nodes) {
		x := parameter(g, "x", dtype, 4, 3)
		v, w := parameter(g, "v", dtype, 3, 2), parameter(g, "w", dtype, 3, 2)
		a, b := parameter(g, "a", dtype, 1, 2), parameter(g, "b", dtype, 1, 2)
		left := must(gorgonia.BroadcastAdd(must(gorgonia.Mul(x, v)), a, nil, []byte{0}))
		right := must(gorgonia.BroadcastAdd(must(gorgonia.Mul(x, w)), b, nil, []byte{0}))
		return must(gorgonia.Mean(square(plus(left, right)))), gorgonia.Nodes{v, w, a, b}
	}},
	{"scalars", 1e-12, func(g *gorgonia.ExprGraph, dtype tensor.Dtype) (*gorgonia.Node, gorgonia.Nodes) {
		x, m, c := parameter(g, "x", dtype, 5), number(g, "m", dtype, 0.7), number(g, "c", dtype, 0.1)
		line := plus(must(gorgonia.Mul(x, m)), c)
		return must(gorgonia.Mean(square(minus(line, parameter(g, "y", dtype, 5))))), gorgonia.Nodes{m, c}
	}},
	{"an ordinary network", 1e-12, func(g *gorgonia.ExprGraph, dtype tensor.Dtype) (*gorgonia.Node, gorgonia.Nodes) {
		x, y := parameter(g, "x", dtype, 8, 3), parameter(g, "y", dtype, 8, 2)
		w, b := parameter(g, "w", dtype, 3, 5), parameter(g, "b", dtype, 1, 5)
		u, c := parameter(g, "u", dtype, 5, 2), parameter(g, "c", dtype, 1, 2)
		h := must(gorgonia.Tanh(must(gorgonia.BroadcastAdd(must(gorgonia.Mul(x, w)), b, nil, []byte{0}))))
		p := must(gorgonia.Sigmoid(must(gorgonia.BroadcastAdd(must(gorgonia.Mul(h, u)), c, nil, []byte{0}))))
		return must(gorgonia.Mean(square(minus(p, y)))), gorgonia.Nodes{w, b, u, c}
	}},
}

// parameter is an input with numbers that its name and size determine.
func parameter(g *gorgonia.ExprGraph, name string, dtype tensor.Dtype, shape ...int) *gorgonia.Node {
	size := tensor.Shape(shape).TotalSize()
	var backing any
	double, single := make([]float64, size), make([]float32, size)
	for i := range double {
		double[i] = math.Sin(float64(7*i) + float64(name[0]))
		single[i] = float32(double[i])
	}
	if backing = double; dtype == tensor.Float32 {
		backing = single
	}
	return gorgonia.NewTensor(g, dtype, len(shape), gorgonia.WithShape(shape...), gorgonia.WithName(name),
		gorgonia.WithValue(tensor.New(tensor.WithShape(shape...), tensor.WithBacking(backing))))
}

func number(g *gorgonia.ExprGraph, name string, dtype tensor.Dtype, x float64) *gorgonia.Node {
	if dtype == tensor.Float32 {
		return gorgonia.NewScalar(g, dtype, gorgonia.WithName(name), gorgonia.WithValue(float32(x)))
	}
	return gorgonia.NewScalar(g, dtype, gorgonia.WithName(name), gorgonia.WithValue(x))
}

// numbers of a Gorgonia value, copied.
func numbers(t testing.TB, v gorgonia.Value) []float64 {
	t.Helper()
	switch x := v.Data().(type) {
	case float64:
		return []float64{x}
	case float32:
		return []float64{float64(x)}
	case []float64:
		return append([]float64(nil), x...)
	case []float32:
		out := make([]float64, len(x))
		for i := range x {
			out[i] = float64(x[i])
		}
		return out
	}
	t.Fatalf("%T is no number", v)
	return nil
}

// trajectory trains and returns the learnables and the loss after each step.
func trajectory(t *testing.T, dtype tensor.Dtype, build func(*gorgonia.ExprGraph, tensor.Dtype) (*gorgonia.Node, gorgonia.Nodes), solver gorgonia.Solver, vm func(*gorgonia.ExprGraph, gorgonia.Nodes) (gorgonia.VM, error)) (steps [][]float64, failure any) {
	t.Helper()
	defer func() { failure = recover() }() // some solvers take no scalars, on any machine
	g := gorgonia.NewGraph()
	loss, learnables := build(g, dtype)
	if _, err := gorgonia.Grad(loss, learnables...); err != nil {
		t.Fatal(err)
	}
	var watched gorgonia.Value
	gorgonia.Read(loss, &watched)
	m, err := vm(g, learnables)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	for range 12 {
		if err := m.RunAll(); err != nil {
			t.Fatal(err)
		}
		step := numbers(t, watched)
		if err := solver.Step(gorgonia.NodesToValueGrads(learnables)); err != nil {
			return steps, err // of Barzilai and Borwein, with scalars or float32
		}
		m.Reset()
		for _, n := range learnables {
			step = append(step, numbers(t, n.Value())...)
		}
		steps = append(steps, step)
	}
	return steps, nil
}

func TestSolversTrainAsOnTheTape(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		for _, graph := range trained {
			for _, s := range solvers {
				t.Run(fmt.Sprint(dtype, "/", graph.name, "/", s.name), func(t *testing.T) {
					want, failure := trajectory(t, dtype, graph.build, s.fresh(), func(g *gorgonia.ExprGraph, learnables gorgonia.Nodes) (gorgonia.VM, error) {
						return gorgonia.NewTapeMachine(g, gorgonia.BindDualValues(learnables...)), nil
					})
					within := graph.within
					if dtype == tensor.Float32 {
						within *= 1e8 // units in the last place of either
					}
					for mode, options := range map[string][]machine.Option{"outputs": nil, "all": {machine.KeepAll()}} {
						got, failed := trajectory(t, dtype, graph.build, s.fresh(), func(g *gorgonia.ExprGraph, learnables gorgonia.Nodes) (gorgonia.VM, error) {
							return machine.NewVM(g, append(options, machine.Learnables(learnables...), machine.AllowNonFinite())...) // Barzilai and Borwein divide 0 by 0
						})
						if fmt.Sprint(failed) != fmt.Sprint(failure) {
							t.Fatalf("%s kept: %v, on the tape %v", mode, failed, failure)
						}
						for i := range want {
							compare(t, name(fmt.Sprintf("%s kept, step %d", mode, i+1)), got[i], want[i], within*math.Max(1, largest(want[i:i+1])))
						}
					}
				})
			}
		}
	}
}

type name string

func (n name) String() string { return string(n) }

func TestSolversTrainOnGradientsThatNobodyNamed(t *testing.T) {
	for _, graph := range trained {
		named, _ := trajectory(t, tensor.Float64, graph.build, gorgonia.NewAdamSolver(), func(g *gorgonia.ExprGraph, learnables gorgonia.Nodes) (gorgonia.VM, error) {
			return machine.NewVM(g, machine.Learnables(learnables...))
		})
		for what, plan := range map[string]func(g *gorgonia.ExprGraph, learnables gorgonia.Nodes) (gorgonia.VM, error){
			"none named": func(g *gorgonia.ExprGraph, _ gorgonia.Nodes) (gorgonia.VM, error) { return machine.NewVM(g) },
			"all named": func(g *gorgonia.ExprGraph, _ gorgonia.Nodes) (gorgonia.VM, error) {
				return machine.NewVM(g, machine.Learnables())
			},
		} {
			got, _ := trajectory(t, tensor.Float64, graph.build, gorgonia.NewAdamSolver(), plan)
			for i := range named {
				compare(t, name(graph.name+", "+what), got[i], named[i], 0)
			}
		}
	}
}

func TestANamedOutputsGradientSurvivesASolver(t *testing.T) {
	g := gorgonia.NewGraph()
	a, b := parameter(g, "a", tensor.Float64, 2, 3), parameter(g, "b", tensor.Float64, 2, 3)
	constant := parameter(g, "c", tensor.Float64, 2, 3)
	loss := plus(must(gorgonia.Mean(square(plus(a, b)))), must(gorgonia.Sum(constant)))
	learnables := gorgonia.Nodes{a, b, constant}
	gradients, err := gorgonia.Grad(loss, learnables...)
	if err != nil {
		t.Fatal(err)
	}
	m := plan(t, g, append(gorgonia.Nodes{loss}, gradients...))
	before := make([][]float64, len(learnables))
	for range 3 {
		run(t, m)
		for i, n := range learnables {
			before[i] = numbers(t, n.Value())
		}
		if err := gorgonia.NewVanillaSolver(gorgonia.WithLearnRate(1)).Step(gorgonia.NodesToValueGrads(learnables)); err != nil {
			t.Fatal(err)
		}
		for i, n := range learnables {
			want := make([]float64, len(before[i]))
			for j := range want {
				slope := 1.0
				if n != constant {
					slope = (before[0][j] + before[1][j]) / 3
				}
				want[j] = before[i][j] - slope
			}
			compare(t, n, numbers(t, n.Value()), want, 1e-15)
		}
	}
}
