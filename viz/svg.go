package viz

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// svgUnits is how many units of the SVG's view box make a px: go-chart cuts
// coordinates to integers.
const svgUnits = 20

// styleSheet collects the CSS rules of an SVG. go-chart writes a style attribute
// with every shape, in which widths are integers; a class is shorter and exact.
type styleSheet struct {
	prefix string
	names  map[string]string
	css    strings.Builder
}

func newStyleSheet(prefix string) *styleSheet {
	return &styleSheet{prefix: prefix, names: map[string]string{}}
}

// class names a rule, writing it down where it is new.
func (s *styleSheet) class(rule string) string {
	name, ok := s.names[rule]
	if !ok {
		name = fmt.Sprintf("%s%d", s.prefix, len(s.names))
		s.names[rule] = name
		fmt.Fprintf(&s.css, ".%s{%s}", name, rule)
	}
	return name
}

func pathRule(p paintStyle) string {
	var b strings.Builder
	b.WriteString("fill:" + cssColor(p.fill))
	if p.stroke.A > 0 {
		b.WriteString(";stroke:" + cssColor(p.stroke) + ";stroke-width:" + trimFloat(p.width, 1))
		b.WriteString(";stroke-linejoin:round;stroke-linecap:")
		if len(p.dash) > 0 {
			b.WriteString("butt;stroke-dasharray:")
			for i, d := range p.dash {
				if i > 0 {
					b.WriteByte(',')
				}
				b.WriteString(trimFloat(d, 1))
			}
		} else {
			b.WriteString("round")
		}
	}
	return b.String()
}

// textRule is for text of a size in px; see scaleTexts.
func textRule(ink Color, size float64) string {
	return "fill:" + cssColor(ink) + ";font:" + trimFloat(size, 1) + "px sans-serif"
}

var textStart = regexp.MustCompile(`<text x="(-?\d+)" y="(-?\d+)" class="(\w+)"(?: transform="rotate\((-?[\d.]+),[^"]*\)")?>`)

// scaleTexts brings text elements from go-chart's units to px: librsvg loses characters
// that no font has, and all that follow, where the font size is in hundreds.
func scaleTexts(body []byte) []byte {
	return textStart.ReplaceAllFunc(body, func(start []byte) []byte {
		m := textStart.FindSubmatch(start)
		x, _ := strconv.Atoi(string(m[1])) // go-chart wrote them by %d
		y, _ := strconv.Atoi(string(m[2]))
		turn := ""
		if len(m[4]) > 0 {
			turn = fmt.Sprintf(" rotate(%s)", m[4])
		}
		return fmt.Appendf(nil, `<text transform="translate(%d %d) scale(%d)%s" class="%s">`, x, y, svgUnits, turn, m[3])
	})
}

// WriteSVG writes the figure as one SVG document without need of fonts or other
// files. Its title and desc are the figure's title and description; ids and class
// names follow from the figure's name, so that several figures can stand in one page.
func (f *Figure) WriteSVG(w io.Writer) error {
	plan, err := f.plan()
	if err != nil {
		return err
	}
	prefix := f.idPrefix()
	sheet := newStyleSheet(prefix)
	s, err := newVector(round(plan.width*svgUnits), round(plan.height*svgUnits), svgUnits, sheet)
	if err != nil {
		return err
	}
	if err := f.draw(s, plan); err != nil {
		return err
	}
	var body bytes.Buffer
	if err := s.inner.Save(&body); err != nil {
		return fmt.Errorf("viz: %w", err)
	}
	doc := body.Bytes()
	const head = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" `
	end := bytes.IndexByte(doc, '>')
	if !bytes.HasPrefix(doc, []byte(head)) || end < 0 {
		return errors.New("viz: go-chart's SVG begins in an unknown way")
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" role="img" aria-labelledby="%s-title %s-desc" %s>`,
		trimFloat(plan.width, 2), trimFloat(plan.height, 2), prefix, prefix, doc[len(head):end])
	fmt.Fprintf(&out, `<title id="%s-title">%s</title><desc id="%s-desc">%s</desc>`, prefix, xmlText(f.Title), prefix, xmlText(f.describe()))
	fmt.Fprintf(&out, `<style>%s</style>`, sheet.css.String())
	compactShapes(&out, prefix, scaleTexts(doc[end+1:]))
	out.WriteByte('\n')
	_, err = w.Write(out.Bytes())
	return err
}

// idPrefix is short, since every shape names its class by it, and differs from figure to figure.
func (f *Figure) idPrefix() string {
	name := f.Name
	if name == "" {
		name = f.Title + "\x00" + f.describe()
	}
	return "f" + strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(name))%(36*36*36*36)), 36)
}

func xmlText(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder does not fail
	return b.String()
}

// trimFloat writes v without zeros at its end.
func trimFloat(v float64, dec int) string {
	s := strconv.FormatFloat(v, 'f', dec, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}
