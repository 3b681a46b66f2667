package machine_test

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"actscope/graph/machine"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// foreign are graphs as other programs build them, each with its loss and what it learns.
var foreign = []struct {
	name  string
	build func(g *gorgonia.ExprGraph) (loss *gorgonia.Node, learnables gorgonia.Nodes)
}{
	{"two products of a 96 x 96 matrix with a vector", func(g *gorgonia.ExprGraph) (*gorgonia.Node, gorgonia.Nodes) {
		a, b, x := parameter(g, "a", tensor.Float64, 96, 96), parameter(g, "b", tensor.Float64, 96, 96), parameter(g, "x", tensor.Float64, 96)
		return must(gorgonia.Sum(must(gorgonia.Mul(b, must(gorgonia.Mul(a, x)))))), gorgonia.Nodes{a, b}
	}},
	{"softmax cross-entropy 32-64-10, 64 rows", func(g *gorgonia.ExprGraph) (*gorgonia.Node, gorgonia.Nodes) {
		x, y := parameter(g, "x", tensor.Float64, 64, 32), parameter(g, "y", tensor.Float64, 64, 10)
		w, u := parameter(g, "w", tensor.Float64, 32, 64), parameter(g, "u", tensor.Float64, 64, 10)
		b, c := parameter(g, "b", tensor.Float64, 1, 64), parameter(g, "c", tensor.Float64, 1, 10)
		h := must(gorgonia.Tanh(must(gorgonia.BroadcastAdd(must(gorgonia.Mul(x, w)), b, nil, []byte{0}))))
		p := must(gorgonia.SoftMax(must(gorgonia.BroadcastAdd(must(gorgonia.Mul(h, u)), c, nil, []byte{0}))))
		return neg(must(gorgonia.Mean(times(must(gorgonia.Log(p)), y)))), gorgonia.Nodes{w, u, b, c}
	}},
	{"convolution and max pooling, 8 filters 3x3 on 4x3x12x12", func(g *gorgonia.ExprGraph) (*gorgonia.Node, gorgonia.Nodes) {
		x, w := parameter(g, "x", tensor.Float64, 4, 3, 12, 12), parameter(g, "w", tensor.Float64, 8, 3, 3, 3)
		z := must(gorgonia.Conv2d(x, w, tensor.Shape{3, 3}, []int{1, 1}, []int{1, 1}, []int{1, 1}))
		p := must(gorgonia.MaxPool2D(must(gorgonia.Rectify(z)), tensor.Shape{2, 2}, []int{0, 0}, []int{2, 2}))
		return must(gorgonia.Mean(square(p))), gorgonia.Nodes{w}
	}},
	{"LSTM of vectors, 32 wide, 25 steps", func(g *gorgonia.ExprGraph) (*gorgonia.Node, gorgonia.Nodes) {
		const width = 32
		var learnables gorgonia.Nodes
		gate := func(name string) (w, u, b *gorgonia.Node) {
			w, u, b = parameter(g, "w"+name, tensor.Float64, width, width), parameter(g, "u"+name, tensor.Float64, width, width), parameter(g, "b"+name, tensor.Float64, width)
			learnables = append(learnables, w, u, b)
			return w, u, b
		}
		var w, u, b [4]*gorgonia.Node
		for i := range w {
			w[i], u[i], b[i] = gate(fmt.Sprint(i))
		}
		h, c := parameter(g, "h", tensor.Float64, width), parameter(g, "c", tensor.Float64, width)
		for t := range 25 {
			x := parameter(g, fmt.Sprint("x", t), tensor.Float64, width)
			var z [4]*gorgonia.Node
			for i := range z {
				z[i] = plus(plus(must(gorgonia.Mul(w[i], x)), must(gorgonia.Mul(u[i], h))), b[i])
			}
			in, forget, out := must(gorgonia.Sigmoid(z[0])), must(gorgonia.Sigmoid(z[1])), must(gorgonia.Sigmoid(z[2]))
			c = plus(times(forget, c), times(in, must(gorgonia.Tanh(z[3]))))
			h = times(out, must(gorgonia.Tanh(c)))
		}
		return must(gorgonia.Mean(square(h))), learnables
	}},
	{"float32 net, 16x4x8x1", func(g *gorgonia.ExprGraph) (*gorgonia.Node, gorgonia.Nodes) {
		x, y := parameter(g, "x", tensor.Float32, 16, 4), parameter(g, "y", tensor.Float32, 16, 1)
		w, u := parameter(g, "w", tensor.Float32, 4, 8), parameter(g, "u", tensor.Float32, 8, 1)
		h := must(gorgonia.Sigmoid(must(gorgonia.Mul(x, w))))
		return must(gorgonia.Mean(square(minus(must(gorgonia.Mul(h, u)), y)))), gorgonia.Nodes{w, u}
	}},
	{"convnet, 20 images of 28x28", convnet(true)},
}

// showFastest prints the shortest time of each step in a number of runs.
func showFastest(b *testing.B, m *machine.Machine) {
	shortest := make(map[string]time.Duration)
	whole := time.Hour
	for range 50 {
		start := time.Now()
		if err := m.RunAll(); err != nil {
			b.Fatal(err)
		}
		whole = min(whole, time.Since(start))
		profile, err := m.Profile(1)
		if err != nil {
			b.Fatal(err)
		}
		for _, s := range profile.Steps {
			key := s.Kernel + "\t" + s.Node
			if before, known := shortest[key]; !known || s.Time < before {
				shortest[key] = s.Time
			}
		}
	}
	var total time.Duration
	steps := slices.SortedFunc(maps.Keys(shortest), func(x, y string) int { return cmp.Compare(shortest[y], shortest[x]) })
	for _, s := range steps {
		total += shortest[s]
		fmt.Printf("%v\t%s\n", shortest[s], s)
	}
	fmt.Println(total, "for the steps of a run, each at its fastest;", whole, "for a run")
}

// BenchmarkBesideTheTape reports how many times as long the tape takes: the median of ratios
// of rounds that take turns. ACTSCOPE_PLAN shows the plans and their profiles.
func BenchmarkBesideTheTape(b *testing.B) {
	for _, f := range foreign {
		b.Run(f.name, func(b *testing.B) {
			var vms [2]gorgonia.VM
			for i := range vms {
				g := gorgonia.NewGraph()
				loss, learnables := f.build(g)
				if _, err := gorgonia.Grad(loss, learnables...); err != nil {
					b.Fatal(err)
				}
				if i == 0 {
					vms[i] = gorgonia.NewTapeMachine(g, gorgonia.BindDualValues(learnables...))
					continue
				}
				m, err := machine.NewVM(g, machine.Learnables(learnables...), machine.AllowNonFinite())
				if err != nil {
					b.Fatal(err)
				}
				vms[i] = m
				if os.Getenv("ACTSCOPE_PLAN") != "" {
					fmt.Println(m.Plan())
				}
			}
			times := func(vm gorgonia.VM, runs int) time.Duration {
				start := time.Now()
				for range runs {
					if err := vm.RunAll(); err != nil {
						b.Fatal(err)
					}
					vm.Reset()
				}
				return time.Since(start)
			}
			times(vms[0], 1)
			times(vms[1], 1)
			runs := max(1, int(20*time.Millisecond/max(1, times(vms[0], 1))))
			var ratios []float64
			var ours time.Duration
			for b.Loop() {
				for range 5 {
					tape, mine := times(vms[0], runs), times(vms[1], runs)
					ours += mine
					ratios = append(ratios, float64(tape)/float64(mine))
				}
			}
			if os.Getenv("ACTSCOPE_PLAN") != "" {
				showFastest(b, vms[1].(*machine.Machine))
			}
			slices.Sort(ratios)
			b.ReportMetric(ratios[len(ratios)/2], "times-the-tape's-speed")
			b.ReportMetric(float64(ours.Microseconds())/float64(len(ratios)*runs), "µs/run")
		})
	}
}
