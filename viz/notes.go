package viz

// Note is a text at a data point.
type Note struct {
	At   Point // data
	Text Span
	// Shift moves the text by px; Anchor says which point of the text is put there,
	// as in [Canvas.Text].
	Shift, Anchor Point
	// Plate lays a pale ground below the text.
	Plate bool
}

// Notes is a series of texts.
type Notes []Note

// Extent implements [Series].
func (ns Notes) Extent() Extent {
	var e Extent
	for _, n := range ns {
		e = e.Union(ExtentOf([]Point{n.At}))
	}
	return e
}

// Draw implements [Series].
func (ns Notes) Draw(c *Canvas) error {
	t := c.theme
	for _, n := range ns {
		at, ok := c.At(n.At)
		if !ok {
			continue
		}
		at = Point{at.X + n.Shift.X, at.Y + n.Shift.Y}
		if n.Plate {
			w, h := n.Text.width(t, t.NoteSize), t.NoteSize*capHeight
			x0, y1 := at.X-n.Anchor.X*w, at.Y+n.Anchor.Y*h
			c.surface.plate(Box{x0, y1 - h, x0 + w, y1}.grow(4), 3, Fade(t.Paper, 0.85), Stroke{})
		}
		c.Text(n.Text, t.NoteSize, at, n.Anchor)
	}
	return nil
}
