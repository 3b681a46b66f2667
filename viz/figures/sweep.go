package figures

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"actscope/viz"
)

// Trends shows a measure against what was varied: a panel a quantity, a line with a
// band a network.
type Trends struct {
	Name    string // of the figure
	Measure string // such as "Test accuracy"
	Share   bool   // the measure is a share, and written in per cent
	Trends  []Trend
}

// Trend is how the measure depends on one quantity.
type Trend struct {
	Against string // names the quantity
	Label   string // of the axis; "" means Against
	// Lines are of the same networks in every trend.
	Lines []TrendLine
}

// TrendLine is one network's. All slices have one length.
type TrendLine struct {
	Network
	X               []float64 // ascending
	Mean, Low, High []float64 // the measure and its interval; NaN where there is none
}

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
	f.Legend = markedKeys(f.Theme, nets, 2)
	styles := NetworkStyles(f.Theme, nets)
	for _, t := range d.Trends {
		p := t.panel(f.Theme, styles)
		p.Y = viz.Axis{Label: d.Measure, Grid: true}
		if d.Share {
			var e viz.Extent
			for _, s := range p.Series {
				e = e.Union(s.Extent())
			}
			p.Y.Scale = percentAround(e.YMin, e.YMax)
		}
		f.Panels = append(f.Panels, p)
	}
	f.Description = d.Trends[0].describe(d.Measure, valueText(d.Share))
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
	p := &viz.Panel{X: viz.Axis{Label: cmp.Or(t.Label, t.Against), Scale: t.scale()}}
	var means []viz.Series
	for i, style := range styles {
		l := t.Lines[i]
		p.Series = append(p.Series, viz.Band{Name: l.DisplayName(), X: l.X, Low: l.Low, High: l.High, Fill: viz.Fade(style.Color, bandOpacity)})
		means = append(means, viz.Line{
			Name:   l.DisplayName(),
			Points: pointsAt(l.X, l.Mean), Stroke: style.line(2),
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
	var places []float64
	for _, l := range t.Lines {
		places = append(places, l.X...)
	}
	low, high := finiteRange(places...)
	if low > 0 && high/low > factor {
		return viz.Log(low, high)
	}
	scale := viz.LinearAround(low, high, 0.05)
	if slices.ContainsFunc(places, func(x float64) bool { return x != math.Trunc(x) }) {
		return scale
	}
	return scale.Whole()
}

// describe says where the lines begin and end.
func (t Trend) describe(measure string, value func(float64) string) string {
	var ends []string
	for _, l := range t.Lines {
		last := len(l.X) - 1
		ends = append(ends, fmt.Sprintf("%s %s at %s and %s at %s", l.DisplayName(),
			value(l.Mean[0]), viz.Num(l.X[0], 3), value(l.Mean[last]), viz.Num(l.X[last], 3)))
	}
	return fmt.Sprintf("%s against %s: %s.", measure, t.Against, strings.Join(ends, "; "))
}

// valueText writes a mean or median: in per cent where it is a share.
func valueText(share bool) func(float64) string {
	return func(v float64) string {
		if share && !math.IsNaN(v) {
			return viz.Percent(v, 1)
		}
		return valueOrNone(v)
	}
}

// percentAround is a scale of shares in per cent with room at both ends.
func percentAround(low, high float64) viz.Scale {
	return percentScale{viz.LinearAround(low, high, 0.05)}
}

// valueOrNone is a mean or median in words; there is none where every trial failed.
func valueOrNone(v float64) string {
	if math.IsNaN(v) {
		return "no value"
	}
	return viz.Num(v, 3)
}

// LossBands shows the course of the losses of many trainings: a panel an architecture, a
// median with a band a network.
type LossBands struct {
	Nets  []Network
	Bands []LossBand
}

// LossBand is the course of one network's losses. All slices have one length.
type LossBand struct {
	Network        // one of those of the figure
	Layers  string // names the architecture: bands of one share a panel
	Epochs  []int
	// Low, Median and High are the 10, 50 and 90 % quantiles; NaN where there is none.
	Low, Median, High []float64
}

func (d LossBands) Figure(o viz.Options) (*viz.Figure, error) {
	if len(d.Bands) == 0 {
		return nil, errors.New("figures: loss bands: no band is given")
	}
	f := viz.NewFigure(o, "loss_bands", "Loss over the epochs")
	f.Subtitle = "Median over the seeds, and the band from the 10 to the 90 % quantile, at the first entry of every other setting."
	f.Legend = lineKeys(f.Theme, d.Nets, 2)
	styles := NetworkStyles(f.Theme, d.Nets)
	medians := map[*viz.Panel][]viz.Series{}
	panels := map[string]*viz.Panel{}
	var ends []string
	for _, b := range d.Bands {
		net := slices.Index(d.Nets, b.Network)
		if n := len(b.Epochs); net < 0 || n == 0 || len(b.Low) != n || len(b.Median) != n || len(b.High) != n {
			return nil, fmt.Errorf("figures: loss bands: %s, %s: an unknown network, or %d medians, %d low and %d high bounds at %d epochs", b.Layers, b.DisplayName(), len(b.Median), len(b.Low), len(b.High), n)
		}
		p := panels[b.Layers]
		if p == nil {
			p = &viz.Panel{Title: []viz.Span{{Text: b.Layers, Bold: true}}, X: viz.Axis{Label: "epoch"}, Y: viz.Axis{Label: "loss", Grid: true}}
			panels[b.Layers] = p
			f.Panels = append(f.Panels, p)
		}
		x := make([]float64, len(b.Epochs))
		for i, epoch := range b.Epochs {
			x[i] = float64(epoch)
		}
		p.Series = append(p.Series, viz.Band{Name: b.DisplayName(), X: x, Low: b.Low, High: b.High, Fill: viz.Fade(styles[net].Color, bandOpacity)})
		medians[p] = append(medians[p], viz.Line{Name: b.DisplayName(), Points: pointsAt(x, b.Median), Stroke: styles[net].line(2)})
		ends = append(ends, fmt.Sprintf("%s, %s ends at %s", b.Layers, b.DisplayName(), valueOrNone(b.Median[len(b.Median)-1])))
	}
	for _, p := range f.Panels {
		p.Series = append(p.Series, medians[p]...)
	}
	f.Columns = min(len(f.Panels), 2)
	f.Description = "Median loss: " + strings.Join(ends, "; ") + "."
	return f, nil
}

// HeatMaps shows a mean over depth and width: a panel a network.
type HeatMaps struct {
	Name    string // of the figure
	Measure string // such as "Mean test accuracy"
	Share   bool   // the measure is a share, and written in per cent
	Maps    []HeatMap
}

// HeatMap is one network's.
type HeatMap struct {
	Network
	// Depths and Widths ascend; Means[d][w] belongs to them and is NaN where there is none.
	Depths, Widths []float64
	Means          [][]float64
}

func (d HeatMaps) Figure(o viz.Options) (*viz.Figure, error) {
	if len(d.Maps) == 0 {
		return nil, errors.New("figures: heat maps: no network is given")
	}
	f := viz.NewFigure(o, d.Name, d.Measure+" by depth and width")
	f.Columns = min(len(d.Maps), 2)
	f.ShareX, f.ShareY = true, true
	low, high := math.Inf(1), math.Inf(-1)
	for _, m := range d.Maps {
		if err := m.check(); err != nil {
			return nil, fmt.Errorf("figures: heat map of %s: %w", m.DisplayName(), err)
		}
		for _, v := range slices.Concat(m.Means...) {
			if !math.IsNaN(v) {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	var scale viz.Scale = viz.Linear(low, high)
	if d.Share {
		scale = percentScale{viz.Linear(low, high)}
	}
	value := valueText(d.Share)
	ramp := f.Theme.Sequence()
	var corners []string
	for i, style := range NetworkStyles(f.Theme, networks(d.Maps)) {
		m := d.Maps[i]
		cells := viz.Cells{Name: "mean", Values: m.Means, Scale: scale, Ramp: ramp}
		if d.Share {
			cells.Text = func(y, x int) viz.Span { return viz.Span{Text: viz.Percent(m.Means[y][x], 1)} }
		}
		f.Panels = append(f.Panels, &viz.Panel{
			Title:  m.title(style.Color),
			X:      viz.Axis{Label: "width", Scale: viz.Categories(fourDigits(m.Widths)...)},
			Y:      viz.Axis{Label: "depth", Scale: viz.Categories(fourDigits(m.Depths)...)},
			Series: []viz.Series{cells},
		})
		largest := m.Means[len(m.Means)-1][len(m.Widths)-1]
		corners = append(corners, fmt.Sprintf("%s %s at the largest depth and width", m.DisplayName(), value(largest)))
	}
	f.ColorBar = &viz.ColorBar{Label: d.Measure, Scale: scale, Ramp: ramp, Steps: 100}
	f.Description = "Heat map of the " + strings.ToLower(d.Measure) + ": " + strings.Join(corners, "; ") + "."
	return f, nil
}

func (m HeatMap) check() error {
	if len(m.Means) == 0 || len(m.Means) != len(m.Depths) {
		return fmt.Errorf("%d rows of means for %d depths", len(m.Means), len(m.Depths))
	}
	for _, row := range m.Means {
		if len(row) == 0 || len(row) != len(m.Widths) {
			return fmt.Errorf("%d means for %d widths", len(row), len(m.Widths))
		}
	}
	return nil
}

// TriedSizes lists a mean of the depths and widths that were tried, where they are too few for a [HeatMaps]: a
// row a size, a mark a network.
type TriedSizes struct {
	Name    string // of the figure
	Measure string // such as "Mean test accuracy"
	Share   bool   // the measure is a share, and written in per cent
	Nets    []Network
	Sizes   []TriedSize // from the top
}

// TriedSize is one depth with one width.
type TriedSize struct {
	Label string
	Means []float64 // one a network, NaN where there is none
}

func (d TriedSizes) Figure(o viz.Options) (*viz.Figure, error) {
	if len(d.Nets) == 0 || len(d.Sizes) == 0 {
		return nil, errors.New("figures: tried sizes: no network or no size is given")
	}
	f := viz.NewFigure(o, d.Name, d.Measure+" by size")
	f.Subtitle = "The depths and widths that were tried."
	f.Legend = lineKeys(f.Theme, d.Nets, 2)
	labels := make([]string, len(d.Sizes))
	var all []float64
	var facts []string
	marks := make([]viz.Scatter, len(d.Nets))
	for i, style := range NetworkStyles(f.Theme, d.Nets) {
		marks[i].Name = d.Nets[i].DisplayName()
		marks[i].Marker = viz.Marker{Shape: style.Shape, Radius: 5, Fill: style.Color, Edge: f.Theme.Rim, EdgeWidth: 1}
	}
	for i, size := range d.Sizes {
		if len(size.Means) != len(d.Nets) {
			return nil, fmt.Errorf("figures: tried sizes: %s has %d means for %d networks", size.Label, len(size.Means), len(d.Nets))
		}
		y := len(d.Sizes) - 1 - i // the vertical axis goes up
		labels[y] = size.Label
		for n, mean := range size.Means {
			if !math.IsNaN(mean) {
				all, marks[n].Points = append(all, mean), append(marks[n].Points, viz.Pt(mean, float64(y)))
			}
			facts = append(facts, fmt.Sprintf("%s, %s %s", size.Label, d.Nets[n].DisplayName(), valueText(d.Share)(mean)))
		}
	}
	low, high := finiteRange(all...)
	p := &viz.Panel{
		X: viz.Axis{Label: d.Measure, Scale: viz.LinearAround(low, high, 0.05), Grid: true},
		Y: viz.Axis{Scale: viz.Categories(labels...), Ticks: namedTicks(labels)}, Aspect: 0.06 * float64(len(labels)+2),
	}
	if d.Share {
		p.X.Scale = percentAround(low, high)
	}
	for _, m := range marks {
		p.Series = append(p.Series, m)
	}
	if len(all) == 0 {
		p.Notice = "Every trial failed."
	}
	f.Panels = []*viz.Panel{p}
	f.Description = d.Measure + " by size: " + strings.Join(facts, "; ") + "."
	return f, nil
}

func fourDigits(values []float64) []string {
	var names []string
	for _, v := range values {
		names = append(names, strconv.FormatFloat(v, 'g', 4, 64))
	}
	return names
}
