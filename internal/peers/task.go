package main

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"strings"
	"time"

	"actscope/data"
	"actscope/graph"
	"actscope/graph/machine/kernel"
	"actscope/models"
)

// task is work that every peer does alike: networks to train on a set, or to run over its rows.
type task struct {
	key      string // of the case
	name     string
	networks []network
	set      data.Set
	// precision is the arithmetic of the networks.
	precision graph.Precision

	// Training: an epoch goes through the rows in its order, in batches of which the last is what is left, by plain
	// gradient descent. Every network sees the same orders, which shuffle gives from where it stands.
	batch   int
	orders  [][]int
	shuffle *data.RandomState

	// Inference: how often a round goes over all rows, and whether on one thread only.
	passes int
	serial bool
}

// network is a perceptron with the weights that all peers start from.
type network struct {
	spec    models.MLP
	initial []graph.Parameter // W1, b1, W2, ...
}

const (
	// seed is that of the streams from which weights, orders and matrices are drawn.
	seed = 42
	// rate is the learning rate of every training, the study's.
	rate = 0.05
)

// draw gives the task a network for each activation, with its weights, and the orders of its epochs, none for inference.
// As in the study, the stream starts anew for each network and goes on to the orders after the last.
func (t *task) draw(epochs int, hidden []int, activations ...graph.Activation) error {
	for _, a := range activations {
		spec := models.MLP{Inputs: t.set.Columns, Hidden: hidden, Activation: a, Precision: t.precision}
		if classes := t.set.Targets.Classes(); classes > 2 {
			spec.Outputs, spec.Loss = classes, graph.Softmax
		}
		t.shuffle = data.NewRandomState(seed)
		net, err := models.NewMLP(spec, t.shuffle)
		if err != nil {
			return err
		}
		t.networks = append(t.networks, network{spec, net.Parameters})
	}
	stream := t.shuffle.Clone()
	for range epochs {
		t.orders = append(t.orders, stream.Permutation(t.set.Rows()))
	}
	return nil
}

// trains tells training from inference.
func (t *task) trains() bool { return len(t.orders) > 0 }

// steps is the number of updates of all networks together.
func (t *task) steps() int {
	batches := (t.set.Rows() + t.batch - 1) / t.batch
	return len(t.networks) * len(t.orders) * batches
}

// threads is how many every peer may use: one to train, so that programs are compared and not schedulers, and all cores
// to evaluate many rows, as users do, unless the task says otherwise.
func (t *task) threads() int {
	if t.passes > 0 && !t.serial {
		return runtime.NumCPU()
	}
	return 1
}

// title says what is done, with all sizes.
func (t *task) title() string {
	widths := fmt.Sprint(t.set.Columns)
	for _, units := range t.networks[0].spec.Hidden {
		widths += fmt.Sprintf("-%d", units)
	}
	var names []string
	for _, n := range t.networks {
		names = append(names, n.spec.Activation.Name)
	}
	work := counted(t.passes, "pass", "passes")
	if t.trains() {
		work = fmt.Sprintf("%s, batch %d of %d rows", counted(t.steps(), "step", "steps"), t.batch, t.set.Rows())
	}
	outputs := max(t.networks[0].spec.Outputs, 1)
	return fmt.Sprintf("%s: %s-%d %s, %s", t.name, widths, outputs, strings.Join(names, " and "), work)
}

func counted(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}

// outcome is what one round of a contender gives.
type outcome struct {
	duration time.Duration
	// losses has, for each network, the mean reported loss of each epoch's batches, before their steps; for inference
	// the reported loss over all rows, and for a product of matrices the sum of the squares of its entries.
	losses [][]float64
}

// reportedLoss is the article's loss, -mean(y ln(p+ε) + (1-y) ln(1-p+ε)).
func reportedLoss(p, y []float64) float64 {
	const epsilon = 1e-9
	sum := 0.0
	for i, p := range p {
		sum -= y[i]*math.Log(p+epsilon) + (1-y[i])*math.Log(1-p+epsilon)
	}
	return sum / float64(len(p))
}

// matrixProduct is the work of multiplying two matrices, over and over.
type matrixProduct struct {
	key                  string
	rows, inner, columns int
	precision            string // float64 or float32
	passes               int
	a, b                 []float64
}

func newMatrixProduct(key string, single, quick bool) *matrixProduct {
	wide := smaller(quick, 64, 1024)
	m := &matrixProduct{key: key, rows: smaller(quick, 16, 256), inner: wide, columns: wide, precision: "float64", passes: smaller(quick, 1, 8)}
	if single {
		m.precision = "float32"
	}
	stream := data.NewRandomState(seed)
	draw := func(n int) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = stream.NormFloat64()
		}
		return x
	}
	m.a, m.b = draw(m.rows*m.inner), draw(m.inner*m.columns)
	return m
}

func (m *matrixProduct) title() string {
	return fmt.Sprintf("a product of matrices in %s: %d×%d by %d×%d, %s", m.precision, m.rows, m.inner, m.inner, m.columns, counted(m.passes, "pass", "passes"))
}

// inGo is a contender that multiplies the matrices in this process, in the precision T.
func inGo[T kernel.Float](m *matrixProduct, multiply func(dst, a, b []T)) contender {
	dst, a, b := make([]T, m.rows*m.columns), converted[T](m.a), converted[T](m.b)
	return contender{round: func(context.Context) (outcome, error) {
		start := time.Now()
		for range m.passes {
			multiply(dst, a, b)
		}
		o, sum := outcome{duration: time.Since(start)}, 0.0
		for _, x := range dst {
			sum += float64(x) * float64(x)
		}
		o.losses = [][]float64{{sum}}
		return o, nil
	}}
}

func converted[T kernel.Float](src []float64) []T {
	dst := make([]T, len(src))
	for i, x := range src {
		dst[i] = T(x)
	}
	return dst
}
