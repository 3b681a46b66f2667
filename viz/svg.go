package viz

import (
	"bytes"
	"cmp"
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
	b.WriteString("fill:" + cmp.Or(p.fillInk, cssColor(p.fill)))
	if p.stroke.A > 0 {
		b.WriteString(";stroke:" + cmp.Or(p.strokeInk, cssColor(p.stroke)) + ";stroke-width:" + trimFloat(p.width, 1))
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
func textRule(c Color, size float64) string {
	return "fill:" + cssColor(c) + ";font:" + trimFloat(size, 1) + "px sans-serif"
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
	sheet := &styleSheet{prefix: prefix, names: map[string]string{}}
	s, err := newVector(round(plan.width*svgUnits), round(plan.height*svgUnits), svgUnits, sheet)
	if err != nil {
		return err
	}
	if err := f.draw(s, plan); err != nil {
		return err
	}
	body, err := s.body()
	if err != nil {
		return err
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" role="img" aria-labelledby="%s-title %s-desc" viewBox="0 0 %d %d">`,
		trimFloat(plan.width, 2), trimFloat(plan.height, 2), prefix, prefix, round(plan.width*svgUnits), round(plan.height*svgUnits))
	fmt.Fprintf(&out, `<title id="%s-title">%s</title><desc id="%s-desc">%s</desc>`, prefix, xmlText(f.Title), prefix, xmlText(f.describe()))
	fmt.Fprintf(&out, `<style>%s</style>`, sheet.css.String())
	compactShapes(&out, prefix, scaleTexts(body))
	out.WriteByte('\n')
	_, err = w.Write(out.Bytes())
	return err
}

// body is all that go-chart wrote into the svg element, with its end.
func (s *surface) body() ([]byte, error) {
	var doc bytes.Buffer
	if err := s.inner.Save(&doc); err != nil {
		return nil, fmt.Errorf("viz: %w", err)
	}
	head, body, found := bytes.Cut(doc.Bytes(), []byte(">"))
	if !found || !bytes.HasPrefix(head, []byte("<svg ")) {
		return nil, errors.New("viz: go-chart's SVG begins in an unknown way")
	}
	return body, nil
}

// idPrefix is short, since every shape names its class by it, and differs from figure to figure.
func (f *Figure) idPrefix() string {
	return "f" + strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(f.Name))%(36*36*36*36)), 36)
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

// compactShapes copies the body of an SVG from go-chart. Absolute coordinates of paths become
// relative ones, and shapes that come again, such as marks and the glyphs of text, are
// written once and referred to: together a fifth of the size.
func compactShapes(w *bytes.Buffer, idPrefix string, body []byte) {
	between, shapes := splitShapes(body)
	uses := map[string]int{}
	for _, s := range shapes {
		uses[s.key()]++
	}
	ids := map[string]string{}
	var defs, rest bytes.Buffer
	for i, s := range shapes {
		rest.Write(between[i])
		if uses[s.key()] < 3 {
			rest.WriteString(s.here())
			continue
		}
		id, known := ids[s.key()]
		if !known {
			id = idPrefix + strconv.FormatInt(int64(len(ids)), 36)
			ids[s.key()] = id
			defs.WriteString(s.definition(id))
		}
		fmt.Fprintf(&rest, `<use href="#%s" x="%d" y="%d"/>`, id, s.x, s.y)
	}
	rest.Write(between[len(shapes)])
	if defs.Len() > 0 {
		fmt.Fprintf(w, "<defs>%s</defs>", defs.Bytes())
	}
	w.Write(rest.Bytes())
}

// svgShape is a place and what is drawn there: a circle, or a path in relative coordinates.
type svgShape struct {
	x, y   int
	radius string // of a circle
	path   string
	class  string
}

func (s svgShape) key() string { return s.radius + s.path + s.class }

func (s svgShape) here() string {
	if s.radius != "" {
		return fmt.Sprintf(`<circle cx="%d" cy="%d" r="%s" class="%s"/>`, s.x, s.y, s.radius, s.class)
	}
	return fmt.Sprintf(`<path d="M%d %d%s" class="%s"/>`, s.x, s.y, s.path, s.class)
}

func (s svgShape) definition(id string) string {
	if s.radius != "" {
		return fmt.Sprintf(`<circle id="%s" r="%s" class="%s"/>`, id, s.radius, s.class)
	}
	return fmt.Sprintf(`<path id="%s" d="M0 0%s" class="%s"/>`, id, s.path, s.class)
}

// splitShapes takes the shapes out of an SVG of go-chart, which writes them all in one way. What
// stands before the first, between two and behind the last of them is left.
func splitShapes(body []byte) (between [][]byte, shapes []svgShape) {
	done := 0
	for at := 0; ; {
		open := bytes.IndexByte(body[at:], '<')
		if open < 0 {
			return append(between, body[done:]), shapes
		}
		open += at
		at = open + 1
		circle := bytes.HasPrefix(body[open:], []byte("<circle "))
		if !circle && !bytes.HasPrefix(body[open:], []byte("<path ")) {
			continue
		}
		element, _, _ := bytes.Cut(body[open:], []byte("/>"))
		var s svgShape
		if circle {
			s.x, _ = cutInt(attribute(element, ` cx="`))
			s.y, _ = cutInt(attribute(element, ` cy="`))
			s.radius = string(attribute(element, ` r="`))
		} else {
			s = parsePath(attribute(element, ` d="`))
		}
		s.class = string(attribute(element, ` class="`))
		between, shapes = append(between, body[done:open]), append(shapes, s)
		done = min(open+len(element)+len("/>"), len(body))
		at = done
	}
}

func attribute(element []byte, name string) []byte {
	_, value, _ := bytes.Cut(element, []byte(name))
	value, _, _ = bytes.Cut(value, []byte(`"`))
	return value
}

// parsePath reads the commands that a surface gives to go-chart: M, L, Q and Z.
func parsePath(d []byte) svgShape {
	var p svgShape
	var shape bytes.Buffer
	var at, start [2]int
	first, last := true, byte(0)
	// command writes a relative command, by its letter only where that changes.
	command := func(letter byte, numbers ...int) {
		if letter != last || letter == 'm' {
			shape.WriteByte(letter)
		} else if numbers[0] >= 0 {
			shape.WriteByte(' ')
		}
		for i, n := range numbers {
			if i > 0 && n >= 0 {
				shape.WriteByte(' ')
			}
			shape.WriteString(strconv.Itoa(n))
		}
		last = letter
	}
	for len(d) > 0 {
		kind := d[0]
		d = d[1:]
		var v [4]int
		count := 0
		switch kind {
		case 'M', 'L':
			count = 2
		case 'Q':
			count = 4
		}
		for n := range count {
			v[n], d = cutInt(d)
		}
		switch dx, dy := v[0]-at[0], v[1]-at[1]; kind {
		case 'M':
			if first {
				p.x, p.y, first = v[0], v[1], false
			} else {
				command('m', dx, dy)
			}
			at = [2]int{v[0], v[1]}
			start = at
		case 'L':
			switch {
			case dx == 0 && dy == 0:
			case dx == 0:
				command('v', dy)
			case dy == 0:
				command('h', dx)
			default:
				command('l', dx, dy)
			}
			at = [2]int{v[0], v[1]}
		case 'Q':
			command('q', dx, dy, v[2]-at[0], v[3]-at[1])
			at = [2]int{v[2], v[3]}
		case 'Z':
			shape.WriteByte('z')
			last, at = 'z', start
		}
	}
	p.path = shape.String()
	return p
}

// cutInt takes the next whole number off d.
func cutInt(d []byte) (int, []byte) {
	i := 0
	for i < len(d) && d[i] != '-' && (d[i] < '0' || d[i] > '9') {
		i++
	}
	j := i
	for j < len(d) && (d[j] == '-' || d[j] >= '0' && d[j] <= '9') {
		j++
	}
	n, _ := strconv.Atoi(string(d[i:j])) // go-chart wrote it by %d
	return n, d[j:]
}
