package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"actscope/viz"
	"actscope/viz/figures"
)

// element is a start tag of a written page.
type element struct {
	name       string
	attributes map[string]string
}

var raw = regexp.MustCompile(`(?s)(<(script|style)\b[^>]*>)(.*?)(</(script|style)>)`)

// elements parses a page, without what stands in its scripts and styles, and fails
// where tags do not nest.
func elements(t *testing.T, page []byte) []element {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(raw.ReplaceAll(page, []byte("$1$4"))))
	d.Strict = false
	d.AutoClose = xml.HTMLAutoClose
	d.Entity = xml.HTMLEntity
	var found []element
	var open []string
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%v inside %v", err, open)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := element{token.Name.Local, map[string]string{}}
			for _, a := range token.Attr {
				e.attributes[a.Name.Local] = a.Value
			}
			found = append(found, e)
			open = append(open, e.name)
		case xml.EndElement:
			if last := open[len(open)-1]; last != token.Name.Local {
				t.Fatalf("</%s> ends <%s>", token.Name.Local, last)
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Fatalf("%v not ended", open)
	}
	return found
}

func TestIDsAreUniqueAndReferencesResolve(t *testing.T) {
	page := written(t, samplePage(t))
	ids := map[string]bool{}
	all := elements(t, page)
	for _, e := range all {
		if id, ok := e.attributes["id"]; ok {
			if ids[id] {
				t.Errorf("id %q twice", id)
			}
			ids[id] = true
		}
	}
	references := 0
	for _, e := range all {
		targets := strings.Fields(e.attributes["aria-labelledby"] + " " + e.attributes["for"])
		if link, ok := e.attributes["href"]; ok {
			targets = append(targets, strings.TrimPrefix(link, "#"))
		}
		for _, target := range targets {
			references++
			if !ids[target] {
				t.Errorf("%s refers to %q, which is not there", e.name, target)
			}
		}
	}
	if references < 100 {
		t.Errorf("only %d references were looked at", references)
	}
}

func TestHeadingsDescendOneLevelAtATime(t *testing.T) {
	level := 0
	for _, e := range elements(t, written(t, samplePage(t))) {
		if !regexp.MustCompile(`^h[1-6]$`).MatchString(e.name) {
			continue
		}
		next, _ := strconv.Atoi(e.name[1:])
		if next > level+1 || next == 1 && level > 0 {
			t.Errorf("<%s> follows a heading of level %d", e.name, level)
		}
		level = next
	}
	if level == 0 {
		t.Error("no headings")
	}
}

func TestTableHeadersHaveAScope(t *testing.T) {
	headers := 0
	for _, e := range elements(t, written(t, samplePage(t))) {
		if e.name == "th" {
			headers++
			if !slices.Contains([]string{"col", "row", "rowgroup"}, e.attributes["scope"]) {
				t.Errorf("a header has the scope %q", e.attributes["scope"])
			}
		}
	}
	if headers < 10 {
		t.Errorf("%d headers", headers)
	}
}

// outward matches what would make a browser ask for another file.
var outward = regexp.MustCompile(`(?i)https?:|\bsrc\s*=|\burl\(\s*["']?[^#"')]|@import|\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon|\bimport\s*[("']`)

func TestPageRefersToNothingOutside(t *testing.T) {
	page := written(t, samplePage(t))
	if found := outward.Find(page); found != nil {
		t.Errorf("the page has %q", found)
	}
	for _, e := range elements(t, page) {
		if link, ok := e.attributes["href"]; ok && !strings.HasPrefix(link, "#") {
			t.Errorf("%s links to %q", e.name, link)
		}
	}
}

func TestSameValuesGiveTheSameBytes(t *testing.T) {
	first := written(t, samplePage(t))
	pages := make(chan []byte)
	for range 4 {
		go func() {
			var b bytes.Buffer
			if err := samplePage(t).Write(&b); err != nil {
				t.Error(err)
			}
			pages <- b.Bytes()
		}()
	}
	for range 4 {
		if !bytes.Equal(<-pages, first) {
			t.Error("the bytes differ")
		}
	}
}

func TestPartsWithoutValuesAreLeftOut(t *testing.T) {
	parts := map[string]func(*Page){
		"story":   func(p *Page) { p.Story = nil },
		"setting": func(p *Page) { p.Setting = nil },
		"film":    func(p *Page) { p.Film = nil },
		"claims":  func(p *Page) { p.Claims = nil },
		"figures": func(p *Page) { p.Figures = nil },
		"numbers": func(p *Page) { p.Tables = nil },
		"again":   func(p *Page) { p.Again = Again{} },
	}
	has := func(page []byte, id string) bool {
		return bytes.Contains(page, []byte(`id="`+id+`"`)) || bytes.Contains(page, []byte(`href="#`+id+`"`))
	}
	for id, remove := range parts {
		p := samplePage(t)
		if !has(written(t, p), id) {
			t.Errorf("%s is missing", id)
		}
		remove(&p)
		page := written(t, p)
		elements(t, page)
		if has(page, id) {
			t.Errorf("%s is still there", id)
		}
	}
	elements(t, written(t, Page{}))
}

// hostile are strings that break pages which do not escape.
var hostile = []string{
	`a < b & "c" 'd'`, `</script><script>alert(1)</script>`, `<!--<script>`, `{{.Title}} ${1} \u003c`, "𝔘🦊👩‍👩‍👧", "שלום עולם",
	strings.Repeat("longword", 63), `"><img src=x onerror=alert(1)>`, "\u2028line\u2029", "nul \x00 and bad \xff bytes",
}

// titled is a sheet whose words are all the same.
func titled(sheet viz.Sheet, s string) *viz.Sheet {
	sheet.Title, sheet.Subtitle, sheet.Description, sheet.Footnotes, sheet.BarLabel = s, s, s, []string{s}, s
	sheet.Keys = slices.Clone(sheet.Keys)
	for i := range sheet.Keys {
		sheet.Keys[i].Text = s
	}
	return &sheet
}

// hostilePage has s wherever a page takes text.
func hostilePage(t testing.TB, s string) Page {
	p := samplePage(t)
	p.Title, p.Lead, p.Again = s, s, Again{s, s}
	p.Highlights = []Highlight{{s, s}}
	p.Story = []string{s}
	p.Setting = []Setting{{s, s}}
	p.Claims = []Claim{{Statement: s, Article: s, Findings: []Finding{{s, s, s, true, false, s}, {s, s, s, false, true, s}}}}
	p.Figures = slices.Clone(p.Figures)
	for i := range p.Figures {
		p.Figures[i].Title, p.Figures[i].Finding, p.Figures[i].Caption = s, s, s
		p.Figures[i].Sheet = titled(*p.Figures[i].Sheet, s)
	}
	p.Tables = []Table{{Title: s, Note: s, Columns: []string{s, s}, Rows: [][]string{{s, s}}}}
	for n := range p.Film.Nets {
		p.Film.Nets[n].Network = figures.Network{Name: s, Label: s}
		for l := range p.Film.Nets[n].Layers {
			p.Film.Nets[n].Layers[l].Name, p.Film.Nets[n].Layers[l].Axes = s, [2]string{s, s}
		}
	}
	return p
}

func TestHostileTextAddsNoElements(t *testing.T) {
	names := func(p Page) []string {
		var names []string
		for _, e := range elements(t, written(t, p)) {
			names = append(names, e.name)
		}
		return names
	}
	want := names(hostilePage(t, "harmless"))
	for _, s := range hostile {
		if got := names(hostilePage(t, s)); !slices.Equal(got, want) {
			t.Errorf("%.40q changes the elements of the page", s)
		}
	}
}

func TestFilmDataKeepsHostileText(t *testing.T) {
	for _, s := range hostile {
		page := written(t, hostilePage(t, s))
		_, data, _ := bytes.Cut(page, []byte(`id="film-data">`))
		data, _, _ = bytes.Cut(data, []byte("</script>"))
		var film filmData
		if err := json.Unmarshal(data, &film); err != nil {
			t.Fatalf("%.40q: %v", s, err)
		}
		want := strings.ToValidUTF8(s, "\ufffd")
		if got := film.Nets[1].Label; got != want {
			t.Errorf("label %q, want %q", got, want)
		}
		if got := film.Nets[0].Layers[1].Axes[0]; got != want {
			t.Errorf("axis %q, want %q", got, want)
		}
	}
}

type brokenWriter struct{ wrote int }

func (w *brokenWriter) Write(p []byte) (int, error) {
	w.wrote += len(p)
	return 0, errors.New("disk full")
}

func TestErrorsNameThePartAndWriteNothing(t *testing.T) {
	for want, spoil := range map[string]func(*Page){
		`claim 2 (empty) has no finding`:                    func(p *Page) { p.Claims[1] = Claim{Statement: "empty"} },
		`table "The networks": row 2 has 1 cells for 6`:     func(p *Page) { p.Tables[0].Rows[1] = []string{"relu"} },
		`table "bare" has no columns`:                       func(p *Page) { p.Tables[0] = Table{Title: "bare"} },
		`figure 2 (Boundaries) has no panels`:               func(p *Page) { p.Figures[1].Sheet = nil },
		`film: network "relu": 23 fields for 24 snapshots`:  func(p *Page) { p.Film.Nets[1].Fields = p.Film.Nets[1].Fields[1:] },
		`film: label 2 of point 1 is none of 0 to 1`:        func(p *Page) { p.Film.Labels[0] = 2 },
		`network "sigmoid": hidden layer 2: sets of activa`: func(p *Page) { p.Film.Nets[0].Layers[1].Points[3] = nil },
	} {
		p := samplePage(t)
		spoil(&p)
		var w brokenWriter
		if err := p.Write(&w); err == nil || !strings.HasPrefix(err.Error(), "report: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want ... %s", err, want)
		}
		if w.wrote > 0 {
			t.Errorf("%s: %d bytes were written", want, w.wrote)
		}
	}
	if err := samplePage(t).Write(&brokenWriter{}); err == nil || err.Error() != "disk full" {
		t.Errorf("got %v", err)
	}
}

func TestPagesStayBelowTheLimit(t *testing.T) {
	p := samplePage(t)
	p.Figures = []Figure{{Sheet: &viz.Sheet{Panels: []string{strings.Repeat(" ", MaxBytes)}}}}
	if err := p.Write(io.Discard); err == nil || !strings.Contains(err.Error(), "smaller or fewer figures") {
		t.Errorf("got %v", err)
	}
}
