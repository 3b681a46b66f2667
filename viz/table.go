package viz

import (
	"cmp"
	"encoding/csv"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Column is a named column of a table, a value a row.
type Column struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}

// Table is what the figure's panels draw, in numbers: a row for each point, bound, cell or node, with its panel and
// series; a band and a line of one series share their rows. Columns that would be empty are left out. Rounded, it has the
// digits that the figure can show: 1/100,000 of an axis, 1/1000 of a colour's range.
func (f *Figure) Table(rounded bool) []Column {
	t := &tableRows{figure: f, rounded: rounded}
	t.name("x", func(p *Panel) string { return axisName(p.X.Label) })
	t.name("y", func(p *Panel) string { return axisName(p.Y.Label) })
	for _, p := range f.Panels {
		t.panel(p)
	}
	value := "value"
	if f.ColorBar != nil && f.ColorBar.Label != "" {
		value = axisName(f.ColorBar.Label)
	}
	heads := []string{"panel", "series", t.names[0], t.names[1], "low", "high", value, "x axis", "y axis"}
	var columns []Column
	for i, head := range heads {
		c := Column{Name: head}
		for _, row := range t.rows {
			c.Values = append(c.Values, row[i])
		}
		if slices.ContainsFunc(c.Values, func(v string) bool { return v != "" }) {
			columns = append(columns, c)
		}
	}
	return columns
}

// WriteCSV writes the figure's table with all digits as CSV (RFC 4180).
func (f *Figure) WriteCSV(w io.Writer) error {
	columns := f.Table(false)
	out := csv.NewWriter(w)
	row := make([]string, len(columns))
	for i, c := range columns {
		row[i] = c.Name
	}
	if err := out.Write(row); err != nil || len(columns) == 0 {
		return err
	}
	for r := range columns[0].Values {
		for i, c := range columns {
			row[i] = c.Values[r]
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// shadeDigits are those of a colour's range, which has 40 steps at most.
const shadeDigits = 3

// axisName is what an axis measures, without a word about its scale.
func axisName(label string) string {
	return strings.TrimSuffix(strings.TrimSuffix(label, " scale"), ", log")
}

// Places in a row.
const (
	atPanel = iota
	atSeries
	atX
	atY
	atLow
	atHigh
	atValue
	atXAxis
	atYAxis
	rowLength
)

type tableRow [rowLength]string

// tableRows collects the rows of a figure's table.
type tableRows struct {
	figure  *Figure
	rounded bool
	rows    []tableRow
	names   []string // of the columns of x and y
	differ  []bool   // whether the axes of the panels say different things
}

// name settles what the column of an axis is called: as the axis is, where all panels agree.
func (t *tableRows) name(otherwise string, of func(*Panel) string) {
	name, differ := "", false
	for i, p := range t.figure.Panels {
		if len(p.Series) == 0 {
			continue
		}
		if own := of(p); name == "" && i == 0 {
			name = own
		} else if own != name && !(t.figure.shares(otherwise) && own == "") {
			differ = true
		}
	}
	if name == "" || differ {
		name = otherwise
	}
	t.names, t.differ = append(t.names, name), append(t.differ, differ)
}

// shares says whether panels leave labels of an axis to others.
func (f *Figure) shares(axis string) bool { return axis == "x" && f.ShareX || axis == "y" && f.ShareY }

// panel adds the rows of a panel.
func (t *tableRows) panel(p *Panel) {
	x, y := p.axes()
	title := cmp.Or(p.Name, plainText(p.Title))
	merged := map[[2]string]int{} // the row of a series at an x
	whole := map[tableRow]bool{}
	for _, s := range p.Series {
		numbered, ok := s.(Numbered)
		if !ok {
			continue
		}
		own := t.figure.nameOf(p, s)
		numbers := numbered.Numbers()
		low, high := math.Inf(1), math.Inf(-1)
		for _, n := range numbers {
			if finite(n.Value) {
				low, high = min(low, n.Value), max(high, n.Value)
			}
		}
		for _, n := range numbers {
			if math.IsNaN(n.X) && math.IsNaN(n.Y) {
				continue
			}
			var row tableRow
			row[atPanel], row[atSeries] = title, n.Series
			if n.Series == "" {
				row[atSeries] = own
			}
			row[atX], row[atY] = t.place(x.Scale, n.X), t.place(y.Scale, n.Y)
			row[atLow], row[atHigh] = t.place(y.Scale, n.Low), t.place(y.Scale, n.High)
			row[atValue] = t.digits(n.Value, high-low, shadeDigits)
			if t.differ[0] {
				row[atXAxis] = axisName(p.X.Label)
			}
			if t.differ[1] {
				row[atYAxis] = axisName(p.Y.Label)
			}
			if row[atValue] != "" { // nodes are many, and each is alone at its place
				t.rows = append(t.rows, row)
				continue
			}
			key := [2]string{row[atSeries], row[atX]}
			if at, known := merged[key]; known && t.rows[at].takes(row) {
				t.rows[at].take(row)
				continue
			}
			if whole[row] {
				continue
			}
			if row[atLow] != "" || row[atHigh] != "" {
				merged[key] = len(t.rows)
			}
			whole[row] = true
			t.rows = append(t.rows, row)
		}
	}
}

// takes says whether a row of bounds lacks just what another has, the point between them.
func (r *tableRow) takes(other tableRow) bool {
	return r[atY] == "" && other[atY] != "" && other[atLow] == "" && other[atHigh] == "" && other[atValue] == ""
}

func (r *tableRow) take(other tableRow) { r[atY] = other[atY] }

// place writes a number of an axis: the name of a category, or a number.
func (t *tableRows) place(scale Scale, v float64) string {
	switch s := scale.(type) {
	case CategoryScale:
		if i := int(v); v == float64(i) && i >= 0 && i < len(s.names) && s.names[i] != "" {
			return s.names[i]
		}
		return t.digits(v, 0, 0)
	case LinearScale:
		s = s.orUnit()
		return t.digits(v, s.hi-s.lo, 5)
	}
	return t.digits(v, 0, 5)
}

// digits writes a number: rounded to so many digits of a span, or to one more of its own where there is no span.
func (t *tableRows) digits(v, span float64, digits int) string {
	if math.IsNaN(v) {
		return ""
	}
	if t.rounded && digits > 0 && finite(v) {
		switch {
		case span > 0 && finite(span):
			decimals := digits - int(math.Floor(math.Log10(span)))
			if decimals >= 0 && decimals < 300 {
				v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'f', decimals, 64), 64)
			} else if decimals < 0 {
				v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', digits+1, 64), 64)
			}
		case span == 0:
			v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', digits+1, 64), 64)
		}
		if v == 0 {
			v = 0 // never -0
		}
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// nameOf is what the label at a line's end, or the legend, says of a series' sign.
func (f *Figure) nameOf(p *Panel, s Series) string {
	color, dash, marker := Color{}, []float64(nil), Marker{}
	var points []Point
	switch s := s.(type) {
	case Restated:
		return f.nameOf(p, s.Series)
	case Line:
		color, dash, points, marker = s.Stroke.Color, s.Stroke.Dash, s.Points, s.Marker
	case Band:
		color = s.Fill
	case Intervals:
		color = s.Stroke.Color
	case Scatter:
		marker, points = s.Marker, s.Points
	default:
		return ""
	}
	opaque := func(c Color) Color { c.A = 255; return c }
	for _, other := range p.Series {
		labels, ok := other.(EndLabels)
		if !ok {
			continue
		}
		for _, l := range labels {
			if len(points) > 0 && slices.Contains(points, l.At) && opaque(l.Color) == opaque(color) {
				return l.Name
			}
		}
	}
	for _, k := range f.Legend {
		if k.Line.Width > 0 && color.A > 0 && opaque(k.Line.Color) == opaque(color) && (points == nil || slices.Equal(k.Line.Dash, dash)) {
			return k.Text
		}
		if k.Marker.Radius > 0 && marker.Radius > 0 && k.Marker.Shape == marker.Shape && k.Marker.Fill == marker.Fill && k.Marker.Edge == marker.Edge {
			return k.Text
		}
		if k.Marker.Radius > 0 && k.Line.Width == 0 && color.A > 0 && opaque(k.Marker.Fill) == opaque(color) {
			return k.Text
		}
	}
	return ""
}
