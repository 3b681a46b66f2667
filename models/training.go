package models

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

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
	// Schedule changes the rate from epoch to epoch.
	Schedule Schedule
	// Epochs is the number of passes over the rows, those before a checkpoint
	// included; 0 leaves the network as it is.
	Epochs int
	// Validation, if it has rows, is a set that the network is judged on after each epoch: see
	// [Epoch]. It changes nothing of the steps.
	Validation data.Set
	// Patience, where positive, ends the training when so many epochs in a row have not lowered the
	// loss on Validation below its least, and gives the network what it had after the epoch of the
	// least, the first of equals, however the training ends but by an error. [History].Best says
	// which that is.
	Patience int
	// Shuffle gives each epoch's order of the rows; it is advanced.
	Shuffle *data.RandomState
	// Masks gives the masks of dropout and whatever else is random in the network's
	// layers, so that Shuffle's stream is the same with and without them; it is
	// advanced. [MaskStream] makes one; networks without dropout need none.
	Masks *data.RandomState
	// Optimiser takes the steps; nil stands for [Descent].
	Optimiser Optimiser
	// WeightDecay is decoupled (Loshchilov & Hutter 2019): before each step the
	// weights, but not biases and other parameters, shrink by Rate × WeightDecay of
	// themselves. For plain descent that is an L2 penalty of WeightDecay/2 times
	// their squares.
	WeightDecay float64
	// L1 is a penalty of L1 times the sum of the weights' magnitudes, taken after each step by the
	// proximal map: the weights, but not biases and other parameters, come nearer to 0 by Rate × L1, and
	// those that would pass it stay there (Parikh & Boyd 2014). It is part of no gradient and no loss.
	L1 float64
	// ClassWeights, if any, has a number for each class of the set: the terms of a class's rows
	// are multiplied by it before they are added up and divided, also in the reported loss.
	// What a mean is divided by stays the number of rows, as with scikit-learn's sample weights
	// in a sum of losses; PyTorch's CrossEntropyLoss(weight=...) divides by the sum of the rows'
	// weights. See [BalancedWeights].
	ClassWeights []float64
	// Clip, if positive, bounds the Euclidean norm of the whole gradient: a longer
	// one is scaled down to it (Pascanu, Mikolov & Bengio 2013). What recorders see is
	// the norm before.
	Clip float64
	// Resume, if any, is where the training goes on: network, optimiser and streams
	// take their state from it. With the same settings and rows as before, every bit is
	// as if the training had never stopped.
	Resume *Checkpoint
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
	case t.Patience < 0:
		return fmt.Errorf("patience of %d epochs: a count cannot be negative", t.Patience)
	case t.Patience > 0 && t.Validation.Rows() == 0:
		return errors.New("patience without validation rows: there is no loss to be patient with")
	case t.Shuffle == nil:
		return errors.New("no random stream to shuffle the rows with")
	case !(t.WeightDecay >= 0) || !(t.WeightDecay*t.Rate <= 1):
		return fmt.Errorf("weight decay %v: it must be a number from 0 to 1/learning rate, lest the weights change sign", t.WeightDecay)
	case !(t.L1 >= 0) || math.IsInf(t.L1, 0):
		return fmt.Errorf("L1 penalty %v: it must be a number from 0", t.L1)
	case !(t.Clip >= 0) || math.IsInf(t.Clip, 0):
		return fmt.Errorf("gradient clipping at norm %v: it must be a positive number, or 0 for none", t.Clip)
	}
	if err := t.Schedule.Validate(); err != nil {
		return err
	}
	return t.optimiser().Validate()
}

func (t Training) optimiser() Optimiser {
	if t.Optimiser == nil {
		return Descent{}
	}
	return t.Optimiser
}

// Shrink moves weights by so much towards 0, and not beyond: the proximal map of [Training].L1.
func Shrink(weights []float64, by float64) {
	for i, w := range weights {
		switch {
		case w > by:
			weights[i] = w - by
		case w < -by:
			weights[i] = w + by
		case w == w:
			weights[i] = 0
		}
	}
}

// MaskStream is the random stream for masks that belongs to a seed: another one than
// NewRandomState(seed), which weights and shuffles come from. Its own seed is the
// first 32 bits that SplitMix64 (Steele, Lea & Flood 2014) gives from the seed.
func MaskStream(seed uint32) *data.RandomState {
	z := uint64(seed) + 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return data.NewRandomState(uint32((z ^ z>>31) >> 32))
}

// Train fits the network to the rows of a set, in place. The set's Y holds, row by row, what
// the network's loss takes: labels of 0 or 1, one for each output, the number of the row's
// class (from 0), or a finite number for each output. Training stops early when the context
// is done, when a hook or recorder fails, or with a [DivergenceError]; the network then keeps
// the parameters of the last step.
func Train(ctx context.Context, net *Network, set data.Set, training Training, recorders ...Recorder) (_ History, err error) {
	if err := training.Validate(); err != nil {
		return History{}, err
	}
	t, err := newTrainer(net, set, training)
	if err != nil {
		return History{}, err
	}
	defer func() { err = errors.Join(err, t.stopping.close()) }()

	if training.Resume != nil {
		if err := t.resume(training.Resume); err != nil {
			return History{}, training.Resume.fault(err)
		}
	}
	start := time.Now()
	history := func() History {
		return History{Loss: t.losses, Validation: t.stopping.curve, Steps: t.steps, Duration: time.Since(start)}
	}
	for number := len(t.losses) + 1; number <= training.Epochs && !t.stopping.over(); number++ {
		epoch, err := t.epoch(ctx, number)
		if err != nil {
			return history(), err
		}
		t.losses = append(t.losses, epoch.Loss)
		if err := t.stopping.judge(net); err != nil {
			var d *DivergenceError
			if errors.As(err, &d) {
				d.Epoch, d.Step = number, epoch.steps
			}
			return history(), err
		}
		if t.stopping.judged > 0 {
			epoch.Validation = &t.stopping.last
		}
		epoch.Last = number == training.Epochs || t.stopping.over()
		for _, r := range recorders {
			if err := r.Record(epoch); err != nil {
				return history(), err
			}
		}
	}
	h := history()
	h.Best = t.stopping.restore(net)
	return h, nil
}

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
	// Rate is the learning rate of its steps.
	Rate float64
	// Validation is what the network, after the epoch, makes of the validation rows; nil without.
	Validation *Validation
	// Last says that no epoch follows.
	Last bool

	steps   int
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
	// Validation is what the network made of the validation rows after each epoch; nil without.
	Validation []Validation
	// Best is the epoch whose parameters the network has, where [Training].Patience gave it those; else 0.
	Best int
	// Steps is the number of parameter updates, likewise.
	Steps int
	// Duration is the wall time of this run's steps, without compiling the graphs.
	Duration time.Duration
}

// DivergenceError says where a training produced NaN or Inf.
type DivergenceError struct {
	// Quantity is what is no longer finite, such as "loss" or "gradient of W2".
	Quantity string
	// Layer is the quantity's, from 1; 0 of the loss.
	Layer int
	// Value is NaN or an infinity.
	Value float64
	// Epoch and Step (within the epoch) count from 1.
	Epoch, Step int
	// Cause says at which pre-activation an activation that is a formula is not finite, such
	// as "layer 2's exp(z)/(1+exp(z)) is NaN at z = 812.3"; "" where none is.
	Cause string
}

func (e *DivergenceError) Error() string {
	cause := ""
	if e.Cause != "" {
		cause = ": " + e.Cause
	}
	return fmt.Sprintf("training diverged: %s is %v at epoch %d, step %d%s; a smaller learning rate may help", e.Quantity, e.Value, e.Epoch, e.Step, cause)
}
