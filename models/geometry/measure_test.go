package geometry

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"actscope/data"
	"actscope/graph"
	"actscope/models"
)

// moons are the article's data.
func moons(t testing.TB) (train, test data.Set) {
	t.Helper()
	set, err := data.Moons(data.MoonsConfig{Samples: 400, Noise: 0.18, Seed: 42})
	if err != nil {
		t.Fatal(err)
	}
	if set, _, err = data.Standardise(set); err != nil {
		t.Fatal(err)
	}
	train, test, err = data.Split(set, data.SplitConfig{TestFraction: 0.25, Seed: 42})
	if err != nil {
		t.Fatal(err)
	}
	return train, test
}

// trained is a network after so many epochs on a set.
func trained(t testing.TB, spec models.MLP, epochs int, set data.Set) *models.Network {
	t.Helper()
	stream := data.NewRandomState(42)
	net, err := models.NewMLP(spec, stream)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := models.Train(t.Context(), net, set, models.Training{Rate: 0.5, Batch: 64, Epochs: epochs, Shuffle: stream}); err != nil {
		t.Fatal(err)
	}
	return net
}

// studyNet is a 2-8-8-1 network trained on the moons.
func studyNet(t testing.TB, a graph.Activation, epochs int) (net *models.Network, train, test data.Set) {
	train, test = moons(t)
	return trained(t, models.MLP{Inputs: 2, Hidden: []int{8, 8}, Activation: a}, epochs, train), train, test
}

func measured(t *testing.T, net *models.Network, train, test data.Set) Measurement {
	t.Helper()
	m, err := Measure(t.Context(), net, train, test)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func all(t *testing.T, net *models.Network, train, test data.Set) Measurement {
	t.Helper()
	m, err := MeasureAll(t.Context(), net, train, test)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestTheOutputsMarginIsThatOfTheNetworksOwnHyperplane(t *testing.T) {
	net, train, test := studyNet(t, graph.Tanh, 30)
	m := measured(t, net, train, test)
	seen, err := net.Observe(test.X)
	if err != nil {
		t.Fatal(err)
	}
	norm := 0.0
	for _, w := range net.Parameters[4].Values {
		norm += w * w
	}
	output := m.Layers[len(m.Layers)-1]
	for i, margin := range output.Margins {
		if want := seen.Pre[2].At(i, 0) / math.Sqrt(norm); math.Abs(margin-want) > 1e-12 {
			t.Errorf("row %d: margin %v, z/|w| is %v", i, margin, want)
		}
	}
	accuracy, err := net.Accuracy(test)
	if err != nil {
		t.Fatal(err)
	}
	if float64(output.ProbeAccuracy) != accuracy {
		t.Errorf("accuracy %v, the network's is %v", output.ProbeAccuracy, accuracy)
	}
}

// Where the network is a linear function of its inputs, every layer's margin to the
// network's own hyperplane is the distance in input space.
func TestALinearNetworkKeepsDistances(t *testing.T) {
	net, train, test := studyNet(t, graph.Identity, 10)
	m := measured(t, net, train, test)
	if c := m.Layers[len(m.Layers)-1].DistanceCorrelation; math.Abs(float64(c)-1) > 1e-9 {
		t.Errorf("the output's margin correlates by %v with the distance", c)
	}
}

func TestMeasuringIsRepeatable(t *testing.T) {
	net, train, test := studyNet(t, graph.ReLU, 30)
	first, second := fmt.Sprint(all(t, net, train, test)), fmt.Sprint(all(t, net, train, test))
	if d := cmp.Diff(first, second); d != "" {
		t.Error(d)
	}
}

func TestANetworkWithoutBoundaryHasNoDistances(t *testing.T) {
	net, train, test := studyNet(t, graph.Sigmoid, 0)
	net.Parameters[len(net.Parameters)-1].Values[0] = 1000
	m := measured(t, net, train, test)
	if m.BoundaryFound {
		t.Error("a boundary was found")
	}
	for _, l := range m.Layers {
		if !math.IsNaN(float64(l.DistanceCorrelation)) {
			t.Errorf("%s: a correlation of %v with no distance", l.Name, l.DistanceCorrelation)
		}
	}
}

func TestMeasuringStopsWhenTold(t *testing.T) {
	net, train, test := studyNet(t, graph.ReLU, 1)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := Measure(ctx, net, train, test); err == nil {
		t.Error("it went on")
	}
}

func BenchmarkMeasure(b *testing.B) {
	for _, a := range []graph.Activation{graph.Sigmoid, graph.ReLU} {
		net, train, test := studyNet(b, a, 200)
		b.Run(a.Name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Measure(b.Context(), net, train, test); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(a.Name+" all", func(b *testing.B) {
			for b.Loop() {
				if _, err := MeasureAll(b.Context(), net, train, test); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
