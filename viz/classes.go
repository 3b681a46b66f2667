package viz

import "fmt"

// pointsByClass holds the points of class 0 and 1.
type pointsByClass struct {
	points [2][]Point
	// lost is how many points have a coordinate that is not finite.
	lost int
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
		p := Point{points[2*i], points[2*i+1]}
		if !finite(p.X) || !finite(p.Y) {
			s.lost++
			continue
		}
		s.points[l] = append(s.points[l], p)
	}
	return s, nil
}

func (s pointsByClass) shown() int { return len(s.points[0]) + len(s.points[1]) }

// scatters draws both classes.
func (s pointsByClass) scatters(t Theme, radius float64) Scatters {
	return Scatters{Sets: []Scatter{
		{Points: s.points[0], Marker: t.classMarker(0, radius)},
		{Points: s.points[1], Marker: t.classMarker(1, radius)},
	}}
}

// keys explains both classes, with their sizes.
func (s pointsByClass) keys(t Theme, names ClassNames) []Key {
	keys := make([]Key, 2)
	for class := range keys {
		keys[class] = Key{Text: fmt.Sprintf("%s (%s)", names.title(class), grouped(len(s.points[class]))), Marker: t.classMarker(class, 5)}
	}
	return keys
}

// remarks are footnotes about what a reader could otherwise misread.
func (s pointsByClass) remarks(binned bool) []string {
	var notes []string
	if binned {
		notes = append(notes, "Too many points to draw one by one: each mark stands for the points around it, the larger the more.")
	}
	if s.lost > 0 {
		notes = append(notes, count(s.lost, "point")+" with a coordinate that is not finite left out.")
	}
	return notes
}

// classMarker is the sign of a class: its shape tells as much as its colour.
func (t Theme) classMarker(class int, radius float64) Marker {
	shapes := [2]Shape{Disc, Diamond}
	return Marker{Shape: shapes[class], Radius: radius, Fill: t.Class[class], Edge: t.ClassEdge[class], EdgeWidth: 0.9}
}
