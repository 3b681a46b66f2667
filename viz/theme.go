package viz

import (
	"errors"
	"fmt"
	"image/color"
	"strings"

	"github.com/wcharczuk/go-chart/v2/drawing"
)

// Theme is the look of a figure: a plain value, to be taken from one of the
// constructors and changed at will.
type Theme struct {
	Name string

	Paper, Panel, Grid, Spine, Text, Muted Color
	// Rim separates marks and lines from what lies below them.
	Rim Color
	// Class holds the colours of the points of class 0, 1, .., ClassEdge those of their outlines; see
	// [Theme.ClassMarker] for more classes.
	Class, ClassEdge []Color
	// Shade is the colour of probability 0, ½ and 1 of two classes.
	Shade [3]Color
	// Tint is how much of a class's colour is in the shading of its region, 0 to 1, where there are
	// more.
	Tint float64
	// Value is the colour of the lowest, a middle and the highest number that points or a surface have.
	Value [3]Color
	// Wrong rings the points that a network got wrong.
	Wrong Color
	// Networks holds the colour of each activation by its name in lower case
	// letters and digits; Cycle is for all others.
	Networks map[string]Color
	Cycle    []Color

	Regular, Bold *Face
	// Sizes in px: title, line below it, panel title, axis label, tick and note.
	TitleSize, SubtitleSize, PanelSize, LabelSize, TickSize, NoteSize float64
}

// DefaultTheme is light, with a palette that keeps the classes and the first
// networks apart for colour-blind readers too. The colours of class 2 and on were chosen one after the
// other: each is the one farthest in OKLab from all before it, to the eye for which it is nearest to one of them.
func DefaultTheme() Theme {
	return Theme{
		Name:  "default",
		Paper: RGB(0xffffff), Panel: RGB(0xf7f7f7), Grid: RGB(0xe1e1e1), Spine: RGB(0x8a8a8a), Text: RGB(0x1a1a1a), Muted: RGB(0x555555),
		Rim: RGB(0xffffff),
		Class: []Color{
			RGB(0xf0973f), RGB(0x0b7a75), RGB(0x00d8f8), RGB(0x482080), RGB(0x800800), RGB(0xa870d8), RGB(0xe8e098), RGB(0xb84800), RGB(0x60b0a8), RGB(0x7040a0),
		},
		ClassEdge: []Color{
			RGB(0x8a4300), RGB(0x004d49), RGB(0x006c7c), RGB(0x241040), RGB(0x400400), RGB(0x54386c), RGB(0x74704c), RGB(0x5c2400), RGB(0x305854), RGB(0x382050),
		},
		Tint:  0.45,
		Value: [3]Color{RGB(0xfbf3b4), RGB(0x3fa3a0), RGB(0x1b2a75)},
		Shade: [3]Color{RGB(0xfbd2a3), RGB(0xffffff), RGB(0xa0d6d0)},
		Wrong: RGB(0x1a1a1a),
		Networks: map[string]Color{
			"sigmoid": RGB(0xc2403c), "relu": RGB(0x2360b4), "tanh": RGB(0x8a4fa3), "leakyrelu": RGB(0x2e7d3a),
			"gelu": RGB(0xa86200), "silu": RGB(0x1b7496), "softplus": RGB(0xb0457f), "elu": RGB(0x6b5b4b),
			"selu": RGB(0x567616), "gelutanh": RGB(0x5560c8), "hardsigmoid": RGB(0x8d5a2b), "identity": RGB(0x4a4a4a),
		},
		Cycle: []Color{
			RGB(0x5560c8), RGB(0x567616), RGB(0x8d5a2b), RGB(0x4a4a4a), RGB(0xb0457f), RGB(0x1b7496), RGB(0xa86200), RGB(0x6b5b4b),
		},
		Regular: robotoRegular(), Bold: robotoBold(),
		TitleSize: 20, SubtitleSize: 13.5, PanelSize: 14.5, LabelSize: 13.5, TickSize: 13, NoteSize: 13,
	}
}

// ArticleTheme has the article's own palette and monospaced type.
func ArticleTheme() Theme {
	t := DefaultTheme()
	t.Name = "article"
	t.Grid, t.Muted = RGB(0xe0e0e0), RGB(0x666666)
	t.Class = []Color{
		RGB(0xf4a261), RGB(0x2a9d8f), RGB(0x382880), RGB(0x902000), RGB(0x48e0f8), RGB(0x7850b0), RGB(0xc07000), RGB(0xb888e8), RGB(0xd0e8a8), RGB(0x602040),
	}
	t.ClassEdge = []Color{
		RGB(0x9a5414), RGB(0x0f5f56), RGB(0x1c1440), RGB(0x481000), RGB(0x24707c), RGB(0x3c2858), RGB(0x603800), RGB(0x5c4474), RGB(0x687454), RGB(0x301020),
	}
	t.Shade = [3]Color{RGB(0xfde8c8), RGB(0xffffff), RGB(0xc8ece9)}
	t.Networks["sigmoid"], t.Networks["relu"] = RGB(0xe05c5c), RGB(0x3a7bd5)
	t.Regular, t.Bold = mono(), monoBold()
	t.TitleSize, t.PanelSize = 18, 14
	return t
}

// DarkTheme is for dark pages.
func DarkTheme() Theme {
	t := DefaultTheme()
	t.Name = "dark"
	t.Paper, t.Panel, t.Grid, t.Spine = RGB(0x14171a), RGB(0x1d2125), RGB(0x353b41), RGB(0x8b949c)
	t.Text, t.Muted, t.Rim = RGB(0xeceff1), RGB(0xb4bcc3), RGB(0x14171a)
	t.Class = []Color{
		RGB(0xf5a04e), RGB(0x3fb8ae), RGB(0x5840a0), RGB(0xb84028), RGB(0xa8f8f8), RGB(0x8070c8), RGB(0xf8d898), RGB(0xe06850), RGB(0xc8a8f8), RGB(0x803860),
	}
	t.ClassEdge = []Color{
		RGB(0x2b1600), RGB(0x00211f), RGB(0xcdc6e3), RGB(0xeac6bf), RGB(0x192525), RGB(0xd9d4ef), RGB(0x252017), RGB(0xf6d2cb), RGB(0x1e1925), RGB(0xd9c3cf),
	}
	t.Tint = 0.36
	t.Value = [3]Color{RGB(0x34408f), RGB(0x2f9a98), RGB(0xf8efa6)}
	t.Shade = [3]Color{RGB(0x6b451c), RGB(0x1d2125), RGB(0x17524e)}
	t.Wrong = RGB(0xffffff)
	t.Networks = map[string]Color{
		"sigmoid": RGB(0xf07a70), "relu": RGB(0x6fa8f5), "tanh": RGB(0xc39ae0), "leakyrelu": RGB(0x7fc98a),
		"gelu": RGB(0xe8b04a), "silu": RGB(0x62c3e0), "softplus": RGB(0xe88bbb), "elu": RGB(0xb8a590),
		"selu": RGB(0xa9c95f), "gelutanh": RGB(0x9aa3f5), "hardsigmoid": RGB(0xd0a070), "identity": RGB(0xc8c8c8),
	}
	t.Cycle = []Color{
		RGB(0x9aa3f5), RGB(0xa9c95f), RGB(0xd0a070), RGB(0xc8c8c8), RGB(0xe88bbb), RGB(0x62c3e0), RGB(0xe8b04a), RGB(0xb8a590),
	}
	return t
}

// ThemeNames lists what [ThemeNamed] knows.
func ThemeNames() []string { return []string{"article", "default", "dark"} }

// ThemeNamed gives the theme of that name; "" is the default one.
func ThemeNamed(name string) (Theme, error) {
	switch name {
	case "", "default":
		return DefaultTheme(), nil
	case "article":
		return ArticleTheme(), nil
	case "dark":
		return DarkTheme(), nil
	}
	return Theme{}, fmt.Errorf("no theme %q: choose one of %s", name, strings.Join(ThemeNames(), ", "))
}

// orDefault makes the zero value the default theme.
func (t Theme) orDefault() Theme {
	if t.Name == "" && t.Regular == nil && t.Bold == nil {
		return DefaultTheme()
	}
	return t
}

// classShapes are those of class 0, 1, ..
var classShapes = []Shape{Disc, Diamond, Square, TriangleUp, TriangleDown, Plus, Cross, Star}

// ClassMarker is the sign of a class: its shape tells as much as its colour. Where there are more classes
// than colours these are used again, with other shapes each time.
func (t Theme) ClassMarker(class int, radius float64) Marker {
	const turn = 3 // from shape to shape of one colour: coprime to their number, and with that of the colours
	color := class % len(t.Class)
	shape := classShapes[(color+turn*(class/len(t.Class)))%len(classShapes)]
	return Marker{Shape: shape, Radius: radius, Fill: t.Class[color], Edge: t.ClassEdge[color], EdgeWidth: 0.9}
}

// ClassRamp shades the region of a class where there are more than two, from where nothing is sure to where
// all is.
func (t Theme) ClassRamp(class int) Ramp {
	pale, full := t.Shade[1], Mix(t.Shade[1], t.Class[class%len(t.Class)], t.Tint)
	return func(sure float64) Color { return Mix(pale, full, 0.35+0.65*sure) }
}

// Values is the ramp of the numbers that points or a surface have: lightness alone tells them apart, and hues help.
func (t Theme) Values() Ramp { return Diverging(t.Value[0], t.Value[1], t.Value[2]) }

// Sequence is the ramp of a quantity from little to much.
func (t Theme) Sequence() Ramp {
	strong := t.Networks["relu"]
	return Diverging(Mix(t.Panel, strong, 0.05), Mix(t.Panel, strong, 0.45), strong)
}

// Signed is the ramp of numbers about zero: negative ones go to blue, positive ones to red, the darker (on dark paper the
// brighter) the larger.
func (t Theme) Signed() Ramp {
	return Diverging(t.Networks["relu"], t.Shade[1], t.Networks["sigmoid"])
}

// Probability is the ramp from class 0 to class 1.
func (t Theme) Probability() Ramp { return Diverging(t.Shade[0], t.Shade[1], t.Shade[2]) }

func (t Theme) check() error {
	if t.Regular == nil || t.Bold == nil {
		return errors.New("viz: the theme lacks a font")
	}
	if len(t.Class) == 0 || len(t.ClassEdge) != len(t.Class) {
		return fmt.Errorf("viz: the theme has %d colours of classes and %d of their outlines", len(t.Class), len(t.ClassEdge))
	}
	for _, size := range []float64{t.TitleSize, t.SubtitleSize, t.PanelSize, t.LabelSize, t.TickSize, t.NoteSize} {
		if !(size >= 4 && size <= 100) {
			return fmt.Errorf("viz: a font of %v px in the theme: choose 4 to 100", size)
		}
	}
	return nil
}

// Color is a colour with straight (not premultiplied) alpha. The zero value is
// fully transparent and stands for "none".
type Color = color.NRGBA

// RGB gives the opaque colour 0xRRGGBB.
func RGB(hex uint32) Color {
	return Color{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 255}
}

// Mix goes from a (t = 0) to b (t = 1), channel by channel; t outside 0..1 is
// taken as the nearer end.
func Mix(a, b Color, t float64) Color {
	if !(t > 0) {
		return a
	}
	t = min(t, 1)
	f := func(x, y uint8) uint8 { return uint8(float64(x) + (float64(y)-float64(x))*t + 0.5) }
	return Color{R: f(a.R, b.R), G: f(a.G, b.G), B: f(a.B, b.B), A: f(a.A, b.A)}
}

// Fade multiplies the opacity of c by alpha, 0 to 1.
func Fade(c Color, alpha float64) Color {
	c.A = uint8(float64(c.A)*min(max(alpha, 0), 1) + 0.5)
	return c
}

// A Ramp maps 0..1 to a colour.
type Ramp func(t float64) Color

// Diverging goes from low over middle (t = 0.5) to high.
func Diverging(low, middle, high Color) Ramp {
	return func(t float64) Color {
		if t < 0.5 {
			return Mix(low, middle, 2*t)
		}
		return Mix(middle, high, 2*t-1)
	}
}

func chartColor(c Color) drawing.Color { return drawing.Color{R: c.R, G: c.G, B: c.B, A: c.A} }

// cssColor is c in CSS, in its shortest form.
func cssColor(c Color) string {
	switch c.A {
	case 0:
		return "none"
	case 255:
		return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B)
	}
	return fmt.Sprintf("rgba(%d,%d,%d,%.3g)", c.R, c.G, c.B, float64(c.A)/255)
}
