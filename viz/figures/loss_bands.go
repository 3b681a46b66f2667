package figures

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"actscope/viz"
)

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

// Figure draws the bands.
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
		points, _ := viz.Points(x, b.Median) // lengths have been checked
		p.Series = append(p.Series, viz.Band{X: x, Low: b.Low, High: b.High, Fill: viz.Fade(styles[net].Color, bandOpacity)})
		medians[p] = append(medians[p], viz.Line{Points: points, Stroke: viz.Stroke{Color: styles[net].Color, Width: 2}})
		ends = append(ends, fmt.Sprintf("%s, %s ends at %s", b.Layers, b.DisplayName(), viz.Num(b.Median[len(b.Median)-1], 3)))
	}
	for _, p := range f.Panels {
		p.Series = append(p.Series, medians[p]...)
	}
	f.Columns = min(len(f.Panels), 2)
	f.Description = "Median loss: " + strings.Join(ends, "; ") + "."
	return f, nil
}
