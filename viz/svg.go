package viz

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"strings"

	chart "github.com/wcharczuk/go-chart/v2"
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

func textRule(ink Color, size float64) string {
	return "fill:" + cssColor(ink) + ";font:" + trimFloat(size, 1) + "px sans-serif"
}

// WriteSVG writes the figure as one SVG document without need of fonts or other
// files. Its title and desc are the figure's title and description; ids and class
// names start with the figure's name, so that several figures can stand in one page.
func (f *Figure) WriteSVG(w io.Writer) error {
	plan, err := f.layout()
	if err != nil {
		return err
	}
	prefix := f.idPrefix()
	sheet := newStyleSheet(prefix + "-")
	r, err := chart.SVG(round(plan.width*svgUnits), round(plan.height*svgUnits))
	if err != nil {
		return fmt.Errorf("viz: %w", err)
	}
	s := newSurface(r, svgUnits, sheet)
	if err := f.draw(s, plan); err != nil {
		return err
	}
	var body bytes.Buffer
	if err := s.finish(&body); err != nil {
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
	shortenPaths(&out, doc[end+1:])
	out.WriteByte('\n')
	_, err = w.Write(out.Bytes())
	return err
}

// idPrefix is the figure's name as an XML id; without a name, a hash of what is written on it.
func (f *Figure) idPrefix() string {
	id := strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-':
			return c
		}
		return '-'
	}, f.Name)
	if strings.Trim(id, "-") == "" {
		return fmt.Sprintf("f%08x", crc32.ChecksumIEEE([]byte(f.Title+"\x00"+f.describe())))
	}
	return "f-" + id
}

func xmlText(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder does not fail
	return b.String()
}

// shortenPaths copies an SVG and turns the absolute coordinates of its paths
// into relative ones, which takes a third of the room.
func shortenPaths(w *bytes.Buffer, doc []byte) {
	const mark = ` d="`
	for {
		i := bytes.Index(doc, []byte(mark))
		if i < 0 {
			w.Write(doc)
			return
		}
		w.Write(doc[:i+len(mark)])
		doc = doc[i+len(mark):]
		end := bytes.IndexByte(doc, '"')
		if end < 0 {
			w.Write(doc)
			return
		}
		shortenPath(w, doc[:end])
		doc = doc[end:]
	}
}

// shortenPath rewrites the commands that go-chart's paths are made of: M, L, Q, Z.
func shortenPath(w *bytes.Buffer, d []byte) {
	var cur, start [2]int
	last := byte(0)
	number := func(v int, first bool) {
		if v >= 0 && !first {
			w.WriteByte(' ')
		}
		fmt.Fprintf(w, "%d", v)
	}
	for i := 0; i < len(d); {
		kind := d[i]
		i++
		count := map[byte]int{'M': 2, 'L': 2, 'Q': 4}[kind]
		var v [4]int
		for n := range count {
			for i < len(d) && d[i] != '-' && (d[i] < '0' || d[i] > '9') {
				i++
			}
			sign := 1
			if i < len(d) && d[i] == '-' {
				sign = -1
				i++
			}
			for i < len(d) && d[i] >= '0' && d[i] <= '9' {
				v[n] = v[n]*10 + int(d[i]-'0')
				i++
			}
			v[n] *= sign
		}
		switch kind {
		case 'M':
			w.WriteByte('M')
			number(v[0], true)
			number(v[1], false)
			cur = [2]int{v[0], v[1]}
			start = cur
		case 'L':
			dx, dy := v[0]-cur[0], v[1]-cur[1]
			switch {
			case dx == 0 && dy == 0:
				continue
			case dx == 0:
				w.WriteByte('v')
				number(dy, true)
				kind = 'v'
			case dy == 0:
				w.WriteByte('h')
				number(dx, true)
				kind = 'h'
			default:
				if last != 'L' {
					w.WriteByte('l')
				}
				number(dx, last != 'L')
				number(dy, false)
			}
			cur = [2]int{v[0], v[1]}
		case 'Q':
			if last != 'Q' {
				w.WriteByte('q')
			}
			number(v[0]-cur[0], last != 'Q')
			number(v[1]-cur[1], false)
			number(v[2]-cur[0], false)
			number(v[3]-cur[1], false)
			cur = [2]int{v[2], v[3]}
		case 'Z':
			w.WriteByte('z')
			cur = start
		default:
			continue
		}
		last = kind
	}
}

// svgSafe guards the size of the view box.
func svgSafe(v float64) bool { return v > 0 && v*svgUnits < math.MaxInt32 }
