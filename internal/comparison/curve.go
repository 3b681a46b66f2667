package comparison

import (
	"errors"
	"math"
	"slices"

	"actscope/internal/experiment"
	"actscope/internal/npz"
	"actscope/models"
)

// Curve is what a network made of rows that it is not trained on, in the course of its training.
type Curve struct {
	// Epochs are those after which it was judged, 0 before the first.
	Epochs []int `json:"epochs"`
	// Loss is the reported loss; Accuracy the share of rows that are right, nil of numbers.
	Loss     []float64 `json:"loss"`
	Accuracy []float64 `json:"accuracy,omitempty"`
}

func (c *Curve) add(epoch int, v models.Validation) {
	c.Epochs, c.Loss = append(c.Epochs, epoch), append(c.Loss, v.Loss)
	if !math.IsNaN(v.Accuracy) {
		c.Accuracy = append(c.Accuracy, v.Accuracy)
	}
}

// check refuses what no training of so many epochs has.
func (c Curve) check(epochs int) bool {
	rising := !slices.ContainsFunc(c.Epochs, func(e int) bool { return e < 0 || e > epochs }) && slices.IsSorted(c.Epochs)
	return rising && len(c.Loss) == len(c.Epochs) && (len(c.Accuracy) == 0 || len(c.Accuracy) == len(c.Epochs))
}

// arrays are the curve's, under names that begin with a prefix; none of a curve without points.
func (c Curve) arrays(prefix string) npz.Arrays {
	if len(c.Epochs) == 0 {
		return nil
	}
	arrays := npz.Arrays{wholes(prefix+"epochs", c.Epochs), vector(prefix+"loss", c.Loss)}
	if len(c.Accuracy) > 0 {
		arrays = append(arrays, vector(prefix+"accuracy", c.Accuracy))
	}
	return arrays
}

// curve reads one back, empty where a folder of an earlier version has none.
func (l *loader) curve(prefix string, epochs int) (c Curve) {
	if _, there := l.arrays.Lookup(prefix + "epochs"); !there {
		return c
	}
	c.Epochs = wholeNumbers(l.take(prefix+"epochs", -1).Values)
	c.Loss = l.take(prefix+"loss", len(c.Epochs)).Values
	if _, there := l.arrays.Lookup(prefix + "accuracy"); there {
		c.Accuracy = l.take(prefix+"accuracy", len(c.Epochs)).Values
	}
	if l.err == nil && !c.check(epochs) {
		l.fail(prefix+"epochs", "%v are not epochs of this run in ascending order", c.Epochs)
	}
	return c
}

// validationCurve is the course of the validation after each epoch.
func validationCurve(all []models.Validation) (c Curve) {
	for i, v := range all {
		c.add(i+1, v)
	}
	return c
}

// judgements judges a network on the test rows while it trains.
type judgements struct {
	validator *models.Validator
	curve     *Curve
	every     int   // epochs; 0 for those in at
	at        []int // ascending
}

func newJudgements(n *Trained, t *experiment.Training, every, epochs int) (j judgements, err error) {
	settings, err := t.Settings()
	if err != nil {
		return j, err
	}
	settings.Batch = min(settings.Batch, t.Data.Train.Rows())
	j = judgements{curve: &n.TestCurve, every: every, at: experiment.SnapshotEpochs(epochs, 1)}
	j.validator, err = models.NewValidator(n.Model, t.Data.Test, settings)
	return j, err
}

// record judges where that is due. A loss that is not finite leaves a gap: whether training diverged
// is for the training rows to say.
func (j judgements) record(epoch int, last bool) error {
	_, due := slices.BinarySearch(j.at, epoch)
	if j.every > 0 {
		due = epoch%j.every == 0
	}
	if !due && !last || slices.Contains(j.curve.Epochs, epoch) {
		return nil
	}
	v, err := j.validator.Judge()
	var notFinite *models.DivergenceError
	if errors.As(err, &notFinite) {
		return nil
	}
	if err == nil {
		j.curve.add(epoch, v)
	}
	return err
}
