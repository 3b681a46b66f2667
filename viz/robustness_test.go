package viz

import (
	"bytes"
	"io"
	"math"
	"testing"

	"actscope/viz/internal/viztest"
)

// seriesOf makes one of every series from values.
func seriesOf(v []float64) []Series {
	var ps []Point
	for i := 0; i+1 < len(v); i += 2 {
		ps = append(ps, Point{v[i], v[i+1]})
	}
	n := int(math.Sqrt(float64(len(v))))
	var g Grid
	for i := range n {
		g.X, g.Y = append(g.X, float64(i)), append(g.Y, float64(i))
	}
	g.Z = v[:n*n]
	half := len(v) / 2
	m := Marker{Shape: Star, Radius: 4, Fill: RGB(0x123456), Edge: RGB(0), EdgeWidth: 1}
	s := Stroke{Color: RGB(0x884422), Width: 2, Dash: []float64{3, 2}}
	return []Series{
		Field{Grid: g, Steps: 20, Ramp: DefaultTheme().Probability()}, Contour{Grid: g, Level: 0.5, Stroke: s, Casing: 1}, Band{X: v[:half], Low: v[:half], High: v[half : 2*half], Fill: RGB(0xcccccc)},
		Line{Points: ps, Stroke: s, Casing: 1, Marker: m}, Scatter{Points: ps, Marker: m}, Scatters{Sets: []Scatter{{Points: ps, Marker: m}, {Points: ps, Marker: m}}, Limit: 5},
		ValueLabels{Lines: [][]Point{ps}, Colors: []Color{RGB(0)}, Text: func(v float64) string { return Num(v, 3) }, Clear: 3}, EndLabels{{At: Point{1, v[0]}, Name: "end", Value: Num(v[0], 3)}}, Notes{{At: Point{v[0], v[1]}, Text: Span{Text: "note"}, Background: true}},
		Intervals{X: v[:half], Low: v[:half], High: v[half : 2*half], Stroke: s, Cap: 3},
	}
}

func scalesOf(v []float64) []Scale {
	a, b := v[0], v[len(v)-1]
	return []Scale{nil, Linear(a, b), Log(a, b), LogWithZero(a, b), LinearScale{}, LogScale{}, Categories("a", "b", "c"), Linear(a, b).Whole()}
}

// tryValues draws all series on one of the scales that can be made of at least nine values.
func tryValues(t testing.TB, v []float64, which int) {
	t.Helper()
	s := scalesOf(v)[which%scaleKinds]
	panel := &Panel{X: Axis{Scale: s, Grid: true}, Y: Axis{Scale: s}, Series: seriesOf(v), Equal: true}
	viztest.DrawBoth(t, &Figure{Title: "values", Theme: DefaultTheme(), Panels: []*Panel{panel}, Width: 400})
}

const scaleKinds = 8

func TestNastyValuesCanBeDrawn(t *testing.T) {
	viztest.TryNasty(t, scaleKinds, tryValues)
}

func FuzzSeriesValues(f *testing.F) {
	viztest.FuzzValues(f, scaleKinds, tryValues)
}

// failing is a writer on a full disk.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestFiguresThatCannotBeDrawnWriteNothing(t *testing.T) {
	panel := func(s ...Series) []*Panel { return []*Panel{{Series: s}} }
	theme := DefaultTheme()
	small := theme
	small.TickSize = math.NaN()
	for name, f := range map[string]*Figure{
		"no panels":            {Theme: theme},
		"a nil panel":          {Theme: theme, Panels: []*Panel{nil}},
		"a theme in part":      {Panels: panel(), Theme: Theme{Name: "own"}},
		"no font size":         {Theme: small, Panels: panel()},
		"no width":             {Theme: theme, Panels: panel(), Width: math.NaN()},
		"much too wide":        {Theme: theme, Panels: panel(), Width: 1e9},
		"negative columns":     {Theme: theme, Panels: panel(), Columns: -1},
		"too many panels":      {Theme: theme, Panels: make([]*Panel, 1000)},
		"a band's lengths":     {Theme: theme, Panels: panel(Band{X: []float64{1, 2}})},
		"an interval's bounds": {Theme: theme, Panels: panel(Intervals{X: []float64{1}})},
		"a field's grid":       {Theme: theme, Panels: panel(Field{Grid: Grid{X: []float64{0, 1}, Y: []float64{0, 1}}})},
	} {
		for format, write := range map[string]func(io.Writer) error{"SVG": f.WriteSVG, "PNG": func(w io.Writer) error { return f.WritePNG(w, 1) }} {
			var b bytes.Buffer
			if err := write(&b); err == nil || b.Len() > 0 {
				t.Errorf("%s as %s: %d bytes, error %v", name, format, b.Len(), err)
			}
		}
	}
	f := vocabulary()
	for _, scale := range []float64{0, -1, math.NaN(), math.Inf(1), 1000} {
		if err := f.WritePNG(io.Discard, scale); err == nil {
			t.Errorf("a PNG at scale %v", scale)
		}
	}
	if f.WriteSVG(failing{}) == nil || f.WritePNG(failing{}, 0.1) == nil {
		t.Error("a failing writer goes unnoticed")
	}
}
