package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// learner is one network in the hands of a Go peer. One that is an io.Closer is closed after its training.
type learner interface {
	// step descends once on a batch and returns its reported loss before the step.
	step(x, y []float64, rate float64) (float64, error)
	// predict gives P(class 1) for each row, valid until the next call.
	predict(x []float64) ([]float64, error)
}

// goPeer is a peer in this process: it knows a step, and the loop over epochs and batches is the same for all.
type goPeer struct {
	label, about string
	// build makes a learner with a network's initial weights that can take batches of these sizes.
	build func(n network, sizes []int, trains bool) (learner, error)
	// maxEpochs, if any, bounds the epochs that are run; the time of the others is extrapolated.
	maxEpochs int
}

func (p goPeer) name() string     { return p.label }
func (p goPeer) software() string { return p.about }
func (p goPeer) close()           {}

// piece is how many rows are evaluated at once: few enough for the caches.
const piece = 1000

func (p goPeer) start(_ context.Context, t *task) (contender, error) {
	if t.trains() {
		epochs, c := len(t.orders), contender{}
		if p.maxEpochs > 0 && p.maxEpochs < epochs {
			c.note = fmt.Sprintf("scaled from %d of %d epochs", p.maxEpochs, epochs)
			epochs = p.maxEpochs
		}
		c.round = func(ctx context.Context) (outcome, error) { return p.train(ctx, t, epochs) }
		return c, nil
	}
	var learners []learner
	for _, n := range t.networks {
		l, err := p.build(n, sizes(t.set.Rows(), piece), false)
		if err != nil {
			return contender{}, err
		}
		learners = append(learners, l)
	}
	return contender{round: func(context.Context) (outcome, error) { return p.predict(t, learners) }}, nil
}

// sizes lists the different sizes of batches when rows are cut into batches of the given size.
func sizes(rows, batch int) []int {
	if rows <= batch {
		return []int{rows}
	}
	if rows%batch == 0 {
		return []int{batch}
	}
	return []int{batch, rows % batch}
}

// train times the epochs, without what build does.
func (p goPeer) train(ctx context.Context, t *task, epochs int) (outcome, error) {
	var o outcome
	for _, n := range t.networks {
		l, err := p.build(n, sizes(t.set.Rows(), t.batch), true)
		if err != nil {
			return o, err
		}
		start := time.Now()
		losses, err := t.train(ctx, l, epochs)
		o.duration += time.Duration(float64(time.Since(start)) * float64(len(t.orders)) / float64(epochs))
		if c, ok := l.(io.Closer); ok {
			err = errors.Join(err, c.Close())
		}
		if err != nil {
			return o, err
		}
		o.losses = append(o.losses, losses)
	}
	return o, nil
}

// train runs a learner through the first epochs and returns their losses.
func (t *task) train(ctx context.Context, l learner, epochs int) ([]float64, error) {
	columns, losses := t.set.Columns, make([]float64, 0, epochs)
	x, y := make([]float64, t.batch*columns), make([]float64, t.batch)
	for _, order := range t.orders[:epochs] {
		sum, batches := 0.0, 0
		for len(order) > 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			rows := order[:min(t.batch, len(order))]
			order = order[len(rows):]
			for i, row := range rows {
				copy(x[i*columns:(i+1)*columns], t.set.X[row*columns:])
				y[i] = t.set.Y[row]
			}
			loss, err := l.step(x[:len(rows)*columns], y[:len(rows)], t.rate)
			if err != nil {
				return nil, err
			}
			sum += loss
			batches++
		}
		losses = append(losses, sum/float64(batches))
	}
	return losses, nil
}

func (p goPeer) predict(t *task, learners []learner) (outcome, error) {
	var o outcome
	probability := make([]float64, t.set.Rows())
	for _, l := range learners {
		start := time.Now()
		for range t.passes {
			for first := 0; first < t.set.Rows(); first += piece {
				end := min(first+piece, t.set.Rows())
				p, err := l.predict(t.set.X[first*t.set.Columns : end*t.set.Columns])
				if err != nil {
					return o, err
				}
				copy(probability[first:], p)
			}
		}
		o.duration += time.Since(start)
		o.losses = append(o.losses, []float64{reportedLoss(probability, t.set.Y)})
	}
	return o, nil
}
