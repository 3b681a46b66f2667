package figures

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/viz"
)

// Confusion shows which classes each network takes for which: a panel a network, a row a true class, a
// column a predicted one.
type Confusion struct {
	Dataset string // its name; "" means make_moons
	Classes ClassNames
	Nets    []ConfusedClasses
}

// ConfusedClasses are one network's counts.
type ConfusedClasses struct {
	Network
	// Counts[t][p] is how many test points of class t are predicted as class p.
	Counts [][]int
}

const (
	// mostMatrices is how many networks are shown where classes are many.
	mostMatrices = 6
	// matrixWidth is what the matrices of a row share, and leastCell what a cell should have of it, in px.
	matrixWidth = 560
	leastCell   = 30
	// rowHeight is that of a row with its name, in px; sharesFrom is the width of a cell that has room for a share.
	rowHeight  = 24
	sharesFrom = 78
	// worstPairs is how many pairs of classes a footnote names.
	worstPairs = 3
)

func (c Confusion) Figure(o viz.Options) (*viz.Figure, error) {
	if len(c.Nets) == 0 {
		return nil, errors.New("figures: confusion: no network is given")
	}
	k := c.Classes.Count()
	f := viz.NewFigure(o, "confusion_matrix", "Which classes are taken for which on "+datasetName(c.Dataset))
	f.Subtitle = "Test points by true class (row) and predicted class (column). Colour: share of the true class."
	shown := c.Nets
	if k > maxListed {
		shown = c.Nets[:min(len(c.Nets), mostMatrices)]
	}
	f.Columns = max(1, min(panelColumns(len(shown)), matrixWidth/(k*leastCell)))
	f.ShareX, f.ShareY = true, true
	cell := float64(matrixWidth) / float64(f.Columns*k)
	names := c.Classes.Short()
	rows := slices.Clone(names) // a category axis goes from the bottom to the top
	slices.Reverse(rows)
	fullRows := c.Classes.all()
	slices.Reverse(fullRows)
	sequence := f.Theme.Sequence()
	ramp := func(share float64) viz.Color { return sequence(0.15 + 0.85*share) } // a single point is seen, too
	var facts []string
	for i, style := range NetworkStyles(f.Theme, networks(shown)) {
		n := shown[i]
		if err := n.check(k); err != nil {
			return nil, fmt.Errorf("figures: confusion of %s: %w", n.DisplayName(), err)
		}
		right, all := n.right()
		p := &viz.Panel{
			Title: n.title(style.Color), Accent: style.Color, Badge: viz.Percent(float64(right)/float64(all), 1) + " right",
			X:      viz.Axis{Label: "predicted", Scale: viz.Categories(names...)},
			Y:      viz.Axis{Label: "true", Scale: viz.Categories(rows...), Ticks: everyCategory(rows, fullRows)},
			Aspect: min(max(0.75, rowHeight/cell), 5),
			Series: []viz.Series{n.cells(ramp, cell >= sharesFrom)},
		}
		f.Panels = append(f.Panels, p)
		facts = append(facts, n.describe(c.Classes))
	}
	f.ColorBar = &viz.ColorBar{Label: "share of the true class", Scale: viz.Linear(0, 1), Ramp: ramp, Steps: 100}
	f.Footnotes = append(facts, c.absent()...)
	if len(shown) < len(c.Nets) {
		f.Footnotes = append(f.Footnotes, fmt.Sprintf("Shown are the first %d of the %d networks.", len(shown), len(c.Nets)))
	}
	f.Description = fmt.Sprintf("Confusion matrix of %d classes, one panel a network.", k)
	return f, nil
}

// everyCategory are ticks with all the names of a category axis.
func everyCategory(names, full []string) []viz.Tick {
	ticks := make([]viz.Tick, len(names))
	for i, name := range names {
		ticks[i] = viz.Tick{Value: float64(i), Label: name, Full: full[i]}
	}
	return ticks
}

func (n ConfusedClasses) check(classes int) error {
	if len(n.Counts) != classes {
		return fmt.Errorf("counts of %d classes, not %d", len(n.Counts), classes)
	}
	for t, row := range n.Counts {
		if len(row) != classes {
			return fmt.Errorf("class %d is predicted as one of %d classes, not %d", t, len(row), classes)
		}
		for _, count := range row {
			if count < 0 {
				return fmt.Errorf("a count of %d", count)
			}
		}
	}
	return nil
}

func (n ConfusedClasses) right() (right, all int) {
	for t, row := range n.Counts {
		right += row[t]
		all += total(row)
	}
	return right, all
}

func total(counts []int) int {
	sum := 0
	for _, c := range counts {
		sum += c
	}
	return sum
}

// cells are the counts, coloured by their share of the row; where there are none, a cell stays blank.
func (n ConfusedClasses) cells(ramp viz.Ramp, shares bool) viz.Cells {
	k := len(n.Counts)
	c := viz.Cells{Name: "share of the true class", Scale: viz.Linear(0, 1), Ramp: ramp}
	for row := range k {
		counts := n.Counts[k-1-row]
		all := total(counts)
		values := make([]float64, k)
		for p, count := range counts {
			values[p] = math.NaN()
			if count > 0 {
				values[p] = float64(count) / float64(all)
			}
		}
		c.Values = append(c.Values, values)
	}
	c.Text = func(y, x int) viz.Span {
		share := c.Values[y][x]
		span := viz.Span{Text: grouped(n.Counts[k-1-y][x]), Bold: k-1-y == x}
		if shares {
			span.Text += " · " + viz.Percent(share, 0)
		}
		return span
	}
	return c
}

// describe says how much is right, and which classes are most often taken for another.
func (n ConfusedClasses) describe(names ClassNames) string {
	type pair struct{ true, predicted, count int }
	var pairs []pair
	for t, row := range n.Counts {
		for p, count := range row {
			if t != p && count > 0 {
				pairs = append(pairs, pair{t, p, count})
			}
		}
	}
	right, all := n.right()
	said := fmt.Sprintf("%s: %s of %s right", n.DisplayName(), grouped(right), count(all, "test point"))
	if len(pairs) == 0 {
		return said + "."
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(b.count, a.count) })
	var worst []string
	for _, p := range pairs[:min(len(pairs), worstPairs)] {
		worst = append(worst, fmt.Sprintf("%s for %s (%s of %s)", names.Phrase(p.true), names.Phrase(p.predicted), grouped(p.count), grouped(total(n.Counts[p.true]))))
	}
	return said + "; taken most often: " + strings.Join(worst, ", ") + "."
}

// absent names the classes without a test point.
func (c Confusion) absent() []string {
	var absent []string
	for t, row := range c.Nets[0].Counts {
		if total(row) == 0 {
			absent = append(absent, c.Classes.Phrase(t))
		}
	}
	switch n := len(absent); {
	case n == 0:
		return nil
	case n > maxListed:
		absent = append(absent[:maxListed-1], andMore(n-maxListed+1))
	}
	return []string{"No test point is of " + strings.Join(absent, ", ") + "."}
}
