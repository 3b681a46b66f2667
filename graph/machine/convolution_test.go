package machine_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"actscope/graph/machine"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// geometry is that of two convolutions, each with a rectifier and a max pooling.
type geometry struct {
	batch, channels, height, width, filters, more int
	kernel, pad, stride, dilation, pool           []int
}

func (c geometry) build(g *gorgonia.ExprGraph, dtype tensor.Dtype) (*gorgonia.Node, gorgonia.Nodes) {
	w := parameter(g, "w", dtype, c.filters, c.channels, c.kernel[0], c.kernel[1])
	u := parameter(g, "u", dtype, c.more, c.filters, 2, 2)
	layer := func(x, w *gorgonia.Node, kernel, pad, stride, dilation []int) *gorgonia.Node {
		z := must(gorgonia.Conv2d(x, w, kernel, pad, stride, dilation))
		return must(gorgonia.MaxPool2D(must(gorgonia.Rectify(z)), tensor.Shape(c.pool), []int{0, 0}, c.pool))
	}
	x := parameter(g, "x", dtype, c.batch, c.channels, c.height, c.width)
	h := layer(x, w, c.kernel, c.pad, c.stride, c.dilation)
	return must(gorgonia.Mean(square(layer(h, u, []int{2, 2}, []int{1, 1}, []int{1, 1}, []int{1, 1})))), gorgonia.Nodes{w, u, x}
}

func TestConvolutionsAreThoseOfTheTape(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	kernels := []string{"convolution", "convolution slope to weights", "convolution slope to images", "max pooling", "max pooling slope", "x⊙(z≥least)"}
	for n := range 12 {
		pair := func(least, most int) []int {
			return []int{least + rng.IntN(most-least+1), least + rng.IntN(most-least+1)}
		}
		c := geometry{1 + rng.IntN(3), 1 + rng.IntN(5), 12 + rng.IntN(6), 12 + rng.IntN(14), 1 + rng.IntN(9), 1 + rng.IntN(5), pair(1, 3), pair(0, 1), pair(1, 2), pair(1, 2), []int{2, 2}}
		if n%3 == 2 {
			c.pool = []int{3, 2}
		}
		for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
			t.Run(fmt.Sprintf("%v/%+v", dtype, c), func(t *testing.T) {
				values := func(vm func(*gorgonia.ExprGraph, ...*gorgonia.Node) gorgonia.VM) (all [][]float64) {
					g := gorgonia.NewGraph()
					loss, learnables := c.build(g, dtype)
					if _, err := gorgonia.Grad(loss, learnables...); err != nil {
						t.Fatal(err)
					}
					m := vm(g, learnables...)
					defer m.Close()
					for range 2 {
						if err := m.RunAll(); err != nil {
							t.Fatal(err)
						}
						m.Reset()
					}
					for _, n := range learnables {
						gradient, err := n.Grad()
						if err != nil {
							t.Fatal(err)
						}
						all = append(all, numbers(t, gradient))
					}
					return append(all, numbers(t, loss.Value()))
				}
				want := values(func(g *gorgonia.ExprGraph, learnables ...*gorgonia.Node) gorgonia.VM {
					return gorgonia.NewTapeMachine(g, gorgonia.BindDualValues(learnables...))
				})
				within := 1e-12
				if dtype == tensor.Float32 {
					within = 1e-4
				}
				for mode, options := range map[string][]machine.Option{"outputs": nil, "all": {machine.KeepAll()}} {
					got := values(func(g *gorgonia.ExprGraph, learnables ...*gorgonia.Node) gorgonia.VM {
						m := vm(t, g, append(options, machine.Learnables(learnables...))...)
						plan := m.Plan().String()
						for _, k := range kernels {
							if mode == "outputs" && !strings.Contains(plan, "  "+k) {
								t.Errorf("no step is a %s:\n%v", k, plan)
							}
						}
						if m.Plan().Opaque > 0 {
							t.Error(plan)
						}
						return m
					})
					for i := range want {
						compare(t, name(fmt.Sprint(mode, " ", i)), got[i], want[i], within*max(1, largest(want[i:i+1])))
					}
				}
			})
		}
	}
}
