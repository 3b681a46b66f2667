package graph

import (
	"fmt"
	"strings"

	"gorgonia.org/gorgonia"

	"actscope/internal/nearest"
)

// Part is a piece of a hidden layer beside its affine map and its activation: a
// normalisation, dropout, a shortcut. One file holds a kind of part: the type that
// implements this interface, and its entry in the table ([PartKinds]).
type Part interface {
	// Name is the part as flags and files write it, arguments included, such as
	// "dropout:0.2": [PartNamed] gives the part back.
	Name() string
	// Place says where in the layer the part sits.
	Place() Place
	// Arrays are the parameters and statistics that the part needs in a layer.
	Arrays() []Array
	// Build adds the part's nodes to the graph, given the signal that comes in, and
	// returns what goes on: both are (rows, units).
	Build(site *Site, in *gorgonia.Node) (*gorgonia.Node, error)
}

// Place is where in a layer a part sits. Parts of one place follow each other in
// the order in which they are listed.
type Place int

const (
	// BeforeActivation is on a W + b; the last part there gives the pre-activation.
	BeforeActivation Place = iota
	// AfterActivation is on φ(z); the last part there gives the post-activation, what
	// the layer hands on.
	AfterActivation
)

// Array is a row of (1, units) numbers that a part owns in each layer.
type Array struct {
	// Name consists of letters; with the layer's number appended it names the
	// parameter, such as "gain3".
	Name string
	// Initial is the value of every entry before training.
	Initial float64
	// Statistic says that the array is not a parameter, which training descends on,
	// but something that it keeps track of for evaluation: see [Site.Track].
	Statistic bool
}

// PartKind is one entry of the table of parts.
type PartKind struct {
	// Name is what comes before the colon of a part's name.
	Name string
	// Form is the name with its argument, as help texts write it: "dropout:RATE".
	Form string
	// Usage says what it does, in a line.
	Usage string
	// Examples are names of this kind.
	Examples []string

	// parse makes the part of a name's argument, "" where there is no colon.
	parse func(argument string) (Part, error)
}

// partKinds is the table; see [registerPart].
var partKinds []PartKind

// registerPart adds a kind of part to the table. The file of each kind calls it in
// its init function, and init functions run in the order of the files' names.
func registerPart(k PartKind) { partKinds = append(partKinds, k) }

// PartKinds lists the table in the order in which it is shown to users.
func PartKinds() []PartKind { return append([]PartKind(nil), partKinds...) }

// PartsNamed makes the parts of these names: see [PartNamed].
func PartsNamed(names []string) ([]Part, error) {
	var parts []Part
	for _, name := range names {
		part, err := PartNamed(name)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return parts, nil
}

// PartNamed makes the part of a name such as "batch-norm" or "dropout:0.2"; the
// error for an unknown kind suggests the nearest known one and lists them all.
func PartNamed(name string) (Part, error) {
	kind, argument, _ := strings.Cut(name, ":")
	var known []string
	for _, k := range partKinds {
		if k.Name != kind {
			known = append(known, k.Name)
			continue
		}
		part, err := k.parse(argument)
		if err != nil {
			return nil, fmt.Errorf("layer part %q: %w", name, err)
		}
		return part, nil
	}
	return nil, nearest.Unknown("layer part", kind, known)
}

// noArgument refuses an argument after the name of a kind that takes none.
func noArgument(argument string, part Part) (Part, error) {
	if argument != "" {
		return nil, fmt.Errorf("it takes no argument, not %q", argument)
	}
	return part, nil
}

// Site is what a part gets to know and to use where it is built: one layer of one
// program.
type Site struct {
	// Layer counts from 1; Rows and Units are the shape of the signal.
	Layer, Rows, Units int
	// Training is true in programs that serve training, false in those that evaluate.
	Training bool

	builder *builder
}

// Parameter is the node of one of the part's parameters, (1, units).
func (s *Site) Parameter(array string) *gorgonia.Node {
	return s.builder.parameters[arrayName(array, s.Layer)]
}

// Statistic is the node of one of the part's statistics, (1, units): what training
// has kept track of so far.
func (s *Site) Statistic(array string) *gorgonia.Node {
	p := s.builder.statistics[arrayName(array, s.Layer)]
	return s.builder.input(p.Name, p.Rows, p.Columns, p.Values)
}

// Track has statistic updated after each step of training, given the value that
// the node has for the step's mini-batch: see [Program.Track].
func (s *Site) Track(array string, batch *gorgonia.Node, update func(statistic, batch []float64)) {
	s.builder.tracks = append(s.builder.tracks, track{
		node: batch, statistic: s.builder.statistics[arrayName(array, s.Layer)].Values, update: update,
	})
}

// Handed is what an earlier layer hands on; layer 0 is the input x. Its width may
// be another.
func (s *Site) Handed(layer int) *gorgonia.Node { return s.builder.handed[layer] }

// Random is an input of (rows, units) whose values are drawn anew for each step of
// training: see [Program.Draw]. Until then they are 1.
func (s *Site) Random(name string, draw func(values []float64, random Random)) *gorgonia.Node {
	values := make([]float64, s.Rows*s.Units)
	for i := range values {
		values[i] = 1
	}
	s.builder.draws = append(s.builder.draws, func(random Random) { draw(values, random) })
	return s.builder.input(arrayName(name, s.Layer), s.Rows, s.Units, values)
}

// Filled is an input whose entries all have one value: a matrix to average or to
// repeat with, as products of matrices do it without Gorgonia's broadcasts, whose
// gradients lose an axis.
func (s *Site) Filled(rows, columns int, value float64) *gorgonia.Node {
	name := fmt.Sprintf("filled(%d,%d,%v)", rows, columns, value)
	if n := s.builder.filled[name]; n != nil {
		return n
	}
	values := make([]float64, rows*columns)
	for i := range values {
		values[i] = value
	}
	n := s.builder.input(name, rows, columns, values)
	s.builder.filled[name] = n
	return n
}

// arrayName is an array's name in a layer.
func arrayName(array string, layer int) string { return fmt.Sprintf("%s%d", array, layer) }
