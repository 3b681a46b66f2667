package figures

import (
	"fmt"
	"strconv"
	"unicode/utf8"

	"actscope/viz"
)

// ClassNames are what the data calls its classes 0 and 1; the zero value calls them by
// these numbers.
type ClassNames [2]string

// maxClassName is the length to which a sentence cuts a name, in characters.
const maxClassName = 32

// Phrase names a class, 0 or 1, within a sentence: "class 0", or by its name.
func (n ClassNames) Phrase(class int) string {
	name := n.of(class)
	if isNumber(name) {
		name = "class " + name
	}
	if utf8.RuneCountInString(name) > maxClassName {
		name = string([]rune(name)[:maxClassName-1]) + "…"
	}
	return name
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

// pointsByClass holds the points of class 0 and 1.
type pointsByClass struct {
	points [2][]viz.Point
	// dropped is how many points have a coordinate that is not finite.
	dropped int
}

// splitClasses sorts points, x and y of one after the other, by their labels.
func splitClasses(points []float64, labels []int) (pointsByClass, error) {
	var s pointsByClass
	if len(points) != 2*len(labels) {
		return s, fmt.Errorf("%d labels need %d coordinates, two each: there are %d", len(labels), 2*len(labels), len(points))
	}
	for i, l := range labels {
		if l != 0 && l != 1 {
			return s, fmt.Errorf("label %d of point %d: only 0 and 1 are known", l, i+1)
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

func (s pointsByClass) shown() int { return len(s.points[0]) + len(s.points[1]) }

// scatters draws both classes.
func (s pointsByClass) scatters(t viz.Theme, radius float64) viz.Scatters {
	return viz.Scatters{Sets: []viz.Scatter{
		{Points: s.points[0], Marker: classMarker(t, 0, radius)},
		{Points: s.points[1], Marker: classMarker(t, 1, radius)},
	}}
}

// keys explains both classes, with their sizes.
func (s pointsByClass) keys(t viz.Theme, names ClassNames) []viz.Key {
	keys := make([]viz.Key, 2)
	for class := range keys {
		keys[class] = viz.Key{Text: fmt.Sprintf("%s (%s)", names.title(class), grouped(len(s.points[class]))), Marker: classMarker(t, class, 5)}
	}
	return keys
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

// classMarker is the sign of a class: its shape tells as much as its colour.
func classMarker(t viz.Theme, class int, radius float64) viz.Marker {
	shapes := [2]viz.Shape{viz.Disc, viz.Diamond}
	return viz.Marker{Shape: shapes[class], Radius: radius, Fill: t.Class[class], Edge: t.ClassEdge[class], EdgeWidth: 0.9}
}
