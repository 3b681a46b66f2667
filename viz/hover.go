package viz

import "regexp"

// Groups with a title, which viewers show on hover, have no call in go-chart: they are marked by texts of these
// classes, and [hoverGroups] puts the groups in their place.
const (
	hoverStart = "hover-start"
	hoverEnd   = "hover-end"
)

// startHover begins a group that says full on hover, over a box that counts as part of it.
func (s *surface) startHover(full string, box Box) {
	s.inner.SetClassName(hoverStart)
	s.inner.ClearTextRotation()
	s.inner.Text(xmlText(printable(full)), 0, 0)
	const unseen = 0.004 // a shape without any fill is not hovered over
	s.rect(box, Fade(RGB(0x808080), unseen), Stroke{})
}

func (s *surface) endHover() {
	s.inner.SetClassName(hoverEnd)
	s.inner.ClearTextRotation()
	s.inner.Text("", 0, 0)
}

var hoverMarks = regexp.MustCompile(`<text x="0" y="0" class="(hover-start|hover-end)">([^<]*)</text>`)

// hoverGroups makes groups of the marks in an SVG of go-chart.
func hoverGroups(body []byte) []byte {
	return hoverMarks.ReplaceAllFunc(body, func(mark []byte) []byte {
		m := hoverMarks.FindSubmatch(mark)
		if string(m[1]) == hoverEnd {
			return []byte("</g>")
		}
		return []byte("<g><title>" + string(m[2]) + "</title>")
	})
}
