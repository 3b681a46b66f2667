package graph

import (
	"fmt"
	"strconv"

	"gorgonia.org/gorgonia"
)

func init() {
	registerPart(PartKind{
		Name: "residual", Form: "residual[:LAYERS]", Usage: "add an identity shortcut around each layer, or around blocks of LAYERS",
		Examples: []string{"residual", "residual:2"},
		parse: func(argument string) (Part, error) {
			if argument == "" {
				return Residual{Over: 1}, nil
			}
			over, err := layersOf("residual", argument)
			return Residual{Over: over}, err
		},
	})
}

// Residual adds to what a layer hands on what came into the block of Over layers
// that it ends: a + φ(z), so that the path of shortcuts is the identity (He et al.
// 2016). Layers that end no block, because their number is not a multiple of Over, and
// blocks that end with another width than they begin with get no shortcut.
type Residual struct {
	// Over is the number of layers that a shortcut leads around, at least 1.
	Over int
}

// Name is "residual", or such as "residual:2".
func (r Residual) Name() string {
	if r.Over == 1 {
		return "residual"
	}
	return "residual:" + strconv.Itoa(r.Over)
}

// Place is after the activation.
func (Residual) Place() Place { return AfterActivation }

// Arrays are none.
func (Residual) Arrays() []Array { return nil }

// Build adds the shortcut where there is one.
func (r Residual) Build(s *Site, in *gorgonia.Node) (*gorgonia.Node, error) {
	if r.Over < 1 {
		return nil, fmt.Errorf("a shortcut around %d layers: it must be at least one", r.Over)
	}
	if s.Layer%r.Over != 0 {
		return in, nil
	}
	from := s.Handed(s.Layer - r.Over)
	if !from.Shape().Eq(in.Shape()) {
		return in, nil
	}
	return gorgonia.Add(in, from)
}
