package figures

import (
	"math"
	"strconv"
	"strings"

	"actscope/viz"
)

// arrayGrid says how an array of any shape is laid out as rows and columns of cells: the first axes are the rows, the
// others the columns, each group in C order. Where there are too many of either, a cell stands for a block of entries.
type arrayGrid struct {
	shape      []int
	split      int // how many axes are rows
	rows, cols int // of entries
	tall, wide int // entries in a block, down and across
}

const (
	// mostSide and mostOfVector are the most cells down or across a map, and along an array that is hardly more than a row
	// or a column.
	mostSide     = 48
	mostOfVector = 128
	fewLines     = 4 // rows or columns, up to which an array is hardly more than one
)

// newArrayGrid lays out an array in at most side cells down and across, 0 for as many as there is room for.
func newArrayGrid(shape []int, side int) arrayGrid {
	g := arrayGrid{shape: shape}
	product := func(axes []int) int {
		n := 1
		for _, a := range axes {
			n *= a
		}
		return n
	}
	g.rows, g.cols = 1, product(shape)
	best := math.Inf(1)
	for k := 1; k < len(shape); k++ { // the split nearest to a square
		rows, cols := product(shape[:k]), product(shape[k:])
		if d := math.Abs(math.Log(float64(rows) / float64(cols))); d < best {
			best, g.split, g.rows, g.cols = d, k, rows, cols
		}
	}
	if side == 0 {
		side = mostSide
		if min(g.rows, g.cols) <= fewLines {
			side = mostOfVector
		}
	}
	g.tall, g.wide = (g.rows+side-1)/side, (g.cols+side-1)/side
	return g
}

// cells are how many there are down and across.
func (g arrayGrid) cells() (down, across int) {
	return (g.rows + g.tall - 1) / g.tall, (g.cols + g.wide - 1) / g.wide
}

// blocks says whether cells stand for more than an entry.
func (g arrayGrid) blocks() bool { return g.tall > 1 || g.wide > 1 }

// reduce gives a value to each cell, by rows from the top: the entry of largest magnitude, and one that is not finite before
// all others.
func (g arrayGrid) reduce(value func(i int) float64) [][]float64 {
	down, across := g.cells()
	cells := make([][]float64, down)
	for r := range g.rows {
		if r%g.tall == 0 {
			cells[r/g.tall] = make([]float64, across)
		}
		row := cells[r/g.tall]
		for c := range g.cols {
			v := value(r*g.cols + c)
			if have := row[c/g.wide]; finite(have) && !(math.Abs(v) <= math.Abs(have)) {
				row[c/g.wide] = v
			}
		}
	}
	return cells
}

// axis has the indices of rows (from the bottom up, as axes go) or columns, those of a block's first entry, with at most
// so many of them written.
func (g arrayGrid) axis(rows bool, written int) viz.Axis {
	down, across := g.cells()
	n, block, axes, first := across, g.wide, g.shape[g.split:], g.split
	if rows {
		n, block, axes, first = down, g.tall, g.shape[:g.split], 0
	}
	a := viz.Axis{Scale: viz.Categories(make([]string, n)...), Ticks: []viz.Tick{}}
	for i := 0; i < n && len(axes) > 0; i += (n + written - 1) / written {
		at := i
		if rows {
			at = n - 1 - i
		}
		a.Ticks = append(a.Ticks, viz.Tick{Value: float64(at), Label: tuple(i*block, axes)})
	}
	switch {
	case len(axes) == 0:
	case len(g.shape) == 1:
		a.Label = "index"
	case len(g.shape) == 2 && rows:
		a.Label = "row"
	case len(g.shape) == 2:
		a.Label = "column"
	default:
		a.Label = axesText(first, len(axes))
	}
	return a
}

// axesText names axes by their numbers, which begin at 0 as indices do.
func axesText(first, n int) string {
	numbers := make([]string, n)
	for i := range numbers {
		numbers[i] = strconv.Itoa(first + i)
	}
	if n == 1 {
		return "axis " + numbers[0]
	}
	return "axes " + list(numbers)
}

// tuple is the index of an entry along some axes, in C order.
func tuple(i int, axes []int) string {
	parts := make([]string, len(axes))
	for k := len(axes) - 1; k >= 0; k-- {
		parts[k] = strconv.Itoa(i % axes[k])
		i /= axes[k]
	}
	return strings.Join(parts, ",")
}

// signedScale colours numbers about zero.
type signedScale struct {
	// limit is the magnitude of the strongest colour.
	limit float64
	// quiet is up to where a number counts as zero; all others are seen to be none.
	quiet float64
}

// signedSteps is how many colours there are to either side of zero.
const signedSteps = 32

// step is the colour of a number: 0 for zero, signedSteps at the limit.
func (s signedScale) step(v float64) int {
	size := math.Abs(v)
	if size <= s.quiet {
		return 0
	}
	least := 0.0
	if s.quiet > 0 {
		const seen = 0.15
		least = seen
	}
	n := int(math.Round(signedSteps * (least + (1-least)*min(size/s.limit, 1))))
	if v < 0 {
		return -n
	}
	return n
}

// color is that of a step.
func (s signedScale) color(t viz.Theme, step int) viz.Color {
	return t.Signed()(0.5 + 0.5*float64(step)/signedSteps)
}

// axis is the scale as that of a bar; whose follows its range.
func (s signedScale) axis(whose string) viz.Axis {
	return viz.Axis{
		Label: "up to ±" + viz.Num(s.limit, 3) + whose, Scale: viz.Linear(-s.limit, s.limit),
		Ticks: []viz.Tick{{Value: -s.limit, Label: "−"}, {Value: 0, Label: "0"}, {Value: s.limit, Label: "+"}},
	}
}

// arrayCells are the cells of an array, by rows from the top, as a series over two category axes, with their numbers where
// all of them have room.
type arrayCells struct {
	values [][]float64
	scale  signedScale
	// mute leaves the numbers out.
	mute bool
}

func (a arrayCells) Extent() viz.Extent { return viz.Cells{Values: a.values}.Extent() }

const (
	// gapFrom is the width of a cell from which there is a gap around it, in px.
	gapFrom = 9
	// cellRoom is the room beside a cell's number, in px.
	cellRoom = 4
)

// Numbers are the cells, rows and columns counted from 0.
func (a arrayCells) Numbers() []viz.Number {
	return viz.Cells{Name: "entries", Values: a.values}.Numbers()
}

func (a arrayCells) Draw(c *viz.Canvas) error {
	t := c.Theme()
	low, high := a.corners(c)
	width, height := (high.X-low.X)/float64(len(a.values[0])), (low.Y-high.Y)/float64(len(a.values))
	gap := 0.0
	if min(width, height) >= gapFrom { // lines between the cells
		gap = 0.5
		c.Polygon([][]viz.Point{{low, {X: low.X, Y: high.Y}, high, {X: high.X, Y: low.Y}}}, t.Grid)
	}
	const odd = signedSteps + 1 // the colour of what is not finite
	rings := map[int][][]viz.Point{}
	for i, row := range a.values {
		for j, v := range row {
			step := odd
			if finite(v) {
				step = a.scale.step(v)
			}
			x0, y0 := low.X+float64(j)*width+gap, high.Y+float64(i)*height+gap
			x1, y1 := x0+width-2*gap, y0+height-2*gap
			rings[step] = append(rings[step], []viz.Point{{X: x0, Y: y0}, {X: x1, Y: y0}, {X: x1, Y: y1}, {X: x0, Y: y1}})
		}
	}
	for step := -signedSteps; step < odd; step++ {
		c.Polygon(rings[step], a.scale.color(t, step))
	}
	c.Polygon(rings[odd], t.Wrong)
	a.write(c)
	return nil
}

// write puts numbers into the cells, with as many digits as all of them have room for.
func (a arrayCells) write(c *viz.Canvas) {
	t := c.Theme()
	low, high := a.corners(c)
	width, height := (high.X-low.X)/float64(len(a.values[0])), (low.Y-high.Y)/float64(len(a.values))
	digits := a.digits(t, width)
	if a.mute || digits == 0 || height < 1.25*t.NoteSize {
		return
	}
	for i, row := range a.values {
		for j, v := range row {
			ground := t.Wrong
			if finite(v) {
				ground = a.scale.color(t, a.scale.step(v))
			}
			at := viz.Pt(low.X+(float64(j)+0.5)*width, high.Y+(float64(i)+0.5)*height)
			c.Text(viz.Span{Text: a.text(v, digits), On: ground}, t.NoteSize, at, viz.Pt(0.5, 0.5))
		}
	}
}

// digits is how many of every number have room in cells of a width; 0 means none.
func (a arrayCells) digits(t viz.Theme, width float64) int {
	for digits := 3; digits > 1; digits-- {
		widest := 0.0
		for _, row := range a.values {
			for _, v := range row {
				if widest = max(widest, t.Regular.Width(a.text(v, digits), t.NoteSize)); widest+cellRoom > width {
					break
				}
			}
		}
		if widest+cellRoom <= width {
			return digits
		}
	}
	return 0
}

// corners are the lower left and the upper right one of all cells.
func (a arrayCells) corners(c *viz.Canvas) (low, high viz.Point) {
	low, _ = c.At(viz.Pt(-0.5, -0.5))
	high, _ = c.At(viz.Pt(float64(len(a.values[0]))-0.5, float64(len(a.values))-0.5))
	return low, high
}

// text is a number in a cell, with the decimals that the largest one needs for so many digits; what counts as zero is one.
func (a arrayCells) text(v float64, digits int) string {
	if math.Abs(v) <= a.scale.quiet {
		v = 0
	}
	power := int(math.Floor(math.Log10(a.scale.limit)))
	const least, most = -3, 4 // powers of ten that need no exponent
	if v == 0 || !finite(v) || power < least || power > most {
		return viz.Num(v, digits)
	}
	return viz.Fixed(v, max(digits-1-power, 0))
}

// scaleBar is a scale as a strip of its colours over an axis of its numbers.
type scaleBar struct{ scale signedScale }

func (b scaleBar) Extent() viz.Extent { return viz.Extent{} }

func (b scaleBar) Draw(c *viz.Canvas) error {
	const strips = 240
	edge := func(i int) viz.Point {
		at, _ := c.At(viz.Pt(b.scale.limit*(2*float64(i)/strips-1), 0))
		return at
	}
	top, _ := c.At(viz.Pt(0, 1))
	begin := 0
	for i := range strips {
		middle := func(i int) int { return b.scale.step(b.scale.limit * (2*(float64(i)+0.5)/strips - 1)) }
		if i+1 < strips && middle(i+1) == middle(begin) {
			continue
		}
		from, to := edge(begin), edge(i+1)
		c.Polygon([][]viz.Point{{{X: from.X, Y: top.Y}, {X: to.X, Y: top.Y}, {X: to.X, Y: to.Y}, {X: from.X, Y: from.Y}}}, b.scale.color(c.Theme(), middle(begin)))
		begin = i + 1
	}
	return nil
}
