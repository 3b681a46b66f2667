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

func init() {
	for _, kind := range []struct {
		name, usage string
		before      bool
	}{{"shortcut-scaled", "a shortcut that scales and shifts each unit on its way", false}, {"shortcut-scaled-before", "the same before the activation", true}} {
		registerPart(PartKind{
			Name: kind.name, Form: kind.name + ":LAYERS", Usage: kind.usage, Examples: []string{kind.name + ":1"},
			parse: func(argument string) (Part, error) {
				over, err := layersOf(kind.name, argument)
				return ScaledShortcut{Shortcut{Over: over, Before: kind.before}}, err
			},
		})
	}
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
	from, err := s.from(site, in)
	if from == nil || err != nil {
		return in, err
	}
	return gorgonia.Add(in, from)
}

// from is what is added, nil for nothing.
func (s Shortcut) from(site *Site, in *gorgonia.Node) (*gorgonia.Node, error) {
	if s.Over < 1 {
		return nil, fmt.Errorf("a shortcut around %d layers: it must be at least one", s.Over)
	}
	if site.Layer < s.Over {
		return nil, nil
	}
	if from := site.Handed(site.Layer - s.Over); from.Shape().Eq(in.Shape()) {
		return from, nil
	}
	return nil, nil
}

// ScaledShortcut is a [Shortcut] that multiplies each unit by a number of its own and adds another, as
// one from columns that a network scales.
type ScaledShortcut struct{ Shortcut }

// Name is such as "shortcut-scaled:2".
func (s ScaledShortcut) Name() string {
	if s.Before {
		return "shortcut-scaled-before:" + strconv.Itoa(s.Over)
	}
	return "shortcut-scaled:" + strconv.Itoa(s.Over)
}

// Arrays are passed, what is multiplied with, and added: constants, which training does not change.
func (ScaledShortcut) Arrays() []Array {
	return []Array{{Name: "passed", Initial: 1, Statistic: true}, {Name: "added", Statistic: true}}
}

// Build adds the scaled shortcut where there is one.
func (s ScaledShortcut) Build(site *Site, in *gorgonia.Node) (*gorgonia.Node, error) {
	from, err := s.from(site, in)
	if from == nil || err != nil {
		return in, err
	}
	var e Expression
	scaled := e.AddRow(e.Mul(from, e.MatMul(site.Filled(site.Rows, 1, 1), site.Statistic("passed"))), site.Statistic("added"))
	out := e.Add(in, scaled)
	return out, e.Err
}
