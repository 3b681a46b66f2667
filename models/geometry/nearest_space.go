package geometry

import (
	"cmp"
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
)

const (
	nearestOthers = 6 // points on the other side from which a search starts
	gradientReach = 8 // how far the gradient is followed, in longest sides
)

// searchedCoordinates is how many coordinates the points have from which searches go on at a
// time: each of them takes some dozens of numbers.
const searchedCoordinates = 1 << 17

// nearestInSpace starts for each of some rows between its point and the nearest ones on the
// other side, and on its gradient; of a class's lead also on that of the lead over its nearest
// rival.
func (b *Boundary) nearestInSpace(ctx context.Context, f Field, points []float64, rows []int) error {
	n := f.Inputs()
	b.Step = undefined
	var values []float64
	searched := points
	if len(rows) < len(b.Distances) {
		var err error
		if values, err = f.Values(ctx, points); err != nil {
			return err
		}
		searched = make([]float64, 0, len(rows)*n)
		for _, row := range rows {
			searched = append(searched, points[row*n:(row+1)*n]...)
		}
	}
	own, gradients, err := f.Gradients(ctx, searched)
	if err != nil {
		return err
	}
	if values == nil {
		values = own
	}
	var rivals []float64
	if l, ok := f.(*Lead); ok && l.overOthers && l.rival < 0 {
		if rivals, err = l.nearestRivals(ctx, searched); err != nil {
			return err
		}
	}
	each := max(1, searchedCoordinates/n)
	for from := 0; from < len(rows); from += each {
		to := min(from+each, len(rows))
		ways := [][]float64{gradients[from*n : to*n]}
		if rivals != nil {
			ways = append(ways, rivals[from*n:to*n])
		}
		if err := b.searchInSpace(ctx, f, points, values, rows[from:to], ways); err != nil {
			return err
		}
	}
	return nil
}

// searchInSpace finds the boundary near some rows of the points, given the field's values at
// all points and, at these, its gradient and others on which it may be near.
func (b *Boundary) searchInSpace(ctx context.Context, f Field, points, values []float64, near []int, ways [][]float64) error {
	n := f.Inputs()
	_, _, side := extent(points, n)
	var starts []*root
	var rows []int
	for i, row := range near {
		if err := ctx.Err(); err != nil {
			return err
		}
		x := points[row*n : (row+1)*n]
		for j, gradients := range ways {
			g := gradients[i*n : (i+1)*n]
			if directed(g) && (j == 0 || !slices.Equal(g, ways[0][i*n:(i+1)*n])) {
				starts, rows = append(starts, onLine(x, unit(g), gradientReach*side)), append(rows, row)
			}
		}
		for _, other := range othersNear(x, values[row], points, values) {
			s := onLine(x, floats.SubTo(make([]float64, n), points[other*n:(other+1)*n], x), 1)
			s.below, s.above, s.t = 0, 1, values[row]/(values[row]-values[other])
			if values[row] >= 0 {
				s.below, s.above = 1, 0
			}
			starts, rows = append(starts, s), append(rows, row)
		}
	}
	if err := findRoots(ctx, f, starts); err != nil {
		return err
	}
	var descents []*descent
	for i, s := range starts {
		if s.regular() {
			descents = append(descents, newDescent(rows[i], points[rows[i]*n:(rows[i]+1)*n], s))
		}
	}
	if err := descend(ctx, f, descents, precision*side); err != nil {
		return err
	}
	for _, d := range descents {
		b.consider(d.row, d.at, d.distance)
		if b.Distances[d.row] == d.distance {
			b.Error = max(b.Error, d.gap())
		}
	}
	return nil
}

// othersNear are the nearest points on whose side the field has the other sign.
func othersNear(x []float64, value float64, points, values []float64) []int {
	var others []int
	var distances []float64
	for i, v := range values {
		if (v >= 0) != (value >= 0) {
			others = append(others, i)
		}
		distances = append(distances, distance(x, points[i*len(x):(i+1)*len(x)]))
	}
	slices.SortStableFunc(others, func(a, b int) int { return cmp.Compare(distances[a], distances[b]) })
	return others[:min(len(others), nearestOthers)]
}

// descent goes down along a boundary in a space of any dimension, by steps in the
// direction within the boundary that leads closest to x. Where the boundary has an edge
// it may come to rest on it above the closest point.
type descent struct {
	row      int
	x        []float64
	at       []float64
	distance float64
	// normal is a unit vector across the boundary, along the way within it from at to
	// the closest point of its tangent plane.
	normal, along []float64
	way           float64 // the length of along
	share         float64 // of the way that is tried next
	done          bool
}

func newDescent(row int, x []float64, start *root) *descent {
	d := &descent{row: row, x: x, share: 1}
	d.move(start)
	return d
}

func (d *descent) move(to *root) {
	d.at, d.normal = to.at(), unit(to.gradient)
	d.along = floats.SubTo(make([]float64, len(d.at)), d.x, d.at)
	d.distance = floats.Norm(d.along, 2)
	floats.AddScaled(d.along, -floats.Dot(d.along, d.normal), d.normal)
	d.way = floats.Norm(d.along, 2)
}

// gap estimates by how much the distance exceeds that of the closest point nearby: by
// what it gains on the way in the tangent plane.
func (d *descent) gap() float64 {
	if d.distance == 0 {
		return 0
	}
	return d.way * d.way / d.distance
}

// next begins the search for the next point, or is nil where the distance is within the
// tolerance of the least, or no closer point is to be found.
func (d *descent) next(tolerance float64) *root {
	if d.done || d.gap() <= tolerance/8 {
		return nil
	}
	base := floats.AddScaledTo(make([]float64, len(d.at)), d.at, d.share, d.along)
	return onLine(base, d.normal, 2*d.share*d.way)
}

// take goes on from where a search ended: a step that does not lead closer is halved.
func (d *descent) take(trial *root) {
	if trial.regular() && floats.Distance(trial.at(), d.x, 2) < d.distance {
		d.move(trial)
		d.share = math.Min(2*d.share, 1)
		return
	}
	d.share /= 2
	d.done = d.share < 1e-9
}

const descentRounds = 80

// descend has all descents go on together until none finds a closer point.
func descend(ctx context.Context, f Field, descents []*descent, tolerance float64) error {
	for range descentRounds {
		if err := ctx.Err(); err != nil {
			return err
		}
		var moving []*descent
		var trials []*root
		for _, d := range descents {
			if trial := d.next(tolerance); trial != nil {
				moving, trials = append(moving, d), append(trials, trial)
			}
		}
		if len(moving) == 0 {
			return nil
		}
		if err := findRoots(ctx, f, trials); err != nil {
			return err
		}
		for i, d := range moving {
			d.take(trials[i])
		}
	}
	return nil
}
