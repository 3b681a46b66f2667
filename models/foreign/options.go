package foreign

import (
	"fmt"
	"slices"

	"actscope/graph"
	"actscope/internal/formula"
	"actscope/internal/input"
	"actscope/internal/nearest"
)

// The layouts of weight matrices, as Options.Layout names them.
const (
	inOut = "in-out"
	outIn = "out-in"
)

// ParseFinal is the final of a name, "" for "": see [Final]. Errors are of type input.Error.
func ParseFinal(name string) (Final, error) {
	known := []string{string(NoFinal), string(Sigmoid), string(Softmax), string(LogSoftmax)}
	if name == "" || slices.Contains(known, name) {
		return Final(name), nil
	}
	return "", input.Under("final", nearest.Unknown("final", name, known))
}

// Check reports an option that says nothing that is known, as an input.Error under the key
// activation, final or layout.
func (o Options) Check() error {
	if o.Activation != "" {
		if _, err := o.named(); err != nil {
			return err
		}
	}
	if _, err := ParseFinal(string(o.Final)); err != nil {
		return err
	}
	if !slices.Contains([]string{"", inOut, outIn}, o.Layout) {
		return input.Under("layout", nearest.Unknown("layout", o.Layout, []string{inOut, outIn}))
	}
	return nil
}

// named are the activations that the option lists.
func (o Options) named() ([]graph.Activation, error) {
	var list []graph.Activation
	for _, name := range formula.Split(o.Activation) {
		a, err := graph.ActivationNamed(name)
		if err != nil {
			return nil, input.Under("activation", err)
		}
		list = append(list, a)
	}
	return list, nil
}

// activations are those of the hidden layers, of a file that does not say them.
func (o Options) activations(hidden, outputs int) ([]graph.Activation, error) {
	if hidden == 0 {
		return nil, nil
	}
	if o.Activation == "" {
		final := Sigmoid
		if outputs > 1 {
			final = Softmax
		}
		e := input.Refuse("activation", "the file does not say what its hidden layers, %d, compute", hidden)
		e.Advice = fmt.Sprintf("name it, such as --activation relu --final %s (without --final the last layer is taken as it is)", final)
		return nil, e
	}
	list, err := o.named()
	if err != nil {
		return nil, err
	}
	if len(list) == 1 {
		return slices.Repeat(list, hidden), nil
	}
	if len(list) != hidden {
		return nil, input.Refuse("activation", "%d are named for %d hidden layers: name one for all or one for each", len(list), hidden)
	}
	return list, nil
}
