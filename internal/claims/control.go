package claims

import (
	"slices"

	"gonum.org/v1/gonum/stat"

	"actscope/internal/number"
	"actscope/internal/stats"
)

// Control is a mean test accuracy that was found before this design was made, on the
// data of seed 42, and what the design finds for the same number of seeds.
type Control struct {
	Setting string `json:"setting"`
	Network string `json:"network"`
	// Source says how the earlier figure was found.
	Source string `json:"source"`
	// Accuracy is the earlier figure and Deviation that over its seeds, 0 where it was
	// not kept.
	Accuracy  float64 `json:"accuracy"`
	Deviation float64 `json:"deviation,omitempty"`
	// Seeds is the number of seeds of both; Mean is what the design finds on seeds 0 to
	// Seeds-1, Low and High bound it at 95 % by Student's t, MeasuredDeviation is that
	// over the seeds.
	Seeds             int          `json:"seeds"`
	Mean              number.Float `json:"mean"`
	Low               number.Float `json:"low"`
	High              number.Float `json:"high"`
	MeasuredDeviation number.Float `json:"measured_deviation"`
	// Agrees says whether the earlier figure, which has three decimals, lies within.
	Agrees bool `json:"agrees"`
}

const (
	sourceProgram = "networks of this program, 20 seeds"
	sourceNumPy   = "independent networks in NumPy, 60 seeds"
)

// earlier are the figures that controls compare with.
var earlier = []Control{
	{Setting: "article", Network: relu, Source: sourceProgram, Seeds: 20, Accuracy: 0.975},
	{Setting: "rate=0.5", Network: relu, Source: sourceProgram, Seeds: 20, Accuracy: 0.974},
	{Setting: "article", Network: sigmoid, Source: sourceProgram, Seeds: 20, Accuracy: 0.796},
	{Setting: "epochs=4000", Network: sigmoid, Source: sourceProgram, Seeds: 20, Accuracy: 0.966},
	{Setting: "rate=0.5", Network: sigmoid, Source: sourceProgram, Seeds: 20, Accuracy: 0.970},
	{Setting: "rate=2", Network: sigmoid, Source: sourceProgram, Seeds: 20, Accuracy: 0.978},
	{Setting: "article", Network: sigmoid, Source: sourceNumPy, Seeds: 60, Accuracy: 0.795, Deviation: 0.014},
	{Setting: "epochs=2000", Network: sigmoid, Source: sourceNumPy, Seeds: 60, Accuracy: 0.889, Deviation: 0.059},
	{Setting: "epochs=4000", Network: sigmoid, Source: sourceNumPy, Seeds: 60, Accuracy: 0.961, Deviation: 0.055},
	{Setting: "article", Network: relu, Source: sourceNumPy, Seeds: 60, Accuracy: 0.973, Deviation: 0.005},
	{Setting: "epochs=2000", Network: relu, Source: sourceNumPy, Seeds: 60, Accuracy: 0.974},
	{Setting: "epochs=4000", Network: relu, Source: sourceNumPy, Seeds: 60, Accuracy: 0.974},
}

// controlPairs are what the controls of a setting need, as far as the design has
// seeds.
func (d Design) controlPairs(s Setting) []Pair {
	seeds := 0
	for _, c := range earlier {
		if d.ofArticle() && c.Setting == s.Name {
			seeds = max(seeds, min(c.Seeds, d.Seeds))
		}
	}
	return firstPairs(seeds)
}

// trained are all pairs of a setting: those that claims are judged on, and what
// controls need beyond.
func (d Design) trained(s Setting) []Pair {
	pairs := d.Pairs(s)
	for _, p := range d.controlPairs(s) {
		if !slices.Contains(pairs, p) {
			pairs = append(pairs, p)
		}
	}
	return pairs
}

// firstPairs are the first seeds on the first data set.
func firstPairs(seeds int) []Pair {
	var pairs []Pair
	for seed := range seeds {
		pairs = append(pairs, Pair{DataSeeds[0], int64(seed)})
	}
	return pairs
}

// Controls holds a table against the earlier figures, those for which it has the
// seeds.
func Controls(t *Table) []Control {
	controls := []Control{}
	if !t.Design.ofArticle() {
		return controls
	}
	for _, c := range earlier {
		s, ok := t.Design.Setting(c.Setting)
		if !ok {
			continue
		}
		var accuracies []float64
		for _, p := range firstPairs(c.Seeds) {
			if m := t.Get(s, p, c.Network); m != nil && !m.Failed() {
				accuracies = append(accuracies, m.TestAccuracy)
			}
		}
		if len(accuracies) < c.Seeds {
			continue
		}
		summary := stats.Summarise(accuracies)
		c.Mean, c.Low, c.High = number.Float(summary.Mean), number.Float(summary.Low), number.Float(summary.High)
		c.MeasuredDeviation = number.Float(stat.StdDev(accuracies, nil))
		const printed = 0.0005 // half of the last decimal
		c.Agrees = summary.Low-printed <= c.Accuracy && c.Accuracy <= summary.High+printed
		controls = append(controls, c)
	}
	return slices.Clip(controls)
}
