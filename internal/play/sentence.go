package play

import (
	"fmt"
	"math"
	"strings"

	"actscope/internal/number"
)

// sentence is the answer to the laboratory's question in its numbers: how much of the distance from the
// decision boundary the networks keep, and which of them are no better than a straight line.
func (l *Laboratory) sentence(frames []frameNetwork) string {
	var parts []string
	for k, n := range l.networks {
		parts = append(parts, l.phrase(n, frames[k]))
	}
	return strings.Join(parts, " ")
}

// phrase is what there is to say of one network.
func (l *Laboratory) phrase(n *network, f frameNetwork) string {
	title := n.spec.Title
	switch {
	case n.diverged != nil:
		where := ""
		if n.diverged.Layer != nil {
			where = fmt.Sprintf(" in layer %d", *n.diverged.Layer)
		}
		return fmt.Sprintf("%s diverged%s in epoch %d: a smaller learning rate may help.", title, where, n.diverged.Epoch)
	case l.epoch == 0:
		return fmt.Sprintf("%s has not begun.", title)
	}
	kept := math.NaN()
	if len(f.Layers) > 0 {
		kept = float64(f.Layers[len(f.Layers)-1].Kept)
	}
	text := title + " " + l.standing(n)
	if f.TestAccuracy != nil {
		text += fmt.Sprintf(" (%s right)", number.Percent(float64(*f.TestAccuracy), 1))
	}
	switch {
	case math.IsNaN(kept) || l.regression():
		if f.TestR2 != nil {
			text += fmt.Sprintf(" and explains %s of the test targets' variance", number.Percent(max(0, float64(*f.TestR2)), 1))
		}
	case kept >= clearOrder:
		text += fmt.Sprintf(" and keeps the order of distances: ρ %.2f at the output", kept)
	default:
		text += fmt.Sprintf(" and keeps little of the order of distances: ρ %.2f at the output", kept)
	}
	return text + "."
}

// clearOrder is from which rank correlation on most of the order is kept.
const clearOrder = 0.8

// standing says where the network's loss is beside that of the best straight line.
func (l *Laboratory) standing(n *network) string {
	loss := n.loss
	if s := l.snapshotOf(n); s != nil {
		loss = s.Loss
	}
	switch {
	case math.IsNaN(l.line) || math.IsNaN(loss):
		return "is training"
	case n.leftLineAt > 0 && loss <= (1-nearLine)*l.line:
		return fmt.Sprintf("left the straight line in epoch %d", n.leftLineAt)
	case loss <= (1+nearLine)*l.line:
		return "is at the straight line"
	}
	return "has not come to the straight line"
}
