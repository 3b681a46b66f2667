package geometry

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"actscope/internal/stats"
	"actscope/models"
)

// NoiseLevel is the deviation of the noise for which [Measure] finds just-noticeable
// distances, over the mean of the deviations of a layer's units.
const NoiseLevel = 0.1

// leastNoticeableRows is how many rows quarters are made of, at least two each.
const leastNoticeableRows = 8

// Noticeable is about a layer's just-noticeable distances: how far a point at the distance
// d > 0 from the decision boundary has to move, straight away from its closest point c, for
// an ideal observer of the layer to tell both places apart at d' = 1, where every unit
// carries independent normal noise. It is
//
//	JND(x) = noise / |J(x) n|, n = (x - c)/d,
//
// J the Jacobian matrix of the layer at x: the discriminability of two means in white noise
// is their Euclidean distance over the noise's deviation (Green & Swets 1966), here to first
// order in the shift. Distances are in units of the inputs; they are infinite where the
// layer is flat along n. Distances d that are exact to 1e-8 give directions n, and JND, to
// about 1e-4.
type Noticeable struct {
	// Near and Far are the medians over the rows whose distance d is in the lowest and in
	// the highest quarter (quantiles of type 7), and Growth is Far/Near: 1 where a layer
	// resolves far from the boundary as it does beside it. They are infinite where half of
	// a quarter's rows are where the layer is flat, Growth is NaN where Near is.
	Near   Number `json:"near"`
	Far    Number `json:"far"`
	Growth Number `json:"growth"`
	// Levels is the mean of 1/JND over the rows: how many just-noticeable distances there
	// are in one of the input's units. Its logarithm to base 2 is in bits.
	Levels Number `json:"levels"`
	// Noise is the deviation of each unit's noise: [NoiseLevel] times the mean of the
	// units' deviations over the rows, unless [Noticeable.WithNoise] chose another.
	Noise Number `json:"noise"`
}

// WithNoise is the same for another deviation of the noise, in the layer's own units: of
// noise that does not grow with the layer, or of another level, 2 * n.Noise for twice it.
// Distances are proportional to it, levels inversely.
func (n Noticeable) WithNoise(deviation float64) Noticeable {
	times := Number(deviation) / n.Noise
	return Noticeable{Near: n.Near * times, Far: n.Far * times, Growth: n.Growth, Levels: n.Levels / times, Noise: Number(deviation)}
}

// Slopes are the lengths |J n| of the derivatives of what each layer hands on, of the
// output's pre-activation, in the direction n of each row: for each layer one a row. Rows
// and directions are those of x and n (rows × inputs); the observation is of x.
//
// Of affine maps and activations the derivative is t_l = (t_{l-1} W_l) φ'(z_l), t_0 = n, from
// the pre-activations that the hooks saw. Layers with parts are differentiated as
// [Jacobians] does; of one that is too wide the slopes are nil.
func Slopes(ctx context.Context, net *models.Network, o *models.Observation, x, n []float64) ([][]float64, error) {
	inputs, rows := net.Inputs(), len(x)/net.Inputs()
	var all [][]float64
	moved := mat.NewDense(rows, inputs, n)
	for l, layer := range net.Layers() {
		if len(layer.Parts) == 0 && moved != nil {
			moved = passed(net, o, l, moved, 1)
		} else {
			moved = mat.NewDense(rows, layer.Units, nil)
			known, err := eachGradient(ctx, net, l, x, func(unit int, gradient []float64) {
				for row := range rows {
					at := row * inputs
					moved.Set(row, unit, floats.Dot(gradient[at:at+inputs], n[at:at+inputs]))
				}
			})
			if err != nil {
				return nil, err
			}
			if !known {
				moved, all = nil, append(all, nil)
				continue
			}
		}
		lengths := make([]float64, rows)
		for row := range lengths {
			lengths[row] = floats.Norm(moved.RawRowView(row), 2)
		}
		all = append(all, lengths)
	}
	return all, nil
}

// addNoticeable finds the just-noticeable distances of the test rows that are not on the
// boundary.
func (m *measuring) addNoticeable(ctx context.Context) error {
	x, inputs := m.test.Set.X, m.net.Inputs()
	away, one := make([]float64, len(x)), make([]float64, len(m.Distances))
	for row, d := range m.Distances {
		if !(d > float64(m.BoundaryError)) { // on the boundary, as far as distances are known
			d = undefined
		}
		one[row] = d / d
		for k := row * inputs; k < (row+1)*inputs; k++ {
			away[k] = (x[k] - m.Closest[k]) / d
		}
	}
	slopes, err := Slopes(ctx, m.net, m.test.Observation, x, away)
	if err != nil {
		return err
	}
	classes := classesOf(m.test.Set)
	for i, slopes := range append([][]float64{one}, slopes...) {
		l := &m.Layers[i]
		noise := NoiseLevel * meanDeviation(m.activations[i].test)
		l.NoticeableDistances = noticeableDistances(slopes, noise, len(one))
		var reason string
		l.NoticeableDistance, reason = noticeableOf(m.Distances, l.NoticeableDistances, noise)
		switch {
		case !m.BoundaryFound:
			reason = m.noDistance
		case slopes == nil:
			reason = fmt.Sprintf("more than %d units in layers with parts", mostDifferentiatedUnits)
		case floats.Min(classes) == floats.Max(classes):
			reason = "one class among the test rows"
			l.NoticeableDistance = noNoticeable(noise)
		}
		for _, v := range []Number{l.NoticeableDistance.Near, l.NoticeableDistance.Growth, l.NoticeableDistance.Levels} {
			note(&l.Undefined, "noticeable_distance", v, reason)
		}
	}
	return nil
}

// noticeableDistances are those of rows with given slopes, NaN where a slope is or all are
// unknown.
func noticeableDistances(slopes []float64, noise float64, rows int) []float64 {
	all := make([]float64, rows)
	for row := range all {
		switch {
		case slopes == nil:
			all[row] = undefined
		case slopes[row] == 0:
			all[row] = math.Inf(1) // without noise, too
		default:
			all[row] = noise / slopes[row]
		}
	}
	return all
}

// noNoticeable has nothing but noise.
func noNoticeable(noise float64) Noticeable {
	nan := Number(undefined)
	return Noticeable{nan, nan, nan, nan, Number(noise)}
}

// noticeableOf summarises the just-noticeable distances of rows at distances from the
// boundary, without those where they are NaN, and says why what is not finite is not.
func noticeableOf(distances, noticeable []float64, noise float64) (n Noticeable, reason string) {
	n = noNoticeable(noise)
	var from []float64
	levels := 0.0
	for row, v := range noticeable {
		if !math.IsNaN(v) {
			from = append(from, distances[row])
			levels += 1 / v
		}
	}
	switch {
	case len(from) < leastNoticeableRows:
		return n, fmt.Sprintf("fewer than %d test rows at a distance from the boundary", leastNoticeableRows)
	case noise == 0:
		return n, "the layer is constant"
	}
	slices.Sort(from)
	low, high := stats.Quantile(from, 0.25), stats.Quantile(from, 0.75)
	var near, far []float64
	for row, v := range noticeable {
		if d := distances[row]; !math.IsNaN(v) {
			if d <= low {
				near = append(near, v)
			}
			if d >= high {
				far = append(far, v)
			}
		}
	}
	n.Near, n.Far, n.Levels = median(near), median(far), Number(levels/float64(len(from)))
	if finite(float64(n.Near)) {
		n.Growth = n.Far / n.Near
	}
	return n, "infinite: at half of the nearest or of the farthest points the layer is flat"
}

// median sorts the values.
func median(values []float64) Number {
	slices.Sort(values)
	return Number(stats.Quantile(values, 0.5))
}

// meanDeviation is the mean over the columns of their standard deviation over the rows,
// exactly 0 of a constant layer.
func meanDeviation(a mat.Matrix) float64 {
	rows, units := a.Dims()
	c, sum := centred(a), 0.0
	for unit := range units {
		sum += mat.Norm(c.ColView(unit), 2)
	}
	return sum / math.Sqrt(float64(rows)) / float64(units)
}
