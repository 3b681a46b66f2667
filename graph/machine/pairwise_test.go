package machine_test

import (
	"fmt"
	"hash"
	"math"
	"strings"
	"testing"

	"actscope/graph/machine"

	"github.com/chewxy/hm"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// pairs is a Pairwise operator, which may lie about itself: its Do is honest.
type pairs struct {
	mapping
	honest, applied func(x, y float64) float64
}

func (o *pairs) Arity() int         { return 2 }
func (o *pairs) DiffWRT(int) []bool { return []bool{false, false} }

func (o *pairs) Type() hm.Type {
	a := hm.TypeVariable('a')
	return hm.NewFnType(a, a, a)
}

func (o *pairs) ApplyPairs(dst, x, y []float64) {
	for i := range dst {
		dst[i] = o.applied(x[i], y[i])
	}
}

func (o *pairs) Do(vs ...gorgonia.Value) (gorgonia.Value, error) {
	x, y := vs[0].(*tensor.Dense), vs[1].(*tensor.Dense)
	out := tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(x.Shape()...))
	for i := range x.Float64s() {
		out.Float64s()[i] = o.honest(x.Float64s()[i], y.Float64s()[i])
	}
	return out, nil
}

func (o *pairs) WriteHash(h hash.Hash) { fmt.Fprint(h, o.name) }

// pairsOnly hides the methods of one operand.
type pairsOnly struct{ machine.Pairwise }

func TestPairwiseOperatorsRunByTheirOwnApply(t *testing.T) {
	for _, lies := range []bool{false, true} {
		for _, precision := range []machine.Precision{machine.Double, machine.Single} {
			op := &pairs{mapping: mapping{name: fmt.Sprint("hypot ", lies)}, honest: math.Hypot, applied: math.Hypot}
			if lies {
				op.applied = math.Atan2
			}
			g := gorgonia.NewGraph()
			x, y := matrix(g, "x", 3, 2, []float64{3, 0, -1, 5, 8, 1e-3}), matrix(g, "y", 3, 2, []float64{4, 0, 0, -12, 6, 0})
			out := must(gorgonia.ApplyOp(pairsOnly{op}, x, y))
			m := plan(t, g, gorgonia.Nodes{out}, machine.In(precision), machine.Certify(machine.Always))
			run(t, m)
			for i, want := range []float64{5, 0, 1, 13, 10, 1e-3} {
				if got := values(t, m, out)[i]; got != want && math.Abs(got-want) > 1e-10 {
					t.Errorf("entry %d is %v in %v, want %v", i, got, precision, want)
				}
			}
			nodes := fmt.Sprint(m.Plan().Nodes)
			if strings.Contains(nodes, "opaque Do") != lies {
				t.Errorf("an operator that lies: %v; the plan is %s", lies, nodes)
			}
		}
	}
}
