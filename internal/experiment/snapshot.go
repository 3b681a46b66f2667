package experiment

import (
	"math"
	"slices"

	"actscope/graph"
	"actscope/models"
)

// Snapshot is a network's parameters during training.
type Snapshot struct {
	// Epoch is how many epochs had passed: 0 before training.
	Epoch int
	// Loss is the reported loss of that epoch, NaN before training.
	Loss float64
	// Values are those of the parameters and then the statistics, in their order.
	Values [][]float64
}

// Snapshots of a training: how many are taken, how few are worth keeping, and how
// much memory those of all networks may take.
const (
	maxSnapshots  = 41
	fewSnapshots  = 20
	snapshotBytes = 64 << 20
)

// SnapshotEpochs are the epochs after which snapshots are taken: the first and the
// last, and densest at the start, where networks change most. There are none where
// networks with that number of parameters in all would need too much memory.
func SnapshotEpochs(epochs, parameters int) []int {
	count := min(maxSnapshots, snapshotBytes/8/max(parameters, 1))
	if count < fewSnapshots {
		return nil
	}
	var chosen []int
	for i := range count {
		share := float64(i) / float64(count-1)
		chosen = append(chosen, int(math.Round(float64(epochs)*share*share)))
	}
	return slices.Compact(fillSmall(chosen, epochs))
}

// fillSmall spreads epochs that rounding made equal, as far as there are epochs.
func fillSmall(chosen []int, epochs int) []int {
	for i := 1; i < len(chosen); i++ {
		chosen[i] = min(max(chosen[i], chosen[i-1]+1), epochs)
	}
	return chosen
}

// TakeSnapshot copies the parameters of a network.
func TakeSnapshot(model *models.Network, epoch int, loss float64) Snapshot {
	s := Snapshot{Epoch: epoch, Loss: loss}
	for _, p := range State(model) {
		s.Values = append(s.Values, slices.Clone(p.Values))
	}
	return s
}

// State is everything that training changes in a network: its parameters and the
// statistics of its layers' parts.
func State(model *models.Network) []graph.Parameter {
	return slices.Concat(model.Parameters, model.Statistics)
}

// Restore sets a network's parameters to those of the snapshot.
func (s Snapshot) Restore(model *models.Network) {
	for i, p := range State(model) {
		copy(p.Values, s.Values[i])
	}
}
