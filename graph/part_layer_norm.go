package graph

import "gorgonia.org/gorgonia"

func init() {
	registerPart(PartKind{
		Name: "layer-norm", Form: "layer-norm", Usage: "normalise each row over the units of the layer, before the activation",
		Examples: []string{"layer-norm"},
		parse:    func(argument string) (Part, error) { return noArgument(argument, LayerNorm{}) },
	})
}

// LayerNorm normalises each row's a W + b over the units, then scales and shifts
// each unit: gain (x - mean)/√(variance + 1e-5) + shift, the variance biased (Ba,
// Kiros & Hinton 2016). Training and evaluation compute the same.
type LayerNorm struct{}

// Name is "layer-norm".
func (LayerNorm) Name() string { return "layer-norm" }

// Place is before the activation.
func (LayerNorm) Place() Place { return BeforeActivation }

// Arrays are gain and shift.
func (LayerNorm) Arrays() []Array { return []Array{{Name: "gain", Initial: 1}, {Name: "shift"}} }

// Build averages over the units by a product with a column of 1/units.
func (LayerNorm) Build(s *Site, in *gorgonia.Node) (*gorgonia.Node, error) {
	var e Expression
	average, repeat := s.Filled(s.Units, 1, 1/float64(s.Units)), s.Filled(1, s.Units, 1)
	centred := e.Sub(in, e.MatMul(e.MatMul(in, average), repeat))
	variance := e.MatMul(e.Mul(centred, centred), average)
	scale := e.InverseRoot(e.Add(variance, Constant(normEpsilon)))
	normal := e.Mul(centred, e.MatMul(scale, repeat))
	out := e.AddRow(e.Mul(normal, e.MatMul(s.Filled(s.Rows, 1, 1), s.Parameter("gain"))), s.Parameter("shift"))
	return out, e.Err
}
