package experiment

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"actscope/internal/config"
)

// Accuracies in percent of the article's networks with initial seeds 0 to 19, for each
// data seed, on 20,000 fresh points that NumPy drew, from an independent program.
func TestFreshAccuracyAgreesWithAnIndependentProgram(t *testing.T) {
	for dataSeed, want := range map[int64]float64{42: 87.6, 142: 87.3, 242: 87.6, 342: 87.6, 442: 87.8} {
		trainer, sum := NewTrainer(), 0.0
		for seed := range 20 {
			c := config.Article()
			c.DataSeed, c.Seed, c.Activations = dataSeed, int64(seed), []string{"sigmoid"}
			sum += trainedMeasurement(t, trainer, c).FreshAccuracy()
		}
		if got := 100 * sum / 20; math.Abs(got-want) > 0.7 { // twice the standard error of the difference between two sets of points
			t.Errorf("data seed %d: %.2f %%, want %v %%", dataSeed, got, want)
		}
	}
}

// The article's networks on the points of NumPy's own RandomState(42 ^ 2**31), by NumPy.
func TestFreshAccuracyOfTheArticlesNetworksEqualsNumPys(t *testing.T) {
	for activation, want := range map[string]int{"sigmoid": 17_474, "relu": 19_463} {
		c := config.Article()
		c.Activations = []string{activation}
		if m := trainedMeasurement(t, NewTrainer(), c); m.FreshRight != want {
			t.Errorf("%s: %d of %d right, want %d", activation, m.FreshRight, m.FreshRows, want)
		}
	}
}

func trainedMeasurement(t *testing.T, trainer *Trainer, c config.Config) *Measurement {
	t.Helper()
	specifications, err := c.Specifications()
	if err != nil {
		t.Fatal(err)
	}
	training, err := trainer.Prepare(t.Context(), specifications[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := training.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	m, err := Measure(t.Context(), training.Network, training.Data, Signals)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestFreshPointsAreScaledAsTheSetIs(t *testing.T) {
	d, err := Load(t.Context(), config.Article().Points)
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := d.Fresh()
	if err != nil || fresh.Rows() != FreshRows || len(fresh.ClassRows(1)) != FreshRows/2 {
		t.Fatalf("%d points, %d of class 1: %v", fresh.Rows(), len(fresh.ClassRows(1)), err)
	}
	for j := range 2 { // a set of 400 has mean 0 and deviation 1 exactly, this one nearly
		sum, squares := 0.0, 0.0
		for i := range fresh.Rows() {
			sum += fresh.Row(i)[j]
			squares += fresh.Row(i)[j] * fresh.Row(i)[j]
		}
		if mean, square := sum/FreshRows, squares/FreshRows; math.Abs(mean) > 0.05 || mean == 0 || math.Abs(square-1) > 0.05 {
			t.Errorf("column %d: mean %v, mean square %v", j, mean, square)
		}
	}
	if again, err := d.Fresh(); err != nil || &again.X[0] != &fresh.X[0] {
		t.Errorf("made again: %v", err)
	}
}

func TestFreshPointsOfARareClass(t *testing.T) {
	p := config.Article().Points
	p.Samples, p.ClassShare = 200_000, 1.5e-5 // three points, and none in 20,000
	d, err := Load(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	if fresh, err := d.Fresh(); err != nil || fresh.Rows() != p.Samples || len(fresh.ClassRows(1)) != 3 {
		t.Errorf("%d points: %v", fresh.Rows(), err)
	}
}

func TestFileHasNoFreshPoints(t *testing.T) {
	file := filepath.Join(t.TempDir(), "points.csv")
	if err := os.WriteFile(file, []byte("x,y,class\n0,1,a\n1,0,b\n0,2,a\n2,0,b\n0,3,a\n3,1,b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := config.Article()
	c.Dataset, c.Epochs, c.Activations = "csv:"+file, 1, []string{"relu"}
	m := trainedMeasurement(t, NewTrainer(), c)
	if m.FreshRows != 0 || !math.IsNaN(m.FreshAccuracy()) {
		t.Errorf("%d fresh points, accuracy %v", m.FreshRows, m.FreshAccuracy())
	}
}
