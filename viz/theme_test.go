package viz

import (
	"math"
	"testing"

	"actscope/viz/internal/viztest"
)

func TestTextsAreReadable(t *testing.T) {
	for _, name := range ThemeNames() {
		theme, err := ThemeNamed(name)
		if err != nil {
			t.Fatal(err)
		}
		texts := map[string]Color{"text": theme.Text, "muted text": theme.Muted}
		if name != "article" { // whose colours are the article's
			for n, c := range theme.Networks {
				texts[n] = c
			}
			for _, c := range theme.Cycle {
				texts["cycle"] = c
				if r := viztest.Contrast(c, theme.Paper); r < 4.5 {
					t.Errorf("%s theme: %v of the cycle has a contrast of %.2f", name, c, r)
				}
			}
		}
		for what, c := range texts {
			if r := viztest.Contrast(c, theme.Paper); r < 4.5 {
				t.Errorf("%s theme: %s has a contrast of %.2f to the paper, WCAG wants 4.5", name, what, r)
			}
		}
	}
}

func TestPointsStandOutFromTheirOwnShading(t *testing.T) {
	for _, name := range ThemeNames() {
		theme, _ := ThemeNamed(name)
		for class, shade := range []Color{theme.Shade[0], theme.Shade[2]} {
			// A point is seen by its filling or by its outline; WCAG wants 3 of graphics.
			if r := max(viztest.Contrast(theme.Class[class], shade), viztest.Contrast(theme.ClassEdge[class], shade)); r < 3 {
				t.Errorf("%s theme: points of class %d have a contrast of %.2f to their shading", name, class, r)
			}
		}
	}
}

func TestClassesAndFirstNetworksDifferForColourBlindReaders(t *testing.T) {
	theme := DefaultTheme()
	for _, pair := range [][2]Color{
		{theme.Class[0], theme.Class[1]}, {theme.Shade[0], theme.Shade[2]}, {theme.Networks["sigmoid"], theme.Networks["relu"]},
	} {
		for kind, d := range viztest.ColourBlindDistances(pair[0], pair[1]) {
			if d < 0.06 {
				t.Errorf("with %s %v and %v are %.3f apart", kind, pair[0], pair[1], d)
			}
		}
	}
}

// tab10 are matplotlib's, most used of all: two of them look the same to some readers.
var tab10 = []Color{
	RGB(0x1f77b4), RGB(0xff7f0e), RGB(0x2ca02c), RGB(0xd62728), RGB(0x9467bd), RGB(0x8c564b), RGB(0xe377c2), RGB(0x7f7f7f), RGB(0xbcbd22), RGB(0x17becf),
}

// leastDistance is that of any two of the colours, to any eye.
func leastDistance(colors []Color) float64 {
	least := math.Inf(1)
	for i, a := range colors {
		for _, b := range colors[:i] {
			least = min(least, viztest.Distance(a, b))
			for _, d := range viztest.ColourBlindDistances(a, b) {
				least = min(least, d)
			}
		}
	}
	return least
}

func TestTenClassesDifferForEveryReader(t *testing.T) {
	for _, name := range ThemeNames() {
		theme, _ := ThemeNamed(name)
		if len(theme.Class) != 10 {
			t.Errorf("%s theme: %d colours of classes", name, len(theme.Class))
		}
		if d := leastDistance(theme.Class); d < 0.104 {
			t.Errorf("%s theme: two classes are %.3f apart", name, d)
		}
	}
	if d := leastDistance(tab10); d > 0.03 {
		t.Errorf("tab10 is measured as %.3f", d)
	}
}

// Readers of any kind see which of two values is the larger by their lightness.
func TestValuesRiseInLightness(t *testing.T) {
	for _, name := range ThemeNames() {
		theme, _ := ThemeNamed(name)
		ramp := theme.Values()
		contrast := func(i int) float64 { return viztest.Contrast(ramp(float64(i)/20), theme.Value[2]) }
		for i := range 20 {
			if a, b := contrast(i), contrast(i+1); b >= a {
				t.Errorf("%s theme: the contrast to the highest value is %.2f at %d and %.2f at %d of 20", name, a, i, b, i+1)
			}
		}
	}
}

func TestClassMarkersOfOneColourDifferInShape(t *testing.T) {
	theme := DefaultTheme()
	seen := map[Marker]int{}
	for class := range 80 {
		m := theme.ClassMarker(class, 4)
		if other, taken := seen[m]; taken {
			t.Errorf("classes %d and %d look alike", other, class)
		}
		seen[m] = class
		if class > 0 && m.Shape == theme.ClassMarker(class-1, 4).Shape {
			t.Errorf("classes %d and %d have one shape", class-1, class)
		}
	}
}

func TestPointsStandOutFromTheShadingOfManyClasses(t *testing.T) {
	for _, name := range ThemeNames() {
		theme, _ := ThemeNamed(name)
		for class := range theme.Class {
			m := theme.ClassMarker(class, 4)
			for _, ground := range []Color{theme.ClassRamp(class)(1), theme.Panel} {
				if r := max(viztest.Contrast(m.Fill, ground), viztest.Contrast(m.Edge, ground)); r < 3 {
					t.Errorf("%s theme: points of class %d have a contrast of %.2f to %v", name, class, r, ground)
				}
			}
		}
	}
}

func TestUnknownThemesAreNamed(t *testing.T) {
	if _, err := ThemeNamed("sepia"); err == nil || err.Error() != `no theme "sepia": choose one of article, default, dark` {
		t.Error(err)
	}
	if theme, err := ThemeNamed(""); err != nil || theme.Name != "default" {
		t.Error(theme.Name, err)
	}
}
