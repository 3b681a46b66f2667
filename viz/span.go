package viz

import (
	"strings"
	"unicode"
)

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

func (s Span) ink(t Theme) Color {
	if s.Color.A == 0 {
		return t.Text
	}
	return s.Color
}

func (s Span) width(t Theme, size float64) float64 {
	return s.face(t).width(printable(s.Text), size)
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

// printable turns line ends and control characters into blanks and drops bytes that are not UTF-8.
func printable(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == unicode.ReplacementChar:
			return -1
		case unicode.IsControl(c):
			return ' '
		}
		return c
	}, s)
}
