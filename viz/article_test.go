package viz

import (
	_ "embed"
	"encoding/json"
	"math"
	"testing"
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

// probability is the network's forward pass.
func (n articleNet) probability(x []float64) float64 {
	a := x
	for l, w := range n.Weights {
		b := n.Biases[l]
		next := make([]float64, len(b))
		for j := range b {
			z := b[j]
			for i := range a {
				z += a[i] * w[i*len(b)+j]
			}
			switch {
			case l == len(n.Weights)-1 || n.Name == "sigmoid":
				next[j] = 1 / (1 + math.Exp(-z))
			default:
				next[j] = max(z, 0)
			}
		}
		a = next
	}
	return a[0]
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
func (a article) drawings() map[string]Drawing {
	d := map[string]Drawing{
		"moons_dataset": MoonsDataset{Detail: "noise 0.18, both features standardised", Points: a.Points, Labels: a.Labels},
	}
	var losses LossCurves
	boundaries := DecisionBoundaries{Points: a.TestPoints, Labels: a.TestLabels}
	trace := SignalTrace{Samples: []TracedSample{{Class: 0, Detail: "deep in its moon"}, {Class: 1, Detail: "deep in its moon"}}}
	space := HiddenSpace{Labels: a.TestLabels}
	for _, n := range a.Nets {
		losses.Nets = append(losses.Nets, LossCurve{n.network(), n.Loss})
		boundaries.Nets = append(boundaries.Nets, a.boundary(n))
		for c := range trace.Samples {
			trace.Samples[c].Traces = append(trace.Samples[c].Traces, Trace{Network: n.network(), Values: n.Trace[c]})
		}
		layers := HiddenLayers{Network: n.network()}
		for _, h := range n.Hidden {
			layers.Layers = append(layers.Layers, HiddenLayer{Activations: h, Units: 8, Spread: deviation(h)})
		}
		space.Nets = append(space.Nets, layers)
	}
	d["loss_curves"], d["decision_boundaries"], d["signal_trace"], d["hidden_space"] = losses, boundaries, trace, space
	return d
}

func (a article) boundary(n articleNet) Boundary {
	e := ExtentOf(nil)
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
