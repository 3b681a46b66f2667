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
	{"sum-over-batch", scalings, averaging},
	{"mean-twice", scalings, averaging},
	{"mean-over-batch", scalings, func(s *student, l int) bool { return !averaging(s, l) }},
	{"wrong-batch-axis", scalings, func(s *student, l int) bool { return averaging(s, l) && s.width(l-1) > 1 }},
	{"mean-over-units", scalings, func(s *student, l int) bool { return inHidden(s, l) || s.width(l) == 1 }},
	{"mean-over-outputs", scalings, func(s *student, l int) bool { return atOutput(s, l) && !overOutputs(s) }},
	{"sum-over-outputs", scalings, func(s *student, l int) bool { return atOutput(s, l) && overOutputs(s) }},
	{"sign", scalings, anywhere},
	{"factor-two", scalings, anywhere},
	{"factor-half", scalings, anywhere},
	{"output-derivative-twice", []string{"", "diagonal"}, atOutput},
	{"squared-error", []string{"", "diagonal"}, atOutputOf(handcoded.Logits, handcoded.Article, handcoded.Softmax, handcoded.Hinge)},
	{"cross-entropy", nil, func(s *student, l int) bool {
		return atOutput(s, l) && s.problem.Objective.Output.Derivative != nil
	}},
	{"output-derivative-missing", nil, atOutputOf(handcoded.Logits, handcoded.Article, handcoded.SquaredError, handcoded.HalfSquaredError)},
	{"softmax-jacobian-missing", nil, atOutputOf(handcoded.Softmax)},
	{"softmax-jacobian-diagonal", nil, atOutputOf(handcoded.Softmax)},
	{"sigmoid-for-softmax", nil, atOutputOf(handcoded.Softmax)},
	{"softmax-over-rows", nil, atOutputOf(handcoded.Softmax)},
	{"softmax-for-sigmoid", nil, func(s *student, l int) bool {
		return atOutputOf(handcoded.Logits)(s, l) && s.width(l) > 1
	}},
	{"loss-epsilon", nil, atOutputOf(handcoded.Logits, handcoded.Article)},
	{"labels-flipped", nil, func(s *student, l int) bool {
		return atOutput(s, l) && !squared(s.problem.Objective) && !s.problem.Objective.OneHot(s.width(l))
	}},
	{"labels-broadcast", nil, func(s *student, l int) bool { return atOutput(s, l) && s.width(l) == 1 }},
	{"classes-shifted", []string{"after", "before"}, func(s *student, l int) bool {
		return atOutput(s, l) && s.problem.Objective.OneHot(s.width(l))
	}},
	{"class-number-as-value", nil, atOutputOf(handcoded.Softmax)},
	{"output-sigmoid-missing", nil, atOutputOf(handcoded.Logits, handcoded.Article, handcoded.Softmax, handcoded.SquaredError, handcoded.HalfSquaredError)},
	{"hard-decision", nil, atOutputOf(handcoded.Logits, handcoded.Article, handcoded.Softmax)},
	{"margin-missing", nil, atOutputOf(handcoded.Hinge)},
	{"penalty-forgotten", nil, penalised},
	{"penalty-factor", []string{"twice", "half"}, penalised},
	{"penalty-over-rows", nil, penalised},
	{"penalty-on-biases", nil, penalised},
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
	{"input-not-transposed", nil, func(s *student, l int) bool { return s.width(l-1) == len(s.y) }},
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

// scalings are where a factor may enter, with the penalty's gradient, if there is one, or without.
var scalings = []string{"", "both", "weights", "biases", "with the penalty"}

func anywhere(*student, int) bool      { return true }
func penalised(s *student, _ int) bool { return s.problem.Objective.L2 > 0 }
func atOutput(s *student, l int) bool  { return l == len(s.problem.Layers) }
func inHidden(s *student, l int) bool  { return l < len(s.problem.Layers) }

func atOutputOf(losses ...handcoded.Loss) func(s *student, l int) bool {
	return func(s *student, l int) bool {
		return atOutput(s, l) && slices.Contains(losses, s.problem.Objective.Loss)
	}
}

// averaging holds where the loss is a mean over the rows, overOutputs where over the outputs as well.
func averaging(s *student, _ int) bool {
	return !slices.Contains([]handcoded.Reduction{handcoded.Sum, handcoded.HalfSum}, s.problem.Objective.Reduction)
}
func overOutputs(s *student) bool { return s.problem.Objective.Reduction == handcoded.MeanAll }

// severalUnits holds where a free number is fitted to more than one: a single weight, or a single row and unit, can be
// explained with any number.
func severalUnits(s *student, l int) bool { return s.width(l) > 1 && len(s.y) > 1 }

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
			if form == "diagonal" && p.Objective.Loss != handcoded.Softmax || form == "with the penalty" && p.Objective.L2 == 0 {
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
	net, err := handcoded.NewWith(p.Layers, p.Activation, p.Objective)
	if err != nil {
		t.Fatal(err)
	}
	pass, err := net.NewPass(len(p.X) / p.Layers[0].In)
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

// heads are objectives with a number of outputs.
var heads = []struct {
	outputs   int
	objective handcoded.Objective
}{
	{1, logits},
	{1, article},
	{3, handcoded.Objective{Loss: handcoded.Logits}},
	{2, handcoded.Objective{Loss: handcoded.Softmax}},
	{4, handcoded.Objective{Loss: handcoded.Softmax, Reduction: handcoded.Sum}},
	{3, handcoded.Objective{Loss: handcoded.Softmax, Reduction: handcoded.HalfMean, L2: 0.3}},
	{1, handcoded.Objective{Loss: handcoded.SquaredError}},
	{3, handcoded.Objective{Loss: handcoded.SquaredError, Reduction: handcoded.MeanAll}},
	{3, handcoded.Objective{Loss: handcoded.SquaredError, Output: activations[2].Activation, L2: 0.3}},
	{3, handcoded.Objective{Loss: handcoded.HalfSquaredError, Output: activations[0].Activation, Reduction: handcoded.HalfSum}},
	{1, handcoded.Objective{Loss: handcoded.Hinge, L2: 0.3}},
	{4, handcoded.Objective{Loss: handcoded.Hinge, Reduction: handcoded.MeanAll, L2: 0.3}},
}

// shape is a number of rows with the widths of a net without its output's.
type shape struct {
	rows   int
	widths []int
}

// shapes are those of nets of two classes: without any coincidence, of equal widths, with few rows, narrow, of one layer.
// Those of other heads, whose mistakes are at the output, are the smaller otherShapes.
var (
	shapes      = []shape{{64, []int{3, 5, 4, 2}}, {4, []int{4, 4, 4, 4}}, {2, []int{3, 4, 4}}, {1, []int{2, 3, 3}}, {7, []int{1, 1, 1}}, {1, []int{1, 1}}, {5, []int{2}}}
	otherShapes = []shape{{13, []int{6, 5}}, {4, []int{4, 4}}, {5, []int{2}}}
)

func TestEveryPlantedMistakeIsFoundByNameAndLayer(t *testing.T) {
	found := map[string]bool{}
	for i, head := range heads {
		two := head.outputs == 1 && slices.Contains([]handcoded.Loss{handcoded.Logits, handcoded.Article}, head.objective.Loss)
		those := shapes
		if !two {
			those = otherShapes
			if testing.Short() {
				those = those[:1]
			}
		}
		for _, shape := range those {
			widths := append(slices.Clone(shape.widths), head.outputs)
			for activation := range activations {
				if !two && activation != i%len(activations) {
					continue
				}
				p := drawProblem(1, activation, head.objective, shape.rows, widths...)
				for _, planted := range plantings(p, activation) {
					if head.objective.Loss == handcoded.Article && planted.layers[0] < len(p.Layers) {
						continue // the losses differ at the output only
					}
					found[planted.id] = find(t, p, activation, planted) || found[planted.id]
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

// find plants a mistake and reports whether it is named, which it has to be where it makes a difference.
func find(t *testing.T, p mistakes.Problem, activation int, planted plant) bool {
	t.Helper()
	yours := newStudent(p, planted).gradients()
	d := diagnose(t, p, yours)
	name := fmt.Sprintf("%v in %d layers, %d rows, %s, loss %s, reduction %q, L2 %g", planted, len(p.Layers), len(p.X)/p.Layers[0].In, activations[activation].Name,
		p.Objective.Loss, p.Objective.Reduction, p.Objective.L2)
	if agrees(t, p, yours) {
		if len(d.Explanations) > 0 || d.Remark != "" || d.LastRightLayer != 1 {
			t.Errorf("%s gives the right gradients, and the diagnosis is %+v", name, d)
		}
		return false
	}
	if !names(d, planted) {
		t.Errorf("%s is not found: %+v", name, d)
	}
	for _, e := range d.Explanations {
		if !(e.Residual <= 1e-12) {
			t.Errorf("%s: residual %g of %s", name, e.Residual, e.Mistake)
		}
	}
	return true
}

// names tells whether a planted mistake is among the explanations, by its layer if it is in one alone.
func names(d mistakes.Diagnosis, planted plant) bool {
	return slices.ContainsFunc(d.Explanations, func(e mistakes.Explanation) bool {
		return e.Mistake == planted.id && (len(planted.layers) > 1 || e.Layer == planted.layers[0])
	})
}
