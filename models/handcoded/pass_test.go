package handcoded_test

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"actscope/internal/differences"
	"actscope/models/handcoded"
)

// batch is a net's parameters and some rows for it, drawn at random.
type batch struct {
	layers []handcoded.Layer
	x, y   []float64
}

func draw(seed uint64, rows int, widths ...int) batch {
	rng := rand.New(rand.NewPCG(seed, 7))
	normal := func(v []float64, scale float64) {
		for i := range v {
			v[i] = scale * rng.NormFloat64()
		}
	}
	var b batch
	for l := 1; l < len(widths); l++ {
		layer := handcoded.NewLayer(widths[l-1], widths[l])
		normal(layer.W, math.Sqrt(1/float64(layer.In)))
		normal(layer.B, 0.3)
		b.layers = append(b.layers, layer)
	}
	b.x, b.y = make([]float64, rows*widths[0]), make([]float64, rows)
	normal(b.x, 1)
	for i := range b.y {
		b.y[i] = float64(rng.IntN(2))
	}
	return b
}

func (b batch) pass(t *testing.T, hidden handcoded.Activation, loss handcoded.Loss) *handcoded.Pass {
	t.Helper()
	net, err := handcoded.New(b.layers, hidden, loss)
	if err != nil {
		t.Fatal(err)
	}
	pass, err := net.NewPass(len(b.y))
	if err != nil {
		t.Fatal(err)
	}
	return pass
}

func run(t *testing.T, pass *handcoded.Pass, x, y []float64) {
	t.Helper()
	if err := pass.Forward(x); err != nil {
		t.Fatal(err)
	}
	if err := pass.Backward(y); err != nil {
		t.Fatal(err)
	}
}

func TestGradientsAgreeWithFiniteDifferences(t *testing.T) {
	shapes := [][]int{{1, 1}, {3, 1}, {2, 5, 1}, {2, 8, 8, 1}, {4, 1, 3, 1}, {2, 3, 5, 4, 2, 6, 1}}
	for name, hidden := range activations {
		for _, loss := range []handcoded.Loss{handcoded.Logits, handcoded.Article} {
			for seed, widths := range shapes {
				for _, rows := range []int{1, 7} {
					t.Run(fmt.Sprintf("%s/%s/%v/%d", name, loss, widths, rows), func(t *testing.T) {
						b := draw(uint64(seed), rows, widths...)
						pass := b.pass(t, hidden, loss)
						run(t, pass, b.x, b.y)
						for l, layer := range b.layers {
							g := pass.Gradients[l]
							compareWithDifferences(t, fmt.Sprintf("grad_W%d", l+1), pass, b, layer.W, slices.Clone(g.W))
							compareWithDifferences(t, fmt.Sprintf("grad_b%d", l+1), pass, b, layer.B, slices.Clone(g.B))
						}
					})
				}
			}
		}
	}
}

func compareWithDifferences(t *testing.T, name string, pass *handcoded.Pass, b batch, parameters, gradient []float64) {
	t.Helper()
	estimates := differences.Gradient(func() (float64, uint64) {
		if err := pass.Forward(b.x); err != nil {
			t.Fatal(err)
		}
		loss, err := pass.Loss(b.y)
		if err != nil {
			t.Fatal(err)
		}
		return loss, signs(pass)
	}, parameters)
	for i, want := range estimates {
		if want.Kink {
			t.Errorf("%s[%d] is measured across a kink", name, i)
			continue
		}
		near(t, fmt.Sprintf("%s[%d]", name, i), gradient[i], want.Value, 1e-9)
	}
}

// signs tells on which side of ReLU's kink every hidden pre-activation lies.
func signs(pass *handcoded.Pass) uint64 {
	h := fnv.New64a()
	for _, z := range pass.Z[:len(pass.Z)-1] {
		for _, v := range z {
			if v > 0 {
				h.Write([]byte{1})
			} else {
				h.Write([]byte{0})
			}
		}
	}
	return h.Sum64()
}

func TestOneLayerIsLogisticRegression(t *testing.T) {
	b := draw(3, 5, 2, 1)
	pass := b.pass(t, handcoded.Activation{}, handcoded.Logits)
	run(t, pass, b.x, b.y)
	var w0, w1, b0 float64
	for i, y := range b.y {
		z := b.x[2*i]*b.layers[0].W[0] + b.x[2*i+1]*b.layers[0].W[1] + b.layers[0].B[0]
		p := 1 / (1 + math.Exp(-z))
		near(t, "z", pass.Z[0][i], z, 1e-15)
		near(t, "p", pass.A[1][i], p, 1e-15)
		near(t, "δ", pass.Delta[0][i], (p-y)/5, 1e-15)
		w0 += (p - y) * b.x[2*i] / 5
		w1 += (p - y) * b.x[2*i+1] / 5
		b0 += (p - y) / 5
	}
	near(t, "grad_W1[0]", pass.Gradients[0].W[0], w0, 1e-15)
	near(t, "grad_W1[1]", pass.Gradients[0].W[1], w1, 1e-15)
	near(t, "grad_b1", pass.Gradients[0].B[0], b0, 1e-15)
}

func TestHiddenLayerByHand(t *testing.T) {
	// x = (1, -2), z₁ = (0, -1, 3) with one unit exactly on ReLU's kink, a₁ = (0, 0, 3), z₂ = 3·0.5 - 1.5 = 0, p = 1/2.
	layers := []handcoded.Layer{
		{In: 2, Out: 3, W: []float64{2, 1, 1, 1, 1, 0}, B: []float64{0, 0, 2}},
		{In: 3, Out: 1, W: []float64{7, 8, 0.5}, B: []float64{-1.5}},
	}
	b := batch{layers: layers, x: []float64{1, -2}, y: []float64{1}}
	pass := b.pass(t, activations["relu"], handcoded.Logits)
	run(t, pass, b.x, b.y)
	for _, c := range []struct {
		name      string
		got, want []float64
	}{
		{"z1", pass.Z[0], []float64{0, -1, 3}},
		{"a1", pass.A[1], []float64{0, 0, 3}},
		{"z2", pass.Z[1], []float64{0}},
		{"p", pass.A[2], []float64{0.5}},
		{"δ2", pass.Delta[1], []float64{-0.5}},
		{"δ1", pass.Delta[0], []float64{0, 0, -0.25}},
		{"grad_W2", pass.Gradients[1].W, []float64{0, 0, -1.5}},
		{"grad_b2", pass.Gradients[1].B, []float64{-0.5}},
		{"grad_W1", pass.Gradients[0].W, []float64{0, 0, -0.25, 0, 0, 0.5}},
		{"grad_b1", pass.Gradients[0].B, []float64{0, 0, -0.25}},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%s = %v, want %v", c.name, c.got, c.want)
		}
	}
	loss, err := pass.Loss(b.y)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "loss", loss, math.Ln2, 1e-16)
}

func TestAShorterBatchUsesItsOwnRowsOnly(t *testing.T) {
	b := draw(5, 6, 2, 4, 3, 1)
	large := b.pass(t, activations["tanh"], handcoded.Logits)
	run(t, large, b.x, b.y)
	run(t, large, b.x[:8], b.y[:4])

	short := batch{layers: b.layers, x: b.x[:8], y: b.y[:4]}
	exact := short.pass(t, activations["tanh"], handcoded.Logits)
	run(t, exact, short.x, short.y)
	for l := range b.layers {
		if !slices.Equal(large.Z[l], exact.Z[l]) || !slices.Equal(large.Delta[l], exact.Delta[l]) ||
			!slices.Equal(large.Gradients[l].W, exact.Gradients[l].W) || !slices.Equal(large.Gradients[l].B, exact.Gradients[l].B) {
			t.Errorf("layer %d of a batch of 4 differs after a batch of 6 went through the same memory", l+1)
		}
	}
	run(t, large, b.x, b.y) // and grows back
}

func TestStepDescendsAlongTheGradient(t *testing.T) {
	b := draw(6, 9, 2, 3, 1)
	pass := b.pass(t, activations["sigmoid"], handcoded.Logits)
	before := slices.Clone(b.layers[0].W)
	if err := pass.Step(b.x, b.y, 0.5); err != nil {
		t.Fatal(err)
	}
	for i, w := range b.layers[0].W {
		near(t, fmt.Sprintf("W1[%d]", i), w, before[i]-0.5*pass.Gradients[0].W[i], 1e-15)
	}
	first, err := pass.ReportedLoss(b.y)
	if err != nil {
		t.Fatal(err)
	}
	if err := pass.Forward(b.x); err != nil {
		t.Fatal(err)
	}
	if second, err := pass.ReportedLoss(b.y); err != nil || second >= first {
		t.Errorf("reported loss %g after a step, %g before it (%v)", second, first, err)
	}
}

func TestAStepAllocatesNothing(t *testing.T) {
	b := draw(8, 64, 2, 8, 8, 1)
	for _, loss := range []handcoded.Loss{handcoded.Logits, handcoded.Article} {
		pass := b.pass(t, activations["relu"], loss)
		allocations := testing.AllocsPerRun(20, func() {
			if err := pass.Step(b.x, b.y, 0.01); err != nil {
				t.Fatal(err)
			}
			if _, err := pass.ReportedLoss(b.y); err != nil {
				t.Fatal(err)
			}
		})
		if allocations != 0 {
			t.Errorf("%s: a step allocates %g times", loss, allocations)
		}
	}
}

func BenchmarkStep(b *testing.B) {
	drawn := draw(8, 64, 2, 8, 8, 1)
	for _, name := range []string{"sigmoid", "relu"} {
		b.Run(name, func(b *testing.B) {
			net, err := handcoded.New(drawn.layers, activations[name], handcoded.Logits)
			if err != nil {
				b.Fatal(err)
			}
			pass, err := net.NewPass(64)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if err := pass.Step(drawn.x, drawn.y, 0.05); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
