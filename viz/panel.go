package viz

import (
	"fmt"
	"math"
	"strings"
)

// Series is anything that can be drawn on a panel.
type Series interface {
	// Extent is the range of data that an automatic scale has to cover.
	Extent() Extent
	// Draw paints the series. An error means that its values do not fit together;
	// values without a place are left out.
	Draw(c *Canvas) error
}

// Panel is one plot area with its axes.
type Panel struct {
	Title []Span
	// Name is what tables call the panel; "" is its title.
	Name string
	// Badge is a short text in a frame of the colour Accent, above the right end or below the title. It may have several lines.
	Badge  string
	Accent Color
	X, Y   Axis
	Series []Series
	// Aspect is height over width of the plot area; 0 means 0.75. The panels of
	// a row share the largest.
	Aspect float64
	// Equal makes a unit of x as long as a unit of y and gives both axes the same
	// steps; it needs linear scales. Without an Aspect the panel takes the shape that
	// follows, unless that is extreme; with one the shorter scale is widened.
	Equal bool
	// Inset shows the panel's surroundings above its right end; nil for none.
	Inset *Inset
	// Notice is a sentence in the middle of the panel, such as that there is nothing to see.
	Notice string
}

// axes are the panel's axes with their scales settled.
func (p *Panel) axes() (x, y Axis) {
	var e Extent
	for _, s := range p.Series {
		e = e.Union(s.Extent())
	}
	x, y = p.X.withScale(e.XMin, e.XMax, e.hasX), p.Y.withScale(e.YMin, e.YMax, e.hasY)
	sx, sy, linear := linearPair(x.Scale, y.Scale)
	if !p.Equal || !linear {
		return x, y
	}
	if have, want := (sy.hi-sy.lo)/(sx.hi-sx.lo), p.aspect(x, y); have > want {
		x.Scale = sx.widen(have / want)
	} else {
		y.Scale = sy.widen(want / have)
	}
	return x, y
}

func linearPair(x, y Scale) (sx, sy LinearScale, ok bool) {
	sx, okX := x.(LinearScale)
	sy, okY := y.(LinearScale)
	return sx.orUnit(), sy.orUnit(), okX && okY
}

// aspect is the height over the width that the panel wants.
func (p *Panel) aspect(x, y Axis) float64 {
	switch sx, sy, linear := linearPair(x.Scale, y.Scale); {
	case p.Aspect > 0:
		return min(max(p.Aspect, 0.02), 5)
	case p.Equal && linear:
		return min(max((sy.hi-sy.lo)/(sx.hi-sx.lo), 0.25), 2.5)
	}
	return 0.75
}

// panelPlan is where a panel and its parts go.
type panelPlan struct {
	panel    *Panel
	row, col int
	box      Box // the plot area
	x, y     axisPlan
	aspect   float64 // height over width

	titles   [][]Span // lines
	titleY   float64  // baseline of the first
	badge    []string // lines
	badgeBox Box
	below    bool // the badge stands below the title
	under    bool // and below the inset

	err error // of a series while drawing
}

// chooseTicks settles the ticks of a plot area of that size.
func (pp *panelPlan) chooseTicks(t Theme, width, height float64) {
	pp.x.chooseTicks(t, width)
	pp.y.chooseTicks(t, height)
	if pp.panel.Equal {
		matchTicks(t, &pp.x, &pp.y)
	}
}

const (
	badgePadding  = 7
	maxTitleLines = 3
)

func titleLine(t Theme) float64 { return t.PanelSize + 4 }
func badgeLine(t Theme) float64 { return t.NoteSize + 3 }

func badgeWidth(t Theme, badge []string) float64 {
	w := 0.0
	for _, line := range badge {
		w = max(w, t.Regular.Width(line, t.NoteSize))
	}
	return w + 2*badgePadding
}

func badgeHeight(t Theme, badge []string) float64 { return float64(len(badge))*badgeLine(t) + 4 }

// breakHeading breaks title and badge into lines for a plot area of that width.
func (pp *panelPlan) breakHeading(t Theme, width float64) {
	const narrow = 105 // has no room for numbers
	room, badgeRoom := width, width
	if pp.panel.Inset != nil {
		room -= insetSize + insetGap
		if badgeRoom, pp.under = room, room < narrow; pp.under {
			badgeRoom = width
		}
	}
	pp.badge = nil
	for line := range strings.SplitSeq(pp.panel.Badge, "\n") {
		pp.badge = append(pp.badge, t.Regular.wrap(printable(line), t.NoteSize, badgeRoom-2*badgePadding, 2)...)
	}
	title := spansWidth(pp.panel.Title, t, t.PanelSize)
	pp.titles = nil
	if title > 0 {
		pp.titles = wrapSpans(pp.panel.Title, t, t.PanelSize, room, maxTitleLines)
	}
	pp.below = len(pp.titles) > 0 && len(pp.badge) > 0 && (pp.panel.Inset != nil || len(pp.badge) > 1 || title+10+badgeWidth(t, pp.badge) > width)
}

// headingHeight is the room above the plot area.
func (pp *panelPlan) headingHeight(t Theme) float64 {
	h := 0.0
	if n := len(pp.titles); n > 0 {
		h = float64(n)*titleLine(t) + 6
	}
	inset := 0.0
	if pp.panel.Inset != nil {
		inset = insetSize + 2*insetGap
	}
	switch {
	case pp.under:
		h = max(h, inset) + badgeHeight(t, pp.badge) + 4
	case pp.below:
		h = max(h+badgeHeight(t, pp.badge)+4, inset)
	case len(pp.badge) > 0:
		h = max(h, badgeHeight(t, pp.badge)+4, inset)
	}
	return max(h, 6)
}

// placeHeading puts title and badge above the plot area.
func (pp *panelPlan) placeHeading(t Theme) {
	b := pp.box
	w, h := badgeWidth(t, pp.badge), badgeHeight(t, pp.badge)
	pp.titleY = b.Y0 - 9 - float64(len(pp.titles)-1)*titleLine(t)
	pp.badgeBox = Box{b.X1 - w, b.Y0 - 4 - h, b.X1, b.Y0 - 4}
	if pp.below {
		pp.titleY -= h + 3
		pp.badgeBox.X0, pp.badgeBox.X1 = b.X0, b.X0+w
	}
}

// draw paints the panel: ground, grid, series, axes, heading.
func (pp *panelPlan) draw(c *Canvas) {
	s, t, b := c.surface, c.theme, pp.box
	s.rect(b, t.Panel, Stroke{})
	for _, x := range pp.x.gridLines(b) {
		s.line([]Point{{x, b.Y0}, {x, b.Y1}}, Stroke{Color: t.Grid, Width: 1})
	}
	for _, y := range pp.y.gridLines(b) {
		s.line([]Point{{b.X0, y}, {b.X1, y}}, Stroke{Color: t.Grid, Width: 1})
	}
	for i, series := range pp.panel.Series {
		if err := series.Draw(c); err != nil {
			pp.err = fmt.Errorf("viz: panel %q, series %d: %w", plainText(pp.panel.Title), i+1, err)
			return
		}
	}
	pp.drawAxes(c)
	pp.drawHeading(c)
	if n := pp.panel.Notice; n != "" {
		pp.drawNotice(c, n)
	}
}

const (
	tickLength = 4
	tickGap    = 4 // between mark and label
	labelGap   = 8 // between tick labels and the axis label
)

// length of a tick's mark in px.
func (t Tick) length() float64 {
	if t.Minor {
		return tickLength / 2
	}
	return tickLength
}

func (pp *panelPlan) drawAxes(c *Canvas) {
	s, t, b := c.surface, c.theme, pp.box
	spine := Stroke{Color: t.Spine, Width: 1}
	s.line([]Point{{b.X0, b.Y0}, {b.X0, b.Y1}, {b.X1, b.Y1}}, spine)
	for _, k := range pp.x.ticks {
		x := pp.x.px(k.Value, b)
		s.line([]Point{{x, b.Y1}, {x, b.Y1 + k.length()}}, spine)
		if pp.x.labelled {
			s.text(Span{Text: k.Label, Color: t.Muted, Full: k.Full}, t, t.TickSize, Point{x, b.Y1 + tickLength + tickGap}, Point{0.5, 1}, 0)
		}
	}
	for _, k := range pp.y.ticks {
		y := pp.y.px(k.Value, b)
		s.line([]Point{{b.X0 - k.length(), y}, {b.X0, y}}, spine)
		if pp.y.labelled {
			s.text(Span{Text: k.Label, Color: t.Muted, Full: k.Full}, t, t.TickSize, Point{b.X0 - tickLength - tickGap, y}, Point{1, 0.5}, 0)
		}
	}
	if ls, ok := pp.y.scale.(LogScale); ok && ls.zeroBand > 0 { // break the axis between zero and the rest
		y := b.Y1 - 0.72*ls.zeroBand*b.Height()
		for _, d := range []float64{-2, 2} {
			s.line([]Point{{b.X0 - 4, y + d + 1.5}, {b.X0 + 4, y + d - 1.5}}, spine)
		}
	}
	for i, line := range pp.x.lines {
		y := b.Y1 + pp.x.labelOff + float64(i)*labelLine*t.LabelSize
		s.text(Span{Text: line, Color: t.Muted}, t, t.LabelSize, Point{(b.X0 + b.X1) / 2, y}, Point{0.5, 1}, 0)
	}
	for i, line := range pp.y.lines {
		x := b.X0 - pp.y.labelOff + float64(i)*labelLine*t.LabelSize
		s.text(Span{Text: line, Color: t.Muted}, t, t.LabelSize, Point{x, (b.Y0 + b.Y1) / 2}, Point{0.5, 0}, -math.Pi/2)
	}
}

func (pp *panelPlan) drawHeading(c *Canvas) {
	s, t := c.surface, c.theme
	for i, line := range pp.titles {
		x := pp.box.X0
		for _, sp := range line {
			s.text(sp, t, t.PanelSize, Point{x, pp.titleY + float64(i)*titleLine(t)}, Point{}, 0)
			x += sp.width(t, t.PanelSize)
		}
	}
	if b := pp.badgeBox; len(pp.badge) > 0 {
		s.roundedRect(b, 4, t.Paper, Stroke{Color: pp.panel.Accent, Width: 1.2})
		for i, line := range pp.badge {
			y := b.Y0 + 2 + (float64(i)+0.5)*badgeLine(t)
			if len(pp.badge) == 1 {
				s.text(Span{Text: line}, t, t.NoteSize, Point{(b.X0 + b.X1) / 2, y}, Point{0.5, 0.5}, 0)
			} else {
				s.text(Span{Text: line}, t, t.NoteSize, Point{b.X0 + badgePadding, y}, Point{0, 0.5}, 0)
			}
		}
	}
	if pp.panel.Inset != nil {
		pp.panel.Inset.draw(c, pp)
	}
}

func (pp *panelPlan) drawNotice(c *Canvas, notice string) {
	t, b := c.theme, pp.box
	lines := t.Regular.wrap(printable(notice), t.NoteSize, b.Width()*0.85, 4)
	y := (b.Y0+b.Y1)/2 - float64(len(lines)-1)/2*t.NoteSize*1.35
	for _, l := range lines {
		w := t.Regular.Width(l, t.NoteSize)
		x := (b.X0 + b.X1) / 2
		c.surface.rect(Box{x - w/2 - 5, y - t.NoteSize*0.72, x + w/2 + 5, y + t.NoteSize*0.72}, Fade(t.Panel, 0.85), Stroke{})
		c.surface.text(Span{Text: l, Color: t.Muted}, t, t.NoteSize, Point{x, y}, Point{0.5, 0.5}, 0)
		y += t.NoteSize * 1.35
	}
}
