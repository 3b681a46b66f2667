package viz

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

// Sheet is a figure as the parts of a web page: each panel is an SVG element of its own, which the page arranges
// as its width asks for, and the words around the panels are left to the page. Text in the panels is text.
type Sheet struct {
	// Name, Title, Subtitle, Description and Footnotes are those of the figure.
	Name, Title, Subtitle, Description string
	Footnotes                          []string
	// Numbers is the figure's table, rounded.
	Numbers []Column
	// Columns is how many panels stand side by side where there is room.
	Columns int
	Panels  []string
	// Width is that of a panel in px at which its type has the size of the theme.
	Width float64
	// Wide are the panels once more, for wide screens, where the figure has one column; WideWidth is their width.
	Wide      []string
	WideWidth float64
	Keys      []SheetKey
	// Bar is the colour bar, lying, with BarLabel beside it; "" where there is none.
	Bar, BarLabel string
	// Style are the CSS rules of all parts. Their colours are the custom properties Inks.
	Style string
	Inks  []Ink
}

// SheetKey is an entry of a legend: an SVG element, which may be missing, and what it means.
type SheetKey struct{ Sign, Text string }

// Ink is a custom property with what it is in the light and in the dark theme, as CSS has it.
type Ink struct{ Name, Light, Dark string }

const (
	sheetUnits = 10 // of an SVG's view box in a px
	sheetEdge  = 3  // px around a panel
	wideSheet  = 800
	barLength  = 280 // px
	barEnds    = 20  // px beside a lying bar, for half of a label
)

// sheetWidth is the width of a panel in px. At 328 px, all of a phone, and in so many columns of a page, type of
// 13 px is 11 px or more.
func sheetWidth(columns int) float64 {
	switch {
	case columns <= 2:
		return 380
	case columns == 3:
		return 320
	}
	return 240
}

// NewSheet draws a figure for a page. Names in it begin with a prefix, which no other of the page may have. It is
// drawn in the light and the dark theme, which have to draw the same shapes.
func NewSheet(d Drawing, prefix string) (*Sheet, error) {
	f, err := d.Figure(Options{})
	if err != nil {
		return nil, err
	}
	columns := len(f.Panels)
	if f.Columns > 0 {
		columns = min(columns, f.Columns)
	}
	s := &Sheet{
		Name: f.Name, Title: f.Title, Subtitle: f.Subtitle, Description: f.Description, Footnotes: f.Footnotes, Numbers: f.Table(true), Columns: columns, Width: sheetWidth(columns),
	}
	w := &sheetWriter{sheet: &styleSheet{prefix: prefix, names: map[string]string{}}, inks: map[string]bool{}}
	if err := w.draw(d, s.Width, s); err != nil {
		return nil, err
	}
	if columns == 1 {
		narrow := s.Panels
		if err := w.draw(d, wideSheet, s); err != nil {
			return nil, err
		}
		s.Panels, s.Wide, s.WideWidth = narrow, s.Panels, wideSheet
	}
	s.Style, s.Inks = w.sheet.css.String(), w.all
	return s, nil
}

// sheetWriter draws the parts of a sheet.
type sheetWriter struct {
	sheet *styleSheet
	inks  map[string]bool
	all   []Ink
	parts int
}

// draw draws panels so wide, legend and colour bar: in the dark theme to note its colours, then in the light one.
func (w *sheetWriter) draw(d Drawing, width float64, s *Sheet) error {
	twin := &twin{}
	for _, theme := range []Theme{DarkTheme(), DefaultTheme()} {
		f, err := d.Figure(Options{Theme: theme, Width: width * float64(s.Columns)})
		if err != nil {
			return err
		}
		alone := *f
		alone.Title, alone.Subtitle, alone.Footnotes, alone.Legend, alone.ColorBar = "", "", nil, nil, nil
		alone.Columns, alone.ShareX, alone.ShareY, alone.Width = 1, false, false, width+2*(margin-sheetEdge)
		p, err := alone.place()
		if err != nil {
			return err
		}
		s.Panels, s.Keys = nil, nil
		for i := range p.panels {
			svg, err := w.part(p.panels[i].cell(p), twin, func(to *surface) error { return alone.drawPanel(to, p, i) })
			if err != nil {
				return err
			}
			s.Panels = append(s.Panels, svg)
		}
		for _, k := range f.Legend {
			key := SheetKey{Text: k.Text}
			if wide := k.signWidth(); wide > 0 {
				key.Sign, err = w.part(Box{0, 0, wide, keyHeight}, twin, func(to *surface) error {
					k.drawSign(to, Point{0, keyHeight / 2})
					return nil
				})
				if err != nil {
					return err
				}
			}
			s.Keys = append(s.Keys, key)
		}
		if bar := f.ColorBar; bar != nil {
			s.BarLabel = bar.Label
			s.Bar, err = w.part(Box{0, 0, barLength + 2*barEnds, barWidth + tickLength + tickGap + theme.TickSize}, twin, func(to *surface) error {
				bar.drawLying(to, theme, Box{barEnds, 1, barEnds + barLength, barWidth})
				return nil
			})
			if err != nil {
				return err
			}
		}
		if twin.failed || twin.replay && len(twin.dark) > 0 {
			return fmt.Errorf("viz: figure %s has other shapes in the dark theme than in the light one", s.Name)
		}
		twin.replay = true
	}
	for _, ink := range twin.inks {
		if !w.inks[ink.Name] {
			w.inks[ink.Name] = true
			w.all = append(w.all, ink)
		}
	}
	return nil
}

const keyHeight = 16

// part is an SVG element of what is drawn in a box; nothing while colours are only noted.
func (w *sheetWriter) part(b Box, twin *twin, draw func(*surface) error) (string, error) {
	if !twin.replay {
		return "", draw(&surface{k: sheetUnits, twin: twin})
	}
	size := func(v float64) int { return round(v * sheetUnits) }
	to, err := newVector(size(b.X1), size(b.Y1), sheetUnits, w.sheet)
	if err != nil {
		return "", err
	}
	to.twin = twin
	if err := draw(to); err != nil {
		return "", err
	}
	body, err := to.body()
	if err != nil {
		return "", err
	}
	w.parts++
	var out bytes.Buffer
	fmt.Fprintf(&out, `<svg aria-hidden="true" viewBox="%d %d %d %d">`, size(b.X0), size(b.Y0), size(b.Width()), size(b.Height()))
	compactShapes(&out, fmt.Sprintf("%s%d-", w.sheet.prefix, w.parts), body)
	return out.String(), nil
}

// cell is all of a panel that stands in a column of its own.
func (pp *panelPlan) cell(p *plan) Box {
	const below = 3 // for letters below the baseline
	return Box{margin - sheetEdge, pp.box.Y0 - pp.headingHeight(p.theme), p.width - margin + sheetEdge, pp.box.Y1 + pp.x.room(p.theme) + below}
}

// twin pairs the colours of a figure with those that it has in the dark theme, where they were noted in
// the order of drawing.
type twin struct {
	dark   []Color
	replay bool
	inks   []Ink
	failed bool
}

// css notes a colour of the dark theme, or gives the property that stands for one of the light theme.
func (t *twin) css(light Color) string {
	if !t.replay {
		t.dark = append(t.dark, light)
		return ""
	}
	if len(t.dark) == 0 {
		t.failed = true
		return "none"
	}
	dark := t.dark[0]
	t.dark = t.dark[1:]
	if light == dark {
		return cssColor(light)
	}
	name := func(c Color) string {
		if c.A == 255 {
			return fmt.Sprintf("%02x%02x%02x", c.R, c.G, c.B)
		}
		return fmt.Sprintf("%02x%02x%02x%02x", c.R, c.G, c.B, c.A)
	}
	ink := Ink{"--" + name(light) + "-" + name(dark), cssColor(light), cssColor(dark)}
	t.inks = append(t.inks, ink)
	return "var(" + ink.Name + ")"
}

// shortText is how many characters of regular type are never fitted: they hardly differ from type to type.
const shortText = 5

// textElement writes a line as a text element, for the page's type to set: longer ones are fitted to the room
// that the layout gave them, since the page's type may run wider.
func (s *surface) textElement(sp Span, t Theme, size float64, at, anchor Point, turn float64) {
	ink := s.twin.css(sp.color(t))
	text := printable(sp.Text)
	if s.sheet == nil || strings.TrimSpace(text) == "" {
		return
	}
	rule := "fill:" + ink + ";font:"
	if sp.Bold {
		rule += "700 "
	}
	rule += trimFloat(size*s.k, 1) + "px var(--sans)"
	sin, cos := math.Sincos(turn)
	width := sp.width(t, size)
	dx, dy := 0.0, anchor.Y*size*capHeight
	switch anchor.X {
	case 0.5:
		rule += ";text-anchor:middle"
	case 1:
		rule += ";text-anchor:end"
	default:
		dx = -anchor.X * width
	}
	x, y := s.to(Point{at.X + dx*cos - dy*sin, at.Y + dx*sin + dy*cos})
	class := s.sheet.class(rule)
	if sp.Bold || utf8.RuneCountInString(text) > shortText {
		// go-chart writes the name of a class as it is.
		class += fmt.Sprintf(`" textLength="%d" lengthAdjust="spacingAndGlyphs`, round(width*s.k))
	}
	s.inner.SetClassName(class)
	s.inner.ClearTextRotation()
	if turn != 0 {
		s.inner.SetTextRotation(turn)
	}
	content := xmlText(text)
	if sp.Full != "" && sp.Full != sp.Text {
		content = "<title>" + xmlText(printable(sp.Full)) + "</title>" + content
	}
	s.inner.Text(content, clampCoordinate(x), clampCoordinate(y))
	s.inner.ClearTextRotation()
}
