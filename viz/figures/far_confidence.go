package figures

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/viz"
)

// FarConfidence shows how sure trained networks are along rays that lead away from
// their data, and the logits behind.
type FarConfidence struct {
	Distance []float64 // ascending, above 0
	Nets     []FarRays
}

// FarRays is one network along the rays.
type FarRays struct {
	Network
	Logits [][]float64 // by ray and distance
	// Cap is what the magnitude of a logit cannot exceed; 0 or Inf without a cap.
	Cap float64
}

// Figure draws the confidence and, beside it, the magnitude of the logit.
func (d FarConfidence) Figure(o viz.Options) (*viz.Figure, error) {
	if len(d.Nets) == 0 || len(d.Distance) < 2 {
		return nil, errors.New("figures: far confidence: no network or fewer than two distances are given")
	}
	f := viz.NewFigure(o, "far_confidence", "Far from the data: certain without bound, or capped")
	f.Subtitle = fmt.Sprintf("Along %s from the mean of the data outwards. Strong: median over the rays.", count(len(d.Nets[0].Logits), "ray"))
	f.Columns = 2
	confidence := &viz.Panel{Title: []viz.Span{{Text: "Confidence", Bold: true}}, Y: viz.Axis{Label: "Probability of the predicted class", Scale: viz.Linear(0.49, 1.01), Grid: true}}
	logit := &viz.Panel{Title: []viz.Span{{Text: "Magnitude of the logit", Bold: true}}}
	var magnitudes []float64
	var facts []string
	for i, style := range NetworkStyles(f.Theme, networks(d.Nets)) {
		n := d.Nets[i]
		if len(n.Logits) == 0 {
			return nil, fmt.Errorf("figures: far confidence: %s has no rays", n.DisplayName())
		}
		sure, size := make([][]float64, len(n.Logits)), make([][]float64, len(n.Logits))
		for ray, z := range n.Logits {
			if len(z) != len(d.Distance) {
				return nil, fmt.Errorf("figures: far confidence: ray %d of %s has %d logits for %d distances", ray+1, n.DisplayName(), len(z), len(d.Distance))
			}
			for _, v := range z {
				sure[ray], size[ray] = append(sure[ray], 1/(1+math.Exp(-math.Abs(v)))), append(size[ray], math.Abs(v))
			}
			magnitudes = append(magnitudes, size[ray]...)
		}
		far, largest := len(d.Distance)-1, 0.0
		for _, z := range size {
			largest = max(largest, z[far])
		}
		medians := d.median(sure)
		facts = append(facts, fmt.Sprintf("%s has a median confidence of %s and a largest logit of %s at distance %s", n.DisplayName(), viz.Num(medians[far].Y, 4), viz.Num(largest, 3), viz.Num(d.Distance[far], 3)))
		confidence.Series = append(confidence.Series, d.lines(sure, style.Color)...)
		logit.Series = append(logit.Series, d.lines(size, style.Color)...)
		f.Legend = append(f.Legend, viz.Key{Text: n.DisplayName(), Line: viz.Stroke{Color: style.Color, Width: 2.4}})
		if n.Cap > 0 && finite(n.Cap) {
			magnitudes = append(magnitudes, n.Cap)
			dashed := viz.Stroke{Color: style.Color, Width: 1.6, Dash: []float64{6, 4}}
			ends := []viz.Point{viz.Pt(d.Distance[0], n.Cap), viz.Pt(d.Distance[far], n.Cap)}
			logit.Series = append(logit.Series, viz.Line{Points: ends, Stroke: dashed})
			f.Legend = append(f.Legend, viz.Key{Text: "cap of " + n.DisplayName() + ", |w|₁ + |b| = " + viz.Num(n.Cap, 3), Line: dashed})
			facts = append(facts, fmt.Sprintf("the logit of %s cannot exceed %s", n.DisplayName(), viz.Num(n.Cap, 4)))
		}
	}
	x := viz.Axis{Label: "Distance in deviations of the data, log scale", Scale: viz.Log(d.Distance[0], d.Distance[len(d.Distance)-1])}
	confidence.X, logit.X = x, x
	_, largest := finiteRange(magnitudes...)
	// The scale leaves out the dips of single rays towards 0, where they change sides.
	logit.Y = viz.Axis{Label: "Logit, log scale", Grid: true, Scale: viz.Log(0.1, 1.5*max(1, largest))}
	f.Panels = []*viz.Panel{confidence, logit}
	f.Description = "Line chart of the confidence, and of the logit, against the distance from the data: " + strings.Join(facts, "; ") + "."
	return f, nil
}

// lines are the rays, pale, and their median.
func (d FarConfidence) lines(rays [][]float64, c viz.Color) []viz.Series {
	var all []viz.Series
	for _, ray := range rays {
		all = append(all, viz.Line{Points: pointsAt(d.Distance, ray), Stroke: viz.Stroke{Color: viz.Fade(c, 0.28), Width: 1}})
	}
	return append(all, viz.Line{Points: d.median(rays), Stroke: viz.Stroke{Color: c, Width: 2.4}, Casing: 1})
}

// median is the line of medians over the rays.
func (d FarConfidence) median(rays [][]float64) []viz.Point {
	points := make([]viz.Point, len(d.Distance))
	for i, r := range d.Distance {
		var values []float64
		for _, ray := range rays {
			values = append(values, ray[i])
		}
		slices.Sort(values)
		points[i] = viz.Pt(r, (values[(len(values)-1)/2]+values[len(values)/2])/2)
	}
	return points
}
