package viz

// Cells is a series of coloured rectangles over two axes of [Categories]. Where a
// value is NaN there is none.
type Cells struct {
	// Values are by y, then by x.
	Values [][]float64
	// Scale maps a value to the ramp.
	Scale Scale
	Ramp  Ramp
	// Text is what is written into a cell, and in which colour, where there is room for
	// it; nil writes three digits.
	Text func(y, x int) Span
}

// Extent implements [Series].
func (c Cells) Extent() Extent {
	if len(c.Values) == 0 {
		return Extent{}
	}
	return ExtentOf([]Point{{-0.5, -0.5}, {float64(len(c.Values[0])) - 0.5, float64(len(c.Values)) - 0.5}})
}

// Draw implements [Series].
func (c Cells) Draw(canvas *Canvas) error {
	if len(c.Values) == 0 {
		return nil
	}
	width, height := canvas.box.Width()/float64(len(c.Values[0])), canvas.box.Height()/float64(len(c.Values))
	t := canvas.theme
	for j, row := range c.Values {
		for i, v := range row {
			at, ok := canvas.At(Point{float64(i), float64(j)})
			if !ok || !finite(v) {
				continue
			}
			share := c.Scale.Position(v)
			left, right, top, bottom := at.X-width/2, at.X+width/2, at.Y-height/2, at.Y+height/2
			canvas.Polygon([][]Point{{{left, top}, {right, top}, {right, bottom}, {left, bottom}}}, c.Ramp(share))
			text := Span{Text: Num(v, 3), Color: t.Text}
			switch {
			case c.Text != nil:
				text = c.Text(j, i)
			case share > darkShare:
				text.Color = t.Paper
			}
			if width > text.width(t, t.NoteSize)+cellPadding && height > t.NoteSize*1.2 {
				canvas.Text(text, t.NoteSize, at, Point{0.5, 0.5})
			}
		}
	}
	return nil
}

const (
	// darkShare is from where on a ramp that goes to a strong colour needs pale text.
	darkShare = 0.6
	// cellPadding is the least room beside the text of a cell, in px.
	cellPadding = 4
)
