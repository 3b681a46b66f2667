package figures

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/viz"
)

// Trends shows a measure against what was varied: a panel a quantity, a line with a
// band a network.
type Trends struct {
	Name    string // of the figure
	Measure string // such as "Test accuracy"
	Trends  []Trend
}

// Trend is how the measure depends on one quantity.
type Trend struct {
	Against string // names the quantity
	// Lines are of the same networks in every trend.
	Lines []TrendLine
}

// TrendLine is one network's. All slices have one length.
type TrendLine struct {
	Network
	X               []float64 // ascending
	Mean, Low, High []float64 // the measure and its interval; NaN where there is none
}

// Figure draws the trends.
func (d Trends) Figure(o viz.Options) (*viz.Figure, error) {
	if err := d.check(); err != nil {
		return nil, fmt.Errorf("figures: trends: %w", err)
	}
	var quantities []string
	for _, t := range d.Trends {
		quantities = append(quantities, t.Against)
	}
	f := viz.NewFigure(o, d.Name, d.Measure+" against "+strings.Join(quantities, ", "))
	f.Subtitle = "Mean over all other settings and seeds, and its 95 % interval by Student's t."
	f.Columns = min(len(d.Trends), 2)
	nets := networks(d.Trends[0].Lines)
	f.Legend = lineKeys(f.Theme, nets, 2)
	styles := NetworkStyles(f.Theme, nets)
	for _, t := range d.Trends {
		p := t.panel(f.Theme, styles)
		p.Y = viz.Axis{Label: d.Measure, Grid: true}
		f.Panels = append(f.Panels, p)
	}
	f.Description = d.Trends[0].describe(d.Measure)
	return f, nil
}

func (d Trends) check() error {
	if len(d.Trends) == 0 || len(d.Trends[0].Lines) == 0 {
		return errors.New("no quantity or no network is given")
	}
	for _, t := range d.Trends {
		if !slices.Equal(networks(t.Lines), networks(d.Trends[0].Lines)) {
			return fmt.Errorf("%s has lines of other networks than %s", t.Against, d.Trends[0].Against)
		}
		for _, l := range t.Lines {
			if n := len(l.X); n == 0 || len(l.Mean) != n || len(l.Low) != n || len(l.High) != n {
				return fmt.Errorf("%s has %d means, %d low and %d high bounds at %d places of %s", l.DisplayName(), len(l.Mean), len(l.Low), len(l.High), n, t.Against)
			}
		}
	}
	return nil
}

func (t Trend) panel(theme viz.Theme, styles []NetworkStyle) *viz.Panel {
	p := &viz.Panel{X: viz.Axis{Label: t.Against, Scale: t.scale()}}
	var means []viz.Series
	for i, style := range styles {
		l := t.Lines[i]
		points, _ := viz.Points(l.X, l.Mean) // lengths have been checked
		p.Series = append(p.Series, viz.Band{X: l.X, Low: l.Low, High: l.High, Fill: viz.Fade(style.Color, bandOpacity)})
		means = append(means, viz.Line{
			Points: points, Stroke: viz.Stroke{Color: style.Color, Width: 2},
			Marker: viz.Marker{Shape: style.Shape, Radius: 3.5, Fill: style.Color, Edge: theme.Rim, EdgeWidth: 1},
		})
	}
	p.Series = append(p.Series, means...)
	return p
}

// bandOpacity is that of bands that may lie on each other.
const bandOpacity = 48.0 / 255

// scale is logarithmic where the places span more than a factor of ten.
func (t Trend) scale() viz.Scale {
	const factor = 10
	low, high := math.Inf(1), math.Inf(-1)
	whole := true
	for _, l := range t.Lines {
		for _, x := range l.X {
			low, high, whole = min(low, x), max(high, x), whole && x == math.Trunc(x)
		}
	}
	if low > 0 && high/low > factor {
		return viz.Log(low, high)
	}
	if scale := viz.LinearAround(low, high, 0.05); whole {
		return scale.Whole()
	} else {
		return scale
	}
}

// describe says where the lines begin and end.
func (t Trend) describe(measure string) string {
	var ends []string
	for _, l := range t.Lines {
		last := len(l.X) - 1
		ends = append(ends, fmt.Sprintf("%s %s at %s and %s at %s", l.DisplayName(),
			viz.Num(l.Mean[0], 3), viz.Num(l.X[0], 3), viz.Num(l.Mean[last], 3), viz.Num(l.X[last], 3)))
	}
	return fmt.Sprintf("%s against %s: %s.", measure, t.Against, strings.Join(ends, "; "))
}
