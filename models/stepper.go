package models

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"actscope/data"
)

// Trainer is a training that whoever has it advances by epochs or steps, as far and as fast as they
// like: with the same settings it gives, epoch by epoch, the bits that [Train] gives. It keeps no
// course of losses. It is for one goroutine at a time.
type Trainer struct {
	t      *trainer
	epochs int // that are done
}

// NewTrainer prepares a training of the network on the rows of a set; of the settings, Epochs bounds
// nothing. Programs that an earlier training compiled serve again. Close it after use.
func NewTrainer(net *Network, set data.Set, training Training) (*Trainer, error) {
	if err := training.Validate(); err != nil {
		return nil, err
	}
	training.Epochs = max(training.Epochs, 0)
	t, err := newTrainer(net, set, training)
	if err != nil {
		return nil, err
	}
	trainer := &Trainer{t: t}
	if c := training.Resume; c != nil {
		t.training.Epochs = max(t.training.Epochs, c.Epoch)
		if err := t.resume(c); err != nil {
			return nil, errors.Join(c.fault(err), t.stopping.close())
		}
		trainer.epochs = c.Epoch
	}
	t.losses, t.stopping.curve, t.stopping.noCurve = nil, nil, true
	return trainer, nil
}

// Epoch makes one pass over the rows, or the rest of one that steps have begun. Last says that
// patience has come to its end, after which [Trainer.Best] has the parameters to keep. After an error
// the network has the parameters of the last step.
func (t *Trainer) Epoch(ctx context.Context) (Epoch, error) {
	e, err := t.t.epoch(ctx, t.epochs+1)
	if err != nil {
		return Epoch{}, err
	}
	return t.ended(e)
}

// Step trains on one mini-batch; ended says that the epoch e is complete with it.
func (t *Trainer) Step(ctx context.Context) (e Epoch, ended bool, err error) {
	if err := t.t.batch(ctx, t.epochs+1); err != nil {
		return Epoch{}, false, err
	}
	if t.t.passed.first < len(t.t.order) {
		return Epoch{}, false, nil
	}
	e, err = t.ended(t.t.finished(t.epochs + 1))
	return e, err == nil, err
}

// ended judges the network after an epoch.
func (t *Trainer) ended(e Epoch) (Epoch, error) {
	e.trainer = nil // which has no losses to make a checkpoint of
	t.epochs++
	if err := t.t.stopping.judge(t.t.net); err != nil {
		var d *DivergenceError
		if errors.As(err, &d) {
			d.Epoch, d.Step = e.Number, e.steps
		}
		return Epoch{}, err
	}
	if t.t.stopping.judged > 0 {
		e.Validation = &t.t.stopping.last
	}
	e.Last = t.t.stopping.over()
	return e, nil
}

// Best gives the network the parameters of the epoch with the least validation loss, where there is
// patience, and says which that was, else 0.
func (t *Trainer) Best() int { return t.t.stopping.restore(t.t.net) }

// Epochs and Steps are how many were done.
func (t *Trainer) Epochs() int { return t.epochs }

// Steps is the number of parameter updates.
func (t *Trainer) Steps() int { return t.t.steps }

// Rate is the learning rate, before its schedule.
func (t *Trainer) Rate() float64 { return t.t.training.Rate }

// SetRate changes the learning rate from the next epoch on.
func (t *Trainer) SetRate(rate float64) error {
	training := t.t.training
	training.Rate = rate
	if err := training.Validate(); err != nil {
		return err
	}
	t.t.training.Rate = rate
	return nil
}

// Close releases what the network does not keep.
func (t *Trainer) Close() error { return t.t.stopping.close() }

// State is a training at a moment, in memory: see [Trainer.State].
type State struct {
	network, optimiser  string
	arrays              [][]float64 // the network's, then the optimiser's memory, then the best epoch's
	ofNetwork, ofMemory int         // how many of them are the network's, and the optimiser's
	shuffle, masks      *data.RandomState
	order               []int
	passed              pass
	norms               []float64
	batch               int
	rate                float64
	steps, epochs       int
	judged, best        int
	least               float64
	last                Validation
}

// State copies everything that the rest of the training depends on, the network's parameters among
// it. It takes microseconds.
func (t *Trainer) State() *State {
	r := t.t
	s := &State{
		network: r.net.String(), optimiser: r.training.optimiser().Name(),
		shuffle: r.training.Shuffle.Clone(), order: slices.Clone(r.order), passed: r.passed, norms: slices.Clone(r.norms),
		batch: r.training.Batch, rate: r.rate, steps: r.steps, epochs: t.epochs,
		judged: r.stopping.judged, best: r.stopping.best, least: r.stopping.least, last: r.stopping.last,
	}
	if r.training.Masks != nil {
		s.masks = r.training.Masks.Clone()
	}
	parameters, memory, best := t.arrays()
	s.ofNetwork, s.ofMemory = len(parameters), len(memory)
	for _, values := range slices.Concat(parameters, memory, best) {
		s.arrays = append(s.arrays, slices.Clone(values))
	}
	return s
}

// arrays are what training changes: the network's, the optimiser's memory and the best epoch's.
func (t *Trainer) arrays() (network, memory, best [][]float64) {
	for _, p := range t.t.net.arrays() {
		network = append(network, p.Values)
	}
	for _, m := range t.t.rule.memory() {
		memory = append(memory, m.arrays...)
	}
	return network, memory, t.t.stopping.kept
}

// Restore goes back, or over, to a state: with the settings that it was taken under every bit is as it
// was. Settings may be others than then: an optimiser of another name begins without memory. The
// state of another network, of other rows, or of the middle of an epoch with batches of another size
// is an error that changes nothing.
func (t *Trainer) Restore(s *State) error {
	r := t.t
	network, memory, best := t.arrays()
	switch {
	case len(network) != s.ofNetwork || !sameLengths(network, s.arrays[:s.ofNetwork]):
		return fmt.Errorf("models: a state of another network: %s instead of %v", s.network, r.net)
	case len(s.order) != len(r.order):
		return fmt.Errorf("models: a state of training on %d rows instead of %d", len(s.order), len(r.order))
	case s.passed.first > 0 && s.batch != r.training.Batch:
		return fmt.Errorf("models: a state in the middle of an epoch with batches of %d rows instead of %d", s.batch, r.training.Batch)
	}
	for i, values := range network {
		copy(values, s.arrays[i])
	}
	kept := s.arrays[s.ofNetwork:]
	if r.steps = 0; s.optimiser == r.training.optimiser().Name() && len(memory) == s.ofMemory {
		r.steps = s.steps
		for i, values := range memory {
			copy(values, kept[i])
		}
	} else {
		for _, values := range memory {
			clear(values)
		}
	}
	*r.training.Shuffle = *s.shuffle.Clone()
	if r.training.Masks != nil && s.masks != nil {
		*r.training.Masks = *s.masks.Clone()
	}
	copy(r.order, s.order)
	copy(r.norms, s.norms)
	r.passed, r.rate, t.epochs = s.passed, s.rate, s.epochs
	if kept = kept[s.ofMemory:]; sameLengths(best, kept) {
		r.stopping.judged, r.stopping.best, r.stopping.least, r.stopping.last = s.judged, s.best, s.least, s.last
		for i, values := range best {
			copy(values, kept[i])
		}
	} else {
		r.stopping.judged, r.stopping.best = 0, 0
	}
	return nil
}

func sameLengths(a, b [][]float64) bool {
	return slices.EqualFunc(a, b, func(x, y []float64) bool { return len(x) == len(y) })
}

// Epochs is how many were done.
func (s *State) Epochs() int { return s.epochs }

// Bytes is about what the state takes.
func (s *State) Bytes() int {
	const streams = 2 * 2600
	bytes := streams + 8*(len(s.order)+len(s.norms))
	for _, values := range s.arrays {
		bytes += 8 * len(values)
	}
	return bytes
}

// Finite says whether the state's numbers are.
func (s *State) Finite() bool {
	for _, values := range s.arrays {
		if slices.ContainsFunc(values, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }) {
			return false
		}
	}
	return true
}
