package claims

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"actscope/data"
	"actscope/internal/article"
	"actscope/internal/experiment"
	"actscope/internal/number"
	"actscope/models"
	"actscope/models/geometry"
)

// Measurement is what one network shows after a number of epochs.
type Measurement struct {
	article.Evidence
	TrainAccuracy float64
	// FreshRight is how many of FreshRows fresh points are classified rightly; both are 0
	// where there are none: see [experiment.Dataset.Fresh].
	FreshRight, FreshRows int
	// FirstGradients are the mean norms of the gradient of each layer over the first
	// epoch.
	FirstGradients []float64
	// Kept is the rank correlation of the test rows' distances to the decision boundary
	// with their margins in the inputs, in each hidden layer and in the output, within each
	// predicted class, and KeptPooled that of all rows together: see [geometry.Layer]. They are
	// NaN without a boundary and in a constant layer.
	Kept, KeptPooled []number.Float
	// Growth is that of the just-noticeable distance in each hidden layer, and Levels how
	// many there are to a unit of distance in the last: see [geometry.Noticeable]. They are NaN
	// where they are not finite.
	Growth []number.Float
	Levels number.Float
	// FarRank is the rank correlation of far points' distances with what is read from the last
	// hidden layer through noise, of levels 0, 0.01 and 0.1: see [geometry.Reading]. Of the
	// networks of interventions it is NaN.
	FarRank [len(survivalNoise)]number.Float
	// Failure says why there is nothing to measure, such as that training diverged;
	// "" otherwise. No claim holds of a network that failed.
	Failure string
}

// Failed says whether there is nothing to measure.
func (m *Measurement) Failed() bool { return m.Failure != "" }

// survivalNoise are the levels of noise that claims speak of, and survivalRows the fresh
// points that readers are fitted to, and as many others on which they are judged.
var survivalNoise = [...]float64{0, 0.01, 0.1}

const survivalRows = 500

// LastGrowth is that of the last hidden layer.
func (m *Measurement) LastGrowth() float64 { return float64(m.Growth[len(m.Growth)-1]) }

// Accuracy is what claims are judged on: that on fresh points, or on the test rows where
// there are none.
func (m *Measurement) Accuracy() float64 {
	if m.FreshRows == 0 {
		return m.TestAccuracy
	}
	return float64(m.FreshRight) / float64(m.FreshRows)
}

// observer measures a network in the course of one training. It evaluates and does
// not touch what training goes on from.
type observer struct {
	ctx      context.Context // of the training
	training *experiment.Training
	at       []Variant // by epochs, ascending
	inGrid   bool

	losses []float64
	first  []float64
	taken  []*Measurement // one for each of at
}

// Record implements [models.Recorder].
func (o *observer) Record(e models.Epoch) error {
	if e.Number == 1 {
		o.first = slices.Clone(e.GradientNorms)
	}
	o.losses = append(o.losses, e.Loss)
	if len(o.taken) == len(o.at) || e.Number != o.at[len(o.taken)].Epochs {
		return nil
	}
	m, err := experiment.Measure(o.ctx, o.training.Network, o.training.Data, experiment.QuickGeometry)
	var notFinite *models.NotFiniteError
	if errors.As(err, &notFinite) {
		o.taken = append(o.taken, &Measurement{Failure: fmt.Sprintf("after epoch %d: %s", e.Number, notFinite.Where)})
		return nil
	}
	if err != nil {
		return fmt.Errorf("after epoch %d: %w", e.Number, err)
	}
	taken := &Measurement{
		Evidence: article.EvidenceOf(o.losses, m), TrainAccuracy: m.TrainAccuracy,
		FreshRight: m.FreshRight, FreshRows: m.FreshRows, FirstGradients: o.first,
	}
	layers := m.Geometry.Layers
	for _, layer := range layers {
		taken.Kept, taken.KeptPooled = append(taken.Kept, layer.DistanceCorrelation), append(taken.KeptPooled, layer.DistanceCorrelationPooled)
	}
	for _, layer := range layers[1 : len(layers)-1] {
		taken.Growth = append(taken.Growth, finite(layer.NoticeableDistance.Growth))
	}
	taken.Levels = finite(layers[len(layers)-2].NoticeableDistance.Levels)
	if taken.FarRank, err = o.farRank(layers[len(layers)-2].Name); err != nil {
		return fmt.Errorf("after epoch %d: %w", e.Number, err)
	}
	o.taken = append(o.taken, taken)
	return nil
}

// finite is a number, or NaN where it is not one: infinities do not come back from a log.
func finite(v number.Float) number.Float {
	if math.IsInf(float64(v), 0) {
		return number.Float(math.NaN())
	}
	return v
}

// farRank reads distances from a layer through noise: of fresh points, or where there are
// none of the test rows, by readers that are fitted to the training rows.
func (o *observer) farRank(layer string) (ranks [len(survivalNoise)]number.Float, err error) {
	for i := range ranks {
		ranks[i] = number.Float(math.NaN())
	}
	if o.inGrid {
		return ranks, nil
	}
	d := o.training.Data
	fresh, err := d.Fresh()
	if err != nil {
		return ranks, err
	}
	fit, points := d.Train, d.Test
	if fresh.Rows() >= 2*survivalRows {
		fit, points = fresh.First(survivalRows), fresh.First(2*survivalRows)
		points.X, points.Y = points.X[len(fit.X):], points.Y[len(fit.Y):]
	}
	var samples [2]geometry.Sample
	for i, set := range []data.Set{fit, points} {
		if samples[i], err = geometry.Observe(o.ctx, o.training.Network, set); err != nil {
			return ranks, err
		}
	}
	located, err := geometry.Locate(o.ctx, o.training.Network, samples[0], samples[1])
	if err != nil {
		return ranks, err
	}
	survived, err := geometry.Survival(o.ctx, o.training.Network, located[0], located[1], survivalNoise[:])
	if err != nil {
		return ranks, err
	}
	for _, s := range survived {
		if i := slices.Index(survivalNoise[:], s.Noise); s.Layer == layer {
			ranks[i] = finite(s.FarRank)
		}
	}
	return ranks, nil
}
