package figures

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"actscope/viz"
)

// ClassNames are what the data calls its classes 0, 1, ..: as many as there are names, and at least two.
// The zero value calls two by these numbers, as does an empty name.
type ClassNames []string

const (
	// maxClassName is the length to which a sentence cuts a name, in characters.
	maxClassName = 32
	// maxKeyName is that of legends and axes with more than two classes.
	maxKeyName = 20
	// maxListed is how many classes legends and sentences name: of more, one less and how many there are beside.
	maxListed = 16
)

// Count is how many classes there are.
func (n ClassNames) Count() int { return max(2, len(n)) }

// Phrase names a class within a sentence: "class 0", or by its name.
func (n ClassNames) Phrase(class int) string {
	name := n.of(class)
	if isNumber(name) {
		name = "class " + name
	}
	return cut(name, maxClassName)
}

// title names a class at the beginning of a label.
func (n ClassNames) title(class int) string {
	if name := n.of(class); !isNumber(name) {
		return name
	}
	return "Class " + n.of(class)
}

func (n ClassNames) of(class int) string {
	if class < 0 || class >= len(n) || n[class] == "" {
		return fmt.Sprint(class)
	}
	return n[class]
}

// isNumber reports whether a name says nothing alone.
func isNumber(name string) bool {
	_, err := strconv.ParseFloat(name, 64)
	return err == nil
}

// Short names all classes in few characters, each differently.
func (n ClassNames) Short() []string {
	names := make([]string, n.Count())
	taken := map[string]bool{}
	for class := range names {
		full := n.of(class)
		name := cut(full, maxKeyName)
		if r := []rune(full); taken[name] && len(r) > maxKeyName { // names may differ at their ends
			name = string(r[:maxKeyName/2]) + "…" + string(r[len(r)-maxKeyName/2+1:])
		}
		if taken[name] {
			name = fmt.Sprintf("%s (%d)", cut(full, maxKeyName-5), class)
		}
		taken[name] = true
		names[class] = name
	}
	return names
}

// cut shortens a text to so many characters.
func cut(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}

// listed is how many of the classes are named one by one, and how many more there are.
func (n ClassNames) listed() (named, more int) {
	if k := n.Count(); k > maxListed {
		return maxListed - 1, k - maxListed + 1
	}
	return n.Count(), 0
}

// andMore is "and 37 more".
func andMore(n int) string { return fmt.Sprintf("and %s more", grouped(n)) }

// pointsByClass holds the points of class 0, 1, ..
type pointsByClass struct {
	points [][]viz.Point
	// dropped is how many points have a coordinate that is not finite.
	dropped int
}

// split sorts points, x and y of one after the other, by their labels.
func (n ClassNames) split(points []float64, labels []int) (pointsByClass, error) {
	s := pointsByClass{points: make([][]viz.Point, n.Count())}
	if len(points) != 2*len(labels) {
		return s, fmt.Errorf("%d labels need %d coordinates, two each: there are %d", len(labels), 2*len(labels), len(points))
	}
	for i, l := range labels {
		if l < 0 || l >= len(s.points) {
			return s, fmt.Errorf("label %d of point %d: only 0 to %d are known", l, i+1, len(s.points)-1)
		}
		p := viz.Pt(points[2*i], points[2*i+1])
		if !finite(p.X) || !finite(p.Y) {
			s.dropped++
			continue
		}
		s.points[l] = append(s.points[l], p)
	}
	return s, nil
}

func (s pointsByClass) shown() int {
	shown := 0
	for _, ps := range s.points {
		shown += len(ps)
	}
	return shown
}

// scatters draws all classes.
func (s pointsByClass) scatters(t viz.Theme, radius float64) viz.Scatters {
	var all viz.Scatters
	for class, ps := range s.points {
		all.Sets = append(all.Sets, viz.Scatter{Points: ps, Marker: t.ClassMarker(class, radius)})
	}
	return all
}

// keys explains the classes, with their sizes.
func (s pointsByClass) keys(t viz.Theme, names ClassNames) []viz.Key {
	const radius = 5
	named, more := names.listed()
	var short []string
	if names.Count() > 2 { // two have the room for names of any length
		short = names.Short()
	}
	var keys []viz.Key
	for class := range named {
		name := names.title(class)
		if short != nil && !isNumber(names.of(class)) {
			name = short[class]
		}
		keys = append(keys, viz.Key{Text: fmt.Sprintf("%s (%s)", name, grouped(len(s.points[class]))), Marker: t.ClassMarker(class, radius)})
	}
	if more > 0 {
		keys = append(keys, viz.Key{Text: andMore(more)})
	}
	return keys
}

// describe is "60 of class 0, 40 of class 1".
func (s pointsByClass) describe(names ClassNames) string {
	named, more := names.listed()
	var parts []string
	for class := range named {
		parts = append(parts, fmt.Sprintf("%s of %s", grouped(len(s.points[class])), names.Phrase(class)))
	}
	if more > 0 {
		parts = append(parts, andMore(more)+" classes")
	}
	return strings.Join(parts, ", ")
}

// remarks are footnotes about what a reader could otherwise misread.
func (s pointsByClass) remarks(binned bool) []string {
	var notes []string
	if binned {
		notes = append(notes, "Too many points to draw one by one: each mark stands for the points around it, the larger the more.")
	}
	if s.dropped > 0 {
		notes = append(notes, count(s.dropped, "point")+" with a coordinate that is not finite left out.")
	}
	return notes
}
