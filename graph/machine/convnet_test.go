package machine_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"actscope/graph/machine"

	"golang.org/x/sys/cpu"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// convnet is that of Gorgonia's examples, on the numbers of testdata/convnet.py, which is the
// same in PyTorch.
func convnet(dropout bool) func(g *gorgonia.ExprGraph) (*gorgonia.Node, gorgonia.Nodes) {
	return func(g *gorgonia.ExprGraph) (*gorgonia.Node, gorgonia.Nodes) {
		const batch = 20
		drop := func(x *gorgonia.Node, p float64) *gorgonia.Node {
			if !dropout {
				return x
			}
			return must(gorgonia.Dropout(x, p))
		}
		x, y := drawn(g, "x", 1<<24, 0, 1, batch, 1, 28, 28), drawn(g, "y", 2<<24, 0, 1, batch, 10)
		var w gorgonia.Nodes
		for i, shape := range []tensor.Shape{{32, 1, 3, 3}, {64, 32, 3, 3}, {128, 64, 3, 3}, {128 * 3 * 3, 625}, {625, 10}} {
			bound := math.Sqrt(6 / float64((shape[0]+shape[1])*max(1, shape[2:].TotalSize())))
			w = append(w, drawn(g, fmt.Sprint("w", i), uint32(3+i)<<24, -bound, bound, shape...))
		}
		h := x
		for _, filters := range w[:3] {
			z := must(gorgonia.Conv2d(h, filters, tensor.Shape{3, 3}, []int{1, 1}, []int{1, 1}, []int{1, 1}))
			h = drop(must(gorgonia.MaxPool2D(must(gorgonia.Rectify(z)), tensor.Shape{2, 2}, []int{0, 0}, []int{2, 2})), 0.2)
		}
		h = drop(must(gorgonia.Rectify(must(gorgonia.Mul(must(gorgonia.Reshape(h, tensor.Shape{batch, 128 * 3 * 3})), w[3])))), 0.55)
		out := must(gorgonia.SoftMax(must(gorgonia.Mul(h, w[4]))))
		return neg(must(gorgonia.Mean(times(must(gorgonia.Log(out)), y)))), w
	}
}

// drawn is an input of numbers between low and high that look random: a hash of start, start+1...
func drawn(g *gorgonia.ExprGraph, name string, start uint32, low, high float64, shape ...int) *gorgonia.Node {
	backing := make([]float64, tensor.Shape(shape).TotalSize())
	for i := range backing {
		x := start + uint32(i)
		x = (x ^ x>>16) * 0x85ebca6b
		x = (x ^ x>>13) * 0xc2b2ae35
		backing[i] = low + (high-low)*(float64(x^x>>16)/(1<<32))
	}
	return gorgonia.NewTensor(g, tensor.Float64, len(shape), gorgonia.WithShape(shape...), gorgonia.WithName(name),
		gorgonia.WithValue(tensor.New(tensor.WithShape(shape...), tensor.WithBacking(backing))))
}

func TestConvnetIsThatOfPyTorch(t *testing.T) {
	text, err := os.ReadFile("testdata/convnet.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Loss      float64
		Gradients [][]float64
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	g := gorgonia.NewGraph()
	loss, learnables := convnet(false)(g)
	if _, err := gorgonia.Grad(loss, learnables...); err != nil {
		t.Fatal(err)
	}
	m := vm(t, g, machine.Learnables(learnables...))
	run(t, m)
	if m.Plan().Opaque > 0 || !strings.Contains(m.Plan().String(), "convolution slope to images") {
		t.Error(m.Plan())
	}
	compare(t, name("loss"), numbers(t, loss.Value()), []float64{want.Loss}, 1e-13)
	for i, n := range learnables {
		gradient, err := n.Grad()
		if err != nil {
			t.Fatal(err)
		}
		all, at := numbers(t, gradient), 0
		for _, x := range want.Gradients[i] {
			compare(t, name(n.Name()), all[at:at+1], []float64{x}, 1e-12*largest([][]float64{all}))
			at += len(all) / 50
		}
	}
}

// The number of processors does not change a bit.
func TestConvnetIsTheSameOnAnyNumberOfProcessors(t *testing.T) {
	var before [][]float64
	for _, processors := range []int{1, 2, 3} {
		func() {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
			g := gorgonia.NewGraph()
			loss, learnables := convnet(false)(g)
			if _, err := gorgonia.Grad(loss, learnables...); err != nil {
				t.Fatal(err)
			}
			run(t, vm(t, g, machine.Learnables(learnables...)))
			values := [][]float64{numbers(t, loss.Value())}
			for _, n := range learnables {
				gradient, err := n.Grad()
				if err != nil {
					t.Fatal(err)
				}
				values = append(values, numbers(t, gradient))
			}
			for i := range before {
				compare(t, name(fmt.Sprint(processors, " processors, ", i)), values[i], before[i], 0)
			}
			before = values
		}()
	}
}

func TestConvnetStepsDoNotAllocate(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // the goroutines of several take memory
	g := gorgonia.NewGraph()
	loss, learnables := convnet(true)(g)
	if _, err := gorgonia.Grad(loss, learnables...); err != nil {
		t.Fatal(err)
	}
	outputs := gorgonia.Nodes{loss}
	for _, n := range learnables {
		outputs = append(outputs, n.Deriv())
	}
	m, err := machine.New(g, outputs)
	if err != nil {
		t.Fatal(err)
	}
	run(t, m)
	if allocations := testing.AllocsPerRun(3, func() { run(t, m) }); allocations != 0 {
		t.Errorf("%v allocations a step", allocations)
	}
}

// BenchmarkConvnetBesidePyTorch reports how long a step takes as a multiple of PyTorch's: the
// median of ratios of rounds that take turns, each on one thread.
func BenchmarkConvnetBesidePyTorch(b *testing.B) {
	torch := startTorch(b)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	g := gorgonia.NewGraph()
	loss, learnables := convnet(true)(g)
	if _, err := gorgonia.Grad(loss, learnables...); err != nil {
		b.Fatal(err)
	}
	m := vm(b, g, machine.Learnables(learnables...))
	const steps = 3
	mine := func() float64 {
		start := time.Now()
		for range steps {
			for _, n := range learnables {
				if gradient, err := n.Grad(); err == nil {
					gradient.(*tensor.Dense).Zero()
				}
			}
			run(b, m)
		}
		return time.Since(start).Seconds()
	}
	mine()
	torch(steps)
	var ratios []float64
	for b.Loop() {
		for range 5 {
			ours := mine()
			ratios = append(ratios, ours/torch(steps))
		}
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "times-PyTorch's-time")
}

// startTorch starts testdata/convnet.py, which then takes steps; what it gives is the seconds that
// they took. OpenBLAS is told the processor, for Debian's mistakes new ones for one of 2004.
func startTorch(b *testing.B) (take func(steps int) (seconds float64)) {
	b.Helper()
	python := "/usr/bin/python3" // Debian's packages are this one's
	if exec.Command(python, "-c", "import torch, numpy").Run() != nil {
		b.Skip("no python3 with torch")
	}
	c := exec.CommandContext(b.Context(), python, "-B", "testdata/convnet.py", "time")
	c.Env = append(os.Environ(), "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1")
	if os.Getenv("OPENBLAS_CORETYPE") == "" {
		core := "Haswell"
		if cpu.X86.HasAVX512F {
			core = "SkylakeX"
		}
		c.Env = append(c.Env, "OPENBLAS_CORETYPE="+core)
	}
	in, err := c.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		in.Close()
		c.Wait()
	})
	lines := bufio.NewScanner(out)
	line := func() string {
		if !lines.Scan() {
			b.Fatal("testdata/convnet.py ended: ", lines.Err())
		}
		return lines.Text()
	}
	b.Log("PyTorch ", line())
	return func(steps int) float64 {
		fmt.Fprintln(in, steps)
		seconds, err := strconv.ParseFloat(line(), 64)
		if err != nil {
			b.Fatal(err)
		}
		return seconds
	}
}
