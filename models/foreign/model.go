package foreign

import (
	"fmt"
	"strings"

	"actscope/data"
	"actscope/graph"
	"actscope/models"
)

// Options settle what a file does not say. The zero value settles nothing.
type Options struct {
	// Activation is that of the hidden layers, such as "relu", or one for each, "relu,tanh", as
	// [graph.ActivationNamed] takes them.
	Activation string
	// Final is what stands behind the last layer, "" for what the file says, of files that say
	// nothing [NoFinal].
	Final Final
	// Layout is that of weight matrices: "in-out", "out-in" or "" for what the format and the shapes
	// say.
	Layout string
}

// Understood is what a file was understood as.
type Understood struct {
	// Format is such as "ONNX, opset 17", "safetensors" or "npz".
	Format string
	// Inputs and Classes are the file's names of them, nil where it has none.
	Inputs, Classes []string
	// TargetNames are the file's names of labels or of numbers that are predicted, nil where it has
	// none.
	TargetNames []string
	// Scaling is what the file itself subtracts from its columns and divides by, empty for nothing.
	Scaling data.Standardiser
	// Final is what stands behind the last layer in the file.
	Final Final
	// Layout is that of the file's weight matrices where it could be either, else "".
	Layout string
	// Ignored are names of what the file has beside the network, such as an optimiser's state.
	Ignored []string
	// Notes are sentences about what was taken for granted.
	Notes []string
}

// Model is a network that another program trained.
type Model struct {
	Understood
	chain *chain
}

// newModel checks what a reader made of a file.
func newModel(u Understood, c *chain) (*Model, error) {
	if c.final == "" {
		c.final = NoFinal
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	u.Inputs, u.Classes, u.TargetNames, u.Scaling, u.Final = c.inputNames, c.classNames, c.targetNames, c.scaling, c.final
	return &Model{u, c}, nil
}

// Of is a network of ours, trained on columns that scaling had been applied to, whose predictions
// targets takes back to their units; either may be empty. Where the output units have an
// activation, the latter is a layer more.
func Of(net *models.Network, scaling, targets data.Standardiser) (*Model, error) {
	a := net.Architecture()
	c := skeleton(a)
	c.scaling = scaling
	arrays := make(map[string][]float64)
	for _, p := range append(append([]graph.Parameter(nil), net.Parameters...), net.Statistics...) {
		arrays[p.Name] = p.Values
	}
	err := c.takeOwn(func(name string, _ ...int) ([]float64, error) { return arrays[name], nil })
	if err == nil {
		err = c.inUnits(&targets)
	}
	if err != nil {
		return nil, err
	}
	return newModel(Understood{Format: ownFormat}, c)
}

// Columns is the number of columns that the network reads.
func (m *Model) Columns() int { return m.chain.inputs }

// Outputs is the number of its output units.
func (m *Model) Outputs() int { return m.chain.outputs() }

// Widths are the numbers of inputs and of each layer's units.
func (m *Model) Widths() []int {
	widths := []int{m.chain.inputs}
	for _, l := range m.chain.layers {
		widths = append(widths, l.units)
	}
	return widths
}

// Targets is what the network itself would predict: classes where it ends in probabilities, else
// numbers.
func (m *Model) Targets() data.Targets {
	switch m.Final {
	case Softmax, LogSoftmax:
		return data.Targets{Count: max(m.Outputs(), 2)}
	case Sigmoid:
		if m.Outputs() > 1 {
			return data.Targets{Task: data.MultiLabel, Count: m.Outputs()}
		}
		return data.Targets{Count: 2}
	}
	return data.Targets{Task: data.Regression, Count: m.Outputs()}
}

// Network is the network with the head that such targets ask for. It reads the file's own columns,
// whose scaling its first layer does. Its parameters are its own.
func (m *Model) Network(targets data.Targets) (*models.Network, error) {
	return m.Reading(targets, data.Standardiser{}, data.Standardiser{})
}

// Standardised is [Model.Network] without the file's scaling: it reads columns that
// Understood.Scaling was applied to.
func (m *Model) Standardised(targets data.Targets) (*models.Network, error) {
	return m.chain.network(targets)
}

// Reading is [Model.Network] for columns that points was applied to, empty for the file's own: it
// computes the file's own function of what the columns were before. Of numbers to predict it gives
// what values makes of them, empty for the numbers themselves.
func (m *Model) Reading(targets data.Targets, points, values data.Standardiser) (*models.Network, error) {
	c := m.chain.reading(points)
	if len(values.Mean) > 0 {
		c = c.rescaled(func(u int) (factor, shift float64) { return 1 / values.Scale[u], -values.Mean[u] / values.Scale[u] })
	}
	return c.network(targets)
}

func (c *chain) network(targets data.Targets) (*models.Network, error) {
	a, err := c.architecture(targets)
	if err != nil {
		return nil, err
	}
	net, err := models.NewNetwork(a)
	if err != nil {
		return nil, err
	}
	c.fill(net)
	return net, nil
}

// fill gives a network of the chain's layers its numbers.
func (c *chain) fill(net *models.Network) {
	for i, l := range c.layers {
		copy(net.Parameters[2*i].Values, l.weights)
		copy(net.Parameters[2*i+1].Values, l.bias)
	}
	for _, p := range append(append([]graph.Parameter(nil), net.Parameters[2*len(c.layers):]...), net.Statistics...) {
		for _, part := range c.layers[p.Layer-1].parts {
			if values, has := part.arrays[strings.TrimSuffix(p.Name, fmt.Sprint(p.Layer))]; has {
				copy(p.Values, values)
			}
		}
	}
}

// manySame layers in a row are counted rather than listed.
const manySame = 5

// String says what was understood, such as "16 → 20 sigmoid → 10, softmax; standardised inside the
// file".
func (m *Model) String() string {
	var b strings.Builder
	fmt.Fprint(&b, m.chain.inputs)
	var layers []string
	for i, l := range m.chain.layers {
		var b strings.Builder
		fmt.Fprint(&b, l.units)
		if i < len(m.chain.layers)-1 || m.Final == NoFinal && l.activation.Name != "" && l.activation.Name != graph.Identity.Name {
			fmt.Fprintf(&b, " %s", l.activation.Name)
		}
		for _, p := range l.parts {
			fmt.Fprintf(&b, ", %s", p.Name())
		}
		layers = append(layers, b.String())
	}
	for i := 0; i < len(layers); {
		same := 1
		for i+same < len(layers) && layers[i+same] == layers[i] {
			same++
		}
		if same >= manySame {
			fmt.Fprintf(&b, " → %d × (%s)", same, layers[i])
		} else {
			b.WriteString(strings.Repeat(" → "+layers[i], same))
		}
		i += same
	}
	if m.Final != NoFinal {
		fmt.Fprintf(&b, ", %s", m.Final)
	}
	if len(m.Scaling.Mean) > 0 {
		b.WriteString("; standardised inside the file")
	}
	return b.String()
}
