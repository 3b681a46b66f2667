package viz

import "fmt"

// classes splits points by their labels, 0 and 1.
func classes(points []float64, labels []int) (split [2][]Point, err error) {
	if len(points) != 2*len(labels) {
		return split, fmt.Errorf("viz: %d labels need %d coordinates, two each: there are %d", len(labels), 2*len(labels), len(points))
	}
	for i, l := range labels {
		if l != 0 && l != 1 {
			return split, fmt.Errorf("viz: label %d of point %d: only 0 and 1 are known", l, i)
		}
		split[l] = append(split[l], Point{points[2*i], points[2*i+1]})
	}
	return split, nil
}

// classMarker is the sign of a class: its shape tells as much as its colour.
func (t Theme) classMarker(class int, radius float64) Marker {
	shapes := [2]Shape{Disc, Diamond}
	return Marker{Shape: shapes[class], Radius: radius, Fill: t.Class[class], Edge: t.Rim, EdgeWidth: 0.9}
}

func (t Theme) classKeys(split [2][]Point) []Key {
	var keys []Key
	for class, ps := range split {
		keys = append(keys, Key{Text: fmt.Sprintf("Class %d (%s)", class, count(len(ps), "point")), Marker: t.classMarker(class, 5)})
	}
	return keys
}

// count is "1 point", "2 points", "12,345 points".
func count(n int, noun string) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if n != 1 {
		noun += "s"
	}
	return s + " " + noun
}
