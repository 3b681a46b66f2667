package models

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/npz"
	"actscope/models/handcoded"
)

// heads are every loss at one output and at several, and squared errors at other outputs.
func heads() []MLP {
	all := []MLP{{Loss: graph.Logits}, {Loss: graph.Logits, Outputs: 3}, {Loss: graph.ArticleLoss}, {Loss: graph.Softmax, Outputs: 2}, {Loss: graph.Softmax, Outputs: 4}, {Loss: graph.Hinge}, {Loss: graph.Hinge, Outputs: 4}}
	for _, output := range []graph.Activation{graph.Identity, graph.Sigmoid, graph.Tanh, graph.ReLU, graph.GELU} {
		all = append(all, MLP{Loss: graph.SquaredError, Output: output}, MLP{Loss: graph.HalfSquaredError, Output: output, Outputs: 3})
	}
	for i := range all {
		all[i].Inputs, all[i].Activation = 2, graph.Tanh
	}
	return all
}

func headName(spec MLP) string {
	return fmt.Sprintf("%s at %d %s, reduction %s, %d hidden layers", spec.Loss.Name, max(1, spec.Outputs), spec.Output.Name, spec.Reduction, len(spec.Hidden))
}

// headed is a network of a head with random parameters, and rows for it.
func headed(t *testing.T, spec MLP, rows int) (*Network, data.Set) {
	t.Helper()
	net, err := NewMLP(spec, data.NewRandomState(3))
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(4, 4))
	for _, p := range net.Parameters {
		for i := range p.Values {
			p.Values[i] = 0.8 * rng.NormFloat64()
		}
	}
	set := data.Set{X: make([]float64, rows*spec.Inputs), Columns: spec.Inputs}
	for i := range set.X {
		set.X[i] = rng.NormFloat64()
	}
	for range rows * net.Outputs() {
		switch net.architecture.Targets() {
		case graph.Numbers:
			set.Y = append(set.Y, rng.NormFloat64())
		case graph.Labels:
			set.Y = append(set.Y, float64(rng.IntN(2)))
		case graph.Classes:
			if len(set.Y) < rows {
				set.Y = append(set.Y, float64(rng.IntN(net.Outputs())))
			}
		}
	}
	return net, set
}

// witness is the same network with backpropagation by hand, sharing the parameters.
func witness(t *testing.T, net *Network, rows int) *handcoded.Pass {
	t.Helper()
	byHand := func(a graph.Activation) handcoded.Activation {
		return handcoded.Activation{Value: a.Value, Derivative: a.Derivative}
	}
	a := net.architecture
	var layers []handcoded.Layer
	for i := 0; i < len(net.Parameters); i += 2 {
		w, b := net.Parameters[i], net.Parameters[i+1]
		layers = append(layers, handcoded.Layer{In: w.Rows, Out: w.Columns, W: w.Values, B: b.Values})
	}
	objective := handcoded.Objective{Loss: handcoded.Loss(a.Loss.Name), Reduction: handcoded.Reduction(a.Reduction), L2: a.L2}
	if a.Targets() == graph.Numbers {
		objective.Output = byHand(a.Layers[len(a.Layers)-1].Activation)
	}
	n, err := handcoded.NewWith(layers, byHand(a.Layers[0].Activation), objective)
	if err != nil {
		t.Fatal(err)
	}
	pass, err := n.NewPass(rows)
	if err != nil {
		t.Fatal(err)
	}
	return pass
}

// alike compares to a share of the largest entry, and absolutely.
func alike(t *testing.T, what string, got, want []float64, relative, absolute float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s has %d entries, want %d", what, len(got), len(want))
	}
	largest := 0.0
	for _, w := range want {
		largest = max(largest, math.Abs(w))
	}
	for i, w := range want {
		if !(math.Abs(got[i]-w) <= absolute+relative*largest) {
			t.Errorf("%s[%d] is %v, want %v", what, i, got[i], w)
			return
		}
	}
}

func TestHeadsAgreeWithTheirWitnessAndWithDifferences(t *testing.T) {
	const rows = 9
	for _, spec := range heads() {
		for _, spec.Reduction = range graph.Reductions() {
			for _, spec.Hidden = range [][]int{{}, {5}, {4, 6, 3}} {
				spec.L2 = 0.1 * float64(len(spec.Hidden))
				name := headName(spec)
				net, set := headed(t, spec, rows)
				y, _, err := net.targets(set)
				if err != nil {
					t.Fatal(err)
				}
				gradient, err := net.Gradient(set)
				if err != nil {
					t.Fatal(err)
				}
				pass := witness(t, net, rows)
				if err := pass.Forward(set.X); err != nil {
					t.Fatal(err)
				}
				if err := pass.Backward(y); err != nil {
					t.Fatal(err)
				}
				loss, errLoss := pass.Loss(y)
				reported, errReported := pass.ReportedLoss(y)
				if errLoss != nil || errReported != nil {
					t.Fatal(errLoss, errReported)
				}
				alike(t, name+": objective", []float64{gradient.Objective}, []float64{loss}, 1e-12, 0)
				alike(t, name+": reported loss", []float64{gradient.Reported}, []float64{reported}, 1e-12, 0)
				alike(t, name+": predictions", must(net.Predict(set.X)), pass.A[len(pass.A)-1], 1e-12, 0)
				for i, p := range net.Parameters {
					byHand := pass.Gradients[i/2].W
					if i%2 == 1 {
						byHand = pass.Gradients[i/2].B
					}
					alike(t, name+": gradient of "+p.Name, gradient.Parameters[i], byHand, 1e-12, 1e-300)
				}
				if len(spec.Hidden) != 1 {
					continue
				}
				estimates, err := net.Differences(set)
				if err != nil {
					t.Fatal(err)
				}
				for i, p := range net.Parameters {
					for j, e := range estimates[i] {
						if got := gradient.Parameters[i][j]; !e.Kink && math.Abs(got-e.Value) > 1e-9*max(1, math.Abs(got))+10*e.Error {
							t.Errorf("%s: %s[%d] is %v, by differences %+v", name, p.Name, j, got, e)
						}
					}
				}
			}
		}
	}
}

// The arrays of handcoded/testdata/heads.py: losses and gradients by PyTorch, some at logits of ±800.
func TestHeadsAgreeWithPyTorch(t *testing.T) {
	arrays, err := npz.ReadFile("handcoded/testdata/heads.npz")
	if err != nil {
		t.Fatal(err)
	}
	for _, array := range arrays {
		parts := strings.Split(array.Name, ":")
		rows := must(strconv.Atoi(parts[3]))
		var widths []int
		for _, w := range strings.Split(parts[4], "-") {
			widths = append(widths, must(strconv.Atoi(w)))
		}
		last := len(widths) - 1
		spec := MLP{
			Inputs: widths[0], Hidden: widths[1:last], Outputs: widths[last], Activation: graph.Tanh,
			Loss: must(graph.LossNamed(parts[0])), Reduction: must(graph.ReductionNamed(parts[2])),
		}
		if spec.Output = graph.SoftmaxOutput; parts[1] != "softmax" {
			spec.Output = must(graph.ActivationNamed(parts[1]))
		}
		net, err := NewMLP(spec, data.NewRandomState(1))
		if err != nil {
			t.Fatal(err)
		}
		rest := array.Values
		next := func(n int) []float64 {
			taken := rest[:n]
			rest = rest[n:]
			return taken
		}
		set := data.Set{X: next(rows * widths[0]), Columns: widths[0]}
		y := next(rows * widths[last])
		for _, p := range net.Parameters {
			copy(p.Values, next(len(p.Values)))
		}
		if set.Y = y; net.architecture.Targets() == graph.Classes {
			set.Y = nil
			for i := 0; i < len(y); i += widths[last] {
				set.Y = append(set.Y, float64(slices.Index(y[i:], 1)))
			}
		}
		loss := next(1)
		got, err := net.Gradient(set)
		if err != nil {
			t.Fatal(err)
		}
		alike(t, array.Name+": loss", []float64{got.Objective}, loss, 1e-13, 1e-15)
		var pass *handcoded.Pass
		if !(parts[0] == "mse" && parts[1] == "softmax") { // which the witness does not have
			pass = witness(t, net, rows)
			if err := pass.Step(set.X, y, 0); err != nil {
				t.Fatal(err)
			}
			byHand, err := pass.Loss(y)
			if err != nil {
				t.Fatal(err)
			}
			alike(t, array.Name+": loss by hand", []float64{byHand}, loss, 1e-13, 1e-15)
		}
		for i, p := range net.Parameters {
			want := next(len(p.Values))
			alike(t, array.Name+": gradient of "+p.Name, got.Parameters[i], want, 1e-13, 1e-15)
			if pass != nil {
				byHand := pass.Gradients[i/2].W
				if i%2 == 1 {
					byHand = pass.Gradients[i/2].B
				}
				alike(t, array.Name+": gradient by hand of "+p.Name, byHand, want, 1e-13, 1e-15)
			}
		}
		if len(rest) > 0 {
			t.Errorf("%s has %d numbers too many", array.Name, len(rest))
		}
	}
}

func TestHeadsTrainAsByHandAndAlmostInSinglePrecision(t *testing.T) {
	const rows, epochs, rate = 12, 20, 0.05
	for _, spec := range heads() {
		spec.Hidden, spec.L2 = []int{5}, 0.01
		byHand, set := headed(t, spec, rows)
		y, _, err := byHand.targets(set)
		if err != nil {
			t.Fatal(err)
		}
		pass := witness(t, byHand, rows)
		for range epochs {
			if err := pass.Step(set.X, y, rate); err != nil {
				t.Fatal(err)
			}
		}
		for precision, tolerance := range map[graph.Precision]float64{graph.Double: 1e-11, graph.Single: 2e-5} {
			spec.Precision = precision
			net, set := headed(t, spec, rows)
			for _, p := range net.Parameters {
				precision.Round(p.Values)
			}
			history, err := Train(t.Context(), net, set, fullBatches(epochs, rate, rows))
			if err != nil {
				t.Fatal(err)
			}
			if history.Loss[epochs-1] >= history.Loss[0] {
				t.Errorf("%s: the loss went from %v to %v", headName(spec), history.Loss[0], history.Loss[epochs-1])
			}
			for i, p := range net.Parameters {
				alike(t, fmt.Sprint(headName(spec), " in ", precision, ": ", p.Name), p.Values, byHand.Parameters[i].Values, tolerance, tolerance)
			}
		}
	}
}

// Two logits whose weights are minus and plus half of one unit's: σ(z1-z0) is its probability,
// and steps at half the rate are its steps, for each logit moves as far as the unit.
func TestTwoLogitsTrainAsOneSigmoidUnit(t *testing.T) {
	set := moons(t, 60)
	one := must(NewMLP(MLP{Inputs: 2, Activation: graph.Tanh}, data.NewRandomState(8)))
	two := must(NewMLP(MLP{Inputs: 2, Activation: graph.Tanh, Loss: graph.Softmax, Outputs: 2}, data.NewRandomState(8)))
	for i, w := range one.Parameters[0].Values {
		two.Parameters[0].Values[2*i], two.Parameters[0].Values[2*i+1] = -w/2, w/2
	}
	for net, rate := range map[*Network]float64{one: 0.4, two: 0.2} {
		if _, err := Train(t.Context(), net, set, Training{Rate: rate, Batch: 16, Epochs: 30, Shuffle: data.NewRandomState(2)}); err != nil {
			t.Fatal(err)
		}
	}
	p, q := must(one.Predict(set.X)), must(two.Predict(set.X))
	for i := range p {
		if math.Abs(p[i]-q[2*i+1]) > 1e-14 || math.Abs(1-q[2*i]-q[2*i+1]) > 1e-15 {
			t.Errorf("row %d: %v by one unit, %v by two logits", i, p[i], q[2*i:2*i+2])
		}
	}
	ones, twos := must(one.Wrong(set)), must(two.Wrong(set))
	if !slices.Equal(ones, twos) {
		t.Error("the two are wrong about different rows")
	}
}

func TestEpochsOfHeadsDoNotAllocate(t *testing.T) {
	for _, spec := range heads() {
		spec.Hidden, spec.L2 = []int{8}, 0.01
		net, set := headed(t, spec, 70)
		training := Training{Rate: 0.01, Batch: 32, Epochs: 1, Shuffle: data.NewRandomState(1)}
		if net.Targets() == graph.Classes {
			set.Targets.Count = net.Outputs()
			training.ClassWeights = must(BalancedWeights(set))
		}
		trainer, err := newTrainer(net, set, training)
		if err != nil {
			t.Fatal(err)
		}
		if allocations := testing.AllocsPerRun(5, func() {
			if _, err := trainer.epoch(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
		}); allocations != 0 {
			t.Errorf("%s: %v allocations in an epoch", headName(spec), allocations)
		}
	}
}

func TestHeadsGoOnFromCheckpointsAndFiles(t *testing.T) {
	for _, spec := range heads() {
		spec.Hidden, spec.Reduction = []int{3}, graph.HalfMean
		training := func(epochs int) Training {
			return Training{Rate: 0.05, Batch: 4, Epochs: epochs, Shuffle: data.NewRandomState(6), Optimiser: must(OptimiserNamed("adam"))}
		}
		whole, set := headed(t, spec, 10)
		var checkpoint *Checkpoint
		keep := RecorderFunc(func(e Epoch) (err error) {
			if e.Number == 2 {
				checkpoint, err = e.Checkpoint()
			}
			return err
		})
		if _, err := Train(t.Context(), whole, set, training(4), keep); err != nil {
			t.Fatal(err)
		}
		resumed, _ := headed(t, spec, 10)
		second := training(4)
		second.Resume = checkpoint
		if _, err := Train(t.Context(), resumed, set, second); err != nil {
			t.Fatal(err)
		}
		path := t.TempDir() + "/parameters.npz"
		if err := whole.WriteParameters(path); err != nil {
			t.Fatal(err)
		}
		read, _ := headed(t, spec, 10)
		if err := read.ReadParameters(path); err != nil {
			t.Fatal(err)
		}
		for i, p := range whole.Parameters {
			if !slices.Equal(p.Values, resumed.Parameters[i].Values) || !slices.Equal(p.Values, read.Parameters[i].Values) {
				t.Errorf("%s: %s is another after resuming or reading", headName(spec), p.Name)
			}
		}
		spec.Reduction = graph.Sum
		other, _ := headed(t, spec, 10)
		if err := checkpoint.Restore(other); err == nil || !strings.Contains(err.Error(), "reduction") {
			t.Errorf("%s: a network of another objective took the checkpoint: %v", headName(spec), err)
		}
	}
}

// biased is a network of one input whose outputs are those of its biases.
func biased(t *testing.T, spec MLP, z ...float64) *Network {
	t.Helper()
	spec.Inputs, spec.Outputs, spec.Activation, spec.Init = 1, len(z), graph.Tanh, ZeroInit
	net := must(NewMLP(spec, data.NewRandomState(1)))
	copy(net.Parameters[1].Values, z)
	return net
}

func TestOutputsAreReadAsTheirLossSays(t *testing.T) {
	softmax, hinge, logits := MLP{Loss: graph.Softmax}, MLP{Loss: graph.Hinge}, MLP{Loss: graph.Logits}
	for _, c := range []struct {
		spec  MLP
		z, y  []float64
		right bool
	}{
		{softmax, []float64{1, 3, 2}, []float64{1}, true},
		{softmax, []float64{1, 3, 2}, []float64{2}, false},
		{softmax, []float64{1, 3, 3}, []float64{1}, true}, // a tie: the first
		{softmax, []float64{1, 3, 3}, []float64{2}, false},
		{softmax, []float64{800, -800, 0}, []float64{0}, true},
		{softmax, []float64{1, math.NaN(), 0}, []float64{0}, false},
		{hinge, []float64{-1, -3, 0.5}, []float64{2}, true},
		{hinge, []float64{0.3}, []float64{1}, true},
		{hinge, []float64{0.3}, []float64{0}, false},
		{hinge, []float64{0}, []float64{1}, true},
		{hinge, []float64{math.NaN()}, []float64{1}, false},
		{logits, []float64{2, -1}, []float64{1, 0}, true},
		{logits, []float64{2, -1}, []float64{1, 1}, false},
		{logits, []float64{0, -1}, []float64{1, 0}, true},
		{logits, []float64{math.NaN(), -1}, []float64{1, 0}, false},
	} {
		net := biased(t, c.spec, c.z...)
		set := data.Set{X: []float64{1, 2}, Columns: 1, Y: slices.Repeat(c.y, 2)}
		wrong, err := net.Wrong(set)
		if err != nil || len(wrong) != 2 || wrong[0] == c.right || wrong[1] == c.right {
			t.Errorf("%s, z = %v, y = %v: wrong %v, %v", c.spec.Loss.Name, c.z, c.y, wrong, err)
		}
		accuracy, err := net.Accuracy(set)
		count, errCount := net.Right(set)
		if want := map[bool]float64{false: 0, true: 1}[c.right]; err != nil || errCount != nil || accuracy != want || float64(count) != 2*want {
			t.Errorf("%s, z = %v: accuracy %v, %d right, %v, %v", c.spec.Loss.Name, c.z, accuracy, count, err, errCount)
		}
		o := must(net.Observe(set.X))
		if !slices.Equal(o.First(1).Wrong(set.Y), wrong[:1]) || !slices.Equal(o.Wrong(set.Y), wrong) {
			t.Errorf("%s, z = %v: an observation is wrong about %v", c.spec.Loss.Name, c.z, o.Wrong(set.Y))
		}
	}
}

// What scikit-learn's r2_score, root_mean_squared_error and mean_absolute_error give.
func TestFitIsScikitLearns(t *testing.T) {
	for _, c := range []struct {
		predicted, targets []float64
		outputs            int
		want               Fit
	}{
		{[]float64{2.5, 0, 2, 8}, []float64{3, -0.5, 2, 7}, 1, Fit{0.9486081370449679, 0.6123724356957945, 0.5}},
		{[]float64{0, 2, -1, 2, 8, -5}, []float64{0.5, 1, -1, 1, 7, -6}, 2, Fit{0.9368005266622779, 0.8227486121839513, 0.75}},
	} {
		got, err := FitOf(c.predicted, c.targets, c.outputs)
		if err != nil || math.Abs(got.R2-c.want.R2) > 1e-15 || math.Abs(got.RMSE-c.want.RMSE) > 1e-15 || math.Abs(got.MAE-c.want.MAE) > 1e-15 {
			t.Errorf("got %+v, %v, want %+v", got, err, c.want)
		}
	}
	if got, err := FitOf([]float64{1, 2}, []float64{0.1, 0.1}, 1); err != nil || !math.IsNaN(got.R2) || got.MAE != 1.4 {
		t.Errorf("a constant target gives %+v, %v", got, err)
	}
	for _, bad := range [][2][]float64{{{1}, {1, 2}}, {nil, nil}, {{1, 2, 3}, {1, 2, 3}}} {
		if _, err := FitOf(bad[0], bad[1], 2); err == nil {
			t.Errorf("%v took %v", bad[1], bad[0])
		}
	}
	net := biased(t, MLP{Loss: graph.SquaredError, Output: graph.Tanh}, 0.5, -0.5)
	if got, err := net.Fit(data.Set{X: []float64{1, 2}, Columns: 1, Y: []float64{math.Tanh(0.5), 0, math.Tanh(0.5), 1}}); err != nil || math.Abs(got.MAE-(0.5+math.Tanh(0.5))/2) > 1e-15 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestSetsThatAHeadCannotLearnAreRefusedWithAdvice(t *testing.T) {
	x := []float64{1, 2}
	for _, c := range []struct {
		spec MLP
		z, y []float64
		want string
	}{
		{MLP{Loss: graph.Softmax}, []float64{0, 0, 0}, []float64{0, 3}, "row 1 is of class 3: the network's outputs are those of classes 0 to 2"},
		{MLP{Loss: graph.Softmax}, []float64{0, 0, 0}, []float64{0, 0.5}, "row 1 is of class 0.5"},
		{MLP{Loss: graph.Softmax}, []float64{0, 0, 0}, []float64{math.NaN(), 0}, "row 0 is of class NaN"},
		{MLP{Loss: graph.Softmax}, []float64{0, 0, 0}, []float64{1}, "1 targets for 2 rows of 3 outputs"},
		{MLP{Loss: graph.Hinge}, []float64{0}, []float64{0, -1}, "label of row 1 is -1"},
		{MLP{Loss: graph.Logits}, []float64{0, 0}, []float64{0, 1, 2, 1}, "row 1, column 0 of the targets is 2: loss logits takes 0 or 1"},
		{MLP{Loss: graph.SquaredError}, []float64{0}, []float64{0, math.Inf(1)}, "row 1, column 0 of the targets is +Inf: they have to be finite"},
		{MLP{Loss: graph.SquaredError}, []float64{0, 0}, []float64{0, 1}, "2 targets for 2 rows of 2 outputs"},
	} {
		net := biased(t, c.spec, c.z...)
		set := data.Set{X: x, Columns: 1, Y: c.y}
		_, errTrain := Train(t.Context(), net, set, fullBatches(1, 0.1, 2))
		_, errGradient := net.Gradient(set)
		_, errDifferences := net.Differences(set)
		for _, err := range []error{errTrain, errGradient, errDifferences} {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s of %v: got %v, want %q in it", c.spec.Loss.Name, c.y, err, c.want)
			}
		}
	}
	numbers := biased(t, MLP{Loss: graph.SquaredError}, 0)
	set := data.Set{X: x, Columns: 1, Y: x}
	if _, err := numbers.Accuracy(set); err == nil || !strings.Contains(err.Error(), "see Network.Fit") {
		t.Errorf("got %v", err)
	}
	if _, err := numbers.Right(set); err == nil {
		t.Error("numbers were right")
	}
	set.Columns, set.X, set.Y = 2, []float64{1, 2, 3, 4}, []float64{1, 2}
	if _, err := numbers.Gradient(set); err == nil || !strings.Contains(err.Error(), "a set of 2 columns for a network of 1 inputs") {
		t.Errorf("got %v", err)
	}
	for _, spec := range []MLP{{Loss: graph.Softmax}, {Loss: graph.Hinge, Output: graph.Tanh}, {Outputs: -1}} {
		spec.Inputs = 2
		if _, err := NewMLP(spec, data.NewRandomState(1)); err == nil {
			t.Errorf("%s was built", headName(spec))
		}
	}
}
