package gradcheck

import (
	"actscope/data"
	"actscope/graph"
	"actscope/models"
)

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
	var cases []EpsilonCase
	for _, activation := range []graph.Activation{graph.Sigmoid, graph.ReLU} {
		c, err := epsilonCase(first, models.MLP{Inputs: first.Columns, Hidden: hidden, Activation: activation}, func() *data.RandomState {
			return data.NewRandomState(seed)
		}, nil)
		if err != nil {
			return nil, err
		}
		c.Point = "initial weights, " + activation.Name
		cases = append(cases, c)
	}
	// One input, one weight: z = w x with x = 1.
	wrong := data.Set{X: []float64{1}, Columns: 1, Y: []float64{1}}
	c, err := epsilonCase(wrong, models.MLP{Inputs: 1, Activation: graph.Sigmoid}, func() *data.RandomState {
		return data.NewRandomState(0)
	}, []float64{-20})
	if err != nil {
		return nil, err
	}
	c.Point = "a point with z = -20, y = 1"
	return append(cases, c), nil
}

// epsilonCase takes both gradients of one network; weights replace W1 if given.
func epsilonCase(set data.Set, spec models.MLP, stream func() *data.RandomState, weights []float64) (EpsilonCase, error) {
	var gradients [2]models.Gradient
	var names []string
	for i, loss := range []graph.Loss{graph.Logits, graph.ArticleLoss} {
		spec.Loss = loss
		net, err := models.NewMLP(spec, stream())
		if err != nil {
			return EpsilonCase{}, err
		}
		if weights != nil {
			copy(net.Parameters[0].Values, weights)
		}
		if gradients[i], err = net.Gradient(set); err != nil {
			return EpsilonCase{}, err
		}
		names = nil
		for _, p := range net.Parameters {
			names = append(names, p.Name)
		}
	}
	var worst EpsilonCase
	for i, name := range names {
		coded, reported := gradients[0].Parameters[i], gradients[1].Parameters[i]
		if d := compare(coded, reported); d.rel >= worst.Relative {
			worst = EpsilonCase{Array: name, Coded: coded[d.index], Reported: reported[d.index], Relative: d.rel}
		}
	}
	return worst, nil
}
