package viz

import (
	"testing"
)

func TestNothingIsCutOrOverlapsInTheArticlesFigures(t *testing.T) {
	for name, d := range readArticle(t).drawings() {
		for _, theme := range ThemeNames() {
			for _, width := range []float64{0, 600, 1200} {
				th, err := ThemeNamed(theme)
				if err != nil {
					t.Fatal(err)
				}
				f, err := d.Figure(Options{Theme: th, Width: width})
				if err != nil {
					t.Fatal(err)
				}
				t.Run(name+"/"+theme, func(t *testing.T) { checkTexts(t, f) })
			}
		}
	}
}

func TestNothingIsCutOrOverlapsOverTheWholeRange(t *testing.T) {
	for name, d := range ranges() {
		t.Run(name, func(t *testing.T) {
			f, err := d.Figure(Options{})
			if err != nil {
				t.Fatal(err)
			}
			checkTexts(t, f)
		})
	}
}
