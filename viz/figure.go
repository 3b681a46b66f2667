package viz

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"io"
	"slices"
	"strings"

	chart "github.com/wcharczuk/go-chart/v2"
)

// Figure is a grid of panels with a heading, a legend and a colour bar. It is laid
// out when it is written: all panels have one size, and labels get the room they need.
type Figure struct {
	// Name is short and unique on a page, such as "loss_curves": ids in the SVG follow from it.
	Name string
	// Title and Subtitle are wrapped to the figure's width.
	Title, Subtitle string
	// Description says in words what the picture shows, for those who cannot see it.
	Description string
	// Footnotes are short remarks below the panels.
	Footnotes []string

	// Theme is the look; the zero value is the default one.
	Theme Theme
	// Width of the whole figure in px; 0 means 800.
	Width float64

	Panels  []*Panel // row by row
	Columns int      // panels in a row; 0 means all
	// ShareX and ShareY leave labels out where a panel below, or to the left, has
	// them. Giving those panels one scale is up to the caller.
	ShareX, ShareY bool

	Legend   []Key
	ColorBar *ColorBar
}

// DefaultWidth is the width of a figure in px where none is given: that of a README.
const DefaultWidth = 800

// describe is the text alternative: the description and the footnotes.
func (f *Figure) describe() string {
	var parts []string
	for _, s := range append([]string{f.Description}, f.Footnotes...) {
		if s = strings.TrimSpace(s); s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " ")
}

// draw paints the figure as planned. Every panel is a go-chart chart of the full
// size whose padding puts its canvas on the panel's box; all render to one surface.
func (f *Figure) draw(s *surface, p *plan) error {
	s.ResetStyle()
	s.rect(Box{0, 0, p.width, p.height}, p.theme.Paper, Stroke{})
	for i := range p.panels {
		if err := f.drawPanel(s, p, i); err != nil {
			return err
		}
	}
	for _, l := range p.texts {
		s.text(l.text, p.theme, l.size, l.at, Point{}, 0)
	}
	for _, k := range p.keys {
		k.key.draw(s, p.theme, k.at)
	}
	if f.ColorBar != nil {
		f.ColorBar.draw(s, p.theme, p.bar)
	}
	return nil
}

// drawPanel paints one panel.
func (f *Figure) drawPanel(s *surface, p *plan, i int) error {
	c := f.chart(s, p, &p.panels[i])
	shared := func(int, int) (chart.Renderer, error) { return s, nil }
	if err := c.Render(shared, io.Discard); err != nil {
		return fmt.Errorf("viz: %w", err)
	}
	return p.panels[i].err
}

// chart is a panel as a chart of go-chart.
func (f *Figure) chart(s *surface, p *plan, pp *panelPlan) chart.Chart {
	dev := func(v float64) int { return round(v * s.k) }
	w, h := dev(p.width), dev(p.height)
	unseen := chart.Style{FillColor: invisible, StrokeColor: invisible}
	background := unseen
	background.Padding = chart.Box{IsSet: true, Left: dev(pp.box.X0), Top: dev(pp.box.Y0), Right: w - dev(pp.box.X1), Bottom: h - dev(pp.box.Y1)}
	canvas := &Canvas{surface: s, box: pp.box, x: pp.x.scale, y: pp.y.scale, theme: p.theme}
	return chart.Chart{
		Width: w, Height: h, DPI: 72, Font: p.theme.Regular.font,
		Background: background, Canvas: unseen,
		XAxis:          chart.XAxis{Style: chart.Hidden(), Range: &chart.ContinuousRange{Min: 0, Max: 1}},
		YAxis:          chart.YAxis{Style: chart.Hidden(), Range: &chart.ContinuousRange{Min: 0, Max: 1}},
		YAxisSecondary: chart.YAxis{Style: chart.Hidden()},
		Series:         []chart.Series{panelSeries{canvas, pp}},
	}
}

// panelSeries is all of a panel as one series of go-chart.
type panelSeries struct {
	canvas *Canvas
	plan   *panelPlan
}

func (panelSeries) GetName() string           { return "" }
func (panelSeries) GetYAxis() chart.YAxisType { return chart.YAxisPrimary }
func (panelSeries) GetStyle() chart.Style     { return chart.Style{} }
func (panelSeries) Validate() error           { return nil }

// Render implements chart.Series. The canvas has been placed by the layout.
func (ps panelSeries) Render(chart.Renderer, chart.Box, chart.Range, chart.Range, chart.Style) {
	ps.plan.draw(ps.canvas)
}

// Options are what all the study's figures have in common. The zero value is the
// default theme at the default width.
type Options struct {
	Theme Theme
	Width float64 // px; 0 means 800
}

// Drawing is what all the study's figures are: plain values that make a figure.
type Drawing interface {
	Figure(Options) (*Figure, error)
}

// NewFigure begins a figure that looks as the options say.
func NewFigure(o Options, name, title string) *Figure {
	return &Figure{Name: name, Title: title, Theme: o.Theme.orDefault(), Width: o.Width}
}

const (
	// supersampling is how many times finer than asked for a PNG is drawn before it is
	// averaged, since go-chart's coordinates are integers; halve does this for 2.
	supersampling = 2
	// maxPixels limits a PNG, and with it the memory that drawing takes.
	maxPixels = 16e6
)

// WritePNG writes the figure as a PNG with scale pixels a px: 1 for a page at
// its natural size, 2 for dense screens. Characters that no embedded font has are taken from the
// machine's fonts: in these alone the pictures of two machines may differ. Where the machine has none either, boxes stand for them
// and a footnote says so. Scripts whose letters change with their neighbours are set letter by letter.
func (f *Figure) WritePNG(w io.Writer, scale float64) error {
	img, missing, err := f.image(scale)
	if missing {
		noted := *f
		noted.Footnotes = append(slices.Clone(f.Footnotes), boxesNote)
		img, _, err = noted.image(scale)
	}
	if err != nil {
		return err
	}
	var picture image.Image = img
	if img.Opaque() {
		picture = indexed(img)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		return fmt.Errorf("viz: %w", err)
	}
	_, err = w.Write(b.Bytes())
	return err
}

// boxesNote is a footnote of pictures in which characters are missing.
const boxesNote = "Boxes stand for characters that no font of this machine has; the SVG keeps them as text."

// image draws the figure, and says whether characters were missing.
func (f *Figure) image(scale float64) (_ *image.RGBA, missing bool, err error) {
	plan, err := f.plan()
	if err != nil {
		return nil, false, err
	}
	if !(scale > 0) || plan.width*plan.height*scale*scale > maxPixels {
		return nil, false, fmt.Errorf("viz: a PNG of %.0f × %.0f px cannot be drawn at scale %v: at most %.0f million pixels", plan.width, plan.height, scale, maxPixels/1e6)
	}
	width, height := max(1, round(plan.width*scale)), max(1, round(plan.height*scale))
	s, err := newRaster(width*supersampling, height*supersampling, scale*supersampling)
	if err != nil {
		return nil, false, err
	}
	if err := f.draw(s, plan); err != nil {
		return nil, false, err
	}
	return halve(s.pixels), s.missing, nil
}

// halve averages squares of two by two pixels.
func halve(src *image.RGBA) *image.RGBA {
	w, h := src.Bounds().Dx()/2, src.Bounds().Dy()/2
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		upper := src.Pix[2*y*src.Stride:][: 8*w : 8*w]
		lower := src.Pix[(2*y+1)*src.Stride:][: 8*w : 8*w]
		out := dst.Pix[y*dst.Stride:][: 4*w : 4*w]
		for i := 0; i+4 <= len(out); i += 4 {
			a, b, o := upper[2*i:2*i+8], lower[2*i:2*i+8], out[i:i+4]
			o[0] = uint8((uint16(a[0]) + uint16(a[4]) + uint16(b[0]) + uint16(b[4]) + 2) / 4)
			o[1] = uint8((uint16(a[1]) + uint16(a[5]) + uint16(b[1]) + uint16(b[5]) + 2) / 4)
			o[2] = uint8((uint16(a[2]) + uint16(a[6]) + uint16(b[2]) + uint16(b[6]) + 2) / 4)
			o[3] = uint8((uint16(a[3]) + uint16(a[7]) + uint16(b[3]) + uint16(b[7]) + 2) / 4)
		}
	}
	return dst
}
