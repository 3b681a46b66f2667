package viz

import (
	"cmp"
	"math"
	"slices"
)

// Note is a text at a data point.
type Note struct {
	At   Point // data
	Text Span
	// Shift moves the text by px; Anchor says which point of the text is put there,
	// as in [Canvas.Text].
	Shift, Anchor Point
	// Background lays a pale ground below the text.
	Background bool
}

// Notes is a series of texts.
type Notes []Note

func (ns Notes) Extent() Extent {
	var e Extent
	for _, n := range ns {
		e = e.Union(ExtentOf([]Point{n.At}))
	}
	return e
}

func (ns Notes) Draw(c *Canvas) error {
	t := c.theme
	for _, n := range ns {
		at, ok := c.At(n.At)
		if !ok {
			continue
		}
		at = Point{at.X + n.Shift.X, at.Y + n.Shift.Y}
		if n.Background {
			w, h := n.Text.width(t, t.NoteSize), t.NoteSize*capHeight
			x0, y1 := at.X-n.Anchor.X*w, at.Y+n.Anchor.Y*h
			c.surface.roundedRect(Box{x0, y1 - h, x0 + w, y1}.grow(4), 3, Fade(t.Paper, 0.85), Stroke{})
		}
		c.Text(n.Text, t.NoteSize, at, n.Anchor)
	}
	return nil
}

// EndLabel names a line beside its end, in one or two rows.
type EndLabel struct {
	At    Point // the line's end
	Color Color
	Name  string // bold
	Value string // below the name; may be empty
	// Dash is that of the line where dashes tell the lines apart: then a piece of it stands before the name.
	Dash []float64
}

// EndLabels writes labels to the right of the plot area, at the height of the
// lines' ends and pushed apart where they would overlap.
type EndLabels []EndLabel

const (
	endGap      = 12  // between the plot area and the labels
	endLine     = 1.2 // line height over font size
	endSpace    = 6   // between name and value in one row
	maxEndLabel = 160 // width of a name or a value
	endSample   = 24  // length of a piece of a dashed line
)

func (ls EndLabels) Extent() Extent {
	var e Extent
	for _, l := range ls {
		e = e.Union(ExtentOf([]Point{l.At}))
	}
	return e
}

// inOneRow says whether the values stand beside the names: many labels need the height.
func (ls EndLabels) inOneRow() bool { return len(ls) > 4 }

func (ls EndLabels) rightRoom(t Theme) float64 {
	w := 0.0
	for _, l := range ls {
		name, value := l.spans(t)
		nameWidth, valueWidth := name.width(t, t.LabelSize), value.width(t, t.NoteSize)
		if ls.inOneRow() {
			w = max(w, nameWidth+endSpace+valueWidth)
		} else {
			w = max(w, nameWidth, valueWidth)
		}
	}
	return w + endGap + ls.sampleRoom()
}

// sampleRoom is what pieces of the lines take before the names, where there are some.
func (ls EndLabels) sampleRoom() float64 {
	for _, l := range ls {
		if l.Dash != nil {
			return endSample + endSpace
		}
	}
	return 0
}

// spans are the name and the value, cut to what a label may take.
func (l EndLabel) spans(t Theme) (name, value Span) {
	return Span{Text: l.Name, Color: l.Color, Bold: true}.shortened(t, t.LabelSize, maxEndLabel),
		Span{Text: l.Value, Color: l.Color}.shortened(t, t.NoteSize, maxEndLabel)
}

func (ls EndLabels) height(t Theme, l EndLabel) float64 {
	h := endLine * t.LabelSize
	if l.Value != "" && !ls.inOneRow() {
		h += endLine * t.NoteSize
	}
	return h
}

func (ls EndLabels) Draw(c *Canvas) error {
	t, b := c.theme, c.box
	type slot struct {
		label EndLabel
		end   Point
	}
	var slots []slot
	for _, l := range ls {
		at, ok := c.At(l.At)
		if !ok {
			at = Point{b.X1, b.Y0} // such as an infinite value: the line left through the top
		}
		at.Y = min(max(at.Y, b.Y0), b.Y1)
		slots = append(slots, slot{l, at})
	}
	slices.SortStableFunc(slots, func(a, b slot) int { return cmp.Compare(a.end.Y, b.end.Y) })
	want, height := make([]float64, len(slots)), make([]float64, len(slots))
	for i, s := range slots {
		want[i], height[i] = s.end.Y, ls.height(t, s.label)
	}
	for i, y := range pushApart(want, height, b.Y0-8, b.Y1+8) {
		l, end, x := slots[i].label, slots[i].end, b.X1+endGap
		if math.Abs(y-end.Y) > 6 {
			c.surface.line([]Point{{b.X1 + 1, end.Y}, {x - 2, y}}, Stroke{Color: Fade(l.Color, 0.6), Width: 1})
		}
		name, value := l.spans(t)
		row := y - height[i]/2 + endLine*t.LabelSize/2
		if room := ls.sampleRoom(); room > 0 {
			c.surface.line([]Point{{x + 2, row}, {x + endSample, row}}, Stroke{Color: l.Color, Width: 2, Dash: l.Dash})
			x += room
		}
		c.Text(name, t.LabelSize, Point{x, row}, Point{0, 0.5})
		if ls.inOneRow() {
			x += name.width(t, t.LabelSize) + endSpace
		} else {
			row += endLine * (t.LabelSize + t.NoteSize) / 2
		}
		c.Text(value, t.NoteSize, Point{x, row}, Point{0, 0.5})
	}
	return nil
}

// pushApart moves the middles of boxes, given in rising order, as little as needed (in the least-squares
// sense) for them not to overlap; then it keeps them between lo and hi as far as they fit.
func pushApart(want, height []float64, lo, hi float64) []float64 {
	type block struct {
		first, count int
		top, size    float64
		wish         float64 // mean wish for top
	}
	var blocks []block
	for i := range want {
		b := block{i, 1, 0, height[i], want[i] - height[i]/2}
		for {
			b.top = min(max(b.wish, lo), max(lo, hi-b.size))
			if len(blocks) == 0 || blocks[len(blocks)-1].top+blocks[len(blocks)-1].size <= b.top {
				break
			}
			p := blocks[len(blocks)-1] // merge with the block above
			blocks = blocks[:len(blocks)-1]
			n := float64(p.count + b.count)
			b = block{p.first, p.count + b.count, 0, p.size + b.size, (p.wish*float64(p.count) + (b.wish-p.size)*float64(b.count)) / n}
		}
		blocks = append(blocks, b)
	}
	out := make([]float64, len(want))
	for _, b := range blocks {
		y := b.top
		for i := b.first; i < b.first+b.count; i++ {
			out[i] = y + height[i]/2
			y += height[i]
		}
	}
	return out
}

// ValueLabels writes values beside the points of several lines, each where it hides
// no line, marker or other label. A value without such a place is left out, and of
// more than 300 values all but every second, third, ..
type ValueLabels struct {
	Lines  [][]Point
	Colors []Color // one per line
	Text   func(v float64) string
	// Clear is the radius around each point to keep free, in px.
	Clear float64
}

const maxValueLabels = 300

func (v ValueLabels) Extent() Extent {
	var e Extent
	for _, l := range v.Lines {
		e = e.Union(ExtentOf(l))
	}
	return e
}

func (v ValueLabels) Draw(c *Canvas) error {
	t := c.theme
	around := obstacles{area: c.box}
	type place struct {
		at    Point
		value float64
		line  int
	}
	var places []place
	for i, l := range v.Lines {
		for _, run := range c.runs(l) {
			run = thin(envelope(run), 0.5)
			for j := 1; j < len(run); j++ {
				around.segments = append(around.segments, [2]Point{run[j-1], run[j]})
			}
		}
		for _, p := range l {
			if at, ok := c.At(p); ok {
				places = append(places, place{at, p.Y, i})
			}
		}
	}
	if len(places) <= maxValueLabels {
		for _, p := range places {
			around.taken = append(around.taken, Box{p.at.X, p.at.Y, p.at.X, p.at.Y}.grow(v.Clear+1))
		}
	}
	// From left to right, and from the top down, so that the upper of two gets the upper place.
	slices.SortStableFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.at.X, b.at.X), cmp.Compare(a.at.Y, b.at.Y))
	})
	every := (len(places) + maxValueLabels - 1) / maxValueLabels
	for i, p := range places {
		if i%every != 0 {
			continue
		}
		text := printable(v.Text(p.value))
		w, h := t.Regular.Width(text, t.NoteSize), t.NoteSize*capHeight
		lower := i > 0 && places[i-1].at.X == p.at.X
		if box, ok := around.place(p.at, w, h, v.Clear+5, lower); ok {
			c.Text(Span{Text: text, Color: v.Colors[p.line]}, t.NoteSize, Point{(box.X0 + box.X1) / 2, (box.Y0 + box.Y1) / 2}, Point{0.5, 0.5})
		}
	}
	return nil
}

// obstacles are what labels have to keep clear of.
type obstacles struct {
	area     Box
	taken    []Box // markers and labels
	segments [][2]Point
}

// labelDirections are where a label may stand beside its point, best first, for a point whose label
// should go up: 0 is level with or centred on the point, ±1 is a whole label away.
var labelDirections = []Point{
	{0, -1}, {0, 1}, {0.5, -1}, {-0.5, -1}, {1, -1}, {-1, -1}, {1, 0}, {-1, 0},
	{0.5, 1}, {-0.5, 1}, {1, 1}, {-1, 1}, {1, -0.5}, {-1, -0.5}, {1, 0.5}, {-1, 0.5},
}

// place finds a box of w × h near p and takes it.
func (s *obstacles) place(p Point, w, h, distance float64, lower bool) (Box, bool) {
	best, least := Box{}, math.Inf(1)
	for ring := range 3 {
		for rank, dir := range labelDirections {
			if lower {
				dir.Y = -dir.Y
			}
			d := distance + 7*float64(ring)
			x, y := p.X+dir.X*w/2, p.Y+dir.Y*(h/2+d)
			if math.Abs(dir.Y) < 1 { // beside the point
				x += dir.X * d
			}
			box := Box{x - w/2, y - h/2, x + w/2, y + h/2}
			if cost := float64(rank) + 12*float64(ring) + s.cost(box.grow(2)); cost < least {
				best, least = box, cost
			}
		}
	}
	const maxCost = 60 // touching a line or the zone around a neighbour
	if least > maxCost {
		return Box{}, false
	}
	s.taken = append(s.taken, best.grow(1))
	return best, true
}

func (s *obstacles) cost(box Box) float64 {
	a := s.area
	if box.X0 < a.X0 || box.X1 > a.X1 || box.Y0 < a.Y0 || box.Y1 > a.Y1 {
		return math.Inf(1)
	}
	cost := 0.0
	for _, b := range s.taken {
		cost += 15 * box.Overlap(b)
	}
	for _, g := range s.segments {
		if p, q, ok := clipSegment(box, g[0], g[1]); ok {
			cost += 6 * math.Hypot(q.X-p.X, q.Y-p.Y)
		}
	}
	return cost
}
