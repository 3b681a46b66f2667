package graph

import (
	"slices"
	"strings"

	"gorgonia.org/gorgonia"

	"actscope/internal/nearest"
)

// Activation is one entry of the activation table: everything the project needs
// to know of an activation function.
type Activation struct {
	// Name as in flags and files, such as "leaky-relu".
	Name string
	// Title as in texts and figures, such as "Leaky ReLU".
	Title string
	// Expression builds φ(z) for a pre-activation node of any shape.
	Expression func(z *gorgonia.Node) (*gorgonia.Node, error)
	// Value is φ as a plain function: the reference of the hand-coded witness.
	Value func(z float64) float64
	// Derivative is φ' at the pre-activation z; at a kink, what Expression's
	// gradient is there.
	Derivative func(z float64) float64
	// Kinks are the places where φ or φ' is not smooth, in ascending order: a finite
	// difference across one says nothing, or little.
	Kinks []float64
	// Gain is the numerator of the study's initial variance Gain/fan_in: 2 for
	// rectifiers, smooth ones included, which pass about half of a centred signal's
	// power (He et al. 2015), 1 for the others (Xavier in its fan-in form).
	Gain float64
	// Note, of a formula, says where it stops being finite in float64, such as "NaN at z = 710"; "" for
	// nothing to say.
	Note string

	slug       string // of a formula
	operations int    // of a formula, those on z
}

// FileName is the activation's name in names of files and arrays: Name, with - for a colon, or
// of a formula what [formula.Slug] makes of it.
func (a Activation) FileName() string {
	if a.slug != "" {
		return a.slug
	}
	return strings.ReplaceAll(a.Name, ":", "-")
}

// IsFormula says that the activation is not one of the table but made by [ActivationOf].
func (a Activation) IsFormula() bool { return a.slug != "" }

// activations is the table; see [register].
var activations []Activation

// register adds entries to the table. Each file of activations calls it in its
// init function, and init functions run in the order of the files' names.
func register(entries ...Activation) { activations = append(activations, entries...) }

// Activations lists the table in the order in which it is shown to users.
func Activations() []Activation { return slices.Clone(activations) }

// ActivationNamed finds an entry of the table, makes one with another constant, such as
// leaky-relu:0.2 (see [ConstantForms]), or one of a formula; see [ActivationOf]. The error suggests the nearest known name and lists them all, or says
// what is wrong with the formula.
func ActivationNamed(name string) (Activation, error) {
	known := make([]string, len(activations))
	for i, a := range activations {
		if a.Name == name {
			return a, nil
		}
		known[i] = a.Name
	}
	if kind, constant, has := hasConstant(name); has {
		return activationWith(kind, constant)
	}
	if looksLikeFormula(name) {
		return ActivationOf(name)
	}
	return Activation{}, nearest.Unknown("activation", name, known)
}

// ActivationTitle is an activation's name as texts write it: its Title, or the name itself
// where the table does not have it.
func ActivationTitle(name string) string {
	if a, err := ActivationNamed(name); err == nil {
		return a.Title
	}
	return name
}
