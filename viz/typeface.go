package viz

import (
	_ "embed"
	"math"
	"sync"

	"github.com/golang/freetype/truetype"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/math/fixed"
)

// Face is one weight of an embedded font. It may be used by several goroutines.
type Face struct{ font *truetype.Font }

// The embedded fonts; fonts/README.md tells where they come from.
var (
	//go:embed fonts/Roboto-Regular.ttf
	robotoRegularTTF []byte
	//go:embed fonts/Roboto-Bold.ttf
	robotoBoldTTF []byte
	//go:embed fonts/DejaVuSans-others.ttf
	fallbackFontTTF []byte

	robotoRegular = builtin(robotoRegularTTF)
	robotoBold    = builtin(robotoBoldTTF)
	mono          = builtin(gomono.TTF)
	monoBold      = builtin(gomonobold.TTF)
	fallbackFont  = builtin(fallbackFontTTF)
)

// builtin parses an embedded font at its first use.
func builtin(ttf []byte) func() *Face {
	return sync.OnceValue(func() *Face {
		f, err := truetype.Parse(ttf)
		if err != nil {
			panic(err) // the font is part of the program
		}
		return &Face{f}
	})
}

// fontFile is the file that an embedded font is read from; nil of the one for further scripts, whose table of characters
// (format 12) fpdf does not know.
func fontFile(f *truetype.Font) []byte {
	for _, embedded := range []struct {
		face *Face
		ttf  []byte
	}{
		{robotoRegular(), robotoRegularTTF}, {robotoBold(), robotoBoldTTF}, {mono(), gomono.TTF}, {monoBold(), gomonobold.TTF},
	} {
		if embedded.face.font == f {
			return embedded.ttf
		}
	}
	return nil
}

func (f *Face) has(c rune) bool { return f.font.Index(c) != 0 }

func (f *Face) hasAll(text string) bool {
	for _, c := range text {
		if !f.has(c) {
			return false
		}
	}
	return true
}

// advance is the width of s, all of it from this face, at a size in px.
func (f *Face) advance(s string, size float64) float64 {
	em := fixed.Int26_6(f.font.FUnitsPerEm())
	var w fixed.Int26_6
	prev, has := truetype.Index(0), false
	for _, c := range s {
		i := f.font.Index(c)
		if has {
			w += f.font.Kern(em, prev, i)
		}
		w += f.font.HMetric(em, i).AdvanceWidth
		prev, has = i, true
	}
	return float64(w) / float64(em) * size
}

// glyphOutlines paints the glyphs of body from x, y on the baseline, each from an origin in whole units, so
// that equal glyphs have equal outlines: an SVG then holds them once.
func (s *surface) glyphOutlines(body string, x, y int) {
	em := fixed.Int26_6(s.font.FUnitsPerEm())
	unit := s.size / float64(em)
	sin, cos := math.Sincos(s.turn)
	pen := 0.0
	var g truetype.GlyphBuf
	prev, has := truetype.Index(0), false
	for _, c := range body {
		i := s.font.Index(c)
		if has {
			pen += float64(s.font.Kern(em, prev, i)) * unit
		}
		ox, oy := x+round(pen*cos), y+round(pen*sin)
		place := func(px, py float64) (int, int) {
			u, v := px*unit, -py*unit
			return ox + round(u*cos-v*sin), oy + round(u*sin+v*cos)
		}
		if err := g.Load(s.font, em, i, 0); err == nil {
			start := 0
			for _, end := range g.Ends {
				s.contour(g.Points[start:end], place)
				start = end
			}
			s.draw(s.textColor, Color{})
		}
		pen += float64(s.font.HMetric(em, i).AdvanceWidth) * unit
		prev, has = i, true
	}
}

// contour adds one closed TrueType contour: between two control points in a
// row lies an implied point on the curve.
func (s *surface) contour(points []truetype.Point, place func(x, y float64) (int, int)) {
	if len(points) < 2 {
		return
	}
	type node struct {
		x, y float64
		on   bool
	}
	middle := func(a, b node) node { return node{(a.x + b.x) / 2, (a.y + b.y) / 2, true} }
	var ns []node
	for _, p := range points {
		n := node{float64(p.X), float64(p.Y), p.Flags&1 != 0}
		if len(ns) > 0 && !n.on && !ns[len(ns)-1].on {
			ns = append(ns, middle(ns[len(ns)-1], n))
		}
		ns = append(ns, n)
	}
	if first, last := ns[0], ns[len(ns)-1]; !first.on {
		start := last
		if !last.on {
			start = middle(last, first)
		} else {
			ns = ns[:len(ns)-1]
		}
		ns = append([]node{start}, ns...)
	}
	s.MoveTo(place(ns[0].x, ns[0].y))
	for i := 1; i < len(ns); i++ {
		if ns[i].on {
			s.LineTo(place(ns[i].x, ns[i].y))
			continue
		}
		next := ns[0]
		if i+1 < len(ns) {
			next = ns[i+1]
		}
		cx, cy := place(ns[i].x, ns[i].y)
		nx, ny := place(next.x, next.y)
		s.QuadCurveTo(cx, cy, nx, ny)
		i++
	}
	s.Close()
}
