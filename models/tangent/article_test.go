package tangent

import (
	"context"
	"math"
	"testing"

	"actscope/data"
	"actscope/graph"
	"actscope/models"
)

// article are the article's training and test rows.
func article(t *testing.T) (train, test data.Set) {
	t.Helper()
	set, err := data.Moons(data.MoonsConfig{Samples: 400, Noise: 0.18, Seed: 42})
	if err != nil {
		t.Fatal(err)
	}
	if set, _, err = data.Standardise(set); err != nil {
		t.Fatal(err)
	}
	if train, test, err = data.Split(set, data.SplitConfig{TestFraction: 0.25, Seed: 42}); err != nil {
		t.Fatal(err)
	}
	return train, test
}

// drawn is one of the article's networks and the stream that its shuffles come from.
func drawn(t *testing.T, activation graph.Activation, hidden ...int) (*models.Network, *data.RandomState) {
	t.Helper()
	stream := data.NewRandomState(42)
	net, err := models.NewMLP(models.MLP{Inputs: 2, Hidden: hidden, Activation: activation}, stream)
	if err != nil {
		t.Fatal(err)
	}
	return net, stream
}

// articleTraining is the article's.
func articleTraining(stream *data.RandomState) models.Training {
	return models.Training{Rate: 0.05, Batch: 64, Epochs: 800, Shuffle: stream.Clone()}
}

func TestArticlesNetworksHaveTheseTimeConstants(t *testing.T) {
	train, _ := article(t)
	for _, c := range []struct {
		activation   graph.Activation
		first        int
		values, taus []float64
		// modes hold the energy, together; the fewest with 60 % of it are leading.
		modes, leading int
		energy         float64
	}{
		{graph.Sigmoid, 0, []float64{2.7475, 0.02173, 0.00329, 6.74e-5}, []float64{5.82, 736, 4858, 237_397}, 3, 2, 0.64},
		{graph.ReLU, 1, []float64{0.89, 0.60}, []float64{18, 27}, 0, 3, 0},
	} {
		net, stream := drawn(t, c.activation, 8, 8)
		g, err := Of(context.Background(), net, train.X)
		if err != nil {
			t.Fatal(err)
		}
		s, err := Decompose(g.Kernel(), Residual(net.Architecture(), g.Values, train.Y))
		if err != nil {
			t.Fatal(err)
		}
		clock := ClockOf(net.Architecture(), articleTraining(stream), train.Rows())
		for i, want := range c.values {
			value := s.Values[c.first+i]
			if math.Abs(value-want) > 8e-3*want || math.Abs(clock.Epochs(value)-c.taus[i]) > 0.5+2e-3*c.taus[i] {
				t.Errorf("%s: eigenvalue %d is %v with the time constant %v, it was found to be %v with %v", c.activation.Name, c.first+i+1, value, clock.Epochs(value), want, c.taus[i])
			}
		}
		if c.modes > 0 {
			held := 0.0
			for _, e := range s.Energy[:c.modes] {
				held += e
			}
			if s.Leading(0.6) != c.leading || math.Abs(held-c.energy) > 0.006 {
				t.Errorf("%s: %d modes hold 60 %% of the residual, and %d %v", c.activation.Name, s.Leading(0.6), c.modes, held)
			}
		}
	}
}

func TestTwinFollowsTheArticlesSigmoidNetwork(t *testing.T) {
	train, test := article(t)
	net, stream := drawn(t, graph.Sigmoid, 8, 8)
	twin, err := Linearised(context.Background(), net, train, test, articleTraining(stream))
	if err != nil {
		t.Fatal(err)
	}
	history, err := models.Train(context.Background(), net, train, articleTraining(stream))
	if err != nil {
		t.Fatal(err)
	}
	for epoch, want := range map[int][2]float64{50: {0.660, 0.658}, 100: {0.624, 0.579}, 200: {0.568, 0.359}} {
		if math.Abs(twin.Loss[epoch-1]-want[0]) > 1e-3 || math.Abs(history.Loss[epoch-1]-want[1]) > 1e-3 {
			t.Errorf("epoch %d: the twin's loss is %v and the network's %v, they were found to be %v", epoch, twin.Loss[epoch-1], history.Loss[epoch-1], want)
		}
	}
	net, stream = drawn(t, graph.Sigmoid, 8)
	if twin, err = Linearised(context.Background(), net, train, test, articleTraining(stream)); err != nil {
		t.Fatal(err)
	}
	if history, err = models.Train(context.Background(), net, train, articleTraining(stream)); err != nil {
		t.Fatal(err)
	}
	if math.Abs(twin.Loss[799]-0.2784) > 2e-3 || math.Abs(history.Loss[799]-0.2781) > 2e-3 {
		t.Errorf("one hidden layer: the twin ends at %v, the network at %v", twin.Loss[799], history.Loss[799])
	}
}
