package viz

import (
	"slices"
	"strings"
	"testing"
)

func TestTablesOfFigures(t *testing.T) {
	blue := Stroke{Color: RGB(0x2360b4), Width: 2}
	f := &Figure{
		Legend: []Key{{Text: "blue", Line: blue}},
		Panels: []*Panel{
			{
				Title: []Span{{Text: "left, "}, {Text: "first"}}, X: Axis{Label: "Stage", Scale: Categories("z1", "a1")}, Y: Axis{Label: "Size, log scale", Scale: Log(1, 100)},
				Series: []Series{
					Band{X: []float64{0, 1}, Low: []float64{1, 2}, High: []float64{3, 4}, Fill: Fade(blue.Color, 0.2)},
					Line{Points: []Point{{0, 2}, {1, 10.0 / 3}}, Stroke: blue},
					Restated{Series: Line{Points: []Point{{0, 1}, {1, 1}}, Stroke: blue}},
					Notes{{At: Point{0, 1}, Text: Span{Text: "no number"}}},
				},
			},
			{Name: "right", X: Axis{Label: "Place"}, Y: Axis{Label: "Size, log scale"}, Series: []Series{Scatter{Name: "near", Points: []Point{{12.00000001, 1}, {12.00000003, 2}}, Values: []float64{0.123456, 1}}}},
		},
	}
	var exact strings.Builder
	if err := f.WriteCSV(&exact); err != nil {
		t.Fatal(err)
	}
	if want := "panel,series,x,Size,low,high,value,x axis\n" +
		"\"left, first\",blue,z1,2,1,3,,Stage\n" +
		"\"left, first\",blue,a1,3.3333333333333335,2,4,,Stage\n" +
		"right,near,12.00000001,1,,,0.123456,Place\n" +
		"right,near,12.00000003,2,,,1,Place\n"; exact.String() != want {
		t.Errorf("got\n%swant\n%s", exact.String(), want)
	}
	rounded := f.Table(true)
	for name, want := range map[string][]string{
		"Size": {"2", "3.33333", "1", "2"}, "x": {"z1", "a1", "12.00000001", "12.00000003"}, "value": {"", "", "0.1235", "1"},
	} {
		at := slices.IndexFunc(rounded, func(c Column) bool { return c.Name == name })
		if at < 0 || !slices.Equal(rounded[at].Values, want) {
			t.Errorf("rounded, %s: %v, want %v", name, rounded, want)
		}
	}
	if empty := (&Figure{Panels: []*Panel{{Notice: "Nothing."}}}).Table(false); empty != nil {
		t.Errorf("a figure without series has the table %v", empty)
	}
}
