package report

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
)

// Bytes before packing that a film spends on fields and on hidden spaces. Deflate
// brings fields to about a fifth of this, activations to three quarters.
const (
	fieldBytes  = 3 << 20
	hiddenBytes = 1 << 20
)

// filmSelection is the part of a film that is drawn.
type filmSelection struct {
	film      *Film
	computed  bool
	snapshots []int
	points    []int
	x, y      []float64 // nodes of the drawn grid, evenly spaced
	values    [2]float64
}

// kind is what the film's fields are; "" for probabilities.
func (f *Film) kind() string {
	switch {
	case f.Values.Of != nil:
		return ofValues
	case f.outputs() > 1:
		return ofClasses
	}
	return ""
}

// nodeBytes is how many bytes a node takes.
func (f *Film) nodeBytes() int {
	switch f.kind() {
	case ofClasses:
		return 3
	case ofValues:
		return 2
	}
	return 1
}

// valueRange is that of the points' numbers and of the fields, but of these no more than half of the former at
// each side.
func (f *Film) valueRange() [2]float64 {
	low, high, least, most := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, v := range f.Values.Of {
		if !notFinite(v) {
			low, high = min(low, v), max(high, v)
		}
	}
	for _, n := range f.Nets {
		for _, field := range n.Fields {
			for _, v := range field {
				if !notFinite(v) {
					least, most = min(least, v), max(most, v)
				}
			}
		}
	}
	if f.Reach[0] < f.Reach[1] {
		least, most = f.Reach[0], f.Reach[1]
	}
	if low > high {
		low, high = least, most
	}
	if low > high {
		return [2]float64{0, 1}
	}
	room := (high/2 - low/2)
	return [2]float64{min(low, max(least, low-room)), max(high, min(most, high+room))}
}

// share is how far a value is in a range, 0 to 1.
func share(v float64, within [2]float64) float64 {
	if notFinite(v) || !(within[1] > within[0]) {
		return 0.5
	}
	return (v/2 - within[0]/2) / (within[1]/2 - within[0]/2)
}

func selectForFilm(f *Film) *filmSelection {
	sel := &filmSelection{film: f, computed: f.Computed(), snapshots: EvenlySpaced(len(f.Epochs), FilmSnapshots)}
	if sel.computed {
		return sel.ofComputed()
	}
	layers := 0
	for _, n := range f.Nets {
		layers += min(len(n.Layers), FilmLayers)
	}
	most := FilmPoints
	if layers > 0 {
		most = min(most, max(hiddenBytes/(4*layers*len(sel.snapshots)), 50))
	}
	sel.points = EvenlySpaced(f.rows(), most)
	nodes := min(int(math.Sqrt(float64(fieldBytes/(f.nodeBytes()*len(f.Nets)*len(sel.snapshots))))), FilmNodes)
	sel.x, sel.y = evenly(f.X, nodes), evenly(f.Y, nodes)
	if f.kind() == ofValues {
		sel.values = f.valueRange()
	}
	return sel
}

// inputBytes is what a film spends on what networks read of the points.
const inputBytes = 300 << 10

// ofComputed is the selection of a film that the page computes: nodes are its own affair.
func (sel *filmSelection) ofComputed() *filmSelection {
	f := sel.film
	sel.snapshots = EvenlySpaced(len(f.Epochs), min(FilmSnapshots, f.affordable()))
	sel.points = EvenlySpaced(f.rows(), min(FilmPoints, inputBytes/(numberBytes*f.Nets[0].Model.Inputs)))
	nodes := min(max(int(math.Sqrt(float64(mostProducts/f.numbers()))), 33), FilmNodes)
	sel.x, sel.y = evenly(f.X, nodes), evenly(f.Y, nodes)
	if f.kind() == ofValues {
		sel.values = f.valueRange()
	}
	return sel
}

// mostProducts bounds those of all networks and nodes that make a frame of the film.
const mostProducts = 20 << 20

// evenly gives up to limit evenly spaced nodes over an axis.
func evenly(axis []float64, limit int) []float64 {
	n := max(min(len(axis), limit), 2)
	nodes := make([]float64, n)
	lo, hi := axis[0], axis[len(axis)-1]
	for i := range nodes {
		t := float64(i) / float64(n-1)
		nodes[i] = lo*(1-t) + hi*t
	}
	return nodes
}

// layerRange is the range of one axis over all snapshots, so that the film shows
// how a hidden space grows. It is 0 to 1 where nothing is finite.
func (sel *filmSelection) layerRange(l FilmLayer, axis int) [2]float64 {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, s := range sel.snapshots {
		for _, p := range sel.points {
			if v := l.Points[s][2*p+axis]; !notFinite(v) {
				lo, hi = min(lo, v), max(hi, v)
			}
		}
	}
	if lo > hi {
		return [2]float64{0, 1}
	}
	return [2]float64{lo, hi}
}

// resample interpolates an output of a field between the film's nodes onto those that are drawn.
func (sel *filmSelection) resample(field []float64, output int) []float64 {
	if outputs := sel.film.outputs(); outputs > 1 {
		one := make([]float64, len(field)/outputs)
		for n := range one {
			one[n] = field[n*outputs+output]
		}
		field = one
	}
	columns := places(sel.film.X, sel.x)
	width := len(sel.film.X)
	values := make([]float64, 0, len(sel.x)*len(sel.y))
	for _, row := range places(sel.film.Y, sel.y) {
		below, above := field[row.node*width:], field[(row.node+1)*width:]
		for _, column := range columns {
			values = append(values, interpolate(
				interpolate(below[column.node], below[column.node+1], column.part),
				interpolate(above[column.node], above[column.node+1], column.part), row.part))
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

func interpolate(a, b, part float64) float64 {
	switch part {
	case 0:
		return a
	case 1:
		return b
	}
	return a + (b-a)*part
}

// note says what of the film is not drawn.
func (sel *filmSelection) note() string {
	var notes []string
	if drawn, all := len(sel.points), max(sel.film.Of, sel.film.rows()); drawn < all {
		notes = append(notes, fmt.Sprintf("%d of the %d test points are shown.", drawn, all))
	}
	if drawn, all := len(sel.snapshots), len(sel.film.Epochs); drawn < all {
		notes = append(notes, fmt.Sprintf("%d of the %d snapshots are shown.", drawn, all))
	}
	if !sel.computed {
		switch {
		case sel.film.modelled():
			notes = append(notes, "The networks are too large for this page to compute them at every snapshot: the numbers of a point are those of the end of training.")
		case slices.ContainsFunc(sel.film.Nets, func(n FilmNet) bool { return n.Model != nil }):
			notes = append(notes, "The networks are too large, or have layers that are too special, for this page to compute them.")
		}
	}
	if slices.ContainsFunc(sel.film.Nets, func(n FilmNet) bool { return len(n.Layers) > FilmLayers }) {
		notes = append(notes, fmt.Sprintf("%d of the hidden layers are shown, evenly spread.", FilmLayers))
	}
	if sel.film.Remark != "" {
		notes = append(notes, sel.film.Remark)
	}
	return strings.Join(notes, " ")
}
