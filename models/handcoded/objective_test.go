package handcoded_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"actscope/models/handcoded"
)

// drawTargets gives a batch's rows targets for an objective.
func drawTargets(b *batch, objective handcoded.Objective, rows, outputs int) {
	targets := draw(99, rows*outputs, 1, 1)
	switch objective.Loss {
	case handcoded.SquaredError, handcoded.HalfSquaredError:
		b.y = targets.x
	case handcoded.Softmax, handcoded.Hinge:
		if b.y = targets.y; outputs > 1 {
			clear(b.y)
			for row := range rows {
				b.y[row*outputs+(7*row+3)%outputs] = 1
			}
		}
	default:
		b.y = targets.y
	}
}

func TestGradientsOfHeadsAgreeWithFiniteDifferences(t *testing.T) {
	tanh := activations["tanh"]
	for _, c := range []struct {
		objective handcoded.Objective
		outputs   []int
	}{
		{handcoded.Objective{Loss: handcoded.Logits}, []int{1, 3}},
		{handcoded.Objective{Loss: handcoded.Article}, []int{1}},
		{handcoded.Objective{Loss: handcoded.Softmax}, []int{2, 5}},
		{handcoded.Objective{Loss: handcoded.Hinge}, []int{1, 2, 4}},
		{handcoded.Objective{Loss: handcoded.SquaredError}, []int{1, 3}},
		{handcoded.Objective{Loss: handcoded.SquaredError, Output: tanh}, []int{2}},
		{handcoded.Objective{Loss: handcoded.HalfSquaredError, Output: activations["sine"]}, []int{1, 3}},
	} {
		for _, c.objective.Reduction = range []handcoded.Reduction{"", handcoded.Sum, handcoded.MeanAll, handcoded.HalfSum, handcoded.HalfMean} {
			for _, outputs := range c.outputs {
				const rows = 6
				for _, widths := range [][]int{{3, outputs}, {2, 5, 4, outputs}} {
					c.objective.L2 = 0.1 * float64(len(widths)-2)
					b := draw(5, rows, widths...) // no margin within a step of its kink
					drawTargets(&b, c.objective, rows, outputs)
					net, err := handcoded.NewWith(b.layers, tanh, c.objective)
					if err != nil {
						t.Fatal(err)
					}
					pass, err := net.NewPass(rows)
					if err != nil {
						t.Fatal(err)
					}
					run(t, pass, b.x, b.y)
					name := fmt.Sprintf("%s %s %v", c.objective.Loss, c.objective.Reduction, widths)
					for l, layer := range b.layers {
						g := pass.Gradients[l]
						compareWithDifferences(t, fmt.Sprintf("%s: grad_W%d", name, l+1), pass, b, layer.W, slices.Clone(g.W))
						compareWithDifferences(t, fmt.Sprintf("%s: grad_b%d", name, l+1), pass, b, layer.B, slices.Clone(g.B))
					}
					if allocations := testing.AllocsPerRun(5, func() {
						if err := pass.Step(b.x, b.y, 0); err != nil {
							t.Fatal(err)
						}
					}); allocations != 0 {
						t.Errorf("%s: a step allocates %g times", name, allocations)
					}
				}
			}
		}
	}
}

func TestObjectivesThatDoNotFitAreRefused(t *testing.T) {
	tanh := activations["tanh"]
	for _, c := range []struct {
		objective handcoded.Objective
		outputs   int
		want      string
	}{
		{handcoded.Objective{Loss: handcoded.Softmax}, 1, "two or more classes"},
		{handcoded.Objective{Loss: handcoded.Article}, 2, "2 units, want 1"},
		{handcoded.Objective{Loss: handcoded.Hinge, Output: tanh}, 1, "has an output of its own"},
		{handcoded.Objective{Loss: handcoded.SquaredError, Output: handcoded.Activation{Value: tanh.Value}}, 1, "value and derivative"},
		{handcoded.Objective{Loss: handcoded.SquaredError, Reduction: "most"}, 1, `unknown reduction "most"`},
		{handcoded.Objective{Loss: handcoded.SquaredError, L2: -1}, 1, "L2 penalty -1"},
		{handcoded.Objective{Loss: "mean"}, 1, `unknown loss "mean"`},
	} {
		if _, err := handcoded.NewWith([]handcoded.Layer{handcoded.NewLayer(2, c.outputs)}, tanh, c.objective); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %q in it", err, c.want)
		}
	}
	net, err := handcoded.NewWith([]handcoded.Layer{handcoded.NewLayer(1, 3)}, tanh, handcoded.Objective{Loss: handcoded.Softmax})
	if err != nil {
		t.Fatal(err)
	}
	pass, err := net.NewPass(1)
	if err != nil {
		t.Fatal(err)
	}
	for _, y := range [][]float64{{1, 1, 0}, {0, 0, 0}, {0.5, 0.5, 0}} {
		if err := pass.Step([]float64{1}, y, 0.1); err == nil || !strings.Contains(err.Error(), "one-hot") {
			t.Errorf("labels %v: %v", y, err)
		}
	}
	if err := pass.Step([]float64{1}, []float64{1}, 0.1); err == nil || !strings.Contains(err.Error(), "1 labels for 1 rows of 3 outputs") {
		t.Errorf("got %v", err)
	}
}

// A row of weight 2 counts as if it were there twice, of weight 0 not at all.
func TestWeightsCountRowsAsOften(t *testing.T) {
	layers := []handcoded.Layer{{In: 2, Out: 3, W: []float64{0.3, -1, 0.5, 0.2, 0.7, -0.4}, B: []float64{0.1, 0, -0.2}}}
	gradients := func(x, y, weights []float64) (handcoded.Layer, float64) {
		net, err := handcoded.NewWith(layers, handcoded.Activation{}, handcoded.Objective{Loss: handcoded.Softmax, Reduction: handcoded.Sum, L2: 0.1})
		if err != nil {
			t.Fatal(err)
		}
		pass, err := net.NewPass(len(x) / 2)
		if err != nil {
			t.Fatal(err)
		}
		if err := pass.Forward(x); err != nil {
			t.Fatal(err)
		}
		if weights != nil {
			pass.Weights = []float64{1}
			if err := pass.Backward(y); err == nil {
				t.Error("one weight for several rows")
			}
		}
		pass.Weights = weights
		if err := pass.Backward(y); err != nil {
			t.Fatal(err)
		}
		loss, err := pass.Loss(y)
		if err != nil {
			t.Fatal(err)
		}
		return pass.Gradients[0], loss
	}
	weighted, loss := gradients([]float64{1, 2, -1, 0.5, 0.3, -2}, []float64{1, 0, 0, 0, 1, 0, 0, 0, 1}, []float64{2, 0, 1})
	repeated, want := gradients([]float64{1, 2, 1, 2, 0.3, -2}, []float64{1, 0, 0, 1, 0, 0, 0, 0, 1}, nil)
	if math.Abs(loss-want) > 1e-14 {
		t.Errorf("loss %v, want %v", loss, want)
	}
	for i, w := range repeated.W {
		if math.Abs(weighted.W[i]-w) > 1e-14 {
			t.Errorf("gradient of W[%d] is %v, want %v", i, weighted.W[i], w)
		}
	}
}
