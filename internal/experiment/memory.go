package experiment

import (
	"actscope/data"
	"actscope/internal/config"
	"actscope/internal/memory"
	"actscope/models/geometry"
)

// evaluatedRows is how many rows a network evaluates at once, at most.
const evaluatedRows = 1024

// pointBytes is what a point takes: as made, standardised and split, with its places in
// permutations, and half as much again that is not collected yet.
func pointBytes(columns int) float64 { return 36*float64(columns) + 72 }

// estimateBytes is what trainings of some networks on data of a shape hold at their peak:
// for each network the programs of a batch, its tail and an evaluation with their inputs, the
// optimiser's memory, the parameters before and after, the course of the training, what is
// observed and drawn of it, and where there are many columns the points of searches for the
// boundary and Jacobian matrices; and the rows, fresh points and principal axes. Nothing
// takes columns times columns.
func estimateBytes(rows int, shape data.Set, networks ...config.Specification) (float64, error) {
	columns := shape.Columns
	total := pointBytes(columns) * float64(rows)
	if columns > 2 {
		total += 32 * min(float64(rows)*float64(columns), decomposed) // copies and both sides' vectors
	}
	for _, s := range networks {
		evaluated := rows
		if _, isFile := s.Points.File(); !isFile {
			evaluated = max(rows, FreshRows)
			total += pointBytes(columns) * FreshRows // shared, but few
		}
		s, err := s.For(columns, shape.Targets)
		if err != nil {
			return 0, err
		}
		training, err := s.MLP.TrainingBytes(min(s.Training.Batch, rows), s.Training.Optimiser)
		if err != nil {
			return 0, err
		}
		evaluation, err := s.MLP.TrainingBytes(min(evaluated, evaluatedRows), nil)
		if err != nil {
			return 0, err
		}
		parameters, err := s.MLP.ParameterCount()
		if err != nil {
			return 0, err
		}
		total += float64(training) + float64(evaluation)/2 + 16*float64(parameters)
		total += 8 * float64(columns) * float64(2*min(s.Training.Batch, rows)+3*evaluatedRows) // inputs
		total += 16 * float64(s.Training.Epochs) * float64(len(s.MLP.Hidden)+3)                // losses and norms
		units := float64(s.MLP.Outputs)
		for _, u := range s.MLP.Hidden {
			units += float64(u)
		}
		total += 2 * (16*units + 300) * float64(rows) * s.Points.TestFraction // observations, and what figures make of them
		if columns > 2 {
			total += geometry.Bytes(rows, columns, units, s.MLP.Outputs)
		}
	}
	return total, nil
}

// CheckBatch refuses the graph of a network for so many rows of data that would not fit.
func CheckBatch(d *Dataset, s config.Specification, rows int) error {
	s, err := s.For(d.Raw.Columns, d.Raw.Targets)
	if err != nil {
		return err
	}
	needed, err := s.MLP.TrainingBytes(rows, nil)
	if err != nil {
		return err
	}
	return memory.Check("batch-size", "the arrays of this graph", float64(needed)+16*float64(d.Raw.Columns)*float64(rows), "take fewer rows")
}

// CheckMemory refuses networks that would not fit, all of them trained side by side on
// some data: see [memory.Check].
func CheckMemory(d *Dataset, networks ...config.Specification) error {
	return CheckMemoryOf(d.Raw.Rows(), d.Raw, networks...)
}

// CheckMemoryOf is [CheckMemory] for so many rows like those of a set.
func CheckMemoryOf(rows int, shape data.Set, networks ...config.Specification) error {
	needed, err := estimateBytes(rows, shape, networks...)
	if err != nil {
		return err
	}
	return memory.Check("hidden", "these networks", needed, memoryAdvice)
}

const memoryAdvice = "take fewer or narrower layers, a smaller batch, fewer points, or fewer activations"
