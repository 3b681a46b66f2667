package foreign

import (
	"actscope/internal/words"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// threeLayers are the arrays of a network 2 → 4 → 4 → 1 under names for weights and biases, none
// where a name is empty, and its numbers in × out.
func threeLayers(names [6]string, outFirst bool) (arrays []array, want [][]float64) {
	widths := []int{2, 4, 4, 1}
	next := 0.0
	for l := range 3 {
		in, out := widths[l], widths[l+1]
		w, b := make([]float64, in*out), make([]float64, out)
		for i := range w {
			next++
			w[i] = next
		}
		for i := range b {
			next++
			b[i] = next
		}
		shape, stored := []int{in, out}, w
		if outFirst {
			shape, stored = []int{out, in}, make([]float64, in*out)
			for i := range in {
				for u := range out {
					stored[u*in+i] = w[i*out+u]
				}
			}
		}
		arrays = append(arrays, array{names[2*l], shape, stored})
		if names[2*l+1] == "" {
			b = make([]float64, out)
		} else {
			arrays = append(arrays, array{names[2*l+1], []int{out}, b})
		}
		want = append(want, w, b)
	}
	return arrays, want
}

// Every naming is read in the order of the file, reversed, and in alphabetical order.
func TestNamesOfParameters(t *testing.T) {
	numbered := func(weight, bias string, numbers ...int) (names [6]string) {
		for i, n := range numbers {
			names[2*i], names[2*i+1] = strings.ReplaceAll(weight, "#", fmt.Sprint(n)), strings.ReplaceAll(bias, "#", fmt.Sprint(n))
		}
		return names
	}
	for _, c := range []struct {
		names    [6]string
		outFirst bool
		inOrder  bool // alphabetical order, or the reverse, says something else
	}{
		{names: numbered("W#", "b#", 1, 2, 3)},
		{names: numbered("W#", "b#", 0, 1, 2), outFirst: true},
		{names: numbered("W_#", "B_#", 9, 10, 11)},
		{names: numbered("w#", "", 0, 1, 2)},
		{names: numbered("theta#", "bias#", 1, 2, 3)},
		{names: numbered("coefs_#", "intercepts_#", 0, 1, 2)},
		{names: numbered("weights_#", "biases_#", 0, 1, 2), outFirst: true},
		{names: numbered("weights.#", "bias.#", 0, 1, 2)},
		{names: numbered("layer#_W", "layer#_b", 1, 2, 3)},
		{names: numbered("layer_#/weights", "layer_#/biases", 1, 2, 3)},
		{names: numbered("#.weight", "#.bias", 2, 10, 12), outFirst: true},
		{names: numbered("fc#.weight", "fc#.bias", 1, 2, 10), outFirst: true},
		{names: numbered("net.layers.#.weight", "net.layers.#.bias", 0, 3, 20), outFirst: true},
		{names: numbered("blocks.#.linear.weight", "blocks.#.linear.bias", 0, 1, 2), outFirst: true},
		{names: numbered("module._orig_mod.#.weight", "module._orig_mod.#.bias", 8, 9, 10), outFirst: true},
		{names: numbered("dense_#/kernel:0", "dense_#/bias:0", 7, 8, 9)},
		{names: [6]string{"dense/kernel:0", "dense/bias:0", "dense_1/kernel:0", "dense_1/bias:0", "dense_2/kernel:0", "dense_2/bias:0"}},
		{names: numbered("params/Dense_#/kernel", "params/Dense_#/bias", 0, 1, 2)},
		{names: [6]string{"fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias", "out.weight", "out.bias"}, outFirst: true},
		{names: [6]string{"fc_in.weight", "fc_in.bias", "fc_hidden.weight", "fc_hidden.bias", "fc_out.weight", "fc_out.bias"}, outFirst: true},
		{names: [6]string{"input.weight", "input.bias", "hidden.weight", "hidden.bias", "output.weight", "output.bias"}, outFirst: true},
		{names: [6]string{"encoder.0.weight", "encoder.0.bias", "encoder.2.weight", "encoder.2.bias", "head.weight", "head.bias"}, outFirst: true},
		{names: [6]string{"features.0.weight", "features.0.bias", "features.3.weight", "features.3.bias", "classifier.0.weight", "classifier.0.bias"}, outFirst: true},
		{names: [6]string{"fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias", "fc.weight", "fc.bias"}, outFirst: true},
		{names: [6]string{"input_layer.weight", "input_layer.bias", "hidden_layers.0.weight", "hidden_layers.0.bias", "output_layer.weight", "output_layer.bias"}, outFirst: true},
		{names: [6]string{"first.weight", "first.bias", "middle.weight", "middle.bias", "last.weight", "last.bias"}, outFirst: true},
		{names: [6]string{"stem.weight", "stem.bias", "body.0.weight", "body.0.bias", "head.weight", "head.bias"}, outFirst: true},
		{names: [6]string{"wih", "bh1", "whh", "bh2", "who", "bo"}, inOrder: true},
		{names: [6]string{"W_in", "b_in", "W_hid", "b_hid", "W_out", "b_out"}},
		{names: [6]string{"hidden1_weights", "hidden1_biases", "hidden2_weights", "hidden2_biases", "output_weights", "output_biases"}},
		{names: [6]string{"arr_0", "arr_1", "arr_2", "arr_3", "arr_4", "arr_5"}},
		{names: [6]string{"p8", "p9", "p10", "p11", "p12", "p13"}},
		{names: [6]string{"param_0", "param_1", "param_2", "param_3", "param_4", "param_5"}, outFirst: true},
	} {
		arrays, want := threeLayers(c.names, c.outFirst)
		sorts := map[string]func(){"in order": func() {}}
		if !c.inOrder {
			sorts["reversed"] = func() { slices.Reverse(arrays) }
			sorts["by name"] = func() {
				slices.SortFunc(arrays, func(a, b array) int { return strings.Compare(a.name, b.name) })
			}
		}
		for order, sort := range sorts {
			sort()
			u, chain, err := parameters{format: "npz", arrays: arrays}.chain(Options{Activation: "relu"})
			if err != nil {
				t.Errorf("%s %s: %v", c.names[0], order, err)
				continue
			}
			for l, of := range chain.layers {
				if !slices.Equal(of.weights, want[2*l]) || !slices.Equal(of.bias, want[2*l+1]) || of.name != c.names[2*l] {
					t.Errorf("%s %s: layer %d, %s, is %v and %v, want %v and %v", c.names[0], order, l+1, of.name, of.weights, of.bias, want[2*l], want[2*l+1])
				}
			}
			if u.Layout != "" {
				t.Errorf("%s %s: the layout is taken for undecided", c.names[0], order)
			}
		}
	}
}

func TestTokens(t *testing.T) {
	for name, want := range map[string]string{
		"net.layers.10.weight": "net layers 10 weight", "dense_1/kernel:0": "dense 1 kernel", "W1": "w 1", "layer1_W": "layer 1 w",
		"hiddenWeights2": "hidden weights 2", "": "", "coefs_[3]": "coefs 3", "größe.Ω": "größe ω",
	} {
		if got := strings.Join(words.Of(name), " "); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
