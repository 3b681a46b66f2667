package viz

import (
	"io"
	"math"
	"testing"

	"github.com/golang/freetype/truetype"
	chart "github.com/wcharczuk/go-chart/v2"
	"github.com/wcharczuk/go-chart/v2/drawing"
)

// recorder is a renderer that draws nothing and writes down texts and marks, in px.
type recorder struct {
	k     float64
	font  *truetype.Font
	size  float64
	turn  float64
	texts []placedText
	lines [][]Point // stroked or filled paths
	path  []Point
	fill  drawing.Color
	edge  drawing.Color
}

type placedText struct {
	text string
	box  Box
}

func (r *recorder) at(x, y int) Point { return Point{float64(x) / r.k, float64(y) / r.k} }

func (r *recorder) Text(body string, x, y int) {
	f := Face{font: r.font}
	size := r.size * 72 / 64 / r.k
	w, p := f.advance(body, size), r.at(x, y)
	b := Box{p.X, p.Y - size*capHeight, p.X + w, p.Y}
	if r.turn < 0 { // upwards
		b = Box{p.X - size*capHeight, p.Y - w, p.X, p.Y}
	}
	r.texts = append(r.texts, placedText{body, b})
}

func (r *recorder) paint() {
	r.lines = append(r.lines, r.path)
	r.path = nil
}

func (r *recorder) MoveTo(x, y int)            { r.path = append(r.path, r.at(x, y)) }
func (r *recorder) LineTo(x, y int)            { r.path = append(r.path, r.at(x, y)) }
func (r *recorder) QuadCurveTo(_, _, x, y int) { r.path = append(r.path, r.at(x, y)) }
func (r *recorder) ArcTo(cx, cy int, rx, ry, startAngle, delta float64) {
	r.path = append(r.path, r.at(cx, cy))
}
func (r *recorder) Close()                          {}
func (r *recorder) Stroke()                         { r.paint() }
func (r *recorder) Fill()                           { r.paint() }
func (r *recorder) FillStroke()                     { r.paint() }
func (r *recorder) Circle(float64, int, int)        {}
func (r *recorder) SetFont(f *truetype.Font)        { r.font = f }
func (r *recorder) SetFontSize(size float64)        { r.size = size }
func (r *recorder) SetTextRotation(radians float64) { r.turn = radians }
func (r *recorder) ClearTextRotation()              { r.turn = 0 }
func (r *recorder) SetFillColor(c drawing.Color)    { r.fill = c }
func (r *recorder) SetStrokeColor(c drawing.Color)  { r.edge = c }
func (r *recorder) SetFontColor(drawing.Color)      {}
func (r *recorder) SetStrokeWidth(float64)          {}
func (r *recorder) SetStrokeDashArray([]float64)    {}
func (r *recorder) SetClassName(string)             {}
func (r *recorder) ResetStyle()                     {}
func (r *recorder) GetDPI() float64                 { return 72 }
func (r *recorder) SetDPI(float64)                  {}
func (r *recorder) MeasureText(string) chart.Box    { return chart.Box{} }
func (r *recorder) Save(io.Writer) error            { return nil }

// record draws a figure to a recorder.
func record(t *testing.T, f *Figure) (*recorder, *plan) {
	t.Helper()
	p, err := f.layout()
	if err != nil {
		t.Fatal(err)
	}
	const k = 100
	r := &recorder{k: k}
	if err := f.draw(&surface{inner: r, k: k}, p); err != nil {
		t.Fatal(err)
	}
	return r, p
}

// checkTexts wants all texts inside the figure and none on top of another.
func checkTexts(t *testing.T, f *Figure) {
	t.Helper()
	r, p := record(t, f)
	for i, a := range r.texts {
		if a.box.X0 < 0 || a.box.Y0 < 0 || a.box.X1 > p.width || a.box.Y1 > p.height {
			t.Errorf("%q is cut: %.0f in %.0f × %.0f", a.text, a.box, p.width, p.height)
		}
		for _, b := range r.texts[:i] {
			if area := a.box.overlap(b.box); area > 0.5 {
				t.Errorf("%q and %q overlap by %.1f px²: %.1f %.1f", a.text, b.text, area, a.box, b.box)
			}
		}
		for _, c := range []float64{a.box.X0, a.box.Y0, a.box.X1, a.box.Y1} {
			if math.IsNaN(c) {
				t.Fatalf("%q is nowhere", a.text)
			}
		}
	}
	if len(r.texts) == 0 {
		t.Error("nothing is written")
	}
}

// checkInside wants all texts inside the figure.
func checkInside(t *testing.T, f *Figure) {
	t.Helper()
	r, p := record(t, f)
	for _, a := range r.texts {
		if a.box.X0 < -1 || a.box.Y0 < -1 || a.box.X1 > p.width+1 || a.box.Y1 > p.height+1 {
			t.Errorf("%.40q is cut: %.0f in %.0f × %.0f", a.text, a.box, p.width, p.height)
		}
	}
}
