package mistakes_test

import (
	"slices"
	"strings"
	"testing"

	"actscope/models/handcoded"
	"actscope/models/handcoded/mistakes"
)

const relu, tanh = 1, 2 // in activations

// generic is a net in which no two widths are equal, with a prime number of rows.

func generic(activation int) mistakes.Problem {
	return drawProblem(3, activation, logits, 11, 3, 6, 4, 5, 1)
}

func TestRightGradientsGiveNoDiagnosis(t *testing.T) {
	for activation := range activations {
		problems := []mistakes.Problem{generic(activation)}
		for _, head := range heads {
			for _, shape := range append(shapes, otherShapes...) {
				problems = append(problems, drawProblem(3, activation, head.objective, shape.rows, append(slices.Clone(shape.widths), head.outputs)...))
			}
		}
		for _, p := range problems {
			d := diagnose(t, p, newStudent(p).gradients())
			if len(d.Explanations) > 0 || d.Remark != "" || d.LastRightLayer != 1 {
				t.Errorf("%s, %+v: %+v", activations[activation].Name, p.Objective, d)
			}
		}
	}
}

func TestAReluMaskFromThePostActivationIsNoMistake(t *testing.T) {
	p := generic(relu)
	for l := 1; l < len(p.Layers); l++ {
		yours := newStudent(p, plant{id: "derivative-at-post-activation", layers: []int{l}}).gradients()
		if d := diagnose(t, p, yours); len(d.Explanations) > 0 {
			t.Errorf("layer %d: %+v", l, d)
		}
	}
	// Nor is it named next to a mistake that is one.
	d := diagnose(t, p, newStudent(p, plant{id: "sign", layers: []int{2}}).gradients())
	if len(d.Explanations) != 1 || d.Explanations[0].Mistake != "sign" {
		t.Errorf("a sign is explained by %+v", d.Explanations)
	}
}

func TestMistakesWithTheSameNumbersAreAllListed(t *testing.T) {
	p := drawProblem(5, tanh, logits, 2, 3, 4, 1)
	d := diagnose(t, p, newStudent(p, plant{id: "factor-two", layers: []int{2}}).gradients())
	for _, id := range []string{"sum-over-batch", "factor-two"} {
		if !names(d, plant{id: id, layers: []int{2}}) {
			t.Errorf("%s is missing from %+v", id, d.Explanations)
		}
	}
}

// On a net without coincidences of shape, whatever is named besides the planted mistake gives the same numbers for a

// reason.

func TestNothingElseIsNamedOnAGenericNet(t *testing.T) {
	reasons := map[[2]string]string{
		{"sum-over-batch", "wrong-batch-axis"}:                     "the output has one unit",
		{"bias-not-summed", "bias-summed-over-units"}:              "the output has one unit",
		{"never-computed", "hidden-derivative-at-output"}:          "no row's output is positive under ReLU",
		{"derivative-missing", "another-derivative"}:               "every unit is positive, so that ReLU's derivative is 1",
		{"output-derivative-twice", "hidden-derivative-at-output"}: "the hidden activation is the output's",
		{"factor-half", "mean-over-outputs"}:                       "there are two outputs",
		{"output-derivative-twice", "squared-error"}:               "of two classes the Jacobian makes of p - y twice what its diagonal does",
		{"never-computed", "bias-summed-over-everything"}:          "the δ of each row add up to 0",
		{"penalty-factor", "weight-decay"}:                         "the penalty is there twice",
		{"cross-entropy", "output-derivative-missing"}:             "the loss is half the squared error",
	}
	check := func(p mistakes.Problem, activation int, planted plant) {
		t.Helper()
		d := diagnose(t, p, newStudent(p, planted).gradients())
		for _, e := range d.Explanations {
			if e.Mistake == planted.id {
				continue
			}
			if reasons[[2]string{planted.id, e.Mistake}] == "" && reasons[[2]string{e.Mistake, planted.id}] == "" {
				t.Errorf("%s, loss %s, reduction %q, L2 %g: %v is also explained by %+v", activations[activation].Name,
					p.Objective.Loss, p.Objective.Reduction, p.Objective.L2, planted, e)
			}
		}
	}
	for activation := range activations {
		p := generic(activation)
		for _, planted := range plantings(p, activation) {
			check(p, activation, planted)
		}
	}
	for i, head := range heads {
		activation := (i + 1) % len(activations)
		p := drawProblem(3, activation, head.objective, 11, 5, 6, head.outputs)
		for _, planted := range plantings(p, activation) {
			check(p, activation, planted)
		}
	}
}

// same tells whether two students give the same numbers within the problem's tolerance.

func TestTheLossEpsilonShowsAtConfidentlyWrongPoints(t *testing.T) {
	for _, c := range []struct {
		reference, yours handcoded.Objective
		outputs          int
		detail           string
	}{
		{article, logits, 1, "none: δ = p - y"},
		{logits, article, 1, "1e-09"},
		{handcoded.Objective{Loss: handcoded.Softmax}, handcoded.Objective{Loss: handcoded.Softmax}, 3, "1e-09"},
	} {
		p := drawProblem(7, tanh, c.reference, 20, 2, 5, 3, c.outputs)
		p.Layers[2].B[0] = -20 // p is about 2e-9, and some labels are 1
		other := p
		other.Objective = c.yours
		student := newStudent(other)
		if c.outputs > 1 {
			student = newStudent(other, plant{id: "loss-epsilon", layers: []int{3}})
		}
		d := diagnose(t, p, student.gradients())
		if len(d.Explanations) != 1 || d.Explanations[0].Mistake != "loss-epsilon" || d.Explanations[0].Layer != 3 ||
			!strings.Contains(d.Explanations[0].Sentence, "("+c.detail+")") {
			t.Errorf("%s for %s: %+v", c.yours.Loss, c.reference.Loss, d)
		}
	}
}

func TestTheKinkShowsWhereAUnitIsExactlyZero(t *testing.T) {
	p := generic(relu)
	layer := p.Layers[1] // unit 0 gets nothing and has no bias
	layer.B[0] = 0
	for i := range layer.In {
		layer.W[i*layer.Out] = 0
	}
	d := diagnose(t, p, newStudent(p, plant{id: "derivative-at-kink", layers: []int{2}}).gradients())
	if len(d.Explanations) != 1 || d.Explanations[0].Mistake != "derivative-at-kink" || d.Explanations[0].Layer != 2 {
		t.Errorf("%+v", d)
	}
}

func TestMissingArraysDoNotHinderADiagnosis(t *testing.T) {
	p := generic(tanh)
	planted := plant{id: "derivative-missing", layers: []int{2}}
	for l := range p.Layers {
		for _, drop := range []func(g *mistakes.Gradient){
			func(g *mistakes.Gradient) { g.W = nil },
			func(g *mistakes.Gradient) { g.B = nil },
			func(g *mistakes.Gradient) { *g = mistakes.Gradient{} },
		} {
			yours := newStudent(p, planted).gradients()
			drop(&yours[l])
			if d := diagnose(t, p, yours); !names(d, planted) {
				t.Errorf("without arrays of layer %d: %+v", l+1, d)
			}
		}
	}
}

func TestAScalarSumMayStandForTheBiases(t *testing.T) {
	p := generic(tanh)
	planted := plant{id: "bias-summed-over-everything", layers: []int{2}}
	yours := newStudent(p, planted).gradients()
	yours[1].B = yours[1].B[:1] // np.sum without an axis
	if d := diagnose(t, p, yours); !names(d, planted) {
		t.Errorf("%+v", d)
	}
}
