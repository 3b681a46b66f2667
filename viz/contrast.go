package viz

import "math"

// leastContrast is what WCAG 2.2 asks of text (criterion 1.4.3).
const leastContrast = 4.5

// Contrast is that of WCAG 2.2 between two opaque colours: 1 to 21.
func Contrast(a, b Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// luminance is the relative luminance of WCAG 2.2, 0 to 1.
func luminance(c Color) float64 {
	channel := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(c.R) + 0.7152*channel(c.G) + 0.0722*channel(c.B)
}

// Readable is c, mixed with the theme's text colour as far as it takes to be read on the paper and on a panel.
func (t Theme) Readable(c Color) Color {
	for share := 0.0; share < 1; share += 0.05 {
		if ink := Mix(c, t.Text, share); Contrast(ink, t.Paper) >= leastContrast && Contrast(ink, t.Panel) >= leastContrast {
			return ink
		}
	}
	return t.Text
}

// InkOn is what is read best on a ground: the theme's text colour, or that of its paper, or where neither is read there black
// or white.
func (t Theme) InkOn(ground Color) Color {
	best := t.Text
	for _, ink := range []Color{t.Paper, RGB(0x000000), RGB(0xffffff)} {
		if c := Contrast(best, ground); c < leastContrast && Contrast(ink, ground) > c {
			best = ink
		}
	}
	return best
}
