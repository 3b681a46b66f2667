package geometry

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"actscope/data"
	"actscope/internal/panics"
	"actscope/models"
)

const (
	pairedRows = 256 // of the test rows, whose pairs are compared
	mappedRows = 256 // of the test rows, at which the map is differentiated
	// leastMappedRows are the fewest where these are fewer because of mostJacobianWork, in
	// the multiplications of [jacobianCost]; jacobianPiece are done at a time.
	leastMappedRows  = 16
	mostJacobianWork = 1 << 35
	jacobianPiece    = 1 << 28
	circlePoints     = 512
	boxMargin        = 0.5 // around all points, in units of the inputs
)

// MeasureAll is [Measure] with the rest of a [Measurement]. Pairwise correlations and
// Jacobian matrices are of the first 256 test rows; the matrices of fewer, or none, where they
// are large: see [Measurement].
func MeasureAll(ctx context.Context, net *models.Network, train, test Sample) (_ Measurement, err error) {
	defer panics.Catch(&err, "measuring the geometry of %v", net)
	m, err := newMeasuring(ctx, net, train, test)
	if err == nil {
		err = m.addAll(ctx)
	}
	if err != nil {
		return Measurement{}, fmt.Errorf("geometry: %w", err)
	}
	return m.Measurement, nil
}

// addAll measures what [Measure] leaves out.
func (m *measuring) addAll(ctx context.Context) error {
	if err := m.addDecoded(ctx); err != nil {
		return err
	}
	for _, add := range []func(context.Context) error{m.addPairs, m.addAlignment, m.addJacobians, m.addCurves, m.addRegions} {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := add(ctx); err != nil {
			return err
		}
	}
	return nil
}

// addDecoded predicts the distance and its side from each layer.
func (m *measuring) addDecoded(ctx context.Context) error {
	near := m.train.first(boundaryRows(m.net))
	boundary := newBoundary(near.Set.Rows(), near.Set.Columns)
	if m.BoundaryFound {
		var err error
		if boundary, err = BoundaryOf(ctx, m.net, near.Set.X); err != nil {
			return err
		}
	}
	m.TrainDistances = boundary.Distances
	d, last := decisionOf(m.net), m.net.Depth()-1
	there := d.sidesOf(near.signed(boundary.Distances), near.Observation.Pre[last])
	here := d.sidesOf(m.test.signed(m.Distances), m.test.Observation.Pre[last])
	for i, a := range m.activations {
		if err := ctx.Err(); err != nil {
			return err
		}
		l, reason := &m.Layers[i], m.noDistance
		if boundary.Found() {
			_, units := a.train.Dims()
			share, err := decoded(a.train.Slice(0, near.Set.Rows(), 0, units), there.oriented, a.test, here.oriented)
			if err != nil {
				return fmt.Errorf("%s: %w", a.name, err)
			}
			l.DistanceDecoded, reason = Number(share), "all test rows are at one distance"
		}
		note(&l.Undefined, "distance_decoded", l.DistanceDecoded, reason)
	}
	return nil
}

// addPairs compares the distances of all pairs with those in the input.
func (m *measuring) addPairs(ctx context.Context) error {
	rows := min(m.test.Set.Rows(), pairedRows)
	var input []float64
	for i, a := range m.activations {
		if err := ctx.Err(); err != nil {
			return err
		}
		_, units := a.test.Dims()
		layer := pairRanks(a.test.Slice(0, rows, 0, units))
		if i == 0 {
			input = layer
		}
		l := &m.Layers[i]
		l.PairwiseCorrelation = Number(correlation(input, layer))
		note(&l.Undefined, "pairwise_correlation", l.PairwiseCorrelation, "all distances are equal")
	}
	return nil
}

// addAlignment compares the layers before the output with each other.
func (m *measuring) addAlignment(ctx context.Context) error {
	var all []*mat.Dense
	for _, a := range m.activations[:len(m.activations)-1] {
		all = append(all, centred(a.test))
	}
	m.CKA = make([][]Number, len(all))
	for i := range all {
		if err := ctx.Err(); err != nil {
			return err
		}
		m.CKA[i] = make([]Number, len(all))
		for j := range i + 1 {
			m.CKA[i][j] = Number(alignment(all[i], all[j]))
			m.CKA[j][i] = m.CKA[i][j]
			note(&m.Undefined, "cka", m.CKA[i][j], "a layer is constant")
		}
	}
	return nil
}

// addJacobians takes the singular values of the Jacobian matrices.
func (m *measuring) addJacobians(ctx context.Context) error {
	mapped := m.test.first(mappedRows)
	rows := jacobianRows(m.net, mapped.Set.Rows())
	if rows == 0 {
		for i := range m.Layers {
			note(&m.Layers[i].Undefined, "jacobian", Number(undefined), fmt.Sprintf("%d inputs to such wide layers make too large matrices", m.net.Inputs()))
		}
		return nil
	}
	if rows < mapped.Set.Rows() {
		m.JacobianRows = rows
	}
	largest, smallest := make([][]float64, len(m.Layers)), make([][]float64, len(m.Layers))
	inputs := m.net.Inputs()
	each := max(1, int(jacobianPiece/jacobianCost(m.net)))
	for from := 0; from < rows; from += each {
		piece := mapped.between(from, min(from+each, rows))
		all, err := Jacobians(ctx, m.net, piece.Observation, piece.Set.X)
		if err != nil {
			return err
		}
		for i, stacked := range all {
			if stacked == nil {
				continue
			}
			values, err := SingularValues(stacked, inputs)
			if err != nil {
				return err
			}
			for _, v := range values {
				largest[i+1], smallest[i+1] = append(largest[i+1], v[0]), append(smallest[i+1], v[len(v)-1])
			}
		}
	}
	m.Layers[0].Jacobian = Jacobian{rangeOf([]float64{1}), rangeOf([]float64{1})} // of the identity
	for i := range m.Layers[1:] {
		l := &m.Layers[i+1]
		if largest[i+1] == nil {
			note(&l.Undefined, "jacobian", Number(undefined), fmt.Sprintf("more than %d units in layers with parts", mostDifferentiatedUnits))
			continue
		}
		l.Jacobian = Jacobian{rangeOf(largest[i+1]), rangeOf(smallest[i+1])}
	}
	return nil
}

// jacobianRows is at how many of some rows the map is differentiated, 0 where at none.
func jacobianRows(net *models.Network, rows int) int {
	affordable := int(mostJacobianWork / jacobianCost(net))
	if affordable < min(leastMappedRows, rows) {
		return 0
	}
	return min(affordable, rows)
}

// addCurves follows a circle through the layers.
func (m *measuring) addCurves(ctx context.Context) error {
	inputs := m.net.Inputs()
	circle := Circle(math.Sqrt(float64(inputs)), inputs, circlePoints)
	o, err := observe(ctx, m.net, circle)
	if err != nil {
		return err
	}
	note(&m.Layers[0].Undefined, "curve_ratio", Number(undefined), "there is no layer before the input")
	before := CurveLength(mat.NewDense(circlePoints+1, inputs, circle))
	for i, z := range o.Pre {
		l, length := &m.Layers[i+1], CurveLength(z)
		l.CurveRatio = Number(length / before)
		note(&l.Undefined, "curve_ratio", l.CurveRatio, "the circle has become a point before")
		before = length
	}
	return nil
}

// addRegions counts linear regions.
func (m *measuring) addRegions(ctx context.Context) error {
	line, reason, err := m.countOnLine(ctx)
	if err != nil {
		return err
	}
	m.setRegions("line_regions", func(l *Layer) *Number { return &l.LineRegions }, line, reason)
	var box []int
	if reason = "counted on the plane of two inputs"; m.net.Inputs() == 2 {
		if box, reason, err = BoxRegions(ctx, m.net, m.around(0), m.around(1)); err != nil {
			return err
		}
	}
	m.setRegions("box_regions", func(l *Layer) *Number { return &l.BoxRegions }, box, reason)
	lines, reason := kinkLines(m.net)
	if reason == "" {
		m.PlaneRegions = Number(PlaneRegions(lines))
	}
	note(&m.Undefined, "plane_regions", m.PlaneRegions, reason)
	return nil
}

// setRegions gives each layer its count: 1 for the input, and the last layer's for the
// output, which has no kinks.
func (m *measuring) setRegions(key string, of func(*Layer) *Number, counts []int, reason string) {
	for i := range m.Layers {
		l := &m.Layers[i]
		switch {
		case reason != "":
		case i == 0 || len(counts) == 0:
			*of(l) = 1
		default:
			*of(l) = Number(counts[min(i, len(counts))-1])
		}
		note(&l.Undefined, key, *of(l), reason)
	}
}

// countOnLine counts on the line through the two means of classes that are farthest apart.
func (m *measuring) countOnLine(ctx context.Context) (counts []int, reason string, err error) {
	labels := classesOf(m.train.Set)
	if labels == nil {
		return nil, numbersReason, nil
	}
	sums, rows := make(map[float64][]float64), make(map[float64]float64)
	for row, class := range labels {
		if sums[class] == nil {
			sums[class] = make([]float64, m.train.Set.Columns)
		}
		floats.Add(sums[class], m.train.Set.Row(row))
		rows[class]++
	}
	var from, to []float64
	farthest := -1.0
	classes := slices.Sorted(maps.Keys(sums))
	for j, class := range classes {
		for k := range sums[class] {
			sums[class][k] /= rows[class]
		}
		for _, other := range classes[:j] {
			if d := distance(sums[other], sums[class]); d > farthest {
				from, to, farthest = sums[other], sums[class], d
			}
		}
	}
	if from == nil {
		return nil, "one class among the training rows", nil
	}
	return LineRegions(ctx, m.net, from, to)
}

// around is the extent of both sets with a margin.
func (m *measuring) around(column int) data.Interval {
	a, b := m.train.Set.Extent(column), m.test.Set.Extent(column)
	return data.Interval{Min: min(a.Min, b.Min), Max: max(a.Max, b.Max)}.Widen(boxMargin)
}
