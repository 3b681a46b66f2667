package figures

import (
	"cmp"
	"fmt"
	"math"
	"strings"

	"actscope/viz"
)

// datasetName is the name of a data set, by default the article's.
func datasetName(name string) string { return cmp.Or(name, "make_moons") }

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

// shortValue has three decimals where they say something.
func shortValue(v float64) string {
	if a := math.Abs(v); v == 0 || a < 0.01 || a >= 1000 {
		return viz.Num(v, 3)
	}
	return viz.Fixed(v, 3)
}

// panelColumns keeps panels readable: at most four in a row, rows as full as can be.
func panelColumns(n int) int {
	rows := (n + 3) / 4
	if n == 4 {
		rows = 2
	}
	return (n + rows - 1) / rows
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
