package models

import (
	"math"
	"slices"

	"actscope/graph"
)

// Confusion counts rows by their true class (first index) and the predicted one.
type Confusion [][]int

// Confusion counts the rows by their true classes, y, of so many and the predicted ones. It is
// nil where the network predicts labels that a row may have several of, or numbers. A row with
// a NaN is in no column.
func (o *Observation) Confusion(y []float64, classes int) Confusion {
	outputs := o.Probability()
	width := len(outputs) / o.Rows()
	if o.reading.targets == graph.Numbers || (o.reading.targets == graph.Labels && width > 1) {
		return nil
	}
	c := make(Confusion, classes)
	for i := range c {
		c[i] = make([]int, classes)
	}
	for row, class := range y {
		if predicted := o.reading.class(outputs[row*width : (row+1)*width]); predicted >= 0 {
			c[int(class)][predicted]++
		}
	}
	return c
}

// class is the predicted class of a row with one class, -1 where an output is NaN.
func (r reading) class(output []float64) int {
	switch {
	case len(output) > 1:
		return predictedClass(output)
	case output[0] != output[0]:
		return -1
	case output[0] >= r.least():
		return 1
	}
	return 0
}

// BalancedAccuracy is the mean over the classes that have rows of the share of theirs that is
// predicted rightly: what guessing one class always gets 1/k of. NaN without rows.
func (c Confusion) BalancedAccuracy() float64 {
	sum, present := 0.0, 0
	for class, row := range c {
		all := 0
		for _, n := range row {
			all += n
		}
		if all > 0 {
			sum += float64(row[class]) / float64(all)
			present++
		}
	}
	return sum / float64(present)
}

// LabelAccuracy is the share of rows of which each label is predicted rightly, given labels y,
// rows × labels; nil where the network does not predict several labels a row.
func (o *Observation) LabelAccuracy(y []float64) []float64 {
	outputs := o.Probability()
	labels := len(outputs) / o.Rows()
	if o.reading.targets != graph.Labels || labels == 1 {
		return nil
	}
	shares := make([]float64, labels)
	for i, p := range outputs {
		if p == p && (p >= o.reading.least()) == (y[i] == 1) {
			shares[i%labels]++
		}
	}
	for label := range shares {
		shares[label] /= float64(o.Rows())
	}
	return shares
}

// calibrationBins is how many bins of equal width [Calibration] has from 0 to 1, as in Guo et
// al., "On Calibration of Modern Neural Networks" (2017), but for their number, 15.
const calibrationBins = 10

// Calibration holds probabilities against what came true.
type Calibration struct {
	// Bins are those of the confidence, the probability of what is predicted: from 0 to 0.1, to
	// 0.2, ..., to 1.
	Bins []CalibrationBin `json:"bins"`
	// ExpectedError is the mean over all predictions of |share right - mean confidence| in the
	// bin of each.
	ExpectedError float64 `json:"expected_error"`
	// Brier is the mean over rows of Σ (p - y)² over the classes, y being 1 for the row's class;
	// of two classes and of labels it is the mean of (p - y)², half of that.
	Brier float64 `json:"brier"`
}

// CalibrationBin are predictions of about one confidence. Confidence and Right are 0 without any.
type CalibrationBin struct {
	Count      int     `json:"count"`
	Confidence float64 `json:"confidence"` // mean
	Right      float64 `json:"right"`      // share of them
}

// Calibration holds the probabilities of the rows against their targets y, the Y of a set. It
// is nil where the network gives no probabilities: numbers and the scores of a hinge.
func (o *Observation) Calibration(y []float64) *Calibration {
	if o.reading.targets == graph.Numbers || o.reading.scores {
		return nil
	}
	c := &Calibration{Bins: make([]CalibrationBin, calibrationBins)}
	outputs, rows := o.Probability(), o.Rows()
	width, predictions := len(outputs)/rows, 0
	add := func(confidence float64, right bool) {
		bin := &c.Bins[min(int(confidence*calibrationBins), calibrationBins-1)]
		bin.Count++
		bin.Confidence += confidence
		if right {
			bin.Right++
		}
		predictions++
	}
	for row := range rows {
		output := outputs[row*width : (row+1)*width]
		if slices.ContainsFunc(output, math.IsNaN) {
			continue
		}
		if o.reading.targets == graph.Classes {
			predicted, class := predictedClass(output), int(y[row])
			add(output[predicted], predicted == class)
			squares := 0.0
			for j, p := range output {
				squares += square(p - one(j == class))
			}
			if width == 2 {
				squares /= 2
			}
			c.Brier += squares
			continue
		}
		for j, p := range output {
			label := y[row*width+j]
			add(max(p, 1-p), (p >= 0.5) == (label == 1))
			c.Brier += square(p-label) / float64(width)
		}
	}
	c.Brier /= float64(rows)
	for i := range c.Bins {
		bin := &c.Bins[i]
		if bin.Count == 0 {
			continue
		}
		n := float64(bin.Count)
		bin.Confidence, bin.Right = bin.Confidence/n, bin.Right/n
		c.ExpectedError += n / float64(predictions) * math.Abs(bin.Right-bin.Confidence)
	}
	return c
}

func square(x float64) float64 { return x * x }

// one is 1 where something holds, else 0.
func one(holds bool) float64 {
	if holds {
		return 1
	}
	return 0
}
