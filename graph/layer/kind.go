package layer

import (
	"slices"
	"strings"

	"actscope/internal/nearest"
)

// Kind is an entry of the table of layers.
type Kind struct {
	Name  string
	Usage string // what it computes, in a line
	// Inputs are the arrays that go in, what comes down to the outputs included.
	Inputs []Input
	// Mistakes are faults of the way back that [Given.Mistakes] makes.
	Mistakes []Mistake

	// variants are the ways to define the layer that the given arrays leave open, the usual one first.
	variants func(given Given) []Variant
	build    func(s *site)
}

// Input is an array that goes into a layer.
type Input struct {
	Name string
	// Aliases are other names of it, in small letters, separated by spaces.
	Aliases  string
	Optional bool
	// Usual says of an optional array that most code has it.
	Usual bool
	// Without is another input: a file that has it is not looked through for this one.
	Without string
	// Constant says that it has no gradient, such as labels and what comes down.
	Constant bool
}

// Variant is a way to define a layer.
type Variant struct{ Name, Text string }

// Includes tells whether a choice, such as "columns", is among those of the variant.
func (v Variant) Includes(choice string) bool {
	return slices.Contains(strings.Split(v.Name, ","), choice)
}

// Mistake is a fault of hand-written code.
type Mistake struct {
	ID   string
	Text string
	// Should is the formula that should stand there, "" for none.
	Should string
}

// kinds is the table; see [register].
var kinds []Kind

// register adds kinds to the table, in the order of the files' names.
func register(k ...Kind) { kinds = append(kinds, k...) }

// Kinds lists the table.
func Kinds() []Kind { return slices.Clone(kinds) }

// KindNamed finds an entry of the table; the error suggests the nearest name and lists all.
func KindNamed(name string) (Kind, error) {
	var known []string
	for _, k := range kinds {
		if k.Name == name {
			return k, nil
		}
		known = append(known, k.Name)
	}
	return Kind{}, nearest.Unknown("layer", name, known)
}

// Variants are the ways to define the layer that the given arrays leave open, the usual one first; one of an empty name
// where there is nothing to choose.
func (k Kind) Variants(given Given) []Variant {
	if k.variants != nil {
		if list := k.variants(given); len(list) > 0 {
			return list
		}
	}
	return []Variant{{}}
}

// differentiable tells the names of inputs that have a gradient.
func (k Kind) differentiable(name string) bool {
	return slices.ContainsFunc(k.Inputs, func(in Input) bool { return in.Name == name && !in.Constant })
}

// Names are the input's name and its aliases.
func (in Input) Names() []string { return append([]string{in.Name}, strings.Fields(in.Aliases)...) }
