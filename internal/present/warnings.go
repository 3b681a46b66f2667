package present

import (
	"fmt"
	"math"
	"slices"

	"actscope/data"
	"actscope/internal/comparison"
	"actscope/internal/stats"
	"actscope/viz"
)

const (
	// fewPoints is below how many test points hardly anything can be told.
	fewPoints = 30
	// stuckShare is the share of the test points at which a network decides as a straight line does from
	// which on it is said to, where at least stuckErrors of them are wrong, and of the training points.
	stuckShare, stuckErrors = 0.97, 0.05
	// clearRise is by which factor a loss has to end above where it began to be said to.
	clearRise = 1.05
	// allButDead is the variation from point to point, relative to the activations themselves, below which a
	// layer hardly tells any points apart.
	allButDead = 1e-4
)

// warnings say where the networks of a comparison failed, and what is too small.
func warnings(r *comparison.Result) []string {
	var all []string
	if n := r.Data.Test.Rows(); n < fewPoints {
		all = append(all, fmt.Sprintf("There %s only: a single one moves an accuracy by %s, and correlations of so few say little.", areCounted(n, "test point"), viz.Percent(1/float64(n), 1)))
	}
	for _, n := range r.Networks {
		for _, warn := range []func(*comparison.Result, *comparison.Trained) string{risen, chance, neverPredicted, deadLayer, straight} {
			if text := warn(r, n); text != "" {
				all = append(all, text)
			}
		}
	}
	return all
}

func areCounted(n int, thing string) string {
	if n == 1 {
		return "is 1 " + thing
	}
	return "are " + Counted(n, thing)
}

// risen says that a training ended above where it began.
func risen(_ *comparison.Result, n *comparison.Trained) string {
	h := n.History.Loss
	if len(h) < 2 || h[len(h)-1] <= clearRise*h[0] {
		return ""
	}
	return fmt.Sprintf("%s diverged: its loss rose from %s in the first epoch to %s in the last. A smaller learning rate may help.", n.Title, viz.Num(h[0], 3), viz.Num(h[len(h)-1], 3))
}

// largestShare is the share of the most frequent class, or combination of labels, among the test rows.
func largestShare(r *comparison.Result) (share float64, rows []float64) {
	counts := make(map[string]int)
	most := ""
	for row := range r.Data.Test.Rows() {
		target := r.Data.Test.Target(row)
		key := fmt.Sprint(target)
		if counts[key]++; most == "" || counts[key] > counts[most] {
			most, rows = key, target
		}
	}
	return float64(counts[most]) / float64(r.Data.Test.Rows()), rows
}

// atChance says that a network is not better than what always predicts the most frequent class, or the mean, as
// far as the test points can tell.
func atChance(r *comparison.Result, n *comparison.Trained) bool {
	if task(r) == data.Regression {
		return betterThanMean(r, n).Low <= 0
	}
	share, _ := largestShare(r)
	low, _ := stats.Wilson(n.TestAccuracy, float64(r.Data.Test.Rows()), stats.Confidence)
	return low <= share
}

// betterThanMean is by how much squared errors of the first target are below those of the training rows' mean.
func betterThanMean(r *comparison.Result, n *comparison.Trained) stats.Summary {
	columns := r.Data.Raw.Targets.Columns()
	truth, fitted := trueValues(r, r.Data.Test, 0).Of, trueValues(r, r.Data.Train, 0).Of
	predicted, mean := column(n.Predicted, 0, columns), stats.Summarise(fitted).Mean
	better := make([]float64, len(truth))
	for i, v := range truth {
		better[i] = (v-mean)*(v-mean) - (v-predicted[i])*(v-predicted[i])
	}
	return stats.Summarise(better)
}

// chance says that a network cannot be told from chance.
func chance(r *comparison.Result, n *comparison.Trained) string {
	switch {
	case !atChance(r, n):
		return ""
	case task(r) == data.Regression:
		return fmt.Sprintf("%s is not better than chance: its predictions of %s are no closer to the %d test points than their mean is, as far as so many can tell.", n.Title, targetName(r, 0), r.Data.Test.Rows())
	}
	share, most := largestShare(r)
	low, high := stats.Wilson(n.TestAccuracy, float64(r.Data.Test.Rows()), stats.Confidence)
	always := "the most frequent labels every time"
	if task(r) == data.Classification {
		always = classNames(r).Phrase(int(most[0])) + " every time"
	}
	return fmt.Sprintf("%s cannot be told from chance: it gets %s of %d test points right (95 %% interval %s to %s), and to say %s gets %s.",
		n.Title, percent(n.TestAccuracy), r.Data.Test.Rows(), percent(low), percent(high), always, percent(share))
}

// neverPredicted names the classes of which there are test points but no prediction.
func neverPredicted(r *comparison.Result, n *comparison.Trained) string {
	var missing []string
	for class := range n.Confusion {
		there, predicted := len(r.Data.Test.ClassRows(class)) > 0, false
		for _, row := range n.Confusion {
			predicted = predicted || row[class] > 0
		}
		if there && !predicted {
			missing = append(missing, classNames(r).Phrase(class))
		}
	}
	switch {
	case len(missing) == 0:
		return ""
	case len(missing) > mostNamed:
		return fmt.Sprintf("%s never predicts %d of the %d classes on the test points.", n.Title, len(missing), len(n.Confusion))
	}
	return fmt.Sprintf("%s never predicts %s on the test points.", n.Title, joined(missing))
}

// deadLayer names the first hidden layer that tells no points apart, or hardly any.
func deadLayer(_ *comparison.Result, n *comparison.Trained) string {
	for l := 1; l <= n.Test.HiddenLayers(); l++ {
		if n.Geometry.Layers[l].Dead == 1 {
			return fmt.Sprintf("Layer %d of %s is dead: none of its units changes from one test point to another, so nothing of a point gets through.", l, n.Title)
		}
		size := 0.
		for _, v := range n.Test.Hidden(l).RawMatrix().Data {
			size = max(size, math.Abs(v))
		}
		if spread := pointSpread(n, l); spread < allButDead*size {
			return fmt.Sprintf("Layer %d of %s is all but dead: its units change by %s from point to point, around values of up to %s.", l, n.Title, viz.Num(spread, 2), viz.Num(size, 2))
		}
	}
	return ""
}

// straight says that a network with hidden layers decides as the linear probe of its inputs does, and is often wrong,
// on the training points too.
func straight(r *comparison.Result, n *comparison.Trained) string {
	if task(r) != data.Classification || n.Test.HiddenLayers() == 0 || atChance(r, n) || r.Data.Raw.Targets.Classes() != 2 {
		return ""
	}
	margins, alike, wrong := n.Geometry.Layers[0].Margins, 0, 0
	for row, margin := range margins {
		predicted := (r.Data.Test.Y[row] == 1) != n.Wrong[row]
		if (margin >= 0) == predicted {
			alike++
		}
		if n.Wrong[row] {
			wrong++
		}
	}
	rows := float64(len(margins))
	if slices.ContainsFunc(margins, math.IsNaN) || float64(alike) < stuckShare*rows || float64(wrong) < stuckErrors*rows || 1-n.TrainAccuracy < stuckErrors {
		return ""
	}
	return fmt.Sprintf("%s is stuck at a straight line: at %d of %d test points it decides as the best straight line through the training points does, and gets %d wrong. Where a curve does better, more epochs or a larger learning rate may help.",
		n.Title, alike, len(margins), wrong)
}
