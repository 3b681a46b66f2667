package figures

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"actscope/viz"
)

// NoticeableDistance shows how far a point has to move for each layer to tell, over its
// distance to the decision boundary: a panel a layer, a line with a band a network. A line
// that is flat resolves alike everywhere; one that rises loses what is far away.
type NoticeableDistance struct {
	Dataset string  // its name; "" means make_moons
	Noise   float64 // deviation of each unit's noise, over the units' own
	Nets    []NoticeableLayers
}

// NoticeableLayers are one network's. Layers of one name share a panel.
type NoticeableLayers struct {
	Network
	Layers []NoticeableBand
}

// NoticeableBand is of groups of points by their distance. All slices have one length.
type NoticeableBand struct {
	Name     string    // of the layer, such as "layer 1"
	Distance []float64 // the median of each group
	// Low, Median and High are quartiles of the just-noticeable distances of each group:
	// infinite where the layer is flat.
	Low, Median, High []float64
	// Growth is from the nearest quarter of all points to the farthest; NaN where there is
	// none.
	Growth float64
}

func (d NoticeableDistance) Figure(o viz.Options) (*viz.Figure, error) {
	if err := d.check(); err != nil {
		return nil, fmt.Errorf("figures: noticeable distance: %w", err)
	}
	f := viz.NewFigure(o, "noticeable_distance", "How far a point has to move for a layer to notice")
	f.Subtitle = fmt.Sprintf("Test points of %s, moved straight away from the boundary until an ideal observer of the layer tells both places apart (d′ = 1), "+
		"each unit with noise of %s of the units' deviation. Median and middle half of points alike in distance.", datasetName(d.Dataset), viz.Num(d.Noise, 3))
	deepest := d.deepest()
	layers := len(deepest.Layers)
	shown := pickLayers(layers, maxMarginLayers)
	f.Columns, f.ShareX, f.ShareY = len(shown), true, true
	f.Legend = markedKeys(f.Theme, networks(d.Nets), 2)
	x := viz.Axis{Label: "Distance", Scale: viz.Linear(0, d.axisEnd())}
	y, top := d.noticeableAxis(shown)
	styles := NetworkStyles(f.Theme, networks(d.Nets))
	without := d.withoutBoundary()
	flat := 0
	var facts []string
	for _, l := range shown {
		p := &viz.Panel{Title: []viz.Span{{Text: deepest.Layers[l].Name, Bold: true}}, X: x, Y: y, Aspect: min(1.1, 0.3+0.2*float64(len(shown)))}
		var medians []viz.Series
		placed := false
		for i, n := range d.Nets {
			b, has := n.layer(deepest.Layers[l].Name)
			if !has {
				continue
			}
			high := make([]float64, len(b.High))
			for g, v := range b.High {
				high[g] = min(v, top)
				placed = placed || finite(b.Median[g])
				if math.IsInf(b.Median[g], 1) {
					flat++
				}
			}
			band := viz.Band{Name: n.DisplayName(), X: b.Distance, Low: b.Low, High: b.High, Fill: viz.Fade(styles[i].Color, bandOpacity)}
			numbers := band.Numbers()
			band.High = high
			p.Series = append(p.Series, viz.Restated{Series: band, As: numbers})
			medians = append(medians, viz.Line{
				Name:   n.DisplayName(),
				Points: pointsAt(b.Distance, b.Median), Stroke: styles[i].line(2),
				Marker: viz.Marker{Shape: styles[i].Shape, Radius: 3, Fill: styles[i].Color, Edge: f.Theme.Rim, EdgeWidth: 1},
			})
			facts = append(facts, fmt.Sprintf("%s %s %s", n.DisplayName(), b.Name, growthText(b.Growth)))
		}
		p.Series = append(p.Series, medians...)
		switch {
		case len(without) == len(d.Nets):
			p.Notice = "No boundary to be far from."
		case !placed:
			p.Notice = "The layer is flat: no shift is noticed."
		}
		f.Panels = append(f.Panels, p)
	}
	f.Footnotes = omission(len(shown), layers, "layers")
	if len(without) == len(d.Nets) {
		f.Legend = nil // nothing is drawn
	}
	if len(without) > 0 && len(without) < len(d.Nets) {
		f.Footnotes = append(f.Footnotes, "Without a boundary near the points: "+list(without)+".")
	}
	if flat > 0 {
		f.Footnotes = append(f.Footnotes, fmt.Sprintf("Gaps in the lines: %s of points, half or more of them where the layer is flat and no shift is noticed.", count(flat, "group")))
	}
	f.Description = "Just-noticeable distance over the distance to the decision boundary, one panel a layer. Growth from the nearest quarter of the points to the farthest: " +
		strings.Join(facts, "; ") + "."
	return f, nil
}

func (d NoticeableDistance) check() error {
	if len(d.Nets) == 0 {
		return errors.New("no network or no layer is given")
	}
	for _, n := range d.Nets {
		if len(n.Layers) == 0 {
			return errors.New("no network or no layer is given")
		}
		for _, b := range n.Layers {
			if groups := len(b.Distance); len(b.Low) != groups || len(b.Median) != groups || len(b.High) != groups {
				return fmt.Errorf("%s of %s has %d medians, %d low and %d high bounds for %d groups", b.Name, n.DisplayName(), len(b.Median), len(b.Low), len(b.High), groups)
			}
		}
	}
	return nil
}

// deepest is the first network of the most layers, whose names the panels have.
func (d NoticeableDistance) deepest() NoticeableLayers {
	deepest := d.Nets[0]
	for _, n := range d.Nets {
		if len(n.Layers) > len(deepest.Layers) {
			deepest = n
		}
	}
	return deepest
}

// layer finds a layer by its name.
func (n NoticeableLayers) layer(name string) (b NoticeableBand, has bool) {
	for _, b := range n.Layers {
		if b.Name == name {
			return b, true
		}
	}
	return b, false
}

// withoutBoundary are the names of networks that no point has a distance in.
func (d NoticeableDistance) withoutBoundary() []string {
	var names []string
	for _, n := range d.Nets {
		if len(n.Layers[0].Distance) == 0 {
			names = append(names, n.DisplayName())
		}
	}
	return names
}

// axisEnd is a little more than the largest distance.
func (d NoticeableDistance) axisEnd() float64 {
	most := 0.0
	for _, n := range d.Nets {
		for _, b := range n.Layers {
			_, high := finiteRange(b.Distance...)
			most = max(most, high)
		}
	}
	if most == 0 {
		return 1
	}
	return min(1.05*most, math.MaxFloat64)
}

// noticeableAxis is one logarithmic axis for all that is shown, and its upper end.
func (d NoticeableDistance) noticeableAxis(shown []int) (axis viz.Axis, top float64) {
	low, high := math.Inf(1), 0.0
	deepest := d.deepest()
	for _, n := range d.Nets {
		for _, l := range shown {
			b, _ := n.layer(deepest.Layers[l].Name)
			for _, values := range [][]float64{b.Low, b.Median, b.High} {
				least, most := finiteRange(values...)
				if least > 0 {
					low = min(low, least)
				}
				high = max(high, most)
			}
		}
	}
	room := math.Pow(high/low, 0.05)
	return viz.Axis{Label: "Noticeable shift, log scale", Scale: viz.Log(low/room, high*room), Grid: true}, high * room
}

func growthText(growth float64) string {
	if !finite(growth) {
		return "undefined"
	}
	return "×" + viz.Num(growth, 2)
}
