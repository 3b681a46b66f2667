package foreign

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"actscope/data"
	"actscope/graph"
)

// norm is a normalisation of a file: of batches where it has means and variances, else of layers.
type norm struct {
	naming                      naming
	gain, shift, mean, variance *array
	width                       int
	epsilon                     float64
	after                       bool
	of                          *linear // its layer where the order says it
}

// isNorm tells a group of a normalisation's arrays from those of a linear layer and a scaler.
func (g *group) isNorm() (bool, error) {
	w, b := g.of[weightRole], g.of[biasRole]
	gain, shift, scale := g.of[gainRole], g.of[shiftRole], g.of[scaleRole]
	mean, variance := g.of[meanRole], g.of[varianceRole]
	switch {
	case gain != nil || shift != nil || scale != nil && (b != nil && w == nil || mean != nil && variance != nil && g.accumulated):
		return true, nil
	case mean != nil && variance != nil && (w != nil || b != nil || g.accumulated):
		return true, nil
	case w == nil || len(w.shape) != 1 || nameOf(w.name).word != "weight":
		return false, nil
	case b != nil && len(w.values) > 1 && len(b.values) == len(w.values):
		return true, nil
	case b == nil && strings.Contains(w.name, "."):
		slope := ""
		if len(w.values) == 1 {
			slope = fmt.Sprintf(": of one slope, leave it out and name --activation leaky-relu:%v", w.values[0])
		}
		return false, w.refuse("weights of one axis without biases, as of PReLU or of RMS norm%s; %s", slope, supported)
	}
	return false, nil
}

// The epsilons of Keras's normalisations and of Flax's layer norm.
const (
	kerasEpsilon = 1e-3
	flaxEpsilon  = 1e-6
)

// norm makes a normalisation of a group.
func (g *group) norm() (*norm, error) {
	first := func(roles ...role) *array {
		for _, r := range roles {
			if g.of[r] != nil {
				return g.of[r]
			}
		}
		return nil
	}
	n := &norm{
		naming: g.naming, gain: first(gainRole, weightRole, scaleRole), shift: first(shiftRole, biasRole), mean: g.of[meanRole], variance: g.of[varianceRole],
	}
	named := ""
	if n.shift != nil {
		named = n.shift.name
	} else if n.gain != nil {
		named = n.gain.name
	}
	switch {
	case strings.Contains(named, "normalization") || g.of[gainRole] != nil && strings.Contains(named, "/"):
		n.epsilon = kerasEpsilon
	case g.of[scaleRole] != nil && n.mean == nil:
		n.epsilon = flaxEpsilon
	}
	return n, n.check()
}

// first is an array to speak of the normalisation by.
func (n *norm) first() *array {
	return n.arrays()[0]
}

func (n *norm) arrays() []*array {
	return slices.DeleteFunc([]*array{n.gain, n.shift, n.mean, n.variance}, func(a *array) bool { return a == nil })
}

// batchNames are names of batch norms.
var batchNames = regexp.MustCompile(`(?i)(^|[._/])(bn|batch_?norm)`)

// check reports arrays that do not fit each other.
func (n *norm) check() error {
	first := n.first()
	n.width = len(first.values)
	for _, a := range n.arrays() {
		if len(a.values) != n.width || !a.isVector() {
			return a.refuse("shape %v: %s is of the same normalisation and has %d numbers", shapeOf(*a), first.name, n.width)
		}
	}
	if (n.mean == nil) != (n.variance == nil) {
		return first.refuse("a batch norm needs running means and variances, and one of them is missing")
	}
	if n.variance != nil {
		for i, v := range n.variance.values {
			if v < 0 {
				return n.variance.refuse("%v at [%d]: a variance is not negative", v, i)
			}
		}
	} else if batchNames.MatchString(first.name) {
		return first.refuse("a batch norm without running means and variances normalises by the points of each call: %s", supported)
	} else if n.gain == nil || n.shift == nil {
		return first.refuse("a layer norm with a gain alone or a shift alone: %s", supported)
	}
	return nil
}

// part is the normalisation as a layer's.
func (n *norm) part() part {
	p := part{arrays: map[string][]float64{"gain": slices.Repeat([]float64{1}, n.width), "shift": make([]float64, n.width)}}
	if n.gain != nil {
		p.arrays["gain"] = n.gain.values
	}
	if n.shift != nil {
		p.arrays["shift"] = n.shift.values
	}
	if n.mean == nil {
		p.Part = graph.LayerNorm{Epsilon: n.epsilon, After: n.after}
		return p
	}
	p.Part = graph.BatchNorm{Epsilon: n.epsilon, After: n.after}
	p.arrays["mean"], p.arrays["variance"] = n.mean.values, n.variance.values
	return p
}

// kind is what a note calls it.
func (n *norm) kind() string {
	if n.mean == nil {
		return "layer norm"
	}
	return "batch norm"
}

// epsilonUsed is what stands beside the variance.
func (n *norm) epsilonUsed() float64 {
	if n.epsilon == 0 {
		return 1e-5
	}
	return n.epsilon
}

// affine is what a batch norm does when nothing is trained any more: scale x + offset.
func (n *norm) affine() (scale, offset []float64) {
	arrays := n.part().arrays
	scale, offset = make([]float64, n.width), make([]float64, n.width)
	for i := range scale {
		scale[i] = arrays["gain"][i] / math.Sqrt(n.variance.values[i]+n.epsilonUsed())
		offset[i] = arrays["shift"][i] - scale[i]*n.mean.values[i]
	}
	return scale, offset
}

// scaling makes a batch norm before the first layer the chain's scaling.
func (n *norm) scaling(c *chain, s *sorted) error {
	if n.width != c.inputs {
		return n.first().refuse("a batch norm of %d numbers before the first layer, which has %d inputs", n.width, c.inputs)
	}
	scale, offset := n.affine()
	z := data.Standardiser{}
	for i := range scale {
		if scale[i] == 0 {
			return n.gain.refuse("0 at [%d]: the batch norm of the inputs takes a column away", i)
		}
		z.Mean, z.Scale = append(z.Mean, -offset[i]/scale[i]), append(z.Scale, 1/scale[i])
	}
	c.scaling = z
	s.note("the batch norm before the first layer (%s) is taken as a scaling of the columns", n.first().name)
	return nil
}

// foldInto makes a batch norm behind the last affine map part of its weights.
func (n *norm) foldInto(l *linear) {
	scale, offset := n.affine()
	weights, units := slices.Clone(l.matrix()), l.units()
	bias := array{name: l.weights.name, shape: []int{units}, values: make([]float64, units)}
	if l.bias != nil {
		bias.values = slices.Clone(l.bias.values)
	}
	for i := range weights {
		weights[i] *= scale[i%units]
	}
	for u := range units {
		bias.values[u] = bias.values[u]*scale[u] + offset[u]
	}
	l.weights.shape, l.weights.values, l.outFirst, l.bias = []int{l.inputs(), units}, weights, false, &bias
}

// rooted is the square root of variances plus an epsilon.
func rooted(variance array, epsilon float64) (array, error) {
	root := variance
	root.name = "the root of " + variance.name
	root.values = slices.Clone(variance.values)
	for i, v := range root.values {
		if v < 0 {
			return root, variance.refuse("%v at [%d]: a variance is not negative", v, i)
		}
		root.values[i] = math.Sqrt(v + epsilon)
	}
	return root, nil
}
