package claims

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"actscope/internal/article"
	"actscope/internal/number"
	"actscope/internal/stats"
)

// NetworkRow describes the networks of one activation in one variant, over the pairs
// that claims are judged on. Means are over the networks that did not fail.
type NetworkRow struct {
	Variant string  `json:"setting"`
	Epochs  int     `json:"epochs"`
	Rate    float64 `json:"rate"`
	Hidden  []int   `json:"hidden"`
	Network string  `json:"network"`
	Trained int     `json:"trained"`
	Failed  int     `json:"failed"`
	// Accuracy is the mean of what claims are judged on, Low and High bound it at 95 % by
	// Student's t over the data sets. Deviation is that over all networks.
	Accuracy  number.Float `json:"accuracy"`
	Low       number.Float `json:"low"`
	High      number.Float `json:"high"`
	Deviation number.Float `json:"deviation"`
	// TestAccuracy is the mean on the test rows, TestDeviation that over all networks.
	TestAccuracy  number.Float `json:"test_accuracy"`
	TestDeviation number.Float `json:"test_deviation"`
	TrainAccuracy number.Float `json:"train_accuracy"`
	FinalLoss     number.Float `json:"final_loss"`
	// Spread is the mean of each hidden layer.
	Spread []number.Float `json:"spread"`
	// FirstGradients are the mean norms of each layer's gradient over the first epoch.
	FirstGradients []number.Float `json:"first_gradients"`
	// Kept are the mean rank correlations of the distance to the decision boundary with
	// the margin, in the inputs, each hidden layer and the output, within each predicted class,
	// and KeptPooled those of all rows together, over the networks that have them; Boundaries is
	// how many have a boundary. Runs of earlier versions have the latter only.
	Kept       []number.Float `json:"distance_correlation"`
	KeptPooled []number.Float `json:"distance_correlation_pooled"`
	Boundaries int            `json:"boundaries"`
	// Growth is the median of each hidden layer, Levels the mean, FarRank the means through
	// noise: of the networks that have them.
	Growth  []number.Float `json:"growth"`
	Levels  number.Float   `json:"levels"`
	FarRank []number.Float `json:"far_rank"`
}

// Networks describes the networks of some variants.
func Networks(t *Table, variants []Variant) []NetworkRow {
	var rows []NetworkRow
	for _, v := range variants {
		for _, network := range t.Design.Base.Activations {
			rows = append(rows, describe(t, v, network))
		}
	}
	return rows
}

func describe(t *Table, v Variant, network string) NetworkRow {
	r := NetworkRow{Variant: v.Name, Epochs: v.Epochs, Rate: v.Rate, Hidden: v.Hidden, Network: network}
	var judged, test, train, loss []float64
	byLayer, gradients := make([][]float64, len(v.Hidden)), make([][]float64, len(v.Hidden)+1)
	kept, pooled := make([][]float64, len(v.Hidden)+2), make([][]float64, len(v.Hidden)+2)
	growth, far := make([][]float64, len(v.Hidden)), make([][]float64, len(survivalNoise))
	var levels []float64
	var accuracies byDataSet
	for _, p := range t.Design.Pairs(v) {
		m := t.Get(v, p, network)
		r.Trained++
		if m.Failed() {
			r.Failed++
			continue
		}
		test, train, loss = append(test, m.TestAccuracy), append(train, m.TrainAccuracy), append(loss, m.Loss[3])
		judged = append(judged, m.Accuracy())
		accuracies.add(p, m.Accuracy())
		for l, spread := range m.Spread {
			byLayer[l] = append(byLayer[l], spread)
		}
		for l, norm := range m.FirstGradients {
			gradients[l] = append(gradients[l], norm)
		}
		for l, g := range m.Growth {
			growth[l] = appendNumber(growth[l], g)
		}
		for i, rank := range m.FarRank {
			far[i] = appendNumber(far[i], rank)
		}
		levels = appendNumber(levels, m.Levels)
		found := false
		for l, correlation := range m.KeptPooled {
			kept[l], pooled[l] = appendNumber(kept[l], m.Kept[l]), appendNumber(pooled[l], correlation)
			found = found || !math.IsNaN(float64(correlation))
		}
		if found {
			r.Boundaries++
		}
	}
	accuracy := accuracies.summary().In(stats.Shares)
	r.Accuracy, r.Low, r.High = number.Float(accuracy.Mean), number.Float(accuracy.Low), number.Float(accuracy.High)
	r.Deviation, r.TestDeviation = number.Float(stat.StdDev(judged, nil)), number.Float(stat.StdDev(test, nil))
	r.TestAccuracy, r.TrainAccuracy, r.FinalLoss = mean(test), mean(train), mean(loss)
	r.Spread, r.FirstGradients, r.Kept, r.KeptPooled = means(byLayer), means(gradients), means(kept), means(pooled)
	for _, g := range growth {
		r.Growth = append(r.Growth, number.Float(stats.Quantile(slices.Sorted(slices.Values(g)), 0.5)))
	}
	r.Levels, r.FarRank = mean(levels), means(far)
	return r
}

// appendNumber appends a value, but for NaN.
func appendNumber(values []float64, v number.Float) []float64 {
	if math.IsNaN(float64(v)) {
		return values
	}
	return append(values, float64(v))
}

// means are those of each layer.
func means(byLayer [][]float64) []number.Float {
	var all []number.Float
	for _, values := range byLayer {
		all = append(all, mean(values))
	}
	return all
}

func mean(values []float64) number.Float { return number.Float(stat.Mean(values, nil)) }

// Control is a mean test accuracy that was found before this design was made, on the
// data of seed 42, and what the design finds for the same number of seeds.
type Control struct {
	Variant string `json:"setting"`
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
	{Variant: "article", Network: article.ReLU, Source: sourceProgram, Seeds: 20, Accuracy: 0.975},
	{Variant: "rate=0.5", Network: article.ReLU, Source: sourceProgram, Seeds: 20, Accuracy: 0.974},
	{Variant: "article", Network: article.Sigmoid, Source: sourceProgram, Seeds: 20, Accuracy: 0.796},
	{Variant: "epochs=4000", Network: article.Sigmoid, Source: sourceProgram, Seeds: 20, Accuracy: 0.966},
	{Variant: "rate=0.5", Network: article.Sigmoid, Source: sourceProgram, Seeds: 20, Accuracy: 0.970},
	{Variant: "rate=2", Network: article.Sigmoid, Source: sourceProgram, Seeds: 20, Accuracy: 0.978},
	{Variant: "article", Network: article.Sigmoid, Source: sourceNumPy, Seeds: 60, Accuracy: 0.795, Deviation: 0.014},
	{Variant: "epochs=2000", Network: article.Sigmoid, Source: sourceNumPy, Seeds: 60, Accuracy: 0.889, Deviation: 0.059},
	{Variant: "epochs=4000", Network: article.Sigmoid, Source: sourceNumPy, Seeds: 60, Accuracy: 0.961, Deviation: 0.055},
	{Variant: "article", Network: article.ReLU, Source: sourceNumPy, Seeds: 60, Accuracy: 0.973, Deviation: 0.005},
	{Variant: "epochs=2000", Network: article.ReLU, Source: sourceNumPy, Seeds: 60, Accuracy: 0.974},
	{Variant: "epochs=4000", Network: article.ReLU, Source: sourceNumPy, Seeds: 60, Accuracy: 0.974},
}

// controlPairs are what the controls of a variant need, as far as the design has
// seeds.
func (d Design) controlPairs(v Variant) []Pair {
	seeds := 0
	for _, c := range earlier {
		if d.ofArticle() && c.Variant == v.Name {
			seeds = max(seeds, min(c.Seeds, d.Seeds))
		}
	}
	return firstPairs(seeds)
}

// firstPairs are the first seeds on the article's data set.
func firstPairs(seeds int) []Pair {
	var pairs []Pair
	for seed := range seeds {
		pairs = append(pairs, Pair{articleRun.DataSeed, int64(seed)})
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
		v, ok := t.Design.Variant(c.Variant)
		if !ok {
			continue
		}
		var accuracies []float64
		for _, p := range firstPairs(c.Seeds) {
			if m := t.Get(v, p, c.Network); m != nil && !m.Failed() {
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
	return controls
}
