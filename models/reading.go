package models

import (
	"fmt"
	"math"

	"actscope/data"
	"actscope/graph"
)

// reading says how rows of outputs are read as labels or classes. The zero value reads
// P(class 1) of one sigmoid unit.
type reading struct {
	targets graph.Targets
	scores  bool // a label is 1 from 0 on, not from 1/2
}

func (net *Network) reading() reading {
	return reading{net.architecture.Targets(), net.architecture.Loss.Name == graph.Hinge.Name}
}

// wrong marks the rows of outputs that are not what y, the Y of a set, says; nil for numbers.
func (r reading) wrong(outputs, y []float64, rows int) []bool {
	if r.targets == graph.Numbers {
		return nil
	}
	wrong := make([]bool, rows)
	width := len(outputs) / rows
	for i := range wrong {
		wrong[i] = !r.agrees(outputs[i*width:(i+1)*width], y, i)
	}
	return wrong
}

// AccuracyOf is the share of rows of outputs, as [Network.Predict] gives them, that are what y, the Y
// of a set, says; NaN where numbers are predicted.
func (net *Network) AccuracyOf(outputs, y []float64) float64 {
	rows := len(outputs) / net.Outputs()
	if net.Targets() == graph.Numbers || rows == 0 {
		return math.NaN()
	}
	return float64(net.reading().right(outputs, y, rows)) / float64(rows)
}

// right counts the rows that are not wrong.
func (r reading) right(outputs, y []float64, rows int) int {
	right := 0
	if len(outputs) > rows || r.scores {
		for _, w := range r.wrong(outputs, y, rows) {
			if !w {
				right++
			}
		}
		return right
	}
	for i, p := range outputs {
		one := 0 // added without a branch, which would often be guessed wrongly
		if p == p && (p >= 0.5) == (y[i] == 1) {
			one = 1
		}
		right += one
	}
	return right
}

// least is from where on a label is 1.
func (r reading) least() float64 {
	if r.scores {
		return 0
	}
	return 0.5
}

// agrees says whether the outputs of a row are what y says there.
func (r reading) agrees(output, y []float64, row int) bool {
	if r.targets == graph.Classes {
		return float64(predictedClass(output)) == y[row]
	}
	for j, p := range output {
		if p != p || (p >= r.least()) != (y[row*len(output)+j] == 1) {
			return false
		}
	}
	return true
}

// predictedClass is the place of the largest output, the first of equals; -1 where one is NaN.
func predictedClass(output []float64) int {
	class := 0
	for j, p := range output {
		switch {
		case p != p:
			return -1
		case p > output[class]:
			class = j
		}
	}
	return class
}

// checkLabels reports a set whose rows cannot be right or wrong.
func (net *Network) checkLabels(set data.Set) (rows int, err error) {
	if rows, err = net.checkColumns(set.X); err != nil {
		return 0, err
	}
	wanted := rows
	switch net.architecture.Targets() {
	case graph.Numbers:
		return 0, fmt.Errorf("models: a network with loss %s predicts numbers, which are not right or wrong: see Network.Fit", net.architecture.Loss.Name)
	case graph.Labels:
		wanted *= net.Outputs()
	}
	if len(set.Y) != wanted {
		return 0, fmt.Errorf("models: %d rows with %d labels", rows, len(set.Y))
	}
	return rows, nil
}
