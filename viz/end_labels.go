package viz

import (
	"cmp"
	"math"
	"slices"
)

// EndLabel names a line beside its end, in one or two rows.
type EndLabel struct {
	At    Point // the line's end
	Color Color
	Name  string // bold
	Value string // below the name; may be empty
}

// EndLabels writes labels to the right of the plot area, at the height of the
// lines' ends and pushed apart where they would overlap.
type EndLabels []EndLabel

const (
	endGap   = 12  // between the plot area and the labels
	endLine  = 1.2 // line height over font size
	endSpace = 6   // between name and value in one row
	endMost  = 160 // width of a name or a value
)

// Extent implements [Series].
func (ls EndLabels) Extent() Extent {
	var e Extent
	for _, l := range ls {
		e = e.Union(ExtentOf([]Point{l.At}))
	}
	return e
}

// inOneRow says whether the values stand beside the names: many labels need the height.
func (ls EndLabels) inOneRow() bool { return len(ls) > 5 }

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
	return w + endGap
}

// spans are the name and the value, cut to what a label may take.
func (l EndLabel) spans(t Theme) (name, value Span) {
	return Span{Text: t.Bold.ellipsis(printable(l.Name), t.LabelSize, endMost), Color: l.Color, Bold: true},
		Span{Text: t.Regular.ellipsis(printable(l.Value), t.NoteSize, endMost), Color: l.Color}
}

func (ls EndLabels) height(t Theme, l EndLabel) float64 {
	h := endLine * t.LabelSize
	if l.Value != "" && !ls.inOneRow() {
		h += endLine * t.NoteSize
	}
	return h
}

// Draw implements [Series].
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
			at = Point{b.X1, b.Y0} // what has no place left through the top
		}
		at.Y = min(max(at.Y, b.Y0), b.Y1)
		slots = append(slots, slot{l, at})
	}
	slices.SortStableFunc(slots, func(a, b slot) int { return cmp.Compare(a.end.Y, b.end.Y) })
	want, height := make([]float64, len(slots)), make([]float64, len(slots))
	for i, s := range slots {
		want[i], height[i] = s.end.Y, ls.height(t, s.label)
	}
	for i, y := range spread(want, height, b.Y0-8, b.Y1+8) {
		l, end, x := slots[i].label, slots[i].end, b.X1+endGap
		if math.Abs(y-end.Y) > 6 {
			c.surface.line([]Point{{b.X1 + 1, end.Y}, {x - 2, y}}, Stroke{Color: Fade(l.Color, 0.6), Width: 1})
		}
		name, value := l.spans(t)
		row := y - height[i]/2 + endLine*t.LabelSize/2
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

// spread moves the middles of boxes, given in rising order, as little as needed (in the least-squares
// sense) for them not to overlap; then it keeps them between lo and hi as far as they fit.
func spread(want, height []float64, lo, hi float64) []float64 {
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
