package geometry

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"actscope/data"
	"actscope/internal/number"
	"actscope/models"
)

// mostRows is how many rows of a set are measured. The boundary is looked for at as
// many, and at fewer in large networks, where that takes the most time: the more so, the
// more parameters they have.
const (
	mostRows       = 1000
	leastRows      = 50
	rowsParameters = 20_000_000 // rows times parameters, in between
)

// Measure measures a trained network, as its hooks see it: all of a [Measurement] that
// is quick to find. The rest, from DistanceDecoded on, is NaN: see [MeasureAll]. Probes
// are fitted to the training rows. Of a set of more than 1000 rows the first 1000 are
// taken; of the test rows fewer for networks of more than 20,000 parameters, down to 50.
// The error says what is wrong with the rows, or is that of the context.
func Measure(ctx context.Context, net *models.Network, train, test data.Set) (Measurement, error) {
	m, _, err := measure(ctx, net, first(train, mostRows), first(test, boundaryRows(net)))
	if err != nil {
		return Measurement{}, fmt.Errorf("geometry: %w", err)
	}
	return m, nil
}

// first are the first rows of a set.
func first(set data.Set, most int) data.Set {
	rows := min(set.Rows(), most)
	return data.Set{X: set.X[:min(len(set.X), rows*set.Columns)], Columns: set.Columns, Y: set.Y[:rows]}
}

// boundaryRows is at how many rows a network's boundary is looked for.
func boundaryRows(net *models.Network) int {
	return min(max(rowsParameters/net.ParameterCount(), leastRows), mostRows)
}

// sight is how the rows look in a layer.
type sight struct {
	name        string
	train, test *mat.Dense
	// pre are the test rows' pre-activations, and slope that of the activation; nil for
	// the input.
	pre   *mat.Dense
	slope func(z float64) float64
}

// measure finds what is quick to find, and gives what was seen on the way.
func measure(ctx context.Context, net *models.Network, train, test data.Set) (m Measurement, layers []sight, err error) {
	for _, set := range []data.Set{train, test} {
		if err := set.Validate(); err != nil {
			return m, nil, err
		}
		if set.Columns != net.Inputs() {
			return m, nil, fmt.Errorf("rows of %d columns for a network of %d inputs", set.Columns, net.Inputs())
		}
	}
	if layers, err = see(net, train, test); err != nil {
		return m, nil, err
	}
	boundary, err := BoundaryOf(ctx, net, test.X)
	if err != nil {
		return m, nil, err
	}
	m = newMeasurement(boundary)
	for i, s := range layers {
		layer := newLayer(s.name)
		probe, probed := ownHyperplane(net), s.test
		if last := net.Depth() - 1; i > last {
			probed = layers[last].test
		} else if probe, err = FitProbe(s.train, train.Y); err != nil {
			return m, nil, fmt.Errorf("%s: %w", s.name, err)
		}
		if err := layer.judge(probe, probed, test, boundary); err != nil {
			return m, nil, fmt.Errorf("%s: %w", s.name, err)
		}
		if err := layer.describe(s, train, test); err != nil {
			return m, nil, fmt.Errorf("%s: %w", s.name, err)
		}
		m.Layers = append(m.Layers, layer)
	}
	return m, layers, nil
}

// see has the hooks show both sets in all layers.
func see(net *models.Network, train, test data.Set) ([]sight, error) {
	one, err := net.Observe(train.X)
	if err != nil {
		return nil, err
	}
	two, err := net.Observe(test.X)
	if err != nil {
		return nil, err
	}
	layers := []sight{{name: "input", train: points(train), test: points(test)}}
	for l, layer := range net.Layers() {
		s := sight{name: fmt.Sprintf("layer %d", l+1), train: one.Post[l], test: two.Post[l], pre: two.Pre[l], slope: layer.Activation.Derivative}
		if l == net.Depth()-1 {
			s.name, s.train, s.test = "output", one.Pre[l], two.Pre[l]
		}
		layers = append(layers, s)
	}
	return layers, nil
}

// points are a set's rows as a matrix.
func points(set data.Set) *mat.Dense { return mat.NewDense(set.Rows(), set.Columns, set.X) }

const noBoundary = "the network has no decision boundary near the points"

// ownHyperplane is the output layer as a probe of the last hidden one.
func ownHyperplane(net *models.Network) Probe {
	last := net.Depth() - 1
	return Probe{Weights: net.Parameters[2*last].Values, Bias: net.Parameters[2*last+1].Values[0]}
}

// judge takes margins and accuracy from a hyperplane.
func (l *Layer) judge(probe Probe, probed *mat.Dense, test data.Set, boundary Boundary) error {
	l.Margins = probe.Margins(probed)
	l.ProbeAccuracy = number.Float(probe.Accuracy(probed, test.Y))
	correlation, err := Spearman(boundary.Distances, magnitudes(l.Margins))
	l.DistanceCorrelation = number.Float(correlation)
	reason := "all distances or all margins are equal"
	switch {
	case test.Rows() < 2:
		reason = "one test row"
	case !boundary.Found():
		reason = noBoundary
	case math.IsNaN(l.Margins[0]):
		reason = "no hyperplane: the layer is constant, or the training rows are of one class"
	}
	note(&l.Undefined, "distance_correlation", l.DistanceCorrelation, reason)
	return err
}

// describe takes the metrics of a single matrix.
func (l *Layer) describe(s sight, train, test data.Set) error {
	l.Spread = number.Float(stat.PopStdDev(s.test.RawMatrix().Data, nil))
	l.Dead = number.Float(DeadShare(s.test))
	note(&l.Undefined, "dead", l.Dead, "one test row")
	l.EffectiveRank = number.Float(EffectiveRank(s.test))
	note(&l.Undefined, "effective_rank", l.EffectiveRank, "the singular values cannot be found")
	reason := "the input has no activation"
	if s.slope != nil {
		l.Saturated = number.Float(SaturatedShare(s.pre, s.slope))
		reason = "an activation of slope 0"
	}
	note(&l.Undefined, "saturated", l.Saturated, reason)
	fisher, err := FisherRatio(s.test, test.Y)
	if err != nil {
		return err
	}
	l.FisherRatio = number.Float(fisher)
	note(&l.Undefined, "fisher_ratio", l.FisherRatio, "one class among the test rows, or no spread within the classes")
	collapse, err := NC1(s.train, train.Y)
	if err != nil {
		return err
	}
	l.NC1 = number.Float(collapse)
	note(&l.Undefined, "nc1", l.NC1, "one class among the training rows, or both have one mean")
	return nil
}

func magnitudes(values []float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = math.Abs(v)
	}
	return out
}
