package models

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/npz"
)

// weightedCase is a network with data of testdata/class_weights.npz and what PyTorch makes of it.
type weightedCase struct {
	net         *Network
	set         data.Set
	weights     []float64 // of the classes
	rowWeights  float64   // their sum over the rows
	loss        float64
	gradients   [][]float64
	ofReduction string
}

func weightedCases(t *testing.T) []weightedCase {
	t.Helper()
	arrays, err := npz.ReadFile("testdata/class_weights.npz")
	if err != nil {
		t.Fatal(err)
	}
	array := func(format string, args ...any) npz.Array {
		a, ok := arrays.Lookup(fmt.Sprintf(format, args...))
		if !ok {
			t.Fatalf(format+" is missing", args...)
		}
		return a
	}
	var cases []weightedCase
	for _, loss := range []graph.Loss{graph.Softmax, graph.Logits} {
		for _, reduction := range []graph.Reduction{graph.Sum, graph.Mean} {
			spec := MLP{Inputs: 3, Hidden: []int{4}, Activation: graph.Tanh, Loss: loss, Reduction: reduction}
			c := weightedCase{
				set:         data.Set{X: slices.Clone(array("x").Values), Columns: 3, Y: array("%s_y", loss.Name).Values},
				weights:     array("%s_weight", loss.Name).Values,
				loss:        array("%s_%s_loss", loss.Name, reduction).Values[0],
				ofReduction: string(reduction),
			}
			if loss.Name == graph.Softmax.Name {
				spec.Outputs, c.set.Targets.Count = 3, 3
			}
			c.net = must(NewMLP(spec, data.NewRandomState(1)))
			for i, key := range []string{"W1", "b1", "W2", "b2"} {
				copy(c.net.Parameters[i].Values, array("%s_%s", loss.Name, key).Values)
				c.gradients = append(c.gradients, slices.Clone(array("%s_%s_grad_%s", loss.Name, reduction, key).Values))
			}
			for _, class := range c.set.Y {
				c.rowWeights += c.weights[int(class)]
			}
			cases = append(cases, c)
		}
	}
	return cases
}

// Under a sum we agree; PyTorch's CrossEntropyLoss(weight=...) then divides by the sum of the
// rows' weights, its binary_cross_entropy_with_logits and we by the rows.
func TestClassWeightsAreThoseOfPyTorch(t *testing.T) {
	for _, c := range weightedCases(t) {
		rows, rate := c.set.Rows(), 0.5
		factor := 1.0
		if c.ofReduction == "mean" && c.net.Outputs() > 1 {
			factor = c.rowWeights / float64(rows)
		}
		name := fmt.Sprintf("%v", c.net)
		weighted, err := rowWeights(c.weights, c.set)
		if err != nil {
			t.Fatal(err)
		}
		y, _, err := c.net.targets(c.set)
		if err != nil {
			t.Fatal(err)
		}
		byHand := witness(t, c.net, rows)
		byHand.Weights = weighted
		if err := byHand.Forward(c.set.X); err != nil {
			t.Fatal(err)
		}
		if err := byHand.Backward(y); err != nil {
			t.Fatal(err)
		}
		loss := must(byHand.Loss(y))
		alike(t, name+": loss by hand", []float64{loss}, []float64{factor * c.loss}, 1e-14, 0)
		for i, layer := range byHand.Gradients {
			for j, got := range [][]float64{layer.W, layer.B} {
				want := slices.Clone(c.gradients[2*i+j])
				for k := range want {
					want[k] *= factor
				}
				alike(t, fmt.Sprintf("%s: gradients of layer %d by hand", name, i+1), got, want, 1e-13, 1e-16)
			}
		}
		// One step of training on all rows goes the rate times the gradient.
		var before [][]float64
		for _, p := range c.net.Parameters {
			before = append(before, slices.Clone(p.Values))
		}
		history, err := Train(t.Context(), c.net, c.set, Training{
			Rate: rate, Batch: rows, Epochs: 1, Shuffle: data.NewRandomState(5), ClassWeights: c.weights,
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range c.net.Parameters {
			moved := slices.Clone(before[i])
			for j := range moved {
				moved[j] = (moved[j] - p.Values[j]) / (rate * factor)
			}
			alike(t, name+": step of "+p.Name, moved, c.gradients[i], 1e-12, 1e-15)
		}
		if c.net.Outputs() > 1 {
			alike(t, name+": reported loss", history.Loss, []float64{factor * c.loss}, 1e-14, 0)
		} else if c.ofReduction == "mean" { // but for the article's ε
			alike(t, name+": reported loss", history.Loss, []float64{c.loss}, 1e-7, 0)
		}
	}
}

func TestBalancedWeightsAreThoseOfScikitLearn(t *testing.T) {
	for _, c := range weightedCases(t) {
		alike(t, fmt.Sprint(c.net), must(BalancedWeights(c.set)), c.weights, 1e-15, 0)
	}
	// A class without rows is none of those that count.
	got := must(BalancedWeights(data.Set{X: make([]float64, 4), Columns: 1, Y: []float64{0, 2, 2, 2}, Targets: data.Targets{Count: 4}}))
	alike(t, "with absent classes", got, []float64{2, 0, 2. / 3, 0}, 1e-15, 0)
}

// Weights of 1 change the last digits at most; those of one training do not stay for the next.
func TestWeightsOfOneChangeNothing(t *testing.T) {
	train := func(weights ...[]float64) []float64 {
		net, set := headed(t, MLP{Inputs: 2, Hidden: []int{5}, Activation: graph.Tanh, Loss: graph.Softmax, Outputs: 3}, 20)
		set.Targets.Count = 3
		for _, w := range weights {
			_, err := Train(t.Context(), net, set, Training{Rate: 0.3, Batch: 8, Epochs: 10, Shuffle: data.NewRandomState(1), ClassWeights: w})
			if err != nil {
				t.Fatal(err)
			}
		}
		return net.Parameters[0].Values
	}
	ones, other := []float64{1, 1, 1}, []float64{5, 0, 1}
	alike(t, "weights of 1", train(ones), train(nil), 1e-12, 0)
	alike(t, "after others", train(other, nil), train(other, ones), 1e-12, 0)
	if a, b := train(other), train(nil); math.Abs(a[0]-b[0]) < 1e-3 {
		t.Error("weights make no difference")
	}
}

func TestWeightsThatFitNoClassesAreRefused(t *testing.T) {
	net, set := headed(t, MLP{Inputs: 2, Activation: graph.Tanh, Loss: graph.Softmax, Outputs: 3}, 20)
	set.Targets.Count = 3
	numbers := data.Set{X: set.X, Columns: 2, Y: set.Y, Targets: data.Targets{Task: data.Regression}}
	for _, c := range []struct {
		set     data.Set
		weights []float64
		want    string
	}{
		{set, []float64{1, 2}, "2 class weights for a set of 3 classes"},
		{set, []float64{1, -2, 1}, "class 1 has the weight -2"},
		{set, []float64{1, 2, math.NaN()}, "class 2 has the weight NaN"},
		{numbers, []float64{1, 2, 3}, "3 class weights for a set of 0 classes"},
	} {
		_, err := Train(t.Context(), net, c.set, Training{Rate: 0.3, Batch: 8, Epochs: 1, Shuffle: data.NewRandomState(1), ClassWeights: c.weights})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %q", c.weights, err, c.want)
		}
	}
	if _, err := BalancedWeights(numbers); err == nil || !strings.Contains(err.Error(), "weights are those of classes") {
		t.Errorf("numbers: %v", err)
	}
}
