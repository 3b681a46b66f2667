package handcoded_test

import (
	"fmt"
	"math"
	"testing"

	"actscope/data"
	"actscope/internal/npz"
	"actscope/models/handcoded"
)

// The article's setting, whose values testdata/article.npz holds.
const (
	articleSeed   = 42
	articleEpochs = 800
	articleRows   = 300
	articleBatch  = 64
	articleRate   = 0.05
)

type golden struct {
	*testing.T
	arrays npz.Arrays
}

func openGolden(t *testing.T) golden {
	t.Helper()
	arrays, err := npz.ReadFile("testdata/article.npz")
	if err != nil {
		t.Fatal(err)
	}
	return golden{t, arrays}
}

func (g golden) values(format string, args ...any) []float64 {
	g.Helper()
	name := fmt.Sprintf(format, args...)
	array, ok := g.arrays.Lookup(name)
	if !ok {
		g.Fatalf("no array %s", name)
	}
	return array.Values
}

// net returns the article's 2 -> 8 -> 8 -> 1 with its initial weights.
func (g golden) net(name string) *handcoded.Net {
	g.Helper()
	var layers []handcoded.Layer
	widths := []int{2, 8, 8, 1}
	for l := 1; l < len(widths); l++ {
		layer := handcoded.NewLayer(widths[l-1], widths[l])
		copy(layer.W, g.values("%s_init_W%d", name, l))
		layers = append(layers, layer)
	}
	net, err := handcoded.New(layers, activations[name], handcoded.Logits)
	if err != nil {
		g.Fatal(err)
	}
	return net
}

func (g golden) near(what string, got, want []float64, tolerance float64) {
	g.Helper()
	if len(got) != len(want) {
		g.Fatalf("%s has %d entries, want %d", what, len(got), len(want))
	}
	worst := 0.0
	for i := range got {
		worst = max(worst, math.Abs(got[i]-want[i]))
	}
	g.Logf("%s: at most %.1e off", what, worst)
	if !(worst <= tolerance) {
		g.Errorf("%s is %g off, want at most %g", what, worst, tolerance)
	}
}

func TestArticleGradientsAtTheInitialWeights(t *testing.T) {
	g := openGolden(t)
	x, y := g.values("x_train")[:2*articleBatch], g.values("y_train")[:articleBatch]
	for _, name := range []string{"sigmoid", "relu"} {
		pass, err := g.net(name).NewPass(articleBatch)
		if err != nil {
			t.Fatal(err)
		}
		run(t, pass, x, y)
		loss, err := pass.ReportedLoss(y)
		if err != nil {
			t.Fatal(err)
		}
		g.near(name+" loss", []float64{loss}, g.values("%s_loss_first_rows", name), 1e-15)
		for l, gradient := range pass.Gradients {
			g.near(fmt.Sprintf("%s grad_W%d", name, l+1), gradient.W, g.values("%s_grad_W%d", name, l+1), 1e-15)
			g.near(fmt.Sprintf("%s grad_b%d", name, l+1), gradient.B, g.values("%s_grad_b%d", name, l+1), 1e-15)
		}
	}
}

func TestArticleTrainingRun(t *testing.T) {
	g := openGolden(t)
	xTrain, yTrain := g.values("x_train"), g.values("y_train")

	// The shuffles continue the stream from which the weights, 2·8 + 8·8 + 8 Gaussians, were drawn for the last net; the
	// first net sees the same ones.
	stream := data.NewRandomState(articleSeed)
	for range 2*8 + 8*8 + 8 {
		stream.NormFloat64()
	}
	orders := make([][]int, articleEpochs)
	for epoch := range orders {
		orders[epoch] = stream.Permutation(articleRows)
	}

	for _, name := range []string{"sigmoid", "relu"} {
		net := g.net(name)
		pass, err := net.NewPass(articleBatch)
		if err != nil {
			t.Fatal(err)
		}
		var history []float64
		x, y := make([]float64, 0, 2*articleBatch), make([]float64, 0, articleBatch)
		for _, order := range orders {
			sum, batches := 0.0, 0
			for from := 0; from < articleRows; from += articleBatch {
				x, y = x[:0], y[:0]
				for _, row := range order[from:min(from+articleBatch, articleRows)] {
					x = append(x, xTrain[2*row:2*row+2]...)
					y = append(y, yTrain[row])
				}
				if err := pass.Step(x, y, articleRate); err != nil {
					t.Fatal(err)
				}
				loss, err := pass.ReportedLoss(y)
				if err != nil {
					t.Fatal(err)
				}
				sum += loss
				batches++
			}
			history = append(history, sum/float64(batches))
		}
		g.near(name+" loss history", history, g.values("%s_loss_history", name), 1e-12)
		for l, layer := range net.Layers {
			g.near(fmt.Sprintf("%s final W%d", name, l+1), layer.W, g.values("%s_final_W%d", name, l+1), 1e-12)
			g.near(fmt.Sprintf("%s final b%d", name, l+1), layer.B, g.values("%s_final_b%d", name, l+1), 1e-12)
		}
	}
}
