package viz

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
)

// textRun is a stretch of text with one face; nil where no embedded font has its characters.
type textRun struct {
	text string
	face *Face
}

// runs turns a line into the order of writing and finds a face for each part:
// f itself, else the embedded font of further scripts, else none. Accents that no font has are left out.
func (f *Face) runs(line string) []textRun {
	var runs []textRun
	var text []byte // of the last run
	for _, c := range visualOrder(line) {
		face := f
		if !f.has(c) {
			if face = fallbackFont(); !face.has(c) {
				face = nil
			}
		}
		if face == nil && unicode.Is(unicode.Mn, c) && (len(runs) == 0 || runs[len(runs)-1].face != nil) {
			continue // a mark on a character of a font that does not have it
		}
		if n := len(runs); n == 0 || runs[n-1].face != face {
			if n > 0 {
				runs[n-1].text = string(text)
			}
			runs, text = append(runs, textRun{face: face}), text[:0]
		}
		text = utf8.AppendRune(text, c)
	}
	if n := len(runs); n > 0 {
		runs[n-1].text = string(text)
	}
	return runs
}

// width of a run; a character that only the viewer or the machine may have takes a cell.
func (r textRun) width(size float64) float64 {
	if r.face == nil {
		cells := 0.0
		for _, c := range r.text {
			cells += cellWidth(c)
		}
		return size * cells
	}
	return r.face.advance(r.text, size)
}

// Width is that of a line of text at a size in px.
func (f *Face) Width(line string, size float64) float64 {
	w := 0.0
	for _, r := range f.runs(line) {
		w += r.width(size)
	}
	return w
}

// wrap breaks s into lines no wider than width, at blanks where there are any;
// what does not fit into the last line ends in an ellipsis.
func (f *Face) wrap(s string, size, width float64, lines int) []string {
	if first := starting(s); first != s {
		s = first + "…"
	}
	var out []string
	line := ""
	flush := func() { out, line = append(out, line), "" }
	for _, word := range words(s) {
		for word != "" {
			try := word
			if line != "" {
				try = line + " " + word
			}
			switch {
			case f.Width(try, size) <= width:
				line, word = try, ""
			case line != "":
				flush()
			default:
				n := f.fit(word, size, width)
				line, word = word[:n], word[n:]
				flush()
			}
			if len(out) > lines {
				return append(out[:lines-1], f.ellipsis(out[lines-1]+" "+out[lines], size, width))
			}
		}
	}
	if line != "" {
		flush()
	}
	if len(out) > lines {
		return append(out[:lines-1], f.ellipsis(out[lines-1]+" "+out[lines], size, width))
	}
	return out
}

// words are those of a text; a per cent sign stays with its number.
func words(s string) []string {
	var ws []string
	for _, w := range strings.Fields(s) {
		if last := len(ws) - 1; last >= 0 && strings.HasPrefix(w, "%") {
			ws[last] += " " + w
		} else {
			ws = append(ws, w)
		}
	}
	return ws
}

// mostLetters is more than what fits into any text of a figure: the rest is not measured.
const mostLetters = 4096

// starting is a text up to mostLetters.
func starting(s string) string {
	letters := 0
	for i := range s {
		if letters == mostLetters {
			return s[:i]
		}
		letters++
	}
	return s
}

// fit is the length in bytes of the longest start of s within width, at least one character.
func (f *Face) fit(s string, size, width float64) int {
	var ends []int
	for i, c := range s {
		ends = append(ends, i+utf8.RuneLen(c))
	}
	if len(ends) == 0 {
		return 0
	}
	longer := sort.Search(len(ends)-1, func(i int) bool { return f.Width(s[:ends[i+1]], size) > width })
	return ends[longer]
}

// ellipsis shortens s to width, with … at its end where something was cut.
func (f *Face) ellipsis(s string, size, width float64) string {
	first := starting(s)
	if first == s && f.Width(s, size) <= width {
		return s
	}
	s = first[:f.fit(first, size, width-f.Width("…", size))]
	return strings.TrimRight(s, " ") + "…"
}

// printable makes one line of text of any string: line ends and control characters become blanks,
// marks without a shape and bytes that are not UTF-8 go.
func printable(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == utf8.RuneError, unicode.Is(unicode.Cf, c), c >= 0xFE00 && c <= 0xFE0F:
			return -1
		case unicode.IsControl(c), unicode.IsSpace(c):
			return ' '
		}
		return c
	}, s)
}

// Span is text in one colour and weight. The zero Color is the theme's text colour; any other is made readable, see
// [Theme.Readable].
type Span struct {
	Text  string
	Color Color
	Bold  bool
	// On is the ground where that is neither the paper nor a panel: a colour that is not read there becomes [Theme.InkOn] it.
	On Color
	// Full is what Text shortens, if it does: an SVG shows it on hover.
	Full string
}

func (s Span) face(t Theme) *Face {
	if s.Bold {
		return t.Bold
	}
	return t.Regular
}

func (s Span) color(t Theme) Color {
	switch {
	case s.On.A > 0 && s.Color.A > 0 && Contrast(s.Color, s.On) >= leastContrast:
		return s.Color
	case s.On.A > 0:
		return t.InkOn(s.On)
	case s.Color.A == 0:
		return t.Text
	}
	return t.Readable(s.Color)
}

func (s Span) width(t Theme, size float64) float64 {
	return s.face(t).Width(printable(s.Text), size)
}

// shortened is s, cut to a width where it is wider.
func (s Span) shortened(t Theme, size, width float64) Span {
	s.Text = printable(s.Text)
	if short := s.face(t).ellipsis(s.Text, size, width); short != s.Text {
		s.Text, s.Full = short, cmp.Or(s.Full, s.Text)
	}
	return s
}

func spansWidth(spans []Span, t Theme, size float64) float64 {
	w := 0.0
	for _, s := range spans {
		w += s.width(t, size)
	}
	return w
}

func plainText(spans []Span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Text)
	}
	return strings.TrimSpace(b.String())
}

// Widths in px: beyond longName the first of several spans, such as a formula, gives way to
// what follows it, down to shortName.
const longName, shortName = 110, 60

// fitSpans cuts the spans, taken together, to a width.
func fitSpans(spans []Span, t Theme, size, width float64) []Span {
	var out []Span
	for i, s := range spans {
		s.Text = printable(s.Text)
		if rest := spansWidth(spans[i+1:], t, size); i == 0 && rest > 0 && s.width(t, size)+rest > width && s.width(t, size) > longName {
			s = s.shortened(t, size, max(shortName, width-rest))
		}
		w := s.width(t, size)
		if w > width {
			return append(out, s.shortened(t, size, width))
		}
		width -= w
		out = append(out, s)
	}
	return out
}

// wrapSpans breaks spans, taken together, into lines no wider than width, at their blanks. It gives one line, cut, where a
// word is wider or the lines do not suffice.
func wrapSpans(spans []Span, t Theme, size, width float64, lines int) [][]Span {
	out := [][]Span{nil}
	used := 0.0
	for _, s := range spans {
		word := s
		for i, text := range wordsWithBlanks(printable(s.Text)) {
			word.Text = text
			line := &out[len(out)-1]
			full, bare := word.width(t, size), s.face(t).Width(strings.TrimRight(text, " "), size)
			switch {
			case used+bare > width && used > 0 && (i > 0 || strings.HasPrefix(text, " ")):
				out, used = append(out, []Span{word}), full
			case len(*line) > 0 && i > 0:
				(*line)[len(*line)-1].Text += text
				used += full
			default:
				*line, used = append(*line, word), used+full
			}
			if used-full+bare > width {
				return [][]Span{fitSpans(spans, t, size, width)}
			}
		}
	}
	if len(out) > lines {
		return [][]Span{fitSpans(spans, t, size, width)}
	}
	return out
}

// wordsWithBlanks are those of a text, each with the blank behind it; a number stays with the word before.
func wordsWithBlanks(s string) []string {
	var ws []string
	for _, w := range strings.SplitAfter(s, " ") {
		if last := len(ws) - 1; last >= 0 && w != "" && w[0] >= '0' && w[0] <= '9' {
			ws[last] += w
		} else {
			ws = append(ws, w)
		}
	}
	return ws
}

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
