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

// nearestInSpace starts for each point between it and the nearest ones on the other
// side, and on its gradient.
func nearestInSpace(ctx context.Context, f Field, points []float64) (Boundary, error) {
	n := f.Inputs()
	b := newBoundary(len(points)/n, n)
	b.Step = undefined
	values, gradients, err := f.Gradients(points)
	if err != nil {
		return b, err
	}
	_, _, side := extent(points, n)
	var starts []*root
	var rows []int
	for row, value := range values {
		x := points[row*n : (row+1)*n]
		if g := gradients[row*n : (row+1)*n]; floats.Norm(g, 2) > 0 {
			starts, rows = append(starts, onLine(x, unit(g), gradientReach*side)), append(rows, row)
		}
		for _, other := range othersNear(x, value, points, values) {
			s := onLine(x, floats.SubTo(make([]float64, n), points[other*n:(other+1)*n], x), 1)
			s.below, s.above, s.t = 0, 1, value/(value-values[other])
			if value >= 0 {
				s.below, s.above = 1, 0
			}
			starts, rows = append(starts, s), append(rows, row)
		}
	}
	if err := findRoots(f, starts); err != nil {
		return b, err
	}
	var slides []*slide
	for i, s := range starts {
		if s.settled() {
			slides = append(slides, newSlide(rows[i], points[rows[i]*n:(rows[i]+1)*n], s))
		}
	}
	if err := seek(ctx, f, slides, precision*side); err != nil {
		return b, err
	}
	for _, s := range slides {
		b.offer(s.row, s.at, s.distance)
		if b.Distances[s.row] == s.distance {
			b.Error = max(b.Error, s.gap())
		}
	}
	return b, nil
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

// slide goes down along a boundary in a space of any dimension, by steps in the
// direction within the boundary that leads closest to x. Where the boundary has an edge
// it may come to rest on it above the closest point.
type slide struct {
	row      int
	x        []float64
	at       []float64
	distance float64
	// normal is a unit vector across the boundary, along the way within it from at to
	// the closest point of its tangent plane.
	normal, along []float64
	share         float64 // of the way that is tried next
	done          bool
}

func newSlide(row int, x []float64, start *root) *slide {
	s := &slide{row: row, x: x, share: 1}
	s.move(start)
	return s
}

func (s *slide) move(to *root) {
	s.at, s.normal = to.at(), unit(to.gradient)
	s.along = floats.SubTo(make([]float64, len(s.at)), s.x, s.at)
	s.distance = floats.Norm(s.along, 2)
	floats.AddScaled(s.along, -floats.Dot(s.along, s.normal), s.normal)
}

// gap estimates by how much the distance exceeds that of the closest point nearby: by
// what it gains on the way in the tangent plane.
func (s *slide) gap() float64 {
	way := floats.Norm(s.along, 2)
	if s.distance == 0 {
		return 0
	}
	return way * way / s.distance
}

// propose implements seeker.
func (s *slide) propose(tolerance float64) *root {
	if s.done || s.gap() <= tolerance/8 {
		return nil
	}
	base := floats.AddScaledTo(make([]float64, len(s.at)), s.at, s.share, s.along)
	return onLine(base, s.normal, 2*s.share*floats.Norm(s.along, 2))
}

// take implements seeker: a step that does not lead closer is halved.
func (s *slide) take(trial *root) {
	if trial.settled() && floats.Distance(trial.at(), s.x, 2) < s.distance {
		s.move(trial)
		s.share = math.Min(2*s.share, 1)
		return
	}
	s.share /= 2
	s.done = s.share < 1e-9
}
