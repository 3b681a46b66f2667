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
func estimateBytes(c Config) uint64 {
	network := graph.MLP(2, c.Hidden, graph.Sigmoid, graph.Logits)
	rows := min(c.BatchSize, c.Samples)
	each := 2*float64(network.TrainingBytes(rows)) + float64(network.TrainingBytes(min(c.Samples, 1024))) + 16*float64(network.ParameterCount())
	for _, units := range c.Hidden {
		each += 16 * float64(c.Samples) * c.TestFraction * float64(units) // observations
	}
	total := float64(len(c.Activations))*each + 100*float64(c.Samples)
	return uint64(math.Min(total, math.MaxInt64))
}

// checkMemory refuses what would not fit. Where the machine does not tell how
// much is free, everything is tried.
func checkMemory(c Config) error {
	return checkMemoryAgainst(c, availableMemory())
}

func checkMemoryAgainst(c Config, available uint64) error {
	if needed := estimateBytes(c); needed > available {
		return &MemoryError{Needed: needed, Available: available}
	}
	return nil
}
