package models

import (
	"math"
	"slices"

	"actscope/internal/npz"
)

// stopping judges a training on the rows of its validation set after each epoch, remembers the
// parameters of the best and says when to stop.
type stopping struct {
	patience  int
	validator *Validator // nil without rows
	judged    int        // epochs
	last      Validation // of the last of them
	curve     []Validation
	noCurve   bool        // it is not kept
	best      int         // the epoch with the least loss, the first of equals; 0 before any
	least     float64     // its loss
	kept      [][]float64 // what the network had after it: see Network.arrays
}

func newStopping(net *Network, t Training) (*stopping, error) {
	s := &stopping{patience: t.Patience}
	if t.Validation.Rows() == 0 {
		return s, nil
	}
	var err error
	if s.validator, err = NewValidator(net, t.Validation, t); err != nil {
		return nil, err
	}
	s.curve = make([]Validation, 0, min(t.Epochs, keptLosses))
	if s.patience > 0 {
		for _, p := range net.arrays() {
			s.kept = append(s.kept, slices.Clone(p.Values))
		}
	}
	return s, nil
}

// judge is called after each epoch.
func (s *stopping) judge(net *Network) error {
	if s.validator == nil {
		return nil
	}
	v, err := s.validator.Judge()
	if err != nil {
		return err
	}
	s.judged, s.last = s.judged+1, v
	if !s.noCurve {
		s.curve = append(s.curve, v)
	}
	if s.best > 0 && !(v.Loss < s.least) {
		return nil
	}
	s.best, s.least = s.judged, v.Loss
	for i := range s.kept {
		copy(s.kept[i], net.array(i))
	}
	return nil
}

// over says that patience has come to its end.
func (s *stopping) over() bool {
	return s.patience > 0 && s.best > 0 && s.judged-s.best >= s.patience
}

// restore gives the network what it had after the best epoch, where there is patience, and says
// which that was, else 0.
func (s *stopping) restore(net *Network) int {
	if s.patience == 0 || s.best == 0 {
		return 0
	}
	for i := range s.kept {
		copy(net.array(i), s.kept[i])
	}
	return s.best
}

// saved is the course of the validation as arrays; numbers have no accuracy.
func (s *stopping) saved() npz.Arrays {
	if len(s.curve) == 0 {
		return nil
	}
	loss, accuracy := make([]float64, len(s.curve)), make([]float64, len(s.curve))
	for i, v := range s.curve {
		loss[i], accuracy[i] = v.Loss, v.Accuracy
	}
	arrays := npz.Arrays{{Name: validationLossArray, Shape: []int{len(loss)}, Values: loss}}
	if !math.IsNaN(accuracy[0]) {
		arrays = append(arrays, npz.Array{Name: validationAccuracyArray, Shape: []int{len(accuracy)}, Values: accuracy})
	}
	return arrays
}

// resume goes on from a checkpoint, whose best parameters are in place.
func (s *stopping) resume(c *Checkpoint) {
	s.curve, s.best = append(s.curve, c.Validation...), 0
	s.judged = len(s.curve)
	for i, v := range s.curve {
		if s.best == 0 || v.Loss < s.least {
			s.best, s.least = i+1, v.Loss
		}
		s.last = v
	}
}

func (s *stopping) close() error {
	if s.validator == nil {
		return nil
	}
	return s.validator.Close()
}

// array is one of the network's parameters or, after them, statistics.
func (net *Network) array(i int) []float64 {
	if i < len(net.Parameters) {
		return net.Parameters[i].Values
	}
	return net.Statistics[i-len(net.Parameters)].Values
}
