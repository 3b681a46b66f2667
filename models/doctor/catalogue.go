package doctor

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"actscope/graph"
	"actscope/models/handcoded"
	"actscope/models/handcoded/mistakes"
)

// catalogue looks among the single mistakes of package mistakes for one that explains all arrays, where the search left
// some unexplained: it has rarer ones, each made on purpose throughout the whole pass. The common factor and a penalty
// that the search found are taken as they are.
func (t *trial) catalogue(ctx context.Context, e explanation) ([]Fault, error) {
	hidden := slices.CompactFunc(slices.Clone(t.activations), func(a, b graph.Activation) bool { return a.Name == b.Name })
	if len(hidden) > 1 || t.deviations() < 2 || t.penalised(e.state) != nil {
		return nil, nil
	}
	problem := mistakes.Problem{X: t.r.x.v, Y: t.r.y.v, Objective: t.o.Objective, Tolerance: t.tolerance}
	k := e.factor.value * t.meant.Divisor(t.r.rows(), t.r.outputs())
	problem.Objective.Reduction, problem.Objective.L2 = t.meant, max(0, t.l2)
	if e.hasPenalty && e.penalty/k > 0 {
		problem.Objective.L2 = e.penalty / k
	}
	if len(hidden) == 1 {
		problem.Activation = handcoded.Activation{Value: hidden[0].Value, Derivative: hidden[0].Derivative}
	}
	for _, a := range graph.Activations() {
		problem.Others = append(problem.Others, mistakes.NamedActivation{Name: a.Name, Activation: handcoded.Activation{Value: a.Value, Derivative: a.Derivative}})
	}
	var yours []mistakes.Gradient
	for _, lay := range t.r.layers {
		b := lay.b
		if b == nil {
			b = make([]float64, lay.w.cols)
		}
		if lay.shared {
			return nil, nil
		}
		problem.Layers = append(problem.Layers, handcoded.Layer{In: lay.w.rows, Out: lay.w.cols, W: lay.w.v, B: b})
		scaled := func(g []float64) []float64 {
			if g == nil {
				return nil
			}
			return matrix{1, len(g), g}.scaled(1 / k).v
		}
		yours = append(yours, mistakes.Gradient{W: scaled(lay.gw), B: scaled(lay.gb)})
	}
	found, err := mistakes.Diagnose(ctx, problem, yours)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil || len(found.Explanations) == 0 { // what it does not take, such as NaN, it does not explain
		return nil, nil
	}
	best := found.Explanations[0]
	list := slices.DeleteFunc(t.diagnosis(e), func(f Fault) bool { return f.Layer != nil })
	f := Fault{Mistake: best.Mistake, Sentence: t.inFileNames(best.Sentence), Residual: best.Residual}
	if best.Layer > 0 {
		f.Layer = &best.Layer
	}
	return append(list, f), nil
}

var catalogueName = regexp.MustCompile(`grad_[Wb][0-9]+`)

// inFileNames puts the file's names of gradients for the catalogue's.
func (t *trial) inFileNames(text string) string {
	return catalogueName.ReplaceAllStringFunc(text, func(name string) string {
		for l, lay := range t.r.layers {
			for prefix, own := range map[string]string{"grad_W": lay.wName, "grad_b": lay.bName} {
				if own != "" && strings.EqualFold(name, fmt.Sprint(prefix, l+1)) {
					return own
				}
			}
		}
		return name
	})
}

// own are the mistakes that the search knows beside the catalogue's.
var own = []mistakes.Mistake{
	{ID: "another-reduction", Description: "the gradients are right for another reduction of the loss than the one that is meant", Where: "the whole net"},
	{ID: "step", Description: "every gradient has the same factor, as of a step by a learning rate", Where: "the whole net"},
	{ID: unlisted, Description: "an array, or a layer's δ, has a factor without a name", Where: "any layer"},
	{ID: "label-missing", Description: "the target is not subtracted from the output", Where: "the output"},
	{ID: "label-added", Description: "the target is added to the output, not subtracted", Where: "the output"},
	{ID: "loss-term-sign", Description: "the sign of the second term in the derivative of a cross-entropy is reversed", Where: "the output"},
	{ID: "output-slope-extra", Description: "the output's δ is multiplied by one more derivative, of another formula than the output's", Where: "the output"},
	{ID: "hidden-from-output", Description: "a hidden layer starts from the derivative by the output, not from what the layer above sends down", Where: "any hidden layer"},
	{ID: "derivative-is-activation", Description: "the activation stands where its derivative should", Where: "any hidden layer"},
	{ID: forwardPass, Description: "a stored z, a or p is not what its formula makes of what is stored before it", Where: "any layer"},
	{ID: lossValue, Description: "the stored loss is not that of which the gradients are", Where: "the output"},
	{ID: "weights-for-input", Description: "the weights' gradient takes W for the layer's input", Where: "any layer"},
}

// Mistakes are all that a diagnosis may name.
func Mistakes() []mistakes.Mistake { return append(mistakes.List(), own...) }
