package viz

import (
	"cmp"
	"image"
	"image/color"
	"math"
	"slices"
)

// mostColors is how many colours a palette holds.
const mostColors = 256

// indexed is an opaque picture with a palette, which as a PNG is less than half the size: with its own colours
// where these are few enough, else with those that its colours fall into by [medianCut].
func indexed(src *image.RGBA) *image.Paletted {
	groups := medianCut(shadesOf(src))
	index := map[uint32]uint8{}
	palette := make(color.Palette, len(groups))
	for i, g := range groups {
		palette[i] = typical(g)
		for _, s := range g {
			index[s.color] = uint8(i)
		}
	}
	out := image.NewPaletted(src.Bounds(), palette)
	last := uint32(math.MaxUint32) // no colour
	var at uint8
	for i := range out.Pix {
		if c := packed(src.Pix[4*i:]); c != last {
			last, at = c, index[c]
		}
		out.Pix[i] = at
	}
	return out
}

// shade is a colour, 0xRRGGBB, and how many pixels have it.
type shade struct {
	color  uint32
	pixels int
}

func (s shade) channel(c int) float64 { return float64(s.color >> (16 - 8*c) & 255) }

func packed(p []uint8) uint32 { return uint32(p[0])<<16 | uint32(p[1])<<8 | uint32(p[2]) }

// shadesOf counts the colours of a picture, in their order.
func shadesOf(src *image.RGBA) []shade {
	counts := map[uint32]int{}
	for i := 0; i < len(src.Pix); {
		c, start := packed(src.Pix[i:]), i
		for i += 4; i < len(src.Pix) && packed(src.Pix[i:]) == c; i += 4 {
		}
		counts[c] += (i - start) / 4
	}
	shades := make([]shade, 0, len(counts))
	for c, n := range counts {
		shades = append(shades, shade{c, n})
	}
	slices.SortFunc(shades, func(a, b shade) int { return cmp.Compare(a.color, b.color) })
	return shades
}

// shades is a group of colours and what one colour for all of them costs: the sum of squared errors, and the mean and
// the number of the channel that has most of it.
type shades struct {
	all     []shade
	cost    float64
	channel int
	mean    float64
}

// medianCut divides colours into at most mostColors groups: it halves the group of the largest cost at the mean of
// its worst channel, until every colour is alone. Colours count by the square root of their pixels, so that thin lines keep
// theirs beside large areas.
func medianCut(all []shade) [][]shade {
	groups := []shades{measured(all)}
	for len(groups) < mostColors {
		worst := 0
		for i, g := range groups {
			if g.cost > groups[worst].cost {
				worst = i
			}
		}
		g := groups[worst]
		if g.cost == 0 {
			break
		}
		slices.SortStableFunc(g.all, func(a, b shade) int { return cmp.Compare(a.channel(g.channel), b.channel(g.channel)) })
		upper := slices.IndexFunc(g.all, func(s shade) bool { return s.channel(g.channel) > g.mean })
		if upper < 1 {
			upper = len(g.all) / 2 // the mean was rounded onto the last of them
		}
		groups[worst] = measured(g.all[:upper])
		groups = append(groups, measured(g.all[upper:]))
	}
	out := make([][]shade, len(groups))
	for i, g := range groups {
		out[i] = g.all
	}
	return out
}

func measured(all []shade) shades {
	g := shades{all: all}
	most := -1.0
	for c := range 3 {
		n, sum, cost := 0.0, 0.0, 0.0
		for _, s := range all {
			w := math.Sqrt(float64(s.pixels))
			n, sum = n+w, sum+w*s.channel(c)
		}
		for _, s := range all {
			d := s.channel(c) - sum/n
			cost += math.Sqrt(float64(s.pixels)) * d * d
		}
		if cost > most {
			most, g.channel, g.mean = cost, c, sum/n
		}
		g.cost += cost
	}
	if len(all) == 1 {
		g.cost = 0
	}
	return g
}

// typical is the colour of most pixels of a group, such as that of the paper, else the mean of all.
func typical(group []shade) color.Color {
	pixels, sum := 0, [3]float64{}
	largest := group[0]
	for _, s := range group {
		pixels += s.pixels
		for c := range sum {
			sum[c] += float64(s.pixels) * s.channel(c)
		}
		if s.pixels > largest.pixels {
			largest = s
		}
	}
	if 2*largest.pixels > pixels {
		return RGB(largest.color)
	}
	mean := func(c int) uint8 { return uint8(sum[c]/float64(pixels) + 0.5) }
	return Color{R: mean(0), G: mean(1), B: mean(2), A: 255}
}
