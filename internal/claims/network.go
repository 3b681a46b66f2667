package claims

import (
	"actscope/internal/number"
	"math"

	"gonum.org/v1/gonum/stat"
)

// NetworkRow describes the networks of one activation at one setting, over the pairs
// that claims are judged on. Means are over the networks that did not fail.
type NetworkRow struct {
	Setting string  `json:"setting"`
	Epochs  int     `json:"epochs"`
	Rate    float64 `json:"rate"`
	Hidden  []int   `json:"hidden"`
	Network string  `json:"network"`
	Trained int     `json:"trained"`
	Failed  int     `json:"failed"`
	// TestAccuracy is the mean, Low and High its interval at 95 %: by Student's t over the
	// initial seeds, on the data sets as they are. Deviation is that over all networks.
	TestAccuracy number.Float `json:"test_accuracy"`
	Low          number.Float `json:"low"`
	High         number.Float `json:"high"`
	Deviation    number.Float `json:"deviation"`
	// ByData are the means of each data set.
	ByData        []DataMean   `json:"by_data_seed"`
	TrainAccuracy number.Float `json:"train_accuracy"`
	FinalLoss     number.Float `json:"final_loss"`
	// Spread is the mean of each hidden layer.
	Spread []number.Float `json:"spread"`
	// FirstGradients are the mean norms of each layer's gradient over the first epoch.
	FirstGradients []number.Float `json:"first_gradients"`
	// Kept are the mean rank correlations of the distance to the decision boundary with
	// the margin, in the inputs, each hidden layer and the output, over the networks that
	// have a boundary; Boundaries is their number.
	Kept       []number.Float `json:"distance_correlation"`
	Boundaries int            `json:"boundaries"`
}

// DataMean is the mean test accuracy on one data set.
type DataMean struct {
	DataSeed int64        `json:"data_seed"`
	Accuracy number.Float `json:"test_accuracy"`
}

// Networks describes the networks of some settings.
func Networks(t *Table, settings []Setting) []NetworkRow {
	var rows []NetworkRow
	for _, s := range settings {
		for _, network := range t.Design.Base.Activations {
			rows = append(rows, describe(t, s, network))
		}
	}
	return rows
}

func describe(t *Table, s Setting, network string) NetworkRow {
	r := NetworkRow{Setting: s.Name, Epochs: s.Epochs, Rate: s.Rate, Hidden: s.Hidden, Network: network}
	var test, train, loss []float64
	byLayer, gradients, kept := make([][]float64, len(s.Hidden)), make([][]float64, len(s.Hidden)+1), make([][]float64, len(s.Hidden)+2)
	accuracies, byData := sample{}, newGroups()
	for _, p := range t.Design.Pairs(s) {
		m := t.Get(s, p, network)
		r.Trained++
		if m.Failed() {
			r.Failed++
			continue
		}
		test, train, loss = append(test, m.TestAccuracy), append(train, m.TrainAccuracy), append(loss, m.Loss[3])
		for l, spread := range m.Spread {
			byLayer[l] = append(byLayer[l], spread)
		}
		for l, norm := range m.FirstGradients {
			gradients[l] = append(gradients[l], norm)
		}
		found := false
		for l, correlation := range m.Kept {
			if c := float64(correlation); !math.IsNaN(c) {
				kept[l], found = append(kept[l], c), true
			}
		}
		if found {
			r.Boundaries++
		}
		accuracies.add(p, m.TestAccuracy)
		byData.add(p.DataSeed, m.TestAccuracy)
	}
	average, low, high := accuracies.mean()
	r.TestAccuracy, r.Low, r.High = number.Float(average), number.Float(low), number.Float(high)
	r.TrainAccuracy, r.FinalLoss = mean(train), mean(loss)
	r.Deviation = number.Float(stat.StdDev(test, nil))
	r.Spread, r.FirstGradients, r.Kept = means(byLayer), means(gradients), means(kept)
	for i, dataSeed := range byData.seeds {
		r.ByData = append(r.ByData, DataMean{dataSeed, number.Float(byData.means()[i])})
	}
	return r
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
