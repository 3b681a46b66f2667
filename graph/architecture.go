package graph

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/graph/machine"
	"actscope/internal/nearest"
)

// Architecture says what a network computes: which layers follow each other and what
// is minimised. It holds no numbers; those are its [Parameter]s.
type Architecture struct {
	// Inputs is the number of columns of x.
	Inputs int
	// Layers are the hidden layers and, last, the output, which has to suit the loss.
	Layers []Layer
	// Loss is what gradients are taken of, reduced over rows and outputs as Reduction says.
	Loss      Loss
	Reduction Reduction
	// L2 adds the penalty L2/2 Σ W² of all weights, but not of biases and other parameters,
	// to what gradients are taken of.
	L2 float64
	// Precision is the arithmetic; the zero value is float64.
	Precision Precision
}

// Layer is an affine map followed by an activation, z = a W + b, then φ(z), with
// whatever [Part]s sit before and after the activation.
type Layer struct {
	Units      int
	Activation Activation
	// Parts are those of a hidden layer; the output layer has none.
	Parts []Part
}

// Parameter is one array that training changes.
type Parameter struct {
	// Name is "W1", "b1", "W2", ..., or that of a part's array, such as "gain1".
	Name string
	// Rows and Columns: (fan-in, units) for weights, (1, units) for all others.
	Rows, Columns int
	// Layer is the layer that it belongs to, from 1.
	Layer int
	// Weight says that the array is a weight matrix, to which weight decay applies.
	Weight bool
	// Values is row-major; every program compiled with it reads this memory.
	Values []float64
}

// MLP is hidden layers of one activation, then one unit of the loss's usual activation:
// with [Logits] or [ArticleLoss] the network of the study. [Architecture.WithOutputs] gives
// it more.
func MLP(inputs int, hidden []int, activation Activation, loss Loss) Architecture {
	a := Architecture{Inputs: inputs, Loss: loss}
	for _, units := range hidden {
		a.Layers = append(a.Layers, Layer{Units: units, Activation: activation})
	}
	a.Layers = append(a.Layers, Layer{Units: 1, Activation: loss.Output})
	return a
}

// WithOutputs is the network with an output layer of that many units.
func (a Architecture) WithOutputs(units int) Architecture {
	a.Layers = slices.Clone(a.Layers)
	a.Layers[len(a.Layers)-1].Units = units
	return a
}

// String describes the network from the input to the loss, such as
// "2 → 3 × (8 relu, batch-norm) → 1 sigmoid, loss logits" or
// "2 → 8 relu → 3 softmax, loss softmax, reduction sum, L2 0.01".
func (a Architecture) String() string {
	var b strings.Builder
	fmt.Fprint(&b, a.Inputs)
	for i := 0; i < len(a.Layers); {
		layer := a.Layers[i].String()
		alike := 1
		for i+alike < len(a.Layers) && a.Layers[i+alike].String() == layer {
			alike++
		}
		if alike > 1 {
			layer = fmt.Sprintf("%d × (%s)", alike, layer)
		}
		fmt.Fprintf(&b, " → %s", layer)
		i += alike
	}
	fmt.Fprintf(&b, ", loss %s", a.Loss.Name)
	if a.Reduction != "" && a.Reduction != Mean {
		fmt.Fprintf(&b, ", reduction %s", a.Reduction)
	}
	if a.L2 != 0 {
		fmt.Fprintf(&b, ", L2 %v", a.L2)
	}
	if a.Precision != Double {
		fmt.Fprintf(&b, ", %v", a.Precision)
	}
	return b.String()
}

// String is the layer's units, activation and parts.
func (l Layer) String() string {
	s := fmt.Sprintf("%d %s", l.Units, l.Activation.Name)
	for _, part := range l.Parts {
		s += ", " + part.Name()
	}
	return s
}

// Validate reports what Gorgonia would panic over.
func (a Architecture) Validate() error {
	if a.Inputs < 1 {
		return fmt.Errorf("network: %d inputs: at least one is needed", a.Inputs)
	}
	if len(a.Layers) == 0 {
		return fmt.Errorf("network: no layers")
	}
	if a.Loss.terms == nil {
		return fmt.Errorf("network: no loss: take one of the table, such as graph.Logits or graph.Softmax")
	}
	if a.Reduction.Divisor(1, 1) == 0 {
		return fmt.Errorf("network: unknown reduction %q: see graph.ReductionNamed", a.Reduction)
	}
	if !(a.L2 >= 0) || math.IsInf(a.L2, 0) {
		return fmt.Errorf("network: L2 penalty %v: it must be a number from 0", a.L2)
	}
	for i, l := range a.Layers {
		if l.Units < 1 {
			return fmt.Errorf("network: layer %d has %d units: at least one is needed", i+1, l.Units)
		}
		if l.Activation.Expression == nil {
			return fmt.Errorf("network: layer %d has no activation", i+1)
		}
		if l.Activation.Name == SoftmaxOutput.Name && i < len(a.Layers)-1 {
			return fmt.Errorf("network: layer %d is a softmax: only the output layer may be one", i+1)
		}
		if err := l.checkParts(); err != nil {
			return fmt.Errorf("network: layer %d: %w", i+1, err)
		}
	}
	out := a.Layers[len(a.Layers)-1]
	if err := a.Loss.check(out); err != nil {
		return fmt.Errorf("network: %w", err)
	}
	if len(out.Parts) > 0 {
		return fmt.Errorf("network: the output layer has a part, %s: only hidden layers may", out.Parts[0].Name())
	}
	return nil
}

// checkParts reports parts that cannot share a layer.
func (l Layer) checkParts() error {
	owner := map[string]string{"W": "the affine map", "b": "the affine map"}
	for _, part := range l.Parts {
		if part == nil {
			return fmt.Errorf("a part is nil")
		}
		for _, array := range part.Arrays() {
			if owner[array.Name] != "" {
				return fmt.Errorf("%s and %s both have an array %q: a layer may have one of them", owner[array.Name], part.Name(), array.Name)
			}
			owner[array.Name] = part.Name()
		}
	}
	return nil
}

// fanIn is the number of units that feed layer (from 1).
func (a Architecture) fanIn(layer int) int {
	if layer == 1 {
		return a.Inputs
	}
	return a.Layers[layer-2].Units
}

// NewParameters allocates the network's parameters: W1, b1, W2, ..., all zero, then
// those of the parts of layer 1, 2, ..., at their initial values.
func (a Architecture) NewParameters() []Parameter { return allocate(a.declare(false)) }

// NewStatistics allocates the statistics that the network's parts keep track of in
// training and read in evaluation, layer by layer, at their initial values.
func (a Architecture) NewStatistics() []Parameter { return allocate(a.declare(true)) }

// declaration is a parameter or statistic without its values.
type declaration struct {
	Parameter
	initial float64
}

// declare lists the network's parameters or its statistics.
func (a Architecture) declare(statistics bool) []declaration {
	var all []declaration
	if !statistics {
		for i, l := range a.Layers {
			all = append(all,
				declaration{Parameter: Parameter{Name: arrayName("W", i+1), Rows: a.fanIn(i + 1), Columns: l.Units, Layer: i + 1, Weight: true}},
				declaration{Parameter: Parameter{Name: arrayName("b", i+1), Rows: 1, Columns: l.Units, Layer: i + 1}})
		}
	}
	for i, l := range a.Layers {
		for _, part := range l.Parts {
			for _, array := range part.Arrays() {
				if array.Statistic == statistics {
					all = append(all, declaration{Parameter{Name: arrayName(array.Name, i+1), Rows: 1, Columns: l.Units, Layer: i + 1}, array.Initial})
				}
			}
		}
	}
	return all
}

func allocate(all []declaration) []Parameter {
	var parameters []Parameter
	for _, d := range all {
		d.Values = make([]float64, d.Rows*d.Columns)
		if d.initial != 0 {
			for i := range d.Values {
				d.Values[i] = d.initial
			}
		}
		parameters = append(parameters, d.Parameter)
	}
	return parameters
}

// ParameterCount is the number of weights, biases and other trained numbers.
func (a Architecture) ParameterCount() int {
	count := 0
	for _, d := range a.declare(false) {
		count += d.Rows * d.Columns
	}
	return count
}

// TrainingBytes estimates the memory of training with batches of rows rows:
// three arrays per parameter (value, gradient, product), and per unit and row those
// of both stages, their gradients and intermediates: six, four for each part, and three
// for each operation of a formula.
// An entry is eight bytes. It saturates instead of overflowing.
func (a Architecture) TrainingBytes(rows int) uint64 {
	entries := 0.0
	for _, d := range a.declare(false) {
		entries += 3 * float64(d.Rows) * float64(d.Columns)
	}
	for _, d := range a.declare(true) {
		entries += float64(d.Columns)
	}
	for _, l := range a.Layers {
		entries += float64(6+4*len(l.Parts)+3*l.Activation.operations) * float64(rows) * float64(l.Units)
	}
	if bytes := 8 * entries; bytes < math.MaxInt64 {
		return uint64(bytes)
	}
	return math.MaxInt64
}

// Precision is the arithmetic in which a network's programs run. What goes in and
// comes out is float64 all the same: under [Single] inputs are rounded on the way in,
// and every number that comes out is a float32.
type Precision = machine.Precision

// The precisions.
const (
	Double = machine.Double // float64
	Single = machine.Single // float32
)

// PrecisionNamed finds a precision by its name, "float64" or "float32"; the error
// suggests the nearest known name and lists them.
func PrecisionNamed(name string) (Precision, error) {
	var known []string
	for _, p := range []Precision{Double, Single} {
		if p.String() == name {
			return p, nil
		}
		known = append(known, p.String())
	}
	return Double, nearest.Unknown("dtype", name, known)
}
