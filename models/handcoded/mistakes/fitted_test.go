package mistakes_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestAFreeNumberIsNotFittedToAMereFactor(t *testing.T) {
	// With one unit, W - rate·grad_W can be any number.
	p := drawProblem(2, tanh, logits, 9, 2, 1, 1)
	yours := newStudent(p).gradients()
	for i := range yours[0].W {
		yours[0].W[i] *= 0.37
	}
	yours[0].B[0] *= 0.37
	d := diagnose(t, p, yours)
	if len(d.Explanations) > 0 || !strings.Contains(d.Remark, "grad_W1 and grad_b1 equal the reference times 0.37") {
		t.Errorf("%+v", d)
	}

	// With one weight, grad_W + k·W can be any number too.
	p = drawProblem(2, tanh, logits, 9, 1, 1)
	yours = newStudent(p).gradients()
	yours[0].W[0] += 0.01 * p.Layers[0].W[0]
	if d := diagnose(t, p, yours); len(d.Explanations) > 0 {
		t.Errorf("%+v", d)
	}
}

func TestTheUnknownRateIsFitted(t *testing.T) {
	for _, rate := range []float64{1e-4, 0.05, 0.7, 30} {
		p := generic(tanh)
		s := newStudent(p, plant{id: "weights-after-update", layers: []int{2, 3, 4}})
		s.rate = rate
		d := diagnose(t, p, s.gradients())
		if len(d.Explanations) != 1 || d.Explanations[0].Mistake != "weights-after-update" ||
			!strings.Contains(d.Explanations[0].Sentence, fmt.Sprintf("at rate %g)", rate)) {
			t.Errorf("rate %g: %+v", rate, d)
		}
	}
}

func TestParametersSavedAfterTheStep(t *testing.T) {
	for activation := range activations {
		for _, rate := range []float64{0.01, 0.5} {
			p := generic(activation)
			yours := newStudent(p).gradients()
			for l, layer := range p.Layers {
				for i := range layer.W {
					layer.W[i] -= rate * yours[l].W[i]
				}
				for i := range layer.B {
					layer.B[i] -= rate * yours[l].B[i]
				}
			}
			d := diagnose(t, p, yours)
			if len(d.Explanations) != 1 || d.Explanations[0].Mistake != "parameters-after-step" ||
				!strings.Contains(d.Explanations[0].Sentence, fmt.Sprintf("rate %g", rate)) {
				t.Errorf("%s, rate %g: %+v", activations[activation].Name, rate, d)
			}
		}
	}
}
