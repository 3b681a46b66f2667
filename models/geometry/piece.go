package geometry

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// place is a point on a boundary in the plane with the direction of the boundary: a
// unit vector that has what is not negative on one and the same side all along a piece.
type place struct{ at, forward []float64 }

// piece is a short stretch of boundary between two places.
type piece struct {
	from, to place
	// turn is 1 where the field is not negative on the left of forward, else -1.
	turn float64
	// doubt is by how much the piece may be closer than the tangents at its ends
	// say, as a share of its chord.
	doubt float64
}

// wholeDoubt is that of a cell of the grid, in which a boundary may turn more than
// once; halfDoubt that of its parts, which have been looked at in between. Smaller
// parts are believed.
const (
	wholeDoubt = 0.25
	halfDoubt  = 0.125
)

// halves are the parts up to a place in between and from there on.
func (p piece) halves(middle place) [2]piece {
	doubt := 0.0
	if p.doubt == wholeDoubt {
		doubt = halfDoubt
	}
	return [2]piece{{p.from, middle, p.turn, doubt}, {middle, p.to, p.turn, doubt}}
}

// pieceBetween is the boundary between two crossings of one cell of a grid; ok is false
// where an end or its direction is not known.
func pieceBetween(a, b *crossing) (p piece, ok bool) {
	if !a.search.settled() || !b.search.settled() {
		return p, false
	}
	p.doubt = wholeDoubt
	chord := floats.SubTo(make([]float64, 2), b.at, a.at)
	if p.turn = -1; floats.Dot(perpendicular(chord), a.search.gradient) >= 0 {
		p.turn = 1
	}
	p.from, p.to = p.place(a.at, a.search.gradient), p.place(b.at, b.search.gradient)
	return p, floats.Norm(chord, 2) > 0
}

// place is a point of the piece where the field has a gradient.
func (p piece) place(at, gradient []float64) place {
	forward := perpendicular(gradient)
	floats.Scale(-p.turn, forward)
	return place{at, forward}
}

// closest is the point closest to x that the piece can have, taken for an arc or a
// corner between the tangents at its ends, and how close it can be.
func (p piece) closest(x []float64) (at []float64, least float64) {
	a, b := p.from, p.to
	chord := floats.SubTo(make([]float64, 2), b.at, a.at)
	length := floats.Norm(chord, 2)
	var hull [][2][]float64
	// The tangents meet at a + s forward = b - r forward.
	determinant := a.forward[0]*b.forward[1] - a.forward[1]*b.forward[0]
	s := (chord[0]*b.forward[1] - chord[1]*b.forward[0]) / determinant
	r := (a.forward[0]*chord[1] - a.forward[1]*chord[0]) / determinant
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
	return at, least - p.doubt*length
}

// farTangent is how far tangents are followed, in chords.
const farTangent = 4

// ahead is the point on the tangent at a place.
func ahead(p place, way float64) []float64 {
	return floats.AddScaledTo(make([]float64, 2), p.at, way, p.forward)
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
