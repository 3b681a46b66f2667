package figures

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/viz"
)

// ActivationDistributions shows how the activations of each hidden layer are
// distributed over all units and test points: a panel a network, a ridge a layer.
type ActivationDistributions struct {
	Dataset string // its name; "" means make_moons
	Nets    []HiddenLayers
}

const (
	maxRidges       = 20 // layers shown of deeper networks
	labelledRidges  = 12 // up to here each ridge says its spread
	labelledColumns = 3
)

func (a ActivationDistributions) Figure(o viz.Options) (*viz.Figure, error) {
	layers, err := greatestDepth(a.Nets)
	if err != nil {
		return nil, fmt.Errorf("figures: activation distributions: %w", err)
	}
	f := viz.NewFigure(o, "activation_distributions", "How the activations are distributed, layer by layer")
	f.Subtitle = "All units and test points of " + datasetName(a.Dataset) + ", after the activation. Every panel has its own axis; heights are relative."
	f.Columns = panelColumns(len(a.Nets))
	f.ShareY = true
	shown := pickLayers(layers, maxRidges)
	var facts []string
	zeros, dropped := false, 0
	for i, style := range NetworkStyles(f.Theme, networks(a.Nets)) {
		n := a.Nets[i]
		p := &viz.Panel{
			Title: n.title(style.Color),
			X:     viz.Axis{Label: "Activation", Grid: true}, Y: ridgeAxis(shown),
			Aspect: ridgeAspect(len(shown), f.Columns),
		}
		var ends viz.EndLabels
		any := false
		for row, layer := range shown {
			if layer >= len(n.Layers) {
				continue
			}
			r, err := newRidge(n.Layers[layer])
			if err != nil {
				return nil, fmt.Errorf("figures: activation distributions: layer %d of %s: %w", layer+1, n.DisplayName(), err)
			}
			dropped += r.dropped
			zeros = zeros || r.zeros > 0
			any = any || r.count > 0
			p.Series = append(p.Series, r.series(fmt.Sprintf("layer %d", layer+1), float64(-row), style.Color)...)
			ends = append(ends, r.label(float64(-row), style.Color))
			facts = append(facts, fmt.Sprintf("%s layer %d has a standard deviation of %s and %s at zero", n.DisplayName(), layer+1, spreadText(r.spread), viz.Percent(r.zeros, 1)))
		}
		if len(shown) <= labelledRidges && f.Columns <= labelledColumns {
			p.Series = append(p.Series, ends)
		}
		if !any {
			p.Notice = "No activation is a number."
		}
		f.Panels = append(f.Panels, p)
	}
	if zeros {
		f.Footnotes = append(f.Footnotes, "The bar at 0 is the share of activations that are exactly zero: silent units. Its full height is 100 %.")
	}
	f.Footnotes = append(f.Footnotes, omission(len(shown), layers, "hidden layers")...)
	if dropped > 0 {
		f.Footnotes = append(f.Footnotes, count(dropped, "activation")+" not finite left out.")
	}
	f.Description = "Distribution of the activations, one ridge a layer: " + strings.Join(facts, "; ") + "."
	return f, nil
}

// ridgeAxis has the layers from the top down at 0, -1, ..
func ridgeAxis(shown []int) viz.Axis {
	a := viz.Axis{Scale: viz.Linear(float64(1-len(shown))-0.12, 1)}
	for row, layer := range shown {
		a.Ticks = append(a.Ticks, viz.Tick{Value: float64(-row), Label: fmt.Sprintf("layer %d", layer+1)})
	}
	return a
}

// ridgeAspect gives a ridge 34 to 90 px, in panels of an 800 px figure.
func ridgeAspect(ridges, columns int) float64 {
	width := 700 / float64(columns)
	return min(max(105*float64(ridges), 170), max(260, 34*float64(ridges))) / width
}

// ridge is the distribution of one layer.
type ridge struct {
	count   int     // finite activations
	dropped int     // others
	zeros   float64 // share of activations that are exactly zero
	spread  float64
	shape   density // of those that are not
	rest    int     // how many are not
}

func newRidge(l HiddenLayer) (ridge, error) {
	if l.Units < 1 || len(l.Activations)%l.Units != 0 {
		return ridge{}, errors.New("activations do not come in rows of all units")
	}
	r := ridge{spread: l.Spread}
	var others []float64
	for _, v := range l.Activations {
		switch {
		case !finite(v):
			r.dropped++
		case v == 0:
			r.count++
		default:
			r.count++
			others = append(others, v)
		}
	}
	r.rest = len(others)
	if r.count > 0 {
		r.zeros = float64(r.count-r.rest) / float64(r.count)
	}
	r.shape = estimateDensity(others)
	return r, nil
}

// ridgeHeight is that of a density's peak and of all activations at zero, in rows.
const ridgeHeight = 0.86

// series are the ridge over a base; tables say the heights above it, from 0 to 1.
func (r ridge) series(name string, base float64, c viz.Color) []viz.Series {
	var out []viz.Series
	if r.rest > 0 {
		d := r.shape
		b := viz.Band{Fill: viz.Fade(c, 0.4)}
		var outline []viz.Point
		var heights []viz.Number
		add := func(x, h float64) {
			heights = append(heights, viz.NumberAt(name+", density", x, h))
			b.X, b.Low, b.High = append(b.X, x), append(b.Low, base), append(b.High, base+ridgeHeight*h)
			outline = append(outline, viz.Pt(x, base+ridgeHeight*h))
		}
		add(d.lo, 0)
		for i, h := range d.bins {
			add(d.lo+(d.hi-d.lo)*float64(i)/float64(len(d.bins)-1), h)
		}
		add(d.hi, 0)
		out = append(out, viz.Restated{Series: b}, viz.Restated{Series: viz.Line{Points: outline, Stroke: viz.Stroke{Color: c, Width: 1.4}}, As: heights})
	}
	if r.zeros > 0 {
		bar := viz.Line{Points: []viz.Point{viz.Pt(0, base), viz.Pt(0, base+ridgeHeight*r.zeros)}, Stroke: viz.Stroke{Color: viz.Mix(c, viz.RGB(0), 0.3), Width: 5}}
		out = append(out, viz.Restated{Series: bar, As: []viz.Number{viz.NumberAt(name+", share of zeros", 0, r.zeros)}})
	}
	return out
}

// label says the spread and the share of zeros at the right of the ridge.
func (r ridge) label(base float64, c viz.Color) viz.EndLabel {
	l := viz.EndLabel{At: viz.Pt(0, base+0.4), Color: c, Name: "std " + threeDecimals(r.spread)}
	if r.zeros > 0 {
		l.Value = viz.Percent(r.zeros, 1) + " zero"
	}
	return l
}

// threeDecimals are as many where they say something.
func threeDecimals(v float64) string {
	if v > 0 && v < 0.01 {
		return viz.Num(v, 2)
	}
	return viz.Fixed(v, 3)
}

// density is an estimate of how values are distributed over [lo, hi].
type density struct {
	lo, hi float64
	bins   []float64 // heights at evenly spaced places, the first at lo and the last at hi; largest 1
}

// densityBins is how finely densities are worked out.
const densityBins = 256

// leastRange is the least range of values that are told apart: bins of less have no width.
const leastRange = 1e-300

// estimateDensity smooths the values with a Gaussian kernel of Silverman's bandwidth (1986, p. 48,
// eq. 3.31), reflected at the smallest and the largest value, beyond which nothing is claimed. It counts into bins
// first, so that a million values cost little more than a hundred. All values must be finite.
func estimateDensity(values []float64) density {
	d := density{bins: make([]float64, densityBins)}
	d.lo, d.hi = finiteRange(values...)
	if len(values) == 0 || !(d.hi-d.lo > leastRange) || math.IsInf(d.hi-d.lo, 0) {
		for i := range d.bins {
			d.bins[i] = 1
		}
		return d
	}
	width := (d.hi - d.lo) / (densityBins - 1)
	mean, square := 0.0, 0.0
	for _, v := range values {
		at := (v - d.lo) / width
		i := min(int(at), densityBins-2)
		d.bins[i] += 1 - (at - float64(i))
		d.bins[i+1] += at - float64(i)
		mean += at
		square += at * at
	}
	n := float64(len(values))
	mean /= n
	spread := math.Sqrt(max(square/n-mean*mean, 0))
	if q := d.quartileRange() / 1.34; q > 0 {
		spread = min(spread, q)
	}
	d.smooth(max(0.9*spread*math.Pow(n, -0.2), 1.5))
	return d
}

// quartileRange is the distance of the quartiles in bins.
func (d density) quartileRange() float64 {
	total, sum := 0.0, 0.0
	for _, b := range d.bins {
		total += b
	}
	first, third := -1, -1
	for i, b := range d.bins {
		sum += b
		if first < 0 && sum >= total/4 {
			first = i
		}
		if third < 0 && sum >= 3*total/4 {
			third = i
		}
	}
	return float64(third - first)
}

// smooth convolves with a Gaussian, bandwidth in bins, and scales to a largest height of 1.
func (d density) smooth(bandwidth float64) {
	reach := int(4*bandwidth) + 1
	kernel := make([]float64, reach+1)
	for i := range kernel {
		kernel[i] = math.Exp(-0.5 * float64(i*i) / (bandwidth * bandwidth))
	}
	n := len(d.bins)
	out := make([]float64, n)
	for i, b := range d.bins {
		if b == 0 {
			continue
		}
		for k := -reach; k <= reach; k++ {
			j := i + k
			for j < 0 || j >= n { // at the ends it is reflected
				if j < 0 {
					j = -j - 1
				} else {
					j = 2*n - 1 - j
				}
			}
			out[j] += b * kernel[max(k, -k)]
		}
	}
	most := slices.Max(out)
	for i, v := range out {
		d.bins[i] = v / most
	}
}
