package cost

import "slices"

// Shape is the hidden part of a network: Depth layers of Width units each.
type Shape struct {
	Depth int `json:"depth"`
	Width int `json:"width"`
}

// Hidden are the units of each hidden layer.
func (s Shape) Hidden() []int { return slices.Repeat([]int{s.Width}, s.Depth) }

// Counts are what the forward pass of one row takes, exactly.
type Counts struct {
	// Parameters are weights and biases.
	Parameters int `json:"parameters"`
	// MultiplyAdds are those of the matrix products. Adding a bias multiplies nothing
	// and is not counted.
	MultiplyAdds int `json:"multiply_adds"`
	// Activations is how often the hidden activation is evaluated. The sigmoid of the
	// output, which all networks have, is not counted.
	Activations int `json:"activations"`
	// ParameterBytes are those of the parameters, ActivationBytes what has to be held
	// at once beside them: the inputs and the outputs of the layer that has most.
	ParameterBytes  int `json:"parameter_bytes"`
	ActivationBytes int `json:"activation_bytes"`
}

// CountsOf counts for a network with so many inputs, hidden layers of these units
// and one output, whose numbers take so many bytes each.
func CountsOf(inputs int, hidden []int, bytes int) Counts {
	var c Counts
	in, widest := inputs, 0
	for layer := range len(hidden) + 1 {
		out := 1
		if layer < len(hidden) {
			out = hidden[layer]
			c.Activations += out
		}
		c.MultiplyAdds += in * out
		c.Parameters += in*out + out
		widest = max(widest, in+out)
		in = out
	}
	c.ParameterBytes, c.ActivationBytes = bytes*c.Parameters, bytes*widest
	return c
}

// Measure is a count by which networks are compared. Of two networks of one depth,
// the wider has more of each.
type Measure struct {
	// Name as in files, Title as in texts.
	Name, Title string
	of          func(Counts) int
}

// Measures are multiply-adds, by which networks are ordered, parameters and
// evaluations of the activation.
var Measures = []Measure{
	{"multiply_adds", "multiply-adds", func(c Counts) int { return c.MultiplyAdds }},
	{"parameters", "parameters", func(c Counts) int { return c.Parameters }},
	{"activations", "evaluations of the activation", func(c Counts) int { return c.Activations }},
}
