package viz

import "strings"

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
