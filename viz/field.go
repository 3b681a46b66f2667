package viz

import (
	"math"
	"slices"
)

// Field shades a grid of values from 0 to 1 in equal steps: the region above each level is painted over
// the one before, which leaves no seams. Where values are NaN, nothing is painted.
type Field struct {
	Grid  Grid
	Steps int // at most 256
	Ramp  Ramp
	// Name is as in [Line]. Values are what tables say of the nodes; nil where that is the grid's own.
	Name   string
	Values []float64
}

func (f Field) Extent() Extent { return f.Grid.Extent() }

func (f Field) Draw(c *Canvas) error {
	if err := f.Grid.Check(); err != nil {
		return err
	}
	grid, n := f.Grid, min(f.Steps, 256)
	regions, points := levelRegions(c, grid, n)
	for points > maxFieldPoints && len(grid.X) > 8 && len(grid.Y) > 8 {
		grid = grid.coarser()
		regions, points = levelRegions(c, grid, n)
	}
	for i := range n {
		rings := regions[i]
		if c.surface.pixels != nil {
			// What the next colour but one will cover need not be painted: pixels cost time, paths do not.
			for _, r := range regions[i+2] {
				rings = append(rings, backwards(r))
			}
		}
		c.Polygon(rings, f.Ramp((float64(i)+0.5)/float64(n)))
	}
	return nil
}

// maxFieldPoints keeps a field of mere noise, which has a ring around every other cell, from
// making a huge file: then it is drawn from a coarser grid. A network's field has some 2,000.
const maxFieldPoints = 12000

// levelRegions gives the rings around all values from level 0, 1, .. on, and how many points they have; two
// more entries are empty.
func levelRegions(c *Canvas, g Grid, n int) (regions [][][]Point, points int) {
	regions = make([][][]Point, n+2)
	for i := range n {
		level := float64(i) / float64(n)
		if i == 0 {
			level = -math.MaxFloat64 // all that is a number
		}
		for _, line := range g.isolines(level, true) {
			if ring := thin(c.places(line), 0.12); len(ring) > 2 {
				regions[i] = append(regions[i], ring)
				points += len(ring)
			}
		}
	}
	return regions, points
}

func backwards(ring []Point) []Point {
	r := slices.Clone(ring)
	slices.Reverse(r)
	return r
}

// places are those of the points that can be placed.
func (c *Canvas) places(ps []Point) []Point {
	out := make([]Point, 0, len(ps))
	for _, p := range ps {
		if at, ok := c.At(p); ok {
			out = append(out, at)
		}
	}
	return out
}

// Contour is the line where a grid passes a level.
type Contour struct {
	Grid   Grid
	Level  float64
	Stroke Stroke
	Casing float64 // as in [Line]
}

func (k Contour) Extent() Extent { return k.Grid.Extent() }

func (k Contour) Draw(c *Canvas) error {
	if err := k.Grid.Check(); err != nil {
		return err
	}
	grid := k.Grid
	lines, points := levelLines(c, grid, k.Level)
	for points > maxFieldPoints && len(grid.X) > 8 && len(grid.Y) > 8 {
		grid = grid.coarser()
		lines, points = levelLines(c, grid, k.Level)
	}
	c.polylines(lines, k.Stroke, k.Casing)
	return nil
}

// levelLines are the lines at a level, and how many points they have.
func levelLines(c *Canvas, g Grid, level float64) (lines [][]Point, points int) {
	for _, l := range g.isolines(level, false) {
		line := thin(c.places(l), 0.06)
		lines = append(lines, line)
		points += len(line)
	}
	return lines, points
}

// Cells is a series of coloured rectangles over two axes of [Categories]. Where a
// value is NaN there is none.
type Cells struct {
	// Values are by y, then by x.
	Values [][]float64
	// Scale maps a value to the ramp.
	Scale Scale
	Ramp  Ramp
	// Text is what is written into a cell where there is room for it; nil writes three
	// digits.
	Text func(y, x int) Span
	// Name is as in [Line].
	Name string
}

func (c Cells) Extent() Extent {
	if len(c.Values) == 0 {
		return Extent{}
	}
	return ExtentOf([]Point{{-0.5, -0.5}, {float64(len(c.Values[0])) - 0.5, float64(len(c.Values)) - 0.5}})
}

func (c Cells) Draw(canvas *Canvas) error {
	if len(c.Values) == 0 {
		return nil
	}
	width, height := canvas.box.Width()/float64(len(c.Values[0])), canvas.box.Height()/float64(len(c.Values))
	t := canvas.theme
	for j, row := range c.Values {
		for i, v := range row {
			at, ok := canvas.At(Point{float64(i), float64(j)})
			if !ok || !finite(v) {
				continue
			}
			share := c.Scale.Position(v)
			left, right, top, bottom := at.X-width/2, at.X+width/2, at.Y-height/2, at.Y+height/2
			canvas.Polygon([][]Point{{{left, top}, {right, top}, {right, bottom}, {left, bottom}}}, c.Ramp(share))
			text := Span{Text: Num(v, 3)}
			if c.Text != nil {
				text = c.Text(j, i)
			}
			text.On = c.Ramp(share)
			if width > text.width(t, t.NoteSize)+cellPadding && height > t.NoteSize*1.2 {
				canvas.Text(text, t.NoteSize, at, Point{0.5, 0.5})
			}
		}
	}
	return nil
}

// cellPadding is the least room beside the text of a cell, in px.
const cellPadding = 4
