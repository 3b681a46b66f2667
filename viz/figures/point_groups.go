package figures

import (
	"fmt"
	"math"
	"strings"

	"actscope/viz"
)

// Values are numbers that belong to points, such as the target of a regression; they colour them.
type Values struct {
	Name string // "" means target
	Of   []float64
}

// Title is what the values are called.
func (v Values) Title() string {
	if v.Name == "" {
		return "target"
	}
	return cut(v.Name, maxClassName)
}

// valueSteps is how many colours values have.
const valueSteps = 20

// pointGroups are points with a sign for each group: classes, or steps of a value.
type pointGroups struct {
	points [][]viz.Point
	// of are the values of the points, group by group, where there are some.
	of [][]float64
	// dropped is how many points have a coordinate or a value that is not finite.
	dropped int

	names ClassNames
	// values, where there are some, make the groups, and range from low to high.
	values    Values
	low, high float64
}

// split sorts points, x and y of one after the other, by their labels, or by values where there are some.
func (n ClassNames) split(points []float64, labels []int, values Values) (pointGroups, error) {
	s := pointGroups{names: n, values: values, points: make([][]viz.Point, n.Count())}
	known := len(labels)
	if values.Of != nil {
		known = len(values.Of)
		s.points, s.of = make([][]viz.Point, valueSteps), make([][]float64, valueSteps)
		s.low, s.high = finiteRange(values.Of...)
	}
	if len(points) != 2*known {
		return s, fmt.Errorf("%d labels need %d coordinates, two each: there are %d", known, 2*known, len(points))
	}
	for i := range known {
		group := s.group(labels, i)
		if group >= len(s.points) || group < 0 && values.Of == nil {
			return s, fmt.Errorf("label %d of point %d: only 0 to %d are known", labels[i], i+1, len(s.points)-1)
		}
		p := viz.Pt(points[2*i], points[2*i+1])
		if group < 0 || !finite(p.X) || !finite(p.Y) {
			s.dropped++
			continue
		}
		s.points[group] = append(s.points[group], p)
		if values.Of != nil {
			s.of[group] = append(s.of[group], values.Of[i])
		}
	}
	return s, nil
}

// group is that of a point; of a value that is not finite -1.
func (s pointGroups) group(labels []int, i int) int {
	if s.values.Of == nil {
		return labels[i]
	}
	v := s.values.Of[i]
	if !finite(v) {
		return -1
	}
	return min(int(s.scale().Position(v)*valueSteps), valueSteps-1)
}

// scale is that of the values' colours.
func (s pointGroups) scale() viz.LinearScale { return viz.Linear(s.low, s.high) }

func (s pointGroups) shown() int {
	shown := 0
	for _, ps := range s.points {
		shown += len(ps)
	}
	return shown
}

// scatters draws all groups.
func (s pointGroups) scatters(t viz.Theme, radius float64) viz.Scatters {
	var all viz.Scatters
	for group, ps := range s.points {
		set := viz.Scatter{Points: ps, Marker: t.ClassMarker(group, radius)}
		if s.values.Of == nil {
			set.Name = s.names.table(group)
		} else {
			set.Name, set.Values, set.Marker = "points", s.of[group], valueMarker(t, (float64(group)+0.5)/valueSteps, radius)
		}
		all.Sets = append(all.Sets, set)
	}
	return all
}

// valueMarker is the sign of a value at a place of its colours, 0 to 1.
func valueMarker(t viz.Theme, place, radius float64) viz.Marker {
	return viz.Marker{Radius: radius, Fill: t.Values()(place), Edge: valueInk(t, place), EdgeWidth: 0.8}
}

// valueInk is what is seen on a value's colour: low ones are near the paper's, high ones far from it.
func valueInk(t viz.Theme, place float64) viz.Color {
	if place > 0.5 {
		return t.Rim
	}
	return t.Text
}

// keys explains the classes, with their sizes; values have a [pointGroups.bar].
func (s pointGroups) keys(t viz.Theme) []viz.Key {
	if s.values.Of != nil {
		return nil
	}
	const radius = 5
	named, more := s.names.listed()
	short := s.names.Short()
	var keys []viz.Key
	for class := range named {
		name := s.names.title(class)
		if s.names.Count() > 2 && !isNumber(s.names.of(class)) { // two have more room
			name = short[class]
		}
		keys = append(keys, viz.Key{Text: fmt.Sprintf("%s (%s)", name, grouped(len(s.points[class]))), Full: s.names.full(class, name), Marker: t.ClassMarker(class, radius)})
	}
	if more > 0 {
		keys = append(keys, viz.Key{Text: andMore(more)})
	}
	return keys
}

// bar explains the colours of values; classes have keys.
func (s pointGroups) bar(t viz.Theme) *viz.ColorBar {
	if s.values.Of == nil {
		return nil
	}
	return &viz.ColorBar{Label: s.values.Title(), Scale: s.scale(), Ramp: t.Values(), Steps: valueSteps}
}

// describe is "60 of class 0, 40 of class 1".
func (s pointGroups) describe() string {
	if s.values.Of != nil {
		if math.IsInf(s.low, 1) {
			return "no value is a number"
		}
		return fmt.Sprintf("coloured by %s, from %s to %s", s.values.Title(), viz.Num(s.low, 4), viz.Num(s.high, 4))
	}
	named, more := s.names.listed()
	var parts []string
	for class := range named {
		parts = append(parts, fmt.Sprintf("%s of %s", grouped(len(s.points[class])), s.names.Phrase(class)))
	}
	if more > 0 {
		parts = append(parts, andMore(more)+" classes")
	}
	return strings.Join(parts, ", ")
}

// remarks are footnotes about what a reader could otherwise misread.
func (s pointGroups) remarks(binned bool) []string {
	var notes []string
	if binned {
		notes = append(notes, "Too many points to draw one by one: each mark stands for the points around it, the larger the more.")
	}
	if s.dropped > 0 {
		what := "coordinate"
		if s.values.Of != nil {
			what = "coordinate or value"
		}
		notes = append(notes, fmt.Sprintf("%s with a %s that is not finite left out.", count(s.dropped, "point"), what))
	}
	return notes
}
