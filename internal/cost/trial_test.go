package cost

import (
	"testing"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/experiment"
	"actscope/models"
)

func TestCountsAreThoseByHand(t *testing.T) {
	for _, c := range []struct {
		inputs int
		hidden []int
		bytes  int
		want   Counts
	}{
		// 2·8 + 8·8 + 8·1 multiply-adds and 8 + 8 + 1 biases; 8 in and 8 out at once.
		{2, []int{8, 8}, 8, Counts{Parameters: 105, MultiplyAdds: 88, Activations: 16, ParameterBytes: 840, ActivationBytes: 128}},
		// 2·4 + 4·1; 2 in and 4 out.
		{2, []int{4}, 8, Counts{Parameters: 17, MultiplyAdds: 12, Activations: 4, ParameterBytes: 136, ActivationBytes: 48}},
		// 2·1 + 1·1 + 1·1; 2 in and 1 out.
		{2, []int{1, 1}, 4, Counts{Parameters: 7, MultiplyAdds: 4, Activations: 2, ParameterBytes: 28, ActivationBytes: 12}},
		// 5·3 + 3·3 + 3·3 + 3·1; 5 in and 3 out.
		{5, []int{3, 3, 3}, 4, Counts{Parameters: 46, MultiplyAdds: 36, Activations: 9, ParameterBytes: 184, ActivationBytes: 32}},
		// 2·64 + 64·16 + 16·1; 64 in and 16 out.
		{2, []int{64, 16}, 8, Counts{Parameters: 1249, MultiplyAdds: 1168, Activations: 80, ParameterBytes: 9992, ActivationBytes: 640}},
	} {
		if got := countsOf(c.inputs, c.hidden, c.bytes); got != c.want {
			t.Errorf("%d, %v: %+v, want %+v", c.inputs, c.hidden, got, c.want)
		}
	}
}

func TestCountsAreThoseOfTheTrainedNetworks(t *testing.T) {
	for _, s := range []Shape{{1, 1}, {1, 8}, {2, 5}, {3, 4}} {
		net, err := models.NewMLP(models.MLP{Inputs: 3, Hidden: s.Hidden(), Activation: graph.Tanh}, data.NewRandomState(1))
		if err != nil {
			t.Fatal(err)
		}
		weights := 0
		for _, p := range net.Parameters {
			if p.Weight {
				weights += len(p.Values)
			}
		}
		if c := countsOf(3, s.Hidden(), 8); c.Parameters != net.ParameterCount() || c.MultiplyAdds != weights {
			t.Errorf("%v: %+v for %d parameters, %d of them weights", s, c, net.ParameterCount(), weights)
		}
	}
}

// What is said of every measure rests on this.
func TestWiderNetworksCostMoreByEveryMeasure(t *testing.T) {
	for _, m := range Measures {
		for depth := range 5 {
			for width := 1; width < 40; width++ {
				if m.of(countsOf(2, Shape{depth + 1, width + 1}.Hidden(), 8)) <= m.of(countsOf(2, Shape{depth + 1, width}.Hidden(), 8)) {
					t.Errorf("%s: depth %d, width %d", m.Name, depth+1, width+1)
				}
			}
		}
	}
}

func TestTrialsShareNoSeedBetweenStreams(t *testing.T) {
	c := Default()
	c.Seeds = maxSeeds
	seen := make(map[int64]string)
	add := func(seed int64, what string) {
		if seen[seed] != "" {
			t.Fatalf("%s has the seed of %s", what, seen[seed])
		}
		seen[seed] = what
	}
	for n := range maxSeeds {
		s := c.trial(Trial{Activation: "relu", Shape: Shape{1, 2}, Rate: 1, Number: n})
		add(s.Seed, "weights")
		add(s.DataSeed, "points")
		add(s.SplitSeed, "split")
	}
}

func TestTrialsHaveTheArticlesTrainingRowsAndALargeTestSample(t *testing.T) {
	for _, rows := range []int{1, 3, 100, 7777, 20_000, 100_000} {
		c := Default()
		c.TestRows = rows
		trial := c.trial(Trial{Activation: "relu", Shape: Shape{1, 2}, Rate: 1})
		trial.Epochs = 0
		d, _, err := experiment.TrainOne(t.Context(), trial)
		if err != nil {
			t.Fatal(err)
		}
		if d.Train.Rows() != 300 || d.Test.Rows() != rows {
			t.Errorf("%d training rows and %d test rows, want 300 and %d", d.Train.Rows(), d.Test.Rows(), rows)
		}
	}
}
