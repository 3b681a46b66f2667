package doctor

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/internal/input"
	"actscope/internal/npz"
)

// slot is where an entry of a parameter's array belongs: W[index] of a layer in inputs × units, or b[index].
type slot struct {
	layer int
	bias  bool
	index int
}

// of is the slot's entry of gradients that are W's, then b's of every layer.
func (s slot) of(gradients [][]float64) float64 {
	i := 2 * s.layer
	if s.bias {
		i++
	}
	return gradients[i][s.index]
}

// layer is one affine layer of a reading.
type layer struct {
	w matrix    // inputs × units
	b []float64 // nil where the file has none
	// shared says that the units have one bias together.
	shared bool
	// gw and gb are the author's gradients in the order of w and b, nil where not given. An array of another size than its
	// parameter is as it is in the file.
	gw, gb    []float64
	parameter Array // the weights as they are in the file
	bias      Array // the biases likewise, where they are an array of their own
	// wName and bName are the file's names of the gradients.
	wName, bName string
}

// givenGradient is a gradient's array with the place of every entry; nil slots are those of an array of another size.
type givenGradient struct {
	array     Array
	parameter Array
	slots     []slot
	layer     int  // of its first entry
	bias      bool // of biases alone
	flipped   bool // the shape is the parameter's, transposed
}

// reading is one way to read a file as a network.
type reading struct {
	names     names
	xName     string // the file's name of the input
	x, y      matrix
	layers    []layer
	gradients []givenGradient
	missing   []givenGradient // parameters without a gradient
	loss      *float64
	lossName  string
	// single says that some number of the file has 32 bits only, half that some gradient has 16.
	single, half bool

	passes map[string]matrix // see forward

	columns  bool // samples are columns
	outFirst bool // weights are units × inputs
	theta    string
	flipped  bool // the gradients' layout is the other one than the parameters'
	// classes says that y held class numbers.
	classes bool
}

func (r *reading) rows() int    { return r.x.rows }
func (r *reading) outputs() int { return r.layers[len(r.layers)-1].w.cols }

// layoutText says how the shapes were read.
func (r *reading) layoutText() string {
	samples, weights := "samples in rows", "W in × out"
	if r.columns {
		samples = "samples in columns"
	}
	if r.outFirst {
		weights = "W out × in"
	}
	text := samples + ", " + weights
	if r.theta != "" {
		text += ", biases in the " + r.theta + " column of the weights"
	}
	if r.flipped {
		text += "; the gradients of W are stored transposed"
	}
	return text
}

// readings are all ways to read the arrays as a network that their sizes and the words of Options.Layout allow.
func readings(arrays []Array, n names, layout []string) ([]*reading, error) {
	for _, i := range slices.Concat([]int{n.x, n.y, n.sharedBias}, n.weights, n.biases) {
		if i >= 0 {
			if err := finite(arrays[i]); err != nil {
				return nil, err
			}
		}
	}
	var list []*reading
	var why error
	furthest := -1 // the layers of the reading that why is about
	for _, columns := range []bool{false, true} {
		for _, outFirst := range []bool{false, true} {
			thetas := []string{""}
			if n.sharedBias < 0 && !slices.ContainsFunc(n.biases, func(b int) bool { return b >= 0 }) {
				thetas = []string{"", "first", "last"}
			}
			for _, theta := range thetas {
				words := layoutWords(columns, outFirst, theta)
				if slices.ContainsFunc(layout, func(w string) bool { return !slices.Contains(words, w) }) {
					continue
				}
				r, err := read(arrays, n, columns, outFirst, theta)
				switch {
				case err != nil && len(r.layers) > furthest:
					why, furthest = err, len(r.layers)
				case err == nil && !slices.ContainsFunc(list, r.same):
					list = append(list, r)
				}
			}
		}
	}
	if len(list) == 0 && why == nil { // biases of their own beside the word for some in the weights
		why = input.Refuse("layout", "%s: the file has biases beside the weights, or the weights no place for them", strings.Join(layout, ","))
	}
	if len(list) == 0 {
		return nil, why
	}
	return list, nil
}

// same tells readings that do not differ in anything that is computed.
func (r *reading) same(o *reading) bool {
	if r.rows() != o.rows() || !slices.Equal(r.x.v, o.x.v) || !slices.Equal(r.y.v, o.y.v) || len(r.gradients) != len(o.gradients) {
		return false
	}
	for l := range r.layers {
		a, b := r.layers[l], o.layers[l]
		if a.w.cols != b.w.cols || !slices.Equal(a.w.v, b.w.v) || !slices.Equal(a.b, b.b) || !slices.Equal(a.gw, b.gw) || !slices.Equal(a.gb, b.gb) {
			return false
		}
	}
	return true
}

// about is an error about an array of the file.
func about(a Array, format string, args ...any) error {
	return input.Refuse("array "+a.Name, format, args...)
}

// finite refuses what is no number.
func finite(a Array) error {
	for i, v := range a.Values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return about(a, "entry %v is %v: all numbers of inputs, targets and parameters must be finite", a.Index(i), v)
		}
	}
	return nil
}

// read is one way to read the arrays. With an error the reading has the layers that could be read.
func read(arrays []Array, n names, columns, outFirst bool, theta string) (*reading, error) {
	r := &reading{names: n, xName: arrays[n.x].Name, columns: columns, outFirst: outFirst, theta: theta}
	if err := r.readInputs(arrays[n.x]); err != nil {
		return r, err
	}
	in := r.x.cols
	for l, i := range n.weights {
		w := arrays[i]
		slots, out, err := r.weightSlots(w, l, in)
		if err != nil {
			return r, err
		}
		lay := layer{w: zeros(in, out), parameter: w}
		switch {
		case theta != "" || n.sharedBias >= 0:
			lay.b = make([]float64, out)
		case n.biases[l] >= 0:
			b := arrays[n.biases[l]]
			if len(b.Values) != out && len(b.Values) != 1 {
				return r, about(b, "shape %v: it does not fit %s, which leads to %d units", npz.Shape(b.Shape).String(), w.Name, out)
			}
			lay.b, lay.bias = make([]float64, out), b
			lay.shared = len(b.Values) == 1 && out > 1
		}
		r.layers = append(r.layers, lay)
		r.place(w, slots)
		r.add(arrays, w, n.weightGradients[l], slots)
		if n.biases[l] >= 0 {
			b := arrays[n.biases[l]]
			slots := make([]slot, len(b.Values))
			for j := range slots {
				slots[j] = slot{l, true, j}
			}
			r.place(b, slots)
			r.add(arrays, b, n.biasGradients[l], slots)
		}
		in = out
	}
	if n.sharedBias >= 0 {
		b := arrays[n.sharedBias]
		slots := make([]slot, len(b.Values))
		for l := range r.layers {
			slots[l] = slot{l, true, 0}
			r.layers[l].shared = r.layers[l].w.cols > 1
		}
		r.place(b, slots)
		r.add(arrays, b, n.sharedBiasGradient, slots)
	}
	if err := r.readTargets(arrays[n.y]); err != nil {
		return r, err
	}
	if n.loss >= 0 && !math.IsNaN(arrays[n.loss].Values[0]) {
		r.loss, r.lossName = &arrays[n.loss].Values[0], arrays[n.loss].Name
	}
	for _, a := range arrays {
		r.single = r.single || a.Single
	}
	for _, g := range r.gradients {
		r.half = r.half || g.array.Half
	}
	r.single = r.single || r.half
	r.turn()
	return r, nil
}

// readInputs reads x as rows of samples.
func (r *reading) readInputs(x Array) error {
	if len(x.Values) == 0 {
		return about(x, "shape %v: it is empty", npz.Shape(x.Shape).String())
	}
	rows := 1
	if len(x.Shape) > 0 {
		rows = x.Shape[0]
	}
	m := matrix{rows, len(x.Values) / rows, x.Values}
	if r.columns {
		if len(x.Shape) > 2 {
			return about(x, "shape %v: more than two axes are read as samples of many numbers", npz.Shape(x.Shape).String())
		}
		m = m.transposed()
	}
	r.x = m
	return nil
}

// weightSlots says where the entries of layer l's weights belong, and the number of its units.
func (r *reading) weightSlots(w Array, l, in int) ([]slot, int, error) {
	wide := in // with the column of biases
	if r.theta != "" {
		wide++
	}
	size := len(w.Values)
	source := "the layer before"
	if l == 0 {
		source = "the input"
	}
	if size == 0 || size%wide != 0 || len(w.Shape) > 2 {
		return nil, 0, about(w, "shape %v does not fit %s, which has %d numbers a sample", npz.Shape(w.Shape).String(), source, in)
	}
	out := size / wide
	if len(w.Shape) == 2 {
		want := []int{wide, out}
		if r.outFirst {
			want = []int{out, wide}
		}
		vector := out == 1 || wide == 1
		if !slices.Equal(w.Shape, want) && !(vector && r.theta == "" && out == 1) {
			return nil, 0, about(w, "shape %v does not fit %s, which has %d numbers a sample", npz.Shape(w.Shape).String(), source, in)
		}
	}
	slots := make([]slot, size)
	for i := range slots {
		from, to := i/out, i%out
		if r.outFirst {
			from, to = i%wide, i/wide
		}
		switch r.theta {
		case "first":
			from--
		case "last":
			if from == in {
				from = -1
			}
		}
		if from < 0 {
			slots[i] = slot{l, true, to}
		} else {
			slots[i] = slot{l, false, from*out + to}
		}
	}
	return slots, out, nil
}

// place puts a parameter's numbers where they belong.
func (r *reading) place(p Array, slots []slot) {
	for i, s := range slots {
		lay := &r.layers[s.layer]
		switch {
		case !s.bias:
			lay.w.v[s.index] = p.Values[i]
		case lay.shared:
			for j := range lay.b {
				lay.b[j] = p.Values[i]
			}
		default:
			lay.b[s.index] = p.Values[i]
		}
	}
}

// add notes the gradient of a parameter, -1 for one that is not given.
func (r *reading) add(arrays []Array, p Array, gradient int, slots []slot) {
	if gradient < 0 {
		r.missing = append(r.missing, givenGradient{parameter: p, slots: slots})
		return
	}
	g := givenGradient{array: arrays[gradient], parameter: p, layer: slots[0].layer}
	g.bias = !slices.ContainsFunc(slots, func(s slot) bool { return !s.bias })
	if len(g.array.Values) == len(slots) {
		g.slots = slots
		g.flipped = len(p.Shape) == 2 && len(g.array.Shape) == 2 && p.Shape[0] != p.Shape[1] && g.array.Shape[0] == p.Shape[1] && min(p.Shape[0], p.Shape[1]) > 1
	}
	r.gradients = append(r.gradients, g)
}

// turn brings the gradients into the order of the parameters. Where the shapes of all weights' gradients are transposed,
// the two have different layouts, squares too; one alone is turned, and reported for its shape.
func (r *reading) turn() {
	weights, flipped := 0, 0
	for _, g := range r.gradients {
		if g.slots == nil || g.bias || min(len(g.parameter.Shape), len(g.array.Shape)) < 2 {
			continue
		}
		if p := g.parameter.Shape; p[0] != p[1] && (min(p[0], p[1]) > 1 || !slices.Equal(p, g.array.Shape)) {
			weights++
			if g.array.Shape[0] == p[1] {
				flipped++
			}
		}
	}
	r.flipped = flipped > 1 && flipped == weights
	for i := range r.gradients {
		g := &r.gradients[i]
		if g.slots == nil {
			lay := &r.layers[g.layer]
			if g.bias {
				lay.gb, lay.bName = g.array.Values, g.array.Name
			} else {
				lay.gw, lay.wName = g.array.Values, g.array.Name
			}
			continue
		}
		p := g.parameter.Shape
		square := len(p) == 2 && p[0] == p[1] && p[0] > 1 && !g.bias
		if g.flipped || r.flipped && square {
			turned := make([]slot, len(g.slots))
			for k := range g.slots { // entry (i, j) of the gradient is (j, i) of the parameter
				i, j := k/p[0], k%p[0]
				turned[k] = g.slots[j*p[1]+i]
			}
			g.slots = turned
		}
		for k, s := range g.slots {
			lay := &r.layers[s.layer]
			switch {
			case s.bias:
				if lay.gb == nil {
					lay.gb, lay.bName = make([]float64, lay.biases()), g.array.Name
				}
				lay.gb[s.index] = g.array.Values[k]
			default:
				if lay.gw == nil {
					lay.gw, lay.wName = make([]float64, len(lay.w.v)), g.array.Name
				}
				lay.gw[s.index] = g.array.Values[k]
			}
		}
	}
}

// biases is how many numbers the layer's biases are.
func (l layer) biases() int {
	if l.shared {
		return 1
	}
	return len(l.b)
}

// readTargets reads y, numbers or classes, as rows × outputs.
func (r *reading) readTargets(y Array) error {
	rows, outputs := r.rows(), r.outputs()
	switch size := len(y.Values); {
	case size == rows*outputs:
		m := matrix{rows, outputs, y.Values}
		if len(y.Shape) == 2 && rows > 1 && outputs > 1 {
			byRows, byColumns := y.Shape[0] == rows, y.Shape[1] == rows
			if byRows && byColumns {
				byRows = !r.columns
			}
			if !byRows && !byColumns {
				return about(y, "shape %v: the input has %d samples and the last layer %d units", npz.Shape(y.Shape).String(), rows, outputs)
			}
			if !byRows {
				m = matrix{outputs, rows, y.Values}.transposed()
			}
		}
		r.y = m
	case size == rows && outputs > 1:
		least, most := slices.Min(y.Values), slices.Max(y.Values)
		whole := !slices.ContainsFunc(y.Values, func(v float64) bool { return v != math.Trunc(v) })
		if !whole || least < 0 || most > float64(outputs) || least == 0 && most == float64(outputs) {
			return about(y, "%d numbers from %v to %v for %d samples: classes count from 0 to %d or from 1 to %d", size, least, most, rows, outputs-1, outputs)
		}
		first := 0.0
		if most == float64(outputs) {
			first = 1
		}
		r.classes = true
		r.y = zeros(rows, outputs)
		for i, v := range y.Values {
			r.y.v[i*outputs+int(v-first)] = 1
		}
	default:
		return about(y, "shape %v: the input has %d samples and the last layer %d units", npz.Shape(y.Shape).String(), rows, outputs)
	}
	return nil
}

// widths is the network as 4 → 5 → 1.
func (r *reading) widths() string {
	text := []string{fmt.Sprint(r.x.cols)}
	for _, l := range r.layers {
		text = append(text, fmt.Sprint(l.w.cols))
	}
	return strings.Join(text, " → ")
}
