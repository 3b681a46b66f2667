package report

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"

	"actscope/viz"
	"actscope/viz/figures"
)

// filmData is the film as film_data.js reads it.
type filmData struct {
	Epochs []int      `json:"epochs"`
	Nodes  [2]int     `json:"nodes"`
	X      [2]float64 `json:"x"`
	Y      [2]float64 `json:"y"`
	Points []float64  `json:"points"`
	Labels []int      `json:"labels"`
	Nets   []netData  `json:"nets"`
	Light  inks       `json:"light"`
	Dark   inks       `json:"dark"`
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
func drawFilm(f *Film, light, dark viz.Theme) (*drawnFilm, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	r := newReel(f)
	d := &drawnFilm{Note: r.note(), Classes: f.Classes}
	d.Data = filmData{Points: []float64{}, Labels: []int{}, Nodes: [2]int{len(r.x), len(r.y)}, X: ends(r.x), Y: ends(r.y)}
	for _, s := range r.snapshots {
		d.Data.Epochs = append(d.Data.Epochs, f.Epochs[s])
	}
	for _, p := range r.points {
		d.Data.Points = append(d.Data.Points, short(f.Points[2*p]), short(f.Points[2*p+1]))
		d.Data.Labels = append(d.Data.Labels, f.Labels[p])
	}
	var raw []byte
	var nets []figures.Network
	for i := range f.Nets {
		var n netData
		n, raw = r.appendNet(raw, &f.Nets[i])
		d.Data.Nets = append(d.Data.Nets, n)
		nets = append(nets, f.Nets[i].Network)
	}
	d.Data.Light, d.Data.Dark = inksOf(light, nets), inksOf(dark, nets)
	var err error
	d.Data.Packed, err = pack(raw)
	return d, err
}

// appendNet appends a network's bytes to raw and gives the rest of it.
func (r *reel) appendNet(raw []byte, n *FilmNet) (netData, []byte) {
	d := netData{Label: label(n.Network), Wrong: n.Wrong != nil, Loss: r.values(n.Loss), Accuracy: r.values(n.Accuracy), Layers: []layerData{}}
	for _, s := range r.snapshots {
		for _, p := range r.resample(n.Fields[s]) {
			raw = append(raw, quantiseProbability(p))
		}
	}
	if d.Wrong {
		for _, s := range r.snapshots {
			for _, p := range r.points {
				mark := byte(0)
				if n.Wrong[s][p] {
					mark = 1
				}
				raw = append(raw, mark)
			}
		}
	}
	for _, l := range Spread(len(n.Layers), FilmLayers) {
		layer := n.Layers[l]
		ranges := [2][2]float64{r.layerRange(layer, 0), r.layerRange(layer, 1)}
		for _, s := range r.snapshots {
			for _, p := range r.points {
				for axis, within := range ranges {
					raw = binary.LittleEndian.AppendUint16(raw, quantiseCoordinate(layer.Points[s][2*p+axis], within[0], within[1]))
				}
			}
		}
		d.Layers = append(d.Layers, layerData{
			Name: or(layer.Name, fmt.Sprintf("layer %d", l+1)),
			Axes: [2]string{or(layer.Axes[0], "unit 1"), or(layer.Axes[1], "unit 2")},
			X:    ranges[0], Y: ranges[1],
		})
	}
	return d, raw
}

// layerRange is the range of one axis over all snapshots, so that the film shows
// how a hidden space grows. It is 0 to 1 where nothing is finite.
func (r *reel) layerRange(l FilmLayer, axis int) [2]float64 {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, s := range r.snapshots {
		for _, p := range r.points {
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
func (r *reel) values(all []float64) []*float64 {
	if all == nil {
		return nil
	}
	values := make([]*float64, len(r.snapshots))
	for i, s := range r.snapshots {
		if v := all[s]; !notFinite(v) {
			v = short(v)
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

// short rounds to six significant digits, more than a canvas can show.
func short(v float64) float64 {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 6, 64), 64) // what was formatted can be parsed
	return rounded
}

func ends(axis []float64) [2]float64 { return [2]float64{axis[0], axis[len(axis)-1]} }

func label(n figures.Network) string { return or(n.Label, or(n.Name, "unnamed")) }

func or(s, instead string) string {
	if s == "" {
		return instead
	}
	return s
}
