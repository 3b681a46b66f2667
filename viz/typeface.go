package viz

import (
	_ "embed"
	"errors"
	"fmt"
	"sync"

	"github.com/golang/freetype/truetype"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
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

// The embedded fonts; fonts/README.md tells where they come from.
var (
	//go:embed fonts/Roboto-Regular.ttf
	robotoRegularTTF []byte
	//go:embed fonts/Roboto-Bold.ttf
	robotoBoldTTF []byte
	//go:embed fonts/DejaVuSans-others.ttf
	othersTTF []byte

	robotoRegular = builtin(robotoRegularTTF)
	robotoBold    = builtin(robotoBoldTTF)
	mono          = builtin(gomono.TTF)
	monoBold      = builtin(gomonobold.TTF)
	others        = builtin(othersTTF)
)

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

func (f *Face) has(c rune) bool { return f.font.Index(c) != 0 }

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
