package geometry

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/panics"
	"actscope/models"
)

// MostRows is how many rows of a set are measured at most: the first ones.
const MostRows = 1000

// Rows are fewer where there are many inputs, of which distances and decompositions take the
// time, and fewer still where the boundary is looked for in large networks, down to leastRows.
const (
	leastRows      = 50
	rowsInputs     = 1 << 19    // rows times inputs, in between
	rowsParameters = 20_000_000 // rows times parameters, likewise
	rowsLabels     = 3000       // rows times labels, likewise, of other than two inputs
)

// Sample is a set with what flows through a network for its rows; see [Observe].
type Sample struct {
	Set         data.Set
	Observation *models.Observation
}

// Observe evaluates a network on the rows of a set, once for everything that is to be
// known of them. An observation takes 16 bytes for each row and unit; a set that is too
// large may be cut to what is measured: set.First(MostRows). The error says what is wrong
// with the rows, or where what flows is not finite, or is that of the context.
func Observe(ctx context.Context, net *models.Network, set data.Set) (Sample, error) {
	if err := checkSet(net, set); err != nil {
		return Sample{}, fmt.Errorf("geometry: %w", err)
	}
	o, err := observe(ctx, net, set.X)
	if err == nil {
		err = net.CheckFinite(o)
	}
	if err == nil {
		err = checkMagnitude(o)
	}
	if err != nil {
		return Sample{}, fmt.Errorf("geometry: %w", err)
	}
	return Sample{set, o}, nil
}

// checkMagnitude reports an observation whose squares have no finite sum, which distances and
// decompositions are made of, as a [models.NotFiniteError].
func checkMagnitude(o *models.Observation) error {
	for i := range o.Pre {
		for _, stage := range []*mat.Dense{o.Pre[i], o.Post[i]} {
			if most := floats.Norm(stage.RawMatrix().Data, math.Inf(1)); most > data.MaxCoordinate {
				return &models.NotFiniteError{Where: fmt.Sprintf("layer %d reaches %.3g: numbers above %v cannot be measured, because their squares overflow", i+1, most, data.MaxCoordinate)}
			}
		}
	}
	return nil
}

// observe is the observation of the network, while the context lasts.
func observe(ctx context.Context, net *models.Network, x []float64) (*models.Observation, error) {
	hook, err := net.Hook(net.Depth(), graph.PreActivation, func(graph.Capture) error { return ctx.Err() })
	if err != nil {
		return nil, err
	}
	defer hook.Remove()
	return net.Observe(x)
}

// checkSet reports rows that a network cannot be measured on.
func checkSet(net *models.Network, set data.Set) error {
	if err := set.Validate(); err != nil {
		return err
	}
	if set.Columns != net.Inputs() {
		return fmt.Errorf("rows of %d columns for a network of %d inputs", set.Columns, net.Inputs())
	}
	targets, fits := set.Targets, false
	switch net.Targets() {
	case graph.Classes:
		fits = targets.Classes() == net.Outputs()
	case graph.Labels:
		fits = targets.TwoClasses() && net.Outputs() == 1 || targets.Task == data.MultiLabel && targets.Columns() == net.Outputs()
	case graph.Numbers:
		fits = targets.Columns() == net.Outputs()
	}
	if !fits {
		return fmt.Errorf("rows of %v for %v", targets, net)
	}
	return nil
}

// check reports a sample that [Observe] did not make of the network.
func (s Sample) check(net *models.Network) error {
	if err := checkSet(net, s.Set); err != nil {
		return err
	}
	wrong := errors.New("the observation of a sample is not of its rows in this network: see Observe")
	o, layers := s.Observation, net.Layers()
	if o == nil || len(o.Pre) != len(layers) || len(o.Post) != len(layers) {
		return wrong
	}
	for l, layer := range layers {
		for _, stage := range []*mat.Dense{o.Pre[l], o.Post[l]} {
			if rows, units := stage.Dims(); rows != s.Set.Rows() || units != layer.Units {
				return wrong
			}
		}
	}
	return nil
}

// first are the first rows of a sample.
func (s Sample) first(rows int) Sample {
	return Sample{s.Set.First(rows), s.Observation.First(rows)}
}

// between are the rows from one to before another.
func (s Sample) between(from, to int) Sample {
	views := func(all []*mat.Dense) (views []*mat.Dense) {
		for _, m := range all {
			_, units := m.Dims()
			views = append(views, m.Slice(from, to, 0, units).(*mat.Dense))
		}
		return views
	}
	return Sample{s.Set.First(to).From(from), &models.Observation{Pre: views(s.Observation.Pre), Post: views(s.Observation.Post)}}
}

// target is a column of the rows' targets.
func (s Sample) target(column int) []float64 {
	values := make([]float64, s.Set.Rows())
	for row := range values {
		values[row] = s.Set.Target(row)[column]
	}
	return values
}

// points are the rows as a matrix.
func (s Sample) points() *mat.Dense { return mat.NewDense(s.Set.Rows(), s.Set.Columns, s.Set.X) }

// Measure measures a trained network: all of a [Measurement] that is quick to find. The
// rest, from DistanceDecoded on, is NaN: see [MeasureAll]. Probes are fitted to the
// training rows. Of samples of more than [MostRows] rows the first ones are taken, of more
// than 524 inputs fewer, so that rows times inputs are at most 2^19, and of the test rows
// fewer for networks of more than 20,000 parameters, or of more than three labels and other
// than two inputs; down to 50. The error says what is wrong with the samples, or is that of
// the context.
func Measure(ctx context.Context, net *models.Network, train, test Sample) (_ Measurement, err error) {
	defer panics.Catch(&err, "measuring the geometry of %v", net)
	m, err := newMeasuring(ctx, net, train, test)
	if err != nil {
		return Measurement{}, fmt.Errorf("geometry: %w", err)
	}
	return m.Measurement, nil
}

// MeasureNoticeable measures only what [Noticeable] is about, on the rows that [Measure]
// takes: the rest is NaN. It needs no training rows. Errors are those of [Measure].
func MeasureNoticeable(ctx context.Context, net *models.Network, test Sample) (_ Measurement, err error) {
	defer panics.Catch(&err, "measuring just-noticeable distances of %v", net)
	m, err := newLocated(ctx, net, test, test)
	if err == nil {
		err = m.addNoticeable(ctx)
	}
	if err != nil {
		return Measurement{}, fmt.Errorf("geometry: %w", err)
	}
	return m.Measurement, nil
}

// boundaryRows is at how many rows a network's boundary is looked for.
func boundaryRows(net *models.Network) int {
	rows := rowsParameters / net.ParameterCount()
	if net.Targets() == graph.Labels && net.Inputs() != 2 {
		rows = min(rows, rowsLabels/net.Outputs())
	}
	return min(max(rows, leastRows), MeasuredRows(net.Inputs()))
}

// MeasuredRows is how many rows of a set with so many columns are measured at most.
func MeasuredRows(columns int) int { return min(max(rowsInputs/columns, leastRows), MostRows) }

// Bytes estimates what [MeasureAll] takes beside its samples, for points of other than two
// columns in a network with so many units in its hidden layers and outputs: vectors of the
// searches that go on at a time, Jacobian matrices, and of more than two outputs classifiers
// with the history of their fit.
func Bytes(rows, columns int, units float64, outputs int) float64 {
	measuredRows := float64(min(rows, MeasuredRows(columns)))
	measured := measuredRows * float64(columns)
	vectors, fits := 2.*6*(nearestOthers+1), 0. // of a point's searches, half of them not collected yet
	if outputs > 2 {
		vectors += 2 * 6
		width := max(float64(columns), units)
		const perWeight = 2*lbfgsStore + 10
		fits = float64(outputs) * (perWeight*min(width, measuredRows) + 3*width + 6*measuredRows)
	}
	return 8 * (vectors*min(measured, max(searchedCoordinates, float64(columns))) + min(units*min(measured, mappedRows*float64(columns)), jacobianPiece/4) + fits)
}

// measuring is a measurement with what it is made of.
type measuring struct {
	Measurement
	net         *models.Network // of two logits, as one unit
	train, test Sample
	noDistance  string        // why there are no distances, if there are none
	activations []activations // of the input and all layers
}

// activations are what a layer hands on for the rows of both samples.
type activations struct {
	name        string
	train, test *mat.Dense
	// pre are the test rows' pre-activations, and slope that of the activation; nil for
	// the input.
	pre   *mat.Dense
	slope func(z float64) float64
}

// newLocated has found the boundary; of the layers nothing is measured.
func newLocated(ctx context.Context, net *models.Network, train, test Sample) (*measuring, error) {
	for _, s := range []Sample{train, test} {
		if err := s.check(net); err != nil {
			return nil, err
		}
	}
	net, read := oneUnit(net, train.first(MeasuredRows(net.Inputs())), test.first(boundaryRows(net)))
	m := &measuring{net: net, train: read[0], test: read[1], activations: activationsOf(net, read[0], read[1])}
	boundary := newBoundary(m.test.Set.Rows(), net.Inputs())
	if m.noDistance = numbersReason; net.Targets() != graph.Numbers {
		var err error
		if boundary, err = BoundaryOf(ctx, net, m.test.Set.X); err != nil {
			return nil, err
		}
		m.noDistance = noBoundary
	}
	m.Measurement = newMeasurement(boundary, m.noDistance)
	for _, a := range m.activations {
		m.Layers = append(m.Layers, newLayer(a.name))
	}
	return m, nil
}

// logOdds are those of each class of a softmax of z: softmax is the sigmoid of them, and with
// that of two classes its own slope is that of one sigmoid unit.
func logOdds(z *mat.Dense) *mat.Dense {
	rows, classes := z.Dims()
	odds, others := mat.NewDense(rows, classes, nil), make([]float64, classes)
	for i := range rows {
		for c, v := range z.RawRowView(i) {
			copy(others, z.RawRowView(i))
			others[c] = math.Inf(-1)
			odds.Set(i, c, v-floats.LogSumExp(others))
		}
	}
	return odds
}

// newMeasuring has measured what is quick to find.
func newMeasuring(ctx context.Context, net *models.Network, train, test Sample) (*measuring, error) {
	m, err := newLocated(ctx, net, train, test)
	if err != nil {
		return nil, err
	}
	for i, a := range m.activations {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		layer := &m.Layers[i]
		if err := m.addMargins(ctx, layer, i); err != nil {
			return nil, fmt.Errorf("%s: %w", a.name, err)
		}
		if err := m.addMetrics(layer, a); err != nil {
			return nil, fmt.Errorf("%s: %w", a.name, err)
		}
	}
	return m, m.addNoticeable(ctx)
}

func activationsOf(net *models.Network, train, test Sample) []activations {
	all := []activations{{name: "input", train: train.points(), test: test.points()}}
	one, two := train.Observation, test.Observation
	for l, layer := range net.Layers() {
		a := activations{name: fmt.Sprintf("layer %d", l+1), train: one.Post[l], test: two.Post[l], pre: two.Pre[l], slope: layer.Activation.Derivative}
		if l == net.Depth()-1 {
			a.name, a.train, a.test = "output", one.Pre[l], two.Pre[l]
			if layer.Activation.Name == graph.SoftmaxOutput.Name {
				a.pre, a.slope = logOdds(two.Pre[l]), graph.Sigmoid.Derivative
			}
		}
		all = append(all, a)
	}
	return all
}

// addMargins takes margins and accuracy from the classifier of layer i, the input being
// layer 0: that of probes, for the output the network's own. Of numbers it takes how well
// they are read.
func (m *measuring) addMargins(ctx context.Context, l *Layer, i int) error {
	if m.net.Targets() == graph.Numbers {
		return m.addTargetDecoded(l, i)
	}
	probe, probed := ownClassifier(m.net), m.activations[i].test
	if last := m.net.Depth() - 1; i > last {
		probed = m.activations[last].test
	} else {
		var err error
		if probe, err = fitClassifier(ctx, decisionOf(m.net), m.activations[i].train, m.train.Set.Y); err != nil {
			return err
		}
	}
	l.Margins = probe.Margins(probed)
	l.ProbeAccuracy = Number(probe.Accuracy(probed, m.test.Set.Y))
	margins := magnitudes(l.Margins)
	pooled, err := Spearman(m.Distances, margins)
	if err != nil {
		return err
	}
	predicted := decisionOf(m.net).regions(m.activations[m.net.Depth()].test)
	within, err := SpearmanWithin(m.Distances, margins, predicted)
	if err != nil {
		return err
	}
	l.DistanceCorrelation, l.DistanceCorrelationPooled = Number(within), Number(pooled)
	reason := "all distances or all margins are equal"
	reasonWithin := reason + ", in each predicted class"
	if mostAlike(predicted) < LeastRankedRows {
		reasonWithin = fmt.Sprintf("fewer than %d test rows of every predicted class", LeastRankedRows)
	}
	if math.IsNaN(l.Margins[0]) {
		reason = "no hyperplane: the layer is constant, or the training rows are of one class"
		reasonWithin = reason
	}
	if !m.BoundaryFound {
		reason, reasonWithin = noBoundary, noBoundary
	}
	note(&l.Undefined, "distance_correlation", l.DistanceCorrelation, reasonWithin)
	note(&l.Undefined, "distance_correlation_pooled", l.DistanceCorrelationPooled, reason)
	return nil
}

// mostAlike is how many times the most frequent name occurs.
func mostAlike(names []string) int {
	counts, most := make(map[string]int), 0
	for _, name := range names {
		counts[name]++
		most = max(most, counts[name])
	}
	return most
}

// addTargetDecoded reads each number to predict from layer i; there are no margins.
func (m *measuring) addTargetDecoded(l *Layer, i int) error {
	l.Margins = slices.Repeat([]float64{undefined}, m.test.Set.Rows())
	note(&l.Undefined, "distance_correlation", l.DistanceCorrelation, numbersReason)
	note(&l.Undefined, "distance_correlation_pooled", l.DistanceCorrelationPooled, numbersReason)
	note(&l.Undefined, "probe_accuracy", l.ProbeAccuracy, numbersReason)
	for column := range m.net.Outputs() {
		there, here := m.train.target(column), m.test.target(column)
		share, err := Decoded(m.activations[i].train, there, m.activations[i].test, here)
		if err != nil {
			return err
		}
		l.TargetDecoded = append(l.TargetDecoded, Number(share))
		note(&l.Undefined, "target_decoded", Number(share), "the target is the same in all test rows")
	}
	return nil
}

// addMetrics takes the metrics of a single matrix.
func (m *measuring) addMetrics(l *Layer, a activations) error {
	l.Spread = Number(stat.PopStdDev(a.test.RawMatrix().Data, nil))
	l.Dead = Number(DeadShare(a.test))
	note(&l.Undefined, "dead", l.Dead, "one test row")
	l.EffectiveRank = Number(EffectiveRank(a.test))
	note(&l.Undefined, "effective_rank", l.EffectiveRank, "the singular values cannot be found")
	reason := "the input has no activation"
	if a.slope != nil {
		l.Saturated = Number(SaturatedShare(a.pre, a.slope))
		reason = "an activation of slope 0"
	}
	note(&l.Undefined, "saturated", l.Saturated, reason)
	if m.net.Targets() == graph.Numbers {
		note(&l.Undefined, "fisher_ratio", l.FisherRatio, numbersReason)
		note(&l.Undefined, "nc1", l.NC1, numbersReason)
		return nil
	}
	fisher, err := FisherRatio(a.test, classesOf(m.test.Set))
	if err != nil {
		return err
	}
	l.FisherRatio = Number(fisher)
	note(&l.Undefined, "fisher_ratio", l.FisherRatio, "one class among the test rows, or no spread within the classes")
	collapse, err := NC1(a.train, classesOf(m.train.Set))
	if err != nil {
		return err
	}
	l.NC1 = Number(collapse)
	reason = "one class among the training rows, or both have one mean"
	if !decisionOf(m.net).twoSided() {
		reason = "one class among the training rows, or all have one mean"
	}
	note(&l.Undefined, "nc1", l.NC1, reason)
	return nil
}

func magnitudes(values []float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = math.Abs(v)
	}
	return out
}
