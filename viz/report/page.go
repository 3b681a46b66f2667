package report

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"strings"

	"actscope/viz"
	"actscope/viz/figures"
)

// MaxBytes is the size that a page stays below.
const MaxBytes = 5 << 20

// Page is what the report says. What is empty is left out.
type Page struct {
	Title string
	// Lead is a sentence or two below the title.
	Lead string
	// Answer is what the page's question comes to in this run, a sentence or two, first of all.
	Answer []string
	// Warnings say where a run failed or is too small for what is said of it.
	Warnings []string
	// Highlights are the few numbers that say it at a glance.
	Highlights []Highlight
	// Story has a paragraph each.
	Story []string
	// Setting lists what determines the result.
	Setting []Setting
	// Sections are what has a heading of its own.
	Sections []Section
	Film     *Film
	Claims   []Claim
	// Tally sums the claims up; "" counts those that hold.
	Tally   string
	Figures []Figure
	// Tables are the numbers.
	Tables []Table
	Again  Again
}

// Highlight is a number with a few words about it.
type Highlight struct{ Value, Label string }

// Setting is a named value of the configuration.
type Setting struct{ Name, Value string }

// Again says how to get the page's numbers again.
type Again struct {
	// Command is what to type, in one line or several.
	Command string
	Note    string
}

//go:embed page
var files embed.FS

var layout = template.Must(template.New("page.html").Funcs(template.FuncMap{"add": func(a, b int) int { return a + b }}).
	ParseFS(files, "page/*.html"))

// Style and script of every page, in the order in which they apply.
var (
	style  = join("base.css", "parts.css", "film.css", "print.css")
	script = join("csv.js", "fold.js", "ticks.js", "plane.js", "boundary.js", "points.js", "charts.js", "diagram.js",
		"forward.js", "hidden.js", "evaluate.js", "choice.js", "film_data.js", "film.js", "film_words.js", "film_controls.js")
)

// join puts files together, without indentation and lines that are a comment.
func join(names ...string) string {
	var all bytes.Buffer
	for _, name := range names {
		content, err := files.ReadFile("page/" + name)
		if err != nil {
			panic(err) // the file is part of the program
		}
		for line := range strings.Lines(string(content)) {
			if line = strings.TrimLeft(line, " "); line != "\n" && !strings.HasPrefix(line, "//") {
				all.WriteString(line)
			}
		}
	}
	return all.String()
}

// Write writes the page as one HTML document. It is made in memory first: an error,
// which names the part that does not fit, writes nothing.
func (p Page) Write(w io.Writer) error {
	content, err := p.render()
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	if len(content) >= MaxBytes {
		return fmt.Errorf("report: the page has %d bytes, the limit is %d: give it smaller or fewer figures and tables", len(content), MaxBytes)
	}
	_, err = w.Write(content)
	return err
}

// parts is what the template sees.
type parts struct {
	Page
	Policy   string // Content-Security-Policy
	Colours  template.CSS
	Style    template.CSS
	Script   template.JS
	Claims   *claimTable
	Sections []drawnSection
	Figures  []drawnFigure
	Tables   []drawnTable
	Film     *drawnFilm
}

func (p Page) render() ([]byte, error) {
	v := parts{Page: p, Style: template.CSS(style), Script: template.JS(script), Policy: policy()}
	var err error
	if v.Claims, err = newClaimTable(p.Claims); err != nil {
		return nil, err
	}
	if v.Claims != nil && p.Tally != "" {
		v.Claims.Tally = p.Tally
	}
	figures, err := drawFigures(p.Figures)
	if err != nil {
		return nil, err
	}
	if v.Sections, v.Figures, err = drawSections(p.Sections, figures); err != nil {
		return nil, err
	}
	if v.Tables, err = drawTables(p.Tables); err != nil {
		return nil, err
	}
	for i := range v.Tables {
		v.Tables[i].Folded = i > 0 && len(v.Tables) > tablesShown
	}
	if p.Film != nil {
		if v.Film, err = drawFilm(p.Film); err != nil {
			return nil, fmt.Errorf("film: %w", err)
		}
	}
	v.Colours = colours(v.Film, figures)
	var content bytes.Buffer
	if err := layout.Execute(&content, v); err != nil {
		return nil, err
	}
	return bytes.ToValidUTF8(content.Bytes(), []byte("\ufffd")), nil
}

// policy forbids the page every request, and every script but its own.
func policy() string {
	hash := sha256.Sum256([]byte(script))
	return "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; script-src 'sha256-" +
		base64.StdEncoding.EncodeToString(hash[:]) + "'"
}

// Figure is a picture with its caption.
type Figure struct {
	// Title says what the figure shows.
	Title string
	// Finding is the figure's headline: what its numbers say.
	Finding string
	// Sheet are its panels and its words. Sheets of one page need names with different prefixes.
	Sheet *viz.Sheet
	// Caption says how to read it.
	Caption string
}

// drawnFigure is a figure as the template sees it.
type drawnFigure struct {
	Figure
	Number       int // from 1
	Panels, Wide []template.HTML
	Keys         []drawnKey
	Bar          template.HTML
	Alt          string // says in words what the picture shows
	Packed       string // the numbers, see packColumns
	TooMany      bool   // the page has no room for the numbers
}

type drawnKey struct {
	Sign template.HTML
	Text string
}

// mostPacked is how many bytes of a page the numbers of its figures may take.
const mostPacked = 1536 << 10

func drawFigures(figures []Figure) ([]drawnFigure, error) {
	var drawn []drawnFigure
	room := mostPacked
	for i, f := range figures {
		s := f.Sheet
		if s == nil || len(s.Panels) == 0 {
			return nil, fmt.Errorf("figure %d (%s) has no panels", i+1, f.Title)
		}
		d := drawnFigure{Figure: f, Number: i + 1, Panels: asHTML(s.Panels), Wide: asHTML(s.Wide), Bar: template.HTML(s.Bar)}
		for _, k := range s.Keys {
			d.Keys = append(d.Keys, drawnKey{template.HTML(k.Sign), k.Text})
		}
		var err error
		if d.Packed, err = packColumns(s.Numbers); err != nil {
			return nil, fmt.Errorf("figure %d (%s), numbers: %w", i+1, f.Title, err)
		}
		if d.TooMany = len(d.Packed) > room; d.TooMany {
			d.Packed = ""
		}
		room -= len(d.Packed)
		d.Alt = strings.Join(slices.DeleteFunc([]string{cmp.Or(f.Title, s.Title), s.Description}, func(t string) bool { return t == "" }), ". ")
		drawn = append(drawn, d)
	}
	return drawn, nil
}

// Many says that a phone shows the panels in their rows, to swipe along, and not all below each other.
func (d drawnFigure) Many() bool { return len(d.Panels) > 2 && d.Sheet.Columns > 1 }

func asHTML(svgs []string) []template.HTML {
	var all []template.HTML
	for _, svg := range svgs {
		all = append(all, template.HTML(svg))
	}
	return all
}

// Layout is the width of the panels as CSS has it: at the least width type is as large as readers of a phone need.
func (d drawnFigure) Layout() template.CSS {
	w := d.Sheet.Width
	return template.CSS(fmt.Sprintf("--columns:%d;--printed:%d;--least:%.0fpx;--most:%.0fpx", d.Sheet.Columns, min(d.Sheet.Columns, 4), leastShare*w, mostShare*w))
}

// Shares of its own width that a panel has on a page: type of 13 px has 11.2 to 14.6 px.
const leastShare, mostShare = 0.863, 1.12

// filmColours are the colours of the film in one theme, as CSS has them.
type filmColours struct {
	Panel     string   `json:"panel"`
	Grid      string   `json:"grid"`
	Spine     string   `json:"spine"`
	Muted     string   `json:"muted"`
	Rim       string   `json:"rim"`
	Wrong     string   `json:"wrong"`
	Class     []string `json:"class"`
	ClassEdge []string `json:"classEdge"`
	// Shade are red, green and blue of probability 0, ½ and 1.
	Shade [3][3]int `json:"shade"`
	// Pale and Full are those of each class's region where nothing and where all is sure.
	Pale [][3]int `json:"pale"`
	Full [][3]int `json:"full"`
	// Value are those of the lowest, a middle and the highest number.
	Value [3][3]int `json:"value"`
	Text  string    `json:"text"`
	// Nets are the colours of the networks.
	Nets []string `json:"nets"`
}

func filmColoursOf(t viz.Theme, nets []figures.Network, classes int) filmColours {
	k := filmColours{
		Panel: hex(t.Panel), Grid: hex(t.Grid), Spine: hex(t.Spine), Muted: hex(t.Muted), Rim: hex(t.Rim), Wrong: hex(t.Wrong), Text: hex(t.Text),
	}
	for class := range classes {
		m := t.ClassMarker(class, 1)
		k.Class, k.ClassEdge = append(k.Class, hex(m.Fill)), append(k.ClassEdge, hex(m.Edge))
		ramp := t.ClassRamp(class)
		k.Pale, k.Full = append(k.Pale, rgb(ramp(0))), append(k.Full, rgb(ramp(1)))
	}
	for i := range t.Shade {
		k.Shade[i], k.Value[i] = rgb(t.Shade[i]), rgb(t.Value[i])
	}
	for _, style := range figures.NetworkStyles(t, nets) {
		k.Nets = append(k.Nets, hex(style.Color))
	}
	return k
}

func rgb(c viz.Color) [3]int { return [3]int{int(c.R), int(c.G), int(c.B)} }

func hex(c viz.Color) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

// The colours of the page and the film are those of the figures.
var light, dark = viz.DefaultTheme(), viz.DarkTheme()

// colours are the rules that give the page its colours: the dark
// ones on screen where the system asks for them, never on paper.
func colours(film *drawnFilm, figures []drawnFigure) template.CSS {
	var css strings.Builder
	inks := map[string]viz.Ink{}
	for _, f := range figures {
		for _, ink := range f.Sheet.Inks {
			inks[ink.Name] = ink
		}
	}
	names := slices.Sorted(maps.Keys(inks))
	properties(&css, light, "light", "#1a6b3c", "#a5311d")
	if film != nil {
		film.Data.Light.properties(&css)
	}
	css.WriteString(":root{")
	for _, name := range names {
		fmt.Fprintf(&css, "%s:%s;", name, inks[name].Light)
	}
	css.WriteString("}\n@media screen and (prefers-color-scheme:dark){\n")
	properties(&css, dark, "dark", "#84d6a5", "#f5a390")
	if film != nil {
		film.Data.Dark.properties(&css)
	}
	css.WriteString(":root{")
	for _, name := range names {
		fmt.Fprintf(&css, "%s:%s;", name, inks[name].Dark)
	}
	css.WriteString("}\n}\n")
	for _, f := range figures {
		css.WriteString(f.Sheet.Style)
	}
	css.WriteByte('\n')
	return template.CSS(css.String())
}

// properties are the colours of a theme, with those of verdicts, which are readable (4.5 to 1 and better) on its paper.
func properties(css *strings.Builder, t viz.Theme, scheme, holds, fails string) {
	fmt.Fprintf(css, ":root{color-scheme:%s;--paper:%s;--panel:%s;--grid:%s;--spine:%s;--text:%s;--muted:%s;--holds:%s;--fails:%s}\n",
		scheme, hex(t.Paper), hex(t.Panel), hex(t.Grid), hex(t.Spine), hex(t.Text), hex(t.Muted), holds, fails)
}

// properties are the colours of the film's legend and of the networks' names.
func (k filmColours) properties(css *strings.Builder) {
	fmt.Fprintf(css, ":root{--wrong:%s", k.Wrong)
	for i, v := range k.Value {
		fmt.Fprintf(css, ";--value%d:rgb(%d,%d,%d)", i, v[0], v[1], v[2])
	}
	css.WriteString("}\n")
	for i, fill := range k.Class {
		fmt.Fprintf(css, ".class%d{fill:%s;stroke:%s}\n", i, fill, k.ClassEdge[i])
	}
	for i, c := range k.Nets {
		fmt.Fprintf(css, ".net%d{--net:%s}\n", i, c)
	}
}
