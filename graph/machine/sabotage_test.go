package machine

import (
	"math"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// sample is a graph with one node for each kind of step.
func sample(t *testing.T) []*step {
	t.Helper()
	g := gorgonia.NewGraph()
	input := func(name string, shape ...int) *gorgonia.Node {
		return gorgonia.NewTensor(g, tensor.Float64, len(shape), gorgonia.WithShape(shape...), gorgonia.WithName(name))
	}
	x, w, b, y := input("x", 40, 23), input("w", 23, 37), input("b", 1, 37), input("y", 40, 37)
	z := gorgonia.Must(gorgonia.BroadcastAdd(gorgonia.Must(gorgonia.Mul(x, w)), b, nil, []byte{0}))
	h := gorgonia.Must(gorgonia.Tanh(z))
	difference := gorgonia.Must(gorgonia.Sub(h, y))
	triple := gorgonia.Must(gorgonia.HadamardProd(h, gorgonia.Must(gorgonia.HadamardProd(difference, y))))
	weighted := gorgonia.Must(gorgonia.Add(
		gorgonia.Must(gorgonia.HadamardProd(triple, gorgonia.NewConstant(0.3))),
		gorgonia.Must(gorgonia.HadamardProd(y, gorgonia.NewConstant(-2.0)))))
	columns := gorgonia.Must(gorgonia.Sum(weighted, 0))
	mean := gorgonia.Must(gorgonia.Mean(weighted))
	transposed := gorgonia.Must(gorgonia.Transpose(weighted, 1, 0))
	p, err := newPlanner(g, gorgonia.Nodes{columns, mean, transposed}, options{certification: Never})
	if err != nil {
		t.Fatal(err)
	}
	return p.steps
}

func TestHonestKernelsAreCertified(t *testing.T) {
	for _, s := range sample(t) {
		if s.opaque {
			t.Errorf("%v has no kernel", s.outs[0].source)
		}
		if reason := s.examine(Double); reason != "" {
			t.Error(reason)
		}
	}
}

// TestSabotagedKernelsAreNotCertified breaks each kernel in small ways.
func TestSabotagedKernelsAreNotCertified(t *testing.T) {
	sabotage := map[string]func(dst []float64, in []*buffer[float64]){
		"a relative error of 1e-12": func(dst []float64, _ []*buffer[float64]) {
			for i := range dst {
				dst[i] *= 1 + 1e-12
			}
		},
		"the last entry forgotten": func(dst []float64, _ []*buffer[float64]) { dst[len(dst)-1] = math.NaN() },
		"NaN swallowed": func(dst []float64, _ []*buffer[float64]) {
			for i, x := range dst {
				if math.IsNaN(x) {
					dst[i] = 0
				}
			}
		},
		"infinities clamped": func(dst []float64, _ []*buffer[float64]) {
			for i, x := range dst {
				dst[i] = max(-math.MaxFloat64, min(x, math.MaxFloat64))
			}
		},
		"nothing computed for hard operands": func(dst []float64, in []*buffer[float64]) {
			for _, x := range in[0].data {
				if math.Abs(x) == 800 {
					clear(dst)
				}
			}
		},
		"an operand overwritten": func(_ []float64, in []*buffer[float64]) { in[0].data[0] = 1 },
	}
	for name, spoil := range sabotage {
		t.Run(name, func(t *testing.T) {
			for _, s := range sample(t) {
				honest := s.calls.double
				spoiled := *s
				spoiled.calls.double = func(b binding[float64]) func() {
					call := honest(b)
					return func() {
						call()
						spoil(b.out[0].data, b.in)
					}
				}
				if name == "infinities clamped" && s.kernel == "tanh" {
					continue // its range is bounded
				}
				if reason := spoiled.examine(Double); !strings.Contains(reason, s.kernel) {
					t.Errorf("%s was certified: %q", s.kernel, reason)
				}
			}
		})
	}
}

func TestKernelsThatCannotWorkInPlaceAreNotCertified(t *testing.T) {
	for _, s := range sample(t) {
		if !s.elementwise || s.outs[0].size == 1 {
			continue
		}
		honest := s.calls.double
		clearing := *s
		clearing.calls.double = func(b binding[float64]) func() {
			call := honest(b)
			return func() {
				clear(b.out[0].data) // before the operands are read
				call()
			}
		}
		if reason := clearing.examine(Double); !strings.Contains(reason, "in the place of") {
			t.Errorf("%s was certified: %q", s.kernel, reason)
		}
	}
}

func TestCertificatesAreSharedByPlansAlike(t *testing.T) {
	first, second := sample(t), sample(t)
	for i := range first {
		if first[i].key() != second[i].key() {
			t.Errorf("%s: different keys\n%s\n%s", first[i].kernel, first[i].key(), second[i].key())
		}
		for j := range first[:i] {
			if first[i].key() == first[j].key() {
				t.Errorf("%s and %s share a certificate", first[i].kernel, first[j].kernel)
			}
		}
	}
}

func TestExamplesKeepWhatTilesDependOn(t *testing.T) {
	for n := 1; n < 3000; n++ {
		e := exampleExtent(n)
		if e > 31 || e%8 != n%8 || (n <= 24 && e != n) {
			t.Fatalf("an axis of %d is represented by one of %d", n, e)
		}
	}
}
