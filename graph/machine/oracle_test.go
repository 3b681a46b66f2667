package machine_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"actscope/graph/machine"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
	"pgregory.net/rapid"
)

// compare fails for entries that differ by more than the tolerance.
func compare(t tester, what fmt.Stringer, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%v: %d values, want %d", what, len(got), len(want))
	}
	for i, w := range want {
		g := got[i]
		if g != w && !(math.Abs(g-w) <= tolerance) && !(math.IsNaN(g) && math.IsNaN(w)) {
			t.Fatalf("%v[%d] = %v, want %v within %v", what, i, g, w, tolerance)
		}
	}
}

// largest is the largest finite magnitude in the arrays.
func largest(arrays [][]float64) float64 {
	most := 0.0
	for _, values := range arrays {
		for _, x := range values {
			if !math.IsNaN(x) && !math.IsInf(x, 0) {
				most = max(most, math.Abs(x))
			}
		}
	}
	return most
}

// leaky is 0.01 z + 0.99 relu(z).
func leaky(z *gorgonia.Node) *gorgonia.Node {
	return plus(times(gorgonia.NewConstant(0.01), z), times(gorgonia.NewConstant(0.99), apply(relu, z)))
}

var activations = map[string]func(*gorgonia.Node) *gorgonia.Node{
	"sigmoid":            of(sigmoid),
	"relu":               of(relu),
	"tanh":               of(tanh),
	"leaky":              leaky,
	"erf":                of(erf),
	"softplus":           of(softplus),
	"Gorgonia's tanh":    func(z *gorgonia.Node) *gorgonia.Node { return must(gorgonia.Tanh(z)) },
	"Gorgonia's sigmoid": func(z *gorgonia.Node) *gorgonia.Node { return must(gorgonia.Sigmoid(z)) },
	"Gorgonia's cube":    func(z *gorgonia.Node) *gorgonia.Node { return must(gorgonia.Cube(z)) },
}

// betweens are what stands between layers besides an activation.
var betweens = map[string]func(layer int, before, after *gorgonia.Node) *gorgonia.Node{
	"nothing": nil,
	"residual": func(_ int, before, after *gorgonia.Node) *gorgonia.Node {
		if before.Shape().Eq(after.Shape()) {
			return plus(before, after)
		}
		return after
	},
	"layer norm": func(_ int, _, after *gorgonia.Node) *gorgonia.Node {
		if after.Shape()[0] == 1 || after.Shape()[1] == 1 {
			return after // Gorgonia cannot broadcast these
		}
		return normalise(after, 1)
	},
	"batch norm": func(_ int, _, after *gorgonia.Node) *gorgonia.Node {
		if after.Shape()[0] == 1 || after.Shape()[1] == 1 {
			return after
		}
		return normalise(after, 0)
	},
	"mask": func(layer int, _, after *gorgonia.Node) *gorgonia.Node {
		rows, columns := after.Shape()[0], after.Shape()[1]
		mask := make([]float64, rows*columns)
		for i := range mask {
			mask[i] = float64((i*7+layer)%3) / 2
		}
		return times(after, matrix(after.Graph(), fmt.Sprint("mask", layer), rows, columns, mask))
	},
}

// normalise subtracts the mean along the axis and divides by the deviation.
func normalise(x *gorgonia.Node, axis int) *gorgonia.Node {
	along := []byte{byte(axis)}
	columns := func(v *gorgonia.Node) *gorgonia.Node { // a column or a row of the mean's shape
		shape := tensor.Shape{x.Shape()[0], x.Shape()[1]}
		shape[axis] = 1
		return must(gorgonia.Reshape(v, shape))
	}
	mean := columns(must(gorgonia.Mean(x, axis)))
	centred := must(gorgonia.BroadcastSub(x, mean, nil, along))
	variance := columns(must(gorgonia.Mean(must(gorgonia.Square(centred)), axis)))
	deviation := must(gorgonia.Sqrt(plus(variance, gorgonia.NewConstant(1e-5))))
	return must(gorgonia.BroadcastHadamardDiv(centred, deviation, nil, along))
}

var losses = map[string]func(*network) *gorgonia.Node{
	"logits":  logits,
	"article": article,
	"1-p": func(n *network) *gorgonia.Node {
		p := n.a[len(n.a)-1]
		return crossEntropy(p, minus(gorgonia.NewConstant(1.0), p), n.y)
	},
	"squares": func(n *network) *gorgonia.Node {
		return must(gorgonia.Mean(must(gorgonia.Square(minus(n.a[len(n.a)-1], n.y)))))
	},
	"hinge": func(n *network) *gorgonia.Node {
		signs := minus(times(gorgonia.NewConstant(2.0), n.y), gorgonia.NewConstant(1.0))
		return must(gorgonia.Sum(apply(relu, minus(gorgonia.NewConstant(1.0), times(signs, n.z[len(n.z)-1])))))
	},
	"decayed": func(n *network) *gorgonia.Node {
		loss := logits(n)
		for _, p := range n.parameters {
			loss = plus(loss, times(gorgonia.NewConstant(1e-3), must(gorgonia.Sum(must(gorgonia.Square(p))))))
		}
		return loss
	},
}

// choose draws an entry of a table.
func choose[V any](t *rapid.T, label string, table map[string]V) V {
	return table[rapid.SampledFrom(slices.Sorted(maps.Keys(table))).Draw(t, label)]
}

func TestRandomNetworksAgreeWithTapeMachine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		between := rapid.SampledFrom(slices.Sorted(maps.Keys(betweens))).Draw(t, "between")
		arch := architecture{
			rows:    rapid.SampledFrom([]int{1, 2, 3, 7, 44, 64}).Draw(t, "rows"),
			hidden:  choose(t, "activation", activations),
			loss:    choose(t, "loss", losses),
			between: betweens[between],
		}
		tolerance := 1e-13
		if strings.HasSuffix(between, "norm") {
			tolerance = 1e-10 // a division by a small deviation, in each layer
		}
		width := rapid.SampledFrom([]int{1, 2, 3, 4, 5, 8, 12, 16, 33})
		arch.widths = append(arch.widths, width.Draw(t, "inputs"))
		arch.widths = append(arch.widths, rapid.SliceOfN(width, 0, 4).Draw(t, "hidden")...)
		arch.widths = append(arch.widths, 1)
		seed := rapid.Uint64().Draw(t, "seed")

		reference := build(t, arch, seed)
		forward := append(append(gorgonia.Nodes{}, reference.z...), reference.a...)
		want := onTape(t, reference.graph, append(reference.outputs(), forward...))

		n := build(t, arch, seed)
		outputs := append(n.outputs(), append(append(gorgonia.Nodes{}, n.z...), n.a...)...)
		var options []machine.Option
		switch rapid.SampledFrom([]string{"", "unfused", "generic"}).Draw(t, "options") {
		case "unfused":
			options = append(options, machine.Unfused())
		case "generic":
			options = append(options, machine.Generic())
		}
		taps := outputs
		if rapid.Bool().Draw(t, "without taps") {
			taps = n.outputs() // so that results may overwrite each other
		}
		m := plan(t, n.graph, taps, append(options, machine.AllowNonFinite())...)
		gradient, passed := want[:len(n.outputs())], want[len(n.outputs()):] // each as a whole: parts may cancel
		for range 2 {                                                        // a second run starts from used memory
			run(t, m)
			for i, output := range taps {
				allowed := tolerance * largest(gradient)
				if i >= len(n.outputs()) {
					allowed = tolerance / 1e-13 * forwardRoundoff() * largest(passed)
				}
				compare(t, output, values(t, m, output), want[i], allowed)
			}
		}
	})
}
