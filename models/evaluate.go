package models

import (
	"fmt"

	"actscope/data"
	"actscope/graph"
)

// maxRows is how many rows are evaluated at once: enough to amortise a run, few
// enough to keep the memory of wide networks in bounds.
const maxRows = 1024

// Predict computes P(class 1) for each row of x (rows × inputs, row-major) and
// calls the network's hooks on the way.
func (net *Network) Predict(x []float64) ([]float64, error) {
	rows, err := net.checkColumns(x)
	if err != nil {
		return nil, err
	}
	probability := make([]float64, 0, rows)
	for first := 0; first < rows; first += maxRows {
		piece := min(maxRows, rows-first)
		program, err := net.evaluation.program(net, piece, graph.Options{Captured: net.hooks.Points()})
		if err != nil {
			return nil, err
		}
		copy(program.X, x[first*net.Inputs():(first+piece)*net.Inputs()])
		if err := program.Run(); err != nil {
			return nil, err
		}
		if err := net.hooks.Call(program, first); err != nil {
			return nil, err
		}
		probability = append(probability, program.Probability()...)
	}
	return probability, nil
}

// Wrong marks the rows whose predicted class, p >= 0.5, is not their label.
func (net *Network) Wrong(set data.Set) ([]bool, error) {
	probability, err := net.Predict(set.X)
	if err != nil {
		return nil, err
	}
	if len(probability) != len(set.Y) {
		return nil, fmt.Errorf("models: %d rows with %d labels", len(probability), len(set.Y))
	}
	wrong := make([]bool, len(probability))
	for i, p := range probability {
		wrong[i] = (p >= 0.5) != (set.Y[i] == 1)
	}
	return wrong, nil
}

// Accuracy is the share of rows whose predicted class equals their label.
func (net *Network) Accuracy(set data.Set) (float64, error) {
	wrong, err := net.Wrong(set)
	if err != nil {
		return 0, err
	}
	return Accuracy(wrong), nil
}

// Accuracy is the share of rows that are not wrong.
func Accuracy(wrong []bool) float64 {
	right := 0
	for _, w := range wrong {
		if !w {
			right++
		}
	}
	return float64(right) / float64(len(wrong))
}
