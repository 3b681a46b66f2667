package graph

import "gorgonia.org/gorgonia"

func init() {
	registerPart(PartKind{
		Name: "layer-norm", Form: "layer-norm[:EPSILON]", Usage: "normalise each row over the units of the layer, before the activation",
		Examples: []string{"layer-norm", "layer-norm:1e-06"},
		parse: func(argument string) (Part, error) {
			epsilon, err := epsilonOf(argument)
			return LayerNorm{Epsilon: epsilon}, err
		},
	})
	registerPart(PartKind{
		Name: "layer-norm-after", Form: "layer-norm-after[:EPSILON]", Usage: "the same behind the activation",
		Examples: []string{"layer-norm-after"},
		parse: func(argument string) (Part, error) {
			epsilon, err := epsilonOf(argument)
			return LayerNorm{Epsilon: epsilon, After: true}, err
		},
	})
}

// LayerNorm normalises each row's a W + b over the units, then scales and shifts
// each unit: gain (x - mean)/√(variance + 1e-5) + shift, the variance biased (Ba,
// Kiros & Hinton 2016), where 1e-5 may be another Epsilon. Training and evaluation compute
// the same.
type LayerNorm struct {
	// Epsilon stands beside the variance; 0 stands for 1e-5.
	Epsilon float64
	// After says that the layer's activation comes first.
	After bool
}

// Name is "layer-norm" or such as "layer-norm-after:1e-06".
func (n LayerNorm) Name() string { return normName("layer-norm", n.After, n.Epsilon) }

// Place is before the activation, or after it.
func (n LayerNorm) Place() Place { return placeOf(n.After) }

// Arrays are gain and shift.
func (LayerNorm) Arrays() []Array { return []Array{{Name: "gain", Initial: 1}, {Name: "shift"}} }

// Build averages over the units by a product with a column of 1/units.
func (n LayerNorm) Build(s *Site, in *gorgonia.Node) (*gorgonia.Node, error) {
	var e Expression
	average, repeat := s.Filled(s.Units, 1, 1/float64(s.Units)), s.Filled(1, s.Units, 1)
	centred := e.Sub(in, e.MatMul(e.MatMul(in, average), repeat))
	variance := e.MatMul(e.Mul(centred, centred), average)
	scale := e.InverseRoot(e.Add(variance, beside(n.Epsilon)))
	normal := e.Mul(centred, e.MatMul(scale, repeat))
	out := e.AddRow(e.Mul(normal, e.MatMul(s.Filled(s.Rows, 1, 1), s.Parameter("gain"))), s.Parameter("shift"))
	return out, e.Err
}
