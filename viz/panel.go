package viz

// Series is anything that can be drawn on a panel.
type Series interface {
	// Extent is the range of data that an automatic scale has to cover.
	Extent() Extent
	// Draw paints the series. An error means that its values do not fit together;
	// values without a place are left out.
	Draw(c *Canvas) error
}

// Panel is one plot area with its axes.
type Panel struct {
	Title []Span
	// Badge is a short text in a frame of the colour Accent, above the right end.
	Badge  string
	Accent Color
	X, Y   Axis
	Series []Series
	// Aspect is height over width of the plot area; 0 means 0.75. The panels of
	// a row share the largest.
	Aspect float64
	// Equal makes a unit of x as long as a unit of y and gives both axes the same
	// steps; it needs linear scales. Without an Aspect the panel takes the shape that
	// follows, unless that is extreme; with one the shorter scale is widened.
	Equal bool
	// Notice is a sentence in the middle of the panel, such as that there is nothing to see.
	Notice string
}

// Axis is one side of a panel.
type Axis struct {
	Label string
	// Scale may be nil: then a linear one is put around the series.
	Scale Scale
	// Ticks may be nil: then the scale chooses.
	Ticks []Tick
	// Grid draws a line across the panel at every tick.
	Grid bool
}

// withScale gives the axis a scale where it has none.
func (a Axis) withScale(lo, hi float64, known bool) Axis {
	if a.Scale == nil {
		if !known {
			lo, hi = 0, 1
		}
		a.Scale = LinearAround(lo, hi, 0.05)
	}
	return a
}

// axes are the panel's axes with their scales settled.
func (p *Panel) axes() (x, y Axis) {
	var e Extent
	for _, s := range p.Series {
		if s != nil {
			e = e.Union(s.Extent())
		}
	}
	x, y = p.X.withScale(e.XMin, e.XMax, e.hasX), p.Y.withScale(e.YMin, e.YMax, e.hasY)
	sx, sy, linear := linearPair(x.Scale, y.Scale)
	if !p.Equal || !linear {
		return x, y
	}
	if have, want := (sy.hi-sy.lo)/(sx.hi-sx.lo), p.aspect(x, y); have > want {
		x.Scale = sx.widen(have / want)
	} else {
		y.Scale = sy.widen(want / have)
	}
	return x, y
}

func linearPair(x, y Scale) (sx, sy LinearScale, ok bool) {
	sx, okX := x.(LinearScale)
	sy, okY := y.(LinearScale)
	return sx.orUnit(), sy.orUnit(), okX && okY
}

// aspect is the height over the width that the panel wants.
func (p *Panel) aspect(x, y Axis) float64 {
	switch sx, sy, linear := linearPair(x.Scale, y.Scale); {
	case p.Aspect > 0:
		return min(max(p.Aspect, 0.1), 5)
	case p.Equal && linear:
		return min(max((sy.hi-sy.lo)/(sx.hi-sx.lo), 0.25), 2.5)
	}
	return 0.75
}
