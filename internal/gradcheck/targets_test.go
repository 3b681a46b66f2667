package gradcheck

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/atomicfile"
	"actscope/internal/npz"
	"actscope/models"
	"actscope/models/doctor"
	"actscope/models/handcoded/mistakes"
)

// torch are gradient files of PyTorch's, of the networks that models/handcoded/testdata/heads.py
// describes, each with the network it is of.
func torch(t *testing.T, visit func(name string, network models.MLP, arrays npz.Arrays)) {
	t.Helper()
	all, err := npz.ReadFile("../../models/handcoded/testdata/heads.npz")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		parts := strings.Split(a.Name, ":")
		loss, err := graph.LossNamed(parts[0])
		if err != nil {
			t.Fatal(err)
		}
		network := models.MLP{Activation: graph.Tanh, Loss: loss, Reduction: graph.Reduction(parts[2])}
		if loss.AnyOutput() {
			if network.Output, err = graph.ActivationNamed(parts[1]); err != nil {
				continue // a softmax under a squared error has no name in the settings
			}
		}
		rows, _ := strconv.Atoi(parts[3])
		var widths []int
		for _, text := range strings.Split(parts[4], "-") {
			width, _ := strconv.Atoi(text)
			widths = append(widths, width)
		}
		rest := a.Values
		var arrays npz.Arrays
		take := func(name string, shape ...int) {
			n := 1
			for _, s := range shape {
				n *= s
			}
			arrays = append(arrays, npz.Array{Name: name, Shape: shape, Values: rest[:n]})
			rest = rest[n:]
		}
		parameters := func(prefix string) {
			for l := 1; l < len(widths); l++ {
				take(fmt.Sprint(prefix, "W", l), widths[l-1], widths[l])
				take(fmt.Sprint(prefix, "b", l), widths[l])
			}
		}
		take("x", rows, widths[0])
		take("y", rows, widths[len(widths)-1])
		parameters("")
		take("loss")
		parameters("grad_")
		visit(a.Name, network, arrays)
	}
}

func TestPyTorchsGradientsAgree(t *testing.T) {
	files, numbered := 0, 0
	torch(t, func(name string, network models.MLP, arrays npz.Arrays) {
		forms := []npz.Arrays{arrays}
		y, _ := arrays.Lookup("y")
		if k := y.Shape[1]; headOf(network, k).Targets() == graph.Classes {
			numbers := edit(arrays, "y", func(a *npz.Array) {
				a.Values, a.Shape, a.Type = classNumbers(y.Values, k), y.Shape[:1], npz.Int64
			})
			forms = append(forms, numbers, edit(numbers, "y", func(a *npz.Array) { a.Shape = []int{y.Shape[0], 1} }))
			numbered++
		}
		for _, form := range forms {
			files++
			f, err := ReadFile(store(t, form), network)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			r, err := Against(f, mistakes.Tolerance{Relative: 1e-12, Absolute: 1e-14})
			if err != nil || !r.Agrees || len(r.Explanations) > 0 {
				t.Errorf("%s: %+v, %v", name, r, err)
			}
		}
	})
	if files < 50 || numbered < 10 {
		t.Errorf("only %d files, %d of them with classes", files, numbered)
	}
}

func classNumbers(oneHot []float64, k int) []float64 {
	numbers := make([]float64, len(oneHot)/k)
	for i, v := range oneHot {
		numbers[i/k] += v * float64(i%k)
	}
	return numbers
}

// PyTorch's gradients of one loss, held against those of another, are what the mistake between the two gives.
func TestGradientsOfAnotherLossAreDiagnosed(t *testing.T) {
	found := map[string]bool{}
	torch(t, func(name string, network models.MLP, arrays npz.Arrays) {
		arrays = without(arrays, "loss")
		for _, c := range []struct {
			of, mistake string
			instead     models.MLP
		}{
			{"half-mse:identity:mean-all:7:3-4-5-3", "factor-half", models.MLP{Loss: graph.SquaredError, Reduction: graph.MeanAll}},
			{"hinge:identity:mean:7:3-4-5-3", "sum-over-outputs", models.MLP{Loss: graph.Hinge, Reduction: graph.MeanAll}},
			{"mse:sigmoid:sum:7:3-4-5-3", "sum-over-batch", models.MLP{Loss: graph.SquaredError, Output: graph.Sigmoid, Reduction: graph.MeanAll}},
			{"mse:identity:sum:7:3-4-5-3", "sum-over-batch", models.MLP{Loss: graph.SquaredError}},
			{"softmax:softmax:mean:7:3-4-5-3", "mean-over-batch", models.MLP{Loss: graph.Softmax, Reduction: graph.Sum}},
			{"logits:sigmoid:mean-all:7:3-4-5-3", "mean-over-outputs", models.MLP{Loss: graph.Logits}},
			{"mse:identity:mean-all:7:3-4-5-3", "mean-over-outputs", models.MLP{Loss: graph.SquaredError}},
			{"softmax:softmax:mean:7:3-4-5-3", "penalty-forgotten", models.MLP{Loss: graph.Softmax, L2: 0.5}},
		} {
			if !strings.HasPrefix(name, c.of) {
				continue
			}
			options := doctor.Options{
				Loss: c.instead.Loss.Name, Output: c.instead.Output.Name, Reduction: string(c.instead.Reduction), Activations: []graph.Activation{graph.Tanh},
			}
			if c.instead.L2 > 0 {
				options.L2 = &c.instead.L2
			}
			r, err := doctor.Check(t.Context(), store(t, arrays), options)
			if err != nil {
				t.Fatal(err)
			}
			names := slices.ContainsFunc(r.Diagnosis, func(e doctor.Fault) bool { return e.Mistake == c.mistake })
			if !names {
				t.Errorf("%s as %s, %s: %+v, want %s", name, c.instead.Loss.Name, c.instead.Reduction, r.Diagnosis, c.mistake)
			}
			found[c.of] = true
		}
	})
	if len(found) != 7 {
		t.Errorf("only %v are there", found)
	}
}

// What is exported of any head is right when it is read again.
func TestExportedHeadsAgree(t *testing.T) {
	for i, spec := range otherHeads() {
		spec.Hidden, spec.Activation = []int{4, 3}, graph.Tanh
		set, err := suiteData(spec, uint32(i))
		if err != nil {
			t.Fatal(err)
		}
		spec.Inputs = set.Columns
		net, err := models.NewMLP(spec, data.NewRandomState(3))
		if err != nil {
			t.Fatal(err)
		}
		f, err := Export(net, set)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "g.npz")
		if err := atomicfile.Write(path, f.Encode); err != nil {
			t.Fatal(err)
		}
		if f, err = ReadFile(path, spec); err != nil {
			t.Fatal(err)
		}
		r, err := Against(f, mistakes.Tolerance{Relative: 1e-14, Absolute: 1e-15})
		if err != nil || !r.Agrees || len(r.Arrays) != len(net.Parameters)+1 {
			t.Errorf("%v: %+v, %v", net, r, err)
		}
	}
}

func TestTargetsThatALossDoesNotTakeAreRefused(t *testing.T) {
	for _, c := range []struct {
		loss    graph.Loss
		outputs int
		shape   []int
		y       []float64
		want    string
	}{
		{graph.Logits, 1, []int{3, 3}, make([]float64, 9), "shape (3, 3): x has 3 rows, and loss logits of 1 output takes a label of 0 or 1 for each, in shape (3) or (3, 1): classes need an output each and loss softmax"},
		{graph.Logits, 1, []int{3}, []float64{0, 2, 1}, "entry [1] is 2: x has 3 rows, and loss logits of 1 output takes a label of 0 or 1"},
		{graph.Hinge, 1, []int{3}, []float64{-1, 1, 1}, "entry [0] is -1"},
		{graph.Logits, 2, []int{3}, []float64{0, 1, 1}, "shape (3): x has 3 rows, and loss logits of 2 outputs takes labels of 0 or 1, one for each output, in shape (3, 2): for one of several classes take loss softmax"},
		{graph.Logits, 2, []int{3, 2}, []float64{0, 1, 1, 0.5, 0, 0}, "entry [1 1] is 0.5"},
		{graph.Softmax, 3, []int{3}, []float64{1, 2, 3}, "entry [2] is 3: x has 3 rows, and loss softmax of 3 outputs takes the number of each row's class, from 0 to 2, in shape (3) or (3, 1), or rows with a 1 in the class's column and zeros (one-hot) in shape (3, 3)"},
		{graph.Softmax, 3, []int{3}, []float64{0, 1.5, 1}, "entry [1] is 1.5"},
		{graph.Softmax, 3, []int{3}, []float64{0, math.Inf(1), 1}, "must be finite"},
		{graph.Softmax, 3, []int{3, 3}, []float64{1, 0, 0, 0, 1, 1, 0, 0, 1}, "row 1 is [0 1 1]"},
		{graph.Softmax, 3, []int{3, 3}, []float64{1, 0, 0, 0, 0, 0, 0, 0, 1}, "row 1 is [0 0 0]"},
		{graph.Hinge, 3, []int{3, 3}, []float64{1, 0, 0, 0, 2, 0, 0, 0, 1}, "entry [1 1] is 2"},
		{graph.Softmax, 3, []int{3, 2}, make([]float64, 6), "shape (3, 2)"},
		{graph.SquaredError, 2, []int{3}, make([]float64, 3), "shape (3): x has 3 rows, and loss mse of 2 outputs takes as many numbers for each, in shape (3, 2)"},
		{graph.SquaredError, 1, []int{1, 3}, make([]float64, 3), "shape (1, 3): x has 3 rows, and loss mse of 1 output takes a number for each, in shape (3) or (3, 1)"},
	} {
		k := c.outputs
		_, err := ReadFile(store(t, npz.Arrays{
			{Name: "x", Shape: []int{3, 1}, Values: []float64{1, 2, 3}}, {Name: "y", Shape: c.shape, Values: c.y},
			{Name: "W1", Shape: []int{1, k}, Values: make([]float64, k)}, {Name: "b1", Shape: []int{k}, Values: make([]float64, k)},
			{Name: "grad_W1", Shape: []int{1, k}, Values: make([]float64, k)}, {Name: "grad_b1", Shape: []int{k}, Values: make([]float64, k)},
		}), models.MLP{Loss: c.loss})
		if err == nil || !strings.Contains(err.Error(), "array y: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s, %d outputs, y %v of shape %v: %v, want %q", c.loss.Name, k, c.y, c.shape, err, c.want)
		}
	}
	// The output layer has to suit the loss, too.
	for _, network := range []models.MLP{{Loss: graph.Softmax}, {Loss: graph.Logits, Output: graph.Tanh}} {
		if _, err := ReadFile(store(t, sound(t)), network); err == nil || !strings.Contains(err.Error(), "array W2: shape (3, 1): network: the output layer is 1") {
			t.Errorf("%s: %v", network.Loss.Name, err)
		}
	}
}
