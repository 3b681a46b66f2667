package machine_test

import (
	"fmt"
	"hash"
	"math"
	"testing"

	"actscope/graph/machine"

	"github.com/chewxy/hm"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// program is what somebody wrote for the tape: a graph and what happens before and after each run.
type program struct {
	graph         *gorgonia.ExprGraph
	loss          *gorgonia.Node
	learnables    gorgonia.Nodes
	before, after func(run int) error
	seen          gorgonia.Nodes    // besides the loss
	values        []*gorgonia.Value // of the loss and these, as gorgonia.Read has them
	tape          bool
}

// kinds are programs of other kinds than Gorgonia's examples.
var kinds = []struct {
	name   string
	solver func() gorgonia.Solver
	build  func(p *program, dtype tensor.Dtype)
}{
	{"GRU of matrices", adam, func(p *program, dtype tensor.Dtype) {
		h := parameter(p.graph, "h", dtype, 5, 6)
		var w, u [3]*gorgonia.Node
		for i := range w {
			w[i], u[i] = p.learn(fmt.Sprint("w", i), dtype, 4, 6), p.learn(fmt.Sprint("u", i), dtype, 6, 6)
		}
		for i := range 4 {
			x := parameter(p.graph, fmt.Sprint("x", i), dtype, 5, 4)
			mix := func(gate int, h *gorgonia.Node) *gorgonia.Node {
				return plus(must(gorgonia.Mul(x, w[gate])), must(gorgonia.Mul(h, u[gate])))
			}
			update, reset := must(gorgonia.Sigmoid(mix(0, h))), must(gorgonia.Sigmoid(mix(1, h)))
			candidate := must(gorgonia.Tanh(mix(2, times(reset, h))))
			h = plus(times(update, h), minus(candidate, times(update, candidate)))
		}
		p.loss = must(gorgonia.Mean(square(h)))
	}},
	{"attention", adam, func(p *program, dtype tensor.Dtype) {
		x := parameter(p.graph, "x", dtype, 7, 6)
		q, k, v := must(gorgonia.Mul(x, p.learn("q", dtype, 6, 4))), must(gorgonia.Mul(x, p.learn("k", dtype, 6, 4))), must(gorgonia.Mul(x, p.learn("v", dtype, 6, 4)))
		scores := must(gorgonia.Mul(must(gorgonia.Mul(q, must(gorgonia.Transpose(k)))), number(p.graph, "scale", dtype, 0.5)))
		p.loss = must(gorgonia.Mean(square(must(gorgonia.Mul(must(gorgonia.SoftMax(scores)), v)))))
	}},
	{"attention of a batch", adam, func(p *program, dtype tensor.Dtype) {
		q, k, v := p.learn("q", dtype, 2, 5, 4), p.learn("k", dtype, 2, 5, 4), p.learn("v", dtype, 2, 5, 4)
		scores := must(gorgonia.BatchedMatMul(q, must(gorgonia.Transpose(k, 0, 2, 1))))
		p.loss = must(gorgonia.Mean(square(must(gorgonia.BatchedMatMul(must(gorgonia.SoftMax(scores)), v)))))
	}},
	{"autoencoder with tied weights", adam, func(p *program, dtype tensor.Dtype) {
		x, w := parameter(p.graph, "x", dtype, 6, 8), p.learn("w", dtype, 8, 3)
		code := must(gorgonia.Tanh(must(gorgonia.Mul(x, w))))
		p.loss = must(gorgonia.Mean(square(minus(must(gorgonia.Mul(code, must(gorgonia.Transpose(w)))), x))))
	}},
	{"batch normalisation", adam, func(p *program, dtype tensor.Dtype) {
		x := parameter(p.graph, "x", dtype, 8, 4)
		z := must(gorgonia.Mul(x, p.learn("w", dtype, 4, 5)))
		y, _, _, _, err := gorgonia.BatchNorm(z, p.learn("scale", dtype, 8, 5), p.learn("bias", dtype, 8, 5), 0.9, 1e-3)
		p.loss = must(gorgonia.Mean(square(minus(must(gorgonia.Mul(must(gorgonia.Rectify(must(y, err))), p.learn("u", dtype, 5, 2))), parameter(p.graph, "y", dtype, 8, 2)))))
	}},
	{"embedding, other words in each run", adam, func(p *program, dtype tensor.Dtype) {
		words := gorgonia.NewVector(p.graph, tensor.Int, gorgonia.WithShape(4), gorgonia.WithName("words"))
		rows := must(gorgonia.ByIndices(p.learn("e", dtype, 9, 3), words, 0))
		p.loss = must(gorgonia.Mean(square(must(gorgonia.Tanh(must(gorgonia.Mul(rows, p.learn("w", dtype, 3, 2))))))))
		p.before = func(run int) error {
			return gorgonia.Let(words, tensor.New(tensor.WithShape(4), tensor.WithBacking([]int{run % 9, 3, (2 * run) % 9, 3})))
		}
	}},
	{"siamese network", adam, func(p *program, dtype tensor.Dtype) {
		w, u := p.learn("w", dtype, 5, 6), p.learn("u", dtype, 6, 3)
		branch := func(name string) *gorgonia.Node {
			return must(gorgonia.Mul(must(gorgonia.Tanh(must(gorgonia.Mul(parameter(p.graph, name, dtype, 4, 5), w)))), u))
		}
		apart := must(gorgonia.Sum(square(minus(branch("a"), branch("b"))), 1))
		margin := must(gorgonia.Rectify(must(gorgonia.Sub(number(p.graph, "margin", dtype, 3), apart))))
		p.loss = must(gorgonia.Mean(plus(margin, apart)))
	}},
	{"convolution along one axis", momentum, func(p *program, dtype tensor.Dtype) {
		x := parameter(p.graph, "x", dtype, 2, 3, 1, 10)
		z := must(gorgonia.Conv1d(x, p.learn("w", dtype, 4, 3, 1, 3), 3, 1, 1, 1))
		p.loss = must(gorgonia.Mean(square(must(gorgonia.Rectify(z)))))
	}},
	{"Adam with clipping and L2", func() gorgonia.Solver {
		return gorgonia.NewAdamSolver(gorgonia.WithClip(0.1), gorgonia.WithL2Reg(1e-3), gorgonia.WithBatchSize(8))
	}, func(p *program, dtype tensor.Dtype) {
		h := must(gorgonia.Rectify(must(gorgonia.Mul(parameter(p.graph, "x", dtype, 8, 4), p.learn("w", dtype, 4, 16)))))
		p.loss = must(gorgonia.Mean(square(minus(must(gorgonia.Mul(h, p.learn("u", dtype, 16, 1))), parameter(p.graph, "y", dtype, 8, 1)))))
	}},
	{"two losses over one trunk", adam, func(p *program, dtype tensor.Dtype) {
		trunk := must(gorgonia.Tanh(must(gorgonia.Mul(parameter(p.graph, "x", dtype, 6, 4), p.learn("w", dtype, 4, 5)))))
		one := must(gorgonia.Mean(square(must(gorgonia.Mul(trunk, p.learn("u", dtype, 5, 2))))))
		two := must(gorgonia.Mean(must(gorgonia.Abs(must(gorgonia.Mul(trunk, p.learn("v", dtype, 5, 3)))))))
		p.loss, p.seen = plus(one, two), gorgonia.Nodes{one, two}
	}},
	{"layer normalisation and a gate", adam, func(p *program, dtype tensor.Dtype) {
		z := must(gorgonia.Mul(parameter(p.graph, "x", dtype, 5, 4), p.learn("w", dtype, 4, 6)))
		column := func(n *gorgonia.Node) *gorgonia.Node { return must(gorgonia.Reshape(n, tensor.Shape{5, 1})) }
		centred := must(gorgonia.BroadcastSub(z, column(must(gorgonia.Mean(z, 1))), nil, []byte{1}))
		deviation := must(gorgonia.Sqrt(must(gorgonia.Add(must(gorgonia.Mean(square(centred), 1)), number(p.graph, "eps", dtype, 1e-3)))))
		normal := must(gorgonia.BroadcastHadamardDiv(centred, column(deviation), nil, []byte{1}))
		open := must(gorgonia.Gt(normal, number(p.graph, "zero", dtype, 0), true))
		p.loss = must(gorgonia.Mean(square(plus(times(open, normal), must(gorgonia.Sigmoid(z))))))
	}},
	{"state that is carried from run to run", momentum, func(p *program, dtype tensor.Dtype) {
		state := parameter(p.graph, "s", dtype, 3, 4)
		first := must(gorgonia.Tanh(plus(must(gorgonia.Mul(state, p.learn("u", dtype, 4, 4))), must(gorgonia.Mul(parameter(p.graph, "x", dtype, 3, 2), p.learn("w", dtype, 2, 4))))))
		p.loss = must(gorgonia.Mean(square(minus(first, parameter(p.graph, "y", dtype, 3, 4)))))
		p.seen = gorgonia.Nodes{first}
		p.after = func(int) error {
			if v := *p.values[1]; p.tape { // whose registers hold something else
				return gorgonia.Let(state, v)
			}
			return gorgonia.Let(state, first.Value())
		}
	}},
	{"slices, joined and taken apart", momentum, func(p *program, dtype tensor.Dtype) {
		w := p.learn("w", dtype, 6, 4)
		top, bottom := must(gorgonia.Slice(w, gorgonia.S(0, 2))), must(gorgonia.Slice(w, gorgonia.S(4, 6)))
		p.loss = must(gorgonia.Mean(square(must(gorgonia.Concat(1, top, must(gorgonia.Tanh(bottom)))))))
	}},
	{"a slice that moves", momentum, func(p *program, dtype tensor.Dtype) {
		row := must(gorgonia.Slice(p.learn("w", dtype, 6, 4), gorgonia.S(0)))
		p.loss = must(gorgonia.Sum(square(row)))
		p.before = func(run int) error { return gorgonia.UnsafeLet(row, gorgonia.S(run%6)) }
	}},
	{"a slice of rows that moves", momentum, func(p *program, dtype tensor.Dtype) {
		rows := must(gorgonia.Slice(parameter(p.graph, "x", dtype, 8, 4), gorgonia.S(0, 2)))
		p.loss = must(gorgonia.Sum(square(must(gorgonia.Mul(rows, p.learn("w", dtype, 4, 3))))))
		p.before = func(run int) error { return gorgonia.UnsafeLet(rows, gorgonia.S(run%6, run%6+2)) }
	}},
	{"a slice of parameters that moves", momentum, func(p *program, dtype tensor.Dtype) {
		rows := must(gorgonia.Slice(p.learn("w", dtype, 4, 8), nil, gorgonia.S(0, 2)))
		p.loss = must(gorgonia.Sum(square(rows)))
		p.before = func(run int) error { return gorgonia.UnsafeLet(rows, gorgonia.S(run%6, run%6+2)) }
	}},
	{"views of the data", momentum, func(p *program, dtype tensor.Dtype) {
		all := parameter(gorgonia.NewGraph(), "d", dtype, 12, 5).Value().(*tensor.Dense)
		data := parameter(gorgonia.NewGraph(), "x", dtype, 12, 4).Value().(*tensor.Dense)
		x, y := gorgonia.NewMatrix(p.graph, dtype, gorgonia.WithShape(3, 4), gorgonia.WithName("x")), gorgonia.NewVector(p.graph, dtype, gorgonia.WithShape(3), gorgonia.WithName("y"))
		p.loss = must(gorgonia.Mean(square(minus(must(gorgonia.Mul(x, p.learn("w", dtype, 4))), y))))
		p.before = func(run int) error {
			rows := gorgonia.S(3*(run%4), 3*(run%4)+3)
			xs, err := data.Slice(rows)
			if err != nil {
				return err
			}
			ys, err := all.Slice(rows, gorgonia.S(4)) // columns of a matrix are none to the tape's product
			if err != nil {
				return err
			}
			if err := gorgonia.Let(x, xs); err != nil {
				return err
			}
			return gorgonia.Let(y, ys)
		}
	}},
	{"a weight of the loss that is let go", momentum, func(p *program, dtype tensor.Dtype) {
		rate := gorgonia.NewScalar(p.graph, dtype, gorgonia.WithName("rate"))
		p.loss = must(gorgonia.Mul(rate, must(gorgonia.Mean(square(p.learn("w", dtype, 3, 2))))))
		p.before = func(run int) error {
			if dtype == tensor.Float32 {
				return gorgonia.Let(rate, 1/float32(1+run))
			}
			return gorgonia.Let(rate, 1/float64(1+run))
		}
	}},
	{"gradients of gradients", momentum, func(p *program, dtype tensor.Dtype) {
		x, w := parameter(p.graph, "x", dtype, 4, 3), p.learn("w", dtype, 3, 2)
		y := must(gorgonia.Sum(must(gorgonia.Tanh(must(gorgonia.Mul(x, w))))))
		slopes, err := gorgonia.Grad(y, x)
		if err != nil {
			panic(err)
		}
		p.loss = plus(must(gorgonia.Mean(square(slopes[0]))), must(gorgonia.Mean(square(w))))
	}},
	{"an operator of one's own", adam, func(p *program, dtype tensor.Dtype) {
		z := must(gorgonia.Mul(parameter(p.graph, "x", dtype, 6, 4), p.learn("w", dtype, 4, 3)))
		p.loss = must(gorgonia.Mean(square(must(gorgonia.ApplyOp(cubing{}, z)))))
	}},
}

func adam() gorgonia.Solver     { return gorgonia.NewAdamSolver(gorgonia.WithLearnRate(0.01)) }
func momentum() gorgonia.Solver { return gorgonia.NewMomentum(gorgonia.WithLearnRate(0.01)) }

func (p *program) learn(name string, dtype tensor.Dtype, shape ...int) *gorgonia.Node {
	n := parameter(p.graph, name, dtype, shape...)
	p.learnables = append(p.learnables, n)
	return n
}

// cubing is an operator that nobody knows: x³, with Gorgonia's nodes for its slope.
type cubing struct{}

func (cubing) Arity() int                { return 1 }
func (cubing) Type() hm.Type             { return hm.NewFnType(hm.TypeVariable('a'), hm.TypeVariable('a')) }
func (cubing) ReturnsPtr() bool          { return false }
func (cubing) CallsExtern() bool         { return false }
func (cubing) OverwritesInput() int      { return -1 }
func (o cubing) WriteHash(h hash.Hash)   { fmt.Fprint(h, o) }
func (cubing) Hashcode() uint32          { return 0xc0b1 }
func (cubing) String() string            { return "cubing" }
func (cubing) DiffWRT(inputs int) []bool { return []bool{true} }
func (cubing) InferShape(ds ...gorgonia.DimSizer) (tensor.Shape, error) {
	return ds[0].(tensor.Shape).Clone(), nil
}

func (cubing) Do(vs ...gorgonia.Value) (gorgonia.Value, error) {
	x, err := tensor.Square(vs[0].(tensor.Tensor))
	if err != nil {
		return nil, err
	}
	return tensor.Mul(x, vs[0].(tensor.Tensor))
}

func (cubing) SymDiff(in gorgonia.Nodes, out, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	x := square(in[0])
	return gorgonia.Nodes{times(grad, plus(x, plus(x, x)))}, nil
}

// steps runs the program and returns what it saw in each run.
func (p *program) steps(t *testing.T, m gorgonia.VM, solver gorgonia.Solver) (steps [][]float64, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	defer m.Close()
	for run := range 8 {
		if p.before != nil {
			if err := p.before(run); err != nil {
				return steps, err
			}
		}
		if err := m.RunAll(); err != nil {
			return steps, err
		}
		var seen []float64
		for _, v := range p.values {
			seen = append(seen, numbers(t, *v)...)
		}
		if err := solver.Step(gorgonia.NodesToValueGrads(p.learnables)); err != nil {
			return steps, err
		}
		if p.after != nil {
			if err := p.after(run); err != nil {
				return steps, err
			}
		}
		m.Reset()
		for _, n := range p.learnables {
			seen = append(seen, numbers(t, n.Value())...)
		}
		steps = append(steps, seen)
	}
	return steps, nil
}

func TestProgramsOfOtherKindsTrainAsOnTheTape(t *testing.T) {
	for _, k := range kinds {
		for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
			t.Run(fmt.Sprint(k.name, "/", dtype), func(t *testing.T) {
				steps := func(vm func(p *program) (gorgonia.VM, error)) [][]float64 {
					p := &program{graph: gorgonia.NewGraph()}
					k.build(p, dtype)
					if _, err := gorgonia.Grad(p.loss, p.learnables...); err != nil {
						t.Fatal(err)
					}
					for _, n := range append(gorgonia.Nodes{p.loss}, p.seen...) {
						p.values = append(p.values, new(gorgonia.Value))
						gorgonia.Read(n, p.values[len(p.values)-1])
					}
					m, err := vm(p)
					if err != nil {
						t.Fatal(err)
					}
					s, err := p.steps(t, m, k.solver())
					if err != nil {
						t.Fatalf("after %d steps: %v", len(s), err)
					}
					return s
				}
				want := steps(func(p *program) (gorgonia.VM, error) {
					p.tape = true
					return gorgonia.NewTapeMachine(p.graph, gorgonia.BindDualValues(p.learnables...)), nil
				})
				within := 1e-11
				if dtype == tensor.Float32 {
					within = 1e-4
				}
				for mode, options := range map[string][]machine.Option{"outputs": nil, "all": {machine.KeepAll()}} {
					got := steps(func(p *program) (gorgonia.VM, error) {
						return machine.NewVM(p.graph, append(options, machine.Learnables(p.learnables...))...)
					})
					for i := range want {
						compare(t, name(fmt.Sprintf("%s kept, run %d", mode, i+1)), got[i], want[i], within*math.Max(1, largest(want[i:i+1])))
					}
				}
			})
		}
	}
}

func TestProductsReadViewsByTheirStrides(t *testing.T) {
	g := gorgonia.NewGraph()
	columns, err := dense(tensor.Shape{2, 3}, []float64{1, 2, 3, 4, 5, 6}).Slice(nil, gorgonia.S(0, 2))
	if err != nil {
		t.Fatal(err)
	}
	x := gorgonia.NewMatrix(g, tensor.Float64, gorgonia.WithShape(2, 2), gorgonia.WithName("x"), gorgonia.WithValue(columns))
	y := must(gorgonia.Mul(x, matrix(g, "w", 2, 1, []float64{1, 1})))
	run(t, vm(t, g))
	compare(t, y, numbers(t, y.Value()), []float64{3, 9}, 0)
}

// What a program does to the value of a node does not reach the next run.
func TestValuesThatAreReshapedOrUnboundAreMadeAnew(t *testing.T) {
	g := gorgonia.NewGraph()
	x := matrix(g, "x", 2, 3, []float64{1, 2, 3, 4, 5, 6})
	y := square(x)
	m := vm(t, g)
	for _, spoil := range []func() error{
		func() error { return y.Value().(*tensor.Dense).Reshape(6) },
		func() error {
			g.UnbindAllNonInputs()
			tensor.New(tensor.WithShape(5), tensor.Of(tensor.Float64))
			return nil
		},
		func() error { return nil },
	} {
		run(t, m)
		compare(t, y, numbers(t, y.Value()), []float64{1, 4, 9, 16, 25, 36}, 0)
		if !y.Value().Shape().Eq(tensor.Shape{2, 3}) {
			t.Errorf("shape %v", y.Value().Shape())
		}
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLetAndSetAreTheTapes(t *testing.T) {
	g := gorgonia.NewGraph()
	w := matrix(g, "w", 1, 2, []float64{1, 2})
	update := plus(w, w)
	m := vm(t, g)
	start := dense(tensor.Shape{1, 2}, []float64{3, 4})
	if err := m.Let(w, start); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		run(t, m)
		if err := m.Set(w, update); err != nil {
			t.Fatal(err)
		}
	}
	compare(t, w, numbers(t, w.Value()), []float64{24, 32}, 0)
	compare(t, w, numbers(t, start), []float64{3, 4}, 0)
	requireNodeError(t, m.Let(parameter(gorgonia.NewGraph(), "v", tensor.Float64, 2), start), "v", 0, machine.ErrUnknown)
	if err := m.Let(update, start); err == nil {
		t.Error("an intermediate node is let")
	}
}

// Gorgonia's LispMachine writes into the values that it finds.
func TestAClosedMachineLeavesItsGraphToGorgonias(t *testing.T) {
	g := gorgonia.NewGraph()
	x, w := parameter(g, "x", tensor.Float64, 4, 3), parameter(g, "w", tensor.Float64, 3, 2)
	hidden := must(gorgonia.Tanh(must(gorgonia.Mul(x, w))))
	loss := must(gorgonia.Mean(square(hidden)))
	m, err := machine.NewVM(g)
	if err != nil {
		t.Fatal(err)
	}
	run(t, m)
	want := numbers(t, loss.Value())
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	lisp := gorgonia.NewLispMachine(g)
	defer lisp.Close()
	if err := lisp.RunAll(); err != nil {
		t.Fatal(err)
	}
	compare(t, loss, numbers(t, loss.Value()), want, 1e-15)
}

// Batch normalisation evaluates by what it gathered in training, also where a machine for either
// takes turns with the other.
func TestStatisticsAreGatheredOverTraining(t *testing.T) {
	evaluated := func(make func(g *gorgonia.ExprGraph, evaluation bool) gorgonia.VM) []float64 {
		g := gorgonia.NewGraph()
		x, s, b := parameter(g, "x", tensor.Float64, 8, 3), parameter(g, "s", tensor.Float64, 8, 3), parameter(g, "b", tensor.Float64, 8, 3)
		y, _, _, _, err := gorgonia.BatchNorm(x, s, b, 0.9, 1e-3)
		var seen gorgonia.Value
		gorgonia.Read(must(y, err), &seen)
		train := make(g, false)
		for i := range 5 {
			x.Value().(*tensor.Dense).Float64s()[0] = float64(i)
			if err := train.RunAll(); err != nil {
				t.Fatal(err)
			}
			train.Reset()
			if _, ours := train.(*machine.Machine); ours && i == 2 {
				if err := make(g, true).RunAll(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := make(g, true).RunAll(); err != nil {
			t.Fatal(err)
		}
		return numbers(t, seen)
	}
	want := evaluated(func(g *gorgonia.ExprGraph, evaluation bool) gorgonia.VM {
		if evaluation {
			return gorgonia.NewTapeMachine(g, gorgonia.EvalMode())
		}
		return gorgonia.NewTapeMachine(g)
	})
	got := evaluated(func(g *gorgonia.ExprGraph, evaluation bool) gorgonia.VM {
		if evaluation {
			return vm(t, g, machine.Evaluation())
		}
		return vm(t, g)
	})
	compare(t, name("evaluation"), got, want, 1e-12)
}
