package foreign

import (
	"fmt"
	"slices"
	"strings"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/input"
)

// parameters are the arrays of a file that has no graph, with what else it says.
type parameters struct {
	format string
	arrays []array
	// outFirst is the format's usual layout of arrays named weight.
	outFirst bool
	// activation is an option's text, "" where the file says none; final likewise.
	activation             string
	final                  Final
	inputNames, classNames []string
}

// linear is one affine map of a file.
type linear struct {
	weights array
	bias    *array
	naming  naming
	// outFirst says that a row of the weights is a unit.
	outFirst bool
	norms    []*norm
}

// sides are the rows and columns of the weights; a vector is one unit, or of one input where it has
// more biases.
func (l *linear) sides() (rows, columns int) {
	if len(l.weights.shape) == 1 {
		if l.bias != nil && len(l.bias.values) > 1 {
			return 1, l.weights.shape[0]
		}
		return l.weights.shape[0], 1
	}
	return l.weights.shape[0], l.weights.shape[1]
}

func (l *linear) inputs() int {
	rows, columns := l.sides()
	if l.outFirst && len(l.weights.shape) == 2 {
		return columns
	}
	return rows
}

func (l *linear) units() int {
	rows, columns := l.sides()
	if l.outFirst && len(l.weights.shape) == 2 {
		return rows
	}
	return columns
}

// matrix is the weights as inputs × units.
func (l *linear) matrix() []float64 {
	in, units := l.inputs(), l.units()
	if !l.outFirst || len(l.weights.shape) == 1 {
		return l.weights.values
	}
	m := make([]float64, in*units)
	for u := range units {
		for i := range in {
			m[i*units+u] = l.weights.values[u*in+i]
		}
	}
	return m
}

// sorted are a file's arrays by what they are.
type sorted struct {
	linears []*linear
	norms   []*norm
	scaler  *scaler
	ignored []string
	notes   []string
	unknown []array
	// before is a batch norm in front of the first layer.
	before *norm
	// sure says that names alone order the layers.
	sure bool
	// byOrder says that names say nothing and the order of arrays all.
	byOrder bool
}

func (s *sorted) note(format string, args ...any) {
	s.notes = append(s.notes, fmt.Sprintf(format, args...))
}

// chain makes a chain of layers of the arrays.
func (p parameters) chain(o Options) (Understood, *chain, error) {
	u := Understood{Format: p.format}
	s, err := p.sort()
	if err != nil {
		return u, nil, err
	}
	for _, a := range p.used(s) {
		if err := a.finite(); err != nil {
			return u, nil, err
		}
	}
	if u.Layout, err = s.arrange(o.Layout, p.usualOutFirst(s)); err != nil {
		return u, nil, err
	}
	if err := s.place(); err != nil {
		return u, nil, err
	}
	if o.Activation == "" {
		o.Activation = p.activation
	}
	last := s.linears[len(s.linears)-1]
	activations, err := o.activations(len(s.linears)-1, last.units())
	if err != nil {
		return u, nil, err
	}
	if len(activations) > 1 && !strings.Contains(o.Activation, ",") {
		for i, bare := range s.bare() {
			if bare {
				activations[i] = graph.Identity
				s.note("no activation is between %s and %s, whose module numbers follow each other: name one for each layer if one is", s.linears[i].weights.name, s.linears[i+1].weights.name)
			}
		}
	}
	c := &chain{inputs: s.linears[0].inputs(), final: p.final, inputNames: p.inputNames, classNames: p.classNames}
	if o.Final != "" {
		c.final = o.Final
	}
	for i, l := range s.linears {
		of := layer{name: l.weights.name, units: l.units(), weights: l.matrix(), bias: make([]float64, l.units()), activation: graph.Identity}
		if l.bias != nil {
			copy(of.bias, l.bias.values)
		}
		if i < len(activations) {
			of.activation = activations[i]
		}
		for _, n := range l.norms {
			of.parts = append(of.parts, n.part())
		}
		c.layers = append(c.layers, of)
	}
	s.named(c)
	if err := s.scale(c); err != nil {
		return u, nil, err
	}
	u.Ignored, u.Notes = s.ignored, s.notes
	return u, c, nil
}

// named drops names that are not as many as what they name.
func (s *sorted) named(c *chain) {
	if n := len(c.classNames); n > 0 && n != max(2, c.outputs()) {
		s.note("the file names %d classes and has %d outputs: the names are not used", n, c.outputs())
		c.classNames = nil
	}
	if n := len(c.inputNames); n > 0 && n != c.inputs {
		s.note("the file names %d inputs and has %d: the names are not used", n, c.inputs)
		c.inputNames = nil
	}
}

// used are the arrays that the network consists of.
func (p parameters) used(s *sorted) []array {
	var used []array
	for _, a := range p.arrays {
		if !slices.Contains(s.ignored, a.name) {
			used = append(used, a)
		}
	}
	return used
}

// usualOutFirst is the layout that weights of such a file usually have.
func (p parameters) usualOutFirst(s *sorted) bool {
	first := s.linears[0]
	switch first.naming.word {
	case "weight":
		return p.outFirst || strings.HasSuffix(first.weights.name, ".weight")
	case "coef":
		return true // scikit-learn's linear models, unlike its networks
	case "":
		return p.outFirst
	}
	return false
}

// mostArrays bounds the time that sorting takes.
const mostArrays = 4096

// sort says of every array what it is.
func (p parameters) sort() (*sorted, error) {
	s := &sorted{}
	if len(p.arrays) > mostArrays {
		return nil, input.Refuse("", "%d arrays, at most %d are read", len(p.arrays), mostArrays)
	}
	namings := make([]naming, len(p.arrays))
	hasWeights := false
	for i, a := range p.arrays {
		namings[i] = nameOf(a.name)
		hasWeights = hasWeights || namings[i].role == weightRole
	}
	if p.has("wxh") && p.has("whh") {
		return nil, input.Refuse("", "Wxh and Whh are weights of a recurrent layer: %s", supported)
	}
	for i, a := range p.arrays {
		n := namings[i]
		if n.role != ignoredRole {
			if err := refuseOther(a); err != nil {
				return nil, err
			}
		}
		scalar := len(a.shape) == 0 && n.role != biasRole && n.role != meanRole && n.role != scaleRole
		if scalar && n.role == weightRole {
			return nil, a.refuse("a single number where weights are expected: %s", supported)
		}
		if scalar || hasWeights && n.role == unknownRole && len(a.values) == 1 {
			n.role = ignoredRole
		}
		if n.role != ignoredRole && len(a.values) == 0 {
			return nil, a.refuse("it has the shape %v: no number is in it", shapeOf(a))
		}
		namings[i] = n
	}
	p.ignoreCopies(namings)
	groups, err := p.groups(s, namings)
	if err != nil {
		return nil, err
	}
	if !hasWeights {
		err = s.byPosition()
		for _, g := range groups { // beside arrays without names
			if err == nil && len(s.linears) > 0 {
				err = s.takeScaler(g)
			}
		}
	} else {
		err = s.byName(groups)
	}
	if err != nil {
		return nil, err
	}
	if len(s.linears) == 0 {
		return nil, p.noWeights(s)
	}
	if len(s.unknown) > 0 && hasWeights {
		return nil, s.unknown[0].refuse("shape %v: its name does not say what it is: %s; leave it out of the file if the network does without", shapeOf(s.unknown[0]), supported)
	}
	return s, nil
}

// copies are words of a second network that follows the first in its training.
var copies = []string{"target", "teacher", "ema", "swa", "average", "averaged", "shadow", "old"}

// ignoreCopies leaves out arrays whose names are those of others with a word of copies: where one
// network ends as wide as it begins, the copy would fit behind it.
func (p parameters) ignoreCopies(namings []naming) {
	of := func(n naming, stem []string) string { return fmt.Sprint(n.role, n.accumulated, stem) }
	known := make(map[string][]int)
	for i, n := range namings {
		known[of(n, n.stem)] = p.arrays[i].shape
	}
	for i, n := range namings {
		stem := slices.DeleteFunc(slices.Clone(n.stem), func(t string) bool { return slices.Contains(copies, t) })
		shape, has := known[of(n, stem)]
		scales := !n.accumulated && (n.role == meanRole || n.role == varianceRole || n.role == scaleRole)
		if has && !scales && len(stem) > 0 && len(stem) < len(n.stem) && slices.Equal(shape, p.arrays[i].shape) {
			namings[i].role = ignoredRole
		}
	}
}

// has says whether a name has such letters, and digits behind them at most.
func (p parameters) has(letters string) bool {
	return slices.ContainsFunc(p.arrays, func(a array) bool {
		return strings.TrimRight(strings.ToLower(strings.NewReplacer("_", "", ".", "").Replace(a.name)), "0123456789") == letters
	})
}

// noWeights says what a file has where no weights are.
func (p parameters) noWeights(s *sorted) error {
	var list []string
	for _, a := range p.arrays[:min(len(p.arrays), 8)] {
		list = append(list, a.String())
	}
	e := input.Refuse("", "no weights are in it: it has %s", strings.Join(list, ", "))
	if len(p.arrays) == 0 {
		e = input.Refuse("", "no weights are in it: it has no arrays")
	}
	e.Advice = "name them such as W1, b1, W2, b2 or 0.weight, 0.bias"
	return e
}

// groups collects the arrays of each layer.
func (p parameters) groups(s *sorted, namings []naming) ([]*group, error) {
	var groups []*group
	byKey := make(map[string]*group)
	for i := range p.arrays {
		a, n := p.arrays[i], namings[i]
		switch n.role {
		case ignoredRole:
			s.ignored = append(s.ignored, a.name)
			continue
		case unknownRole:
			s.unknown = append(s.unknown, a)
			continue
		}
		g := byKey[n.key()]
		if g == nil {
			g = &group{naming: n}
			byKey[n.key()] = g
			groups = append(groups, g)
		}
		if before := g.of[n.role]; before != nil {
			return nil, a.refuse("by its name it is the same of the same layer as %s: leave one in the file", before.name)
		}
		g.of[n.role] = &p.arrays[i]
		if n.role == weightRole || g.of[weightRole] == nil {
			g.naming = n
		}
		g.accumulated = g.accumulated || n.accumulated
	}
	return groups, nil
}

// group is the arrays of one layer, by role.
type group struct {
	naming      naming
	of          [scaleRole + 1]*array
	accumulated bool // running or moving statistics
}

// split takes what is of a normalisation or a scaler from a group that has weights, too, such as
// W1, b1, gamma1, beta1; nil for none.
func (g *group) split() *group {
	if w := g.of[weightRole]; w == nil || len(w.shape) < 2 {
		return nil
	}
	var beside *group
	for r := gainRole; r <= scaleRole; r++ {
		if g.of[r] == nil {
			continue
		}
		if beside == nil {
			beside = &group{naming: nameOf(g.of[r].name), accumulated: g.accumulated}
		}
		beside.of[r], g.of[r] = g.of[r], nil
	}
	return beside
}

// byName makes layers, normalisations and a scaler of the groups.
func (s *sorted) byName(groups []*group) error {
	var biases []*group
	for i := 0; i < len(groups); i++ {
		g := groups[i]
		if beside := g.split(); beside != nil {
			groups = append(groups, beside)
		}
		w, b := g.of[weightRole], g.of[biasRole]
		isNorm, err := g.isNorm()
		if err != nil {
			return err
		}
		switch {
		case isNorm:
			n, err := g.norm()
			if err != nil {
				return err
			}
			s.norms = append(s.norms, n)
		case w != nil:
			if len(w.shape) > 2 {
				return w.refuse("weights of %d axes: %s", len(w.shape), supported)
			}
			s.linears = append(s.linears, &linear{weights: *w, bias: b, naming: g.naming})
		case b != nil:
			biases = append(biases, g)
		default:
			if err := s.takeScaler(g); err != nil {
				return err
			}
		}
	}
	s.order()
	return s.pair(biases)
}

// pair gives biases that share no name with weights to the layers: by their numbers, or all in order.
func (s *sorted) pair(biases []*group) error {
	var open []*group
	for _, g := range biases {
		numbers := numbersOf(g.naming.stem)
		i := slices.IndexFunc(s.linears, func(l *linear) bool {
			return l.bias == nil && len(numbers) > 0 && slices.Equal(numbersOf(l.naming.stem), numbers)
		})
		if i < 0 {
			open = append(open, g)
			continue
		}
		s.linears[i].bias = g.of[biasRole]
	}
	var without []*linear
	for _, l := range s.linears {
		if l.bias == nil {
			without = append(without, l)
		}
	}
	if len(open) == 0 {
		return nil
	}
	if len(open) != len(without) {
		return open[0].of[biasRole].refuse("biases of which layer is not said: %d weights have no bias, and %d biases no weights: name them such as W1 and b1", len(without), len(open))
	}
	stems := make([][]string, len(open))
	for i, g := range open {
		stems[i] = g.naming.stem
	}
	order, _ := inOrder(stems, false)
	for i, at := range order {
		without[i].bias = open[at].of[biasRole]
	}
	return nil
}

func shapeOf(a array) string { return strings.TrimPrefix(a.String(), a.name+" ") }

// scaler is what a file subtracts from its columns and divides by.
type scaler struct {
	mean, scale array
}

// takeScaler takes a group of means and deviations beside the network.
func (s *sorted) takeScaler(g *group) error {
	mean, scale, variance := g.of[meanRole], g.of[scaleRole], g.of[varianceRole]
	for r, a := range g.of {
		if a != nil && !slices.Contains([]role{meanRole, scaleRole, varianceRole}, role(r)) {
			return a.refuse("its name does not say what it is: %s", supported)
		}
	}
	if slices.ContainsFunc(g.naming.stem, func(t string) bool {
		return slices.Contains([]string{"y", "target", "targets", "label", "labels", "output", "outputs"}, t)
	}) {
		for _, a := range []*array{mean, scale, variance} {
			if a != nil {
				s.ignored = append(s.ignored, a.name)
			}
		}
		s.note("a scaling of the targets is in the file and is not undone: predictions are in the units that the network was trained on")
		return nil
	}
	switch {
	case mean == nil:
		if scale == nil {
			scale = variance
		}
		return scale.refuse("no means are beside it: give both, mean and scale, or leave it out")
	case scale == nil && variance == nil:
		return mean.refuse("no deviations are beside it: give both, mean and scale, or leave it out")
	case s.scaler != nil:
		return mean.refuse("%s is a scaling, too: leave one in the file", s.scaler.mean.name)
	case scale == nil:
		root, err := rooted(*variance, 0)
		if err != nil {
			return err
		}
		scale = &root
	case variance != nil:
		s.ignored = append(s.ignored, variance.name)
	}
	s.scaler = &scaler{*mean, *scale}
	return nil
}

// scale gives the chain what the file does to its columns.
func (s *sorted) scale(c *chain) error {
	if s.scaler != nil {
		mean, scale := s.scaler.mean, s.scaler.scale
		for _, a := range []*array{&mean, &scale} {
			if len(a.values) == 1 {
				a.values = slices.Repeat(a.values, c.inputs)
			}
			if len(a.values) != c.inputs || !a.isVector() {
				return a.refuse("shape %v, and the network has %d inputs", shapeOf(*a), c.inputs)
			}
		}
		for i, v := range scale.values {
			if v == 0 {
				return scale.refuse("0 at [%d]: columns are divided by it", i)
			}
		}
		c.scaling = data.Standardiser{Mean: mean.values, Scale: scale.values}
		s.note("columns are scaled as the file says: minus %s, divided by %s; the points are taken as they are before that", mean.name, scale.name)
	}
	if s.before == nil {
		return nil
	}
	if s.scaler != nil {
		return s.before.first().refuse("a batch norm of the inputs, and %s scales them, too: leave one", s.scaler.mean.name)
	}
	return s.before.scaling(c, s)
}
