package viz

import "strings"

// Network says which network a series belongs to.
type Network struct {
	// Name is the activation's name, such as "sigmoid" or "leaky_relu": it decides the colour.
	Name string
	// Label is what the reader sees, such as "Sigmoid"; "" means Name.
	Label string
}

func (n Network) label() string {
	if n.Label != "" {
		return n.Label
	}
	if n.Name != "" {
		return n.Name
	}
	return "unnamed"
}

// NetworkStyle is how a network is told from the others: by colour and by shape.
type NetworkStyle struct {
	Color Color
	Shape Shape
}

// NetworkStyles gives each network its style. Known activations have a colour of
// their own; all others, and a second network of one activation, take
// the theme's cycle in their order.
func (t Theme) NetworkStyles(nets []Network) []NetworkStyle {
	shapes := []Shape{Disc, Square, TriangleUp, Diamond, TriangleDown, Cross, Plus, Star}
	used := map[Color]bool{}
	styles := make([]NetworkStyle, len(nets))
	next := 0
	for i, n := range nets {
		c, known := t.Networks[plainName(n.Name)]
		if !known || used[c] {
			c = t.Text
			if len(t.Cycle) > 0 {
				c = t.Cycle[next%len(t.Cycle)]
				next++
			}
		}
		used[c] = true
		styles[i] = NetworkStyle{Color: c, Shape: shapes[i%len(shapes)]}
	}
	return styles
}

// plainName keeps lower case letters and digits: leaky_relu and LeakyReLU are one activation.
func plainName(name string) string {
	return strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			return c
		}
		return -1
	}, strings.ToLower(name))
}
