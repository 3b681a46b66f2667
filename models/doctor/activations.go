package doctor

import (
	"math"
	"slices"
	"strings"

	"actscope/graph"
	"actscope/internal/input"
)

// usualActivations are tried, one for all hidden layers, where the output layer's gradients tell nothing of the activations.
var usualActivations = []graph.Activation{graph.Sigmoid, graph.Tanh, graph.ReLU, graph.Identity}

const (
	// mostMixed is how many mixtures of activations are tried, mostForward how many multiplications their passes may take.
	mostMixed   = 256
	mostForward = 3e8
)

// knownActivations are all that are tried, the usual ones first: the table's and leaky rectifiers of other slopes.
func knownActivations() ([]graph.Activation, error) {
	list := slices.Clone(usualActivations)
	for _, a := range graph.Activations() {
		if !slices.ContainsFunc(list, func(b graph.Activation) bool { return a.Name == b.Name }) {
			list = append(list, a)
		}
	}
	for _, text := range []string{"max(z,0.1*z)", "max(z,0.2*z)"} {
		a, err := graph.ActivationOf(text)
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, nil
}

// activations are the hidden layers' activations that are to be tried for a reading, and, where they are found out,
// which of them explain the output layer's weights' gradient under one of the objectives.
func (o Options) activations(r *reading, objectives []objective) ([][]graph.Activation, error) {
	given, hidden := o.Activations, len(r.layers)-1
	switch {
	case hidden == 0:
		return [][]graph.Activation{nil}, nil
	case len(given) == 1:
		return [][]graph.Activation{slices.Repeat(given, hidden)}, nil
	case len(given) > 1 && len(given) != hidden:
		return nil, input.Refuse("activation", "%d activations for %d hidden layers: name one, or one to a layer", len(given), hidden)
	case len(given) > 1:
		return [][]graph.Activation{given}, nil
	}
	known, err := knownActivations()
	if err != nil {
		return nil, err
	}
	tuples := uniform(known, hidden)
	tuples = append(tuples, mixtures(known, r)...)
	for _, deviating := range []bool{false, true} {
		var list [][]graph.Activation
		for _, tuple := range tuples {
			if slices.ContainsFunc(list, func(other []graph.Activation) bool { return r.sameForward(tuple, other) }) {
				continue
			}
			for _, objective := range objectives {
				if newForward(r, objective, tuple, o, o.tolerance(r)).explainsOutput(deviating) {
					list = append(list, tuple)
					break
				}
			}
		}
		if len(list) > 0 {
			return list, nil
		}
	}
	return uniform(usualActivations, hidden), nil
}

// uniform gives each activation to all hidden layers.
func uniform(list []graph.Activation, hidden int) [][]graph.Activation {
	var tuples [][]graph.Activation
	for _, a := range list {
		tuples = append(tuples, slices.Repeat([]graph.Activation{a}, hidden))
	}
	return tuples
}

// mixtures give the hidden layers different activations, of as many of the known ones as the number of mixtures and the
// work of their passes allow.
func mixtures(known []graph.Activation, r *reading) [][]graph.Activation {
	hidden := len(r.layers) - 1
	fits := func(n int) bool {
		passes, work := 1.0, 0.0
		for l := 1; l <= hidden; l++ {
			passes *= float64(n)
			work += passes * float64(r.rows()*len(r.layers[l].w.v))
		}
		return passes <= mostMixed && work <= mostForward
	}
	n := len(known)
	for n > 1 && !fits(n) {
		n--
	}
	if hidden < 2 || n < 2 {
		return nil
	}
	var list [][]graph.Activation
	for code := range int(math.Pow(float64(n), float64(hidden)) + 0.5) {
		tuple := make([]graph.Activation, hidden)
		for l := range tuple {
			tuple[l], code = known[code%n], code/n
		}
		if slices.ContainsFunc(tuple, func(a graph.Activation) bool { return a.Name != tuple[0].Name }) {
			list = append(list, tuple)
		}
	}
	return list
}

// affine is layer l's z of what the layer before hands on.
func (r *reading) affine(l int, a matrix) matrix {
	lay := r.layers[l-1]
	z := a.times(lay.w)
	if lay.b != nil {
		for i := range z.rows {
			for j := range z.row(i) {
				z.row(i)[j] += lay.b[j]
			}
		}
	}
	return z
}

// forward are z and a of layer l, a of hidden layers only; passes that begin alike share what they have in common.
func (r *reading) forward(l int, activations []graph.Activation) (z, a matrix) {
	names := activationNames(activations)
	key := func(kind string, n int) string { return kind + strings.Join(names[:n], "\n") }
	if r.passes == nil {
		r.passes = map[string]matrix{}
	}
	z, known := r.passes[key("z", l-1)]
	if !known {
		before := r.x
		if l > 1 {
			_, before = r.forward(l-1, activations)
		}
		z = r.affine(l, before)
		r.passes[key("z", l-1)] = z
	}
	if l > len(activations) {
		return z, matrix{}
	}
	if a, known = r.passes[key("a", l)]; !known {
		a = z.each(activations[l-1].Value)
		r.passes[key("a", l)] = a
	}
	return z, a
}

// sameForward tells activations of which every layer's values are the same.
func (r *reading) sameForward(a, b []graph.Activation) bool {
	for l := len(a); l >= 1; l-- {
		_, first := r.forward(l, a)
		_, second := r.forward(l, b)
		if !slices.Equal(first.v, second.v) {
			return false
		}
	}
	return true
}

// manyDigits is how many digits have to agree for activations to be taken for the file's: more than chance gives in all tries.
const manyDigits = 9

// explainsOutput tells whether the textbook, or a deviation of the output's δ, explains the weights' gradient of the output
// layer up to a factor and a penalty.
func (t *trial) explainsOutput(deviating bool) bool {
	n := len(t.r.layers)
	lay := t.r.layers[n-1]
	if len(lay.gw) != len(lay.w.v) || float64(t.entries(lay.gw)-1)*t.digits < manyDigits {
		return false
	}
	list := []variant{{matrix: t.o.base(t.z[n], t.a[n], t.r.y)}}
	if deviating {
		one, two := outputVariants(t.o, t.z[n], t.a[n], t.r.y, t.activations[n-2].Derivative)
		list = append(one[1:], two...)
	}
	goal := t.target(&state{}, n)
	for _, v := range list {
		c := &candidate{matrix: v.matrix}
		if k, ok := t.fitTextbook(n, c, goal); ok && k != 0 && largest(c.w) > 0 {
			return true
		}
		if float64(t.entries(lay.gw)-2)*t.digits < manyDigits || !t.mayFit(n, c, goal, true) {
			continue
		}
		if f, ok := t.fitPenalty(&state{factor: factor{value: 1}}, goal.g, t.weightsOf(n, c), lay.w.v); ok && f.k != 0 && largest(c.w) > 0 {
			return true
		}
	}
	return false
}
