package machine_test

import (
	"fmt"
	"math/rand/v2"

	"actscope/graph/machine"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// tester is what *testing.T, *testing.B and *rapid.T have in common.
type tester interface {
	Helper()
	Fatalf(format string, args ...any)
}

// network is a graph for tests: an MLP with its loss and gradients.
type network struct {
	graph      *gorgonia.ExprGraph
	x, y       *gorgonia.Node
	parameters gorgonia.Nodes
	z, a       gorgonia.Nodes // pre- and post-activations, by layer
	loss       *gorgonia.Node
	gradients  gorgonia.Nodes
}

// architecture says what network to build.
type architecture struct {
	rows   int
	widths []int // inputs, hidden units ..., 1
	hidden func(z *gorgonia.Node) *gorgonia.Node
	loss   func(n *network) *gorgonia.Node
	// between, if not nil, is put between an activation and the next layer.
	between func(layer int, before, after *gorgonia.Node) *gorgonia.Node
}

func of(op gorgonia.Op) func(*gorgonia.Node) *gorgonia.Node {
	return func(z *gorgonia.Node) *gorgonia.Node { return apply(op, z) }
}

func matrix(g *gorgonia.ExprGraph, name string, rows, columns int, values []float64) *gorgonia.Node {
	return gorgonia.NewMatrix(g, tensor.Float64, gorgonia.WithShape(rows, columns), gorgonia.WithName(name),
		gorgonia.WithValue(tensor.New(tensor.WithShape(rows, columns), tensor.WithBacking(values))))
}

func normal(rng *rand.Rand, n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = rng.NormFloat64()
	}
	return values
}

// build draws parameters and data from the seed, so that two builds are alike.
func build(t tester, arch architecture, seed uint64) *network {
	t.Helper()
	n := new(network)
	err := machine.Construct(func() error {
		rng := rand.New(rand.NewPCG(seed, 1))
		n.graph = gorgonia.NewGraph()
		n.x = matrix(n.graph, "x", arch.rows, arch.widths[0], normal(rng, arch.rows*arch.widths[0]))
		labels := make([]float64, arch.rows)
		for i := range labels {
			labels[i] = float64(rng.IntN(2))
		}
		n.y = matrix(n.graph, "y", arch.rows, 1, labels)
		h := n.x
		layers := len(arch.widths) - 1
		for l := 1; l <= layers; l++ {
			in, out := arch.widths[l-1], arch.widths[l]
			w := matrix(n.graph, fmt.Sprint("W", l), in, out, normal(rng, in*out))
			b := matrix(n.graph, fmt.Sprint("b", l), 1, out, normal(rng, out))
			n.parameters = append(n.parameters, w, b)
			z := must(gorgonia.BroadcastAdd(must(gorgonia.Mul(h, w)), b, nil, []byte{0}))
			activation := arch.hidden
			if l == layers {
				activation = of(sigmoid)
			}
			a := activation(z)
			gorgonia.WithName(fmt.Sprint("z", l))(z)
			n.z, n.a = append(n.z, z), append(n.a, a)
			if arch.between != nil && l < layers {
				a = arch.between(l, h, a)
			}
			h = a
		}
		n.loss = arch.loss(n)
		var err error
		n.gradients, err = gorgonia.Grad(n.loss, n.parameters...)
		return err
	})
	if err != nil {
		t.Fatalf("%v", err)
	}
	return n
}

// logits is mean(softplus(z) - z y).
func logits(n *network) *gorgonia.Node {
	z := n.z[len(n.z)-1]
	return must(gorgonia.Mean(minus(apply(softplus, z), times(z, n.y))))
}

// article is -mean(y ln(p+ε) + (1-y) ln(q+ε)) with q = σ(-z).
func article(n *network) *gorgonia.Node {
	z := n.z[len(n.z)-1]
	return crossEntropy(apply(sigmoid, z), apply(sigmoid, neg(z)), n.y)
}

func crossEntropy(p, q, y *gorgonia.Node) *gorgonia.Node {
	epsilon := gorgonia.NewConstant(1e-9)
	positive := times(y, must(gorgonia.Log(plus(p, epsilon))))
	negative := times(minus(gorgonia.NewConstant(1.0), y), must(gorgonia.Log(plus(q, epsilon))))
	return neg(must(gorgonia.Mean(plus(positive, negative))))
}

// outputs are what a training step asks for.
func (n *network) outputs() gorgonia.Nodes {
	return append(gorgonia.Nodes{n.loss}, n.gradients...)
}

// onTape runs the graph on Gorgonia's TapeMachine and returns copies of outputs.
func onTape(t tester, g *gorgonia.ExprGraph, outputs gorgonia.Nodes) [][]float64 {
	t.Helper()
	values, err := tryTape(g, outputs)
	if err != nil {
		t.Fatalf("TapeMachine: %v", err)
	}
	return values
}

func tryTape(g *gorgonia.ExprGraph, outputs gorgonia.Nodes) (values [][]float64, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	read := make([]gorgonia.Value, len(outputs))
	for i, n := range outputs {
		gorgonia.Read(n, &read[i])
	}
	vm := gorgonia.NewTapeMachine(g)
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		return nil, err
	}
	for i, v := range read {
		switch v := v.(type) {
		case *gorgonia.F64:
			values = append(values, []float64{float64(*v)})
		case *tensor.Dense:
			values = append(values, append([]float64(nil), v.Float64s()...))
		default:
			return nil, fmt.Errorf("%v is a %T", outputs[i], v)
		}
	}
	return values, nil
}

func plan(t tester, g *gorgonia.ExprGraph, outputs gorgonia.Nodes, options ...machine.Option) *machine.Machine {
	t.Helper()
	m, err := machine.New(g, outputs, options...)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return m
}

func run(t tester, m *machine.Machine) {
	t.Helper()
	if err := m.RunAll(); err != nil {
		t.Fatalf("%v", err)
	}
}

func values(t tester, m *machine.Machine, n *gorgonia.Node) []float64 {
	t.Helper()
	v, err := m.Values(n)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return v
}
