package comparison

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"actscope/internal/article"
	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/npz"
	"actscope/models"
)

// settings are those of testdata/reference.py, by the name of its output.
func settings() map[string]config.Config {
	with := func(change func(*config.Config)) config.Config {
		c := config.Article()
		change(&c)
		return c
	}
	return map[string]config.Config{
		"one_layer": with(func(c *config.Config) {
			c.Samples, c.Noise, c.Hidden, c.Epochs, c.LearningRate, c.BatchSize, c.Seed = 61, 0.1, []int{5}, 40, 0.3, 7, 1
		}),
		"odd_count": with(func(c *config.Config) {
			c.Samples, c.Noise, c.DataSeed, c.Hidden, c.Epochs, c.LearningRate, c.BatchSize, c.Seed = 101, 0.3, 7, []int{4, 3}, 30, 0.1, 25, 9
		}),
		"three_unequal": with(func(c *config.Config) {
			c.Samples, c.SplitSeed, c.Hidden, c.Epochs, c.LearningRate, c.BatchSize, c.Seed = 80, 3, []int{6, 2, 5}, 25, 0.2, 60, 0
		}),
		"four_layers": with(func(c *config.Config) {
			c.Samples, c.Noise, c.Hidden, c.Epochs, c.BatchSize, c.Seed = 90, 0, []int{3, 7, 4, 2}, 30, 16, math.MaxUint32
		}),
		"five_layers": with(func(c *config.Config) {
			c.Samples, c.Noise, c.TestFraction, c.Hidden, c.Epochs, c.LearningRate, c.BatchSize, c.Seed = 64, 0.25, 0.5, []int{8, 5, 3, 5, 8}, 20, 0.4, 8, 5
		}),
		"full_batch": with(func(c *config.Config) {
			c.Samples, c.Noise, c.DataSeed, c.Hidden, c.Epochs, c.LearningRate, c.BatchSize, c.Seed = 50, 0.2, 123, []int{9, 4}, 50, 1, 1000, 77
		}),
		"width_one": with(func(c *config.Config) {
			c.Samples, c.Noise, c.Hidden, c.Epochs, c.LearningRate, c.BatchSize, c.Seed = 40, 0.05, []int{1, 1}, 15, 0.5, 1, 2
		}),
		"tanh_too": with(func(c *config.Config) {
			c.Samples, c.Noise, c.Hidden, c.Epochs, c.LearningRate, c.BatchSize, c.Seed = 70, 0.15, []int{6, 6}, 20, 0.2, 13, 3
			c.Activations = []string{"tanh", "leaky-relu", "sigmoid", "relu"}
		}),
	}
}

func TestCompareEqualsNumPyRuns(t *testing.T) {
	for name, c := range settings() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reference, err := npz.ReadFile("testdata/" + name + ".npz")
			if err != nil {
				t.Fatal(err)
			}
			r, err := Run(t.Context(), c, nil, Saving{})
			if err != nil {
				t.Fatal(err)
			}
			measured := r.Arrays()
			for _, n := range r.Networks {
				measured = append(measured, vector(n.Name+"_accuracy", []float64{n.TrainAccuracy, n.TestAccuracy}))
			}
			for _, want := range reference {
				got, ok := measured.Lookup(want.Name)
				if !ok {
					t.Errorf("%s is missing", want.Name)
					continue
				}
				if !slices.Equal(got.Shape, want.Shape) {
					t.Errorf("%s has shape %v, want %v", want.Name, got.Shape, want.Shape)
					continue
				}
				exact := strings.HasSuffix(want.Name, "_accuracy") || strings.HasPrefix(want.Name, "y") || want.Name == "first_shuffles"
				if d := distanceOver(got.Values, want.Values); d > 1e-9 || exact && d != 0 {
					t.Errorf("%s is off by %.3g of its largest entry", want.Name, d)
				}
			}
		})
	}
}

// distanceOver is the largest difference relative to the largest entry.
func distanceOver(got, want []float64) float64 {
	largest, difference := 0.0, 0.0
	for i := range want {
		largest = math.Max(largest, math.Abs(want[i]))
		difference = math.Max(difference, math.Abs(got[i]-want[i]))
	}
	if difference == 0 {
		return 0
	}
	return difference / largest
}

func TestArticleIsReproduced(t *testing.T) {
	r := articleResult(t)
	departures, err := article.Departures(r.Arrays(), r.Accuracies())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range departures {
		t.Error(d)
	}
}

// articleResult trains the article's networks once for all tests.
func articleResult(t *testing.T) *Result {
	t.Helper()
	r, err := trainArticle()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var trainArticle = sync.OnceValues(func() (*Result, error) {
	return Run(context.Background(), config.Article(), nil, Saving{})
})

func TestSameConfigurationGivesSameArrays(t *testing.T) {
	c := config.Article()
	c.Epochs = 20
	var first npz.Arrays
	for range 3 {
		r, err := Run(t.Context(), c, nil, Saving{})
		if err != nil {
			t.Fatal(err)
		}
		arrays := r.Arrays()
		if first == nil {
			first = arrays
			continue
		}
		for i, a := range arrays {
			if !slices.Equal(a.Values, first[i].Values) {
				t.Errorf("%s differs between two runs", a.Name)
			}
		}
	}
}

func TestNetworkDoesNotDependOnItsNeighbours(t *testing.T) {
	c := config.Article()
	c.Epochs = 10
	alone := c
	alone.Activations = []string{"relu"}
	both, err := Run(t.Context(), c, nil, Saving{})
	if err != nil {
		t.Fatal(err)
	}
	one, err := Run(t.Context(), alone, nil, Saving{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(both.Networks[1].History.Loss, one.Networks[0].History.Loss) {
		t.Error("the ReLU net trains differently beside a sigmoid net")
	}
}

// stopper cancels the run when the first network reaches an epoch.
type stopper struct {
	at     int
	cancel context.CancelFunc
}

func (s stopper) Epoch(_ int, e models.Epoch) {
	if e.Number == s.at {
		s.cancel()
	}
}

func (stopper) Trained(int)  {}
func (stopper) Measured(int) {}

func TestCompareStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := Run(ctx, config.Article(), stopper{at: 2, cancel: cancel}, Saving{})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
}

func TestDivergenceNamesNetLayerEpochAndStep(t *testing.T) {
	c := config.Article()
	c.Activations, c.LearningRate = []string{"relu"}, 1e300
	_, err := Run(t.Context(), c, nil, Saving{})
	var d *models.DivergenceError
	if !errors.As(err, &d) {
		t.Fatalf("got %v", err)
	}
	for _, part := range []string{"relu", "layer", "epoch 1", "step "} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not name %q", err, part)
		}
	}
}

// A trainer that has trained other things before measures what a comparison does.
func TestTrainerMeasuresWhatCompareDoes(t *testing.T) {
	trainer := experiment.NewTrainer()
	for _, seed := range []int64{7, 8} {
		for name, config := range settings() {
			for _, activation := range config.Activations {
				one := config
				one.Activations, one.Seed = []string{activation}, seed
				r, err := Run(t.Context(), one, nil, Saving{})
				if err != nil {
					t.Fatal(err)
				}
				n := r.Networks[0]
				specifications, err := one.Specifications()
				if err != nil {
					t.Fatal(err)
				}
				training, err := trainer.Prepare(t.Context(), specifications[0])
				if err != nil {
					t.Fatal(err)
				}
				outcome, err := training.Run(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				got, err := experiment.Measure(t.Context(), training.Network, training.Data, experiment.Signals)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(outcome.Loss, n.History.Loss) || outcome.Steps != n.History.Steps {
					t.Errorf("%s, %s, seed %d: another course of training", name, activation, seed)
				}
				if got.TrainAccuracy != n.TrainAccuracy || got.TestAccuracy != n.TestAccuracy {
					t.Errorf("%s, %s: accuracies %v, %v, want %v, %v", name, activation, got.TrainAccuracy, got.TestAccuracy, n.TrainAccuracy, n.TestAccuracy)
				}
				if !slices.Equal(got.Spread, n.Spread) {
					t.Errorf("%s, %s: spread %v, want %v", name, activation, got.Spread, n.Spread)
				}
			}
		}
	}
}

// The verdicts of the study's own table, which were found with NumPy.
func TestVerdictsOnTheArticlesRun(t *testing.T) {
	want := []struct{ id, verdict string }{
		{"sigmoid-loss-stalls", "holds"},
		{"relu-loss-falls", "holds"},
		{"sigmoid-accuracy", "holds"},
		{"relu-accuracy", "holds"},
		{"sigmoid-spread", "holds"},
		{"relu-spread", "holds"},
		{"first-signal-alike", "holds"},
		{"sigmoid-compresses", "class 0 only"},
		{"relu-retains", "class 1 only"},
		{"sigmoid-narrow-band", "class 0 only"},
		{"relu-output", "holds"},
	}
	r := articleResult(t)
	claims, err := article.Judge(r.Networks[0].Evidence(), r.Networks[1].Evidence())
	if err != nil {
		t.Fatal(err)
	}
	if len(claims) != len(want) {
		t.Fatalf("%d claims, want %d", len(claims), len(want))
	}
	for i, c := range claims {
		if c.ID != want[i].id || verdict(c) != want[i].verdict {
			t.Errorf("%s: %s, want %s: %s", c.ID, verdict(c), want[i].id, want[i].verdict)
		}
		for j, q := range c.Measured {
			if c.Reference[j].Name != q.Name || math.Abs(q.Value-c.Reference[j].Value) > 1e-9 {
				t.Errorf("%s: measured %v, reference %v", c.ID, q, c.Reference[j])
			}
		}
	}
}

// verdict is the outcome in words: "holds", "does not hold", or "class 0 only".
func verdict(c article.Claim) string {
	if c.Holds {
		return "holds"
	}
	for _, v := range c.HoldsFor {
		if v.Holds {
			return v.Sample + " only"
		}
	}
	return "does not hold"
}
