package gradcheck

import (
	"math"
	"slices"

	"actscope/data"
	"actscope/graph"
	"actscope/models"
	"actscope/models/handcoded"
)

// handActivation is an activation as the hand-coded networks take it, which read formulas
// for themselves, but for the functions of the table in it.
func handActivation(a graph.Activation) (handcoded.Activation, error) {
	if a.IsFormula() {
		table := make(map[string]handcoded.Activation)
		for _, f := range graph.Activations() {
			table[graph.FunctionName(f)] = handcoded.Activation{Value: f.Value, Derivative: f.Derivative}
		}
		return handcoded.Formula(a.Name, table)
	}
	return handcoded.Activation{Value: a.Value, Derivative: a.Derivative}, nil
}

// layersOf views parameters W1, b1, ... as layers of a hand-coded network, which
// shares their memory.
func layersOf(parameters []graph.Parameter) []handcoded.Layer {
	var layers []handcoded.Layer
	for i := 0; i < len(parameters); i += 2 {
		w, b := parameters[i], parameters[i+1]
		layers = append(layers, handcoded.Layer{In: w.Rows, Out: w.Columns, W: w.Values, B: b.Values})
	}
	return layers
}

// handObjective is what a specified network differentiates, as the hand-coded ones take it.
func handObjective(spec models.MLP) (handcoded.Objective, error) {
	o := handcoded.Objective{Loss: handcoded.Loss(spec.Loss.Name), Reduction: handcoded.Reduction(spec.Reduction), L2: spec.L2}
	if spec.Output.Expression == nil || spec.Output.Name == graph.Identity.Name || !spec.Loss.AnyOutput() {
		return o, nil
	}
	var err error
	o.Output, err = handActivation(spec.Output)
	return o, err
}

// targetRows are the targets of a set as the graph and the hand-coded networks take them,
// rows × outputs: one-hot where there is an output for each class.
func targetRows(set data.Set, outputs int) ([]float64, error) {
	if set.Targets.Task == data.Classification && outputs > 1 {
		return models.OneHot(set.Y, outputs)
	}
	return set.Y, nil
}

// byHand is the hand-coded gradient of the network on the rows of a set, in the order of
// the parameters.
func (c *Case) byHand(net *models.Network, set data.Set, objective handcoded.Objective) ([][]float64, error) {
	activation, err := handActivation(c.spec.Activation)
	if err != nil {
		return nil, err
	}
	hand, err := handcoded.NewWith(layersOf(net.Parameters), activation, objective)
	if err != nil {
		return nil, err
	}
	y, err := targetRows(set, net.Outputs())
	if err != nil {
		return nil, err
	}
	pass, err := hand.NewPass(set.Rows())
	if err != nil {
		return nil, err
	}
	if err := pass.Forward(set.X); err != nil {
		return nil, err
	}
	if err := pass.Backward(y); err != nil {
		return nil, err
	}
	var gradients [][]float64
	for _, l := range pass.Gradients {
		gradients = append(gradients, l.W, l.B)
	}
	return gradients, nil
}

// byHandMoved is byHand with parameters whose last two bits are others, up and down in
// turns.
func (c *Case) byHandMoved(net *models.Network, set data.Set, objective handcoded.Objective) ([][]float64, error) {
	factor := 1 + 0x1p-50
	for _, p := range net.Parameters {
		kept := slices.Clone(p.Values)
		defer copy(p.Values, kept)
		for j := range p.Values {
			p.Values[j] *= factor
			factor = 2 - factor
		}
	}
	return c.byHand(net, set, objective)
}

// magnitudes is, for each parameter, the largest entry of what the magnitudes of the rows'
// gradients, and that of the penalty's, add up to.
func (c *Case) magnitudes(net *models.Network, set data.Set, objective handcoded.Objective) ([]float64, error) {
	sums := make([][]float64, len(net.Parameters))
	penalty, divisor := objective.L2, objective.Reduction.Divisor(set.Rows(), net.Outputs())
	objective.L2, objective.Reduction = 0, handcoded.Sum
	for row := range set.Rows() {
		one := data.Set{X: set.Row(row), Columns: set.Columns, Y: set.Target(row), Targets: set.Targets}
		gradients, err := c.byHand(net, one, objective)
		if err != nil {
			return nil, err
		}
		for i, gradient := range gradients {
			if sums[i] == nil {
				sums[i] = make([]float64, len(gradient))
			}
			for j, g := range gradient {
				sums[i][j] += math.Abs(g) / divisor
			}
		}
	}
	largest := make([]float64, len(sums))
	for i, sum := range sums {
		if p := net.Parameters[i]; p.Weight {
			for j, w := range p.Values {
				sum[j] += penalty * math.Abs(w)
			}
		}
		largest[i] = slices.Max(sum)
	}
	return largest, nil
}

// EpsilonCase compares the gradient that the article coded by hand with that of
// the loss that it reports.
type EpsilonCase struct {
	// Point says where, such as "initial weights, relu".
	Point string `json:"point"`
	// Coded and Reported are the gradient from (p - y)/n and that of the formula
	// with the 1e-9, at the entry of the array where they differ most.
	Array    string  `json:"array"`
	Coded    float64 `json:"coded"`
	Reported float64 `json:"reported"`
	// Relative is their difference over the array's largest entry.
	Relative float64 `json:"relative"`
}

// EpsilonCases shows that the article's hand-written gradient, which starts from
// (p - y)/n, is not that of the loss it reports, which adds 1e-9 inside the
// logarithms: on its initial weights (first is the first batch of its training
// rows), and on a point that is confidently wrong, z = -20 with y = 1.
func EpsilonCases(first data.Set, hidden []int, seed uint32) ([]EpsilonCase, error) {
	cases := []EpsilonCase{{Point: "initial weights, sigmoid"}, {Point: "initial weights, relu"}, {Point: "a point with z = -20, y = 1"}}
	for i, activation := range []graph.Activation{graph.Sigmoid, graph.ReLU} {
		if err := cases[i].take(first, models.MLP{Inputs: first.Columns, Hidden: hidden, Activation: activation}, seed, nil); err != nil {
			return nil, err
		}
	}
	// One input, one weight: z = w x with x = 1.
	wrong := data.Set{X: []float64{1}, Columns: 1, Y: []float64{1}}
	return cases, cases[2].take(wrong, models.MLP{Inputs: 1, Activation: graph.Sigmoid}, 0, []float64{-20})
}

// take takes both gradients of one network; weights replace W1 if given.
func (c *EpsilonCase) take(set data.Set, spec models.MLP, seed uint32, weights []float64) error {
	var gradients [2][][]float64
	var net *models.Network
	for i, loss := range []graph.Loss{graph.Logits, graph.ArticleLoss} {
		var err error
		spec.Loss = loss
		if net, err = models.NewMLP(spec, data.NewRandomState(seed)); err != nil {
			return err
		}
		copy(net.Parameters[0].Values, weights)
		gradient, err := net.Gradient(set)
		if err != nil {
			return err
		}
		gradients[i] = gradient.Parameters
	}
	for i, p := range net.Parameters {
		coded, reported := gradients[0][i], gradients[1][i]
		if d := compare(coded, reported); d.rel >= c.Relative {
			c.Array, c.Coded, c.Reported, c.Relative = p.Name, coded[d.index], reported[d.index], d.rel
		}
	}
	return nil
}
