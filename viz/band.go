package viz

import "fmt"

// Band fills the area between two lines over the same x.
type Band struct {
	X, Low, High []float64
	Fill         Color
}

// Extent implements [Series].
func (b Band) Extent() Extent {
	var e Extent
	for _, x := range b.X {
		e = e.IncludeX(x)
	}
	for _, ys := range [][]float64{b.Low, b.High} {
		for _, y := range ys {
			e = e.IncludeY(y)
		}
	}
	return e
}

// Draw implements [Series]. Where a bound has no place the band has a gap.
func (b Band) Draw(c *Canvas) error {
	if len(b.Low) != len(b.X) || len(b.High) != len(b.X) {
		return fmt.Errorf("a band has %d x values, %d low and %d high ones", len(b.X), len(b.Low), len(b.High))
	}
	var low, high []Point
	flush := func() {
		ring := low
		for i := len(high) - 1; i >= 0; i-- {
			ring = append(ring, high[i])
		}
		if len(low) > 1 {
			c.Polygon([][]Point{ring}, b.Fill)
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
