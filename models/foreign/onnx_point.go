package foreign

import (
	"math"

	"actscope/graph"
)

// kindOfPoint says how a point of the network comes about.
type kindOfPoint int

const (
	inputPoint   kindOfPoint = iota
	densePoint               // source times weights + bias
	perUnitPoint             // scale source + shift, unit by unit
	batchPoint               // a perUnitPoint that is a batch normalisation
	layerPoint               // a layer normalisation
	functionPoint
	sumPoint // source + other
	softmaxPoint
	logSoftmaxPoint
)

// point is a place in the network with a number for each row and unit. Points are numbered as they
// are made: what one is made of has a lower number.
type point struct {
	kind          kindOfPoint
	number        int
	node          *onnxNode // nil of the input
	source, other *point
	units         int
	// name and weights (fan-in, units) of a dense point.
	name    string
	weights []float64
	// shift is also the bias of a dense point; scale is nil there.
	scale, shift []float64
	// mean, variance, gain and offset are those of a batch normalisation, gain and offset also
	// those of a layer normalisation.
	mean, variance, gain, offset []float64
	epsilon                      float64
	// single says that one number of the file scales or shifts all units, as no bias does.
	single     bool
	activation graph.Activation
}

// uniform says whether a perUnitPoint does the same to all units.
func (p *point) uniform() (slope, offset float64, is bool) {
	if p.kind != perUnitPoint {
		return 0, 0, false
	}
	for u := range p.units {
		if p.scale[u] != p.scale[0] || p.shift[u] != p.shift[0] {
			return 0, 0, false
		}
	}
	return p.scale[0], p.shift[0], true
}

// view is a signal as a function of a point.
type view struct {
	of *point
	f  *function
}

// signal is a tensor that depends on the input: rows times dims, whose product is the units.
type signal struct {
	dims []int
	// views are functions of points that all are the signal, the point nearest to the input
	// first; the last point is the signal itself where its function is.
	views []view
	// rows is the signal instead, while statistics of rows are in it.
	rows *rows
	// pair says that the file has 1 - p beside it, as scikit-learn does.
	pair bool
	// node is the last of those that make the function.
	node *onnxNode
	// labels are the classes' names, once the file has given them.
	labels []string
}

// itselfOf is the point that the signal is, nil where it is a function of one.
func (s *signal) itselfOf() *point {
	if last := s.views[len(s.views)-1]; last.f == itself() {
		return last.of
	}
	return nil
}

// label is a tensor of predicted classes, made of a signal.
type label struct {
	of     *signal
	labels []string
}

// value is what a tensor is: one of these.
type value struct {
	constant *constant
	signal   *signal
	label    *label
}

const maxViews = 6

// signalOf is the signal of a point, with its views through what does the same to all units.
func (w *walk) signalOf(p *point, dims []int) (*signal, error) {
	views := []view{{p, itself()}}
	slope, offset := 1.0, 0.0
	for at := p; len(views) < maxViews; at = at.source {
		a, c, is := at.uniform()
		if !is {
			break
		}
		slope, offset = slope*a, slope*c+offset
		f, err := w.compose(one(func(x float64) float64 { return slope*x + offset }, line(slope, offset)), []*function{itself()})
		if err != nil {
			return nil, err
		}
		views = append([]view{{at.source, f}}, views...)
	}
	return &signal{dims: dims, views: views}, nil
}

// line is slope X + offset as a formula.
func line(slope, offset float64) string {
	text := "X"
	if slope != 1 {
		text = inFormula(slope) + "*X"
	}
	if offset != 0 {
		text += "+" + inFormula(offset)
	}
	return text
}

// compose applies an operation to functions of one point.
func (w *walk) compose(o operation, operands []*function) (*function, error) {
	if err := w.spend(len(probes())); err != nil {
		return nil, err
	}
	f := &function{at: make([]float64, len(probes()))}
	x, texts := make([]float64, len(operands)), make([]string, len(operands))
	for i := range f.at {
		for j, operand := range operands {
			x[j] = operand.at[i]
		}
		f.at[i] = o.of(x)
	}
	for j, operand := range operands {
		texts[j] = operand.text
	}
	if f.text = o.written(texts); f.text != "" && f.text != "z" {
		if a, is := f.tabled(); is {
			f.text = graph.FunctionName(a) + "(z)"
		}
	}
	return f, nil
}

// point makes a signal a point: what it is a function of, with an activation of ours.
func (w *walk) point(n *onnxNode, s *signal) (*point, error) {
	if s.rows != nil {
		return nil, w.refuse(s.rows.node, "statistics over the units are read where they make up a layer normalisation or a softmax, and these do not")
	}
	if p := s.itselfOf(); p != nil {
		return p, nil
	}
	made, err := w.activated(n, s)
	if err != nil {
		return nil, err
	}
	s.views = append(s.views, view{made, itself()})
	return made, nil
}

func (w *walk) activated(n *onnxNode, s *signal) (*point, error) {
	for _, v := range s.views {
		if slope, offset, is := v.f.affine(); is {
			if slope == 1 && offset == 0 {
				return v.of, nil
			}
			scale, shift, err := w.repeated(slope, offset, v.of.units)
			if err != nil {
				return nil, err
			}
			return w.perUnit(n, v.of, scale, shift), nil
		}
		if a, is := v.f.recognised(w.hints); is {
			return w.applied(n, v.of, a), nil
		}
	}
	if s.node != nil {
		n = s.node
	}
	if z, is := s.views[len(s.views)-1].f.broken(); is {
		return nil, w.refuse(n, "the element-wise function that ends here is not finite at %v: it has to be from -%d to %d", z, reach, reach)
	}
	var why error = errNoFormula
	for _, single := range []bool{false, true} { // what the layer's bias has been added to comes first
		for i := len(s.views) - 1; i >= 0; i-- {
			if v := s.views[i]; v.of.single == single {
				a, err := v.f.written()
				if err == nil {
					return w.applied(n, v.of, a), nil
				}
				why = err
			}
		}
	}
	return nil, w.refuse(n, "the element-wise function that ends here is none of the activations, and %w", why)
}

// applied is an activation of a point, one point however often it is asked for.
func (w *walk) applied(n *onnxNode, source *point, a graph.Activation) *point {
	key := application{source, a.Name}
	if w.applications[key] == nil {
		w.applications[key] = w.add(&point{kind: functionPoint, node: n, source: source, units: source.units, activation: a})
	}
	return w.applications[key]
}

// application is an activation of a point.
type application struct {
	of         *point
	activation string
}

// repeated gives each unit the same numbers.
func (w *walk) repeated(slope, offset float64, units int) (scale, shift []float64, err error) {
	if err := w.spend(2 * units); err != nil {
		return nil, nil, err
	}
	scale, shift = make([]float64, units), make([]float64, units)
	for u := range units {
		scale[u], shift[u] = slope, offset
	}
	return scale, shift, nil
}

func (w *walk) add(p *point) *point {
	w.points++
	p.number = w.points
	return p
}

func (w *walk) perUnit(n *onnxNode, source *point, scale, shift []float64) *point {
	return w.add(&point{kind: perUnitPoint, node: n, source: source, units: source.units, scale: scale, shift: shift})
}

// affine is the batch normalisation as a scale and a shift.
func (p *point) affine() (scale, shift []float64) {
	if p.kind != batchPoint {
		return p.scale, p.shift
	}
	scale, shift = make([]float64, p.units), make([]float64, p.units)
	for u := range p.units {
		scale[u] = p.gain[u] / math.Sqrt(p.variance[u]+p.epsilon)
		shift[u] = p.offset[u] - scale[u]*p.mean[u]
	}
	return scale, shift
}
