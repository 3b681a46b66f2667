package play

import (
	"actscope/internal/experiment"
)

// row is a moment of a network's history: the epoch, the loss of training, and the test rows' loss and
// accuracy. What is not known is NaN.
type row [4]float64

const (
	// mostHistory is how many rows of a history are kept, mostSnapshots how many snapshots, and
	// snapshotBytes what those of a network may take.
	mostHistory   = 600
	mostSnapshots = 256
	snapshotBytes = 24 << 20
)

// history is the course of a training, thinned: a row every so many epochs, of which every second one is
// dropped when there are too many.
type history struct {
	every int // epochs; 0 stands for 1
	rows  []row
}

func (h *history) due(epoch int) bool { return epoch%max(h.every, 1) == 0 }

func (h *history) add(r row) {
	if h.rows = append(h.rows, r); len(h.rows) < mostHistory {
		return
	}
	h.every = 2 * max(h.every, 1)
	kept := h.rows[:0]
	for _, r := range h.rows {
		if h.due(int(r[0])) {
			kept = append(kept, r)
		}
	}
	h.rows = kept
}

// snapshots are parameters of earlier epochs, thinned likewise.
type snapshots struct {
	every int
	kept  []experiment.Snapshot
}

func (s *snapshots) record(epoch int, n *network) {
	if epoch%max(s.every, 1) != 0 {
		return
	}
	most := max(8, min(mostSnapshots, snapshotBytes/8/n.model.ParameterCount()))
	s.kept = append(s.kept, experiment.TakeSnapshot(n.model, epoch, n.loss))
	if len(s.kept) < most {
		return
	}
	s.every = 2 * max(s.every, 1)
	var kept []experiment.Snapshot
	for _, k := range s.kept {
		if k.Epoch%s.every == 0 {
			kept = append(kept, k)
		}
	}
	s.kept = kept
}

// at is the last snapshot that is not after an epoch; nil for none.
func (s *snapshots) at(epoch int) *experiment.Snapshot {
	for i := len(s.kept) - 1; i >= 0; i-- {
		if s.kept[i].Epoch <= epoch {
			return &s.kept[i]
		}
	}
	return nil
}
