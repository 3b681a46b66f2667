package machine_test

import (
	"math"
	"strings"
	"testing"

	"actscope/graph/machine"
	"actscope/graph/machine/elementary"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// planned is the entry of a node in the plan.
func planned(t testing.TB, m *machine.Machine, n *gorgonia.Node) machine.PlannedNode {
	t.Helper()
	for _, p := range m.Plan().Nodes {
		if p.Name == n.Name() {
			return p
		}
	}
	t.Fatalf("%v is not in the plan", n)
	return machine.PlannedNode{}
}

// onOne applies op to a (3, 4) input.
func onOne(t testing.TB, op gorgonia.Op, options ...machine.Option) (m *machine.Machine, x, n *gorgonia.Node) {
	t.Helper()
	g := gorgonia.NewGraph()
	x = matrix(g, "x", 3, 4, []float64{-3, -2, -1, 0, 1, 2, 3, 4, 21, -21, 0.5, -0.5})
	n = apply(op, x)
	return plan(t, g, gorgonia.Nodes{n}, append(options, machine.AllowNonFinite())...), x, n
}

func TestStudiedNetworksRunOnCertifiedKernelsOnly(t *testing.T) {
	for _, loss := range []string{"logits", "article", "1-p"} {
		for _, activation := range []string{"sigmoid", "relu", "tanh", "leaky"} {
			n := build(t, architecture{rows: 64, widths: []int{2, 8, 8, 1}, hidden: activations[activation], loss: losses[loss]}, 1)
			p := plan(t, n.graph, n.outputs(), machine.Certify(machine.Always)).Plan()
			if p.Opaque != 0 {
				t.Errorf("%s, %s: %d operators run by their own Do", activation, loss, p.Opaque)
			}
			for _, node := range p.Nodes {
				if node.Reason != "" {
					t.Errorf("%s, %s: %s: %s", activation, loss, node.Name, node.Reason)
				}
			}
		}
	}
}

func TestOperatorsOnlyNamedLikeAKernelAreNotReplaced(t *testing.T) {
	clamped := &mapping{name: "sigmoid", salt: "clamped", at: func(x float64) float64 { return elementary.Sigmoid(min(x, 19)) }}
	keepsNegativeZero := &mapping{name: "relu", salt: "signed", at: func(x float64) float64 { return x * step.at(x) }}
	one := &mapping{name: "step", salt: "off by one bit", at: func(x float64) float64 { return math.Float64frombits(math.Float64bits(step.at(x)) | 1) }}
	for _, op := range []*mapping{clamped, keepsNegativeZero, one} {
		m, x, n := onOne(t, op)
		run(t, m)
		want := make([]float64, 12)
		op.Apply(want, values(t, m, x))
		compare(t, op, values(t, m, n), want, 0)
		p := planned(t, m, n)
		if p.Decision != machine.Kernel || !strings.Contains(p.Kernel, "Apply") || !strings.Contains(p.Reason, "instead of") {
			t.Errorf("%v: %v by %q, because %q", op, p.Decision, p.Kernel, p.Reason)
		}
	}
}

func TestFusionsOfImpostorsAreTakenApart(t *testing.T) {
	clamped := &mapping{name: "sigmoid", salt: "clamped", at: func(x float64) float64 { return elementary.Sigmoid(min(x, 19)) }}
	g := gorgonia.NewGraph()
	x := matrix(g, "x", 2, 2, []float64{-25, 25, 1, -1})
	up, down := apply(clamped, x), apply(clamped, neg(x))
	m := plan(t, g, gorgonia.Nodes{up, down})
	run(t, m)
	compare(t, up, values(t, m, up), []float64{elementary.Sigmoid(-25), elementary.Sigmoid(19), elementary.Sigmoid(1), elementary.Sigmoid(-1)}, 0)
	compare(t, down, values(t, m, down), []float64{elementary.Sigmoid(19), elementary.Sigmoid(-25), elementary.Sigmoid(-1), elementary.Sigmoid(1)}, 0)
	if p := planned(t, m, up); !strings.Contains(p.Reason, "logistic") {
		t.Errorf("the fusion was refused because of %q", p.Reason)
	}
}

// twoFaced computes one thing by Apply and another by Do.
type twoFaced struct{ *mapping }

func (o twoFaced) Apply(dst, src []float64) {
	for i, x := range src {
		dst[i] = x + 1
	}
}

// silent has no Apply at all.
type silent struct{ gorgonia.Op }

func TestOperatorsFallBackToTheirOwnDo(t *testing.T) {
	for _, op := range []gorgonia.Op{twoFaced{erf}, silent{erf}} {
		m, x, n := onOne(t, op)
		run(t, m)
		want := make([]float64, 12)
		erf.Apply(want, values(t, m, x))
		compare(t, op, values(t, m, n), want, 0)
		if p := planned(t, m, n); p.Decision != machine.Opaque || p.Reason == "" {
			t.Errorf("%T: %v because %q", op, p.Decision, p.Reason)
		}
	}
}

func TestUncertifiedPlansTrustNames(t *testing.T) {
	impostor := &mapping{name: "relu", at: math.Abs}
	m, _, n := onOne(t, impostor, machine.Certify(machine.Never))
	run(t, m)
	compare(t, n, values(t, m, n)[:2], []float64{0, 0}, 0)
}

func TestCertificatesAreForOneOperatorOnly(t *testing.T) {
	// Same kernel, same shapes, one process: the second operator must be examined too.
	for _, op := range []*mapping{relu, {name: "relu", at: math.Abs, salt: "other"}} {
		m, x, n := onOne(t, op)
		run(t, m)
		want := make([]float64, 12)
		op.Apply(want, values(t, m, x))
		compare(t, op, values(t, m, n), want, 0)
	}
}

func TestFailingOperatorsAreErrorsOfTheRun(t *testing.T) {
	for name, op := range map[string]gorgonia.Op{"error": failing{erf, false}, "panic": failing{erf, true}, "size": shrinking{erf}} {
		t.Run(name, func(t *testing.T) {
			m, _, n := onOne(t, op)
			for k := 1; k <= 2; k++ { // the machine stays usable
				requireNodeError(t, m.RunAll(), n.Name(), k, nil)
			}
		})
	}
}

type failing struct {
	gorgonia.Op
	panics bool
}

func (o failing) Do(...gorgonia.Value) (gorgonia.Value, error) {
	if o.panics {
		panic("broken")
	}
	return nil, machine.ErrOperator
}

type shrinking struct{ gorgonia.Op }

func (shrinking) Do(...gorgonia.Value) (gorgonia.Value, error) {
	return tensor.New(tensor.WithShape(2), tensor.WithBacking([]float64{1, 2})), nil
}

// σ(x) with σ(-x) is one fusion, softplus(-x) with σ(-x) another: σ(-x) has a place in memory
// for one of them only.
func TestFusionsThatOverlapComputeANodeOnce(t *testing.T) {
	g := gorgonia.NewGraph()
	x := matrix(g, "x", 2, 2, []float64{-25, 25, 1, -1})
	h := plus(x, x) // has memory that is used again
	down := neg(h)
	outs := gorgonia.Nodes{plus(apply(sigmoid, h), x), plus(apply(softplus, down), x), plus(apply(sigmoid, down), x)}
	m := plan(t, g, outs)
	run(t, m)
	for i, at := range []func(x float64) float64{elementary.Sigmoid, func(x float64) float64 { return elementary.Softplus(-x) }, func(x float64) float64 { return elementary.Sigmoid(-x) }} {
		var want []float64
		for _, x := range []float64{-25, 25, 1, -1} {
			want = append(want, at(2*x)+x)
		}
		compare(t, outs[i], values(t, m, outs[i]), want, 1e-14)
	}
}
