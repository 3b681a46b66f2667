package geometry

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"actscope/graph"
	"actscope/internal/panics"
	"actscope/models"
)

// Located is a sample whose rows' distances to the network's decision boundary are known:
// by [Locate], or because a caller has them from [BoundaryOf].
type Located struct {
	Sample
	// Signed are the Euclidean distances, of two classes with the sign of the logit, NaN
	// where no boundary was found. More regions than two have no sides to give signs, and
	// networks that predict numbers no boundary.
	Signed []float64
	// Error is by how much a distance may be wrong; see [Locate].
	Error float64
}

// Locate finds the distances of samples' rows, of all samples at once: for thousands of
// rows, of which [BoundaryOf] would find closest points more exactly than what is asked of
// the distances together. In networks of two inputs the boundary is found once. Where it is
// straight in pieces that is exact, as there. Elsewhere it is outlined by chords, which are
// halved until the boundary bows out of them by less than 2e-4 of the longest side of the
// rows' box. That is bounded by twice the bow of the chord that was halved last, which a
// corner close to its end may leave; a smooth curve leaves a quarter. As there, a piece that
// passes between the nodes of the grid is missed. Where the logit is flat beside the boundary
// no tangent helps, and a chord spans a cell of the grid. Of networks of other inputs the
// distances are those of BoundaryOf.
func Locate(ctx context.Context, net *models.Network, samples ...Sample) (_ []Located, err error) {
	defer panics.Catch(&err, "finding the decision boundary of %v", net)
	var points []float64
	for _, s := range samples {
		if err := s.check(net); err != nil {
			return nil, fmt.Errorf("geometry: %w", err)
		}
		points = append(points, s.Set.X...)
	}
	b := newBoundary(len(points)/net.Inputs(), net.Inputs())
	if net.Targets() != graph.Numbers {
		if b, err = distancesTo(ctx, net, points); err != nil {
			return nil, fmt.Errorf("geometry: %w", err)
		}
	}
	var all []Located
	for _, s := range samples {
		rows := s.Set.Rows()
		all = append(all, Located{s, s.signed(b.Distances[:rows]), b.Error})
		b.Distances = b.Distances[rows:]
	}
	return all, nil
}

// signed are distances with the sign of the logit of two classes, or as they are.
func (s Sample) signed(distances []float64) []float64 {
	z := s.Observation.Pre[len(s.Observation.Pre)-1]
	_, outputs := z.Dims()
	out := make([]float64, len(distances))
	for i, d := range distances {
		switch {
		case outputs == 1:
			d = math.Copysign(d, z.At(i, 0))
		case outputs == 2 && s.Set.Targets.TwoClasses():
			d = math.Copysign(d, z.At(i, 1)-z.At(i, 0))
		}
		out[i] = d
	}
	return out
}

// Located are the first rows of the samples that [MeasureAll] measured, with the distances that
// it found.
func (m *Measurement) Located(train, test Sample) (ofTrain, ofTest Located) {
	located := func(s Sample, distances []float64) Located {
		s = s.first(len(distances))
		return Located{s, s.signed(distances), float64(m.BoundaryError)}
	}
	return located(train, m.TrainDistances), located(test, m.Distances)
}

// First are the first rows of it, all where there are no more than so many.
func (l Located) First(rows int) Located {
	rows = min(rows, len(l.Signed))
	return Located{l.first(rows), l.Signed[:rows], l.Error}
}

// checkLocated reports samples that were not located in the network.
func checkLocated(net *models.Network, samples ...Located) error {
	for _, s := range samples {
		if err := s.check(net); err != nil {
			return fmt.Errorf("geometry: %w", err)
		}
		if len(s.Signed) != s.Set.Rows() {
			return fmt.Errorf("geometry: %d distances of %d rows: see Locate", len(s.Signed), s.Set.Rows())
		}
	}
	return nil
}

// distancesTo is a boundary of which only the distances are used.
func distancesTo(ctx context.Context, net *models.Network, points []float64) (Boundary, error) {
	if net.Inputs() != 2 {
		return BoundaryOf(ctx, net, points)
	}
	return boundaryBy(ctx, net, points, outlined)
}

// outlined are the distances of some rows to the chords of the boundary. Where a boundary beyond the
// grid could be closer than what was found, it is outlined again on a wider one.
func outlined(ctx context.Context, b *Boundary, f Field, points []float64, rows []int) error {
	found := make([]float64, len(rows))
	for reach := firstReach; ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		g, step, side := newSearchGrid(points, reach)
		chords, bow, err := outline(ctx, f, g, outlinePrecision*side)
		if err != nil {
			return err
		}
		need := 0.0
		for i, row := range rows {
			x := points[2*row : 2*row+2]
			found[i] = toChords(x, chords)
			beyond := nearer(b.Distances[row], found[i]) - g.toEdge(x)
			if math.IsNaN(beyond) {
				beyond = lastReach * side
			}
			need = max(need, beyond/side)
		}
		if need <= 0 || reach == lastReach {
			b.Step, b.Error = step, max(b.Error, bow)
			for i, row := range rows {
				b.Distances[row] = nearer(b.Distances[row], found[i])
			}
			return nil
		}
		reach = min(1.01*(reach+need), lastReach)
	}
}

// nearer is the less of two distances, either of which may be unknown, NaN.
func nearer(a, b float64) float64 {
	if !(a <= b) && !math.IsNaN(b) {
		return b
	}
	return a
}

// outlinePrecision is that of an outline, relative to the longest side of the points' box.
const outlinePrecision = 2e-4

// mostHalvings is how often a chord is halved at most.
const mostHalvings = 10

// chord is a straight piece of an outline: where it begins, its vector, and 1 over the
// square of its length.
type chord struct{ x, y, dx, dy, scale float64 }

// outline are the chords of a field's zero set on a grid, and an estimate of how far the
// zero set bows out of them.
func outline(ctx context.Context, f Field, g searchGrid, tolerance float64) (chords []chord, bow float64, err error) {
	values, err := g.valuesOf(ctx, f)
	if err != nil {
		return nil, 0, err
	}
	crossings, pairs := g.crossings(values)
	var roots []*root
	for _, c := range crossings {
		roots = append(roots, c.root)
	}
	if err := findRoots(ctx, f, roots); err != nil {
		return nil, 0, err
	}
	add := func(from, to []float64) {
		dx, dy := to[0]-from[0], to[1]-from[1]
		if square := dx*dx + dy*dy; square > 0 {
			chords = append(chords, chord{from[0], from[1], dx, dy, 1 / square})
		}
	}
	for _, c := range crossings {
		c.at = c.root.at()
	}
	var pieces []piece
	for _, pair := range pairs {
		if p, ok := pieceBetween(pair[0], pair[1]); ok {
			pieces = append(pieces, p)
		} else {
			bow = max(bow, cellSlack*distance(pair[0].at, pair[1].at))
			add(pair[0].at, pair[1].at)
		}
	}
	for halvings := 0; len(pieces) > 0; halvings++ {
		var cuts []*root
		for _, p := range pieces {
			middle := floats.AddScaledTo(make([]float64, 2), p.from.at, 0.5, floats.SubTo(make([]float64, 2), p.to.at, p.from.at))
			cuts = append(cuts, p.cut(middle))
		}
		if err := findRoots(ctx, f, cuts); err != nil {
			return nil, 0, err
		}
		var bent []piece
		for i, p := range pieces {
			cut := cuts[i]
			left := 2 * math.Abs(cut.t) // if there is a corner close to an end
			switch {
			case !cut.regular():
				bow = max(bow, p.slack*distance(p.from.at, p.to.at))
				add(p.from.at, p.to.at)
			case left <= tolerance || halvings == mostHalvings:
				bow = max(bow, left)
				add(p.from.at, cut.at())
				add(cut.at(), p.to.at)
			default:
				halves := p.halves(p.point(cut.at(), cut.gradient))
				bent = append(bent, halves[:]...)
			}
		}
		pieces = bent
	}
	return chords, bow, nil
}

// toChords is the distance of a point to the closest of the chords, NaN without any.
func toChords(x []float64, chords []chord) float64 {
	least := math.Inf(1)
	for _, c := range chords {
		u, v := x[0]-c.x, x[1]-c.y
		t := min(max((u*c.dx+v*c.dy)*c.scale, 0), 1)
		u, v = u-t*c.dx, v-t*c.dy
		if square := u*u + v*v; square < least {
			least = square
		}
	}
	if math.IsInf(least, 1) {
		return math.NaN()
	}
	return math.Sqrt(least)
}
