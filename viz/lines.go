package viz

import (
	"fmt"
	"math"
	"slices"
)

// Line joins points in their order; a point that cannot be placed breaks it.
type Line struct {
	// Name says in tables what the series is; "" is what the legend says of its sign.
	Name   string
	Points []Point
	Stroke Stroke
	// Casing is the width of a rim in the theme's rim colour, on both sides.
	Casing float64
	// Marker is drawn at every point where its Radius is above 0.
	Marker Marker
}

func (l Line) Extent() Extent { return ExtentOf(l.Points) }

func (l Line) Draw(c *Canvas) error {
	runs := c.runs(l.Points)
	for i, r := range runs {
		runs[i] = thin(envelope(r), 0.05)
	}
	c.polylines(runs, l.Stroke, l.Casing)
	if l.Marker.Radius > 0 {
		for _, p := range l.Points {
			if at, ok := c.At(p); ok {
				c.Mark(l.Marker, at)
			}
		}
		return nil
	}
	for _, r := range runs {
		if len(r) == 1 { // a line of one point would not be seen
			c.Mark(Marker{Radius: l.Stroke.Width, Fill: l.Stroke.Color}, r[0])
		}
	}
	return nil
}

// polylines draws lines over the rims of all of them, which are as wide as the casing on both sides.
func (c *Canvas) polylines(lines [][]Point, s Stroke, casing float64) {
	if casing > 0 {
		for _, l := range lines {
			c.Polyline(l, Stroke{Color: c.theme.Rim, Width: s.Width + 2*casing})
		}
	}
	for _, l := range lines {
		c.Polyline(l, s)
	}
}

// runs are the places of consecutive points that can be placed.
func (c *Canvas) runs(ps []Point) [][]Point {
	var out [][]Point
	var run []Point
	for _, p := range ps {
		if at, ok := c.At(p); ok {
			run = append(run, at)
		} else if run != nil {
			out, run = append(out, run), nil
		}
	}
	if run != nil {
		out = append(out, run)
	}
	return out
}

// envelope thins a line with many points a px, of rising x, to the first, lowest, highest and last in each px.
func envelope(ps []Point) []Point {
	if len(ps) < 1000 {
		return ps
	}
	for i := 1; i < len(ps); i++ {
		if ps[i].X < ps[i-1].X {
			return ps
		}
	}
	var out []Point
	for start := 0; start < len(ps); {
		column := math.Floor(ps[start].X)
		low, high, end := start, start, start
		for ; end < len(ps) && math.Floor(ps[end].X) == column; end++ {
			if ps[end].Y < ps[low].Y {
				low = end
			}
			if ps[end].Y > ps[high].Y {
				high = end
			}
		}
		picks := []int{start, min(low, high), max(low, high), end - 1}
		for _, i := range slices.Compact(picks) {
			out = append(out, ps[i])
		}
		start = end
	}
	return out
}

// Band fills the area between two lines over the same x.
type Band struct {
	// Name is as in [Line].
	Name         string
	X, Low, High []float64
	Fill         Color
}

func (b Band) Extent() Extent { return extentOver(b.X, b.Low, b.High) }

// Draw implements [Series]. Where a bound cannot be placed the band has a gap.
func (b Band) Draw(c *Canvas) error {
	if len(b.Low) != len(b.X) || len(b.High) != len(b.X) {
		return fmt.Errorf("a band has %d x values, %d low and %d high ones", len(b.X), len(b.Low), len(b.High))
	}
	var low, high []Point
	flush := func() {
		if len(low) > 1 {
			c.Polygon([][]Point{append(low, backwards(high)...)}, b.Fill)
		}
		low, high = nil, nil
	}
	for i, x := range b.X {
		l, okL := c.At(Point{x, b.Low[i]})
		h, okH := c.At(Point{x, b.High[i]})
		if !okL || !okH {
			flush()
			continue
		}
		low, high = append(low, l), append(high, h)
	}
	flush()
	return nil
}

// Intervals are vertical bars from a low to a high value, with caps at their ends.
type Intervals struct {
	// Name is as in [Line].
	Name         string
	X, Low, High []float64
	Stroke       Stroke
	// Cap is half the width of a cap in px.
	Cap float64
}

func (v Intervals) Extent() Extent { return extentOver(v.X, v.Low, v.High) }

// Draw implements [Series]. A bar whose high end cannot be placed is left out; one whose
// low end cannot, such as 0 on a logarithmic axis, goes down to the axis.
func (v Intervals) Draw(c *Canvas) error {
	if len(v.Low) != len(v.X) || len(v.High) != len(v.X) {
		return fmt.Errorf("intervals have %d x values, %d low and %d high ones", len(v.X), len(v.Low), len(v.High))
	}
	for i, x := range v.X {
		high, ok := c.At(Point{x, v.High[i]})
		if !ok || !finite(v.Low[i]) {
			continue
		}
		c.Polyline([]Point{{high.X - v.Cap, high.Y}, {high.X + v.Cap, high.Y}}, v.Stroke)
		low, ok := c.At(Point{x, v.Low[i]})
		if !ok {
			low = Point{high.X, c.box.Y1}
		} else {
			c.Polyline([]Point{{low.X - v.Cap, low.Y}, {low.X + v.Cap, low.Y}}, v.Stroke)
		}
		c.Polyline([]Point{low, high}, v.Stroke)
	}
	return nil
}
