package viz

import (
	"cmp"
	"slices"
)

// Axis is one side of a panel.
type Axis struct {
	Label string
	// Scale may be nil: then a linear one is put around the series.
	Scale Scale
	// Ticks may be nil: then the scale chooses.
	Ticks []Tick
	// Grid draws a line across the panel at every tick.
	Grid bool
}

// withScale gives the axis a scale where it has none.
func (a Axis) withScale(lo, hi float64, known bool) Axis {
	if a.Scale == nil {
		if !known {
			lo, hi = 0, 1
		}
		a.Scale = LinearAround(lo, hi, 0.05)
	}
	return a
}

// axisPlan is an axis with its ticks chosen.
type axisPlan struct {
	scale    Scale
	fixed    []Tick // given by the caller
	ticks    []Tick
	label    string
	lines    []string // of the label
	vertical bool
	labelled bool
	grid     bool
	labelOff float64 // from the plot area to the first line's side that faces it; further lines follow downwards
	step     float64 // of the ticks of a linear scale
}

func newAxisPlan(a Axis, vertical, labelled bool) axisPlan {
	if s, ok := a.Scale.(LinearScale); ok && a.Ticks == nil && a.Label != "" && labelled {
		if away, suffix, far := s.awayFrom(); far {
			a.Scale, a.Label = away, a.Label+suffix
		}
	}
	p := axisPlan{scale: a.Scale, fixed: slices.Clone(a.Ticks), vertical: vertical, labelled: labelled, grid: a.Grid}
	slices.SortStableFunc(p.fixed, func(a, b Tick) int { return cmp.Compare(p.scale.Position(a.Value), p.scale.Position(b.Value)) })
	if labelled {
		p.label = printable(a.Label)
	}
	return p
}

// px is the place of a value on the axis.
func (a *axisPlan) px(v float64, b Box) float64 {
	if a.vertical {
		return b.Y1 - a.scale.Position(v)*b.Height()
	}
	return b.X0 + a.scale.Position(v)*b.Width()
}

// gridLines are the places of lines across the plot area.
func (a *axisPlan) gridLines(b Box) []float64 {
	var at []float64
	for _, k := range a.ticks {
		if a.grid && !k.Minor {
			at = append(at, a.px(k.Value, b))
		}
	}
	return at
}

// chooseTicks takes the most ticks that have room on an axis of that length, at least two; and it breaks the label into lines.
func (a *axisPlan) chooseTicks(t Theme, length float64) {
	a.step = 0
	a.lines = t.Regular.wrap(a.label, t.LabelSize, length+gutter, maxLabelLines)
	if a.fixed != nil {
		a.ticks = thinTicks(a.usable(t, a.fixed), func(ts []Tick) bool { return a.fits(t, ts, length) })
		return
	}
	n := max(2, int(length/46))
	if a.vertical {
		n = max(2, int(length/38))
	}
	for ; n > 0; n-- {
		if s, ok := a.scale.(LinearScale); ok {
			a.step = s.step(n)
		}
		a.ticks = a.usable(t, a.scale.Ticks(n))
		if labelled(a.ticks) > 1 && a.fits(t, a.ticks, length) {
			return
		}
	}
	for n = 2; n <= 8; n++ { // no even row of labels has room: label the two that are farthest apart
		if ts := outermost(a.usable(t, a.scale.Ticks(n))); labelled(ts) > 1 && a.fits(t, ts, length) {
			a.ticks = ts
			return
		}
	}
}

func labelled(ts []Tick) int {
	n := 0
	for _, k := range ts {
		if k.Label != "" {
			n++
		}
	}
	return n
}

// outermost keeps the labels of the first and the last tick that have one.
func outermost(ts []Tick) []Tick {
	var with []int
	for i, k := range ts {
		if k.Label != "" {
			with = append(with, i)
		}
	}
	for i, at := range with {
		if i > 0 && i < len(with)-1 {
			ts[at].Label, ts[at].Minor = "", true
		}
	}
	return ts
}

// matchTicks gives two linear axes the coarser one's steps.
func matchTicks(t Theme, x, y *axisPlan) {
	sx, sy, linear := linearPair(x.scale, y.scale)
	if !linear || x.step == 0 || y.step == 0 {
		return
	}
	step := max(x.step, y.step)
	both := [2][]Tick{x.usable(t, sx.ticksEvery(step)), y.usable(t, sy.ticksEvery(step))}
	if labelled(both[0]) > 1 && labelled(both[1]) > 1 { // else each keeps its own
		x.ticks, y.ticks = both[0], both[1]
	}
}

// maxTickLabel is the most room that the label of a tick gets, in px.
const maxTickLabel = 160

// usable drops ticks beyond the ends of the axis and shortens labels that would take all the room.
func (a *axisPlan) usable(t Theme, ts []Tick) []Tick {
	in := make([]Tick, 0, len(ts))
	for _, k := range ts {
		if p := a.scale.Position(k.Value); p >= -1e-6 && p <= 1+1e-6 {
			label := Span{Text: k.Label, Full: k.Full}.shortened(t, t.TickSize, maxTickLabel)
			k.Label, k.Full = label.Text, label.Full
			in = append(in, k)
		}
	}
	return in
}

// maxLabelLines is how many lines the label of an axis takes, and labelLine the height of one over its size.
const maxLabelLines, labelLine = 3, 1.2

// placeLabel puts the label of a horizontal axis below its ticks.
func (a *axisPlan) placeLabel(t Theme) {
	a.labelOff = tickLength + labelGap
	if a.labelled {
		a.labelOff += tickGap + t.TickSize*capHeight + 3
	}
}

// fits says whether neighbouring labels keep apart.
func (a *axisPlan) fits(t Theme, ts []Tick, length float64) bool {
	last, first := 0.0, true
	for _, k := range ts {
		if k.Label == "" {
			continue
		}
		at, half := a.scale.Position(k.Value)*length, 0.75*t.TickSize
		if !a.vertical {
			half = t.Regular.Width(k.Label, t.TickSize)/2 + 4
		}
		if !first && at-half < last {
			return false
		}
		last, first = at+half, false
	}
	return true
}

// thinTicks keeps the label of every k-th tick, for the smallest k that fits.
func thinTicks(ts []Tick, fits func([]Tick) bool) []Tick {
	for every := 1; ; every++ {
		out := make([]Tick, len(ts))
		for i, k := range ts {
			out[i] = k
			if i%every != 0 {
				out[i].Label, out[i].Minor = "", true
			}
		}
		if every >= len(ts) || fits(out) {
			return out
		}
	}
}

// room is what the axis needs outside the plot area.
func (a *axisPlan) room(t Theme) float64 {
	room := float64(tickLength)
	if a.labelled {
		if a.vertical {
			room += tickGap + t.widestLabel(a.ticks)
		} else {
			room += tickGap + t.TickSize
		}
	}
	if n := len(a.lines); n > 0 {
		room += labelGap + t.LabelSize*(1+labelLine*float64(n-1))
	}
	return room
}

func (t Theme) widestLabel(ticks []Tick) float64 {
	w := 0.0
	for _, k := range ticks {
		w = max(w, t.Regular.Width(k.Label, t.TickSize))
	}
	return w
}

// overhang is how far the labels of a horizontal axis stand out at its two ends.
func (a *axisPlan) overhang(t Theme, length float64) (lead, trail float64) {
	if !a.labelled {
		return 0, 0
	}
	for _, k := range a.ticks {
		at, half := a.scale.Position(k.Value)*length, t.Regular.Width(k.Label, t.TickSize)/2
		lead, trail = max(lead, half-at), max(trail, at+half-length)
	}
	return lead, trail
}
