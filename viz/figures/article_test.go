package figures

import (
	_ "embed"
	"encoding/json"
	"math"
	"slices"
	"testing"

	"actscope/viz"
)

// articleJSON holds the article's run: data, losses, traces, hidden activations and final weights.
//
//go:embed testdata/article.json
var articleJSON []byte

type article struct {
	Points     []float64
	Labels     []int
	TestPoints []float64 `json:"test_points"`
	TestLabels []int     `json:"test_labels"`
	Nets       []articleNet
}

type articleNet struct {
	Name    string
	Loss    []float64
	Trace   [][]float64
	Weights [][]float64
	Biases  [][]float64
	Hidden  [][]float64
}

func readArticle(t testing.TB) article {
	t.Helper()
	var a article
	if err := json.Unmarshal(articleJSON, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

func (n articleNet) network() Network {
	return Network{Name: n.Name, Label: map[string]string{"sigmoid": "Sigmoid", "relu": "ReLU"}[n.Name]}
}

// forward runs the network on a point: the probability of class 1, and the mean |signal| of every stage.
func (n articleNet) forward(x []float64) (p float64, trace []float64) {
	a := x
	for l, w := range n.Weights {
		b := n.Biases[l]
		z := make([]float64, len(b))
		for j := range b {
			z[j] = b[j]
			for i := range a {
				z[j] += a[i] * w[i*len(b)+j]
			}
		}
		trace = append(trace, meanMagnitude(z))
		a = make([]float64, len(z))
		for j := range z {
			if l == len(n.Weights)-1 || n.Name == "sigmoid" {
				a[j] = 1 / (1 + math.Exp(-z[j]))
			} else {
				a[j] = max(z[j], 0)
			}
		}
		trace = append(trace, meanMagnitude(a))
	}
	return a[0], trace[:len(trace)-1]
}

func meanMagnitude(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += math.Abs(x)
	}
	return sum / float64(len(v))
}

func (n articleNet) probability(x []float64) float64 {
	p, _ := n.forward(x)
	return p
}

// band is the spread of the traces of one class over the test points.
func (a article) band(n articleNet, class int) SignalBand {
	var columns [][]float64
	for i, l := range a.TestLabels {
		if l != class {
			continue
		}
		_, trace := n.forward(a.TestPoints[2*i : 2*i+2])
		for s, v := range trace {
			if s == len(columns) {
				columns = append(columns, nil)
			}
			columns[s] = append(columns[s], v)
		}
	}
	b := SignalBand{Network: n.network(), Single: n.Trace[class]}
	for _, c := range columns {
		slices.Sort(c)
		for q, share := range []float64{0.05, 0.25, 0.5, 0.75, 0.95} {
			b.Quantiles[q] = append(b.Quantiles[q], c[int(share*float64(len(c)-1))])
		}
	}
	return b
}

// gradients stand in for gradient norms: they fall off with depth under sigmoid.
func (n articleNet) gradients(layers, epochs int) GradientHistory {
	h := GradientHistory{Network: n.network()}
	for l := range layers {
		norms := make([]float64, epochs)
		for e := range norms {
			decay := 0.7
			if n.Name == "sigmoid" {
				decay = 0.25
			}
			norms[e] = math.Pow(decay, float64(layers-1-l)) * math.Exp(-float64(e)/150) * (1 + 0.15*math.Sin(float64(e*(l+3))))
		}
		h.Norms = append(h.Norms, norms)
	}
	return h
}

func deviation(v []float64) float64 {
	mean, sum := 0.0, 0.0
	for _, x := range v {
		mean += x / float64(len(v))
	}
	for _, x := range v {
		sum += (x - mean) * (x - mean)
	}
	return math.Sqrt(sum / float64(len(v)))
}

// drawings are the study's figures with the article's values, by name.
func (a article) drawings() map[string]viz.Drawing {
	d := map[string]viz.Drawing{
		"moons_dataset": Dataset{Detail: "noise 0.18, both features standardised", Points: a.Points, Labels: a.Labels},
	}
	var losses LossCurves
	boundaries := DecisionBoundaries{Points: a.TestPoints, Labels: a.TestLabels}
	trace := SignalTrace{Samples: []TracedSample{{Class: 0, Detail: "deep in its moon"}, {Class: 1, Detail: "deep in its moon"}}}
	space := HiddenSpace{Labels: a.TestLabels}
	var distributions ActivationDistributions
	var gradients GradientNorms
	quantiles := SignalQuantiles{Signals: []ClassSignals{{Class: 0, Points: 50}, {Class: 1, Points: 50}}}
	for _, n := range a.Nets {
		losses.Nets = append(losses.Nets, LossCurve{Network: n.network(), History: n.Loss})
		boundaries.Nets = append(boundaries.Nets, a.boundary(n))
		for c := range trace.Samples {
			trace.Samples[c].Traces = append(trace.Samples[c].Traces, Trace{Network: n.network(), Values: n.Trace[c]})
		}
		layers := HiddenLayers{Network: n.network()}
		for _, h := range n.Hidden {
			layers.Layers = append(layers.Layers, HiddenLayer{Activations: h, Units: 8, Spread: deviation(h)})
		}
		space.Nets = append(space.Nets, layers)
		distributions.Nets = append(distributions.Nets, layers)
		gradients.Nets = append(gradients.Nets, n.gradients(3, 400))
		for c := range quantiles.Signals {
			quantiles.Signals[c].Bands = append(quantiles.Signals[c].Bands, a.band(n, c))
		}
	}
	d["activation_distributions"], d["gradient_norms"], d["signal_quantiles"] = distributions, gradients, quantiles
	d["loss_curves"], d["decision_boundaries"], d["signal_trace"], d["hidden_space"] = losses, boundaries, trace, space
	return d
}

func (a article) boundary(n articleNet) Boundary {
	e := viz.ExtentOf(nil)
	for i := 0; i < len(a.TestPoints); i += 2 {
		e = e.IncludeX(a.TestPoints[i]).IncludeY(a.TestPoints[i+1])
	}
	b := Boundary{Network: n.network()}
	for x := e.XMin - 0.5; x < e.XMax+0.5; x += 0.025 {
		b.Grid.X = append(b.Grid.X, x)
	}
	for y := e.YMin - 0.5; y < e.YMax+0.5; y += 0.025 {
		b.Grid.Y = append(b.Grid.Y, y)
		for _, x := range b.Grid.X {
			b.Grid.Z = append(b.Grid.Z, n.probability([]float64{x, y}))
		}
	}
	right := 0
	for i, l := range a.TestLabels {
		wrong := (n.probability(a.TestPoints[2*i:2*i+2]) >= 0.5) != (l == 1)
		b.Wrong = append(b.Wrong, wrong)
		if !wrong {
			right++
		}
	}
	b.Accuracy = float64(right) / float64(len(a.TestLabels))
	return b
}
