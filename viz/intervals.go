package viz

import "fmt"

// Intervals are vertical bars from a low to a high value, with caps at their ends.
type Intervals struct {
	X, Low, High []float64
	Stroke       Stroke
	// Cap is half the width of a cap in px.
	Cap float64
}

// Extent implements [Series].
func (v Intervals) Extent() Extent { return Band{X: v.X, Low: v.Low, High: v.High}.Extent() }

// Draw implements [Series]. A bar whose high end has no place is left out; one whose
// low end has none, such as 0 on a logarithmic axis, goes down to the axis.
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
