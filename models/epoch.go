package models

import (
	"fmt"
	"time"
)

// Epoch is what training shows to its recorders after each pass over the data.
type Epoch struct {
	// Number counts from 1.
	Number int
	// Loss is the plain mean of the batches' reported losses, each before its step.
	Loss float64
	// GradientNorms has, for each layer, the mean over the epoch's steps of the
	// Euclidean norm of the gradient with respect to its parameters. It is
	// valid during the call.
	GradientNorms []float64

	trainer *trainer
}

// Recorder watches training. It must not change the network; an error stops the
// training.
type Recorder interface {
	Record(Epoch) error
}

// RecorderFunc is a function that is a Recorder.
type RecorderFunc func(Epoch) error

// Record calls the function.
func (f RecorderFunc) Record(e Epoch) error { return f(e) }

// History is the course of one training.
type History struct {
	// Loss is the reported loss of each epoch, those before a checkpoint included.
	Loss []float64
	// Steps is the number of parameter updates, likewise.
	Steps int
	// Duration is the wall time of this run's steps, without compiling the graphs.
	Duration time.Duration
}

// DivergenceError says where a training produced NaN or Inf.
type DivergenceError struct {
	// Quantity is what is no longer finite, such as "loss" or "gradient of W2".
	Quantity string
	// Value is NaN or an infinity.
	Value float64
	// Epoch and Step (within the epoch) count from 1.
	Epoch, Step int
}

func (e *DivergenceError) Error() string {
	return fmt.Sprintf("training diverged: %s is %v at epoch %d, step %d; a smaller learning rate may help", e.Quantity, e.Value, e.Epoch, e.Step)
}
