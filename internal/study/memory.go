package study

import (
	"fmt"
	"math"

	"actscope/graph"
)

// MemoryError refuses a configuration that the machine has no room for.
type MemoryError struct {
	// Needed is the estimate, Available what the machine has, in bytes.
	Needed, Available uint64
}

func (e *MemoryError) Error() string {
	const gigabyte = 1 << 30
	return fmt.Sprintf("hidden: these networks need about %.1f GiB and %.1f GiB are free: take fewer or narrower layers, a smaller batch, or fewer activations",
		float64(e.Needed)/gigabyte, float64(e.Available)/gigabyte)
}

// estimateBytes is what a comparison holds at its peak: for each network the
// programs of a batch, its tail and an evaluation, the parameters before and
// after; and the rows themselves a few times over.
func estimateBytes(c Config, rows, columns int) uint64 {
	network := graph.MLP(columns, c.Hidden, graph.Sigmoid, graph.Logits)
	for _, name := range c.Parts {
		if part, err := graph.PartNamed(name); err == nil {
			for i := range c.Hidden {
				network.Layers[i].Parts = append(network.Layers[i].Parts, part)
			}
		}
	}
	each := 2*float64(network.TrainingBytes(min(c.BatchSize, rows))) + float64(network.TrainingBytes(min(rows, 1024))) + 16*float64(network.ParameterCount())
	for _, units := range c.Hidden {
		each += 16 * float64(rows) * c.TestFraction * float64(units) // observations
	}
	total := float64(len(c.Activations))*each + 50*float64(columns)*float64(rows)
	return uint64(math.Min(total, math.MaxInt64))
}

// checkMemory refuses what would not fit. Where the machine does not tell how
// much is free, everything is tried.
func checkMemory(c Config, d Dataset) error {
	return checkMemoryAgainst(c, d.Raw.Rows(), d.Raw.Columns, availableMemory())
}

func checkMemoryAgainst(c Config, rows, columns int, available uint64) error {
	if needed := estimateBytes(c, rows, columns); needed > available {
		return &MemoryError{Needed: needed, Available: available}
	}
	return nil
}
