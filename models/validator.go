package models

import (
	"math"

	"actscope/data"
	"actscope/graph"
)

// Validator judges a network on the rows of a set again and again while it trains: the reported loss
// and the accuracy, as evaluation has them, with the statistics that training has kept and without
// masks. It is for one goroutine.
type Validator struct {
	net        *Network
	x, y       []float64
	labels     []float64 // the set's own Y
	weights    []float64
	batch      int
	full, tail *graph.Program
}

// Validation is what a network makes of the rows of a set.
type Validation struct {
	// Loss is the reported loss over all rows. A reduction that does not divide by the rows
	// gives that of as many as a mini-batch has, so that it stands beside the training loss.
	Loss float64
	// Accuracy is the share of rows that are right; NaN where numbers are predicted.
	Accuracy float64
}

// NewValidator compiles the network for the rows of a set, which count as the training's class
// weights say; close it after use.
func NewValidator(net *Network, set data.Set, training Training) (*Validator, error) {
	y, rows, err := net.targets(set)
	if err != nil {
		return nil, err
	}
	v := &Validator{net: net, x: set.X, y: y, labels: set.Y, batch: training.Batch}
	if v.weights, err = rowWeights(training.ClassWeights, set); err != nil {
		return nil, err
	}
	o := graph.Options{Purpose: graph.Validation, Weighted: v.weights != nil}
	piece := min(rows, maxRows)
	if v.full, err = net.Program(piece, o); err != nil {
		return nil, err
	}
	if left := rows % piece; left > 0 {
		if v.tail, err = net.Program(left, o); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// Judge evaluates the network as it is now. It allocates nothing. A loss that is not finite is a
// [DivergenceError].
func (v *Validator) Judge() (Validation, error) {
	var sum Validation
	outputs, inputs := v.net.Outputs(), v.net.Inputs()
	rows, right, read := len(v.y)/outputs, 0, v.net.reading()
	reduction := v.net.architecture.Reduction
	if v.net.architecture.Loss.Output.Name == graph.Sigmoid.Name && outputs == 1 {
		reduction = graph.Mean // of the article's loss, which is what is reported
	}
	divisor := func(rows int) float64 { return float64(reduction.Divisor(rows, outputs)) }
	for from := 0; from < rows; {
		program := v.full
		if rows-from < program.Rows() {
			program = v.tail
		}
		n := program.Rows()
		copy(program.X, v.x[from*inputs:])
		copy(program.Y, v.y[from*outputs:])
		if v.weights != nil {
			copy(program.Weights, v.weights[from:])
		}
		if err := program.Run(); err != nil {
			return Validation{}, err
		}
		sum.Loss += program.ReportedLoss() * (divisor(n) * float64(v.batch)) / (divisor(v.batch) * float64(rows))
		if read.targets != graph.Numbers {
			labels := v.labels[from*len(v.labels)/rows:]
			for row := range n {
				if read.agrees(program.Output()[row*outputs:(row+1)*outputs], labels, row) {
					right++
				}
			}
		}
		from += n
	}
	if notFinite(sum.Loss) {
		return sum, &DivergenceError{Quantity: "the validation loss", Value: sum.Loss}
	}
	sum.Accuracy = math.NaN()
	if read.targets != graph.Numbers {
		sum.Accuracy = float64(right) / float64(rows)
	}
	return sum, nil
}

// Close releases the programs.
func (v *Validator) Close() error {
	err := v.full.Close()
	if v.tail != nil {
		if tail := v.tail.Close(); err == nil {
			err = tail
		}
	}
	return err
}
