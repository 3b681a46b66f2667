package play

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"strconv"

	"gonum.org/v1/gonum/mat"

	"actscope/graph"
	"actscope/internal/experiment"
	"actscope/internal/number"
	"actscope/models"
)

const (
	// fineGrid and coarseGrid are the sides of maps, unitGrid that of the units' own.
	fineGrid   = 100
	coarseGrid = 50
	unitGrid   = 20
	// mostHidden is how many test rows hidden spaces are shown of, the first ones.
	mostHidden = 500
)

// frameHeader is the JSON text in front of a frame's arrays.
type frameHeader struct {
	Type            string         `json:"type"`
	Obeyed          int64          `json:"obeyed"`
	Version         int            `json:"version"`
	Epoch           int            `json:"epoch"`
	Shown           int            `json:"shown"`
	Playing         bool           `json:"playing"`
	Stopped         string         `json:"stopped,omitempty"`
	EpochsPerSecond float64        `json:"epochs_per_second"`
	Sentence        string         `json:"sentence"`
	Point           [2]float64     `json:"point"`
	Arrays          []arrayHeader  `json:"arrays"`
	Networks        []frameNetwork `json:"networks"`
	Seeds           []frameSeed    `json:"seeds"`
	SeedsEpoch      int            `json:"seeds_epoch,omitempty"`
	MapCode         string         `json:"map_code"` // "root" of two classes, else "linear"
}

// arrayHeader says where an array is: Offset counts bytes from the payload's start.
type arrayHeader struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Shape  []int  `json:"shape"`
	Offset int    `json:"offset"`
}

type frameNetwork struct {
	Loss         number.Float     `json:"loss"`
	TestLoss     number.Float     `json:"test_loss"`
	Accuracy     *number.Float    `json:"accuracy,omitempty"`
	TestAccuracy *number.Float    `json:"test_accuracy,omitempty"`
	R2           *number.Float    `json:"r2,omitempty"`
	TestR2       *number.Float    `json:"test_r2,omitempty"`
	Confusion    models.Confusion `json:"confusion"`
	StraightLine number.Float     `json:"straight_line"`
	LeftLineAt   *int             `json:"left_line_at"`
	Best         int              `json:"best,omitempty"`
	Layers       []layerMeasure   `json:"layers"`
	Diverged     *divergence      `json:"diverged"`
}

// frameMemory is what frames are made in, again and again.
type frameMemory struct {
	arrays  []arrayHeader
	payload []byte
}

// array begins an array of the frame, aligned to what its entries need.
func (f *frameMemory) array(name, kind string, shape ...int) {
	size := map[string]int{"u8": 1, "f32": 4, "f64": 8}[kind]
	for len(f.payload)%size != 0 {
		f.payload = append(f.payload, 0)
	}
	f.arrays = append(f.arrays, arrayHeader{name, kind, shape, len(f.payload)})
}

func (f *frameMemory) float32(v float64) {
	f.payload = binary.LittleEndian.AppendUint32(f.payload, math.Float32bits(float32(v)))
}

func (f *frameMemory) floats(name string, values []float64, shape ...int) {
	f.array(name, "f32", shape...)
	for _, v := range values {
		f.float32(v)
	}
}

// Frame appends a frame to dst: a little-endian uint32, the length of a JSON header; the header; zeros up
// to a multiple of 8 bytes of the frame; and the arrays, whose offsets count from there. Of network k
// these are:
//
//	k/map            u8 [g, g]: P(class 1) as 127 + 127 sign(2p-1) √|2p-1|, rounded, and 255 for no number; of
//	                 numbers their place in k/map/range. The first row is the top
//	k/map/range      f32 [2]: what 0 and 255 stand for, in the target's units
//	k/class          u8 [g, g]: the predicted class, of more than two; k/map is the share of its probability then
//	k/units/L        u8 [units, h, h]: what the units of hidden layer L hand on, each between the numbers of
//	k/units/L/range  f32 [units, 2]
//	k/weights/L      f32 [in, out], k/bias/L f32 [out]; and whatever the layer's parts have, as k/NAME
//	k/hidden/L       f32 [rows, units]: what hidden layer L hands on, of the first test rows
//	k/trace          f32: the pre- and post-activations of the dragged point, layer after layer
//	k/history        f32 [n, 4]: epoch, training loss, test loss, test accuracy; NaN where one is not known
func (l *Laboratory) Frame(dst []byte) []byte {
	l.frame.arrays, l.frame.payload = l.frame.arrays[:0], l.frame.payload[:0]
	h := frameHeader{
		Type: "frame", Obeyed: l.obeyed, Version: l.version, Epoch: l.epoch, Shown: l.epoch, Playing: l.playing,
		Stopped: l.stopped, EpochsPerSecond: l.speed, Point: l.point, Seeds: []frameSeed{},
	}
	if l.scrubbed >= 0 {
		h.Shown = l.scrubbed
	}
	for k, n := range l.networks {
		h.Networks = append(h.Networks, l.frameOf(k, n))
	}
	l.measureLayers(h.Networks)
	h.Sentence = l.sentence(h.Networks)
	if h.MapCode = "root"; l.regression() || l.data.Raw.Targets.Classes() > 2 {
		h.MapCode = "linear"
	}
	l.renewStrip()
	h.Seeds, h.SeedsEpoch = l.seeds.frame(l, &l.frame)
	h.Arrays = l.frame.arrays
	header, err := json.Marshal(h)
	if err != nil {
		header = []byte(`{"type":"frame"}`) // cannot be: all numbers are finite or null
	}
	start := len(dst)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(header)))
	dst = append(dst, header...)
	for (len(dst)-start)%8 != 0 {
		dst = append(dst, 0)
	}
	return append(dst, l.frame.payload...)
}

// frameOf adds what is shown of a network.
func (l *Laboratory) frameOf(k int, n *network) frameNetwork {
	f := frameNetwork{Loss: number.Float(n.loss), TestLoss: number.Float(math.NaN()), StraightLine: number.Float(l.line), Best: n.best, Diverged: n.diverged}
	if n.leftLineAt > 0 {
		f.LeftLineAt = &n.leftLineAt
	}
	snapshot := l.snapshotOf(n)
	n.show(snapshot)
	if snapshot != nil {
		f.Loss = number.Float(snapshot.Loss)
	}
	if v, err := n.test.Judge(); err == nil {
		f.TestLoss = number.Float(v.Loss)
	}
	prefix := strconv.Itoa(k) + "/"
	if o, err := n.view.Observe(l.data.Test.X); err == nil {
		l.judgeRows(&f, n, o)
		if l.view.hidden {
			for layer := 1; layer <= o.HiddenLayers(); layer++ {
				l.hiddenSpace(prefix+"hidden/"+strconv.Itoa(layer), o.Hidden(layer))
			}
		}
	}
	l.addMap(prefix, n)
	if l.view.units {
		l.addUnits(prefix, n)
	}
	l.addParameters(prefix, n)
	if o, err := n.view.Observe(l.plane.inputs(l.point)); err == nil {
		var trace []float64
		for layer := range o.Pre {
			trace = append(append(trace, o.Pre[layer].RawRowView(0)...), o.Post[layer].RawRowView(0)...)
		}
		l.frame.floats(prefix+"trace", trace, len(trace))
	}
	rows := n.history.rows
	l.frame.array(prefix+"history", "f32", len(rows), 4)
	for _, r := range rows {
		for _, v := range r {
			l.frame.float32(v)
		}
	}
	return f
}

// snapshotOf is what is shown of a network while the page goes back; nil for the present.
func (l *Laboratory) snapshotOf(n *network) *experiment.Snapshot {
	if l.scrubbed < 0 {
		return nil
	}
	return n.snapshots.at(l.scrubbed)
}

// judgeRows says how well the network does.
func (l *Laboratory) judgeRows(f *frameNetwork, n *network, test *models.Observation) {
	number := func(v float64) *number.Float { n := number.Float(v); return &n }
	d := l.data
	if !l.regression() {
		f.TestAccuracy, f.Accuracy = number(test.Accuracy(d.Test.Y)), number(math.NaN())
		if right, err := n.view.Right(d.Train); err == nil {
			f.Accuracy = number(float64(right) / float64(d.Train.Rows()))
		}
		f.Confusion = test.Confusion(d.Test.Y, d.Test.Targets.Classes())
		return
	}
	f.R2, f.TestR2 = number(math.NaN()), number(math.NaN())
	if fit, err := models.FitOf(test.Probability(), d.Test.Y, n.view.Outputs()); err == nil {
		f.TestR2 = number(fit.R2)
	}
	if fit, err := n.view.Fit(d.Train); err == nil {
		f.R2 = number(fit.R2)
	}
}

// hiddenSpace adds what a layer hands on for the first rows.
func (l *Laboratory) hiddenSpace(name string, m *mat.Dense) {
	rows, units := m.Dims()
	rows = min(rows, mostHidden)
	l.frame.array(name, "f32", rows, units)
	for row := range rows {
		for _, v := range m.RawRowView(row) {
			l.frame.float32(v)
		}
	}
}

// addMap adds what the network says all over the plane.
func (l *Laboratory) addMap(prefix string, n *network) {
	g := l.view.grid
	if outputs, err := n.view.Predict(l.plane.grid(g)); err == nil {
		l.mapOf(&l.frame, prefix, n.view, outputs, g)
	}
}

// mapOf adds the map, or of more than two classes two, of a network's outputs at the nodes of a grid.
func (l *Laboratory) mapOf(f *frameMemory, prefix string, net *models.Network, outputs []float64, side int) {
	width, classes := net.Outputs(), l.data.Raw.Targets.Classes()
	scores := net.Loss().Name == graph.Hinge.Name
	switch {
	case l.regression():
		f.scaledMap(prefix+"map", l.data.InUnits(outputs), width, side)
	case classes > 2:
		f.classMap(prefix, outputs, width, side, scores)
	default:
		f.array(prefix+"map", "u8", side, side)
		for i := 0; i < len(outputs); i += width {
			p := outputs[i]
			switch {
			case width == 2 && scores:
				p = graph.Sigmoid.Value(outputs[i+1] - outputs[i])
			case width == 2 && net.Targets() == graph.Classes:
				p = outputs[i+1]
			case scores:
				p = graph.Sigmoid.Value(p)
			}
			f.payload = append(f.payload, rootOf(p))
		}
	}
}

// rootOf is a probability as a byte that is fine around 1/2, where networks begin: 127 is 1/2, and the
// root of what p is away from it goes to 0 and 254. 255 is no number.
func rootOf(p float64) byte {
	lead := 2*p - 1
	if math.IsNaN(lead) {
		return noNumber
	}
	return byte(127 + math.Round(127*math.Copysign(math.Sqrt(min(math.Abs(lead), 1)), lead)))
}

const noNumber = 255

// byteOf is a share as a byte, 0 of NaN.
func byteOf(share float64) byte {
	if !(share > 0) {
		return 0
	}
	return byte(255*min(share, 1) + 0.5)
}

// scaledMap is a map of the first of some numbers, between its least and its greatest.
func (f *frameMemory) scaledMap(name string, values []float64, width, side int) {
	low, high := math.Inf(1), math.Inf(-1)
	for i := 0; i < len(values); i += width {
		low, high = min(low, values[i]), max(high, values[i])
	}
	f.array(name, "u8", side, side)
	for i := 0; i < len(values); i += width {
		f.payload = append(f.payload, byteOf((values[i]-low)/max(high-low, 1e-300)))
	}
	f.floats(name+"/range", []float64{low, high}, 2)
}

// classMap is which class is predicted, and with which share of the probability.
func (f *frameMemory) classMap(prefix string, outputs []float64, width, side int, scores bool) {
	f.array(prefix+"class", "u8", side, side)
	for i := 0; i < len(outputs); i += width {
		f.payload = append(f.payload, byte(largest(outputs[i:i+width])))
	}
	f.array(prefix+"map", "u8", side, side)
	for i := 0; i < len(outputs); i += width {
		of := outputs[i : i+width]
		share := of[largest(of)]
		if scores {
			sum := 0.0
			for _, v := range of {
				sum += math.Exp(v - share)
			}
			share = 1 / sum
		}
		f.payload = append(f.payload, byteOf(share))
	}
}

func largest(values []float64) int {
	at := 0
	for i, v := range values {
		if v > values[at] {
			at = i
		}
	}
	return at
}

// addUnits adds the maps of all hidden units.
func (l *Laboratory) addUnits(prefix string, n *network) {
	o, err := n.view.Observe(l.plane.grid(unitGrid))
	if err != nil {
		return
	}
	for layer := 1; layer <= o.HiddenLayers(); layer++ {
		name := prefix + "units/" + strconv.Itoa(layer)
		m := o.Hidden(layer)
		rows, units := m.Dims()
		values, ranges := m.RawMatrix().Data, make([]float64, 0, 2*units)
		l.frame.array(name, "u8", units, unitGrid, unitGrid)
		for u := range units {
			low, high := math.Inf(1), math.Inf(-1)
			for i := u; i < len(values); i += units {
				low, high = min(low, values[i]), max(high, values[i])
			}
			ranges = append(ranges, low, high)
			scale := 1 / max(high-low, 1e-300)
			for row := range rows {
				l.frame.payload = append(l.frame.payload, byteOf((values[row*units+u]-low)*scale))
			}
		}
		l.frame.floats(name+"/range", ranges, units, 2)
	}
}

// addParameters adds weights and biases, and what parts have.
func (l *Laboratory) addParameters(prefix string, n *network) {
	for _, p := range experiment.State(n.view) {
		layer := strconv.Itoa(p.Layer)
		switch {
		case p.Name == "W"+layer:
			l.frame.floats(prefix+"weights/"+layer, p.Values, p.Rows, p.Columns)
		case p.Name == "b"+layer:
			l.frame.floats(prefix+"bias/"+layer, p.Values, p.Columns)
		default:
			l.frame.floats(prefix+p.Name, p.Values, p.Rows, p.Columns)
		}
	}
}
