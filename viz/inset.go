package viz

// Inset is a small picture without labels in a corner above a panel, of the same points on a wider scale: a frame in it is what the
// panel shows.
type Inset struct {
	X, Y   Scale
	Series []Series
}

const (
	insetSize = 54 // px, both ways
	insetGap  = 4  // around it
	leastView = 5  // px of the frame, so that it is seen
)

// draw paints the inset above the right end of its panel.
func (in *Inset) draw(c *Canvas, pp *panelPlan) {
	b, t, s := pp.box, c.theme, c.surface
	bottom := b.Y0 - insetGap
	if pp.under {
		bottom = pp.badgeBox.Y0 - insetGap
	}
	box := Box{b.X1 - insetSize, bottom - insetSize, b.X1, bottom}
	s.rect(box, t.Panel, Stroke{})
	small := &Canvas{surface: s, box: box, x: in.X, y: in.Y, theme: t}
	for _, series := range in.Series {
		if err := series.Draw(small); err != nil {
			pp.err = err
			return
		}
	}
	s.rect(box, Color{}, Stroke{Color: t.Spine, Width: 1})
	place := func(scale, own Scale, v0, v1 float64) (float64, float64) {
		linear, ok := own.(LinearScale)
		if !ok {
			return v0, v1
		}
		linear = linear.orUnit()
		from, to := scale.Position(linear.lo), scale.Position(linear.hi)
		return v0 + from*(v1-v0), v0 + to*(v1-v0)
	}
	view := box
	view.X0, view.X1 = place(in.X, c.x, box.X0, box.X1)
	view.Y1, view.Y0 = place(in.Y, c.y, box.Y1, box.Y0)
	if d := (leastView - view.Width()) / 2; d > 0 {
		view.X0, view.X1 = view.X0-d, view.X1+d
	}
	if d := (leastView - view.Height()) / 2; d > 0 {
		view.Y0, view.Y1 = view.Y0-d, view.Y1+d
	}
	view = Box{max(view.X0, box.X0), max(view.Y0, box.Y0), min(view.X1, box.X1), min(view.Y1, box.Y1)}
	if view.Width() > 0 && view.Height() > 0 {
		s.rect(view, Color{}, Stroke{Color: t.Text, Width: 1.2})
	}
}
