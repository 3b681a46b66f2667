package viz

import (
	"strings"
	"unicode"
	"unicode/utf8"
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
	for _, c := range visualOrder(line) {
		face := f
		if !f.has(c) {
			if face = fallbackFont(); face.err != nil || !face.has(c) {
				face = nil
			}
		}
		if face == nil && unicode.Is(unicode.Mn, c) {
			continue // a mark on the character before
		}
		if n := len(runs); n > 0 && runs[n-1].face == face {
			runs[n-1].text += string(c)
			continue
		}
		runs = append(runs, textRun{string(c), face})
	}
	return runs
}

// width of a run; a character that only the viewer may have is taken to be as wide as high.
func (r textRun) width(size float64) float64 {
	if r.face == nil {
		return size * float64(utf8.RuneCountInString(r.text))
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

// fit is the length in bytes of the longest start of s within width, at least one character.
func (f *Face) fit(s string, size, width float64) int {
	n := 0
	for i, c := range s {
		end := i + utf8.RuneLen(c)
		if n > 0 && f.Width(s[:end], size) > width {
			break
		}
		n = end
	}
	return n
}

// ellipsis shortens s to width, with … at its end where something was cut.
func (f *Face) ellipsis(s string, size, width float64) string {
	if f.Width(s, size) <= width {
		return s
	}
	s = s[:f.fit(s, size, width-f.Width("…", size))]
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

// Span is text in one colour and weight. The zero Color is the theme's text colour.
type Span struct {
	Text  string
	Color Color
	Bold  bool
}

func (s Span) face(t Theme) *Face {
	if s.Bold {
		return t.Bold
	}
	return t.Regular
}

func (s Span) color(t Theme) Color {
	if s.Color.A == 0 {
		return t.Text
	}
	return s.Color
}

func (s Span) width(t Theme, size float64) float64 {
	return s.face(t).Width(printable(s.Text), size)
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

// fitSpans cuts the spans, taken together, to a width.
func fitSpans(spans []Span, t Theme, size, width float64) []Span {
	var out []Span
	for _, s := range spans {
		s.Text = printable(s.Text)
		w := s.width(t, size)
		if w > width {
			s.Text = s.face(t).ellipsis(s.Text, size, width)
			return append(out, s)
		}
		width -= w
		out = append(out, s)
	}
	return out
}
