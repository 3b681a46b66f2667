package mistakes_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"actscope/models/handcoded"
	"actscope/models/handcoded/mistakes"
)

// plants are the mistakes that the student makes, with their forms and the layers of a net where each can be made.
var plants = []struct {
	id    string
	forms []string // none stands for the one form ""
	where func(s *student, l int) bool
}{
	{"sum-over-batch", []string{"", "both", "weights", "biases"}, anywhere},
	{"mean-twice", []string{"", "both", "weights", "biases"}, anywhere},
	{"wrong-batch-axis", []string{"", "both", "weights", "biases"}, func(s *student, l int) bool { return s.width(l-1) > 1 }},
	{"mean-over-units", []string{"", "both", "weights", "biases"}, anywhere},
	{"sign", []string{"", "both", "weights", "biases"}, anywhere},
	{"factor-two", []string{"", "both", "weights", "biases"}, anywhere},
	{"factor-half", []string{"", "both", "weights", "biases"}, anywhere},
	{"output-derivative-twice", nil, atOutput},
	{"squared-error", nil, atOutput},
	{"output-derivative-missing", nil, atOutput},
	{"loss-epsilon", nil, atOutput},
	{"labels-flipped", nil, atOutput},
	{"labels-broadcast", nil, atOutput},
	{"output-sigmoid-missing", nil, atOutput},
	{"hard-decision", nil, atOutput},
	{"hidden-derivative-at-output", nil, func(s *student, l int) bool { return l > 1 && atOutput(s, l) }},
	{"derivative-missing", []string{"", "both", "weights", "biases"}, inHidden},
	{"derivative-twice", nil, inHidden},
	{"derivative-at-post-activation", nil, inHidden},
	{"derivative-formula-at-pre-activation", []string{"sigmoid", "tanh"}, inHidden},
	{"another-derivative", []string{"", "1-a²"}, inHidden},
	{"derivative-of-another-layer", nil, func(s *student, l int) bool {
		return inHidden(s, l) && s.width(l+1) == s.width(l)
	}},
	{"derivative-at-gradient", nil, inHidden},
	{"weight-gradient-transposed", nil, anywhere},
	{"input-not-transposed", nil, func(s *student, l int) bool { return s.width(l-1) == len(s.problem.Y) }},
	{"input-before-activation", nil, func(_ *student, l int) bool { return l > 1 }},
	{"input-of-another-layer", nil, func(s *student, l int) bool { return s.width(l) == s.width(l-1) }},
	{"delta-of-another-layer", []string{"both", "weights", "biases"}, func(s *student, l int) bool {
		return inHidden(s, l) && s.width(l+1) == s.width(l)
	}},
	{"batch-averaged-first", nil, anywhere},
	{"one-row-only", nil, anywhere},
	{"never-computed", []string{"", "both", "weights", "biases"}, anywhere},
	{"bias-not-summed", nil, anywhere},
	{"bias-summed-over-units", nil, anywhere},
	{"bias-summed-over-everything", nil, anywhere},
	{"weights-not-transposed", nil, func(s *student, l int) bool { return l > 1 && s.width(l) == s.width(l-1) }},
	{"weights-of-another-layer", nil, func(s *student, l int) bool {
		return l > 1 && s.width(l-1) == s.width(l) && s.width(l-2) == s.width(l-1)
	}},
	{"weights-missing", nil, func(s *student, l int) bool {
		return l > 1 && (s.width(l) == 1 || s.width(l) == s.width(l-1))
	}},
	{"layers-swapped", nil, func(s *student, l int) bool {
		return inHidden(s, l) && s.width(l-1)*s.width(l) == s.width(l)*s.width(l+1) && s.width(l) == s.width(l+1)
	}},
	{"weights-after-update", nil, func(s *student, l int) bool { return l > 1 && severalUnits(s, l-1) }},
	{"weight-decay", nil, severalUnits},
}

func anywhere(*student, int) bool     { return true }
func atOutput(s *student, l int) bool { return l == len(s.problem.Layers) }
func inHidden(s *student, l int) bool { return l < len(s.problem.Layers) }

// severalUnits holds where a free number is fitted to more than one: a single weight, or a single row and unit, can be
// explained with any number.
func severalUnits(s *student, l int) bool { return s.width(l) > 1 && len(s.problem.Y) > 1 }

// plantings returns every mistake in every form at every single layer of the problem's net where it can be made, and in
// several layers at once.
func plantings(p mistakes.Problem, activation int) []plant {
	right := newStudent(p)
	var list []plant
	for _, kind := range plants {
		forms := kind.forms
		if len(forms) == 0 {
			forms = []string{""}
		}
		var layers []int
		for l := 1; l <= len(p.Layers); l++ {
			if kind.where(right, l) {
				layers = append(layers, l)
			}
		}
		for _, form := range forms {
			if kind.id == "derivative-formula-at-pre-activation" && form != activations[activation].Name {
				continue
			}
			for _, l := range layers {
				list = append(list, plant{kind.id, form, []int{l}})
			}
			if kind.id == "layers-swapped" || len(layers) < 2 {
				continue
			}
			list = append(list, plant{kind.id, form, layers})
			if last := len(layers) - 1; last > 1 && layers[last] == len(p.Layers) {
				list = append(list, plant{kind.id, form, layers[:last]})
			}
		}
	}
	return list
}

func diagnose(t *testing.T, p mistakes.Problem, yours []mistakes.Gradient) mistakes.Diagnosis {
	t.Helper()
	d, err := mistakes.Diagnose(context.Background(), p, yours)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// agrees tells whether a student's gradients are the right ones within the problem's tolerance.
func agrees(t *testing.T, p mistakes.Problem, yours []mistakes.Gradient) bool {
	t.Helper()
	net, err := handcoded.New(p.Layers, p.Activation, p.Loss)
	if err != nil {
		t.Fatal(err)
	}
	pass, err := net.NewPass(len(p.Y))
	if err != nil {
		t.Fatal(err)
	}
	if err := pass.Forward(p.X); err != nil {
		t.Fatal(err)
	}
	if err := pass.Backward(p.Y); err != nil {
		t.Fatal(err)
	}
	for l, g := range pass.Gradients {
		if !p.Tolerance.Agree(yours[l].W, g.W) || !p.Tolerance.Agree(yours[l].B, g.B) {
			return false
		}
	}
	return true
}

func TestEveryPlantedMistakeIsFoundByNameAndLayer(t *testing.T) {
	found := map[string]bool{}
	for _, shape := range []struct {
		rows   int
		widths []int
	}{
		{64, []int{3, 5, 4, 2, 1}},
		{4, []int{4, 4, 4, 4, 1}},
		{2, []int{3, 4, 4, 1}},
		{1, []int{2, 3, 3, 1}},
		{7, []int{1, 1, 1, 1}},
		{1, []int{1, 1, 1}},
		{5, []int{2, 1}},
	} {
		for activation := range activations {
			for _, loss := range []handcoded.Loss{handcoded.Logits, handcoded.Article} {
				p := drawProblem(1, activation, loss, shape.rows, shape.widths...)
				for _, planted := range plantings(p, activation) {
					if loss == handcoded.Article && planted.layers[0] < len(p.Layers) {
						continue // the losses differ at the output only
					}
					yours := newStudent(p, planted).gradients()
					d := diagnose(t, p, yours)
					name := fmt.Sprintf("%v in %v, %d rows, %s, %s", planted, shape.widths, shape.rows, activations[activation].Name, loss)
					if agrees(t, p, yours) {
						if len(d.Explanations) > 0 || d.Remark != "" || d.LastRightLayer != 1 {
							t.Errorf("%s gives the right gradients, and the diagnosis is %+v", name, d)
						}
						continue
					}
					if !names(d, planted) {
						t.Errorf("%s is not found: %+v", name, d)
					}
					found[planted.id] = true
					for _, e := range d.Explanations {
						if !(e.Residual <= 1e-12) {
							t.Errorf("%s: residual %g of %s", name, e.Residual, e.Mistake)
						}
					}
				}
			}
		}
	}
	for _, m := range mistakes.List() {
		_, elsewhere := map[string]bool{
			"loss-epsilon":          true, // TestTheLossEpsilonShowsAtConfidentlyWrongPoints
			"derivative-at-kink":    true, // TestTheKinkShowsWhereAUnitIsExactlyZero
			"parameters-after-step": true, // TestParametersSavedAfterTheStep
		}[m.ID]
		if !found[m.ID] && !elsewhere {
			t.Errorf("no test has found %s", m.ID)
		}
	}
}

// names tells whether a planted mistake is among the explanations, by its layer if it is in one alone.
func names(d mistakes.Diagnosis, planted plant) bool {
	return slices.ContainsFunc(d.Explanations, func(e mistakes.Explanation) bool {
		return e.Mistake == planted.id && (len(planted.layers) > 1 || e.Layer == planted.layers[0])
	})
}
