package foreign

import "actscope/graph"

// shortcut is the layer whose output a part adds in a layer, both from 1; 0 is the input. there
// is false where it adds nothing.
func (c *chain) shortcut(p part, number int) (from int, there bool) {
	switch kind := p.Part.(type) {
	case graph.Residual:
		from, there = number-kind.Over, number%kind.Over == 0
	case graph.ScaledShortcut:
		from, there = number-kind.Over, number >= kind.Over
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
