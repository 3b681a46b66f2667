package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"actscope/graph/machine/kernel"
	"actscope/models"
)

// peer is one way to do tasks.
type peer interface {
	name() string
	// start readies the peer for a task, outside all timing. A new task ends the one before.
	start(ctx context.Context, t *task) (contender, error)
	// software names what does the work, with versions.
	software() string
	// close ends what the peer keeps running.
	close()
}

// multiplier is a peer that multiplies matrices alone, too.
type multiplier interface {
	peer
	startProduct(m *matrixProduct) (contender, error)
}

// contender does the work of one case, round after round.
type contender struct {
	peer string
	// threads is how many the Go runtime may use; other programs are started with the same limit.
	threads int
	// round does all of the work once.
	round func(ctx context.Context) (outcome, error)
	// note says how the time was found where it is not that of the whole work.
	note string
}

// of is c as that of a peer. One that could not start, because of err, fails in its first round.
func (c contender) of(p peer, threads int, err error) contender {
	c.peer, c.threads = p.name(), threads
	if err != nil {
		c.round = func(context.Context) (outcome, error) { return outcome{}, err }
	}
	return c
}

// opponents are the peers besides actscope in the order of the table.
var opponents = []struct {
	name string
	open func(ctx context.Context, o options) (peer, error)
}{
	{"portable", openPortable},
	{"tape", inProcess(tapePeer)},
	{"handcoded", inProcess(handcodedPeer)},
	{"gonum", inProcess(gonumMultiplier{gonumPeer})},
	{"numpy", func(ctx context.Context, o options) (peer, error) { return openPython(ctx, o.python, "numpy") }},
	{"torch", func(ctx context.Context, o options) (peer, error) { return openPython(ctx, o.python, "torch") }},
}

func inProcess(p peer) func(context.Context, options) (peer, error) {
	return func(context.Context, options) (peer, error) { return p, nil }
}

func peerNames() []string {
	var names []string
	for _, o := range opponents {
		names = append(names, o.name)
	}
	return names
}

// missingError says that a peer is not installed.
type missingError struct{ peer, reason string }

func (e *missingError) Error() string { return fmt.Sprintf("%s is missing: %s", e.peer, e.reason) }

// openPeers gives actscope and the chosen opponents, and names those that are missing.
func openPeers(ctx context.Context, o options) (open []peer, missing []error, err error) {
	open = []peer{actscope{}}
	for _, opponent := range opponents {
		if !slices.Contains(o.peers, opponent.name) {
			continue
		}
		p, err := opponent.open(ctx, o)
		var absent *missingError
		switch {
		case errors.As(err, &absent):
			missing = append(missing, err)
		case err != nil:
			for _, p := range open {
				p.close()
			}
			return nil, nil, fmt.Errorf("%s: %w", opponent.name, err)
		default:
			open = append(open, p)
		}
	}
	return open, missing, nil
}

// actscope is the program under test, used as its own commands use it.
type actscope struct{}

func (actscope) name() string     { return "actscope" }
func (actscope) software() string { return aboutActscope() }
func (actscope) close()           {}

// aboutActscope says how this program computes.
func aboutActscope() string {
	return runtime.Version() + ", kernels " + kernel.Instructions() + ", large products by " + productLibrary()
}

// productLibrary names what multiplies large matrices; the build with OpenBLAS replaces it.
var productLibrary = func() string {
	if kernel.Set() == kernel.AVX2 {
		return "its own kernels"
	}
	return moduleVersion("gonum.org/v1/gonum")
}

func (a actscope) start(_ context.Context, t *task) (contender, error) {
	var nets []*models.Network
	for _, n := range t.networks {
		net, err := models.NewMLP(n.spec, t.shuffle.Clone())
		if err != nil {
			return contender{}, err
		}
		nets = append(nets, net)
	}
	return contender{round: func(ctx context.Context) (outcome, error) {
		for i, n := range t.networks {
			for j, p := range n.initial {
				copy(nets[i].Parameters[j].Values, p.Values)
			}
		}
		if t.trains() {
			return a.train(ctx, t, nets)
		}
		return a.predict(t, nets)
	}}, nil
}

// train times models.Train as a whole: building and planning the graphs, shuffling, and the checks of every step.
func (actscope) train(ctx context.Context, t *task, nets []*models.Network) (outcome, error) {
	var o outcome
	for _, net := range nets {
		training := models.Training{Rate: rate, Batch: t.batch, Epochs: len(t.orders), Shuffle: t.shuffle.Clone()}
		start := time.Now()
		history, err := models.Train(ctx, net, t.set, training)
		o.duration += time.Since(start)
		if err != nil {
			return o, err
		}
		o.losses = append(o.losses, history.Loss)
	}
	return o, nil
}

func (actscope) predict(t *task, nets []*models.Network) (outcome, error) {
	var o outcome
	for _, net := range nets {
		var p []float64
		start := time.Now()
		for range t.passes {
			var err error
			if p, err = net.Predict(t.set.X); err != nil {
				return o, err
			}
		}
		o.duration += time.Since(start)
		o.losses = append(o.losses, []float64{reportedLoss(p, t.set.Y)})
	}
	return o, nil
}

func (actscope) startProduct(m *matrixProduct) (contender, error) {
	if m.precision == "float32" {
		return ownProduct[float32](m), nil
	}
	return ownProduct[float64](m), nil
}

func ownProduct[T kernel.Float](m *matrixProduct) contender {
	p := kernel.NewProduct[T](kernel.Multiply(m.rows, m.inner, m.columns, false, false))
	return inGo(m, func(dst, a, b []T) { p.Run(dst, a, b, nil) })
}
