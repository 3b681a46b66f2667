package viz

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/bidi"
)

// visualOrder puts a line into the order in which it is written from left to right, by Unicode's
// bidirectional algorithm (UAX #9). Arabic letters take their joined forms.
func visualOrder(line string) string {
	if !strings.ContainsFunc(line, func(c rune) bool { return slices.Contains(rightToLeft, classOf(c)) }) {
		return line
	}
	cs := joinArabic([]rune(line))
	levels := bidiLevels(cs)
	for level := slices.Max(levels); level > 0; level-- { // rule L2
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

// rightToLeft are the classes of characters whose order of writing differs from that of reading.
var rightToLeft = []bidi.Class{bidi.R, bidi.AL, bidi.AN}

func classOf(c rune) bidi.Class {
	p, _ := bidi.LookupRune(c)
	return p.Class()
}

// bidiLevels are the resolved levels of a line without explicit marks: 1 of text from right to left; 2
// of numbers, and in a line from right to left of all that is read from left to right; else 0.
//
// Package bidi says of each character only whether its level is even. In a line from left to right
// that leaves open which even levels are those of numbers: those that stay even where the
// letters from left to right, and the numbers that belong to them (rule W7), are
// replaced by a letter from right to left. Its paragraphs never find a pair of brackets, so rule N0 is not applied.
func bidiLevels(cs []rune) []int {
	numbers := slices.Clone(cs)
	base, last := bidi.ON, bidi.L
	for i, c := range cs {
		class := classOf(c)
		switch class {
		case bidi.L, bidi.R, bidi.AL:
			last = class
			if base == bidi.ON {
				base = class
			}
		}
		if last == bidi.L && (class == bidi.L || class == bidi.EN) {
			numbers[i] = 'א'
		}
	}
	levels := make([]int, len(cs))
	if base == bidi.R || base == bidi.AL {
		for i, even := range evenLevels(cs, bidi.RightToLeft) {
			levels[i] = 1
			if even {
				levels[i] = 2
			}
		}
		return levels
	}
	number := evenLevels(numbers, bidi.RightToLeft)
	for i, even := range evenLevels(cs, bidi.LeftToRight) {
		switch {
		case !even:
			levels[i] = 1
		case number[i]:
			levels[i] = 2
		}
	}
	return levels
}

// evenLevels says which characters of a line have an even level, where the line has the direction.
func evenLevels(cs []rune, direction bidi.Direction) []bool {
	even := make([]bool, len(cs))
	var p bidi.Paragraph
	if _, err := p.SetString(string(cs), bidi.DefaultDirection(direction)); err != nil {
		return even
	}
	order, err := p.Order()
	if err != nil {
		return even
	}
	for i := range order.NumRuns() {
		run := order.Run(i)
		start, end := run.Pos()
		for k := start; k <= end && k < len(even); k++ {
			even[k] = run.Direction() == bidi.LeftToRight
		}
	}
	return even
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
// U+FE80.. and the number of its forms: 4 join on both sides, 2 only to the letter before, 1 on neither side.
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
