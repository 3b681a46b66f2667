package report

import (
	"fmt"
	"math"
	"slices"
)

// Model is what a network computes, for a page that computes it itself: for any point, at every
// snapshot. Page/forward.js reads it.
type Model struct {
	// Inputs is how many numbers the network reads.
	Inputs int `json:"inputs"`
	// Layers are the hidden layers and, last, the output.
	Layers []ModelLayer `json:"layers"`
	// Shown is the output unit that the film shows, from 0. The numbers shown are those it hands on, v,
	// as Scale[0] + v Scale[1]; Scale is of numbers to predict.
	Shown int         `json:"shown"`
	Scale *[2]float64 `json:"scale,omitempty"`
	// Values has for each snapshot the numbers of all arrays, one behind the other.
	Values [][]float64 `json:"-"`
}

// ModelLayer is a layer of a [Model], computed step by step from what the layer before hands on.
type ModelLayer struct {
	Units int         `json:"units"`
	Steps []ModelStep `json:"steps"`
}

// ModelStep is a step of a layer.
type ModelStep struct {
	Do StepKind `json:"do"`
	// At says where each of the step's arrays begins in the numbers of a snapshot.
	At []int `json:"at,omitempty"`
	// From is the layer, 0 for the input, of which a shortcut adds what it hands on.
	From int `json:"from,omitempty"`
	// Epsilon stands beside a variance.
	Epsilon float64 `json:"epsilon,omitempty"`
	// Function of an activation: "z", a number, or an operator or function with what it is
	// applied to: ["*", "z", ["sigmoid", ["*", 1.7, "z"]]].
	Function any `json:"function,omitempty"`
}

// StepKind says what a step does to a row x of units.
type StepKind string

// The kinds of steps, with their arrays. What comes into an activation or softmax is the pre-activation.
const (
	Dense          StepKind = "dense"           // x W + b: W inputs × units, b
	Scaled         StepKind = "scale"           // x s + t: s, t
	BatchNorm      StepKind = "batch-norm"      // (x - mean)/√(variance + epsilon) gain + shift: gain, shift, mean, variance
	LayerNorm      StepKind = "layer-norm"      // the same with mean and variance of the row: gain, shift
	Shortcut       StepKind = "shortcut"        // x + what layer From hands on
	ScaledShortcut StepKind = "scaled-shortcut" // x + that times s + t: s, t
	Activated      StepKind = "activation"      // Function of each unit
	Softmax        StepKind = "softmax"
)

// PageFunctions are the functions that Function may call beside + - * / and ~, the minus of one number.
var PageFunctions = []string{
	"sigmoid", "relu", "tanh", "leaky_relu", "elu", "selu", "softplus", "silu", "gelu", "gelu_tanh", "identity", "hard_sigmoid",
	"exp", "log", "sin", "abs", "max", "min", "pow",
}

// What the page computes at most: bytes of the weights of all snapshots or of the last alone, the snapshots
// that are worth a film, numbers in all networks that are passed through at every node, and inputs.
const (
	modelBytes     = 1500 << 10
	lastBytes      = 600 << 10
	numberBytes    = 6
	leastSnapshots = 11
	mostNumbers    = 24 << 10
	mostInputs     = 1000
)

// Computed says that the page computes the film itself: all networks have a Model, and these are not too
// large. Fields and points of layers are not needed then.
func (f *Film) Computed() bool {
	return f.numbers() > 0 && f.numbers() <= mostNumbers && f.affordable() >= min(leastSnapshots, len(f.Epochs))
}

// numbers is how many the models have in all, 0 where a network has none or reads too many inputs.
func (f *Film) numbers() int {
	total := 0
	for _, n := range f.Nets {
		if n.Model == nil || n.Model.Inputs > mostInputs || len(n.Model.Values) == 0 {
			return 0
		}
		total += len(n.Model.Values[0])
	}
	return total
}

// affordable is how many snapshots the page has room for.
func (f *Film) affordable() int { return modelBytes / (numberBytes * max(f.numbers(), 1)) }

// modelled says that the page computes networks at the last snapshot at least.
func (f *Film) modelled() bool {
	return f.Computed() || f.numbers() > 0 && f.numbers()*numberBytes <= lastBytes
}

// checkModel reports what does not fit together.
func (f *Film) checkModel(m *Model) error {
	if len(m.Values) != len(f.Epochs) {
		return fmt.Errorf("numbers of %d snapshots for %d", len(m.Values), len(f.Epochs))
	}
	if len(m.Layers) == 0 || m.Inputs < 1 || m.Shown < 0 || m.Shown >= m.Layers[len(m.Layers)-1].Units {
		return fmt.Errorf("%d layers, %d inputs, unit %d: it has both, and an output unit of that number", len(m.Layers), m.Inputs, m.Shown)
	}
	if len(f.Inputs) != f.rows()*m.Inputs {
		return fmt.Errorf("%d inputs for %d points: the network reads %d of each", len(f.Inputs), f.rows(), m.Inputs)
	}
	for i, axis := range f.Lift {
		if len(axis) != m.Inputs {
			return fmt.Errorf("the plane's vector %d has %d numbers: the network reads %d", i+1, len(axis), m.Inputs)
		}
	}
	for s, values := range m.Values {
		if len(values) != len(m.Values[0]) {
			return fmt.Errorf("%d numbers at snapshot %d, %d at the first", len(values), s+1, len(m.Values[0]))
		}
		if i := slices.IndexFunc(values, notFinite); i >= 0 {
			return fmt.Errorf("number %d at snapshot %d is %v", i+1, s+1, values[i])
		}
	}
	for l, layer := range m.Layers {
		for _, step := range layer.Steps {
			arrays := map[StepKind]int{Dense: 2, Scaled: 2, BatchNorm: 4, LayerNorm: 2, ScaledShortcut: 2}[step.Do]
			if len(step.At) != arrays || step.From < 0 || step.From > l {
				return fmt.Errorf("layer %d: step %s has %d arrays, not %d, or a shortcut from layer %d", l+1, step.Do, len(step.At), arrays, step.From)
			}
			for i, at := range step.At {
				size := layer.Units
				if step.Do == Dense && i == 0 {
					size *= m.fanIn(l)
				}
				if at < 0 || at+size > len(m.Values[0]) {
					return fmt.Errorf("layer %d: step %s reads numbers %d to %d of %d", l+1, step.Do, at+1, at+size, len(m.Values[0]))
				}
			}
		}
	}
	return nil
}

func (m *Model) fanIn(layer int) int {
	if layer == 0 {
		return m.Inputs
	}
	return m.Layers[layer-1].Units
}

// appendNumbers appends rows of numbers, each with the first 48 bits of a float64, which is right to 4e-12 of itself:
// the highest bytes of all numbers, then the next, and so on, of each row after the first as it differs (exclusive
// or) from the row before, so that what changes slowly packs well.
func appendNumbers(raw []byte, rows [][]float64) []byte {
	for shift := 56; shift > 56-8*numberBytes; shift -= 8 {
		for r, row := range rows {
			for i, v := range row {
				b := firstBits(v)
				if r > 0 {
					b ^= firstBits(rows[r-1][i])
				}
				raw = append(raw, byte(b>>shift))
			}
		}
	}
	return raw
}

// firstBits rounds to the first 48 bits.
func firstBits(v float64) uint64 {
	rounded := math.Float64bits(v) + 1<<15
	if notFinite(math.Float64frombits(rounded &^ 0xffff)) {
		rounded = math.Float64bits(v)
	}
	return rounded &^ 0xffff
}
