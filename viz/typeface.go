package viz

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/golang/freetype/truetype"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/math/fixed"
)

// Face is one weight of a font. It may be used by several goroutines.
type Face struct {
	font *truetype.Font
	err  error
}

// ParseFace reads a TrueType font.
func ParseFace(ttf []byte) (*Face, error) {
	f, err := truetype.Parse(ttf)
	if err != nil {
		return nil, fmt.Errorf("viz: font: %w", err)
	}
	return &Face{font: f}, nil
}

// builtin parses an embedded font at its first use; a failure shows when a figure is written.
func builtin(ttf []byte) func() *Face {
	return sync.OnceValue(func() *Face {
		f, err := ParseFace(ttf)
		if err != nil {
			return &Face{err: err}
		}
		return f
	})
}

// The Go fonts by Bigelow & Holmes come with golang.org/x/image; their licence
// is in testdata's neighbour fonts/LICENSE.
var (
	goRegular  = builtin(goregular.TTF)
	goBold     = builtin(gobold.TTF)
	goMono     = builtin(gomono.TTF)
	goMonoBold = builtin(gomonobold.TTF)
)

func (f *Face) check() error {
	switch {
	case f == nil:
		return errors.New("viz: the theme lacks a font")
	case f.err != nil:
		return f.err
	case f.font == nil:
		return errors.New("viz: an empty font; make one by ParseFace")
	}
	return nil
}

// covers says whether the face has a glyph for every rune.
func (f *Face) covers(s string) bool {
	for _, c := range s {
		if f.font.Index(c) == 0 {
			return false
		}
	}
	return true
}

// width is the advance of s at a size in px.
func (f *Face) width(s string, size float64) float64 {
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

// wrap breaks s into lines no wider than width, at blanks where there are any;
// what does not fit into the last line ends in an ellipsis.
func (f *Face) wrap(s string, size, width float64, lines int) []string {
	var out []string
	line := ""
	flush := func() { out, line = append(out, line), "" }
	for _, word := range strings.Fields(s) {
		for word != "" {
			try := word
			if line != "" {
				try = line + " " + word
			}
			if f.width(try, size) <= width {
				line, word = try, ""
				continue
			}
			if line != "" {
				flush()
				continue
			}
			n := f.fit(word, size, width)
			line, word = word[:n], word[n:]
			flush()
		}
	}
	if line != "" {
		flush()
	}
	if len(out) > lines && lines > 0 {
		out = out[:lines]
		out[lines-1] = f.ellipsis(out[lines-1]+" …", size, width)
	}
	return out
}

// fit is the length in bytes of the longest start of s within width, at least one rune.
func (f *Face) fit(s string, size, width float64) int {
	n := 0
	for i, c := range s {
		end := i + len(string(c))
		if n > 0 && f.width(s[:end], size) > width {
			break
		}
		n = end
	}
	return n
}

// ellipsis shortens s to width, with … at its end where something was cut.
func (f *Face) ellipsis(s string, size, width float64) string {
	if f.width(s, size) <= width {
		return s
	}
	s = s[:f.fit(s, size, width-f.width("…", size))]
	return strings.TrimRight(strings.TrimSuffix(s, "…"), " ") + "…"
}
