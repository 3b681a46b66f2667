package figures

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"actscope/viz"
)

// GradientComparison shows an array of gradients beside the reference and their difference, as heat maps about zero. The
// first two share a scale; the difference has its own, on which what is within the tolerance is zero.
type GradientComparison struct {
	Name  string // of the figure
	Array string // as its author calls it
	Shape []int
	// Given and Expected are the array's entries and the right ones, in C order. One of them may be nil: then the other is
	// shown alone.
	Given, Expected []float64
	// Agrees says that the two are taken for equal.
	Agrees bool
	// Tolerance is how far entries may be apart.
	Tolerance float64
	// Factor is what the reference was multiplied by to be the expected; 0 and 1 are not mentioned.
	Factor float64
	// Side is the most cells of a map down and across; 0 leaves it to the figure.
	Side int
}

const (
	// stackFrom is how many times wider than high arrays are whose maps stand below each other.
	stackFrom = 3
	// Of a map, in px: the height of a row with numbers, the least height of all rows, the height of the bar of a scale, and
	// the room beside a map for its ticks; mostHeight is the height over the width that maps have at most.
	mapRow, leastMap, barHeight, mapTicks = 28, 26, 13, 45
	mostHeight                            = 1.8
)

func (g GradientComparison) Figure(o viz.Options) (*viz.Figure, error) {
	if err := g.check(); err != nil {
		return nil, fmt.Errorf("figures: gradient comparison of %q: %w", g.Array, err)
	}
	f := viz.NewFigure(o, g.Name, fmt.Sprintf("%s (%s)", g.Array, shapeText(g.Shape)))
	grid := newArrayGrid(g.Shape, g.Side)
	shared := signedScale{limit: largestOf(g.Given, g.Expected)}
	own, differing := g.differenceScale(shared)
	stacked := grid.cols >= stackFrom*grid.rows
	both := g.Given != nil && g.Expected != nil
	f.Columns, f.ShareY = 1, true
	if both && !stacked {
		f.Columns = 3
	}
	add := func(title string, value func(i int) float64, scale signedScale) {
		f.Panels = append(f.Panels, grid.panel(title, value, scale, f.Columns))
	}
	if g.Given != nil {
		add("yours", func(i int) float64 { return g.Given[i] }, shared)
	}
	if g.Expected != nil {
		add(g.referenceTitle(), func(i int) float64 { return g.Expected[i] }, shared)
	}
	switch {
	case both && differing > 0:
		add("yours − reference", g.difference, own)
	case both:
		add("yours − reference", func(int) float64 { return 0 }, shared)
		cells := f.Panels[2].Series[0].(arrayCells)
		cells.mute = true
		f.Panels[2].Notice, f.Panels[2].Series[0] = "no difference", cells
	}
	f.Panels = addBars(f.Panels, shared, own, stacked, both)
	grid.setAspects(f)
	f.Subtitle, f.Footnotes = g.remarks(grid, own, differing)
	if odd := g.odd(); odd > 0 {
		f.Legend = []viz.Key{{Text: "not a finite number", Marker: viz.Marker{Shape: viz.Square, Radius: 5.5, Fill: f.Theme.Wrong}}}
		f.Footnotes = append(f.Footnotes, "NaN or infinite: "+entries(odd)+".")
	}
	f.Description = g.describe(differing)
	return f, nil
}

func (g GradientComparison) check() error {
	size := 1
	for _, n := range g.Shape {
		size *= n
	}
	if g.Given == nil && g.Expected == nil {
		return errors.New("neither entries nor a reference is given")
	}
	for _, values := range [][]float64{g.Given, g.Expected} {
		if values != nil && (len(values) != size || size == 0) {
			return fmt.Errorf("%d entries for the shape %v", len(values), g.Shape)
		}
	}
	return nil
}

// shapeText is "3 × 5", and "5 entries" of an array with one axis.
func shapeText(shape []int) string {
	if len(shape) < 2 {
		n := 1
		if len(shape) == 1 {
			n = shape[0]
		}
		return entries(n)
	}
	sizes := make([]string, len(shape))
	for i, n := range shape {
		sizes[i] = strconv.Itoa(n)
	}
	return strings.Join(sizes, " × ")
}

// largestOf is the largest magnitude of finite entries, 1 where there is none above zero.
func largestOf(arrays ...[]float64) float64 {
	most := 0.0
	for _, values := range arrays {
		for _, v := range values {
			if finite(v) {
				most = max(most, math.Abs(v))
			}
		}
	}
	if most == 0 {
		return 1
	}
	return most
}

// difference is that of an entry.
func (g GradientComparison) difference(i int) float64 { return g.Given[i] - g.Expected[i] }

// differenceScale is the scale of the differences, without a limit where there are none, and how many entries differ by more
// than the tolerance: rounding is not zoomed into.
func (g GradientComparison) differenceScale(shared signedScale) (own signedScale, differing int) {
	if g.Given == nil || g.Expected == nil {
		return shared, 0
	}
	own = signedScale{quiet: g.Tolerance}
	if g.Agrees {
		own.quiet = math.Inf(1)
	}
	for i := range g.Given {
		if d := g.difference(i); !(math.Abs(d) <= own.quiet) {
			differing++
			if finite(d) {
				own.limit = max(own.limit, math.Abs(d))
			}
		}
	}
	if own.limit == 0 && differing > 0 { // none of them finite
		own.limit = shared.limit
	}
	return own, differing
}

// odd counts the entries that are no finite numbers, or whose differences are none.
func (g GradientComparison) odd() int {
	n := 0
	for i, v := range g.Given {
		if !finite(v) || g.Expected != nil && !finite(g.difference(i)) {
			n++
		}
	}
	return n
}

func (g GradientComparison) referenceTitle() string {
	if g.Factor == 0 || g.Factor == 1 {
		return "reference"
	}
	return "reference × " + viz.Num(g.Factor, 5)
}

// panel is the map of one array, one of so many beside each other.
func (a arrayGrid) panel(title string, value func(i int) float64, scale signedScale, columns int) *viz.Panel {
	const rowsWritten, columnsWritten = 12, 21
	return &viz.Panel{
		Title: []viz.Span{{Text: title, Bold: true}}, X: a.axis(false, columnsWritten/columns), Y: a.axis(true, rowsWritten),
		Series: []viz.Series{arrayCells{values: a.reduce(value), scale: scale}},
	}
}

// addBars puts the scales below the maps: one below each, or where the maps stand below each other, below those that
// share one.
func addBars(maps []*viz.Panel, shared, own signedScale, stacked, both bool) []*viz.Panel {
	bar := func(s signedScale, of string) *viz.Panel {
		return &viz.Panel{X: s.axis(of), Y: viz.Axis{Scale: viz.Linear(0, 1), Ticks: []viz.Tick{}}, Series: []viz.Series{scaleBar{s}}}
	}
	const forBoth, forAll = ", for both", ", for all"
	switch {
	case !both:
		return append(maps, bar(shared, ""))
	case stacked && own.limit == 0:
		return append(maps, bar(shared, ""))
	case stacked:
		return []*viz.Panel{maps[0], maps[1], bar(shared, ", for yours and the reference"), maps[2], bar(own, ", for the difference")}
	case own.limit == 0:
		return append(maps, bar(shared, forAll), bar(shared, forAll), bar(shared, forAll))
	}
	return append(maps, bar(shared, forBoth), bar(shared, forBoth), bar(own, ", its own"))
}

// setAspects gives cells the shape of squares where they have no numbers, and bars their height.
func (a arrayGrid) setAspects(f *viz.Figure) {
	const least = 60
	width := max((cmp.Or(f.Width, viz.DefaultWidth)-2*mapTicks)/float64(f.Columns)-mapTicks, least)
	down, across := a.cells()
	height := min(max(float64(down)*min(width/float64(across), mapRow), leastMap), mostHeight*width)
	for _, p := range f.Panels {
		p.Aspect = height / width
		if _, ok := p.Series[0].(scaleBar); ok {
			p.Aspect = barHeight / width
		}
	}
}

// remarks say what the maps show and how.
func (g GradientComparison) remarks(grid arrayGrid, own signedScale, differing int) (subtitle string, footnotes []string) {
	switch {
	case g.Given == nil:
		subtitle = "The right gradient, which is not given."
	case g.Expected == nil:
		subtitle = "The array as it is given, without a reference of its size."
	case differing == 0:
		subtitle = "No entry is farther from the reference than the tolerance."
		if g.Tolerance > 0 {
			subtitle = strings.TrimSuffix(subtitle, ".") + ", " + viz.Num(g.Tolerance, 3) + "."
		}
	default:
		subtitle = fmt.Sprintf("%s differ by more than the tolerance, %s; less is drawn as no difference.", ofEntries(differing, len(g.Given)), viz.Num(own.quiet, 3))
	}
	subtitle += " Red is above zero, blue below."
	if grid.blocks() {
		footnotes = append(footnotes, fmt.Sprintf("A cell stands for a block of %d × %d entries, named by its first one, and shows that of largest magnitude, in each map its own.", grid.tall, grid.wide))
	}
	if len(g.Shape) > 2 {
		footnotes = append(footnotes, fmt.Sprintf("Rows run through %s, columns through %s, the last axis fastest.", axesText(0, grid.split), axesText(grid.split, len(g.Shape)-grid.split)))
	}
	return subtitle, footnotes
}

// entries is "1 entry", "15 entries".
func entries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return grouped(n) + " entries"
}

// ofEntries is "3 of 15 entries".
func ofEntries(n, all int) string {
	return fmt.Sprintf("%s of %s", grouped(n), entries(all))
}

func (g GradientComparison) describe(differing int) string {
	shape := "Heat maps of " + g.Array + ", " + shapeText(g.Shape)
	switch {
	case g.Given == nil:
		return shape + ": the right gradient."
	case g.Expected == nil:
		return shape + ": as it is given."
	case differing == 0:
		return shape + ": yours, the reference, and their difference, which is within the tolerance everywhere."
	}
	at, most := 0, -1.0
	for i := range g.Given {
		size := math.Abs(g.difference(i))
		if math.IsNaN(size) {
			size = math.Inf(1)
		}
		if size > most {
			at, most = i, size
		}
	}
	return fmt.Sprintf("%s: yours, the reference, and their difference. %s differ, most at [%s]: yours %s, reference %s.",
		shape, ofEntries(differing, len(g.Given)), strings.ReplaceAll(tuple(at, g.Shape), ",", ", "), viz.Num(g.Given[at], 4), viz.Num(g.Expected[at], 4))
}
