package experiment

import (
	"actscope/internal/config"
	"actscope/internal/memory"
)

// evaluatedRows is how many rows a network evaluates at once, at most.
const evaluatedRows = 1024

// estimateBytes is what trainings of some networks on data of a shape hold at their peak:
// for each network the programs of a batch, its tail and an evaluation, the optimiser's
// memory, the parameters before and after, and what is observed; and the rows and fresh
// points themselves a few times over.
func estimateBytes(rows, columns int, networks ...config.Specification) (float64, error) {
	total := 50 * float64(columns) * float64(rows+FreshRows)
	for _, s := range networks {
		evaluated := rows
		if _, isFile := s.Points.File(); !isFile {
			evaluated = max(rows, FreshRows)
		}
		s.MLP.Inputs = columns
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
		for _, units := range s.MLP.Hidden {
			total += 16 * float64(rows) * s.Points.TestFraction * float64(units) // observations
		}
	}
	return total, nil
}

// CheckMemory refuses networks that would not fit, all of them trained side by side on
// some data: see [memory.Check].
func CheckMemory(d *Dataset, networks ...config.Specification) error {
	return CheckMemoryOf(d.Raw.Rows(), d.Raw.Columns, networks...)
}

// CheckMemoryOf is [CheckMemory] for data of a shape.
func CheckMemoryOf(rows, columns int, networks ...config.Specification) error {
	needed, err := estimateBytes(rows, columns, networks...)
	if err != nil {
		return err
	}
	return memory.Check("hidden", "these networks", needed, memoryAdvice)
}

const memoryAdvice = "take fewer or narrower layers, a smaller batch, or fewer activations"
