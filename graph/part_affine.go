package graph

import "gorgonia.org/gorgonia"

func init() {
	registerPart(PartKind{
		Name: "affine", Form: "affine", Usage: "scale and shift each unit, before the activation",
		Examples: []string{"affine"},
		parse:    func(argument string) (Part, error) { return noArgument(argument, Affine{}) },
	})
	registerPart(PartKind{
		Name: "affine-after", Form: "affine-after", Usage: "the same behind the activation",
		Examples: []string{"affine-after"},
		parse:    func(argument string) (Part, error) { return noArgument(argument, Affine{After: true}) },
	})
}

// Affine multiplies each unit by a number of its own and adds another: scale x + offset. It
// is what a batch normalisation does when nothing is trained any more.
type Affine struct {
	// After says that the layer's activation comes first.
	After bool
}

// Name is "affine" or "affine-after".
func (a Affine) Name() string {
	if a.After {
		return "affine-after"
	}
	return "affine"
}

// Place is before the activation, or after it.
func (a Affine) Place() Place { return placeOf(a.After) }

// Arrays are scale and offset.
func (Affine) Arrays() []Array { return []Array{{Name: "scale", Initial: 1}, {Name: "offset"}} }

// Build multiplies with a row that is repeated.
func (Affine) Build(s *Site, in *gorgonia.Node) (*gorgonia.Node, error) {
	var e Expression
	out := e.AddRow(e.Mul(in, e.MatMul(s.Filled(s.Rows, 1, 1), s.Parameter("scale"))), s.Parameter("offset"))
	return out, e.Err
}
