package viz

import (
	"encoding/xml"
	"io"
	"regexp"
	"strings"
	"testing"
)

// drawn is a drawing of two panels with all that a sheet takes apart; dark, where set, spoils it in the dark theme.
type drawn struct {
	columns int
	title   string
	dark    func(*Figure)
}

func (d drawn) Figure(o Options) (*Figure, error) {
	f := NewFigure(o, "drawn", "Title")
	f.Subtitle, f.Footnotes, f.Columns = "Below it", []string{"A note."}, d.columns
	f.Legend = []Key{{Text: "points", Marker: Marker{Radius: 4, Fill: f.Theme.Class[0]}}, {Text: "a remark"}}
	f.ColorBar = &ColorBar{Label: "share", Scale: Linear(0, 1), Ramp: f.Theme.Probability(), Steps: 4}
	for range 2 {
		f.Panels = append(f.Panels, &Panel{
			Title: []Span{{Text: d.title, Bold: true, Color: f.Theme.Networks["relu"]}, {Text: " — layer 1"}}, Badge: "std 1",
			X: Axis{Label: "Unit 1", Scale: Linear(0, 1)}, Y: Axis{Label: "Unit 2", Scale: Linear(0, 1)},
			Series: []Series{Scatter{Points: []Point{{0.2, 0.3}, {0.5, 0.5}}, Marker: Marker{Radius: 4, Fill: f.Theme.Class[0]}}},
		})
	}
	if f.Theme.Name == "dark" && d.dark != nil {
		d.dark(f)
	}
	return f, nil
}

func TestSheetsHaveAnSVGForEachPanel(t *testing.T) {
	s, err := NewSheet(drawn{columns: 2, title: "<a> & b"}, "f7-")
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Panels) != 2 || s.Wide != nil || s.Columns != 2 || len(s.Keys) != 2 || s.Keys[0].Sign == "" || s.Keys[1] != (SheetKey{"", "a remark"}) || s.BarLabel != "share" {
		t.Errorf("got %+v", s)
	}
	properties := map[string]bool{}
	for _, ink := range s.Inks {
		properties["var("+ink.Name+")"] = true
	}
	for _, used := range regexp.MustCompile(`var\(--[0-9a-f-]+\)`).FindAllString(s.Style, -1) {
		if !properties[used] {
			t.Errorf("%s is no ink", used)
		}
	}
	light, dark := DefaultTheme(), DarkTheme()
	for _, pair := range [][2]Color{{light.Class[0], dark.Class[0]}, {light.Muted, dark.Muted}, {light.Networks["relu"], dark.Networks["relu"]}, {light.Panel, dark.Panel}} {
		if l, d := cssColor(pair[0]), cssColor(pair[1]); !properties["var(--"+l[1:]+"-"+d[1:]+")"] {
			t.Errorf("no ink for %s and %s", l, d)
		}
	}
	ids := map[string]bool{}
	for _, svg := range append(s.Panels, s.Keys[0].Sign, s.Bar) {
		for d := xml.NewDecoder(strings.NewReader(svg)); ; {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%v in %s", err, svg)
			}
			start, _ := token.(xml.StartElement)
			for _, a := range start.Attr {
				if a.Name.Local == "id" && (ids[a.Value] || !strings.HasPrefix(a.Value, "f7-")) {
					t.Errorf("id %q", a.Value)
				}
				ids[a.Value] = ids[a.Value] || a.Name.Local == "id"
			}
		}
	}
	for _, want := range []string{">&lt;a&gt; &amp; b</text>", ">Unit 1</text>", ">std 1</text>"} {
		for i, svg := range s.Panels {
			if !strings.Contains(svg, want) {
				t.Errorf("panel %d has no %s", i+1, want)
			}
		}
	}
}

func TestFiguresOfOneColumnHaveASheetForWideScreens(t *testing.T) {
	s, err := NewSheet(drawn{columns: 1, title: "a"}, "f-")
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Panels) != 2 || len(s.Wide) != 2 || s.WideWidth <= s.Width {
		t.Errorf("%d panels of %v px, %d of %v px", len(s.Panels), s.Width, len(s.Wide), s.WideWidth)
	}
}

func TestSheetsNeedTheSameShapesInBothThemes(t *testing.T) {
	for _, dark := range []func(*Figure){
		func(f *Figure) { f.Panels = f.Panels[:1] },
		func(f *Figure) { f.Panels = append(f.Panels, f.Panels[0]) },
	} {
		if _, err := NewSheet(drawn{columns: 2, title: "a", dark: dark}, "f-"); err == nil || !strings.Contains(err.Error(), "dark theme") {
			t.Errorf("got %v", err)
		}
	}
}
