package play

import (
	"fmt"
	"math"
	"strings"

	"actscope/data"
	"actscope/internal/number"
	"actscope/internal/stats"
)

// sentence is the answer to the laboratory's question in its numbers: which networks are no better than
// the best straight line, and how much of the order of the points' distances from the decision boundary
// each layer keeps.
func (l *Laboratory) sentence(frames []frameNetwork) string {
	if l.shownEpoch() == 0 {
		return "Nothing is trained yet."
	}
	var standings, kept []string
	for k, n := range l.networks {
		standings = append(standings, n.spec.Title+" "+l.standing(n)+l.success(frames[k]))
		if text := l.keeps(n, frames[k]); text != "" {
			kept = append(kept, text)
		}
	}
	text := joined(standings)
	if len(kept) > 0 {
		what := "of the order of distances to the boundary the layers keep ρ "
		if l.regression() {
			what = "of the first target a linear reader finds in the layers "
		}
		text += "; " + what + joined(kept)
	}
	return text + "."
}

// joined writes a list as a sentence has it.
func joined(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	last := len(parts) - 1
	return strings.Join(parts[:last], ", ") + " and " + parts[last]
}

// standing says where the network's loss is beside that of the best straight line.
func (l *Laboratory) standing(n *network) string {
	loss, shown := n.loss, l.shownEpoch()
	if s := l.snapshotOf(n); s != nil {
		loss = s.Loss
	} else if d := n.diverged; d != nil {
		if d.Layer != nil {
			return fmt.Sprintf("diverged in layer %d in epoch %d", *d.Layer, d.Epoch)
		}
		return fmt.Sprintf("diverged in epoch %d", d.Epoch)
	}
	switch {
	case math.IsNaN(l.line) || math.IsNaN(loss):
		return "is trained"
	case loss <= (1-nearLine)*l.line && n.leftLineAt > 0 && n.leftLineAt <= shown:
		return fmt.Sprintf("left the straight line in epoch %d", n.leftLineAt)
	case loss <= (1+nearLine)*l.line:
		return "is at the straight line"
	}
	return "has not come to the straight line"
}

// success says how well a network does on the test rows.
func (l *Laboratory) success(f frameNetwork) string {
	switch {
	case f.TestAccuracy != nil && !math.IsNaN(float64(*f.TestAccuracy)):
		return fmt.Sprintf(" (%s right)", number.Percent(float64(*f.TestAccuracy), 1))
	case f.TestR2 != nil && !math.IsNaN(float64(*f.TestR2)):
		return fmt.Sprintf(" (R² %.2f)", float64(*f.TestR2))
	}
	return ""
}

// everyLayer is up to how many layers the sentence has the numbers of all; of more it has the first's and
// the output's.
const everyLayer = 4

// keeps says what the layers of a network keep; "" where that is not known, or means nothing because
// the network cannot be told from chance.
func (l *Laboratory) keeps(n *network, f frameNetwork) string {
	if n.diverged != nil || l.atChance(f) {
		return ""
	}
	var numbers []string
	for _, layer := range f.Layers {
		v := float64(layer.Kept)
		if math.IsNaN(v) {
			return ""
		}
		if l.regression() {
			numbers = append(numbers, number.Percent(max(0, v), 0))
			continue
		}
		numbers = append(numbers, strings.Replace(fmt.Sprintf("%.2f", v), "-", "−", 1))
	}
	if len(numbers) == 0 {
		return ""
	}
	link := ", "
	if len(numbers) > everyLayer || len(l.networks) > 2 && len(numbers) > 2 {
		numbers, link = []string{numbers[0], numbers[len(numbers)-1]}, " to "
	}
	return fmt.Sprintf("%s (%s)", strings.Join(numbers, link), n.spec.Title)
}

// atChance says that a network's accuracy cannot be told from that of guessing the largest class.
func (l *Laboratory) atChance(f frameNetwork) bool {
	test := l.data.Test
	if test.Targets.Task != data.Classification || f.TestAccuracy == nil {
		return false
	}
	largest := 0
	for class := range test.Targets.Classes() {
		largest = max(largest, len(test.ClassRows(class)))
	}
	rows := float64(test.Rows())
	low, _ := stats.Wilson(float64(*f.TestAccuracy), rows, stats.Confidence)
	return low <= float64(largest)/rows
}
