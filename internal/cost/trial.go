package cost

import (
	"slices"
	"strconv"
	"strings"

	"actscope/internal/config"
)

// Shape is the hidden part of a network: Depth layers of Width units each.
type Shape struct {
	Depth int `json:"depth"`
	Width int `json:"width"`
}

// Hidden are the units of each hidden layer.
func (s Shape) Hidden() []int { return slices.Repeat([]int{s.Width}, s.Depth) }

// Layers writes a network's layers from the inputs to the output, such as "2-8-8-1".
func (s Shape) Layers(inputs int) string {
	return strconv.Itoa(inputs) + strings.Repeat("-"+strconv.Itoa(s.Width), s.Depth) + "-1"
}

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

// countsOf counts for a network with the given numbers of inputs and of units in each
// hidden layer and one output, whose numbers take the given number of bytes each.
func countsOf(inputs int, hidden []int, bytes int) Counts {
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
	Name string
	of   func(Counts) int
}

// Measures are multiply-adds, by which networks are ordered, parameters and
// evaluations of the activation.
var Measures = []Measure{
	{"multiply_adds", func(c Counts) int { return c.MultiplyAdds }},
	{"parameters", func(c Counts) int { return c.Parameters }},
	{"activations", func(c Counts) int { return c.Activations }},
}

// Trial is one training. Trials of one number share their data, split, random weights
// and shuffles, whatever the network and its rate.
type Trial struct {
	Activation string `json:"activation"`
	Shape
	Rate   float64 `json:"rate"`
	Number int     `json:"number"` // from 0
}

// Attempt is what came of a training.
type Attempt struct {
	// Accuracy is the share of the test rows that are classified correctly, 0 where the
	// training diverged.
	Accuracy float64 `json:"accuracy"`
	Diverged bool    `json:"diverged,omitempty"`
}

// Where the seeds of a trial lie, counted from the configuration's: apart from those of the
// trainings by which the search was designed. Streams for points, splits and weights have
// seeds of their own, because equal ones would give equal random numbers.
const (
	weightSeeds = 5_000_000
	dataSeeds   = 100_000_000
	splitSeeds  = 200_000_000
)

// trial is the configuration of a training.
func (c Config) trial(t Trial) config.Config {
	n := c.Training.Config
	n.Activations, n.Hidden, n.Parts, n.LearningRate = []string{t.Activation}, t.Hidden(), []string{}, t.Rate
	n.Seed += weightSeeds + int64(t.Number)
	n.DataSeed, n.SplitSeed = n.Seed+dataSeeds, n.Seed+splitSeeds
	if !c.fromFile() {
		n.Samples = c.trainingRows() + c.TestRows
		// Half a row less, because the number of rows that are held out is rounded up.
		n.TestFraction = (float64(c.TestRows) - 0.5) / float64(n.Samples)
	}
	return n
}
