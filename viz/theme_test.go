package viz

import (
	"slices"
	"testing"
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
				if r := contrast(c, theme.Paper); r < 4.5 {
					t.Errorf("%s theme: %v of the cycle has a contrast of %.2f", name, c, r)
				}
			}
		}
		for what, c := range texts {
			if r := contrast(c, theme.Paper); r < 4.5 {
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
			if r := max(contrast(theme.Class[class], shade), contrast(theme.ClassEdge[class], shade)); r < 3 {
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
		for name, sight := range colourBlind {
			a, b := toOKLab(times(sight, linearRGB(pair[0]))), toOKLab(times(sight, linearRGB(pair[1])))
			if d := a.distance(b); d < 0.06 {
				t.Errorf("with %s %v and %v are %.3f apart", name, pair[0], pair[1], d)
			}
		}
	}
}

func TestNetworksHaveColoursByActivationAndDifferOtherwise(t *testing.T) {
	theme := DefaultTheme()
	styles := theme.NetworkStyles([]Network{{Name: "Leaky_ReLU"}, {Name: "sigmoid"}, {Name: "swish"}, {Name: "sigmoid", Label: "Sigmoid, wide"}, {Name: ""}})
	if styles[0].Color != theme.Networks["leakyrelu"] || styles[1].Color != theme.Networks["sigmoid"] {
		t.Errorf("known activations have lost their colours: %v", styles)
	}
	var seen []Color
	for _, s := range styles {
		if slices.Contains(seen, s.Color) {
			t.Errorf("%v comes twice", s.Color)
		}
		seen = append(seen, s.Color)
	}
	if again := theme.NetworkStyles(eight); !slices.Equal(again, theme.NetworkStyles(eight)) {
		t.Error("the colours change from call to call")
	}
	for i, s := range theme.NetworkStyles(eight) {
		for j, o := range theme.NetworkStyles(eight)[:i] {
			if s.Color == o.Color || s.Shape == o.Shape {
				t.Errorf("%s and %s look alike", eight[i].Label, eight[j].Label)
			}
		}
	}
}

func TestUnknownThemesAreNamed(t *testing.T) {
	if _, err := ThemeNamed("sepia"); err == nil || err.Error() != `viz: no theme "sepia": choose one of article, default, dark` {
		t.Error(err)
	}
	if theme, err := ThemeNamed(""); err != nil || theme.Name != "default" {
		t.Error(theme.Name, err)
	}
}
