package study

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"actscope/internal/npz"
	"actscope/models"
)

// settings are those of testdata/reference.py, by the name of its output.
func settings() map[string]Config {
	with := func(change func(*Config)) Config {
		c := Article()
		change(&c)
		return c
	}
	return map[string]Config{
		"one_layer": with(func(c *Config) {
			c.Samples, c.Noise, c.Hidden, c.Epochs, c.LearningRate, c.BatchSize, c.Seed = 61, 0.1, []int{5}, 40, 0.3, 7, 1
		}),
		"odd_count": with(func(c *Config) {
			c.Samples, c.Noise, c.DataSeed, c.Hidden, c.Epochs, c.LearningRate, c.BatchSize, c.Seed = 101, 0.3, 7, []int{4, 3}, 30, 0.1, 25, 9
		}),
		"three_unequal": with(func(c *Config) {
			c.Samples, c.SplitSeed, c.Hidden, c.Epochs, c.LearningRate, c.BatchSize, c.Seed = 80, 3, []int{6, 2, 5}, 25, 0.2, 60, 0
		}),
		"four_layers": with(func(c *Config) {
			c.Samples, c.Noise, c.Hidden, c.Epochs, c.BatchSize, c.Seed = 90, 0, []int{3, 7, 4, 2}, 30, 16, math.MaxUint32
		}),
		"five_layers": with(func(c *Config) {
			c.Samples, c.Noise, c.TestFraction, c.Hidden, c.Epochs, c.LearningRate, c.BatchSize, c.Seed = 64, 0.25, 0.5, []int{8, 5, 3, 5, 8}, 20, 0.4, 8, 5
		}),
		"full_batch": with(func(c *Config) {
			c.Samples, c.Noise, c.DataSeed, c.Hidden, c.Epochs, c.LearningRate, c.BatchSize, c.Seed = 50, 0.2, 123, []int{9, 4}, 50, 1, 1000, 77
		}),
		"width_one": with(func(c *Config) {
			c.Samples, c.Noise, c.Hidden, c.Epochs, c.LearningRate, c.BatchSize, c.Seed = 40, 0.05, []int{1, 1}, 15, 0.5, 1, 2
		}),
		"tanh_too": with(func(c *Config) {
			c.Samples, c.Noise, c.Hidden, c.Epochs, c.LearningRate, c.BatchSize, c.Seed = 70, 0.15, []int{6, 6}, 20, 0.2, 13, 3
			c.Activations = []string{"tanh", "leaky-relu", "sigmoid", "relu"}
		}),
	}
}

func TestCompareEqualsNumPyRuns(t *testing.T) {
	for name, config := range settings() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reference, err := npz.ReadFile("testdata/" + name + ".npz")
			if err != nil {
				t.Fatal(err)
			}
			r, err := Compare(t.Context(), config, Unwatched{})
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
	departures, err := Depart(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range departures {
		t.Error(d)
	}
	// The measured distance is far below what is allowed.
	reference, err := referenceArrays()
	if err != nil {
		t.Fatal(err)
	}
	measured := r.Arrays()
	for _, want := range reference {
		if got, _ := measured.Lookup(want.Name); strings.Contains(want.Name, "loss_history") {
			if d := largestDistance(got.Values, want.Values, true); d > 1e-13 {
				t.Errorf("%s is off by %.3g, relatively", want.Name, d)
			}
		}
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
	return Compare(context.Background(), Article(), Unwatched{})
})

func TestDeparturesAreFound(t *testing.T) {
	reference, err := referenceArrays()
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range []struct {
		array string
		by    float64
		found bool
	}{
		{"relu_final_W2", 2e-9, true},
		{"relu_final_W2", 5e-10, false},
		{"y_test", 1, true},
		{"first_shuffles", 1, true},
		{"x_std", 1e-13, true},
		{"sigmoid_init_W1", 1e-14, true},
		{"sigmoid_loss_history", 2e-9, true},
		{"sigmoid_trace", math.NaN(), true},
	} {
		t.Run(fmt.Sprint(change.array, change.by), func(t *testing.T) {
			changed := slices.Clone(reference)
			i := slices.IndexFunc(changed, func(a npz.Array) bool { return a.Name == change.array })
			changed[i].Values = slices.Clone(changed[i].Values)
			changed[i].Values[len(changed[i].Values)-1] += change.by
			found := departures(reference, changed)
			if got := len(found) == 1 && found[0].Name == change.array; got != change.found || len(found) > 1 {
				t.Errorf("found %v", found)
			}
		})
	}
	if found := departures(reference, reference[1:]); len(found) != 1 || !math.IsInf(found[0].Distance, 1) {
		t.Errorf("a missing array gives %v", found)
	}
}

func TestSameConfigurationGivesSameArrays(t *testing.T) {
	c := Article()
	c.Epochs = 20
	var first npz.Arrays
	for range 3 {
		r, err := Compare(t.Context(), c, Unwatched{})
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
	c := Article()
	c.Epochs = 10
	alone := c
	alone.Activations = []string{"relu"}
	both, err := Compare(t.Context(), c, Unwatched{})
	if err != nil {
		t.Fatal(err)
	}
	one, err := Compare(t.Context(), alone, Unwatched{})
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

func TestCompareStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := Compare(ctx, Article(), stopper{at: 2, cancel: cancel})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
}

func TestDivergenceNamesNetLayerEpochAndStep(t *testing.T) {
	c := Article()
	c.Activations, c.LearningRate = []string{"relu"}, 1e300
	_, err := Compare(t.Context(), c, Unwatched{})
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
