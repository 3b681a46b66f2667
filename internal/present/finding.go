package present

import (
	"fmt"
	"math"
	"slices"
	"unicode"

	"actscope/internal/comparison"
	"actscope/viz"
)

// explained is a drawing with what its numbers say, which is its headline on a page, and how to
// read it.
type explained struct {
	viz.Drawing
	finding, reading string
}

// of is a number with what stands behind it in a sentence: which network it is of.
type of struct {
	name  string
	value float64
}

// ofEach has a number of each network that has a finite one.
func ofEach(r *comparison.Result, number func(n *comparison.Trained) float64) []of {
	var all []of
	for i, name := range suffixes(r) {
		if v := number(r.Networks[i]); isFinite(v) {
			all = append(all, of{name, v})
		}
	}
	return all
}

// suffixes say behind a number which network it is of: under an activation, or in a file. An only network needs
// no name.
func suffixes(r *comparison.Result) []string {
	all := make([]string, len(r.Networks))
	for i, n := range r.Networks {
		switch {
		case len(all) == 1:
		case n.Source != nil:
			all[i] = " in " + n.Title
		default:
			all[i] = " under " + n.Title
		}
	}
	return all
}

// ofLast is a number of the last hidden layer of each network that has one.
func ofLast(r *comparison.Result, number func(n *comparison.Trained, hidden int) float64) []of {
	return ofEach(r, func(n *comparison.Trained) float64 {
		if hidden := n.Test.HiddenLayers(); hidden > 0 {
			return number(n, hidden)
		}
		return math.NaN()
	})
}

// mostNamed is how many networks a sentence names.
const mostNamed = 4

// listed are numbers in a sentence: each with its name, of many the least and the largest. Where all look
// alike they are said once.
func listed(all []of, write func(float64) string) string {
	if len(all) == 0 {
		return ""
	}
	parts, alike := make([]string, len(all)), true
	for i, o := range all {
		text := write(o.value)
		parts[i] = text + o.name
		alike = alike && text == write(all[0].value)
	}
	least, most := extremes(all)
	switch {
	case alike && len(all) > 1:
		return fmt.Sprintf("%s in %s", write(all[0].value), each(len(all)))
	case len(all) > mostNamed:
		return fmt.Sprintf("between %s%s and %s%s", write(least.value), least.name, write(most.value), most.name)
	}
	return joined(parts)
}

// each is all of so many networks.
func each(n int) string {
	if n == 2 {
		return "both networks"
	}
	return fmt.Sprintf("all %d networks", n)
}

// extremes are the first of the least and of the largest.
func extremes(all []of) (least, most of) {
	compare := func(a, b of) int {
		switch {
		case a.value < b.value:
			return -1
		case a.value > b.value:
			return 1
		}
		return 0
	}
	return slices.MinFunc(all, compare), slices.MaxFunc(all, compare)
}

// digits writes numbers with so many significant digits.
func digits(n int) func(float64) string { return func(v float64) string { return viz.Num(v, n) } }

// asFar writes a factor of distances.
func asFar(v float64) string { return viz.Num(v, 2) + " times as far" }

// factor writes how many times the larger of two numbers is the smaller.
func factor(v float64) string {
	const least = 1.05
	if v < least {
		return fmt.Sprintf("less than %v", least)
	}
	return viz.Num(v, 2)
}

func rank(v float64) string { return viz.Fixed(v, 3) }

// trainedWith is the network of an activation's name, nil where there is none that was trained here.
func trainedWith(r *comparison.Result, activation string) *comparison.Trained {
	i := slices.IndexFunc(r.Networks, func(n *comparison.Trained) bool { return n.Source == nil && n.Activation == activation })
	if i < 0 {
		return nil
	}
	return r.Networks[i]
}

// capital begins a sentence.
func capital(s string) string {
	if s == "" {
		return s
	}
	first := []rune(s)
	return string(append([]rune{unicode.ToUpper(first[0])}, first[1:]...))
}
