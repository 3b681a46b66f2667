package figures

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"actscope/viz"
)

// KernelSpectrum shows the eigenvalues of the networks' tangent kernels at the start, the time constants
// in epochs that belong to them, and how much of the error lies along the first modes.
type KernelSpectrum struct {
	// Epochs is how long the run is.
	Epochs int
	Nets   []Spectrum
}

// Spectrum is one network's, the largest eigenvalue first; NaN is where there is none.
type Spectrum struct {
	Network
	Eigenvalues, Tau, Energy []float64
}

// shownModes is how many modes are drawn: beyond are hardly any.
const shownModes = 24

// Figure draws a panel for eigenvalues, time constants and energy.
func (d KernelSpectrum) Figure(o viz.Options) (*viz.Figure, error) {
	if len(d.Nets) == 0 {
		return nil, errors.New("figures: kernel spectrum: no network is given")
	}
	f := viz.NewFigure(o, "kernel_spectrum", "How fast each mode is learnt, known before the first step")
	f.Subtitle = "Modes of the tangent kernel of the training rows at the initial weights, the fastest first."
	f.Columns = 3
	values := &viz.Panel{Title: []viz.Span{{Text: "Eigenvalue", Bold: true}}, Aspect: 1}
	taus := &viz.Panel{Title: []viz.Span{{Text: "Time constant", Bold: true}}, Aspect: 1}
	energy := &viz.Panel{
		Title: []viz.Span{{Text: "Error in the modes so far", Bold: true}}, Aspect: 1,
		Y: viz.Axis{Label: "Share of the initial error", Scale: viz.Linear(-0.02, 1.02), Grid: true},
	}
	var allValues, allTaus []float64
	var facts []string
	modes := 1
	for i, style := range NetworkStyles(f.Theme, networks(d.Nets)) {
		n := d.Nets[i]
		if len(n.Eigenvalues) == 0 || len(n.Tau) != len(n.Eigenvalues) || len(n.Energy) != len(n.Eigenvalues) {
			return nil, fmt.Errorf("figures: kernel spectrum: %s has %d eigenvalues, %d time constants and %d shares", n.DisplayName(), len(n.Eigenvalues), len(n.Tau), len(n.Energy))
		}
		var lambda, tau, held []float64
		sum := 0.0
		for m := 0; m < min(len(n.Eigenvalues), shownModes); m++ {
			sum += n.Energy[m]
			held = append(held, sum)
			v, t := n.Eigenvalues[m], n.Tau[m]
			if !(v > 0) {
				v = math.NaN()
			}
			if !(t > 0) || math.IsInf(t, 0) {
				t = math.NaN()
			}
			lambda, tau = append(lambda, v), append(tau, t)
		}
		modes = max(modes, len(held))
		allValues, allTaus = append(allValues, lambda...), append(allTaus, tau...)
		line := func(values []float64) viz.Series {
			return viz.Line{Name: n.DisplayName(), Points: pointsFrom(1, values), Stroke: style.line(1.9), Marker: lineMark(len(values), style.Color)}
		}
		values.Series, taus.Series, energy.Series = append(values.Series, line(lambda)), append(taus.Series, line(tau)), append(energy.Series, line(held))
		f.Legend = append(f.Legend, viz.Key{Text: n.DisplayName(), Line: style.line(1.9)})
		facts = append(facts, fmt.Sprintf("%s has a largest eigenvalue of %s and %s of the error in its first ten modes", n.DisplayName(), viz.Num(n.Eigenvalues[0], 3), viz.Percent(held[min(len(held), 10)-1], 1)))
	}
	run := viz.Stroke{Color: f.Theme.Text, Width: 1.2, Dash: []float64{5, 4}}
	if _, largest := finiteRange(allTaus...); !math.IsInf(largest, -1) {
		allTaus = append(allTaus, float64(d.Epochs))
		taus.Series = append(taus.Series, viz.Line{Points: []viz.Point{viz.Pt(0.5, float64(d.Epochs)), viz.Pt(float64(modes)+0.5, float64(d.Epochs))}, Stroke: run})
		f.Legend = append(f.Legend, viz.Key{Text: "epochs of this run", Line: run})
	} else {
		taus.Notice = "Not defined here."
	}
	values.Y, taus.Y = spanAxis("Eigenvalue of K", allValues), spanAxis("Epochs", allTaus)
	for _, p := range []*viz.Panel{values, taus, energy} {
		p.X = viz.Axis{Label: "Mode", Scale: viz.Linear(0.5, float64(modes)+0.5).Whole()}
		f.Panels = append(f.Panels, p)
	}
	f.Description = "Eigenvalues, time constants and cumulated shares of the initial error, mode by mode. " + strings.Join(facts, "; ") + "."
	return f, nil
}

// spanAxis is a logarithmic axis around positive values, whatever their span.
func spanAxis(label string, values []float64) viz.Axis {
	low, high := finiteRange(values...)
	if !(low > 0) || math.IsInf(low, 1) {
		return viz.Axis{Label: label, Scale: viz.Linear(0, 1), Grid: true}
	}
	return viz.Axis{Label: label + ", log scale", Scale: viz.Log(low/1.5, high*1.5), Grid: true}
}

// KernelTwin shows each network's loss beside that of its linearised twin and of the best straight line.
type KernelTwin struct {
	Loss string // what it is; "" means binary cross-entropy
	// Line is the loss of the best straight line, NaN without one.
	Line float64
	Nets []TwinLoss
}

// TwinLoss are the losses of one network and of its twin after epoch 1, 2, ..
type TwinLoss struct {
	Network
	History, Twin []float64
}

// Figure draws a panel a network.
func (d KernelTwin) Figure(o viz.Options) (*viz.Figure, error) {
	if len(d.Nets) == 0 {
		return nil, errors.New("figures: kernel twin: no network is given")
	}
	f := viz.NewFigure(o, "kernel_twin", "What the first step's gradients foresee of the training")
	f.Subtitle = "Training loss of each network, and of its twin that is linear in the parameters, on the same shuffles."
	f.Columns = panelColumns(len(d.Nets))
	f.ShareX, f.ShareY = true, true
	t := f.Theme
	straight := viz.Stroke{Color: t.Muted, Width: 1.3, Dash: []float64{2, 3}}
	twin := viz.Stroke{Color: t.Text, Width: 1.2}
	var all []float64
	var facts []string
	epochs := 1
	for _, n := range d.Nets {
		all, epochs = append(append(all, n.History...), n.Twin...), max(epochs, len(n.History), len(n.Twin))
	}
	if finite(d.Line) {
		all = append(all, d.Line)
	}
	low, high := finiteRange(all...)
	if math.IsInf(low, 1) {
		low, high = 0, 1
	}
	y := viz.Axis{Label: orCrossEntropy(d.Loss), Grid: true, Scale: viz.Linear(min(0, low), max(high*1.03, 1e-300))}
	if low > 0 && high/low > logLossFrom {
		y.Scale = viz.Log(low/1.3, high*1.3)
		y.Label += ", log scale"
	}
	for i, style := range NetworkStyles(t, networks(d.Nets)) {
		n := d.Nets[i]
		p := &viz.Panel{Title: n.title(style.Color), X: viz.Axis{Label: "Epoch", Scale: viz.Linear(0, float64(epochs)).Whole()}, Y: y, Aspect: 0.7}
		if finite(d.Line) {
			p.Series = append(p.Series, viz.Line{Name: "best straight line", Points: []viz.Point{viz.Pt(0, d.Line), viz.Pt(float64(epochs), d.Line)}, Stroke: straight})
		}
		p.Series = append(p.Series,
			viz.Line{Name: "network", Points: pointsFrom(1, n.History), Stroke: viz.Stroke{Color: style.Color, Width: 2.1}},
			viz.Line{Name: "twin", Points: pointsFrom(1, n.Twin), Stroke: twin})
		if len(n.History) == 0 && len(n.Twin) == 0 {
			p.Notice = "No loss is a number."
		}
		f.Panels = append(f.Panels, p)
		facts = append(facts, fmt.Sprintf("%s ends at %s, its twin at %s", n.DisplayName(), last(n.History), last(n.Twin)))
	}
	f.Legend = []viz.Key{{Text: "twin, linear in the parameters", Line: twin}}
	if finite(d.Line) {
		f.Legend = append(f.Legend, viz.Key{Text: "best straight line: " + viz.Fixed(d.Line, 4), Line: straight})
	}
	f.Description = "Loss of networks and of their linearised twins by epoch. " + strings.Join(facts, "; ") + "."
	return f, nil
}

func orCrossEntropy(loss string) string {
	if loss == "" {
		return "Binary cross-entropy"
	}
	return loss
}

// last writes the last value.
func last(values []float64) string {
	if len(values) == 0 {
		return "no number"
	}
	return viz.Num(values[len(values)-1], 4)
}

// KernelDrift shows how far the tangent kernel moves from the start while networks are trained.
type KernelDrift struct {
	Nets []Drift
}

// Drift is one network's, by epoch.
type Drift struct {
	Network
	Epochs []int
	// Alignment with the first kernel, and TraceRatio to it.
	Alignment, TraceRatio []float64
}

// Figure draws direction and size.
func (d KernelDrift) Figure(o viz.Options) (*viz.Figure, error) {
	if len(d.Nets) == 0 {
		return nil, errors.New("figures: kernel drift: no network is given")
	}
	f := viz.NewFigure(o, "kernel_drift", "How far the kernel moves while the network learns")
	f.Subtitle = "Where it stays as it was, the network is its linear twin."
	f.Columns = 2
	direction := &viz.Panel{Title: []viz.Span{{Text: "Direction", Bold: true}}, Aspect: 0.8}
	size := &viz.Panel{Title: []viz.Span{{Text: "Size", Bold: true}}, Aspect: 0.8}
	var traces, alignments []float64
	var facts []string
	epochs := 1
	for i, style := range NetworkStyles(f.Theme, networks(d.Nets)) {
		n := d.Nets[i]
		if len(n.Alignment) != len(n.Epochs) || len(n.TraceRatio) != len(n.Epochs) {
			return nil, fmt.Errorf("figures: kernel drift: %s has %d alignments and %d traces at %d epochs", n.DisplayName(), len(n.Alignment), len(n.TraceRatio), len(n.Epochs))
		}
		x := make([]float64, len(n.Epochs))
		for j, e := range n.Epochs {
			x[j] = float64(e)
			epochs = max(epochs, e)
		}
		stroke := style.line(1.9)
		direction.Series = append(direction.Series, viz.Line{Name: n.DisplayName(), Points: pointsAt(x, n.Alignment), Stroke: stroke, Marker: lineMark(len(x), style.Color)})
		size.Series = append(size.Series, viz.Line{Name: n.DisplayName(), Points: pointsAt(x, n.TraceRatio), Stroke: stroke, Marker: lineMark(len(x), style.Color)})
		traces, alignments = append(traces, n.TraceRatio...), append(alignments, n.Alignment...)
		f.Legend = append(f.Legend, viz.Key{Text: n.DisplayName(), Line: stroke})
		facts = append(facts, fmt.Sprintf("%s ends with an alignment of %s and a trace of %s times the first", n.DisplayName(), last(n.Alignment), last(n.TraceRatio)))
	}
	least, _ := finiteRange(alignments...)
	if math.IsInf(least, 1) {
		least, direction.Notice, size.Notice = 0, "Not defined here.", "Not defined here."
	}
	room := max(0.05*(1-least), 1e-3)
	direction.Y = viz.Axis{Label: "Alignment with the start", Grid: true, Scale: viz.Linear(least-room, 1+room)}
	var notes []string
	size.Y, notes = magnitudeAxis("Trace over the first", traces, "no parameter changes the outputs")
	f.Footnotes = notes
	for _, p := range []*viz.Panel{direction, size} {
		p.X = viz.Axis{Label: "Epoch", Scale: viz.Linear(0, float64(epochs)).Whole()}
		f.Panels = append(f.Panels, p)
	}
	f.Description = "Alignment of the tangent kernel with the first one, and its trace, by epoch. " + strings.Join(facts, "; ") + "."
	return f, nil
}

// KernelWidths shows how the tangent kernels of random networks come to their limit as layers grow wide.
type KernelWidths struct {
	Draws int // networks of each width
	Nets  []WidthCourse
}

// WidthCourse is one kind of network's, by width.
type WidthCourse struct {
	Network
	Widths []int
	// Spread is how far the kernels lie from their mean, Departure how far that is from the limit, both
	// over the limit's size.
	Spread, Departure []float64
}

// Figure draws spread and departure.
func (d KernelWidths) Figure(o viz.Options) (*viz.Figure, error) {
	if len(d.Nets) == 0 {
		return nil, errors.New("figures: kernel widths: no network is given")
	}
	f := viz.NewFigure(o, "kernel_widths", "Random networks and the kernel of infinite width")
	f.Subtitle = fmt.Sprintf("The weights' kernel of %s a width, each layer's times the weights' variance.", count(d.Draws, "network"))
	f.Columns = 2
	f.ShareY = true
	spread := &viz.Panel{Title: []viz.Span{{Text: "Spread of the kernels", Bold: true}}, Aspect: 0.8}
	departure := &viz.Panel{Title: []viz.Span{{Text: "Their mean from the limit", Bold: true}}, Aspect: 0.8}
	root := viz.Stroke{Color: f.Theme.Muted, Width: 1.2, Dash: []float64{2, 3}}
	var all, at []float64
	var facts []string
	for i, style := range NetworkStyles(f.Theme, networks(d.Nets)) {
		n := d.Nets[i]
		if len(n.Widths) == 0 || len(n.Spread) != len(n.Widths) || len(n.Departure) != len(n.Widths) {
			return nil, fmt.Errorf("figures: kernel widths: %s has %d spreads and %d departures at %d widths", n.DisplayName(), len(n.Spread), len(n.Departure), len(n.Widths))
		}
		var x, ideal []float64
		for _, w := range n.Widths {
			x = append(x, float64(w))
			ideal = append(ideal, n.Spread[0]*math.Sqrt(float64(n.Widths[0])/float64(w)))
		}
		stroke := style.line(1.9)
		mark := viz.Marker{Radius: 3, Fill: style.Color}
		spread.Series = append(spread.Series, viz.Line{Name: n.DisplayName() + ", falling as the root of the width", Points: pointsAt(x, ideal), Stroke: root}, viz.Line{Name: n.DisplayName(), Points: pointsAt(x, n.Spread), Stroke: stroke}, viz.Scatter{Name: n.DisplayName(), Points: pointsAt(x, n.Spread), Marker: mark})
		departure.Series = append(departure.Series, viz.Line{Name: n.DisplayName(), Points: pointsAt(x, n.Departure), Stroke: stroke}, viz.Scatter{Name: n.DisplayName(), Points: pointsAt(x, n.Departure), Marker: mark})
		all, at = append(append(all, n.Spread...), n.Departure...), append(at, x...)
		f.Legend = append(f.Legend, viz.Key{Text: n.DisplayName(), Line: stroke})
		end := len(x) - 1
		facts = append(facts, fmt.Sprintf("%s spreads by %s of the limit at width %d and by %s at %d", n.DisplayName(), viz.Percent(n.Spread[0], 1), n.Widths[0], viz.Percent(n.Spread[end], 1), n.Widths[end]))
	}
	f.Legend = append(f.Legend, viz.Key{Text: "falling as the root of the width", Line: root})
	low, high := finiteRange(at...)
	for _, p := range []*viz.Panel{spread, departure} {
		p.X = viz.Axis{Label: "Units in each layer, log scale", Scale: viz.Log(low/1.2, high*1.2)}
		p.Y = spanAxis("Over the limit", all)
		f.Panels = append(f.Panels, p)
	}
	f.Description = "Spread of the tangent kernels of random networks and departure of their mean from the limit of infinite width. " + strings.Join(facts, "; ") + "."
	return f, nil
}
