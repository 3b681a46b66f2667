package comparison

import (
	"actscope/data"
	"actscope/internal/input"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// arrangement brings the columns and classes of points into the order of networks.
type arrangement struct {
	given []Given
	notes []string
}

func (a *arrangement) arrange(set *data.Set, names *data.Names) error {
	for _, g := range a.given {
		if want := g.Columns(); want != set.Columns {
			columns := ""
			if len(names.Inputs) > 0 {
				columns = ", " + strings.Join(names.Inputs[:min(len(names.Inputs), 10)], ", ")
			}
			advice := "choose the target with --label, or leave columns out"
			if set.Columns+1 == want {
				advice = "the last column is taken for the target: add one, or choose it with --label"
			}
			return input.Refuse("dataset", "the points have %d columns%s, and %s reads %d: %s", set.Columns, columns, filepath.Base(g.File), want, advice)
		}
	}
	if err := a.columns(set, names); err != nil {
		return err
	}
	if set.Targets.Task != data.Classification {
		return nil
	}
	namedFirst := slices.SortedStableFunc(slices.Values(a.given), func(g, h Given) int { return min(len(h.Classes), 1) - min(len(g.Classes), 1) })
	for _, g := range namedFirst {
		classes := max(g.Outputs(), 2)
		named := g.Classes
		if len(named) != classes || slices.Equal(named, numbered(classes)) {
			named = nil
		}
		if set.Targets.Classes() == classes && names.Classes == nil && named == nil {
			continue
		}
		if g.Outputs() == 1 && set.Targets.Classes() > 2 {
			return input.Refuse("label", "the points have %v, and %s has one output, which tells two apart", set.Targets, filepath.Base(g.File))
		}
		if err := a.classes(set, names, g, named, classes); err != nil {
			return err
		}
	}
	return a.sameClasses()
}

// sameClasses refuses networks that have the same classes in another order: a point has one number.
func (a *arrangement) sameClasses() error {
	var first *Given
	for i, g := range a.given {
		switch {
		case len(g.Classes) != max(g.Outputs(), 2):
		case first == nil:
			first = &a.given[i]
		case !slices.Equal(g.Classes, first.Classes):
			return input.Refuse("label", "%s has the classes %s, and %s has %s: observe them one at a time",
				filepath.Base(first.File), listed(first.Classes), filepath.Base(g.File), listed(g.Classes))
		}
	}
	return nil
}

// numbered are the names of classes that have none.
func numbered(classes int) []string {
	var names []string
	for class := range classes {
		names = append(names, strconv.Itoa(class))
	}
	return names
}

// columns puts the columns into the order of the networks that name the same ones.
func (a *arrangement) columns(set *data.Set, names *data.Names) error {
	var first *Given
	var order []int
	for i, g := range a.given {
		if len(g.Inputs) != set.Columns || len(names.Inputs) != set.Columns {
			continue
		}
		places := make([]int, set.Columns)
		for j, name := range g.Inputs {
			places[j] = slices.Index(names.Inputs, name)
		}
		switch {
		case slices.Contains(places, -1):
		case first == nil:
			first, order = &a.given[i], places
		case !slices.Equal(places, order):
			return input.Refuse("dataset", "%s reads the columns %s, and %s %s: observe them one at a time",
				filepath.Base(first.File), listed(first.Inputs), filepath.Base(g.File), listed(g.Inputs))
		}
	}
	if first == nil || slices.Equal(first.Inputs, names.Inputs) {
		return nil
	}
	x := make([]float64, 0, len(set.X))
	for row := range set.Rows() {
		for _, j := range order {
			x = append(x, set.X[row*set.Columns+j])
		}
	}
	set.X, names.Inputs = x, slices.Clone(first.Inputs)
	a.notes = append(a.notes, "the columns were put into the network's order by their names")
	return nil
}

// classes gives the points the numbers that their classes have among the network's outputs, which
// named names, nil for numbers from 0.
func (a *arrangement) classes(set *data.Set, names *data.Names, g Given, named []string, classes int) error {
	have := names.Classes
	if have == nil {
		have = numbered(set.Targets.Classes())
	}
	place := make([]int, set.Targets.Classes())
	known := func(find func(name string) int) bool {
		for i, name := range have {
			if place[i] = find(name); place[i] < 0 || place[i] >= classes {
				return false
			}
		}
		return true
	}
	number := func(name string) int {
		switch strings.ToLower(name) {
		case "false":
			return 0
		case "true":
			return 1
		}
		v, err := strconv.ParseFloat(name, 64)
		if err != nil || v != math.Trunc(v) || math.Abs(v) > data.MaxClasses {
			return -1
		}
		return int(v)
	}
	switch {
	case named != nil && known(func(name string) int {
		return slices.IndexFunc(named, func(n string) bool { return n == name || number(n) >= 0 && number(n) == number(name) })
	}):
		names.Classes = slices.Clone(named)
	case !slices.ContainsFunc(named, func(n string) bool { return number(n) >= 0 }) && known(number):
		if names.Classes = slices.Clone(named); named == nil {
			names.Classes = numbered(classes)
			for i, name := range have {
				names.Classes[place[i]] = name
			}
		}
		if len(place) < classes {
			a.notes = append(a.notes, fmt.Sprintf("the points have the classes %s of the network's %s", listed(have), listed(names.Classes)))
		}
	case len(place) == classes:
		if named != nil {
			return input.Refuse("label", "the points have the classes %s, and %s has %s", listed(have), filepath.Base(g.File), namesOf(named))
		}
		a.notes = append(a.notes, fmt.Sprintf("the classes %s are taken for the network's, in this order", listed(have)))
		return nil
	default:
		of := fmt.Sprintf("0 to %d", classes-1)
		if named != nil {
			of = namesOf(named)
		}
		return input.Refuse("label", "the points have the classes %s, and %s has %s", listed(have), filepath.Base(g.File), of)
	}
	for i, y := range set.Y {
		set.Y[i] = float64(place[int(y)])
	}
	set.Targets = data.Targets{}
	if classes > 2 {
		set.Targets.Count = classes
	}
	return nil
}

// namesOf are a file's names of classes, and what to do where points have others.
func namesOf(classes []string) string {
	return listed(classes) + ": write these, or 0, 1 and so on in their order, into the column"
}

// listed writes some names, of many the first.
func listed(names []string) string {
	if len(names) > 12 {
		return strings.Join(names[:12], ", ") + fmt.Sprintf(" and %d more", len(names)-12)
	}
	return strings.Join(names, ", ")
}
