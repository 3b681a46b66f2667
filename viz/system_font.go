package viz

import (
	"cmp"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/golang/freetype/truetype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/width"

	"actscope/internal/panics"
)

// A raster image takes characters that no embedded font has from the machine's own: TrueType and OpenType fonts and
// collections in the usual folders. Of a script that no font of the machine has, it shows boxes and says so. Places do not depend on
// what is found: every such character has a cell of its own, so that PNGs of two machines differ in these characters alone.

// systemFonts are the fonts of the machine, opened as they are needed.
type systemFonts struct {
	mu      sync.Mutex
	files   func() []string // of the folders, listed once
	kept    []outliner      // fonts that had a character; their files stay open
	found   map[rune]*systemGlyph
	missing map[rune]bool // blocks of characters, by number, that no font has
}

// systemGlyph is the outline of a character.
type systemGlyph struct {
	// The outline is segments, y downwards, or the contours of TrueType, y upwards.
	segments    []sfnt.Segment
	points      []truetype.Point
	ends        []int   // of the contours
	em, advance float64 // in the outline's units
}

// outliner is a font; it gives nil for a character that it has no outline of.
type outliner interface {
	outline(c rune) *systemGlyph
}

func newSystemFonts(folders func() []string) *systemFonts {
	return &systemFonts{
		files: sync.OnceValue(func() []string { return fontFiles(folders()) }),
		found: map[rune]*systemGlyph{}, missing: map[rune]bool{},
	}
}

// machineFonts are those of this machine.
var machineFonts = newSystemFonts(fontFolders)

// fontFolders are where systems keep their fonts.
func fontFolders() []string {
	home, _ := os.UserHomeDir() // without one, folders below it are not found
	switch runtime.GOOS {
	case "darwin":
		return []string{"/System/Library/Fonts", "/Library/Fonts", filepath.Join(home, "Library/Fonts")}
	case "windows":
		return []string{filepath.Join(os.Getenv("WINDIR"), "Fonts"), filepath.Join(os.Getenv("LOCALAPPDATA"), "Microsoft", "Windows", "Fonts")}
	}
	return []string{"/usr/share/fonts", "/usr/local/share/fonts", filepath.Join(home, ".local/share/fonts"), filepath.Join(home, ".fonts")}
}

// mostFonts is how many files are looked at.
const mostFonts = 3000

// blockBits divides characters into blocks, of which one that is missing stands for all.
const blockBits = 7

// glyph is the outline of a character in the first font that has it; nil where none has.
func (s *systemFonts) glyph(c rune) *systemGlyph {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g := s.found[c]; g != nil || s.missing[c>>blockBits] {
		return g
	}
	for _, f := range s.kept {
		if g := f.outline(c); g != nil {
			s.found[c] = g
			return g
		}
	}
	for _, path := range s.files() {
		if f, g := search(path, c); g != nil {
			s.kept, s.found[c] = append(s.kept, f), g
			return g
		}
	}
	s.missing[c>>blockBits] = true
	return nil
}

// search looks for a character in the fonts of a file, which stays open where one has it.
func search(path string, c rune) (outliner, *systemGlyph) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return nil, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, nil
	}
	if collection, err := sfnt.ParseCollectionReaderAt(file); err == nil {
		for i := range min(collection.NumFonts(), 32) {
			f, err := collection.Font(i)
			if err != nil {
				continue
			}
			if f := (openType{f, new(sfnt.Buffer)}); f.outline(c) != nil {
				return f, f.outline(c)
			}
		}
	}
	defer file.Close()
	if info.Size() <= mostParsed { // package sfnt refuses some fonts that are in use
		if f, err := parseTrueType(file); err == nil {
			return f, f.outline(c)
		}
	}
	return nil, nil
}

// mostParsed is the size of a file that is read as a whole, in bytes.
const mostParsed = 32 << 20

// trueType is a font as package truetype reads it.
type trueType struct{ font *truetype.Font }

func parseTrueType(file io.Reader) (f trueType, err error) {
	defer panics.Catch(&err, "reading a font")
	data, err := io.ReadAll(file)
	if err != nil {
		return f, err
	}
	f.font, err = truetype.Parse(data)
	return f, err
}

func (f trueType) outline(c rune) (g *systemGlyph) {
	var err error
	defer panics.Catch(&err, "reading a glyph") // of a broken font: then it has none
	index, em := f.font.Index(c), fixed.Int26_6(f.font.FUnitsPerEm())
	var b truetype.GlyphBuf
	if index == 0 || b.Load(f.font, em, index, 0) != nil || len(b.Ends) == 0 {
		return nil
	}
	return &systemGlyph{points: b.Points, ends: b.Ends, em: float64(em), advance: float64(b.AdvanceWidth)}
}

// openType is a font as package sfnt reads it.
type openType struct {
	font   *sfnt.Font
	buffer *sfnt.Buffer
}

func (o openType) outline(c rune) *systemGlyph {
	f := o.font
	index, err := f.GlyphIndex(o.buffer, c)
	if err != nil || index == 0 {
		return nil
	}
	em := fixed.Int26_6(f.UnitsPerEm()) << 6 // a unit is then a pixel
	segments, err := f.LoadGlyph(o.buffer, index, em, nil)
	if err != nil || len(segments) == 0 { // such as a picture in colours
		return nil
	}
	g := &systemGlyph{segments: slices.Clone(segments), em: float64(f.UnitsPerEm())}
	if advance, err := f.GlyphAdvance(o.buffer, index, em, 0); err == nil {
		g.advance = float64(advance) / 64
	}
	return g
}

// fontFiles are the fonts in folders: upright ones of ordinary weight first, else by name.
func fontFiles(folders []string) []string {
	var files []string
	for _, folder := range folders {
		_ = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			switch strings.ToLower(filepath.Ext(path)) {
			case ".ttf", ".otf", ".ttc", ".otc":
				if err == nil && len(files) < mostFonts {
					files = append(files, path)
				}
			}
			return nil // what cannot be read has no fonts
		})
	}
	rank := func(path string) int {
		name, rank := strings.ToLower(filepath.Base(path)), 0
		for _, other := range []string{"bold", "italic", "oblique", "light", "thin", "black", "condensed", "mono", "serif"} {
			if strings.Contains(name, other) {
				rank++
			}
		}
		return rank
	}
	slices.SortStableFunc(files, func(a, b string) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b)) })
	return files
}

// cellWidth is the room for a character of which no embedded font knows the width, over the font size.
func cellWidth(c rune) float64 {
	if unicode.Is(unicode.Mn, c) {
		return 0 // it is written over the character before
	}
	switch width.LookupRune(c).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 1
	}
	return 0.65
}

// systemText paints characters that no embedded font has from x, y on the baseline, each in its cell.
func (s *surface) systemText(body string, x, y int, t Theme) {
	sin, cos := math.Sincos(s.turn)
	pen, last := 0.0, 0.0 // the right end of the last glyph
	for _, c := range body {
		cell := cellWidth(c) * s.size
		px, py := float64(x)+pen*cos, float64(y)+pen*sin
		switch g := machineFonts.glyph(c); {
		case g != nil && cell == 0:
			s.systemGlyph(g, float64(x)+last*cos, float64(y)+last*sin, g.advance/g.em*s.size, sin, cos)
		case g != nil:
			s.systemGlyph(g, px, py, cell, sin, cos)
			last = pen + cell/2 + min(cell, g.advance/g.em*s.size)/2
		case cell > 0:
			s.missing = true
			s.SetFont(t.Regular.font)
			s.Text(string(c), round(px), round(py))
		}
		pen += cell
	}
}

// systemGlyph paints an outline in the middle of a cell, narrower where it is too wide for that.
func (s *surface) systemGlyph(g *systemGlyph, x, y, cell, sin, cos float64) {
	unit := s.size / g.em
	across := unit
	if wide := g.advance * unit; wide > cell {
		across *= cell / wide
	}
	offset := (cell - g.advance*across) / 2
	at := func(px, py float64) (int, int) {
		u, v := offset+px*across, py*unit
		return round(x + u*cos - v*sin), round(y + u*sin + v*cos)
	}
	start := 0
	for _, end := range g.ends {
		s.contour(g.points[start:end], func(px, py float64) (int, int) { return at(px, -py) })
		start = end
	}
	place := func(p fixed.Point26_6) (int, int) { return at(float64(p.X)/64, float64(p.Y)/64) }
	open, from := false, fixed.Point26_6{}
	for _, seg := range g.segments {
		x1, y1 := place(seg.Args[0])
		end := seg.Args[0]
		switch seg.Op {
		case sfnt.SegmentOpMoveTo:
			if open {
				s.Close()
			}
			s.MoveTo(x1, y1)
			open = true
		case sfnt.SegmentOpLineTo:
			s.LineTo(x1, y1)
		case sfnt.SegmentOpQuadTo:
			x2, y2 := place(seg.Args[1])
			s.QuadCurveTo(x1, y1, x2, y2)
			end = seg.Args[1]
		case sfnt.SegmentOpCubeTo:
			const steps = 6 // of straight lines: text is small
			for i := 1; i <= steps; i++ {
				s.LineTo(place(cubicAt(from, seg.Args, float64(i)/steps)))
			}
			end = seg.Args[2]
		}
		from = end
	}
	if open {
		s.Close()
	}
	s.draw(s.textColor, Color{})
}

// cubicAt is the point of a cubic Bézier curve from a point at the share t.
func cubicAt(from fixed.Point26_6, c [3]fixed.Point26_6, t float64) fixed.Point26_6 {
	u := 1 - t
	mix := func(a, b, c, d fixed.Int26_6) fixed.Int26_6 {
		return fixed.Int26_6(math.Round(u*u*u*float64(a) + 3*u*u*t*float64(b) + 3*u*t*t*float64(c) + t*t*t*float64(d)))
	}
	return fixed.Point26_6{X: mix(from.X, c[0].X, c[1].X, c[2].X), Y: mix(from.Y, c[0].Y, c[1].Y, c[2].Y)}
}
