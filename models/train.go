package models

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"gonum.org/v1/gonum/floats"

	"actscope/data"
	"actscope/graph"
)

// SGD is plain mini-batch gradient descent.
type SGD struct {
	// Rate is the learning rate, finite and positive.
	Rate float64
	// Batch is the number of rows in a mini-batch; the last batch of an epoch has
	// what is left, and a batch larger than the data is all of it.
	Batch int
	// Epochs is the number of passes over the rows; 0 leaves the network as it is.
	Epochs int
	// Shuffle gives each epoch's order of the rows; it is advanced.
	Shuffle *data.RandomState
}

// Validate reports settings that training would diverge or never end with.
func (s SGD) Validate() error {
	switch {
	case !(s.Rate > 0) || math.IsInf(s.Rate, 0):
		return fmt.Errorf("learning rate %v: it must be a positive number", s.Rate)
	case s.Batch < 1:
		return fmt.Errorf("batch size %d: at least one row is needed", s.Batch)
	case s.Epochs < 0:
		return fmt.Errorf("epochs %d: a count cannot be negative", s.Epochs)
	case s.Shuffle == nil:
		return errors.New("no random stream to shuffle the rows with")
	}
	return nil
}

// Epoch is what training shows to its recorders after each pass over the data.
type Epoch struct {
	// Number counts from 1.
	Number int
	// Loss is the plain mean of the batches' reported losses, each before its step.
	Loss float64
	// GradientNorms has, for each layer, the mean over the epoch's steps of the
	// Euclidean norm of the gradient with respect to its weights and bias. It is
	// valid during the call.
	GradientNorms []float64
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
	// Loss is the reported loss of each epoch.
	Loss []float64
	// Steps is the number of parameter updates.
	Steps int
	// Duration is the wall time of all steps, without compiling the graphs.
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

// Train fits the network to the rows of a set, in place. It stops early when the
// context is done, when a hook or recorder fails, or with a [DivergenceError]; the
// network then keeps the parameters of the last step.
func Train(ctx context.Context, net *Network, set data.Set, sgd SGD, recorders ...Recorder) (History, error) {
	if err := sgd.Validate(); err != nil {
		return History{}, err
	}
	if err := set.Validate(); err != nil {
		return History{}, err
	}
	if _, err := net.checkColumns(set.X); err != nil {
		return History{}, err
	}
	t, err := newTrainer(net, set, sgd)
	if err != nil {
		return History{}, err
	}
	defer t.close()

	history := History{Loss: make([]float64, 0, sgd.Epochs)}
	start := time.Now()
	for number := 1; number <= sgd.Epochs; number++ {
		epoch, err := t.epoch(ctx, number)
		history.Duration = time.Since(start)
		history.Steps = t.steps
		if err != nil {
			return history, err
		}
		history.Loss = append(history.Loss, epoch.Loss)
		for _, r := range recorders {
			if err := r.Record(epoch); err != nil {
				return history, err
			}
		}
	}
	return history, nil
}

// trainer holds what every step reuses: nothing is allocated after it is made.
type trainer struct {
	net   *Network
	set   data.Set
	sgd   SGD
	full  *graph.Program // for Batch rows
	tail  *graph.Program // for the rows that are left, nil where none are
	order []int
	norms []float64 // of the epoch so far, by layer
	steps int
}

func newTrainer(net *Network, set data.Set, sgd SGD) (*trainer, error) {
	batch := min(sgd.Batch, set.Rows())
	t := &trainer{net: net, set: set, sgd: sgd, order: make([]int, set.Rows()), norms: make([]float64, net.Depth())}
	var err error
	if t.full, err = graph.Compile(net.graph, net.Parameters, batch, graph.Options{Purpose: graph.Training, Captured: net.trainHooks.Points()}); err != nil {
		return nil, err
	}
	if left := set.Rows() % batch; left > 0 {
		if t.tail, err = graph.Compile(net.graph, net.Parameters, left, graph.Options{Purpose: graph.Training, Captured: net.trainHooks.Points()}); err != nil {
			return nil, errors.Join(err, t.full.Close())
		}
	}
	return t, nil
}

func (t *trainer) close() {
	t.full.Close()
	if t.tail != nil {
		t.tail.Close()
	}
}

// epoch makes one pass over the shuffled rows.
func (t *trainer) epoch(ctx context.Context, number int) (Epoch, error) {
	t.sgd.Shuffle.PermutationInto(t.order)
	clear(t.norms)
	sum, batches := 0.0, 0
	for first := 0; first < len(t.order); {
		if err := ctx.Err(); err != nil {
			return Epoch{}, err
		}
		program := t.full
		if len(t.order)-first < program.Rows() {
			program = t.tail
		}
		batches++
		if err := t.step(program, first); err != nil {
			var d *DivergenceError
			if errors.As(err, &d) {
				d.Epoch, d.Step = number, batches
			}
			return Epoch{}, err
		}
		first += program.Rows()
		sum += program.ReportedLoss()
	}
	for l := range t.norms {
		t.norms[l] /= float64(batches)
	}
	return Epoch{Number: number, Loss: sum / float64(batches), GradientNorms: t.norms}, nil
}

// step loads the rows from order[first] on, runs the graph and descends.
func (t *trainer) step(program *graph.Program, first int) error {
	columns := t.set.Columns
	for i, row := range t.order[first : first+program.Rows()] {
		copy(program.X[i*columns:(i+1)*columns], t.set.X[row*columns:])
		program.Y[i] = t.set.Y[row]
	}
	if err := program.Run(); err != nil {
		return err
	}
	if err := t.net.trainHooks.Call(program, 0); err != nil {
		return err
	}
	if err := t.checkFinite(program); err != nil {
		return err
	}
	for i, p := range t.net.Parameters {
		floats.AddScaled(p.Values, -t.sgd.Rate, program.Gradient(i))
	}
	t.steps++
	return t.checkParameters()
}

// checkFinite reports the first quantity that is NaN or Inf, layers first because
// they say more than the loss, and adds the gradients' norms to the epoch's.
func (t *trainer) checkFinite(program *graph.Program) error {
	for i := 0; i < len(t.net.Parameters); i += 2 {
		weights, bias := program.Gradient(i), program.Gradient(i+1)
		norm := math.Hypot(floats.Norm(weights, 2), floats.Norm(bias, 2))
		if notFinite(norm) {
			for j, gradient := range [][]float64{weights, bias} {
				if v, ok := firstNotFinite(gradient); ok {
					return &DivergenceError{Quantity: fmt.Sprintf("layer %d's gradient of %s", i/2+1, t.net.Parameters[i+j].Name), Value: v}
				}
			}
		}
		t.norms[i/2] += norm
	}
	for _, v := range []float64{program.Objective(), program.ReportedLoss()} {
		if notFinite(v) {
			return &DivergenceError{Quantity: "the loss", Value: v}
		}
	}
	return nil
}

// checkParameters reports a parameter that the step made NaN or Inf.
func (t *trainer) checkParameters() error {
	for i, p := range t.net.Parameters {
		if v, ok := firstNotFinite(p.Values); ok {
			return &DivergenceError{Quantity: fmt.Sprintf("layer %d's %s", i/2+1, p.Name), Value: v}
		}
	}
	return nil
}

func notFinite(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }

func firstNotFinite(values []float64) (float64, bool) {
	for _, v := range values {
		if notFinite(v) {
			return v, true
		}
	}
	return 0, false
}
