package viztest

import (
	"image/color"
	"math"
)

// oklab is a colour in Ottosson's space (2020), in which distances are about what an eye sees: black
// and white are 1 apart, and 0.02 is just noticed.
type oklab [3]float64

func linear(c uint8) float64 {
	v := float64(c) / 255
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

func linearRGB(c color.NRGBA) [3]float64 { return [3]float64{linear(c.R), linear(c.G), linear(c.B)} }

func times(m [3][3]float64, v [3]float64) (out [3]float64) {
	for i := range m {
		for j := range v {
			out[i] += m[i][j] * v[j]
		}
	}
	return out
}

func toOKLab(rgb [3]float64) oklab {
	lms := times([3][3]float64{
		{0.4122214708, 0.5363325363, 0.0514459929}, {0.2119034982, 0.6806995451, 0.1073969566}, {0.0883024619, 0.2817188376, 0.6299787005},
	}, rgb)
	for i := range lms {
		lms[i] = math.Cbrt(lms[i])
	}
	return times([3][3]float64{
		{0.2104542553, 0.7936177850, -0.0040720468}, {1.9779984951, -2.4285922050, 0.4505937099}, {0.0259040371, 0.7827717662, -0.8086757660},
	}, lms)
}

func (a oklab) distance(b oklab) float64 {
	return math.Sqrt((a[0]-b[0])*(a[0]-b[0]) + (a[1]-b[1])*(a[1]-b[1]) + (a[2]-b[2])*(a[2]-b[2]))
}

// colourBlind are what readers with two kinds of cones see, in linear RGB: without the long or the middle ones
// by Viénot, Brettel and Mollon (1999), which does not hold without the short ones; these by Machado,
// Oliveira and Fernandes (2009).
var colourBlind = map[string][3][3]float64{
	"protanopia":   {{0.11238, 0.88762, 0}, {0.11238, 0.88762, 0}, {0.00401, -0.00401, 1}},
	"deuteranopia": {{0.29275, 0.70725, 0}, {0.29275, 0.70725, 0}, {-0.02234, 0.02234, 1}},
	"tritanopia":   {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
}

// ColourBlindDistances are how far apart two colours are in OKLab, by the kind of colour blindness.
func ColourBlindDistances(a, b color.NRGBA) map[string]float64 {
	distances := map[string]float64{}
	for kind, sight := range colourBlind {
		seen := func(c color.NRGBA) oklab {
			rgb := times(sight, linearRGB(c))
			for i, v := range rgb {
				rgb[i] = min(max(v, 0), 1) // what a screen can show
			}
			return toOKLab(rgb)
		}
		distances[kind] = seen(a).distance(seen(b))
	}
	return distances
}

// Distance is how far apart two colours are in OKLab.
func Distance(a, b color.NRGBA) float64 {
	return toOKLab(linearRGB(a)).distance(toOKLab(linearRGB(b)))
}

// Contrast is that of WCAG 2: 1 to 21.
func Contrast(a, b color.NRGBA) float64 {
	luminance := func(c color.NRGBA) float64 {
		l := linearRGB(c)
		return 0.2126*l[0] + 0.7152*l[1] + 0.0722*l[2]
	}
	x, y := luminance(a)+0.05, luminance(b)+0.05
	return max(x/y, y/x)
}
