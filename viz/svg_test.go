package viz

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
)

// svgOf writes a figure and wants well-formed XML in return.
func svgOf(t testing.TB, f *Figure) string {
	t.Helper()
	var b bytes.Buffer
	if err := f.WriteSVG(&b); err != nil {
		t.Fatal(err)
	}
	wellFormed(t, b.Bytes())
	return b.String()
}

func wellFormed(t testing.TB, doc []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(doc))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
		if e, ok := token.(xml.StartElement); ok {
			for _, a := range e.Attr {
				if strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") {
					t.Fatalf("<%s %s=%q>", e.Name.Local, a.Name.Local, a.Value)
				}
			}
		}
	}
}

// element is the text of the first element of that name.
func element(t *testing.T, doc, name string) string {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(doc))
	for {
		token, err := d.Token()
		if err != nil {
			t.Fatalf("no <%s>: %v", name, err)
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == name {
			var text string
			if err := d.DecodeElement(&text, &e); err != nil {
				t.Fatal(err)
			}
			return text
		}
	}
}

func TestEverySVGIsWellFormedAndSmall(t *testing.T) {
	for name, d := range ranges() {
		t.Run(name, func(t *testing.T) {
			f, err := d.Figure(Options{})
			if err != nil {
				t.Fatal(err)
			}
			if doc := svgOf(t, f); len(doc) > 250_000 {
				t.Errorf("%d bytes", len(doc))
			}
		})
	}
}

func TestSVGCarriesTitleAndDescription(t *testing.T) {
	for name, d := range readArticle(t).drawings() {
		f, err := d.Figure(Options{})
		if err != nil {
			t.Fatal(err)
		}
		doc := svgOf(t, f)
		if f.Name != name {
			t.Errorf("%s calls itself %s", name, f.Name)
		}
		if got := element(t, doc, "title"); got != f.Title {
			t.Errorf("%s has the title %q", name, got)
		}
		if got := element(t, doc, "desc"); !strings.Contains(got, f.Description) || len(f.Description) < 40 {
			t.Errorf("%s is described by %q", name, got)
		}
		for _, foreign := range []string{"<text", "font-family", "http://", "url("} {
			if body := strings.ReplaceAll(strings.ReplaceAll(doc, "http://www.w3.org/2000/svg", ""), "http://www.w3.org/1999/xlink", ""); strings.Contains(body, foreign) {
				t.Errorf("%s contains %s", name, foreign)
			}
		}
	}
}

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
			doc := svgOf(t, f)
			want := strings.Map(func(c rune) rune { // what XML cannot hold is replaced
				if c < ' ' && c != '\n' && c != '\t' {
					return '\ufffd'
				}
				return c
			}, strings.ToValidUTF8(text, "\ufffd"))
			if got := element(t, doc, "title"); got != want {
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

func TestFiguresOfOnePageDoNotShareIDs(t *testing.T) {
	seen := map[string]string{}
	for name, d := range readArticle(t).drawings() {
		f, err := d.Figure(Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, dark := range []bool{false, true} {
			g := *f
			if dark {
				g.Name += "_dark"
			}
			doc := svgOf(t, &g)
			id := doc[strings.Index(doc, `<title id="`)+11:]
			id = id[:strings.Index(id, `-title`)]
			if other, ok := seen[id]; ok {
				t.Errorf("%s and %s both use %q", g.Name, other, id)
			}
			seen[id] = name
			for _, rest := range strings.Split(doc, ` class="`)[1:] {
				if !strings.HasPrefix(rest, id) {
					t.Fatalf("class %.10q does not start with %q", rest, id)
				}
			}
		}
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
	doc := svgOf(t, f)
	if n := strings.Count(doc, "<use "); n < 500 {
		t.Errorf("only %d references", n)
	}
	if perPoint := len(doc) / 500; perPoint > 70 {
		t.Errorf("%d bytes a point", perPoint)
	}
}
