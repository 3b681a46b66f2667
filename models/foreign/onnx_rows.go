package foreign

import "math"

// rows is a signal with statistics of rows in it, such as x less its mean over the units, by its
// values for a few rows of a point: what they are together is told by these numbers.
type rows struct {
	of     *point
	node   *onnxNode // the first statistic
	width  int       // the point's units, or 1
	values []float64 // rowProbes × width
	// beside are constants that were added: one of them is a normalisation's epsilon.
	beside []float64
}

// rowProbes is the number of rows that a signal is tried with; the first is 0.
const rowProbes = 4

// rowProbe is unit u of one of them: the units differ, the third row is small and so shows
// epsilon, the fourth large.
func rowProbe(row, u int) float64 {
	wave := math.Sin(float64(u)*1.7+0.5) + float64(u%3-1)
	switch row {
	case 1:
		return wave
	case 2:
		return 0.01*wave + 0.3
	case 3:
		return 30*math.Cos(float64(u)*2.3+1) - 5
	}
	return 0
}

func (w *walk) rowsOf(p *point) ([]float64, error) {
	if err := w.spend(rowProbes * p.units); err != nil {
		return nil, err
	}
	x := make([]float64, rowProbes*p.units)
	for i := range x {
		x[i] = rowProbe(i/p.units, i%p.units)
	}
	return x, nil
}

// reductions are the operators that make one number of a row.
var reductions = map[string]func(x []float64) float64{
	"ReduceMean":      func(x []float64) float64 { return total(x) / float64(len(x)) },
	"ReduceSum":       total,
	"ReduceSumSquare": squares,
	"ReduceL2":        func(x []float64) float64 { return math.Sqrt(squares(x)) },
	"ReduceMax": func(x []float64) float64 {
		most := x[0]
		for _, v := range x {
			most = max(most, v)
		}
		return most
	},
	"ReduceLogSumExp": func(x []float64) float64 {
		sum := 0.0
		for _, v := range x {
			sum += math.Exp(v)
		}
		return math.Log(sum)
	},
}

func total(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum
}

func squares(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return sum
}

func readReduction(w *walk, n *onnxNode, in []*value) (*value, error) {
	s, err := w.signalAt(n, in, 0)
	if err != nil {
		return nil, err
	}
	out, err := w.reduce(n, s)
	return &value{signal: out}, err
}

// reduce is a statistic over the units of a signal.
func (w *walk) reduce(n *onnxNode, s *signal) (*signal, error) {
	axes, err := w.axes(n, 1)
	if err != nil {
		return nil, err
	}
	if !w.overUnits(axes, s.dims) {
		return nil, w.refuse(n, "it goes over the axes %v of %d: statistics over all units of a row are read", axes, len(s.dims)+1)
	}
	r := s.rows
	if r == nil {
		p, err := w.point(n, s)
		if err != nil {
			return nil, err
		}
		values, err := w.rowsOf(p)
		if err != nil {
			return nil, err
		}
		r = &rows{of: p, node: n, width: p.units, values: values}
	}
	out := &rows{of: r.of, node: r.node, width: 1, beside: r.beside}
	for i := range rowProbes {
		out.values = append(out.values, reductions[n.operator](r.values[i*r.width:(i+1)*r.width]))
	}
	var dims []int
	if n.integer("keepdims", 1) != 0 {
		dims = make([]int, len(s.dims))
		for i := range dims {
			dims[i] = 1
		}
	}
	return &signal{dims: dims, rows: out}, nil
}

// overUnits says that axes are all of a row's, but for those of size 1; none stands for all but
// is never given for rows alone.
func (w *walk) overUnits(axes []int64, dims []int) bool {
	named := make(map[int]bool)
	for _, a := range axes {
		if a < 0 {
			a += int64(len(dims)) + 1
		}
		if a < 1 || a > int64(len(dims)) {
			return false
		}
		named[int(a)-1] = true
	}
	for i, d := range dims {
		if d != 1 && !named[i] {
			return false
		}
	}
	return len(named) > 0
}

// overRows applies an operation to operands of which some have statistics of rows in them.
func (w *walk) overRows(n *onnxNode, o operation, operands []*value, dims []int) (*signal, error) {
	out := &rows{width: 1}
	for _, v := range operands {
		if v.signal != nil && v.signal.rows != nil {
			r := v.signal.rows
			if out.of != nil && out.of != r.of {
				return nil, w.refuse(n, "it combines statistics of two branches")
			}
			out.of, out.node, out.beside = r.of, r.node, append(out.beside[:len(out.beside):len(out.beside)], r.beside...)
		}
	}
	units := out.of.units
	if size := count(dims); units == 1 || size != 1 && size != units {
		return nil, w.refuse(n, "it has statistics over %d units for rows of the shape %v", units, dims)
	}
	each := make([][]float64, len(operands)) // rowProbes × width or 1 × width
	for i, v := range operands {
		switch {
		case v.constant != nil:
			spread, err := w.spread(n, v.constant, dims)
			if err != nil {
				return nil, err
			}
			if len(v.constant.values) == 1 {
				spread = spread[:1]
				out.beside = append(out.beside[:len(out.beside):len(out.beside)], v.constant.values[0])
			}
			each[i] = spread
		case v.signal.rows != nil:
			each[i] = v.signal.rows.values
		default:
			var found *view
			for j := range v.signal.views {
				if v.signal.views[j].of == out.of {
					found = &v.signal.views[j]
				}
			}
			if found == nil {
				return nil, w.refuse(n, "it combines statistics of one branch with another")
			}
			slope, offset, is := found.f.affine()
			if !is {
				return nil, w.refuse(n, "it combines statistics of a layer with an activation of it")
			}
			x, err := w.rowsOf(out.of)
			if err != nil {
				return nil, err
			}
			for j := range x {
				x[j] = slope*x[j] + offset
			}
			each[i] = x
		}
		if v.constant != nil && len(each[i]) > 1 || v.constant == nil && len(each[i]) > rowProbes {
			out.width = units
		}
	}
	if err := w.spend(rowProbes * out.width); err != nil {
		return nil, err
	}
	out.values = make([]float64, rowProbes*out.width)
	x := make([]float64, len(operands))
	for i := range out.values {
		row, u := i/out.width, i%out.width
		for j, v := range operands {
			e := each[j]
			switch {
			case v.constant != nil && len(e) == 1:
				x[j] = e[0]
			case v.constant != nil:
				x[j] = e[u]
			case len(e) == rowProbes:
				x[j] = e[row]
			default:
				x[j] = e[row*units+u]
			}
		}
		out.values[i] = o.of(x)
	}
	if len(out.beside) > maxBeside {
		return nil, w.refuse(n, "it has statistics over the units that are no layer normalisation")
	}
	p, err := w.known(n, out)
	if err != nil {
		return nil, err
	}
	if p != nil {
		return w.signalOf(p, dims)
	}
	return &signal{dims: dims, rows: out}, nil
}

const maxBeside = 32

// known is the point that a signal with statistics of rows is: a layer normalisation or a
// softmax; nil for none.
func (w *walk) known(n *onnxNode, r *rows) (*point, error) {
	units := r.of.units
	if r.width != units {
		return nil, nil
	}
	for _, epsilon := range r.beside {
		if !(epsilon > 0 && epsilon < 1) {
			continue
		}
		gain, shift, is := r.normalises(epsilon)
		if !is {
			continue
		}
		if err := w.spend(2 * units); err != nil {
			return nil, err
		}
		return w.add(&point{kind: layerPoint, node: n, source: r.of, units: units, gain: gain, offset: shift, epsilon: decimal(epsilon)}), nil
	}
	x, err := w.rowsOf(r.of)
	if err != nil {
		return nil, err
	}
	for _, kind := range []kindOfPoint{softmaxPoint, logSoftmaxPoint} {
		same := true
		for row := 0; row < rowProbes && same; row++ {
			want := logSoftmax(x[row*units:(row+1)*units], units)
			for u, v := range want {
				if kind == softmaxPoint {
					v = math.Exp(v)
				}
				same = same && math.Abs(r.values[row*units+u]-v) <= 1e-12*max(1, math.Abs(v))
			}
		}
		if same {
			return w.add(&point{kind: kind, node: n, source: r.of, units: units}), nil
		}
	}
	return nil, nil
}

// normalises says whether the signal is gain (x - mean)/√(variance + epsilon) + shift.
func (r *rows) normalises(epsilon float64) (gain, shift []float64, is bool) {
	n := r.width
	x := make([]float64, n)
	shift = r.values[:n] // of the row of zeros
	for row := 1; row < rowProbes; row++ {
		mean, variance := 0.0, 0.0
		for u := range x {
			x[u] = rowProbe(row, u)
			mean += x[u] / float64(n)
		}
		for u := range x {
			x[u] -= mean
			variance += x[u] * x[u] / float64(n)
		}
		if gain == nil {
			gain = make([]float64, n)
			for u := range x {
				gain[u] = (r.values[n+u] - shift[u]) / (x[u] / math.Sqrt(variance+epsilon))
			}
			continue
		}
		for u := range x {
			want := gain[u]*(x[u]/math.Sqrt(variance+epsilon)) + shift[u]
			if d := math.Abs(r.values[row*n+u] - want); !(d <= 1e-9*(math.Abs(gain[u])+math.Abs(shift[u]))) {
				return nil, nil, false
			}
		}
	}
	return gain, shift, true
}
