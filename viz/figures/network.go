package figures

import (
	"cmp"
	"strings"

	"actscope/viz"
)

// Network says which network a series belongs to.
type Network struct {
	// Name is the activation's name, such as "sigmoid" or "leaky-relu", or its formula: it decides
	// the colour.
	Name string
	// Label is what the reader sees, such as "Sigmoid"; "" means Name.
	Label string
}

// DisplayName is the label, or in its absence the name.
func (n Network) DisplayName() string { return cmp.Or(n.Label, n.Name, "unnamed") }

func (n Network) network() Network { return n }

// networks are those that values belong to.
func networks[V interface{ network() Network }](values []V) []Network {
	nets := make([]Network, len(values))
	for i, v := range values {
		nets[i] = v.network()
	}
	return nets
}

// title heads a panel with the network in its colour, and with the rest in the same.
func (n Network) title(c viz.Color, rest ...string) []viz.Span {
	title := []viz.Span{{Text: n.DisplayName(), Color: c, Bold: true}}
	for _, r := range rest {
		title = append(title, viz.Span{Text: r, Color: c})
	}
	return title
}

func displayNames(nets []Network) []string {
	var names []string
	for _, n := range nets {
		names = append(names, n.DisplayName())
	}
	return names
}

// lineKeys is the legend of lines.
func lineKeys(t viz.Theme, nets []Network, width float64) []viz.Key {
	var keys []viz.Key
	for i, style := range NetworkStyles(t, nets) {
		keys = append(keys, viz.Key{Text: nets[i].DisplayName(), Line: style.line(width)})
	}
	return keys
}

// markedKeys is the legend of lines with marks.
func markedKeys(t viz.Theme, nets []Network, width float64) []viz.Key {
	keys := lineKeys(t, nets, width)
	for i, style := range NetworkStyles(t, nets) {
		keys[i].Marker = traceMarker(t, style, 4)
	}
	return keys
}

// NetworkStyle is how a network is told from the others: by colour, by shape, and where there are many by dashes.
type NetworkStyle struct {
	Color viz.Color
	Shape viz.Shape
	// Dash is nil where colours suffice; a solid line among dashed ones has an empty one.
	Dash []float64
}

// line is a network's line.
func (s NetworkStyle) line(width float64) viz.Stroke {
	return viz.Stroke{Color: s.Color, Width: width, Dash: s.Dash}
}

// dashes are told apart without colours. They are for more networks than maxSolid.
var dashes = [][]float64{{}, {9, 4}, {2, 3}, {9, 3, 2, 3}, {4.5, 2.5}, {16, 5}, {9, 3, 2, 3, 2, 3}, {16, 3, 4, 3}}

// maxSolid is up to how many networks have solid lines.
const maxSolid = 3

// NetworkStyles gives each network its style. Known activations have a colour of their own in
// every figure; all others, and a second network of one activation, take what is
// left of the theme's cycle in their order.
func NetworkStyles(t viz.Theme, nets []Network) []NetworkStyle {
	shapes := []viz.Shape{viz.Disc, viz.Square, viz.TriangleUp, viz.Diamond, viz.TriangleDown, viz.Cross, viz.Plus, viz.Star}
	styles := make([]NetworkStyle, len(nets))
	used := map[viz.Color]bool{}
	for i, n := range nets {
		styles[i].Shape = shapes[i%len(shapes)]
		if len(nets) > maxSolid {
			styles[i].Dash = dashes[i%len(dashes)]
		}
		if c, known := t.Networks[plainName(n.Name)]; known && !used[c] {
			styles[i].Color, used[c] = c, true
		}
	}
	for i := range styles {
		if styles[i].Color.A == 0 {
			styles[i].Color = nextColor(t, used)
			used[styles[i].Color] = true
		}
	}
	return styles
}

// nextColor is the first of the cycle that is not used; when all are, they are used again.
func nextColor(t viz.Theme, used map[viz.Color]bool) viz.Color {
	if len(t.Cycle) == 0 {
		return t.Text
	}
	for _, c := range t.Cycle {
		if !used[c] {
			return c
		}
	}
	return t.Cycle[len(used)%len(t.Cycle)]
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
