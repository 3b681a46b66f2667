package models

import (
	"errors"
	"fmt"
	"math"

	"actscope/data"
)

// Training says how a network is trained: by mini-batch gradient descent, whose
// steps an optimiser takes.
type Training struct {
	// Rate is the learning rate, finite and positive.
	Rate float64
	// Batch is the number of rows in a mini-batch; the last batch of an epoch has
	// what is left, and a batch larger than the data is all of it.
	Batch int
	// Epochs is the number of passes over the rows; 0 leaves the network as it is.
	Epochs int
	// Shuffle gives each epoch's order of the rows; it is advanced.
	Shuffle *data.RandomState
	// Optimiser takes the steps; nil stands for [Descent].
	Optimiser Optimiser
	// WeightDecay is decoupled (Loshchilov & Hutter 2019): before each step the
	// weights, but not biases and other parameters, shrink by Rate × WeightDecay of
	// themselves. For plain descent that is an L2 penalty of WeightDecay/2 times
	// their squares.
	WeightDecay float64
	// Clip, if positive, bounds the Euclidean norm of the whole gradient: a longer
	// one is scaled down to it (Pascanu, Mikolov & Bengio 2013). What recorders see is
	// the norm before.
	Clip float64
}

// Validate reports settings that training would diverge or never end with.
func (t Training) Validate() error {
	switch {
	case !(t.Rate > 0) || math.IsInf(t.Rate, 0):
		return fmt.Errorf("learning rate %v: it must be a positive number", t.Rate)
	case t.Batch < 1:
		return fmt.Errorf("batch size %d: at least one row is needed", t.Batch)
	case t.Epochs < 0:
		return fmt.Errorf("epochs %d: a count cannot be negative", t.Epochs)
	case t.Shuffle == nil:
		return errors.New("no random stream to shuffle the rows with")
	case !(t.WeightDecay >= 0) || !(t.WeightDecay*t.Rate <= 1):
		return fmt.Errorf("weight decay %v: it must be a number from 0 to 1/learning rate, lest the weights change sign", t.WeightDecay)
	case !(t.Clip >= 0) || math.IsInf(t.Clip, 0):
		return fmt.Errorf("gradient clipping at norm %v: it must be a positive number, or 0 for none", t.Clip)
	}
	return t.optimiser().Validate()
}

func (t Training) optimiser() Optimiser {
	if t.Optimiser == nil {
		return Descent{}
	}
	return t.Optimiser
}
