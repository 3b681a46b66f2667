package viz

import (
	"fmt"
	"strings"
)

// Options are what all the study's figures have in common. The zero value is the
// default theme at the default width.
type Options struct {
	Theme Theme
	Width float64 // px; 0 means 800
}

// Drawing is what all the study's figures are: plain values that make a figure.
type Drawing interface {
	Figure(Options) (*Figure, error)
}

func (o Options) figure(name, title string) *Figure {
	theme := o.Theme
	if theme.Regular == nil {
		theme = DefaultTheme()
	}
	return &Figure{Name: name, Title: title, Theme: theme, Width: o.Width}
}

func datasetName(name string) string {
	if name == "" {
		return "make_moons"
	}
	return name
}

// count is "1 point", "2 points", "12,345 points".
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return grouped(n) + " " + noun
}

func grouped(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// list is "a", "a and b", "a, b and c".
func list(items []string) string {
	if n := len(items); n > 1 {
		return strings.Join(items[:n-1], ", ") + " and " + items[n-1]
	}
	return strings.Join(items, "")
}
