package claims

import (
	"slices"
	"strings"

	"actscope/graph"
	"actscope/internal/config"
	"actscope/internal/input"
)

// The claims speak of three parts: sigmoid, ReLU and, in some, tanh. Other activations may take them.

// cast gives the activations of the parts, in their order: the claims' own where these, or the article's
// two, are named. Of two others the third is tanh, unless it is one of them.
func cast(named []string) ([]string, error) {
	if slices.Equal(named, config.Article().Activations) || slices.Equal(named, networks) {
		return networks, nil
	}
	if len(named) < 2 || len(named) > len(networks) {
		return nil, input.Refuse("activations", "%d of them: name two or three, which stand in for sigmoid, for ReLU and for tanh: claims compare the first two", len(named))
	}
	var all []string
	for _, name := range named {
		a, err := graph.ActivationNamed(name)
		if err != nil {
			return nil, input.Under("activations", err)
		}
		all = append(all, a.Name)
	}
	if len(all) == 2 && !slices.Contains(all, tanh) {
		all = append(all, tanh)
	}
	return all, nil
}

// Recast says that other activations stand in for the claims' own.
func (d Design) Recast() bool { return !slices.Equal(d.Base.Activations, networks) }

// part is the activation of a part, "" where nobody takes it.
func (d Design) part(network string) string {
	if i := slices.Index(networks, network); i < len(d.Base.Activations) {
		return d.Base.Activations[i]
	}
	return ""
}

// asks says whether a claim can be asked of the design's networks: the article's numbers are those of
// sigmoid and ReLU.
func (d Design) asks(c Claim) bool {
	if c.Kind == Printed && d.Recast() {
		return false
	}
	return !slices.ContainsFunc(c.networks, func(network string) bool { return d.part(network) == "" })
}

// worded puts the activations' names in the place of those whose parts they take.
func (d Design) worded(text string) string {
	if !d.Recast() {
		return text
	}
	var names []string
	for i, part := range []string{"sigmoid", "ReLU", "tanh"} {
		if i < len(d.Base.Activations) {
			names = append(names, part, graph.ActivationTitle(d.Base.Activations[i]))
		}
	}
	return strings.NewReplacer(names...).Replace(text)
}

// Casting says which activations take which part, "" where they are the claims' own.
func Casting(c config.Config) string {
	d := Design{Base: c}
	if !d.Recast() || len(c.Activations) < 2 {
		return ""
	}
	text := graph.ActivationTitle(c.Activations[0]) + " stands in for sigmoid and " + graph.ActivationTitle(c.Activations[1]) + " for ReLU"
	if len(c.Activations) > 2 {
		text += "; " + graph.ActivationTitle(c.Activations[2]) + " takes tanh's part"
	}
	return text + ". Claims are asked as they are worded here, under the ids that they have of sigmoid and ReLU. " +
		"The article's numbers, and the interventions, are about sigmoid and ReLU themselves and are not asked; the thresholds are those that were chosen for these."
}

// whole refuses settings under which a training is no part of a longer one, as the design takes it to be.
func whole(c config.Config) error {
	switch {
	case c.Patience > 0:
		return input.Refuse("patience", "%d epochs: one training is measured at all numbers of epochs of the design, so none may end early: leave it out", c.Patience)
	case c.LengthOfSchedule():
		return input.Refuse("schedule", "cosine: one training is measured at all numbers of epochs of the design, and the rates would be others for each: say the length, cosine:%d", c.Epochs)
	}
	return nil
}
