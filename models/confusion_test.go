package models

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"actscope/data"
	"actscope/graph"
)

// passThrough is a network whose output layer has its inputs as pre-activations.
func passThrough(t *testing.T, units int, loss graph.Loss) *Network {
	t.Helper()
	net := must(NewMLP(MLP{Inputs: units, Outputs: units, Loss: loss}, data.NewRandomState(1)))
	clear(net.Parameters[0].Values)
	for i := range units {
		net.Parameters[0].Values[i*units+i] = 1
	}
	return net
}

func observed(t *testing.T, net *Network, x []float64) *Observation {
	t.Helper()
	o, err := net.Observe(x)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestConfusionAndCalibrationAreScikitLearns(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "calibration.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Z, Y             []float64
		Classes          int
		Brier            float64
		ExpectedError    float64 `json:"expected_error"`
		Confusion        Confusion
		BalancedAccuracy float64 `json:"balanced_accuracy"`
		Counts           []int
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	for _, k := range cases {
		o := observed(t, passThrough(t, k.Classes, graph.Softmax), k.Z)
		confusion, calibration := o.Confusion(k.Y, k.Classes), o.Calibration(k.Y)
		if !reflect.DeepEqual(confusion, k.Confusion) || !scalar.EqualWithinAbs(confusion.BalancedAccuracy(), k.BalancedAccuracy, 1e-14) {
			t.Errorf("%d classes: %v, balanced %v, want %v, %v", k.Classes, confusion, confusion.BalancedAccuracy(), k.Confusion, k.BalancedAccuracy)
		}
		if !scalar.EqualWithinAbs(calibration.Brier, k.Brier, 1e-14) || !scalar.EqualWithinAbs(calibration.ExpectedError, k.ExpectedError, 1e-14) {
			t.Errorf("%d classes: %+v, want Brier score %v, error %v", k.Classes, calibration, k.Brier, k.ExpectedError)
		}
		for i, n := range k.Counts {
			if calibration.Bins[i].Count != n {
				t.Errorf("%d classes, bin %d: %d, want %d", k.Classes, i, calibration.Bins[i].Count, n)
			}
		}
		if k.Classes > 2 {
			continue
		}
		difference := make([]float64, len(k.Y))
		for i := range difference {
			difference[i] = k.Z[2*i+1] - k.Z[2*i]
		}
		one := observed(t, passThrough(t, 1, graph.Logits), difference)
		if got := one.Calibration(k.Y); !scalar.EqualWithinAbs(got.Brier, k.Brier, 1e-14) || !scalar.EqualWithinAbs(got.ExpectedError, k.ExpectedError, 1e-14) || !reflect.DeepEqual(one.Confusion(k.Y, 2), k.Confusion) {
			t.Errorf("one sigmoid unit: %+v, %v", got, one.Confusion(k.Y, 2))
		}
	}
}

// Worked out by hand.
func TestWhatOtherHeadsAreReadAs(t *testing.T) {
	labels := observed(t, passThrough(t, 2, graph.Logits), []float64{0, -1, 2, 2, -3, 1})
	y := []float64{1, 1, 1, 0, 0, 1}
	if got := labels.LabelAccuracy(y); !reflect.DeepEqual(got, []float64{1, 1. / 3}) {
		t.Errorf("labels right: %v", got)
	}
	if labels.Confusion(y, 0) != nil {
		t.Error("labels have a confusion matrix")
	}
	sigmoid := func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
	squares := []float64{0.25, square(1 - sigmoid(-1)), square(1 - sigmoid(2)), square(sigmoid(2)), square(sigmoid(-3)), square(1 - sigmoid(1))}
	brier := 0.0
	for _, s := range squares {
		brier += s / 6
	}
	if c := labels.Calibration(y); !scalar.EqualWithinAbs(c.Brier, brier, 1e-15) || c.Bins[5].Count != 1 || c.Bins[7].Count != 2 || c.Bins[8].Count != 2 || c.Bins[9].Count != 1 {
		t.Errorf("%+v, want Brier score %v", c, brier)
	}
	scores := observed(t, passThrough(t, 1, graph.Hinge), []float64{-0.1, 0, 5})
	if got := scores.Confusion([]float64{0, 0, 1}, 2); !reflect.DeepEqual(got, Confusion{{1, 1}, {0, 1}}) || scores.Calibration([]float64{0, 0, 1}) != nil {
		t.Errorf("hinge: %v", got)
	}
	numbers := observed(t, passThrough(t, 1, graph.SquaredError), []float64{1, 2})
	if numbers.Confusion([]float64{1, 2}, 0) != nil || numbers.LabelAccuracy([]float64{1, 2}) != nil || numbers.Calibration([]float64{1, 2}) != nil {
		t.Error("numbers are read as classes")
	}
}
