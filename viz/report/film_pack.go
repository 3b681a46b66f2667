package report

import (
	"bytes"
	"cmp"
	"compress/flate"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"

	"actscope/viz/figures"
)

// filmData is the film as film_data.js reads it.
type filmData struct {
	Epochs []int       `json:"epochs"`
	Nodes  [2]int      `json:"nodes"`
	X      [2]float64  `json:"x"`
	Y      [2]float64  `json:"y"`
	Points []float64   `json:"points"`
	Labels []int       `json:"labels"`
	Nets   []netData   `json:"nets"`
	Light  filmColours `json:"light"`
	Dark   filmColours `json:"dark"`
	// Packed is base64 of deflated bytes: for each network its fields, snapshot by
	// snapshot, a byte a node; where it has them, its marks of wrong points, a byte
	// a point; and its layers, each snapshot by snapshot, two coordinates a point
	// with two bytes each, the lower first.
	Packed string `json:"packed"`
}

type netData struct {
	Label    string      `json:"label"`
	Loss     []*float64  `json:"loss,omitempty"`
	Accuracy []*float64  `json:"accuracy,omitempty"`
	Wrong    bool        `json:"wrong"`
	Layers   []layerData `json:"layers"`
}

type layerData struct {
	Name string     `json:"name"`
	Axes [2]string  `json:"axes"`
	X    [2]float64 `json:"x"`
	Y    [2]float64 `json:"y"`
}

// drawnFilm is a film as the template sees it.
type drawnFilm struct {
	Data    filmData
	Classes figures.ClassNames
	// Note says what was left out.
	Note string
}

// Bytes before packing that a film spends on fields and on hidden spaces. Deflate
// brings fields to about a fifth of this, activations to three quarters.
const (
	fieldBytes  = 3 << 20
	hiddenBytes = 1 << 20
)

// drawFilm checks, thins and packs a film.
func drawFilm(f *Film) (*drawnFilm, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	sel := selectForFilm(f)
	d := &drawnFilm{Note: sel.note(), Classes: f.Classes}
	d.Data = filmData{Points: []float64{}, Labels: []int{}, Nodes: [2]int{len(sel.x), len(sel.y)}, X: ends(sel.x), Y: ends(sel.y)}
	for _, s := range sel.snapshots {
		d.Data.Epochs = append(d.Data.Epochs, f.Epochs[s])
	}
	for _, p := range sel.points {
		d.Data.Points = append(d.Data.Points, sixDigits(f.Points[2*p]), sixDigits(f.Points[2*p+1]))
		d.Data.Labels = append(d.Data.Labels, f.Labels[p])
	}
	var raw []byte
	var nets []figures.Network
	for i := range f.Nets {
		var n netData
		n, raw = sel.appendNet(raw, &f.Nets[i])
		d.Data.Nets = append(d.Data.Nets, n)
		nets = append(nets, f.Nets[i].Network)
	}
	d.Data.Light, d.Data.Dark = filmColoursOf(light, nets), filmColoursOf(dark, nets)
	var err error
	d.Data.Packed, err = pack(raw)
	return d, err
}

// appendNet appends a network's bytes to raw and gives the rest of it.
func (sel *filmSelection) appendNet(raw []byte, n *FilmNet) (netData, []byte) {
	d := netData{Label: n.DisplayName(), Wrong: n.Wrong != nil, Loss: sel.values(n.Loss), Accuracy: sel.values(n.Accuracy), Layers: []layerData{}}
	for _, s := range sel.snapshots {
		for _, p := range sel.resample(n.Fields[s]) {
			raw = append(raw, quantiseProbability(p))
		}
	}
	if d.Wrong {
		for _, s := range sel.snapshots {
			for _, p := range sel.points {
				mark := byte(0)
				if n.Wrong[s][p] {
					mark = 1
				}
				raw = append(raw, mark)
			}
		}
	}
	for _, l := range EvenlySpaced(len(n.Layers), FilmLayers) {
		layer := n.Layers[l]
		ranges := [2][2]float64{sel.layerRange(layer, 0), sel.layerRange(layer, 1)}
		for _, s := range sel.snapshots {
			for _, p := range sel.points {
				for axis, within := range ranges {
					raw = binary.LittleEndian.AppendUint16(raw, quantiseCoordinate(layer.Points[s][2*p+axis], within[0], within[1]))
				}
			}
		}
		d.Layers = append(d.Layers, layerData{
			Name: cmp.Or(layer.Name, fmt.Sprintf("layer %d", l+1)),
			Axes: [2]string{cmp.Or(layer.Axes[0], "unit 1"), cmp.Or(layer.Axes[1], "unit 2")},
			X:    ranges[0], Y: ranges[1],
		})
	}
	return d, raw
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

// values are those of the film's snapshots with nil for NaN and infinities,
// which JSON does not have.
func (sel *filmSelection) values(all []float64) []*float64 {
	if all == nil {
		return nil
	}
	values := make([]*float64, len(sel.snapshots))
	for i, s := range sel.snapshots {
		if v := all[s]; !notFinite(v) {
			v = sixDigits(v)
			values[i] = &v
		}
	}
	return values
}

func pack(raw []byte) (string, error) {
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		return "", err
	}
	if _, err := w.Write(raw); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(packed.Bytes()), nil
}

// sixDigits rounds to six significant digits, more than a canvas can show.
func sixDigits(v float64) float64 {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 6, 64), 64) // what was formatted can be parsed
	return rounded
}

func ends(axis []float64) [2]float64 { return [2]float64{axis[0], axis[len(axis)-1]} }

// filmSelection is the part of a film that is drawn.
type filmSelection struct {
	film      *Film
	snapshots []int
	points    []int
	x, y      []float64 // nodes of the drawn grid, evenly spaced
}

func selectForFilm(f *Film) *filmSelection {
	sel := &filmSelection{film: f, snapshots: EvenlySpaced(len(f.Epochs), FilmSnapshots)}
	layers := 0
	for _, n := range f.Nets {
		layers += min(len(n.Layers), FilmLayers)
	}
	most := FilmPoints
	if layers > 0 {
		most = min(most, max(hiddenBytes/(4*layers*len(sel.snapshots)), 50))
	}
	sel.points = EvenlySpaced(len(f.Labels), most)
	nodes := min(int(math.Sqrt(float64(fieldBytes/(len(f.Nets)*len(sel.snapshots))))), FilmNodes)
	sel.x, sel.y = evenly(f.X, nodes), evenly(f.Y, nodes)
	return sel
}

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

// resample interpolates a field between the film's nodes onto those that are drawn.
func (sel *filmSelection) resample(field []float64) []float64 {
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
	if drawn, all := len(sel.points), max(sel.film.Of, len(sel.film.Labels)); drawn < all {
		notes = append(notes, fmt.Sprintf("%d of the %d test points are shown.", drawn, all))
	}
	if drawn, all := len(sel.snapshots), len(sel.film.Epochs); drawn < all {
		notes = append(notes, fmt.Sprintf("%d of the %d snapshots are shown.", drawn, all))
	}
	if slices.ContainsFunc(sel.film.Nets, func(n FilmNet) bool { return len(n.Layers) > FilmLayers }) {
		notes = append(notes, fmt.Sprintf("%d of the hidden layers are shown, evenly spread.", FilmLayers))
	}
	return strings.Join(notes, " ")
}

func notFinite(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }

// Codes of what is not finite.
const (
	noProbability = 255
	noCoordinate  = 65535
)

// quantiseProbability gives P(class 1) one of 255 levels, whose distance to ½
// grows with the square: near the decision boundary they lie 3e-5 apart, so
// that the line through a flat field stays smooth, and at 0 and 1 they lie
// 0.008 apart, which no eye sees in the shading. Level 127 is ½ itself.
// film.js has the inverse.
func quantiseProbability(p float64) byte {
	if notFinite(p) {
		return noProbability
	}
	t := 2*min(max(p, 0), 1) - 1
	return byte(math.Round(127 + 127*math.Copysign(math.Sqrt(math.Abs(t)), t)))
}

// quantiseCoordinate gives a value between lo and hi one of 65535 even levels.
func quantiseCoordinate(v, lo, hi float64) uint16 {
	switch {
	case notFinite(v):
		return noCoordinate
	case !(hi > lo):
		return 32767
	}
	// Halves first: the difference of two finite numbers may overflow.
	t := (v/2 - lo/2) / (hi/2 - lo/2)
	return uint16(math.Round(65534 * min(max(t, 0), 1)))
}
