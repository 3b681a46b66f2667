package geometry

import (
	"cmp"
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// nearestOnPlane looks for the zero set on a grid and searches the pieces of it that
// could be the closest. Where a boundary beyond the grid could be closer than what was
// found, it looks again on a wider one. The grid is around all points.
func (b *Boundary) nearestOnPlane(ctx context.Context, f Field, points []float64, rows []int) error {
	open := slices.Clone(rows)
	for reach := firstReach; ; {
		g, step, side := newSearchGrid(points, reach)
		values, err := g.valuesOf(ctx, f)
		if err != nil {
			return err
		}
		b.Step = step
		crossings, pairs := g.crossings(values)
		if err := locate(ctx, f, points, open, crossings); err != nil {
			return err
		}
		if err := b.search(ctx, f, b.searches(points, open, crossings, pairs, precision*side), precision*side); err != nil {
			return err
		}
		need := 0.0
		open = slices.DeleteFunc(open, func(row int) bool {
			beyond := b.Distances[row] - g.toEdge(points[2*row:2*row+2])
			if math.IsNaN(beyond) {
				beyond = lastReach * side
			}
			need = max(need, beyond/side)
			return beyond <= 0
		})
		if need == 0 || reach == lastReach {
			return nil
		}
		reach = min(1.01*(reach+need), lastReach)
	}
}

// locate finds the zeros at those crossings that are close enough to one of some rows
// for its closest point to be in a cell beside them.
func locate(ctx context.Context, f Field, points []float64, rows []int, crossings []*crossing) error {
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
	var roots []*root
	for i, c := range crossings {
		if chosen[i] {
			roots = append(roots, c.root)
		}
	}
	if err := findRoots(ctx, f, roots); err != nil {
		return err
	}
	for i, c := range crossings {
		if chosen[i] {
			c.at = c.root.at()
		}
	}
	return nil
}

// searches begin, for each of some rows, with the closest crossing and the pieces that may
// be closer in between.
func (b *Boundary) searches(points []float64, rows []int, crossings []*crossing, pairs [][2]*crossing, tolerance float64) []*planeSearch {
	var pieces []piece
	var reach []float64 // of the pieces, around where they begin
	for _, pair := range pairs {
		if p, ok := pieceBetween(pair[0], pair[1]); ok {
			pieces, reach = append(pieces, p), append(reach, (1+farTangent)*max(pair[0].diagonal, pair[1].diagonal))
		}
	}
	var searches []*planeSearch
	for _, row := range rows {
		s := &planeSearch{row: row, x: points[2*row : 2*row+2]}
		for _, c := range crossings {
			if c.root.found || c.root.failed {
				b.consider(row, c.at, distance(s.x, c.at))
			}
		}
		most := b.Distances[row] - tolerance
		for i, p := range pieces {
			if distance(s.x, p.from.at) < most+reach[i] {
				s.add(p, most)
			}
		}
		searches = append(searches, s)
	}
	return searches
}

// planeSearch is the search for the point of the boundary that is closest to x, by branch
// and bound: the most promising piece is cut where it could be closest, until no piece can
// be closer than the closest point that is known.
type planeSearch struct {
	row        int
	x          []float64
	candidates []candidate // the least first
	cuts       int
}

// candidate is a piece of the boundary with the closest point that it can have.
type candidate struct {
	piece
	at    []float64
	least float64
	cut   *root
}

const (
	cutsAtOnce = 3
	mostCuts   = 150 // for one point
)

// add takes a piece into account if it could be closer than most.
func (s *planeSearch) add(p piece, most float64) {
	at, least := p.closest(s.x)
	if !(least < most) {
		return
	}
	i, _ := slices.BinarySearchFunc(s.candidates, least, func(other candidate, least float64) int { return cmp.Compare(other.least, least) })
	s.candidates = slices.Insert(s.candidates, i, candidate{piece: p, at: at, least: least})
}

// next are pieces to cut, none where all that is left is farther than most.
func (s *planeSearch) next(most float64) []candidate {
	n := 0
	for n < len(s.candidates) && n < cutsAtOnce && s.candidates[n].least < most && s.cuts < mostCuts {
		s.cuts++
		n++
	}
	chosen := slices.Clone(s.candidates[:n])
	for i := range chosen {
		chosen[i].cut = chosen[i].piece.cut(chosen[i].at)
	}
	if s.candidates = s.candidates[n:]; n == 0 && s.cuts < mostCuts {
		s.candidates = nil
	}
	return chosen
}

// search goes on with all searches together, to the end.
func (b *Boundary) search(ctx context.Context, f Field, searches []*planeSearch, tolerance float64) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		chosen := make([][]candidate, len(searches))
		var cuts []*root
		for i, s := range searches {
			chosen[i] = s.next(b.Distances[s.row] - tolerance)
			for _, c := range chosen[i] {
				cuts = append(cuts, c.cut)
			}
		}
		if len(cuts) == 0 {
			break
		}
		if err := findRoots(ctx, f, cuts); err != nil {
			return err
		}
		for i, s := range searches {
			for _, c := range chosen[i] {
				if c.cut.found {
					b.consider(s.row, c.cut.at(), distance(s.x, c.cut.at()))
				}
			}
			for _, c := range chosen[i] {
				if !c.cut.regular() {
					b.Error = max(b.Error, b.Distances[s.row]-c.least)
					continue
				}
				for _, half := range c.halves(c.point(c.cut.at(), c.cut.gradient)) {
					s.add(half, b.Distances[s.row]-tolerance)
				}
			}
		}
	}
	b.Error = max(b.Error, tolerance)
	for _, s := range searches {
		if len(s.candidates) > 0 {
			b.Error = max(b.Error, b.Distances[s.row]-s.candidates[0].least)
		}
	}
	return nil
}

// boundaryPoint is a point on a boundary in the plane with its tangent: a unit vector
// that has what is not negative on one and the same side all along a piece.
type boundaryPoint struct{ at, tangent []float64 }

// piece is a short part of a boundary between two points.
type piece struct {
	from, to boundaryPoint
	// turn is 1 where the field is not negative on the left of the tangents, else -1.
	turn float64
	// slack is by how much the piece may be closer than the tangents at its ends
	// say, as a share of its chord.
	slack float64
}

// cellSlack is that of a cell of the grid, in which a boundary may turn more than
// once; halfSlack that of its parts, which have been looked at in between. Smaller
// parts have none.
const (
	cellSlack = 0.25
	halfSlack = 0.125
)

// halves are the parts up to a point in between and from there on.
func (p piece) halves(middle boundaryPoint) [2]piece {
	slack := 0.0
	if p.slack == cellSlack {
		slack = halfSlack
	}
	return [2]piece{{p.from, middle, p.turn, slack}, {middle, p.to, p.turn, slack}}
}

// pieceBetween is the boundary between two crossings of one cell of a grid; ok is false
// where an end or its direction is not known.
func pieceBetween(a, b *crossing) (p piece, ok bool) {
	if !a.root.regular() || !b.root.regular() {
		return p, false
	}
	p.slack = cellSlack
	chord := floats.SubTo(make([]float64, 2), b.at, a.at)
	if p.turn = -1; floats.Dot(perpendicular(chord), a.root.gradient) >= 0 {
		p.turn = 1
	}
	p.from, p.to = p.point(a.at, a.root.gradient), p.point(b.at, b.root.gradient)
	return p, floats.Norm(chord, 2) > 0
}

// point is a point of the piece where the field has a gradient.
func (p piece) point(at, gradient []float64) boundaryPoint {
	tangent := perpendicular(gradient)
	floats.Scale(-p.turn, tangent)
	return boundaryPoint{at, tangent}
}

// closest is the point closest to x that the piece can have, taken for an arc or a
// corner between the tangents at its ends, and how close it can be.
func (p piece) closest(x []float64) (at []float64, least float64) {
	a, b := p.from, p.to
	chord := floats.SubTo(make([]float64, 2), b.at, a.at)
	length := floats.Norm(chord, 2)
	var hull [][2][]float64
	// The tangents meet at a + s tangent = b - r tangent.
	determinant := a.tangent[0]*b.tangent[1] - a.tangent[1]*b.tangent[0]
	s := (chord[0]*b.tangent[1] - chord[1]*b.tangent[0]) / determinant
	r := (a.tangent[0]*chord[1] - a.tangent[1]*chord[0]) / determinant
	if s >= 0 && r >= 0 && s <= farTangent*length && r <= farTangent*length {
		corner := ahead(a, s)
		hull = [][2][]float64{{a.at, corner}, {corner, b.at}, {a.at, b.at}}
	} else { // an S, or straight
		near, far := ahead(a, length/2), ahead(b, -length/2)
		hull = [][2][]float64{{a.at, b.at}, {a.at, near}, {near, far}, {far, b.at}, {a.at, far}, {near, b.at}}
	}
	least = math.Inf(1)
	for _, side := range hull {
		if point, d := onSegment(x, side[0], side[1]); d < least {
			at, least = point, d
		}
	}
	return at, least - p.slack*length
}

// farTangent is how far tangents are followed, in chords.
const farTangent = 4

// ahead is a point on the tangent.
func ahead(p boundaryPoint, way float64) []float64 {
	return floats.AddScaledTo(make([]float64, 2), p.at, way, p.tangent)
}

// cut looks for the point of the piece that is above the same point of the chord as
// some point nearby.
func (p piece) cut(nearby []float64) *root {
	chord := floats.SubTo(make([]float64, 2), p.to.at, p.from.at)
	length := floats.Norm(chord, 2)
	offset := floats.SubTo(make([]float64, 2), nearby, p.from.at)
	share := min(max(floats.Dot(offset, chord)/(length*length), 0.001), 0.999)
	up := perpendicular(chord)
	r := onLine(floats.AddScaledTo(make([]float64, 2), p.from.at, share, chord), up, 2*farTangent*length)
	r.t = floats.Dot(offset, up)
	return r
}

// perpendicular is a vector's direction in the plane, turned left.
func perpendicular(v []float64) []float64 {
	u := unit(v)
	return []float64{-u[1], u[0]}
}

// onSegment is the point of a segment of the plane that is closest to x, and its
// distance.
func onSegment(x, a, b []float64) (at []float64, d float64) {
	dx, dy := b[0]-a[0], b[1]-a[1]
	t := 0.0
	if square := dx*dx + dy*dy; square > 0 {
		t = min(max(((x[0]-a[0])*dx+(x[1]-a[1])*dy)/square, 0), 1)
	}
	at = []float64{a[0] + t*dx, a[1] + t*dy}
	return at, math.Hypot(x[0]-at[0], x[1]-at[1])
}
