package viz

import (
	"io"
	"math"
	"strings"
	"testing"

	"actscope/viz/internal/viztest"
)

// hostileTexts are what a title may be.
var hostileTexts = map[string]string{
	"markup":        `a < b & "c" ]]> <script>alert('x')</script> --> &#0;`,
	"emoji":         "moons 🌙 and 😀 faces 🚀 中文",
	"right to left": "שלום (עולם) 123 moons — مرحبا بالعالم ٤٢",
	"words":         strings.Repeat("activation ", 46),
	"one word":      strings.Repeat("x", 500),
	"controls":      "a\x00b\x1b[31m\nc\td\xff\u202e\ufeff evil\u2028",
	"marks":         "e" + strings.Repeat("\u0301", 300),
	"blank":         " \n\t ",
	"empty":         "",
}

// checkInside wants all texts inside the figure.
func checkInside(t *testing.T, f *Figure) {
	t.Helper()
	l, err := f.Layout()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range l.Texts {
		if b := a.Box; b.X0 < -1 || b.Y0 < -1 || b.X1 > l.Width+1 || b.Y1 > l.Height+1 {
			t.Errorf("%.40q is cut: %.0f in %.0f × %.0f", a.Text, b, l.Width, l.Height)
		}
	}
}

func TestHostileTextsComeOutRight(t *testing.T) {
	for name, text := range hostileTexts {
		t.Run(name, func(t *testing.T) {
			f := vocabulary()
			f.Name, f.Title, f.Subtitle, f.Description = text, text, text, text
			f.Footnotes = []string{text}
			f.Legend = []Key{{Text: text, Marker: Marker{Radius: 4, Fill: RGB(0)}}, {Text: text}}
			f.ColorBar.Label = text
			p := f.Panels[0]
			p.Title, p.Badge, p.Notice = []Span{{Text: text}, {Text: text, Bold: true}}, text, text
			p.X.Label, p.Y.Label, p.Y.Ticks = text, text, []Tick{{Value: 0, Label: text}}
			f.Panels[1].Series = []Series{EndLabels{{At: Point{1, 1}, Name: text, Value: text}}}
			f.Panels[1].X.Scale, f.Panels[1].Y.Scale = Categories(text, text, text), nil
			f.Panels[3].Series, f.Panels[3].Notice = nil, ""
			doc := viztest.SVG(t, f)
			want := strings.Map(func(c rune) rune { // what XML cannot hold is replaced
				if c < ' ' && c != '\n' && c != '\t' {
					return '\ufffd'
				}
				return c
			}, strings.ToValidUTF8(text, "\ufffd"))
			if got := viztest.Element(t, doc, "title"); got != want {
				t.Errorf("the title is %q", got)
			}
			if len(doc) > 400_000 {
				t.Errorf("%d bytes", len(doc))
			}
			checkInside(t, f)
			if err := f.WritePNG(io.Discard, 0.3); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestRelativePathsAreTheSameShapes(t *testing.T) {
	path := []byte("M 100 200\nL 150 200\nL 150 260\nL 149 -5\nQ-20,30 40,-50\nQ0,0 1,1\nZ\nM 7 8\nL 7 8\nL 9 8\nL 12 8\nL 13 9\nL 14 8\nZ")
	s := parsePath(path)
	if s.x != 100 || s.y != 200 {
		t.Errorf("it starts at %d, %d", s.x, s.y)
	}
	if want := "h50v60l-1-265q-169 35-109-45-40 50-39 51zm-93-192h2 3l1 1 1-1z"; s.path != want {
		t.Errorf("%s, want %s", s.path, want)
	}
}

func TestRepeatedShapesAreWrittenOnce(t *testing.T) {
	f := &Figure{Theme: DefaultTheme(), Panels: []*Panel{{X: Axis{Scale: Linear(0, 1)}, Y: Axis{Scale: Linear(0, 1)}}}}
	var points []Point
	for i := range 500 {
		points = append(points, Point{math.Mod(float64(i)*0.618, 1), float64(i) / 500})
	}
	f.Panels[0].Series = []Series{Scatter{Points: points, Marker: Marker{Shape: Star, Radius: 4, Fill: RGB(0x112233)}}}
	doc := viztest.SVG(t, f)
	if n := strings.Count(doc, "<use "); n < 500 {
		t.Errorf("only %d references", n)
	}
	if perPoint := len(doc) / 500; perPoint > 70 {
		t.Errorf("%d bytes a point", perPoint)
	}
}
