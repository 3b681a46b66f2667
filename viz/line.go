package viz

import (
	"math"
	"slices"
)

// Line joins points in their order; a point without a place breaks it.
type Line struct {
	Points []Point
	Stroke Stroke
	// Casing is the width of a rim in the theme's rim colour, on both sides.
	Casing float64
	// Marker is drawn at every point where its Radius is above 0.
	Marker Marker
}

// Extent implements [Series].
func (l Line) Extent() Extent { return ExtentOf(l.Points) }

// Draw implements [Series].
func (l Line) Draw(c *Canvas) error {
	runs := c.runs(l.Points)
	for i, r := range runs {
		runs[i] = thin(envelope(r), 0.05)
	}
	if l.Casing > 0 {
		for _, r := range runs {
			c.Polyline(r, Stroke{Color: c.theme.Rim, Width: l.Stroke.Width + 2*l.Casing})
		}
	}
	for _, r := range runs {
		c.Polyline(r, l.Stroke)
	}
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

// runs are the places of points in a row that have one.
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
