package models

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/npz"
)

// fullBatches takes one step an epoch, on all rows.
func fullBatches(epochs int, rate float64, rows int) Training {
	return Training{Rate: rate, Batch: rows, Epochs: epochs, Shuffle: data.NewRandomState(1)}
}

// numpySingle are the arrays of testdata/float32.py.
func numpySingle(t *testing.T) (set data.Set, array func(name string) []float64) {
	t.Helper()
	arrays, err := npz.ReadFile("testdata/float32.npz")
	if err != nil {
		t.Fatal(err)
	}
	array = func(name string) []float64 {
		a, ok := arrays.Lookup(name)
		if !ok {
			t.Fatalf("no array %s", name)
		}
		return a.Values
	}
	return data.Set{X: array("x"), Columns: 2, Y: array("y")}, array
}

func TestSinglePrecisionTrainsAsNumPyDoes(t *testing.T) {
	set, array := numpySingle(t)
	for _, activation := range []graph.Activation{graph.Sigmoid, graph.ReLU} {
		net, err := NewMLP(MLP{Inputs: 2, Hidden: []int{8, 8}, Activation: activation, Precision: graph.Single}, data.NewRandomState(1))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range net.Parameters {
			if p.Weight {
				copy(p.Values, array(activation.Name+"_init_"+p.Name))
			}
		}
		history, err := Train(context.Background(), net, set, fullBatches(50, 0.5, set.Rows()))
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range array(activation.Name + "_loss") {
			if got := history.Loss[i]; math.Abs(got-want) > 5e-6 {
				t.Errorf("%s, epoch %d: loss %v, NumPy has %v", activation.Name, i+1, got, want)
			}
		}
		for _, p := range net.Parameters {
			for j, want := range array(activation.Name + "_final_" + p.Name) {
				if got := p.Values[j]; math.Abs(got-want) > 2e-5 {
					t.Errorf("%s, %s[%d] = %v, NumPy has %v", activation.Name, p.Name, j, got, want)
				}
				if x := p.Values[j]; float64(float32(x)) != x {
					t.Errorf("%s, %s[%d] = %v is not a float32", activation.Name, p.Name, j, x)
				}
			}
		}
		probabilities, err := net.Predict(set.X)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range probabilities {
			if float64(float32(p)) != p {
				t.Errorf("%s, row %d: probability %v is not a float32", activation.Name, i, p)
			}
		}
	}
}

func TestSinglePrecisionIsAnotherArithmetic(t *testing.T) {
	set, _ := numpySingle(t)
	var losses [2][]float64
	for i, precision := range []graph.Precision{graph.Double, graph.Single} {
		net, err := NewMLP(MLP{Inputs: 2, Hidden: []int{8}, Activation: graph.Tanh, Precision: precision}, data.NewRandomState(1))
		if err != nil {
			t.Fatal(err)
		}
		history, err := Train(context.Background(), net, set, fullBatches(10, 0.5, set.Rows()))
		if err != nil {
			t.Fatal(err)
		}
		losses[i] = history.Loss
	}
	if slices.Equal(losses[0], losses[1]) {
		t.Error("float32 gives the losses of float64")
	}
	for i := range losses[0] {
		if math.Abs(losses[0][i]-losses[1][i]) > 1e-5 {
			t.Errorf("epoch %d: %v in float64, %v in float32", i+1, losses[0][i], losses[1][i])
		}
	}
}

func TestOverflowInSinglePrecisionIsDivergence(t *testing.T) {
	set, _ := numpySingle(t)
	net, err := NewMLP(MLP{Inputs: 2, Hidden: []int{8, 8}, Activation: graph.ReLU, Precision: graph.Single}, data.NewRandomState(1))
	if err != nil {
		t.Fatal(err)
	}
	_, err = Train(context.Background(), net, set, fullBatches(3, 1e30, set.Rows()))
	var divergence *DivergenceError
	if !errors.As(err, &divergence) {
		t.Errorf("rate 1e30: %v, want a divergence", err)
	}
}

func TestDifferencesWantDoublePrecision(t *testing.T) {
	set, _ := numpySingle(t)
	net, err := NewMLP(MLP{Inputs: 2, Activation: graph.ReLU, Precision: graph.Single}, data.NewRandomState(1))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := net.Differences(set); err == nil {
		t.Error("differences of a float32 network were taken")
	}
}
