package models

import (
	"math"
	"testing"

	"actscope/data"
	"actscope/graph"
)

// The one unit predicts what the two logits do; networks of other outputs stay as they are.
func TestOneUnitPredictsWhatTwoLogitsDo(t *testing.T) {
	var x []float64
	stream := data.NewRandomState(3)
	for range 60 {
		x = append(x, stream.NormFloat64())
	}
	for _, precision := range []graph.Precision{graph.Double, graph.Single} {
		for _, loss := range []graph.Loss{graph.Softmax, graph.Hinge} {
			two, err := NewMLP(MLP{Inputs: 3, Hidden: []int{5, 4}, Activation: graph.Tanh, Outputs: 2, Loss: loss, Precision: precision}, data.NewRandomState(1))
			if err != nil {
				t.Fatal(err)
			}
			two.Parameters[5].Values[0] = 0.25
			before, err := two.Predict(x)
			if err != nil {
				t.Fatal(err)
			}
			one := two.OneUnit()
			if one.Outputs() != 1 || one.Targets() != graph.Labels || two.Outputs() != 2 {
				t.Fatalf("%v is read as %v", two, one)
			}
			o, err := two.Observe(x)
			if err != nil {
				t.Fatal(err)
			}
			read := o.OneUnit()
			got, err := one.Observe(x)
			if err != nil {
				t.Fatal(err)
			}
			tolerance := 1e-14
			if precision == graph.Single {
				tolerance = 1e-6
			}
			y := make([]float64, 20)
			for row := range y {
				want := before[2*row+1]
				if loss.Name == graph.Hinge.Name {
					want -= before[2*row]
				}
				for _, p := range []float64{got.Probability()[row], read.Probability()[row]} {
					if math.Abs(p-want) > tolerance {
						t.Errorf("%s, row %d: %v, of two logits %v", loss.Name, row, p, want)
					}
				}
				if z := got.Pre[2].At(row, 0); math.Abs(z-read.Pre[2].At(row, 0)) > tolerance {
					t.Errorf("%s, row %d: the logit is %v, read as %v", loss.Name, row, z, read.Pre[2].At(row, 0))
				}
				if before[2*row+1] > before[2*row] {
					y[row] = 1
				}
			}
			if a := read.Accuracy(y); a != 1 {
				t.Errorf("%s: %v of the classes are those of the larger logit", loss.Name, a)
			}
		}
	}
	for _, spec := range []MLP{{Outputs: 1}, {Outputs: 2}, {Outputs: 3, Loss: graph.Softmax}, {Outputs: 2, Loss: graph.SquaredError}} {
		spec.Inputs, spec.Hidden, spec.Activation = 2, []int{3}, graph.ReLU
		net, err := NewMLP(spec, data.NewRandomState(1))
		if err != nil {
			t.Fatal(err)
		}
		if net.OneUnit() != net {
			t.Errorf("%v is read as %v", net, net.OneUnit())
		}
	}
}
