package main

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"time"

	"actscope/data"
	"actscope/graph"
	"actscope/models"
)

// task is work that every peer does alike: networks to train on a set, or to run over its rows.
type task struct {
	key      string // of the case
	name     string
	networks []network
	set      data.Set

	// Training: an epoch goes through the rows in its order, in batches of which the last is what is left, by plain
	// gradient descent. Every network sees the same orders, which shuffle gives from where it stands.
	batch   int
	rate    float64
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

// seed is that of the streams from which weights and orders are drawn.
const seed = 42

// training makes t a task of training a network for each activation.
func (t *task) training(epochs int, hidden []int, activations ...graph.Activation) (*task, error) {
	if err := t.draw(hidden, activations); err != nil {
		return nil, err
	}
	stream := t.shuffle.Clone()
	for range epochs {
		t.orders = append(t.orders, stream.Permutation(t.set.Rows()))
	}
	return t, nil
}

// inference makes t a task of evaluating such networks untrained.
func (t *task) inference(hidden []int, activations ...graph.Activation) (*task, error) {
	return t, t.draw(hidden, activations)
}

// draw draws the weights. As in the study, the stream starts anew for each network and goes on to the orders after the
// last.
func (t *task) draw(hidden []int, activations []graph.Activation) error {
	for _, a := range activations {
		spec := models.MLP{Inputs: t.set.Columns, Hidden: hidden, Activation: a}
		t.shuffle = data.NewRandomState(seed)
		net, err := models.NewMLP(spec, t.shuffle)
		if err != nil {
			return err
		}
		t.networks = append(t.networks, network{spec, net.Parameters})
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
	return fmt.Sprintf("%s: %s-1 %s, %s", t.name, widths, strings.Join(names, " and "), work)
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
	// the reported loss over all rows.
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

// threads is how many every peer may use: one to train, so that programs are
// compared and not schedulers, and all cores to evaluate many rows, as users do,
// unless the task says otherwise.
func (t *task) threads() int {
	if t.passes > 0 && !t.serial {
		return runtime.NumCPU()
	}
	return 1
}
