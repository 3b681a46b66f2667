package geometry

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"actscope/data"
	"actscope/internal/number"
	"actscope/models"
)

const (
	pairedRows   = 256 // of the test rows, so many are paired
	mappedRows   = 256 // and at so many the map is differentiated
	circlePoints = 512
	boxMargin    = 0.5 // around all points, in units of the inputs
	planeUnits   = 64  // up to this width lines are counted on the whole plane
)

// MeasureAll is [Measure] with the rest of a [Measurement]. Pairwise correlations and
// Jacobian matrices are of the first 256 test rows.
func MeasureAll(ctx context.Context, net *models.Network, train, test data.Set) (Measurement, error) {
	train, test = first(train, mostRows), first(test, boundaryRows(net))
	m, layers, err := measure(ctx, net, train, test)
	if err == nil {
		err = m.decode(ctx, net, layers, train)
	}
	for _, rest := range []func(*models.Network, []sight, data.Set, data.Set) error{m.pair, m.align, m.differentiate, m.trace, m.count} {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = rest(net, layers, train, test)
		}
	}
	if err != nil {
		return Measurement{}, fmt.Errorf("geometry: %w", err)
	}
	return m, nil
}

// decode predicts the signed distance from each layer.
func (m *Measurement) decode(ctx context.Context, net *models.Network, layers []sight, train data.Set) error {
	near := first(train, boundaryRows(net))
	boundary := newBoundary(near.Rows(), near.Columns)
	if m.BoundaryFound {
		var err error
		if boundary, err = BoundaryOf(ctx, net, near.X); err != nil {
			return err
		}
	}
	output := layers[len(layers)-1]
	there, here := signed(boundary.Distances, output.train), signed(m.Distances, output.test)
	for i, s := range layers {
		l, reason := &m.Layers[i], noBoundary
		if boundary.Found() {
			_, units := s.train.Dims()
			share, err := Decoded(s.train.Slice(0, near.Rows(), 0, units), there, s.test, here)
			if err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			l.DistanceDecoded, reason = number.Float(share), "all test rows are at one distance"
		}
		note(&l.Undefined, "distance_decoded", l.DistanceDecoded, reason)
	}
	return nil
}

// signed are distances with the sign of the logit.
func signed(distances []float64, logit *mat.Dense) []float64 {
	out := make([]float64, len(distances))
	for i, d := range distances {
		out[i] = math.Copysign(d, logit.At(i, 0))
	}
	return out
}

// pair compares the distances of all pairs with those in the input.
func (m *Measurement) pair(_ *models.Network, layers []sight, _, test data.Set) error {
	rows := min(test.Rows(), pairedRows)
	var input []float64
	for i, s := range layers {
		_, units := s.test.Dims()
		there := ranks(pairwise(s.test.Slice(0, rows, 0, units)))
		if i == 0 {
			input = there
		}
		l := &m.Layers[i]
		l.PairwiseCorrelation = number.Float(correlation(input, there))
		note(&l.Undefined, "pairwise_correlation", l.PairwiseCorrelation, "all distances are equal")
	}
	return nil
}

// align compares the layers before the output with each other.
func (m *Measurement) align(_ *models.Network, layers []sight, _, _ data.Set) error {
	layers = layers[:len(layers)-1]
	var all []*mat.Dense
	for _, s := range layers {
		all = append(all, centred(s.test))
	}
	m.CKA = make([][]number.Float, len(all))
	for i := range all {
		m.CKA[i] = make([]number.Float, len(all))
		for j := range i + 1 {
			m.CKA[i][j] = number.Float(alignment(all[i], all[j]))
			m.CKA[j][i] = m.CKA[i][j]
			note(&m.Undefined, "cka", m.CKA[i][j], "a layer is constant")
		}
	}
	return nil
}

// differentiate takes the singular values of the Jacobian matrices.
func (m *Measurement) differentiate(net *models.Network, layers []sight, _, test data.Set) error {
	x := test.X[:min(test.Rows(), mappedRows)*test.Columns]
	o := &models.Observation{}
	for _, s := range layers[1:] {
		o.Pre = append(o.Pre, s.pre)
	}
	all, err := Jacobians(net, o, x)
	if err != nil {
		return err
	}
	for i, stacked := range append([]*mat.Dense{identities(len(x)/test.Columns, test.Columns)}, all...) {
		l := &m.Layers[i]
		if stacked == nil {
			note(&l.Undefined, "jacobian", number.Float(undefined), fmt.Sprintf("more than %d units in layers with parts", mostDifferentiatedUnits))
			continue
		}
		values, err := SingularValues(stacked, test.Columns)
		if err != nil {
			return err
		}
		largest, smallest := make([]float64, len(values)), make([]float64, len(values))
		for row, v := range values {
			largest[row], smallest[row] = v[0], v[len(v)-1]
		}
		l.Jacobian = Jacobian{rangeOf(largest), rangeOf(smallest)}
	}
	return nil
}

// trace follows a circle through the layers.
func (m *Measurement) trace(net *models.Network, _ []sight, _, _ data.Set) error {
	circle := Circle(math.Sqrt(float64(net.Inputs())), net.Inputs(), circlePoints)
	o, err := net.Observe(circle)
	if err != nil {
		return err
	}
	note(&m.Layers[0].Undefined, "curve_ratio", number.Float(undefined), "there is no layer before the input")
	before := CurveLength(mat.NewDense(circlePoints+1, net.Inputs(), circle))
	for i, z := range o.Pre {
		l, length := &m.Layers[i+1], CurveLength(z)
		l.CurveRatio = number.Float(length / before)
		note(&l.Undefined, "curve_ratio", l.CurveRatio, "the circle has become a point before")
		before = length
	}
	return nil
}

// count counts linear regions.
func (m *Measurement) count(net *models.Network, _ []sight, train, test data.Set) error {
	line, reason, err := countOnLine(net, train)
	if err != nil {
		return err
	}
	m.setRegions("line_regions", func(l *Layer) *number.Float { return &l.LineRegions }, line, reason)
	var box []int
	if reason = "counted on the plane of two inputs"; net.Inputs() == 2 {
		x, y := around(train, test, 0), around(train, test, 1)
		if box, reason, err = BoxRegions(net, x, y); err != nil {
			return err
		}
	}
	m.setRegions("box_regions", func(l *Layer) *number.Float { return &l.BoxRegions }, box, reason)
	lines, reason := kinkLines(net)
	if reason == "" {
		m.PlaneRegions = number.Float(PlaneRegions(lines))
	}
	note(&m.Undefined, "plane_regions", m.PlaneRegions, reason)
	return nil
}

// setRegions gives each layer its count: 1 for the input, and the last layer's for the
// output, which has no kinks.
func (m *Measurement) setRegions(key string, of func(*Layer) *number.Float, counts []int, reason string) {
	for i := range m.Layers {
		l := &m.Layers[i]
		switch {
		case reason != "":
		case i == 0 || len(counts) == 0:
			*of(l) = 1
		default:
			*of(l) = number.Float(counts[min(i, len(counts))-1])
		}
		note(&l.Undefined, key, *of(l), reason)
	}
}

// countOnLine counts on the line through the means of the classes.
func countOnLine(net *models.Network, train data.Set) (counts []int, reason string, err error) {
	var means [2][]float64
	for class := range means {
		if len(train.ClassRows(class)) == 0 {
			return nil, "one class among the training rows", nil
		}
		if means[class], err = train.ClassMean(class); err != nil {
			return nil, "", err
		}
	}
	return LineRegions(net, means[0], means[1])
}

// around is the extent of both sets with a margin.
func around(train, test data.Set, column int) data.Interval {
	a, b := train.Extent(column), test.Extent(column)
	return data.Interval{Min: min(a.Min, b.Min), Max: max(a.Max, b.Max)}.Widen(boxMargin)
}
