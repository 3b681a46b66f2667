package present

import (
	"fmt"
	"math"
	"slices"

	"actscope/data"
	"actscope/internal/comparison"
	"actscope/viz"
)

// answer is what a comparison's question comes to in its numbers, and how far they carry.
func answer(r *comparison.Result) []string {
	of := distanceAnswer
	if task(r) == data.Regression {
		of = targetAnswer
	}
	said, found := of(r)
	if !found {
		return []string{"This run has no answer: " + said}
	}
	return []string{said, hedge(r)}
}

// distanceAnswer says how much of the distances reaches the output, of the networks that have learnt something.
func distanceAnswer(r *comparison.Result) (said string, found bool) {
	var without, atRandom []string
	able := func(number func(n *comparison.Trained) float64) func(n *comparison.Trained) float64 {
		return func(n *comparison.Trained) float64 {
			if slices.Contains(without, n.Title) || slices.Contains(atRandom, n.Title) {
				return math.NaN()
			}
			return number(n)
		}
	}
	kept := func(n *comparison.Trained) float64 {
		return float64(n.Geometry.Layers[len(n.Geometry.Layers)-1].DistanceCorrelation)
	}
	for _, n := range r.Networks {
		switch {
		case atChance(r, n):
			atRandom = append(atRandom, n.Title)
		case !isFinite(kept(n)):
			without = append(without, n.Title)
		}
	}
	switch {
	case len(atRandom) == len(r.Networks):
		who := "none of the networks can"
		if len(atRandom) == 1 {
			who = "the network cannot"
		}
		return fmt.Sprintf("on its %s %s be told from chance, and the distance from a boundary that separates nothing means nothing.",
			Counted(r.Data.Test.Rows(), "test point"), who), false
	case len(atRandom)+len(without) == len(r.Networks):
		return "there is no decision boundary near enough to the points, or too few points to rank their distances from it.", false
	}
	order := ofEach(r, able(kept))
	text := fmt.Sprintf("The order of the distances reaches the output with a rank correlation of %s (within the predicted classes; 1 is all of it)", listed(order, rank))
	growths := ofLast(r, func(n *comparison.Trained, hidden int) float64 {
		return able(func(n *comparison.Trained) float64 { return lastGrowth(n, hidden) })(n)
	})
	if len(growths) > 0 {
		link := ". How finely they are told apart: "
		if least, _ := extremes(order); least.value > clearOrder && slices.ContainsFunc(growths, func(o of) bool { return o.value > clearGrowth }) {
			link = ", but not how finely they are told apart: "
		}
		text += fmt.Sprintf("%sfor the last hidden layer to notice, a point far from the boundary has to move %s as one near it", link, listed(growths, asFar))
	}
	text += "."
	if len(atRandom) > 0 {
		text += " Left out, because nothing tells it from chance: " + joined(atRandom) + "."
	}
	if len(without) > 0 {
		text += " Left out, for want of distances: " + joined(without) + "."
	}
	return text, true
}

const (
	// clearGrowth is from which growth of the just-noticeable distance on far points are told apart less well.
	clearGrowth = 1.5
	// clearOrder is from which rank correlation on most of the order is kept.
	clearOrder = 0.8
)

// targetAnswer says how much of the numbers to predict can be read from the first to the last layer.
func targetAnswer(r *comparison.Result) (said string, found bool) {
	mean := func(layer int) func(n *comparison.Trained) float64 {
		return func(n *comparison.Trained) float64 {
			read := n.Geometry.Layers[(layer+len(n.Geometry.Layers))%len(n.Geometry.Layers)].TargetDecoded
			sum := 0.
			for _, v := range read {
				sum += float64(v)
			}
			return sum / float64(len(read))
		}
	}
	inputs, outputs := ofEach(r, mean(0)), ofEach(r, func(n *comparison.Trained) float64 {
		if n.TestFit == nil {
			return math.NaN()
		}
		return n.TestFit.R2
	})
	if len(inputs) == 0 || len(outputs) == 0 {
		return predictedPhrase(r) + " is the same at all test points.", false
	}
	text := fmt.Sprintf("Of the variance of %s a linear function finds %s in the inputs", predictedPhrase(r), explainedShare(inputs[0].value))
	if hidden := ofLast(r, func(n *comparison.Trained, _ int) float64 { return mean(-2)(n) }); len(hidden) > 0 {
		text += fmt.Sprintf(", and in the last hidden layer %s", listed(hidden, explainedShare))
	}
	return fmt.Sprintf("%s; what is predicted explains %s.", text, listed(outputs, explainedShare)), true
}

// explainedShare writes a share of a variance, which is below 0 where a guess of the mean were better.
func explainedShare(v float64) string {
	if v < 0 {
		return "nothing"
	}
	return viz.Percent(v, 1)
}

// hedge says how far the numbers of a comparison carry.
func hedge(r *comparison.Result) string {
	points := Counted(r.Data.Test.Rows(), "test point")
	switch {
	case r.Observed() && len(r.Networks) == 1:
		return fmt.Sprintf("That is measured on %s, and holds for this network and these data.", points)
	case r.Observed():
		return fmt.Sprintf("That is measured on %s, and holds for these networks and these data.", points)
	case len(r.Networks) == 1:
		return fmt.Sprintf("That is one training, measured on %s: another seed, or other data, may give something else.", points)
	}
	return fmt.Sprintf("That is one training of each network, measured on %s: it shows what happened here, not what an activation does in general.", points)
}
