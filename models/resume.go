package models

import (
	"errors"
	"fmt"

	"actscope/data"
	"actscope/graph"
	"actscope/graph/machine/kernel"
)

// Checkpoint is the training's state after this epoch. Only recorders can ask for
// it, during their call.
func (e Epoch) Checkpoint() (*Checkpoint, error) {
	if e.trainer == nil {
		return nil, errors.New("models: a checkpoint of no training: ask for it while a recorder is called")
	}
	return e.trainer.checkpoint()
}

// checkpoint copies everything that the rest of the training depends on.
func (t *trainer) checkpoint() (*Checkpoint, error) {
	c := &Checkpoint{
		Network:   t.net.String(),
		Optimiser: t.training.optimiser().Name(),
		Kernels:   kernel.Set(),
		Epoch:     len(t.losses),
		Steps:     t.steps,
		Loss:      append([]float64(nil), t.losses...),
	}
	c.arrays = arraysOf("", t.net.arrays())
	for _, m := range t.rule.memory() {
		c.arrays = append(c.arrays, arraysOf(m.name+".", t.remembered(m))...)
	}
	for _, s := range t.streams() {
		position, err := s.stream.MarshalBinary()
		if err != nil {
			return nil, fmt.Errorf("checkpoint: %s: %w", s.array, err)
		}
		c.arrays = append(c.arrays, bytesArray(s.array, position))
	}
	return c, nil
}

// remembered are the arrays of an optimiser's memory in the form of the parameters
// that they belong to.
func (t *trainer) remembered(m memory) []graph.Parameter {
	arrays := append([]graph.Parameter(nil), t.net.Parameters...)
	for i := range arrays {
		arrays[i].Values = m.arrays[i]
	}
	return arrays
}

// savedStream is a random stream that training advances.
type savedStream struct {
	array  string
	stream *data.RandomState
}

func (t *trainer) streams() []savedStream {
	streams := []savedStream{{shuffleArray, t.training.Shuffle}}
	if t.full.Draws() {
		streams = append(streams, savedStream{masksArray, t.training.Masks})
	}
	return streams
}

// resume goes on from a checkpoint; one that does not fit changes nothing.
func (t *trainer) resume(c *Checkpoint) error {
	if name := t.training.optimiser().Name(); c.Optimiser != name {
		return fmt.Errorf("it is of training by %s instead of %s", c.Optimiser, name)
	}
	if set := kernel.Set(); c.Kernels != set {
		return fmt.Errorf("it is of training with kernels %q, and this process computes with %q, whose last bits differ: go on with %s=%s, or train from the start", c.Kernels, set, kernel.Environment, c.Kernels)
	}
	if c.Epoch > t.training.Epochs {
		return fmt.Errorf("it was taken after %d epochs, more than the %d asked for", c.Epoch, t.training.Epochs)
	}
	if err := c.checkNetwork(t.net); err != nil {
		return err
	}
	targets := t.net.arrays()
	for _, m := range t.rule.memory() {
		for _, p := range t.remembered(m) {
			p.Name = m.name + "." + p.Name
			targets = append(targets, p)
		}
	}
	streams := t.streams()
	if extra := len(c.arrays) - len(targets) - len(streams); extra != 0 {
		return fmt.Errorf("it has %d arrays: this training needs %d", len(c.arrays), len(targets)+len(streams))
	}
	positions := make([]*data.RandomState, len(streams))
	for i, s := range streams {
		var err error
		if positions[i], err = c.stream(s.array); err != nil {
			return err
		}
	}
	if err := assign(c.arrays, targets); err != nil {
		return err
	}
	for i, s := range streams {
		*s.stream = *positions[i]
	}
	t.steps, t.losses = c.Steps, append(t.losses, c.Loss...)
	return nil
}
