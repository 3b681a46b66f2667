package viz

import (
	"fmt"
	"image"
	"io"
	"math"

	"github.com/golang/freetype/truetype"
	chart "github.com/wcharczuk/go-chart/v2"
	"github.com/wcharczuk/go-chart/v2/drawing"
)

// maxCoordinate bounds device coordinates: at 2^31/64 the freetype rasterizer hangs.
const maxCoordinate = 1 << 22

// invisible counts as set, where go-chart would put a default for the zero colour.
var invisible = drawing.Color{R: 255, G: 255, B: 255, A: 0}

// surface wraps one of go-chart's renderers and is a chart.Renderer itself. It
// evens out what the raster and the vector renderer do differently: each paint
// call paints just what it names, text is as large as it says, circles are
// round, and a path that would not be seen never reaches the file.
//
// All panels of a figure share one surface; Save does nothing.
type surface struct {
	inner  chart.Renderer // nil where nothing is written
	k      float64        // device units per px
	sheet  *styleSheet    // of an SVG, else nil
	pixels *image.RGBA    // of a raster image, else nil
	texts  *[]PlacedText  // of a layout, else nil
	twin   *twin          // of a sheet, else nil
	pdf    *pdfPage       // of a PDF, else nil

	missing bool // a character that no font has was painted as a box

	paint     paintStyle
	font      *truetype.Font
	textColor Color
	size      float64 // of text, in device units
	turn      float64 // of text, in radians
	path      []pathOp
	disc      *pathOp // a circle waiting to be painted
}

// paintStyle is how a path is painted; lengths are in device units.
type paintStyle struct {
	fill, stroke Color
	width        float64
	dash         []float64
	// The colours of a sheet, as CSS has them; "" are those above.
	fillInk, strokeInk string
}

// pathOp is a step of a path: M, L, Q (through a, b) or Z.
type pathOp struct {
	kind       byte
	a, b, x, y int
	radius     float64
}

var _ chart.Renderer = (*surface)(nil)

// newVector makes a surface for SVG.
func newVector(width, height int, k float64, sheet *styleSheet) (*surface, error) {
	r, err := chart.SVG(width, height)
	if err != nil {
		return nil, fmt.Errorf("viz: %w", err)
	}
	r.SetDPI(72) // a point is a px
	return &surface{inner: r, k: k, sheet: sheet}, nil
}

// newRaster makes a surface of pixels.
func newRaster(width, height int, k float64) (*surface, error) {
	r, err := chart.PNG(width, height)
	if err != nil {
		return nil, fmt.Errorf("viz: %w", err)
	}
	r.SetDPI(72)
	var c imageCollector
	if err := r.Save(&c); err != nil {
		return nil, fmt.Errorf("viz: %w", err)
	}
	return &surface{inner: r, k: k, pixels: c.img}, nil
}

// imageCollector takes the raster renderer's image as it is, without encoding.
type imageCollector struct{ img *image.RGBA }

func (c *imageCollector) SetRGBA(i *image.RGBA)       { c.img = i }
func (c *imageCollector) Write(p []byte) (int, error) { return len(p), nil }

var _ chart.RGBACollector = (*imageCollector)(nil)

// A chart without visible axes asks for none of these.

func (s *surface) ArcTo(_, _ int, _, _, _, _ float64) {}
func (s *surface) MeasureText(string) chart.Box       { return chart.Box{} }

func (s *surface) Save(io.Writer) error            { return nil }
func (s *surface) GetDPI() float64                 { return 72 }
func (s *surface) SetDPI(float64)                  {}
func (s *surface) SetClassName(string)             {}
func (s *surface) SetFillColor(c drawing.Color)    { s.paint.fill = Color(c) }
func (s *surface) SetStrokeColor(c drawing.Color)  { s.paint.stroke = Color(c) }
func (s *surface) SetStrokeWidth(w float64)        { s.paint.width = w }
func (s *surface) SetFont(f *truetype.Font)        { s.font = f }
func (s *surface) SetFontColor(c drawing.Color)    { s.textColor = Color(c) }
func (s *surface) SetFontSize(size float64)        { s.size = size }
func (s *surface) SetTextRotation(radians float64) { s.turn = radians }
func (s *surface) ClearTextRotation()              { s.turn = 0 }

func (s *surface) ResetStyle() {
	s.paint, s.textColor, s.turn = paintStyle{}, Color{}, 0
}

// SetStrokeDashArray refuses dashes that never end, or hardly ever.
func (s *surface) SetStrokeDashArray(dash []float64) {
	s.paint.dash = nil
	for _, d := range dash {
		if !(d >= 0.25 && d < maxCoordinate) {
			return
		}
	}
	s.paint.dash = dash
}

func clampCoordinate(v int) int { return max(-maxCoordinate, min(maxCoordinate, v)) }

func (s *surface) add(kind byte, a, b, x, y int) {
	s.path = append(s.path, pathOp{kind: kind, a: clampCoordinate(a), b: clampCoordinate(b), x: clampCoordinate(x), y: clampCoordinate(y)})
}

func (s *surface) MoveTo(x, y int)            { s.add('M', 0, 0, x, y) }
func (s *surface) LineTo(x, y int)            { s.add('L', 0, 0, x, y) }
func (s *surface) QuadCurveTo(a, b, x, y int) { s.add('Q', a, b, x, y) }
func (s *surface) Close()                     { s.add('Z', 0, 0, 0, 0) }

// Circle is painted by the next paint call, instead of the path.
func (s *surface) Circle(radius float64, x, y int) {
	s.disc = &pathOp{x: clampCoordinate(x), y: clampCoordinate(y), radius: min(radius, maxCoordinate)}
}

func (s *surface) Stroke()     { s.draw(Color{}, s.paint.stroke) }
func (s *surface) Fill()       { s.draw(s.paint.fill, Color{}) }
func (s *surface) FillStroke() { s.draw(s.paint.fill, s.paint.stroke) }

func (s *surface) draw(fill, stroke Color) {
	path, disc := s.path, s.disc
	s.path, s.disc = s.path[:0], nil
	p := paintStyle{fill: fill, stroke: stroke, width: s.paint.width, dash: s.paint.dash}
	if s.twin != nil {
		p.fillInk, p.strokeInk = s.twin.css(fill), s.twin.css(stroke)
	}
	if p.stroke.A == 0 || !(p.width > 0) {
		p.stroke, p.width, p.dash = Color{}, 0, nil
	}
	if p.fill.A == 0 && p.stroke.A == 0 || len(path) == 0 && disc == nil || s.inner == nil {
		return
	}
	r := s.inner
	if s.sheet != nil {
		r.SetClassName(s.sheet.class(pathRule(p)))
	} else {
		r.SetFillColor(visible(p.fill))
		r.SetStrokeColor(visible(p.stroke))
		r.SetStrokeWidth(p.width)
		r.SetStrokeDashArray(p.dash)
	}
	switch {
	case disc != nil && s.sheet != nil:
		r.Circle(disc.radius+0.5, disc.x, disc.y) // cut to an integer there
		return
	case s.pdf != nil && p.stroke.A > 0 && p.fill.A > 0 && p.stroke.A != p.fill.A: // it has one opacity at a time
		outline(r, path, disc)
		r.Fill()
		outline(r, path, disc)
		r.Stroke()
		return
	}
	outline(r, path, disc)
	switch {
	case p.stroke.A == 0:
		r.Fill()
	case p.fill.A == 0:
		r.Stroke()
	default:
		r.FillStroke()
	}
}

// outline hands a path on, or a circle in its place.
func outline(r chart.Renderer, path []pathOp, disc *pathOp) {
	if disc != nil { // its own circle is a squircle
		r.ArcTo(disc.x, disc.y, disc.radius, disc.radius, 0, 2*math.Pi)
		r.Close()
		return
	}
	for _, o := range path {
		switch o.kind {
		case 'M':
			r.MoveTo(o.x, o.y)
		case 'L':
			r.LineTo(o.x, o.y)
		case 'Q':
			r.QuadCurveTo(o.a, o.b, o.x, o.y)
		case 'Z':
			r.Close()
		}
	}
}

func visible(c Color) drawing.Color {
	if c.A == 0 {
		return invisible
	}
	return chartColor(c)
}

// Text writes body from x, y on its baseline. In SVG it becomes outlines, which
// look the same everywhere and need no font; in a PDF so do characters that no font in it has.
func (s *surface) Text(body string, x, y int) {
	if s.font == nil || body == "" || s.textColor.A == 0 || !(s.size > 0) {
		return
	}
	x, y = clampCoordinate(x), clampCoordinate(y)
	if s.sheet != nil || s.pdf != nil && (fontFile(s.font) == nil || !(&Face{s.font}).hasAll(body)) {
		s.glyphOutlines(body, x, y)
		return
	}
	r := s.inner
	r.SetFont(s.font)
	r.SetFontColor(chartColor(s.textColor))
	r.SetFontSize(s.size)
	if s.pdf == nil {
		r.SetFontSize(s.size * 64 / 72) // the raster renderer's text comes out 72/64 too large
	}
	r.ClearTextRotation()
	if s.turn != 0 {
		r.SetTextRotation(s.turn)
	}
	r.Text(body, x, y)
	r.ClearTextRotation()
}

// fallbackText writes characters that no embedded font has. In SVG they stay text, for the viewer's own
// fonts; for a raster image see [surface.systemText].
func (s *surface) fallbackText(body string, x, y int, t Theme) {
	if s.sheet == nil {
		s.systemText(body, x, y, t)
		return
	}
	r := s.inner
	r.SetClassName(s.sheet.class(textRule(s.textColor, s.size/s.k)))
	r.ClearTextRotation()
	if s.turn != 0 {
		r.SetTextRotation(s.turn)
	}
	r.Text(xmlText(body), clampCoordinate(x), clampCoordinate(y))
	r.ClearTextRotation()
}

func round(v float64) int {
	if math.IsNaN(v) {
		return 0
	}
	return int(math.Round(min(max(v, -maxCoordinate), maxCoordinate)))
}
