package viz

import (
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

func TestUnknownThemesAreNamed(t *testing.T) {
	if _, err := ThemeNamed("sepia"); err == nil || err.Error() != `no theme "sepia": choose one of article, default, dark` {
		t.Error(err)
	}
	if theme, err := ThemeNamed(""); err != nil || theme.Name != "default" {
		t.Error(theme.Name, err)
	}
}
