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
	"strconv"
	"strings"

	"actscope/viz"
	"actscope/viz/figures"
)

// filmData is the film as film_data.js reads it.
type filmData struct {
	// Kind is what fields are: "" for probabilities, "classes" or "values".
	Kind   string     `json:"kind,omitempty"`
	Epochs []int      `json:"epochs"`
	Nodes  [2]int     `json:"nodes"`
	X      [2]float64 `json:"x"`
	Y      [2]float64 `json:"y"`
	Points []float64  `json:"points"`
	Labels []int      `json:"labels"`
	// Outlines are the corners of each class's sign at radius 1, x and y of one after the other; none of discs.
	Outlines [][]float64 `json:"outlines"`
	// Values are the points' numbers, as shares of Range.
	Values []float64   `json:"values,omitempty"`
	Range  *[2]float64 `json:"range,omitempty"`
	Nets   []netData   `json:"nets"`
	Light  filmColours `json:"light"`
	Dark   filmColours `json:"dark"`
	// Numbers name the points; Names are those of the classes, Value that of the numbers to predict.
	Numbers []int    `json:"numbers"`
	Names   []string `json:"names,omitempty"`
	Value   string   `json:"value,omitempty"`
	// Scores says that outputs are no probabilities.
	Scores bool `json:"scores,omitempty"`
	// Computed says that the page computes fields, layers and all from the models, which it has for all
	// snapshots, and else for the last at most. Inputs is how many numbers these read, Lift what of a place.
	Computed bool        `json:"computed,omitempty"`
	Inputs   int         `json:"inputs,omitempty"`
	Lift     [][]float64 `json:"lift,omitempty"`
	// Packed is base64 of deflated bytes: where there are models, what they read of the points, a row a point, and
	// for each network the numbers of its model, a row a snapshot, as appendNumbers has them; its marks of wrong
	// points alone follow, where the page computes the rest, else: for each network its fields, snapshot by
	// snapshot: a byte a node of probabilities, two of values, the lower first, or for classes all nodes'
	// classes, then their confidences, then their leads over the second class; where it has them, its marks of wrong points, a byte
	// a point; and its layers, each snapshot by snapshot, two coordinates a point
	// with two bytes each, the lower first.
	Packed string `json:"packed"`
}

type netData struct {
	Label    string      `json:"label"`
	Loss     []*float64  `json:"loss,omitempty"`
	Accuracy []*float64  `json:"accuracy,omitempty"`
	R2       []*float64  `json:"r2,omitempty"`
	Wrong    bool        `json:"wrong"`
	Layers   []layerData `json:"layers"`
	Model    *Model      `json:"model,omitempty"`
	// Values is how many numbers the model has.
	Values    int        `json:"values,omitempty"`
	Distances []*float64 `json:"distances,omitempty"`
}

type layerData struct {
	Name string `json:"name"`
	// Layer is its number, from 1.
	Layer int        `json:"layer"`
	Axes  [2]string  `json:"axes"`
	X     [2]float64 `json:"x"`
	Y     [2]float64 `json:"y"`
}

// drawnFilm is a film as the template sees it.
type drawnFilm struct {
	Data    filmData
	Classes figures.ClassNames
	// Legend explains the signs of classes; More says of how many it does not.
	Legend []classSign
	More   string
	// Value names the numbers to predict, Low and High their range.
	Value, Low, High string
	Scores           bool
	// Layers says that a network has hidden layers to show, Diagrams that the page computes all of them.
	Layers, Diagrams bool
	// Note says what was left out.
	Note string
}

// drawFilm checks, thins and packs a film.
func drawFilm(f *Film) (*drawnFilm, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	sel := selectForFilm(f)
	d := &drawnFilm{Note: sel.note(), Classes: f.Classes, Scores: f.Scores}
	d.Data = filmData{Kind: f.kind(), Points: []float64{}, Labels: []int{}, Outlines: [][]float64{}, Nodes: [2]int{len(sel.x), len(sel.y)}, X: ends(sel.x), Y: ends(sel.y)}
	for _, s := range sel.snapshots {
		d.Data.Epochs = append(d.Data.Epochs, f.Epochs[s])
	}
	d.Data.Computed, d.Data.Scores, d.Data.Numbers = sel.computed, f.Scores, []int{}
	for _, p := range sel.points {
		number := p + 1
		if f.Numbers != nil {
			number = f.Numbers[p]
		}
		d.Data.Numbers = append(d.Data.Numbers, number)
		d.Data.Points = append(d.Data.Points, sixDigits(f.Points[2*p]), sixDigits(f.Points[2*p+1]))
		if d.Data.Kind == ofValues {
			d.Data.Values = append(d.Data.Values, sixDigits(share(f.Values.Of[p], sel.values)))
		} else {
			d.Data.Labels = append(d.Data.Labels, f.Labels[p])
		}
	}
	if d.Data.Kind == ofValues {
		d.Data.Range, d.Data.Value = &sel.values, f.Values.Title()
		d.Value, d.Low, d.High = f.Values.Title(), viz.Num(sel.values[0], 3), viz.Num(sel.values[1], 3)
	} else {
		keys, more := f.Classes.Keys()
		d.More = more
		for class := range f.Classes.Count() {
			d.Data.Names = append(d.Data.Names, f.Classes.Phrase(class))
			d.Data.Outlines = append(d.Data.Outlines, outlineOf(class))
		}
		for _, k := range keys {
			d.Legend = append(d.Legend, classSign{k, svgPath(d.Data.Outlines[k.Class])})
		}
	}
	var raw []byte
	if f.modelled() {
		raw = sel.appendInputs(raw, &d.Data)
	}
	var nets []figures.Network
	for i := range f.Nets {
		var n netData
		n, raw = sel.appendNet(raw, &f.Nets[i])
		d.Data.Nets = append(d.Data.Nets, n)
		nets = append(nets, f.Nets[i].Network)
	}
	d.Layers = slices.ContainsFunc(d.Data.Nets, func(n netData) bool { return len(n.Layers) > 0 })
	d.Diagrams = f.modelled()
	d.Data.Light, d.Data.Dark = filmColoursOf(light, nets, f.Classes.Count()), filmColoursOf(dark, nets, f.Classes.Count())
	var err error
	d.Data.Packed, err = pack(raw)
	return d, err
}

// classSign is an entry of the legend; of a disc the path is empty.
type classSign struct {
	figures.ClassKey
	Path string
}

// outlineOf are the corners of a class's sign.
func outlineOf(class int) []float64 {
	outline := []float64{}
	for _, p := range light.ClassMarker(class, 1).Shape.Outline() {
		outline = append(outline, math.Round(p.X*1000)/1000, math.Round(p.Y*1000)/1000)
	}
	return outline
}

// svgPath is a sign of the legend's size.
func svgPath(outline []float64) string {
	const radius = 5
	if len(outline) == 0 {
		return ""
	}
	var path strings.Builder
	for i := 0; i < len(outline); i += 2 {
		command := "L"
		if i == 0 {
			command = "M"
		}
		path.WriteString(command + strconv.FormatFloat(math.Round(outline[i]*radius*100)/100, 'f', -1, 64) + " " + strconv.FormatFloat(math.Round(outline[i+1]*radius*100)/100, 'f', -1, 64))
	}
	return path.String() + "Z"
}

// appendNet appends a network's bytes to raw and gives the rest of it.
func (sel *filmSelection) appendNet(raw []byte, n *FilmNet) (netData, []byte) {
	d := netData{Label: n.DisplayName(), Wrong: n.Wrong != nil, Loss: sel.series(n.Loss), Accuracy: sel.series(n.Accuracy), R2: sel.series(n.R2), Layers: []layerData{}}
	if sel.film.modelled() {
		d.Model, d.Values = n.Model, len(n.Model.Values[0])
		var rows [][]float64
		for _, s := range sel.snapshots {
			rows = append(rows, n.Model.Values[s])
		}
		if !sel.computed {
			rows = rows[len(rows)-1:]
		}
		raw = appendNumbers(raw, rows)
	}
	if n.Distances != nil {
		for _, p := range sel.points {
			d.Distances = append(d.Distances, orNil(n.Distances[p]))
		}
	}
	if !sel.computed {
		for _, s := range sel.snapshots {
			raw = sel.appendField(raw, n.Fields[s])
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
		name := cmp.Or(layer.Name, fmt.Sprintf("layer %d", l+1))
		if sel.computed {
			d.Layers = append(d.Layers, layerData{Name: name, Layer: cmp.Or(layer.Number, l+1)})
			continue
		}
		ranges := [2][2]float64{sel.layerRange(layer, 0), sel.layerRange(layer, 1)}
		for _, s := range sel.snapshots {
			for _, p := range sel.points {
				for axis, within := range ranges {
					raw = binary.LittleEndian.AppendUint16(raw, quantiseCoordinate(layer.Points[s][2*p+axis], within[0], within[1]))
				}
			}
		}
		d.Layers = append(d.Layers, layerData{
			Name: name, Layer: cmp.Or(layer.Number, l+1),
			Axes: [2]string{cmp.Or(layer.Axes[0], "unit 1"), cmp.Or(layer.Axes[1], "unit 2")},
			X:    ranges[0], Y: ranges[1],
		})
	}
	return d, raw
}

// appendField appends a field's bytes.
func (sel *filmSelection) appendField(raw []byte, field []float64) []byte {
	if sel.film.kind() == ofClasses {
		return sel.appendClasses(raw, field)
	}
	for _, v := range sel.resample(field, 0) {
		if sel.film.kind() == ofValues {
			raw = binary.LittleEndian.AppendUint16(raw, quantiseCoordinate(v, sel.values[0], sel.values[1]))
		} else {
			raw = append(raw, quantiseProbability(v))
		}
	}
	return raw
}

// appendClasses appends the winners at all nodes, then their confidences, then by how much they lead.
func (sel *filmSelection) appendClasses(raw []byte, field []float64) []byte {
	nodes := len(sel.x) * len(sel.y)
	winners := make([]byte, nodes)
	best, second := make([]float64, nodes), make([]float64, nodes)
	for c := range sel.film.Outputs {
		for n, v := range sel.resample(field, c) {
			switch {
			case notFinite(v) || winners[n] == noClass:
				winners[n] = noClass
			case c == 0:
				best[n], second[n] = v, math.Inf(-1)
			case v > best[n]:
				winners[n], best[n], second[n] = byte(c), v, best[n]
			default:
				second[n] = max(second[n], v)
			}
		}
	}
	largest := 0.0 // of the leads, whose ratio alone says where between two nodes a border is
	for n, w := range winners {
		if w != noClass {
			largest = max(largest, best[n]-second[n])
		}
	}
	raw = append(raw, winners...)
	for n := range nodes {
		sure := best[n]
		if sel.film.Scores {
			sure = 1
		}
		raw = append(raw, byte(math.Round(254*min(max(sure, 0), 1))))
	}
	for n := range nodes {
		lead := 0.0
		if winners[n] != noClass && largest > 0 {
			lead = (best[n] - second[n]) / largest
		}
		raw = append(raw, byte(math.Round(254*math.Sqrt(lead)))) // finer near borders
	}
	return raw
}

// series are those of the film's snapshots with nil for NaN and infinities,
// which JSON does not have.
func (sel *filmSelection) series(all []float64) []*float64 {
	if all == nil {
		return nil
	}
	values := make([]*float64, len(sel.snapshots))
	for i, s := range sel.snapshots {
		values[i] = orNil(all[s])
	}
	return values
}

// orNil is a number of six digits, nil for what is none.
func orNil(v float64) *float64 {
	if notFinite(v) {
		return nil
	}
	v = sixDigits(v)
	return &v
}

// appendInputs appends what networks read of the points.
func (sel *filmSelection) appendInputs(raw []byte, d *filmData) []byte {
	d.Inputs, d.Lift = sel.film.Nets[0].Model.Inputs, sel.film.Lift[:]
	var rows [][]float64
	for _, p := range sel.points {
		rows = append(rows, sel.film.Inputs[p*d.Inputs:(p+1)*d.Inputs])
	}
	return appendNumbers(raw, rows)
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

// Kinds of fields.
const (
	ofClasses = "classes"
	ofValues  = "values"
)

func notFinite(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }

// Codes of what is not finite.
const (
	noProbability = 255
	noClass       = 255
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
