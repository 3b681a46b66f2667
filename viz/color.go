package viz

import (
	"fmt"
	"image/color"

	"github.com/wcharczuk/go-chart/v2/drawing"
)

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

// Fade gives c the opacity alpha (0..1).
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

// cssColor is c in CSS, as short as it gets.
func cssColor(c Color) string {
	switch c.A {
	case 0:
		return "none"
	case 255:
		return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B)
	}
	return fmt.Sprintf("rgba(%d,%d,%d,%.3g)", c.R, c.G, c.B, float64(c.A)/255)
}
