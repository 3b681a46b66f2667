package play

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"actscope/data"
	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/models"
	"actscope/models/tangent"
)

// network is one that trains, with its course and what shows it.
type network struct {
	spec     config.Specification
	model    *models.Network // that trains
	trainer  *models.Trainer
	slot     *slot
	view     *models.Network   // the same numbers, or those of an earlier epoch: see network.show
	test     *models.Validator // of view
	data     *experiment.Dataset
	good     [][]float64 // what the network had after its last epoch
	norms    []float64   // of the gradient, by layer, in the last epoch
	loss     float64     // of the last epoch; NaN before
	best     int         // the epoch that patience gave back, 0 for none
	over     bool        // patience has come to its end
	diverged *divergence
	behind   int // epochs that others made while it could not

	history    history
	snapshots  snapshots
	leftLineAt int
	layers     []layerMeasure
	stamp      int // of the present parameters: no others of the laboratory have it
	measuredAt int // the stamp that layers are of, or -1 less an epoch that was shown
}

// divergence is how a training ended.
type divergence struct {
	Network int    `json:"-"`
	Layer   *int   `json:"layer"`
	Epoch   int    `json:"epoch"`
	Step    int    `json:"step"`
	Message string `json:"message"`
}

// slot keeps the compiled networks of one place, so that going back to settings, or to the start, costs
// no compiling.
type slot struct {
	trainer *experiment.Trainer
	views   []*viewed
}

// viewed are the networks that show and measure one that trains, and what judges the test rows.
type viewed struct {
	model, view, measured *models.Network

	test   *models.Validator
	judged judgedBy
}

// judgedBy is what a validator depends on beside its network.
type judgedBy struct {
	data     *experiment.Dataset
	batch    int
	balanced bool
}

const keptViews = 4

func newSlot() *slot { return &slot{trainer: experiment.NewTrainer()} }

// viewOf gives the network that shows another one.
func (s *slot) viewOf(model *models.Network) *viewed {
	if i := slices.IndexFunc(s.views, func(v *viewed) bool { return v.model == model }); i >= 0 {
		v := s.views[i]
		s.views = append(slices.Delete(s.views, i, i+1), v)
		return v
	}
	v := &viewed{model: model, view: model.Clone(), measured: model.Clone()}
	if s.views = append(s.views, v); len(s.views) > keptViews {
		s.views[0].close()
		s.views = slices.Delete(s.views, 0, 1)
	}
	return v
}

// validator judges the test rows in the view's numbers.
func (v *viewed) validator(d *experiment.Dataset, settings models.Training) (_ *models.Validator, err error) {
	by := judgedBy{d, min(settings.Batch, d.Train.Rows()), settings.ClassWeights != nil}
	if v.test != nil && v.judged == by {
		return v.test, nil
	}
	v.close()
	settings.Batch = by.batch
	v.test, err = models.NewValidator(v.view, d.Test, settings)
	v.judged = by
	return v.test, err
}

func (v *viewed) close() {
	if v.test != nil {
		v.test.Close()
		v.test = nil
	}
}

// start draws the network of a specification, ready to train.
func (s *slot) start(ctx context.Context, spec config.Specification, d *experiment.Dataset) (*network, error) {
	training, err := s.trainer.PrepareOn(ctx, spec, d)
	if err != nil {
		return nil, err
	}
	settings, err := training.Settings()
	if err != nil {
		return nil, err
	}
	model := training.Network
	n := &network{spec: spec, model: model, slot: s, view: s.viewOf(model).view, data: d, loss: math.NaN(), norms: make([]float64, model.Depth())}
	for i := range n.norms {
		n.norms[i] = math.NaN()
	}
	if n.trainer, err = models.NewTrainer(model, d.Train, settings); err != nil {
		return nil, err
	}
	if n.test, err = s.viewOf(model).validator(d, settings); err != nil {
		return nil, errors.Join(err, n.trainer.Close())
	}
	n.keepGood()
	return n, nil
}

func (n *network) close() { n.trainer.Close() }

// active says that the network can go on.
func (n *network) active() bool { return n.diverged == nil && !n.over }

// training says that the network has not made the epoch after so many.
func (n *network) training(epoch int) bool { return n.active() && n.trainer.Epochs()+n.behind <= epoch }

// step trains on one mini-batch.
func (n *network) step(ctx context.Context) {
	e, ended, err := n.trainer.Step(ctx)
	if d, ok := diverged(err); ok {
		n.diverged = &divergence{Epoch: d.Epoch + n.behind, Step: d.Step, Message: d.Error()}
		if d.Layer > 0 {
			n.diverged.Layer = &d.Layer
		}
		n.restoreGood()
		return
	}
	if err != nil || !ended {
		if err != nil && ctx.Err() == nil {
			n.diverged = &divergence{Epoch: n.trainer.Epochs() + n.behind + 1, Message: err.Error()}
			n.restoreGood()
		}
		return
	}
	copy(n.norms, e.GradientNorms)
	n.loss = e.Loss
	if e.Last {
		n.over, n.best = true, n.trainer.Best()
	}
	n.keepGood()
}

func (n *network) keepGood() {
	for i, p := range experiment.State(n.model) {
		if i == len(n.good) {
			n.good = append(n.good, nil)
		}
		n.good[i] = append(n.good[i][:0], p.Values...)
	}
}

func (n *network) restoreGood() {
	for i, p := range experiment.State(n.model) {
		copy(p.Values, n.good[i])
	}
}

// show gives the view the present numbers, or those of a snapshot.
func (n *network) show(of *experiment.Snapshot) {
	if of != nil {
		of.Restore(n.view)
		return
	}
	copyState(n.view, n.model)
}

func copyState(to, from *models.Network) {
	for i, p := range from.Parameters {
		copy(to.Parameters[i].Values, p.Values)
	}
	for i, p := range from.Statistics {
		copy(to.Statistics[i].Values, p.Values)
	}
}

// judge finds the loss and the accuracy on the test rows, of the present numbers.
func (n *network) judge() (models.Validation, error) {
	n.show(nil)
	return n.test.Judge()
}

// record keeps what is kept of an epoch.
func (n *network) record(epoch int) {
	if n.history.due(epoch) {
		v, err := n.judge()
		if err != nil {
			v = models.Validation{Loss: math.NaN(), Accuracy: math.NaN()}
		}
		loss := n.loss
		if !n.active() && n.diverged != nil {
			loss = math.NaN()
		}
		n.history.add(row{float64(epoch), loss, v.Loss, v.Accuracy})
	}
	n.snapshots.record(epoch, n)
}

// lineEntries bounds rows times columns times outputs of the best straight line.
const lineEntries = 200_000

// straightLine is the least training loss that outputs affine in the inputs can have; NaN where that is
// not known.
func (n *network) straightLine(ctx context.Context, d *experiment.Dataset) (float64, error) {
	if d.Train.Rows()*(d.Train.Columns+1)*n.model.Outputs() > lineEntries {
		return math.NaN(), nil
	}
	line, err := tangent.FitLine(ctx, n.model, d.Train)
	if err != nil && ctx.Err() == nil {
		return math.NaN(), nil
	}
	return line, err
}

// lineOf is what a straight line's loss depends on.
type lineOf struct {
	data            *experiment.Dataset
	loss, reduction string
}

// findLine finds the straight line's loss, unless it is known.
func (l *Laboratory) findLine() (err error) {
	a := l.networks[0].model.Architecture()
	of := lineOf{l.data, a.Loss.Name, fmt.Sprint(a.Reduction, a.Layers[len(a.Layers)-1].Activation.Name)}
	if of != l.lineOf {
		l.line, err = l.networks[0].straightLine(l.ctx, l.data)
		l.lineOf = of
	}
	return err
}

// nearLine is the share of the straight line's loss within which a network is at the line.
const nearLine = 0.05

// regression says that numbers are predicted.
func (l *Laboratory) regression() bool { return l.data.Raw.Targets.Task == data.Regression }
