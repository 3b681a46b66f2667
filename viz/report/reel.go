package report

import (
	"fmt"
	"math"
	"sort"
	"strings"
)

// reel says which part of a film is drawn.
type reel struct {
	film      *Film
	snapshots []int
	points    []int
	x, y      []float64 // nodes of the drawn grid, evenly spaced
}

func newReel(f *Film) *reel {
	r := &reel{film: f, snapshots: Spread(len(f.Epochs), FilmSnapshots)}
	layers := 0
	for _, n := range f.Nets {
		layers += min(len(n.Layers), FilmLayers)
	}
	most := FilmPoints
	if layers > 0 {
		most = min(most, max(hiddenBytes/(4*layers*len(r.snapshots)), 50))
	}
	r.points = Spread(len(f.Labels), most)
	nodes := min(int(math.Sqrt(float64(fieldBytes/(len(f.Nets)*len(r.snapshots))))), FilmNodes)
	r.x, r.y = evenly(f.X, nodes), evenly(f.Y, nodes)
	return r
}

// evenly gives at most so many evenly spaced nodes over an axis.
func evenly(axis []float64, most int) []float64 {
	n := max(min(len(axis), most), 2)
	nodes := make([]float64, n)
	lo, hi := axis[0], axis[len(axis)-1]
	for i := range nodes {
		t := float64(i) / float64(n-1)
		nodes[i] = lo*(1-t) + hi*t
	}
	return nodes
}

// resample interpolates a field between the film's nodes onto those of the reel.
func (r *reel) resample(field []float64) []float64 {
	columns := places(r.film.X, r.x)
	width := len(r.film.X)
	values := make([]float64, 0, len(r.x)*len(r.y))
	for _, row := range places(r.film.Y, r.y) {
		below, above := field[row.node*width:], field[(row.node+1)*width:]
		for _, column := range columns {
			values = append(values, mix(
				mix(below[column.node], below[column.node+1], column.part),
				mix(above[column.node], above[column.node+1], column.part), row.part))
		}
	}
	return values
}

// place is a part of the way from a node to the next.
type place struct {
	node int
	part float64
}

// places finds nodes on an axis of other nodes.
func places(axis, nodes []float64) []place {
	found := make([]place, len(nodes))
	for i, v := range nodes {
		node := min(max(sort.SearchFloat64s(axis, v)-1, 0), len(axis)-2)
		part := min(max((v-axis[node])/(axis[node+1]-axis[node]), 0), 1)
		// Where rounding alone parts two nodes, they are one: a NaN beside it must not spread.
		if part > 1-1e-9 {
			part = 1
		} else if part < 1e-9 {
			part = 0
		}
		found[i] = place{node, part}
	}
	return found
}

func mix(a, b, part float64) float64 {
	switch part {
	case 0:
		return a
	case 1:
		return b
	}
	return a + (b-a)*part
}

// note says what of the film is not drawn.
func (r *reel) note() string {
	var notes []string
	if drawn, all := len(r.points), max(r.film.Of, len(r.film.Labels)); drawn < all {
		notes = append(notes, fmt.Sprintf("%d of the %d test points are shown.", drawn, all))
	}
	if drawn, all := len(r.snapshots), len(r.film.Epochs); drawn < all {
		notes = append(notes, fmt.Sprintf("%d of the %d snapshots are shown.", drawn, all))
	}
	for _, n := range r.film.Nets {
		if all := len(n.Layers); all > FilmLayers {
			notes = append(notes, fmt.Sprintf("%d of the hidden layers are shown, evenly spread.", FilmLayers))
			break
		}
	}
	return strings.Join(notes, " ")
}
