package doctor

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// made is what a formula gives.
type made struct {
	deviation
	values []float64
	given  []string
	note   string // what is said of it where it agrees, in place of what is given
}

// step is what is compared with what.
type step struct {
	Step
	stored []float64
	of     meaning
	// sources are formulas of the textbook: of the author's own arrays, and of what these should be where they are wrong.
	sources []made
	k       float64 // what they are multiplied with
	// others are formulas that are not the textbook's.
	others func() []made
	// forward says what goes wrong there by a name of its own.
	forward string
}

// check compares an array with its formulas, and adds the step.
func (w *walk) check(s step) bool {
	n := s.Step
	n.Given, n.layer, n.Residual = s.sources[0].given, s.of.layer, 1
	want := s.sources[0].values
	_, right, _ := strings.Cut(n.Formula, " = ")
	finish := func(mistake, sentence string, f []float64, k float64) bool {
		n.mistake, n.Sentence = mistake, sentence
		if s.forward != "" && mistake != "" {
			n.mistake = s.forward
		}
		if f != nil {
			n.Residual = residual(s.stored, f, k)
		}
		w.list = append(w.list, n)
		w.wrong[s.of] = w.wrong[s.of] || !n.Agrees
		return n.Agrees
	}
	for _, f := range s.sources {
		if w.matches(s.stored, f.values, s.k) {
			n.Agrees, n.Given = true, f.given
			if f.note == "" {
				f.note = w.givenOwn(n)
			}
			return finish("", n.Name+" is right"+f.note, f.values, s.k)
		}
	}
	if len(s.stored) != len(want) {
		return finish("", fmt.Sprintf("%s is not %s, which has %d numbers", n.Name, right, len(want)), nil, 0)
	}
	entries := w.entries(s.stored)
	if k, ok := w.fit(s.stored, want); ok && !math.IsNaN(k) {
		d, _, ok := w.ratio(k/s.k, max(s.of.layer, 1), entries)
		if k == 0 {
			return finish(d.mistake, fmt.Sprintf("%s is zero, not %s", n.Name, right), want, 0)
		}
		if ok {
			return finish(d.mistake, fmt.Sprintf("%s is %s %s", n.Name, w.times(k/s.k), bracketed(right)), want, k)
		}
	}
	if s.others != nil && entries >= w.least() {
		others := s.others()
		text := func(f made) string { n.cause = f.text; return f.text }
		for _, f := range others {
			if w.matches(s.stored, f.values, s.k) {
				return finish(f.mistake, fmt.Sprintf("%s is not %s: %s", n.Name, right, text(f)), f.values, s.k)
			}
		}
		for _, f := range others {
			k, ok := w.fit(s.stored, f.values)
			if !ok || k == 0 {
				continue
			}
			if _, fitted, ok := w.ratio(k/s.k, max(s.of.layer, 1), entries); ok && entries-fitted > w.least() {
				return finish(f.mistake, fmt.Sprintf("%s is not %s: %s, and it is %s that", n.Name, right, text(f), w.times(k/s.k)), f.values, k)
			}
		}
	}
	off := apart(s.stored, matrix{1, len(want), want}.scaled(s.k).v)
	n.Residual = residual(s.stored, want, s.k)
	if math.IsInf(off, 0) || math.IsNaN(n.Residual) || math.IsInf(n.Residual, 0) {
		n.Residual = 1
		return finish("", fmt.Sprintf("%s is not %s: it is not finite", n.Name, right), nil, 0)
	}
	return finish("", fmt.Sprintf("%s is not %s, and nothing that is looked for explains it (off by up to %.3g, its largest entry being %.3g)", n.Name, right, off, largest(s.stored)), nil, 0)
}

// givenOwn names the intermediates among what a step was computed from.
func (w *walk) givenOwn(n Step) string {
	var names []string
	for _, g := range n.Given {
		for _, list := range w.own {
			if slices.ContainsFunc(list, func(s *stored) bool { return s.name == g }) {
				names = append(names, g)
				break
			}
		}
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return " given your " + names[0]
	}
	return " given your " + strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// times puts a factor into words.
func (w *walk) times(k float64) string {
	rows := float64(w.r.rows())
	switch {
	case w.same(k, 2):
		return "twice"
	case w.same(k, 0.5):
		return "half of"
	case rows > 1 && w.same(k, 1/rows):
		return fmt.Sprintf("1/%g of", rows)
	case rows > 1 && w.same(k, rows):
		return fmt.Sprintf("%g times", rows)
	}
	return fmt.Sprintf("%.6g times", k)
}

// bracketed is a formula that something is multiplied with: a sum in brackets.
func bracketed(formula string) string {
	depth := 0
	for i, r := range formula {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 && (strings.HasPrefix(formula[i:], " + ") || strings.HasPrefix(formula[i:], " - ")) {
			return "(" + formula + ")"
		}
	}
	return formula
}
