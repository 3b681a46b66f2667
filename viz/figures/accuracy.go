package figures

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/viz"
)

// AccuracyCurves shows how the networks' mean accuracy depends on what was varied, a panel
// a quantity.
type AccuracyCurves struct {
	Panels []AccuracyPanel
	// Subtitle says what the lines are.
	Subtitle string
}

// AccuracyPanel is one quantity.
type AccuracyPanel struct {
	// Title says what else holds, Label names the quantity.
	Title, Label string
	// Values are those of the quantity, ascending; on a logarithmic axis where Log.
	Values []float64
	Log    bool
	Curves []AccuracyCurve
}

// AccuracyCurve is one network's. All slices have a value for each of the panel's
// Values; NaN is none.
type AccuracyCurve struct {
	Network
	Mean, Low, High []float64
}

func (a AccuracyCurves) Figure(o viz.Options) (*viz.Figure, error) {
	if len(a.Panels) == 0 {
		return nil, errors.New("figures: accuracy curves: no quantity is given")
	}
	f := viz.NewFigure(o, "accuracy_curves", "What training longer, faster or deeper does to the accuracy")
	f.Subtitle = a.Subtitle
	f.Columns = min(len(a.Panels), 2)
	f.ShareY = true
	f.Legend = markedKeys(f.Theme, networks(a.Panels[0].Curves), 2.2)
	least := 1.0
	for _, p := range a.Panels {
		if len(p.Values) == 0 {
			return nil, fmt.Errorf("figures: accuracy curves: %s has no values", p.Label)
		}
		for _, c := range p.Curves {
			for _, values := range [][]float64{c.Mean, c.Low, c.High} {
				if len(values) != len(p.Values) {
					return nil, fmt.Errorf("figures: accuracy curves: %s has %d values at %d places of %s", c.DisplayName(), len(values), len(p.Values), p.Label)
				}
				low, _ := finiteRange(values...)
				least = min(least, low)
			}
		}
	}
	y := viz.Axis{Label: "accuracy", Scale: percentScale{viz.Linear(max(0, math.Floor(20*least-0.3)/20), 1.0)}, Grid: true}
	var facts []string
	for _, p := range a.Panels {
		panel := p.draw(f.Theme)
		panel.Y = y
		f.Panels = append(f.Panels, panel)
		facts = append(facts, p.describe())
	}
	f.Description = "Lines with bands. " + strings.Join(facts, " ")
	return f, nil
}

// percentScale is a scale of shares whose ticks are in per cent, as accuracies are everywhere else.
type percentScale struct{ viz.LinearScale }

// Ticks implements [viz.Scale].
func (s percentScale) Ticks(n int) []viz.Tick {
	ticks := s.LinearScale.Ticks(n)
	for i := range ticks {
		ticks[i].Label = viz.Percent(ticks[i].Value, -1)
	}
	return ticks
}

func (p AccuracyPanel) draw(t viz.Theme) *viz.Panel {
	panel := &viz.Panel{Title: []viz.Span{{Text: p.Title, Bold: true}}, X: viz.Axis{Label: p.Label}, Aspect: 0.62}
	for _, v := range p.Values {
		panel.X.Ticks = append(panel.X.Ticks, viz.Tick{Value: v, Label: viz.Num(v, 6)})
	}
	if first, last := p.Values[0], p.Values[len(p.Values)-1]; p.Log {
		panel.X.Scale = viz.Log(first/1.15, last*1.15)
	} else {
		panel.X.Scale = viz.LinearAround(first, last, 0.06)
	}
	points := func(y []float64) []viz.Point { return pointsAt(p.Values, y) }
	var bands, means []viz.Series
	for i, style := range NetworkStyles(t, networks(p.Curves)) {
		c := p.Curves[i]
		bands = append(bands, viz.Band{Name: c.DisplayName(), X: p.Values, Low: c.Low, High: c.High, Fill: viz.Fade(style.Color, 0.22)})
		means = append(means, viz.Line{
			Name:   c.DisplayName(),
			Points: points(c.Mean), Stroke: style.line(2.2),
			Marker: viz.Marker{Shape: style.Shape, Radius: 3.6, Fill: style.Color, Edge: t.Rim, EdgeWidth: 1},
		})
	}
	panel.Series = slices.Concat(bands, means)
	return panel
}

// describe says where the lines begin and end.
func (p AccuracyPanel) describe() string {
	var parts []string
	last := len(p.Values) - 1
	for _, c := range p.Curves {
		parts = append(parts, fmt.Sprintf("%s %s at %s and %s at %s", c.DisplayName(), meanText(c.Mean[0]), viz.Num(p.Values[0], 6), meanText(c.Mean[last]), viz.Num(p.Values[last], 6)))
	}
	return fmt.Sprintf("Against %s (%s): %s.", p.Label, p.Title, strings.Join(parts, "; "))
}

// InferenceCost shows which share of trainings reaches a target, and which accuracy,
// against what the inference of a network costs: a panel an activation with the
// frontier of the best share at or below each cost, and one with the frontiers of
// accuracy of all.
type InferenceCost struct {
	// Target is the accuracy that trainings have to reach, Share the share of them
	// that has to.
	Target, Share float64
	// Cost names the cost, such as "Multiply-adds".
	Cost string
	Nets []CostedNetworks
}

// CostedNetworks are the networks of one activation.
type CostedNetworks struct {
	Network
	Points []CostedNetwork
}

// CostedNetwork is one size of network.
type CostedNetwork struct {
	Cost float64
	// Share of trainings that reach the target, and its interval.
	Share, Low, High float64
	// Accuracy is the median of the trainings.
	Accuracy float64
	// Depth is the number of hidden layers.
	Depth int
	// Judged says that enough trainings were done to tell; others are drawn pale.
	Judged bool
	// Smallest names the network that is the smallest to reach the target, such as
	// "2-8-8-1"; "" for all others.
	Smallest string
	// Undecided names a network that may be smaller than that and may reach the target; ""
	// for all others. It is drawn hollow.
	Undecided string
}

func (i InferenceCost) Figure(o viz.Options) (*viz.Figure, error) {
	if err := i.check(); err != nil {
		return nil, fmt.Errorf("figures: inference cost: %w", err)
	}
	f := viz.NewFigure(o, "inference_cost", "What a test accuracy of "+viz.Percent(i.Target, -1)+" costs at inference")
	f.Subtitle = fmt.Sprintf("Share of trainings that reach it; bars: its interval; dashed: the %s asked for; step line: the best at or below a cost; named: the smallest proven to reach it; hollow: undecided; pale: few trainings.", viz.Percent(i.Share, -1))
	f.Columns = 2
	if panels := len(i.Nets) + 1; panels > 4 {
		f.Columns = panelColumns(panels)
	}
	var depths []int
	low, high := math.Inf(1), 0.0
	for _, n := range i.Nets {
		for _, p := range n.Points {
			low, high = min(low, p.Cost), max(high, p.Cost)
			depths = append(depths, p.Depth)
		}
	}
	slices.Sort(depths)
	depths = slices.Compact(depths)
	for _, d := range depths {
		f.Legend = append(f.Legend, viz.Key{Text: count(d, "hidden layer"), Marker: viz.Marker{Shape: depthShape(depths, d), Radius: 4.5, Fill: f.Theme.Muted}})
	}
	x := viz.Axis{Label: i.Cost + ", log scale", Scale: viz.Log(low/1.15, high*1.15)}
	styles := NetworkStyles(f.Theme, networks(i.Nets))
	var smallest []string
	for k, n := range i.Nets {
		p := n.panel(f.Theme, styles[k].Color, depths, i.Share)
		p.X = x
		f.Panels = append(f.Panels, p)
		smallest = append(smallest, n.describeSmallest())
	}
	all := i.accuracies(f.Theme, styles)
	all.X = x
	f.Panels = append(f.Panels, all)
	f.Description = fmt.Sprintf("Share of trainings that reach a test accuracy of %s against %s, a panel an activation, and the median accuracy of all. The smallest proven to reach it in %s of trainings: %s.",
		viz.Percent(i.Target, -1), strings.ToLower(i.Cost), viz.Percent(i.Share, -1), strings.Join(smallest, "; "))
	return f, nil
}

func (i InferenceCost) check() error {
	if len(i.Nets) == 0 {
		return errors.New("no activation is given")
	}
	for _, n := range i.Nets {
		if len(n.Points) == 0 {
			return fmt.Errorf("%s has no network", n.DisplayName())
		}
		for _, p := range n.Points {
			if !(p.Cost > 0) || math.IsInf(p.Cost, 0) {
				return fmt.Errorf("a network of %s costs %v: a positive number is needed", n.DisplayName(), p.Cost)
			}
		}
	}
	return nil
}

// describeSmallest names the smallest network in words, and those that may be smaller.
func (n CostedNetworks) describeSmallest() string {
	smallest := "none"
	var undecided []string
	for _, p := range n.Points {
		if p.Smallest != "" {
			smallest = p.Smallest + " at " + viz.Num(p.Cost, 6)
		}
		if p.Undecided != "" {
			undecided = append(undecided, p.Undecided+" at "+viz.Num(p.Cost, 6))
		}
	}
	if len(undecided) > 0 {
		smallest += " (undecided: " + strings.Join(undecided, ", ") + ")"
	}
	return n.DisplayName() + " " + smallest
}

// depthShape is a marker for each of the depths that there are.
func depthShape(depths []int, depth int) viz.Shape {
	shapes := []viz.Shape{viz.Disc, viz.Square, viz.TriangleUp, viz.Diamond, viz.TriangleDown, viz.Plus, viz.Cross, viz.Star}
	return shapes[slices.Index(depths, depth)%len(shapes)]
}

// panel shows the shares of one activation.
func (n CostedNetworks) panel(t viz.Theme, color viz.Color, depths []int, share float64) *viz.Panel {
	p := &viz.Panel{
		Title:  n.title(color),
		Y:      viz.Axis{Label: "Share that reaches", Scale: percentScale{viz.Linear(-0.03, 1.17)}, Grid: true},
		Aspect: 0.6,
	}
	p.Series = append(p.Series, level(t, n.Points, share))
	var marks, whiskers []viz.Series
	var named viz.Notes
	for _, c := range n.Points {
		fill := color
		if !c.Judged {
			fill = viz.Mix(t.Panel, color, 0.35)
		} else {
			whisker := viz.Line{Points: []viz.Point{viz.Pt(c.Cost, c.Low), viz.Pt(c.Cost, c.High)}, Stroke: viz.Stroke{Color: viz.Fade(color, 0.45), Width: 1.4}}
			whiskers = append(whiskers, viz.Restated{Series: whisker, As: []viz.Number{{Series: fmt.Sprintf("depth %d", c.Depth), X: c.Cost, Y: c.Share, Low: c.Low, High: c.High, Value: math.NaN()}}})
		}
		at := viz.Pt(c.Cost, c.Share)
		radius := 4.5
		if c.Smallest != "" {
			radius = 6.5
			named = append(named, viz.Note{At: at, Text: viz.Span{Text: c.Smallest, Color: color, Bold: true}, Shift: viz.Pt(0, -10), Anchor: viz.Pt(0.5, 0)})
		}
		marker := viz.Marker{Shape: depthShape(depths, c.Depth), Radius: radius, Fill: fill, Edge: t.Rim, EdgeWidth: 1}
		if c.Undecided != "" {
			marker.Fill, marker.Edge, marker.EdgeWidth = t.Panel, color, 1.6
		}
		mark := viz.Scatter{Name: fmt.Sprintf("depth %d", c.Depth), Points: []viz.Point{at}, Marker: marker}
		if c.Judged {
			marks = append(marks, viz.Restated{Series: mark}) // its whisker has its numbers
		} else {
			marks = append(marks, mark)
		}
	}
	frontier := frontier(n.Points, func(c CostedNetwork) float64 { return c.Share })
	p.Series = slices.Concat(p.Series, whiskers, []viz.Series{viz.Line{Name: "best at or below a cost", Points: frontier, Stroke: viz.Stroke{Color: viz.Fade(color, 0.6), Width: 1.8}}}, marks, []viz.Series{named})
	return p
}

// accuracies is the panel with the frontiers of accuracy.
func (i InferenceCost) accuracies(t viz.Theme, styles []NetworkStyle) *viz.Panel {
	p := &viz.Panel{
		Title:  []viz.Span{{Text: "Median test accuracy", Bold: true}},
		Y:      viz.Axis{Label: "Best at or below a cost", Grid: true},
		Aspect: 0.6,
	}
	p.Series = append(p.Series, level(t, i.Nets[0].Points, i.Target))
	var ends viz.EndLabels
	var all []viz.Point
	for k, n := range i.Nets {
		line := frontier(n.Points, func(c CostedNetwork) float64 { return c.Accuracy })
		all = append(all, line...)
		p.Series = append(p.Series, viz.Line{Name: n.DisplayName(), Points: line, Stroke: styles[k].line(2)})
		ends = append(ends, viz.EndLabel{At: line[len(line)-1], Color: styles[k].Color, Dash: styles[k].Dash, Name: n.DisplayName(), Value: viz.Percent(line[len(line)-1].Y, 1)})
	}
	p.Series = append(p.Series, ends)
	if e := viz.ExtentOf(append(all, viz.Pt(1, i.Target))); e.YMin < e.YMax {
		p.Y.Scale = percentAround(e.YMin, e.YMax)
	}
	return p
}

// level is a dashed line over the points.
func level(t viz.Theme, points []CostedNetwork, y float64) viz.Line {
	low, high := points[0].Cost, points[0].Cost
	for _, p := range points {
		low, high = min(low, p.Cost), max(high, p.Cost)
	}
	return viz.Line{Name: "target", Points: []viz.Point{viz.Pt(low/1.15, y), viz.Pt(high*1.15, y)}, Stroke: viz.Stroke{Color: t.Muted, Width: 1.2, Dash: []float64{5, 4}}}
}

// frontier is the step line of the largest value at or below each cost.
func frontier(points []CostedNetwork, value func(CostedNetwork) float64) []viz.Point {
	sorted := slices.Clone(points)
	slices.SortStableFunc(sorted, func(a, b CostedNetwork) int { return cmp.Compare(a.Cost, b.Cost) })
	best := math.Inf(-1)
	var line []viz.Point
	for _, p := range sorted {
		if v := value(p); v > best {
			if len(line) > 0 {
				line = append(line, viz.Pt(p.Cost, best))
			}
			best = v
			line = append(line, viz.Pt(p.Cost, best))
		}
	}
	return append(line, viz.Pt(sorted[len(sorted)-1].Cost, best))
}

// meanText is a mean in words; it is NaN where every network failed.
func meanText(mean float64) string {
	if math.IsNaN(mean) {
		return "none"
	}
	return viz.Percent(mean, 1)
}
