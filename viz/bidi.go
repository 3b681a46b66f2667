package viz

import (
	"slices"
	"strings"
)

// visual puts a line into the order in which it is written from left to right, for Hebrew and Arabic
// among other text: the resolved levels and the reversal (rule L2) of Unicode's
// bidirectional algorithm, without its explicit marks. Arabic letters take their joined forms.
func visual(line string) string {
	if !strings.ContainsFunc(line, rightToLeft) {
		return line
	}
	cs := joinArabic([]rune(line))
	levels := bidiLevels(cs)
	for level := slices.Max(levels); level > 0; level-- {
		for i := 0; i < len(cs); i++ {
			j := i
			for j < len(cs) && levels[j] >= level {
				j++
			}
			if j > i {
				slices.Reverse(cs[i:j])
				slices.Reverse(levels[i:j])
				i = j
			}
		}
	}
	for i, c := range cs {
		if levels[i]%2 == 1 {
			cs[i] = mirrored(c)
		}
	}
	return string(cs)
}

func rightToLeft(c rune) bool {
	return c >= 0x590 && c <= 0x8FF && !digit(c) || c >= 0xFB1D && c <= 0xFDFF || c >= 0xFE70 && c <= 0xFEFC
}

func digit(c rune) bool { return c >= '0' && c <= '9' || c >= 0x660 && c <= 0x669 }

// neutral characters take the direction of what surrounds them.
func neutral(c rune) bool {
	return c < 0x41 || c > 'Z' && c < 'a' || c > 'z' && c < 0xAA || c >= 0x2000 && c <= 0x2BFF || c > 0x1F000
}

// bidiLevels is 1 for text from right to left; 0, or 2 inside of such text, for the rest.
func bidiLevels(cs []rune) []int {
	base := 0
	for _, c := range cs {
		if rightToLeft(c) {
			base = 1
		}
		if rightToLeft(c) || !neutral(c) && !digit(c) {
			break
		}
	}
	levels := make([]int, len(cs))
	last := base
	for i, c := range cs {
		switch {
		case rightToLeft(c):
			last, levels[i] = 1, 1
		case digit(c):
			levels[i] = 2 * last // a number among such text reads from left to right
		case neutral(c):
			levels[i] = -1
		default:
			last, levels[i] = 0, 2*base
		}
	}
	direction := func(level int) int { // numbers count as right to left for what stands beside them
		if level == 2*base && base == 0 {
			return 0
		}
		return 1
	}
	for i := 0; i < len(cs); i++ {
		if levels[i] >= 0 {
			continue
		}
		j := i
		for j < len(cs) && levels[j] < 0 {
			j++
		}
		fill := base
		if i > 0 && j < len(cs) && direction(levels[i-1]) == direction(levels[j]) {
			fill = direction(levels[j])
		}
		for ; i < j; i++ {
			levels[i] = fill
		}
	}
	return levels
}

func mirrored(c rune) rune {
	const pairs = "()[]{}<>«»"
	rs := []rune(pairs)
	if i := slices.Index(rs, c); i >= 0 {
		return rs[i^1]
	}
	return c
}

// arabicForms lists, from U+0621 on, the first presentation form of each letter in
// U+FE80.. and how many it has: 4 join on both sides, 2 only to the letter before, 1 to none.
// The order of the forms is isolated, final, initial, medial.
var arabicForms = [...]struct {
	first rune
	count int
}{
	{0xFE80, 1}, {0xFE81, 2}, {0xFE83, 2}, {0xFE85, 2}, {0xFE87, 2}, {0xFE89, 4}, {0xFE8D, 2}, {0xFE8F, 4}, {0xFE93, 2}, {0xFE95, 4},
	{0xFE99, 4}, {0xFE9D, 4}, {0xFEA1, 4}, {0xFEA5, 4}, {0xFEA9, 2}, {0xFEAB, 2}, {0xFEAD, 2}, {0xFEAF, 2}, {0xFEB1, 4}, {0xFEB5, 4},
	{0xFEB9, 4}, {0xFEBD, 4}, {0xFEC1, 4}, {0xFEC5, 4}, {0xFEC9, 4}, {0xFECD, 4}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0xFED1, 4},
	{0xFED5, 4}, {0xFED9, 4}, {0xFEDD, 4}, {0xFEE1, 4}, {0xFEE5, 4}, {0xFEE9, 4}, {0xFEED, 2}, {0xFEEF, 2}, {0xFEF1, 4},
}

func joinArabic(cs []rune) []rune {
	forms := func(i int) (rune, int) {
		if i < 0 || i >= len(cs) || cs[i] < 0x621 || int(cs[i]-0x621) >= len(arabicForms) {
			return 0, 0
		}
		f := arabicForms[cs[i]-0x621]
		return f.first, f.count
	}
	out := make([]rune, 0, len(cs))
	for i := 0; i < len(cs); i++ {
		first, count := forms(i)
		if count == 0 {
			out = append(out, cs[i])
			continue
		}
		_, before := forms(i - 1)
		_, after := forms(i + 1)
		fromRight := before == 4 && count > 1
		if cs[i] == 0x644 && i+1 < len(cs) { // lam and alef are one sign
			if k := slices.Index([]rune{0x622, 0x623, 0x625, 0x627}, cs[i+1]); k >= 0 {
				form := rune(0xFEF5 + 2*k)
				if fromRight {
					form++
				}
				out = append(out, form)
				i++
				continue
			}
		}
		form := first
		if fromRight {
			form++
		}
		if count == 4 && after > 1 {
			form += 2
		}
		out = append(out, form)
	}
	return out
}
