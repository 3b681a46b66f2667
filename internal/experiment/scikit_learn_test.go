package experiment

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"

	"actscope/internal/config"
)

// The mean score over ten seeds lies within those of scikit-learn's MLPClassifier and
// MLPRegressor at equal settings, whose streams of weights and shuffles are others.
func TestScoresAreThoseOfScikitLearn(t *testing.T) {
	if testing.Short() {
		t.Skip("trains sixty networks")
	}
	text, err := os.ReadFile(filepath.Join("testdata", "scikit_learn.json"))
	if err != nil {
		t.Fatal(err)
	}
	var reference struct {
		Cases []struct {
			Data, Activation string
			Epochs, Hidden   int
			Scores           []float64
		}
	}
	if err := json.Unmarshal(text, &reference); err != nil {
		t.Fatal(err)
	}
	for _, k := range reference.Cases {
		t.Run(k.Data+" "+k.Activation, func(t *testing.T) {
			t.Parallel()
			c := config.Article()
			c.Dataset, c.Activations, c.Hidden, c.Epochs = "csv:"+filepath.Join("testdata", k.Data+".csv"), []string{k.Activation}, []int{k.Hidden}, k.Epochs
			c.Init, c.LearningRate = "glorot-uniform", 0.1
			if k.Data == "diabetes" {
				c.Loss = "half-mse"
			}
			var scores []float64
			for seed := range int64(len(k.Scores)) {
				c.Seed = 1 + seed
				scores = append(scores, score(t, c))
			}
			mean, low, high := stat.Mean(scores, nil), slices.Min(k.Scores), slices.Max(k.Scores)
			t.Logf("%.4f (%.4f to %.4f), scikit-learn %.4f (%.4f to %.4f)", mean, slices.Min(scores), slices.Max(scores), stat.Mean(k.Scores, nil), low, high)
			if mean < low || mean > high {
				t.Error("outside")
			}
		})
	}
}

// score is the accuracy or R² on the test rows.
func score(t *testing.T, c config.Config) float64 {
	t.Helper()
	d, network, err := TrainOne(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Measure(t.Context(), network, d, Accuracies)
	if err != nil {
		t.Fatal(err)
	}
	if m.TestFit != nil {
		return m.TestFit.R2
	}
	return m.TestAccuracy
}

// What is measured of data with other targets than two classes, and what is not.
func TestEveryTaskIsMeasured(t *testing.T) {
	for name, k := range map[string]struct {
		set     func(*config.Config)
		outputs int
		far     int
		check   func(*Measurement) error
	}{
		"three classes": {func(c *config.Config) { c.Dataset = "csv:testdata/iris.csv" }, 3, 3, func(m *Measurement) error {
			right, all := 0, 0
			for class, row := range m.Confusion {
				for predicted, n := range row {
					all += n
					if class == predicted {
						right += n
					}
				}
			}
			if all != 38 || float64(right)/38 != m.TestAccuracy || m.Calibration == nil || m.TestFit != nil || m.FreshRows != 0 {
				return fmt.Errorf("%d of %d right, accuracy %v", right, all, m.TestAccuracy)
			}
			return nil
		}},
		"five blobs": {func(c *config.Config) { c.Dataset, c.Classes, c.Noise = "blobs", 5, 1 }, 5, 5, func(m *Measurement) error {
			if m.FreshRows != FreshRows || len(m.Confusion) != 5 || m.FreshAccuracy() < 0.3 {
				return fmt.Errorf("%d fresh points, accuracy %v", m.FreshRows, m.FreshAccuracy())
			}
			return nil
		}},
		"two classes, two logits": {func(c *config.Config) { c.Loss = "cross-entropy" }, 2, 2, func(m *Measurement) error {
			if len(m.Confusion) != 2 || m.TestAccuracy < 0.8 {
				return fmt.Errorf("accuracy %v", m.TestAccuracy)
			}
			return nil
		}},
		"hinge": {func(c *config.Config) { c.Loss = "hinge" }, 1, 2, func(m *Measurement) error {
			if m.Calibration != nil || m.TestAccuracy < 0.8 {
				return fmt.Errorf("accuracy %v, calibration %v", m.TestAccuracy, m.Calibration)
			}
			return nil
		}},
		"a number": {func(c *config.Config) { c.Dataset = "csv:testdata/diabetes.csv" }, 1, 2, func(m *Measurement) error {
			if m.TestFit == nil || !(m.TestFit.RMSE > 30 && m.TestFit.RMSE < 80) || m.Wrong != nil || m.TestAccuracy == m.TestAccuracy || len(m.Predicted) != 111 || m.Calibration != nil {
				return fmt.Errorf("%+v", m.TestFit)
			}
			return nil
		}},
	} {
		t.Run(name, func(t *testing.T) {
			c := config.Article()
			c.Epochs, c.LearningRate = 60, 0.2
			k.set(&c)
			d, network, err := TrainOne(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			m, err := Measure(t.Context(), network, d, WholeGeometry)
			if err != nil {
				t.Fatal(err)
			}
			if network.Outputs() != k.outputs || len(d.Far) != k.far || len(m.Trace) != k.far {
				t.Errorf("%d outputs, %d far points, %d traces", network.Outputs(), len(d.Far), len(m.Trace))
			}
			if err := k.check(m); err != nil {
				t.Error(err)
			}
		})
	}
}
