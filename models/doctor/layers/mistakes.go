package layers

import (
	"slices"

	"actscope/graph/layer"
	"actscope/internal/input"
	"actscope/models/handcoded/mistakes"
)

// Mistakes are those that are looked for in a kind of layer: its own, then those of all kinds.
func Mistakes(kind string) ([]mistakes.Mistake, error) {
	k, err := layer.KindNamed(kind)
	if err != nil {
		return nil, input.Under("layer", err)
	}
	var list []mistakes.Mistake
	for _, m := range k.Mistakes {
		list = append(list, mistakes.Mistake{ID: m.ID, Description: m.Text, Where: "the " + k.Name + " layer"})
	}
	for _, m := range slices.Concat(ofKinds[kind], general) {
		if !slices.ContainsFunc(list, func(own mistakes.Mistake) bool { return own.ID == m.ID }) {
			list = append(list, m)
		}
	}
	return list, nil
}

const (
	anyGradient  = "any gradient"
	allGradients = "all gradients, or any"
)

// ofKinds are mistakes that are found in the numbers of some kinds.
var ofKinds = map[string][]mistakes.Mistake{
	"conv":    {{ID: "filter-gradient-turned", Description: "the filters' gradient is turned by half a turn", Where: "dw"}},
	"softmax": penaltyMistakes,
	"svm":     penaltyMistakes,
}

var penaltyMistakes = []mistakes.Mistake{
	{ID: "penalty-missing", Description: "the penalty's part is missing", Where: "dW"},
	{ID: "penalty-factor", Description: "the penalty's part has another factor than the loss has", Where: "dW"},
}

// general are the mistakes that need no knowledge of the layer.
var general = []mistakes.Mistake{
	{ID: "sign", Description: "the sign is reversed", Where: allGradients},
	{ID: "sum-over-batch", Description: "summed over the samples, not averaged", Where: allGradients},
	{ID: "mean-over-batch", Description: "averaged over the samples, not summed", Where: allGradients},
	{ID: "factor-two", Description: "twice what it should be", Where: allGradients},
	{ID: "factor-half", Description: "half of what it should be", Where: allGradients},
	{ID: unlisted, Description: "some other number times what it should be", Where: allGradients},
	{ID: "clipped", Description: "clipped at a bound", Where: "all gradients"},
	{ID: "forward", Description: "an output or the loss is not what the layer gives", Where: "the way forward"},
	{ID: "weight-gradient-transposed", Description: "transposed", Where: anyGradient},
	{ID: "shape", Description: "the right numbers in another shape", Where: anyGradient},
	{ID: "sum-missing", Description: "not summed over samples, steps or pixels", Where: anyGradient},
	{ID: "summed-over-everything", Description: "summed to one number", Where: anyGradient},
	{ID: "exchanged", Description: "two gradients have changed places", Where: "two gradients"},
	{ID: "weight-decay", Description: "the gradient contains a multiple of the parameter, as of a penalty that the file does not have", Where: anyGradient},
}
