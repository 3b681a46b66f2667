package figures

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"

	"actscope/viz"
)

// eight networks, as many as the figures are made for.
var eight = []Network{
	{"sigmoid", "Sigmoid"}, {"relu", "ReLU"}, {"tanh", "Tanh"}, {"leaky_relu", "Leaky ReLU"},
	{"gelu", "GELU"}, {"silu", "SiLU"}, {"softplus", "Softplus"}, {"elu", "ELU"},
}

// twoMoons is a data set of any size.
func twoMoons(n int, noise float64) (points []float64, labels []int) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		sin, cos := math.Sincos(r.Float64() * math.Pi)
		if i%2 == 1 {
			sin, cos = 0.5-sin, 1-cos
		}
		points = append(points, cos+noise*r.NormFloat64(), sin+noise*r.NormFloat64())
		labels = append(labels, i%2)
	}
	return points, labels
}

// waveGrid is a grid of n × n probabilities.
func waveGrid(n int, turn float64) viz.Grid {
	var g viz.Grid
	for i := range n {
		v := -1.5 + 4*float64(i)/float64(n-1)
		g.X, g.Y = append(g.X, v), append(g.Y, v)
	}
	for _, y := range g.Y {
		for _, x := range g.X {
			g.Z = append(g.Z, 1/(1+math.Exp(-4*(x*turn-y+0.5*math.Sin(3*x)))))
		}
	}
	return g
}

func boundaries(nets, points int) DecisionBoundaries {
	var d DecisionBoundaries
	d.Points, d.Labels = twoMoons(points, 0.2)
	for i := range nets {
		b := Boundary{Network: eight[i], Grid: waveGrid(80, 0.2*float64(i)), Wrong: make([]bool, points), Accuracy: 0.9}
		for j := range b.Wrong {
			b.Wrong[j] = j%10 == 0
		}
		d.Nets = append(d.Nets, b)
	}
	return d
}

func losses(nets, epochs int) LossCurves {
	r := rand.New(rand.NewPCG(3, 4))
	var l LossCurves
	for i := range nets {
		h := make([]float64, epochs)
		for e := range h {
			h[e] = 0.3 + 0.004*float64(i) + 0.4*math.Exp(-float64(e)/(20+10*float64(i))) + 0.005*r.NormFloat64()
		}
		l.Nets = append(l.Nets, LossCurve{Network: eight[i], History: h})
	}
	return l
}

// traces go through the given number of hidden layers; a dead network is silent from the fourth stage on.
func traces(nets, hidden int, dead bool) SignalTrace {
	r := rand.New(rand.NewPCG(5, 6))
	var s SignalTrace
	for class := range 2 {
		sample := TracedSample{Class: class, Detail: "deep in its moon"}
		for i := range nets {
			v := make([]float64, 2*hidden+1)
			x := 2.0
			for j := range v {
				x *= math.Exp(0.4*r.NormFloat64() - 0.05*float64(i))
				v[j] = x
				if dead && i == 0 && j > 2 {
					v[j] = 0
				}
			}
			sample.Traces = append(sample.Traces, Trace{eight[i], v})
		}
		s.Samples = append(s.Samples, sample)
	}
	return s
}

// layered has activations of the given number of layers; 0 units stand for two dead ones.
func layered(nets, layers, units, points int) []HiddenLayers {
	r := rand.New(rand.NewPCG(7, 8))
	var out []HiddenLayers
	for i := range nets {
		n := HiddenLayers{Network: eight[i]}
		for range layers {
			l := HiddenLayer{Units: units}
			if units == 0 {
				l.Units = 2
			}
			l.Activations = make([]float64, points*l.Units)
			for j := range l.Activations {
				switch {
				case units == 0:
				case i == 1:
					l.Activations[j] = max(0, r.NormFloat64())
				default:
					l.Activations[j] = r.NormFloat64()
				}
			}
			l.Spread = deviation(l.Activations)
			n.Layers = append(n.Layers, l)
		}
		out = append(out, n)
	}
	return out
}

func space(nets, layers, units, points int) HiddenSpace {
	_, labels := twoMoons(points, 0.1)
	return HiddenSpace{Labels: labels, Nets: layered(nets, layers, units, points)}
}

func norms(nets, layers, epochs int) GradientNorms {
	var g GradientNorms
	for i := range nets {
		h := GradientHistory{Network: eight[i]}
		for l := range layers {
			v := make([]float64, epochs)
			for e := range v {
				v[e] = math.Pow(0.8, float64(layers-l+i)) * math.Exp(-float64(e)/200)
			}
			h.Norms = append(h.Norms, v)
		}
		g.Nets = append(g.Nets, h)
	}
	return g
}

func quantiles(nets, hidden int) SignalQuantiles {
	s := SignalQuantiles{Signals: []ClassSignals{{Class: 0, Points: 40}, {Class: 1, Points: 60}}}
	for i, sample := range traces(nets, hidden, false).Samples {
		for _, t := range sample.Traces {
			b := SignalBand{Network: t.Network, Single: t.Values}
			for q, f := range []float64{0.4, 0.7, 1, 1.5, 3} {
				for _, v := range t.Values {
					b.Quantiles[q] = append(b.Quantiles[q], f*v)
				}
			}
			s.Signals[i].Bands = append(s.Signals[i].Bands, b)
		}
	}
	return s
}

// margins have the given number of layers, each noisier than the one before; where one is
// without a boundary, it is the first network.
func margins(nets, layers, points int, without bool) BoundaryDistance {
	r := rand.New(rand.NewPCG(9, 10))
	var d BoundaryDistance
	_, d.Labels = twoMoons(points, 0.1)
	for i := range nets {
		b := BoundaryLayers{Network: eight[i]}
		for range points {
			b.Distances = append(b.Distances, 2*r.Float64())
		}
		for l := range layers {
			m := LayerMargins{Name: fmt.Sprintf("layer %d", l+1), Correlation: 1 / (1 + 0.1*float64(l+i))}
			for _, distance := range b.Distances {
				m.Margins = append(m.Margins, (1+0.2*float64(l)*r.NormFloat64())*math.Pow(distance, 1+0.3*float64(i))*math.Pow(-0.2, float64(i)))
			}
			b.Layers = append(b.Layers, m)
		}
		if without && i == 0 {
			for j := range b.Distances {
				b.Distances[j] = math.NaN()
			}
			for l := range b.Layers {
				b.Layers[l].Correlation = math.NaN()
			}
		}
		d.Nets = append(d.Nets, b)
	}
	return d
}

// noticed are groups of points, fewer in later layers; the first network rises, the second is
// flat where it is far, as dead rectifiers are, and where one is without a boundary, it is the
// last network.
func noticed(nets, layers, groups int, without bool) NoticeableDistance {
	d := NoticeableDistance{Noise: 0.1}
	for i := range nets {
		n := NoticeableLayers{Network: eight[i]}
		for l := range layers {
			b := NoticeableBand{Name: fmt.Sprintf("layer %d", l+1), Growth: math.Exp(1 / float64(i+1))}
			for g := range groups {
				x := 2 * (float64(g) + 0.5) / float64(groups) / float64(1+i%2)
				m := 0.02 * float64(l+1) * math.Exp(x/float64(i+1))
				high := 1.4 * m
				if i == 1 && l > 0 && g >= groups-2 {
					high = math.Inf(1)
					if g == groups-1 {
						m = high
					}
				}
				b.Distance, b.Low, b.Median, b.High = append(b.Distance, x), append(b.Low, 0.8*min(m, 1)), append(b.Median, m), append(b.High, high)
			}
			if without && i == nets-1 {
				b = NoticeableBand{Name: b.Name, Growth: math.NaN()}
			}
			n.Layers = append(n.Layers, b)
		}
		d.Nets = append(d.Nets, n)
	}
	return d
}

// survivals have the given number of hidden layers; where one is without a boundary, it is the
// first network, and the last one is read worse than by the mean.
func survivals(nets, layers int, without bool) Survival {
	d := Survival{Noise: []float64{0, 0.003, 0.01, 0.03, 0.1, 0.3}}
	for i := range nets {
		n := SurvivalLayers{Network: eight[i]}
		for l := range layers {
			var s SurvivingLayer
			for k := range d.Noise {
				kept := math.Exp(-float64(k*k*(i+1)) / 40 / float64(l+1))
				if without && i == 0 {
					kept = math.NaN()
				}
				s.FarRank, s.Decoded = append(s.FarRank, kept), append(s.Decoded, 1.5*math.Sqrt(kept)-0.5)
			}
			if without && i == nets-1 {
				s.Decoded[5] = -3
			}
			n.Layers = append(n.Layers, s)
		}
		d.Nets = append(d.Nets, n)
	}
	return d
}

// blobs are classes of points around a circle; the last class has one point.
func blobs(k, n int) (points []float64, labels []int, names ClassNames) {
	r := rand.New(rand.NewPCG(11, 12))
	for c := range k {
		names = append(names, fmt.Sprintf("kind number %d of blobs", c))
	}
	for i := range n {
		c := i % max(k-1, 1)
		if i == 0 {
			c = k - 1
		}
		sin, cos := math.Sincos(2 * math.Pi * float64(c) / float64(k))
		points = append(points, 2*cos+0.35*r.NormFloat64(), 2*sin+0.35*r.NormFloat64())
		labels = append(labels, c)
	}
	return points, labels, names
}

// regions are planes with k classes, each likely near its own place on a circle.
func regions(nets, k, side int) DecisionBoundaries {
	var d DecisionBoundaries
	d.Points, d.Labels, d.Classes = blobs(k, 300)
	for i := range nets {
		b := Boundary{Network: eight[i], Wrong: make([]bool, len(d.Labels)), Accuracy: 0.9}
		for n := range side {
			v := -3 + 6*float64(n)/float64(side-1)
			b.Grid.X, b.Grid.Y = append(b.Grid.X, v), append(b.Grid.Y, v)
		}
		output := func(x, y float64) []float64 {
			p, sum := make([]float64, k), 0.0
			for c := range p {
				sin, cos := math.Sincos(2*math.Pi*float64(c)/float64(k) + 0.3*float64(i)*math.Hypot(x, y))
				p[c] = math.Exp((1 + float64(k)/4) * (x*cos + y*sin))
				sum += p[c]
			}
			for c := range p {
				p[c] /= sum
			}
			return p
		}
		for _, y := range b.Grid.Y {
			for _, x := range b.Grid.X {
				b.Outputs = append(b.Outputs, output(x, y)...)
			}
		}
		for j, label := range d.Labels {
			p := output(d.Points[2*j], d.Points[2*j+1])
			b.Wrong[j] = slices.Max(p) > p[label]
		}
		d.Nets = append(d.Nets, b)
	}
	return d
}

// confused are counts of k classes; the last has one point, and the one before it none if there are more than three.
func confused(nets, k int) Confusion {
	r := rand.New(rand.NewPCG(13, 14))
	_, _, names := blobs(k, 1)
	c := Confusion{Classes: names}
	for i := range nets {
		n := ConfusedClasses{Network: eight[i], Counts: make([][]int, k)}
		for t := range k {
			n.Counts[t] = make([]int, k)
			points := 40
			switch {
			case t == k-1:
				points = 1
			case t == k-2 && k > 3:
				points = 0
			}
			for range points {
				p := t
				if r.Float64() < 0.2 {
					p = (t + 1 + r.IntN(3)) % k
				}
				n.Counts[t][p]++
			}
		}
		c.Nets = append(c.Nets, n)
	}
	return c
}

// calibrated are networks that are too sure, the first the least; one bin is empty.
func calibrated(nets, classes int) Reliability {
	d := Reliability{ClassCount: classes}
	for i := range nets {
		n := Calibrated{Network: eight[i], ExpectedError: 0.03 * float64(i+1), Brier: 0.1}
		for b := range 10 {
			c := (float64(b) + 0.5) / 10
			if c > 1/float64(classes) && b != 6 {
				n.Bins = append(n.Bins, ConfidenceBin{c, math.Pow(c, 1+0.3*float64(i)), 1 + b*b*b})
			}
		}
		d.Nets = append(d.Nets, n)
	}
	return d
}

// comparedGradient is an array whose entries below the first half are off by a share of their reference, one by NaN.
func comparedGradient(off float64, shape ...int) GradientComparison {
	r := rand.New(rand.NewPCG(17, 18))
	g := GradientComparison{Name: "gradient_1_dW1", Array: "dW1", Shape: shape, Tolerance: 1e-7, Factor: 1, Agrees: off == 0}
	n := 1
	for _, axis := range shape {
		n *= axis
	}
	for i := range n {
		v := 0.3 * r.NormFloat64()
		g.Expected = append(g.Expected, v)
		if 2*i >= n {
			v *= 1 + off
		}
		g.Given = append(g.Given, v+1e-12)
	}
	if off != 0 && n > 4 {
		g.Given[n/3] = math.NaN()
	}
	return g
}

// ofNumbers are the figures of points with a target, a saddle with noise.
func ofNumbers(nets, n int) map[string]viz.Drawing {
	r := rand.New(rand.NewPCG(15, 16))
	saddle := func(x, y float64) float64 { return 150 + 40*x*y }
	var points []float64
	target := Values{Name: "disease progression"}
	predictions := Predictions{}
	for range n {
		x, y := 1.2*r.NormFloat64(), 1.2*r.NormFloat64()
		points, target.Of = append(points, x, y), append(target.Of, saddle(x, y)+10*r.NormFloat64())
	}
	surfaces := Surfaces{Points: points, Target: target}
	for i := range nets {
		fit := Fit{0.9 - 0.1*float64(i), 10 + float64(i), 8}
		s, p := Surface{Network: eight[i], Grid: waveGrid(60, 0), Fit: fit}, Predicted{Network: eight[i], Fit: fit}
		for j, y := range s.Grid.Y {
			for k, x := range s.Grid.X {
				s.Grid.Z[j*len(s.Grid.X)+k] = saddle(x, y) * (1 - 0.1*float64(i))
			}
		}
		for j := range n {
			p.Values = append(p.Values, saddle(points[2*j], points[2*j+1])*(1-0.1*float64(i)))
		}
		surfaces.Nets, predictions.Nets = append(surfaces.Nets, s), append(predictions.Nets, p)
	}
	predictions.Target = target
	hidden := HiddenSpace{Values: target, Nets: layered(nets, 2, 8, n)}
	return map[string]viz.Drawing{
		"data set": Dataset{Points: points, Values: target}, "surfaces": surfaces, "space": hidden,
		"predicted against true": PredictedAgainstTrue(predictions), "residuals": Residuals(predictions),
	}
}

// ofClasses are the figures of points with k classes.
func ofClasses(k int) map[string]viz.Drawing {
	points, labels, names := blobs(k, 300)
	d := map[string]viz.Drawing{"data set": Dataset{Points: points, Labels: labels, Classes: names}}
	d["space"] = HiddenSpace{Labels: labels, Classes: names, Nets: layered(2, 2, 8, len(labels))}
	distance := margins(2, 4, len(labels), false)
	distance.Labels, distance.Classes = labels, names
	trace, signals := traces(2, 2, false), quantiles(2, 2)
	trace.Classes, signals.Classes = names, names
	for c := 2; c < k; c++ {
		sample, bands := trace.Samples[c%2], signals.Signals[c%2]
		sample.Class, bands.Class = c, c
		trace.Samples, signals.Signals = append(trace.Samples, sample), append(signals.Signals, bands)
	}
	for nets := range 4 {
		d[fmt.Sprintf("confusion of %d", nets+1)] = confused(nets+1, k)
		d[fmt.Sprintf("boundaries by %d", nets+1)] = regions(nets+1, k, 120)
	}
	scores := regions(2, k, 17)
	scores.Nets[0].Scores, scores.Nets[1].Scores = true, true
	d["scores"] = scores
	d["margins"], d["traces"], d["quantiles"] = distance, trace, signals
	return d
}

// ranges are the study's figures over the range that they are made for.
func ranges() map[string]viz.Drawing {
	d := map[string]viz.Drawing{}
	for _, n := range []int{2, 10, 300, 3000, 100_000} {
		points, labels := twoMoons(n, 0.2)
		d[fmt.Sprintf("data set of %d", n)] = Dataset{Points: points, Labels: labels, Detail: "noise 0.2"}
	}
	points, labels := twoMoons(300, 0.2)
	for i := range labels {
		labels[i] = 1
	}
	d["data set with an empty class"] = Dataset{Points: points, Labels: labels}
	labels[0] = 0
	d["imbalanced data set"] = Dataset{Points: points, Labels: labels}
	d["empty data set"] = Dataset{}
	for _, n := range []int{1, 2, 3, 4, 5, 6, 7, 8} {
		d[fmt.Sprintf("boundaries of %d", n)] = boundaries(n, 100)
		d[fmt.Sprintf("losses of %d", n)] = losses(n, 300)
		d[fmt.Sprintf("space of %d", n)] = space(n, 2, 8, 100)
		d[fmt.Sprintf("distributions of %d", n)] = ActivationDistributions{Nets: layered(n, 3, 8, 100)}
		d[fmt.Sprintf("norms of %d", n)] = norms(n, 3, 100)
		d[fmt.Sprintf("quantiles of %d", n)] = quantiles(n, 2)
		d[fmt.Sprintf("margins of %d", n)] = margins(n, 4, 100, n%2 == 0)
		d[fmt.Sprintf("noticeable distances of %d", n)] = noticed(n, 3, 10, n%2 == 1)
		d[fmt.Sprintf("reliability of %d", n)], d[fmt.Sprintf("confusion of %d in two classes", n)] = calibrated(n, 2), confused(n, 2)
		d[fmt.Sprintf("survival of %d", n)] = survivals(n, 2, n%2 == 0)
		for _, hidden := range []int{1, 2, 5, 12, 50} {
			d[fmt.Sprintf("traces of %d through %d layers", n, hidden)] = traces(n, hidden, n%2 == 0)
		}
	}
	for _, n := range []int{1, 2, 3, 4} {
		for name, drawing := range ofNumbers(n, 100*n) {
			d[fmt.Sprintf("%s of numbers by %d", name, n)] = drawing
		}
	}
	for name, drawing := range ofNumbers(2, 5000) {
		d[name+" of many numbers"] = drawing
	}
	for _, k := range []int{3, 10, 50} {
		for name, drawing := range ofClasses(k) {
			d[fmt.Sprintf("%s of %d classes", name, k)] = drawing
		}
	}
	for _, n := range []int{1, 2, 25, 60} {
		d[fmt.Sprintf("a map of %d claims", n)] = mappedClaims(n, 1, min(n, 17))
		d[fmt.Sprintf("shares of %d claims", n)] = sharedClaims(n)
	}
	for _, n := range []int{1, 9, 13} {
		d[fmt.Sprintf("interventions of %d functions", n)], d[fmt.Sprintf("effects of %d changes", n)] = interventions(n, min(n, 3))
	}
	d["accuracy curves in one panel"], d["accuracy curves in six panels"] = accuracies(1), accuracies(6)
	d["boundaries over many points"] = boundaries(2, 20_000)
	d["one epoch"] = losses(2, 1)
	d["many epochs"] = losses(8, 20_000)
	d["space of one unit"] = space(2, 2, 1, 50)
	d["space of dead layers"] = space(4, 2, 0, 50)
	d["space of many layers"] = space(2, 50, 3, 50)
	d["space of many layers, networks and points"] = space(8, 50, 3, 5000)
	d["distributions of dead layers"] = ActivationDistributions{Nets: layered(2, 2, 0, 50)}
	d["distributions of many layers"] = ActivationDistributions{Nets: layered(2, 50, 4, 50)}
	d["norms of many layers"] = norms(2, 51, 300)
	d["noticeable distances of one layer"] = noticed(2, 1, 1, false)
	d["noticeable distances of many layers"] = noticed(4, 30, 12, true)
	d["survival through one layer"], d["survival through many layers"] = survivals(3, 1, false), survivals(3, 30, true)
	d["margins of one layer"] = margins(2, 1, 40, false)
	d["margins of many layers and points"] = margins(4, 30, 5000, true)
	d["quantiles of many layers"] = quantiles(2, 50)
	constant, divergent := make([]float64, 60), make([]float64, 60)
	for i := range constant {
		constant[i] = math.Ln2
		divergent[i] = math.Ldexp(0.7, i)
		switch {
		case i > 45:
			divergent[i] = math.NaN()
		case i > 40:
			divergent[i] = math.Inf(1)
		}
	}
	d["constant losses"] = LossCurves{Nets: []LossCurve{{Network: eight[0], History: constant}, {Network: eight[1], History: constant}}}
	d["reliability among fifty classes"] = calibrated(2, 50)
	d["a divergent loss"] = LossCurves{Nets: []LossCurve{{Network: eight[0], History: constant}, {Network: eight[1], History: divergent}}}
	d["losses without a number"] = LossCurves{Nets: []LossCurve{{Network: eight[0], History: divergent[50:]}, {Network: eight[1], History: divergent[42:50]}}}
	for _, n := range []int{1, 3, 8} {
		d[fmt.Sprintf("trends of %d", n)] = trends(n, n)
		d[fmt.Sprintf("loss bands of %d", n)] = lossBands(n, n)
		d[fmt.Sprintf("heat maps of %d", n)] = heatMaps(n, n, 2*n)
	}
	for _, shape := range [][]int{{1}, {2}, {9}, {5, 1}, {1, 30}, {3, 5}, {20, 3}, {784, 128}, {700}, {3, 1000}, {4, 3, 3, 3}, {2, 5, 7}, {3, 1, 1, 1, 2}} {
		d[fmt.Sprintf("gradients of shape %v", shape)] = comparedGradient(0.3, shape...)
		d[fmt.Sprintf("right gradients of shape %v", shape)] = comparedGradient(0, shape...)
	}
	alone := comparedGradient(0, 4, 3)
	alone.Given = nil
	d["a gradient that is not given"] = alone
	d["a gradient of another size"] = GradientComparison{Array: "dW", Shape: []int{2, 2}, Given: []float64{1, 2, 3, 4}}
	maps.Copy(d, inferenceCosts())
	maps.Copy(d, theoryFigures())
	maps.Copy(d, kernelFigures())
	delete(d, "small plane") // of two points a side, whose middle lies on the axis
	return d
}
