package graph

import (
	"fmt"
	"strconv"

	"gorgonia.org/gorgonia"
)

func init() {
	registerPart(PartKind{
		Name: "shortcut", Form: "shortcut:LAYERS", Usage: "add, behind the activation, what came into the layer LAYERS - 1 before this one",
		Examples: []string{"shortcut:2"},
		parse: func(argument string) (Part, error) {
			over, err := layersOf("shortcut", argument)
			return Shortcut{Over: over}, err
		},
	})
	registerPart(PartKind{
		Name: "shortcut-before", Form: "shortcut-before:LAYERS", Usage: "the same before the activation",
		Examples: []string{"shortcut-before:2"},
		parse: func(argument string) (Part, error) {
			over, err := layersOf("shortcut-before", argument)
			return Shortcut{Over: over, Before: true}, err
		},
	})
}

// layersOf reads the number of layers that a shortcut leads around.
func layersOf(kind, argument string) (int, error) {
	over, err := strconv.Atoi(argument)
	if err != nil || over < 1 {
		return 0, fmt.Errorf("%q is not a number of layers: write it like %s:2", argument, kind)
	}
	return over, nil
}

// Shortcut adds what came into the block of Over layers that ends here, in every layer, where
// [Residual] does it at the ends of blocks that follow each other. Layers that have fewer
// before them, and those of another width, get none.
type Shortcut struct {
	// Over is the number of layers that it leads around, at least 1.
	Over int
	// Before says that it comes before the layer's activation (He et al. 2015), not behind it.
	Before bool
}

// Name is such as "shortcut:2" or "shortcut-before:2".
func (s Shortcut) Name() string {
	if s.Before {
		return "shortcut-before:" + strconv.Itoa(s.Over)
	}
	return "shortcut:" + strconv.Itoa(s.Over)
}

// Place is after the activation, or before it.
func (s Shortcut) Place() Place { return placeOf(!s.Before) }

// Arrays are none.
func (Shortcut) Arrays() []Array { return nil }

// Build adds the shortcut where there is one.
func (s Shortcut) Build(site *Site, in *gorgonia.Node) (*gorgonia.Node, error) {
	if s.Over < 1 {
		return nil, fmt.Errorf("a shortcut around %d layers: it must be at least one", s.Over)
	}
	if site.Layer < s.Over {
		return in, nil
	}
	from := site.Handed(site.Layer - s.Over)
	if !from.Shape().Eq(in.Shape()) {
		return in, nil
	}
	return gorgonia.Add(in, from)
}
