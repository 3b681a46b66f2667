package machine_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"actscope/graph/machine"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Slices, what is joined of them, and sums along axes, with their gradients, beside op.Do.
func TestSlicesAndSumsAreTheOperators(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 9))
	for range 60 {
		shape := make(tensor.Shape, 1+rng.IntN(4))
		for i := range shape {
			shape[i] = 2 + rng.IntN(6)
		}
		axis, dtype := rng.IntN(len(shape)), []tensor.Dtype{tensor.Float64, tensor.Float32}[rng.IntN(2)]
		start := rng.IntN(shape[axis])
		end := start + 1 + rng.IntN(shape[axis]-start)
		step := 1
		if end-start >= 4 && (end-start)%2 == 0 { // of other steps Gorgonia's shapes are wrong
			step = 2
		}
		t.Run(fmt.Sprintf("%v of %v, axis %d, %d:%d:%d", dtype, shape, axis, start, end, step), func(t *testing.T) {
			values := func(options ...machine.Option) (all [][]float64, plan machine.Plan) {
				g := gorgonia.NewGraph()
				x := parameter(g, "x", dtype, shape...)
				parts := make([]tensor.Slice, axis+1)
				parts[axis] = gorgonia.S(start, end, step)
				sliced, err := gorgonia.Slice(x, parts...)
				if err != nil {
					t.Skip(err)
				}
				joined := must(gorgonia.Concat(axis, x, must(gorgonia.Square(x)), x))
				var axes []int
				for i := range shape {
					if i != axis {
						axes = append(axes, i)
					}
				}
				sums := square(must(gorgonia.Sum(joined, axes...)))
				loss := plus(must(gorgonia.Sum(sums)), must(gorgonia.Sum(square(sliced))))
				if len(axes) == 0 {
					loss = plus(must(gorgonia.Sum(square(joined))), must(gorgonia.Sum(square(sliced))))
				}
				if _, err := gorgonia.Grad(loss, x); err != nil {
					t.Skip(err)
				}
				outputs := gorgonia.Nodes{sliced, joined, sums, loss, x.Deriv()}
				if dtype == tensor.Float32 {
					m := vm(t, g, append(options, machine.KeepAll())...)
					run(t, m)
					for _, n := range outputs {
						all = append(all, numbers(t, n.Value()))
					}
					return all, m.Plan()
				}
				m, err := machine.New(g, outputs, options...)
				if err != nil {
					t.Fatal(err)
				}
				run(t, m)
				for _, n := range outputs {
					v, err := m.Values(n)
					if err != nil {
						t.Fatal(err)
					}
					all = append(all, append([]float64(nil), v...))
				}
				return all, m.Plan()
			}
			got, plan := values()
			want, _ := values(machine.Generic())
			within := 1e-13
			if dtype == tensor.Float32 {
				within = 1e-5
			}
			for i := range want {
				compare(t, name(fmt.Sprint(i)), got[i], want[i], within*max(1, largest(want[i:i+1])))
			}
			if plan.Opaque > 0 {
				t.Error(plan)
			}
		})
	}
}
