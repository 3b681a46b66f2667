package graph

import (
	"errors"
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"

	"actscope/internal/nearest"
)

// Loss is one entry of the loss table: what training minimises, and at which output layer.
// Its terms are added up over rows and outputs and divided as a [Reduction] says.
type Loss struct {
	// Name as in flags and files; Aliases are names that it has elsewhere.
	Name    string
	Aliases []string
	// Output is the activation of the output layer, of a squared error the usual one.
	Output Activation

	// terms builds what is added up, (rows, outputs), given the output layer's
	// pre-activation z, what it hands on, p, and the targets y.
	terms func(s *Site, z, p, y *gorgonia.Node) (*gorgonia.Node, error)
	// negated says that the terms are those of a likelihood: minus their sum is minimised.
	negated bool
	// anyOutput says that the output layer may have any activation, not only Output.
	anyOutput bool
	// margins visits what the loss rectifies in a row, and has its kinks at 0; nil for a smooth loss.
	margins func(z, y []float64, visit func(margin float64))
	// takes says which targets so many units have; an error, where the loss does not take
	// them, completes "the output layer is 2 sigmoid units: loss article ...".
	takes func(units int) (Targets, error)
}

// Losses lists the table in the order in which it is shown to users.
func Losses() []Loss {
	return []Loss{Logits, ArticleLoss, Softmax, SquaredError, HalfSquaredError, Hinge}
}

// TwoClassLosses are those of the study: cross-entropy of two classes at one sigmoid unit.
func TwoClassLosses() []Loss { return []Loss{Logits, ArticleLoss} }

// LossNamed finds an entry of the table by its name or an alias; the error suggests the
// nearest known name and lists them all.
func LossNamed(name string) (Loss, error) {
	var known []string
	for _, l := range Losses() {
		if l.Name == name || slices.Contains(l.Aliases, name) {
			return l, nil
		}
		known = append(known, l.Name)
	}
	return Loss{}, nearest.Unknown("loss", name, known)
}

// check reports an output layer that does not suit the loss.
func (l Loss) check(out Layer) error {
	_, err := l.takes(out.Units)
	switch {
	case err != nil:
	case !l.anyOutput && out.Activation.Name != l.Output.Name:
		err = fmt.Errorf("needs %s units", l.Output.Name)
	case out.Activation.Name == SoftmaxOutput.Name && out.Units < 2:
		err = errors.New("needs two units or more where they are a softmax")
	default:
		return nil
	}
	return fmt.Errorf("the output layer is %d %s units: loss %s %w", out.Units, out.Activation.Name, l.Name, err)
}

// AnyOutput says that the output layer may have any activation.
func (l Loss) AnyOutput() bool { return l.anyOutput }

// HasKinks says that the loss, as a function of the output layer's pre-activation, is not smooth.
func (l Loss) HasKinks() bool { return l.margins != nil }

// Margins visits, of a row with pre-activations z and targets y, the numbers at whose 0 the
// loss has its kinks.
func (l Loss) Margins(z, y []float64, visit func(margin float64)) {
	if l.HasKinks() {
		l.margins(z, y, visit)
	}
}
