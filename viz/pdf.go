package viz

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"slices"
	"unicode/utf16"

	"codeberg.org/go-pdf/fpdf"
	"github.com/golang/freetype/truetype"
	chart "github.com/wcharczuk/go-chart/v2"
	"github.com/wcharczuk/go-chart/v2/drawing"
	"golang.org/x/image/math/fixed"
)

// pointsPerPx is CSS's: 96 px and 72 points are an inch.
const pointsPerPx = 0.75

// WritePDF writes the figure as a PDF of one page, as large as the figure: shapes are vectors, and text is text in
// fonts that are part of the file. Characters that these have not are outlines, from the machine's fonts as in [Figure.WritePNG], or boxes.
func (f *Figure) WritePDF(w io.Writer) error {
	page, missing, err := f.pdf()
	if missing {
		noted := *f
		noted.Footnotes = append(slices.Clone(f.Footnotes), boxesNote)
		page, _, err = noted.pdf()
	}
	if err != nil {
		return err
	}
	_, err = w.Write(page)
	return err
}

func (f *Figure) pdf() (_ []byte, missing bool, err error) {
	plan, err := f.plan()
	if err != nil {
		return nil, false, err
	}
	p := newPDFPage(plan.width, plan.height, svgUnits)
	s := &surface{inner: p, k: svgUnits, pdf: p}
	if err := f.draw(s, plan); err != nil {
		return nil, false, err
	}
	p.doc.SetTitle(pdfText(f.Title), false)
	p.doc.SetSubject(pdfText(f.describe()), false)
	page, err := p.content()
	return page, s.missing, err
}

// pdfText is text as the properties of a PDF have it, UTF-16 behind a mark of its order: the module's own conversion
// takes no character beyond 16 bits, and panics at bytes that are none.
func pdfText(s string) string {
	b := []byte{0xfe, 0xff}
	for _, unit := range utf16.Encode([]rune(s)) {
		b = append(b, byte(unit>>8), byte(unit))
	}
	return string(b)
}

// pdfPage is a page of a PDF as a renderer of go-chart.
type pdfPage struct {
	doc   *fpdf.Fpdf
	unit  float64 // points in a device unit
	fonts []*truetype.Font

	fill, stroke Color
	font         *truetype.Font
	size, turn   float64 // of text, in device units and radians
	colour       Color
	at           [2]float64
	alpha        float64
}

var _ chart.Renderer = (*pdfPage)(nil)

// newPDFPage begins a page of a size in px, with k device units a px.
func newPDFPage(width, height, k float64) *pdfPage {
	size := fpdf.SizeType{Wd: width * pointsPerPx, Ht: height * pointsPerPx}
	doc := fpdf.NewCustom(&fpdf.InitType{OrientationStr: "P", UnitStr: "pt", Size: size})
	doc.SetMargins(0, 0, 0)
	doc.SetAutoPageBreak(false, 0)
	doc.SetCatalogSort(true) // no order of a map in the file
	doc.SetProducer("actscope", true)
	doc.SetLang("en")
	doc.AddPage()
	doc.SetLineJoinStyle("round")
	return &pdfPage{doc: doc, unit: pointsPerPx / k, alpha: 1}
}

// content ends the page and gives the file, without the times that fpdf puts into it.
func (p *pdfPage) content() ([]byte, error) {
	var file bytes.Buffer
	if err := p.doc.Output(&file); err != nil {
		return nil, fmt.Errorf("viz: writing a PDF: %w", err)
	}
	content := file.Bytes()
	for _, key := range []string{"/CreationDate (", "/ModDate ("} {
		at := bytes.LastIndex(content, []byte(key))
		if at < 0 {
			return nil, fmt.Errorf("viz: writing a PDF: no %s) in it", key)
		}
		for i := at; content[i] != '\n'; i++ {
			content[i] = ' ' // the places of all that follows stay
		}
	}
	return content, nil
}

func (p *pdfPage) GetDPI() float64                 { return 72 }
func (p *pdfPage) ResetStyle()                     {}
func (p *pdfPage) SetDPI(float64)                  {}
func (p *pdfPage) SetClassName(string)             {}
func (p *pdfPage) MeasureText(string) chart.Box    { return chart.Box{} }
func (p *pdfPage) Save(io.Writer) error            { return nil }
func (p *pdfPage) SetFillColor(c drawing.Color)    { p.fill = Color(c) }
func (p *pdfPage) SetStrokeColor(c drawing.Color)  { p.stroke = Color(c) }
func (p *pdfPage) SetStrokeWidth(width float64)    { p.doc.SetLineWidth(width * p.unit) }
func (p *pdfPage) SetFont(f *truetype.Font)        { p.font = f }
func (p *pdfPage) SetFontColor(c drawing.Color)    { p.colour = Color(c) }
func (p *pdfPage) SetFontSize(size float64)        { p.size = size }
func (p *pdfPage) SetTextRotation(radians float64) { p.turn = radians }
func (p *pdfPage) ClearTextRotation()              { p.turn = 0 }

// SetStrokeDashArray sets the dashes and the ends of lines: round ones, but of dashes.
func (p *pdfPage) SetStrokeDashArray(dash []float64) {
	ends, lengths := "round", make([]float64, len(dash))
	for i, d := range dash {
		ends, lengths[i] = "butt", d*p.unit
	}
	p.doc.SetLineCapStyle(ends)
	p.doc.SetDashPattern(lengths, 0)
}

// to is a place on the page.
func (p *pdfPage) to(x, y int) (float64, float64) { return float64(x) * p.unit, float64(y) * p.unit }

func (p *pdfPage) MoveTo(x, y int) {
	p.at[0], p.at[1] = p.to(x, y)
	p.doc.MoveTo(p.at[0], p.at[1])
}

func (p *pdfPage) LineTo(x, y int) {
	p.at[0], p.at[1] = p.to(x, y)
	p.doc.LineTo(p.at[0], p.at[1])
}

// QuadCurveTo is a cubic curve in a PDF.
func (p *pdfPage) QuadCurveTo(a, b, x, y int) {
	cx, cy := p.to(a, b)
	ex, ey := p.to(x, y)
	const third = 2.0 / 3
	p.doc.CurveBezierCubicTo(p.at[0]+third*(cx-p.at[0]), p.at[1]+third*(cy-p.at[1]), ex+third*(cx-ex), ey+third*(cy-ey), ex, ey)
	p.at = [2]float64{ex, ey}
}

// ArcTo is a whole ellipse, which is all that is drawn of arcs: four curves.
func (p *pdfPage) ArcTo(x, y int, rx, ry, _, _ float64) {
	const handle = 0.5522847498 // of the radius, for a curve that stays within 0.03 % of it
	cx, cy := p.to(x, y)
	rx, ry = rx*p.unit, ry*p.unit
	p.doc.MoveTo(cx+rx, cy)
	for quarter := range 4 {
		sin, cos := math.Sincos(float64(quarter) * math.Pi / 2)
		place := func(u, v float64) (float64, float64) { return cx + rx*(u*cos-v*sin), cy + ry*(u*sin+v*cos) }
		ax, ay := place(1, handle)
		bx, by := place(handle, 1)
		ex, ey := place(0, 1)
		p.doc.CurveBezierCubicTo(ax, ay, bx, by, ex, ey)
	}
}

// Circle is drawn by ArcTo, as in a raster image.
func (p *pdfPage) Circle(radius float64, x, y int) { p.ArcTo(x, y, radius, radius, 0, 2*math.Pi) }

func (p *pdfPage) Close()  { p.doc.ClosePath() }
func (p *pdfPage) Stroke() { p.paint("D", p.stroke.A) }
func (p *pdfPage) Fill()   { p.paint("F", p.fill.A) }

// FillStroke is for fills and lines of one opacity.
func (p *pdfPage) FillStroke() { p.paint("FD", p.stroke.A) }

// paint paints the path.
func (p *pdfPage) paint(how string, opacity uint8) {
	p.doc.SetFillColor(int(p.fill.R), int(p.fill.G), int(p.fill.B))
	p.doc.SetDrawColor(int(p.stroke.R), int(p.stroke.G), int(p.stroke.B))
	p.setAlpha(opacity)
	p.doc.DrawPath(how)
}

func (p *pdfPage) setAlpha(opacity uint8) {
	if alpha := float64(opacity) / 255; alpha != p.alpha {
		p.doc.SetAlpha(alpha, "Normal")
		p.alpha = alpha
	}
}

// Text writes body, whose characters the font has, from x, y on the baseline: in pieces, between which are pairs that stand
// closer or wider than their widths say.
func (p *pdfPage) Text(body string, x, y int) {
	p.useFont()
	p.doc.SetTextColor(int(p.colour.R), int(p.colour.G), int(p.colour.B))
	p.setAlpha(p.colour.A)
	px, py := p.to(x, y)
	if p.turn != 0 {
		p.doc.TransformBegin()
		p.doc.TransformRotate(-p.turn*180/math.Pi, px, py)
		defer p.doc.TransformEnd()
	}
	face := &Face{p.font}
	for _, piece := range face.kerned(body) {
		p.doc.Text(px+piece.pen*p.size*p.unit, py, piece.text)
	}
}

// useFont takes the font and size, and the font into the file where it is new.
func (p *pdfPage) useFont() {
	at := slices.Index(p.fonts, p.font)
	name := func(i int) string { return fmt.Sprintf("font%d", i) }
	if at < 0 {
		at = len(p.fonts)
		p.fonts = append(p.fonts, p.font)
		p.doc.AddUTF8FontFromBytes(name(at), "", slices.Clone(fontFile(p.font)))
	}
	p.doc.SetFont(name(at), "", p.size*p.unit)
}

// kernedPiece is text without kerning in it, and where it begins, over the font size.
type kernedPiece struct {
	text string
	pen  float64
}

// kerned takes a text apart at its kerned pairs.
func (f *Face) kerned(s string) []kernedPiece {
	var pieces []kernedPiece
	em := fixed.Int26_6(f.font.FUnitsPerEm())
	start, prev, has := 0, truetype.Index(0), false
	for i, c := range s {
		index := f.font.Index(c)
		if has && f.font.Kern(em, prev, index) != 0 {
			pieces = append(pieces, kernedPiece{text: s[start:i]})
			start = i
		}
		prev, has = index, true
	}
	pieces = append(pieces, kernedPiece{text: s[start:]})
	done := 0
	for i := range pieces {
		through := done + len(pieces[i].text)
		pieces[i].pen = f.advance(s[:through], 1) - f.advance(pieces[i].text, 1)
		done = through
	}
	return pieces
}
