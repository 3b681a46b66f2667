package geometry

import (
	"cmp"
	"context"
	"math"
	"slices"
)

const (
	mostPieces   = 4    // pieces of the boundary that are tried for a point
	walkRounds   = 12   // steps along the boundary to pass the closest point
	narrowRounds = 64   // steps between two sides of it
	precision    = 1e-8 // of distances, in longer sides of the points' rectangle
)

// nearestOnPlane looks for the zero set on a grid and goes along it from each place
// that could lead to the closest point. Where a boundary beyond the grid could be
// closer than what was found, it looks again on a wider one.
func nearestOnPlane(ctx context.Context, f Field, points []float64) (Boundary, error) {
	b := newBoundary(len(points)/2, 2)
	open := make([]int, len(b.Distances))
	for i := range open {
		open[i] = i
	}
	for reach := firstReach; ; {
		w, step, side := newWindow(points, reach)
		values, err := f.Values(w.nodes())
		if err != nil {
			return b, err
		}
		b.Step = step
		if err := b.descend(ctx, f, points, open, w.crossings(values), precision*side); err != nil {
			return b, err
		}
		need := 0.0
		open = slices.DeleteFunc(open, func(row int) bool {
			lack := b.Distances[row] - w.room(points[2*row:2*row+2])
			if math.IsNaN(lack) {
				lack = 2 * reach * side
			}
			need = max(need, lack/side)
			return lack <= 0
		})
		if need == 0 || reach == lastReach {
			return b, nil
		}
		reach = min(1.01*(reach+need), lastReach)
	}
}

// descend starts at the crossings close to each of some rows and goes along the
// boundary.
func (b *Boundary) descend(ctx context.Context, f Field, points []float64, rows []int, crossings []*crossing, tolerance float64) error {
	starts := make([][]*crossing, len(rows))
	var searches []*root
	asked := make(map[*crossing]bool)
	for i, row := range rows {
		starts[i] = closeCrossings(points[2*row:2*row+2], crossings)
		for _, c := range starts[i] {
			if !asked[c] {
				asked[c] = true
				searches = append(searches, c.search)
			}
		}
	}
	if err := findRoots(f, searches); err != nil {
		return err
	}
	var descents []*descent
	for i, row := range rows {
		x := points[2*row : 2*row+2]
		for _, c := range starts[i] {
			if c.search.settled() {
				descents = append(descents, newDescent(row, x, c))
			} else { // a jump, or a flat place
				b.offer(row, c.at, distance(x, c.at), c.diagonal)
			}
		}
	}
	if err := repeat(ctx, f, descents, walkRounds, func(d *descent) *root { return d.walk(tolerance) }, (*descent).walked); err != nil {
		return err
	}
	if err := repeat(ctx, f, descents, narrowRounds, func(d *descent) *root { return d.narrow(tolerance) }, (*descent).narrowed); err != nil {
		return err
	}
	for _, d := range descents {
		best := d.best()
		b.offer(d.row, best.at, best.distance, d.gap())
	}
	return nil
}

// repeat has all descents take steps together until none proposes another.
func repeat(ctx context.Context, f Field, descents []*descent, rounds int, propose func(*descent) *root, take func(*descent)) error {
	for range rounds {
		if err := ctx.Err(); err != nil {
			return err
		}
		var trials []*root
		for _, d := range descents {
			if d.trial = propose(d); d.trial != nil {
				trials = append(trials, d.trial)
			}
		}
		if len(trials) == 0 {
			return nil
		}
		if err := findRoots(f, trials); err != nil {
			return err
		}
		for _, d := range descents {
			if d.trial != nil {
				take(d)
			}
		}
	}
	return nil
}

// closeCrossings are the crossings from which the closest point may be reached: those
// that are not farther than the best by more than their cell allows, one for each
// stretch of the boundary.
func closeCrossings(x []float64, crossings []*crossing) []*crossing {
	squares := make([]float64, len(crossings))
	least := math.Inf(1)
	for i, c := range crossings {
		u, v := c.at[0]-x[0], c.at[1]-x[1]
		squares[i] = u*u + v*v
		least = min(least, squares[i])
	}
	var near []int
	for i, c := range crossings {
		if squares[i] <= least+c.diagonal*c.diagonal {
			near = append(near, i)
		}
	}
	slices.SortStableFunc(near, func(a, b int) int { return cmp.Compare(squares[a], squares[b]) })
	var chosen []*crossing
	for _, i := range near {
		c := crossings[i]
		covered := slices.ContainsFunc(chosen, func(other *crossing) bool { return distance(c.at, other.at) <= c.diagonal })
		if !covered && len(chosen) < mostPieces {
			chosen = append(chosen, c)
		}
	}
	return chosen
}
