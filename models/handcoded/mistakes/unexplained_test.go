package mistakes_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"actscope/models/handcoded/mistakes"
)

func TestTwoMistakesAtOnceAreNotExplained(t *testing.T) {
	twoAtOnce(t, generic(tanh), tanh, 300)
	for i, head := range heads {
		activation := i % len(activations)
		twoAtOnce(t, drawProblem(3, activation, head.objective, 11, 5, 6, head.outputs), activation, 20)
	}
}

// twoAtOnce plants pairs of mistakes.
func twoAtOnce(t *testing.T, p mistakes.Problem, activation, pairs int) {
	t.Helper()
	all := plantings(p, activation)
	var singles [][]mistakes.Gradient
	for _, one := range all {
		singles = append(singles, newStudent(p, one).gradients())
	}
	rng := rand.New(rand.NewPCG(1, 2))
	factors := newStudent(p).factors(1)
	scales := func(p plant) bool { return factors[p.id] != 0 || strings.HasPrefix(p.id, "penalty-") }
	for tried := 0; tried < pairs; {
		first, second := all[rng.IntN(len(all))], all[rng.IntN(len(all))]
		yours := newStudent(p, first, second).gradients()
		if agrees(t, p, yours) || slices.ContainsFunc(singles, func(one []mistakes.Gradient) bool { return same(p, yours, one) }) {
			continue // two that amount to none or to one
		}
		if scales(first) && scales(second) {
			continue // the product of two factors may be a third, or one of the data's gradient and the penalty's
		}
		tried++
		d := diagnose(t, p, yours)
		if len(d.Explanations) > 0 {
			t.Errorf("loss %s, reduction %q, L2 %g: %v and %v together are named %+v", p.Objective.Loss, p.Objective.Reduction, p.Objective.L2, first, second, d.Explanations)
		}
		if !strings.HasPrefix(d.Remark, "no single mistake") {
			t.Errorf("loss %s: %v and %v together: remark %q", p.Objective.Loss, first, second, d.Remark)
		}
	}
}

func same(p mistakes.Problem, a, b []mistakes.Gradient) bool {
	for l := range a {
		if !p.Tolerance.Agree(a[l].W, b[l].W) || !p.Tolerance.Agree(a[l].B, b[l].B) {
			return false
		}
	}
	return true
}

func TestNoiseIsNotExplained(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	for _, widths := range [][]int{{3, 6, 4, 5, 1}, {4, 4, 4, 1}, {2, 2, 1}, {1, 1, 1}, {1, 1}} {
		for _, rows := range []int{1, 2, 64} {
			addNoise(t, drawProblem(9, tanh, logits, rows, widths...), rng)
		}
	}
	for _, head := range heads {
		for _, rows := range []int{1, 16} {
			addNoise(t, drawProblem(9, tanh, head.objective, rows, 3, 4, head.outputs), rng)
			addNoise(t, drawProblem(9, tanh, head.objective, rows, 1, head.outputs), rng)
		}
	}
}

// addNoise adds noise to the right gradients of one layer or all.
func addNoise(t *testing.T, p mistakes.Problem, rng *rand.Rand) {
	t.Helper()
	right := newStudent(p).gradients()
	for _, size := range []float64{3e-6, 1e-4, 1e-2, 1, 100} {
		noisy := func(v []float64) []float64 {
			v = slices.Clone(v)
			for i := range v {
				v[i] += size * rng.NormFloat64()
			}
			return v
		}
		for broken := 0; broken <= len(right); broken++ { // the layer with noise, 0 for all of them
			yours := slices.Clone(right)
			for l := range yours {
				if broken == 0 || broken == l+1 {
					yours[l] = mistakes.Gradient{W: noisy(yours[l].W), B: noisy(yours[l].B)}
				}
			}
			if d := diagnose(t, p, yours); len(d.Explanations) > 0 {
				t.Errorf("loss %s, %d layers, %d rows, noise %g in layer %d: %+v", p.Objective.Loss, len(p.Layers), len(p.X)/p.Layers[0].In, size, broken, d.Explanations)
			}
		}
	}
}

func TestOneWrongEntryIsNotExplained(t *testing.T) {
	p := generic(tanh)
	for l := range p.Layers {
		yours := newStudent(p).gradients()
		yours[l].W[0] *= 1.01
		d := diagnose(t, p, yours)
		if len(d.Explanations) > 0 || !strings.Contains(d.Remark, fmt.Sprintf("grad_b%d is right and grad_W%d is not", l+1, l+1)) {
			t.Errorf("an entry of layer %d: %+v", l+1, d)
		}
	}
}

func TestTheLastRightLayerIsCountedFromTheOutput(t *testing.T) {
	p := generic(tanh)
	for _, c := range []struct {
		planted []plant
		want    int
		remark  string
	}{
		{[]plant{{id: "derivative-missing", layers: []int{2}}, {id: "sign", form: "weights", layers: []int{1}}}, 3,
			"layer 3 is the last that is right: the fault lies just before it, on the way to δ2"},
		{[]plant{{id: "labels-flipped", layers: []int{4}}, {id: "sign", layers: []int{1}}}, 0,
			"the output layer is wrong already: the fault lies in its δ4"},
		{[]plant{{id: "one-row-only", layers: []int{3}}, {id: "factor-two", form: "weights", layers: []int{3}}}, 4,
			"layer 3 is wrong and what lies below it is right: the fault lies in how its gradients are made from δ3"},
		{[]plant{{id: "weight-decay", layers: []int{4}}, {id: "factor-two", form: "weights", layers: []int{4}}}, 0,
			"grad_b4 is right and grad_W4 is not"},
	} {
		d := diagnose(t, p, newStudent(p, c.planted...).gradients())
		if d.LastRightLayer != c.want || !strings.Contains(d.Remark, c.remark) {
			t.Errorf("%v: last right layer %d, want %d; remark %q, want %q", c.planted, d.LastRightLayer, c.want, d.Remark, c.remark)
		}
	}
}

func TestAnUnknownFactorIsRemarkedOnButNotNamed(t *testing.T) {
	p := generic(tanh)
	yours := newStudent(p).gradients()
	for _, g := range yours {
		for _, v := range [][]float64{g.W, g.B} {
			for i := range v {
				v[i] *= 0.37
			}
		}
	}
	d := diagnose(t, p, yours)
	if len(d.Explanations) > 0 || !strings.HasSuffix(d.Remark, "; every gradient equals the reference times 0.37 to 1e-15") {
		t.Errorf("%+v", d)
	}
}
