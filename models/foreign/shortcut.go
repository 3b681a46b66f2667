package foreign

import "actscope/graph"

// shortcut is the layer whose output a part adds in a layer, both from 1; 0 is the input. there
// is false where it adds nothing.
func (c *chain) shortcut(p part, number int) (from int, there bool) {
	switch kind := p.Part.(type) {
	case graph.Residual:
		from, there = number-kind.Over, number%kind.Over == 0
	case graph.Shortcut:
		from, there = number-kind.Over, number >= kind.Over
	}
	return from, there && c.fanIn(from) == c.layers[number-1].units
}

// addsInput says whether some shortcut begins at the input.
func (c *chain) addsInput() bool {
	for i, l := range c.layers {
		for _, p := range l.parts {
			if from, there := c.shortcut(p, i+1); there && from == 0 {
				return true
			}
		}
	}
	return false
}

// withScalingLayer is the chain with a first layer more, which hands its inputs on: what was added
// of the input is then added of that layer.
func (c *chain) withScalingLayer() *chain {
	w := *c
	w.layers = []layer{{name: "scaling", units: c.inputs, weights: unitMatrix(c.inputs), bias: make([]float64, c.inputs), activation: graph.Identity}}
	for i, l := range c.layers {
		var parts []part
		for _, p := range l.parts {
			switch kind := p.Part.(type) {
			case graph.Residual: // which would count the new layer
				if from, there := c.shortcut(p, i+1); there {
					parts = append(parts, part{Part: graph.Shortcut{Over: i + 1 - from}})
				}
			case graph.Shortcut:
				if _, there := c.shortcut(p, i+1); there {
					parts = append(parts, part{Part: kind})
				}
			default:
				parts = append(parts, p)
			}
		}
		l.parts = parts
		w.layers = append(w.layers, l)
	}
	return &w
}

// unitMatrix has 1 on its diagonal.
func unitMatrix(units int) []float64 {
	m := make([]float64, units*units)
	for i := 0; i < len(m); i += units + 1 {
		m[i] = 1
	}
	return m
}
