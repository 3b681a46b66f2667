package experiment

import (
	"fmt"
	"math"

	"actscope/internal/config"
	"actscope/internal/input"
)

// MemoryError refuses networks that the machine has no room for.
type MemoryError struct {
	// Needed is the estimate, Available what the machine has, in bytes.
	Needed, Available uint64
}

func (e *MemoryError) Error() string {
	const gigabyte = 1 << 30
	return fmt.Sprintf("these networks need about %.1f GiB and %.1f GiB are free: take fewer or narrower layers, a smaller batch, or fewer activations",
		float64(e.Needed)/gigabyte, float64(e.Available)/gigabyte)
}

// evaluatedRows is how many rows a network evaluates at once, at most.
const evaluatedRows = 1024

// estimateBytes is what trainings of some networks on data of a shape hold at their peak:
// for each network the programs of a batch, its tail and an evaluation, the optimiser's
// memory, the parameters before and after, and what is observed; and the rows and fresh
// points themselves a few times over.
func estimateBytes(rows, columns int, networks ...config.Specification) (uint64, error) {
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
	return uint64(math.Min(total, math.MaxInt64)), nil
}

// CheckMemory refuses networks that would not fit, all of them trained side by side on
// some data, as an [input.Error] whose cause is a [MemoryError]. Where the machine does
// not tell how much is free, everything is tried.
func CheckMemory(d *Dataset, networks ...config.Specification) error {
	return checkMemoryAgainst(availableMemory(), d.Raw.Rows(), d.Raw.Columns, networks...)
}

func checkMemoryAgainst(available uint64, rows, columns int, networks ...config.Specification) error {
	needed, err := estimateBytes(rows, columns, networks...)
	if err != nil {
		return err
	}
	if needed > available {
		return input.Under("hidden", &MemoryError{Needed: needed, Available: available})
	}
	return nil
}
