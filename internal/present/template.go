package present

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"actscope/internal/shell"
)

// Template is what somebody is to save of one step of training, to have its gradients judged.
type Template struct {
	Layers int
	Hidden []int    // the units of the hidden layers, where they are known
	Flags  []string // of the command that judges, beside the file
}

// PrintTemplate prints it as a piece of Python.
func PrintTemplate(w io.Writer, t Template) error {
	narrowest := "the narrowest hidden layer has units"
	if len(t.Hidden) > 0 {
		narrowest = fmt.Sprintf("the narrowest hidden layer has units, %d here", slices.Min(t.Hidden))
	}
	fmt.Fprintf(w, `# Paste this behind the backward pass of one step, before the parameters are changed. On the right of each
# "=" stands the name in your code; leave out what it does not have, except for x, y, W and a gradient.
# Take a batch of no more rows than %s:
# then what came down to a layer can be computed from its own gradients, and a fault hides none below it.
import numpy

numpy.savez(
    "mine.npz",
    x=x, y=y,  # the batch: inputs and targets
`, narrowest)
	line := func(comment string, names ...string) {
		text := "   "
		for _, name := range names {
			text += fmt.Sprintf(" %s=%s,", name, name)
		}
		fmt.Fprintf(w, "%s  # %s\n", text, comment)
	}
	n := t.Layers
	for l := 1; l <= n; l++ {
		line("the parameters of layer "+fmt.Sprint(l), fmt.Sprint("W", l), fmt.Sprint("b", l))
	}
	for l := 1; l < n; l++ {
		line(fmt.Sprintf("what goes into the activation of layer %d, and what comes out", l), fmt.Sprint("Z", l), fmt.Sprint("A", l))
	}
	line("the same of the output layer: A are the predictions", fmt.Sprint("Z", n), fmt.Sprint("A", n))
	line("the number that the gradients are of", "loss")
	line("its derivatives by Z and by the parameters", fmt.Sprint("dZ", n), fmt.Sprint("dW", n), fmt.Sprint("db", n))
	for l := n - 1; l >= 1; l-- {
		line(fmt.Sprintf("the same of layer %d, and first that by A", l), fmt.Sprint("dA", l), fmt.Sprint("dZ", l), fmt.Sprint("dW", l), fmt.Sprint("db", l))
	}
	_, err := fmt.Fprintf(w, ")\n# then: %s\n", shell.Command(append([]string{"actscope", "gradcheck", "--against", "mine.npz"}, t.Flags...)...))
	return err
}

// LayerTemplate is what somebody is to save of a layer by itself.
type LayerTemplate struct {
	Kind, Usage string
	Inputs      []LayerInput
	Flags       []string // of the command that judges, beside the file
}

// LayerInput is an array that goes into a layer; a constant has no gradient, such as what comes down.
type LayerInput struct {
	Name               string
	Optional, Constant bool
}

// PrintLayerTemplate prints it as a piece of Python.
func PrintLayerTemplate(w io.Writer, t LayerTemplate) error {
	fmt.Fprintf(w, `# %s: %s
# Paste this behind the layer's backward pass. On the right of each "=" stands the name in your code; leave
# out what it does not have; lines that begin with # are for other forms of the layer. One gradient is enough.
import numpy

numpy.savez(
    "%s.npz",
`, t.Kind, t.Usage, t.Kind)
	down := func(in LayerInput) bool { return in.Name == "dout" || strings.HasPrefix(in.Name, "dnext_") }
	section := func(comment string, has func(LayerInput) bool, name func(LayerInput) string) {
		var needed, optional []string
		for _, in := range t.Inputs {
			switch text := fmt.Sprintf("%s=%s,", name(in), name(in)); {
			case !has(in):
			case in.Optional:
				optional = append(optional, text)
			default:
				needed = append(needed, text)
			}
		}
		if len(needed) > 0 {
			fmt.Fprintf(w, "    %s  # %s\n", strings.Join(needed, " "), comment)
		}
		if len(optional) > 0 {
			fmt.Fprintf(w, "    # %s  # %s, optional\n", strings.Join(optional, " "), comment)
		}
	}
	itself := func(in LayerInput) string { return in.Name }
	section("what goes in", func(in LayerInput) bool { return !down(in) }, itself)
	section("what comes down to the outputs", down, itself)
	section("the gradients", func(in LayerInput) bool { return !in.Constant }, func(in LayerInput) string { return "d" + in.Name })
	command := append([]string{"actscope", "gradcheck", "--layer", t.Kind, "--against", t.Kind + ".npz"}, t.Flags...)
	_, err := fmt.Fprintf(w, ")\n# then: %s\n", shell.Command(command...))
	return err
}
