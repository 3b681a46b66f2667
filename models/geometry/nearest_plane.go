package geometry

import (
	"context"
	"math"
	"slices"
)

// nearestOnPlane looks for the zero set on a grid and searches the pieces of it that
// could be the closest. Where a boundary beyond the grid could be
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
		crossings, pairs := w.crossings(values)
		if err := settle(f, points, open, crossings); err != nil {
			return b, err
		}
		if err := b.hunted(ctx, f, b.hunts(points, open, crossings, pairs, precision*side), precision*side); err != nil {
			return b, err
		}
		need := 0.0
		open = slices.DeleteFunc(open, func(row int) bool {
			lack := b.Distances[row] - w.room(points[2*row:2*row+2])
			if math.IsNaN(lack) {
				lack = lastReach * side
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

// settle finds the zeros at those crossings that are close enough to one of some rows
// for its closest point to be in a cell beside them.
func settle(f Field, points []float64, rows []int, crossings []*crossing) error {
	chosen := make([]bool, len(crossings))
	squares := make([]float64, len(crossings))
	for _, row := range rows {
		least := math.Inf(1)
		for i, c := range crossings {
			u, v := c.at[0]-points[2*row], c.at[1]-points[2*row+1]
			squares[i] = u*u + v*v
			least = min(least, squares[i])
		}
		least = math.Sqrt(least)
		for i, c := range crossings {
			reach := least + 2*c.diagonal
			chosen[i] = chosen[i] || squares[i] <= reach*reach
		}
	}
	var searches []*root
	for i, c := range crossings {
		if chosen[i] {
			searches = append(searches, c.search)
		}
	}
	if err := findRoots(f, searches); err != nil {
		return err
	}
	for i, c := range crossings {
		if chosen[i] {
			c.at = c.search.at()
		}
	}
	return nil
}

// hunts begin with the closest crossing for each of some rows, and the pieces that may
// be closer in between.
func (b *Boundary) hunts(points []float64, rows []int, crossings []*crossing, pairs [][2]*crossing, tolerance float64) []*hunt {
	var pieces []piece
	var reach []float64 // of the pieces, around where they begin
	for _, pair := range pairs {
		if p, ok := pieceBetween(pair[0], pair[1]); ok {
			pieces, reach = append(pieces, p), append(reach, (1+farTangent)*max(pair[0].diagonal, pair[1].diagonal))
		}
	}
	var hunts []*hunt
	for _, row := range rows {
		h := &hunt{row: row, x: points[2*row : 2*row+2]}
		for _, c := range crossings {
			if c.search.found || c.search.failed {
				b.offer(row, c.at, distance(h.x, c.at))
			}
		}
		most := b.Distances[row] - tolerance
		for i, p := range pieces {
			if distance(h.x, p.from.at) < most+reach[i] {
				h.add(p, most)
			}
		}
		hunts = append(hunts, h)
	}
	return hunts
}
