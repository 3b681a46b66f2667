package report

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"

	"actscope/viz"
)

// MaxBytes is the size that a page stays below.
const MaxBytes = 5 << 20

// Page is what the report says. What is empty is left out.
type Page struct {
	Title string
	// Lead is a sentence or two below the title.
	Lead string
	// Highlights are the few numbers that say it at a glance.
	Highlights []Highlight
	// Story has a paragraph each.
	Story []string
	// Setting lists what determines the result.
	Setting []Setting
	Film    *Film
	Claims  []Claim
	// Tally sums the claims up; "" counts those that hold.
	Tally   string
	Figures []Figure
	// Tables are the numbers.
	Tables []Table
	Again  Again
	// Light and Dark are the themes of the figures; the colours of the page and
	// the film follow them. A zero value stands for viz's default and dark theme.
	Light, Dark viz.Theme
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
	script = join("ticks.js", "plane.js", "boundary.js", "points.js", "film_data.js", "film.js", "enlarge.js")
)

func join(names ...string) string {
	var all bytes.Buffer
	for _, name := range names {
		content, err := files.ReadFile("page/" + name)
		if err != nil {
			panic(err) // the file is part of the program
		}
		all.Write(content)
	}
	return all.String()
}

// Write writes the page as one HTML document. It is made in memory first: an error,
// which names the part that does not fit, writes nothing. Where the page would
// reach [MaxBytes], the figures' dark variants are left out.
func (p Page) Write(w io.Writer) error {
	content, err := p.render(true)
	if err == nil && len(content) >= MaxBytes {
		content, err = p.render(false)
	}
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
	Policy  string // Content-Security-Policy
	Colours template.CSS
	Style   template.CSS
	Script  template.JS
	Claims  *claimTable
	Figures []drawnFigure
	Tables  []drawnTable
	Film    *drawnFilm
}

func (p Page) render(dark bool) ([]byte, error) {
	if p.Light.Regular == nil {
		p.Light = viz.DefaultTheme()
	}
	if p.Dark.Regular == nil {
		p.Dark = viz.DarkTheme()
	}
	v := parts{Page: p, Style: template.CSS(style), Script: template.JS(script), Policy: policy()}
	var err error
	if v.Claims, err = newClaimTable(p.Claims); err != nil {
		return nil, err
	}
	if v.Claims != nil && p.Tally != "" {
		v.Claims.Tally = p.Tally
	}
	if v.Figures, err = drawFigures(p.Figures, dark); err != nil {
		return nil, err
	}
	if v.Tables, err = drawTables(p.Tables); err != nil {
		return nil, err
	}
	if p.Film != nil {
		if v.Film, err = drawFilm(p.Film, p.Light, p.Dark); err != nil {
			return nil, fmt.Errorf("film: %w", err)
		}
	}
	v.Colours = colours(p.Light, p.Dark, v.Film)
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
	// Title begins the caption.
	Title string
	// SVG is the picture on light ground, DarkSVG the same on dark ground. Without
	// the latter, readers of a dark page see the light one on a light card.
	SVG, DarkSVG []byte
	// Alt says in words what the picture shows; "" stands for the title and
	// description of the SVG.
	Alt     string
	Caption string
}

// drawnFigure is a figure as the template sees it.
type drawnFigure struct {
	Figure
	Light, Dark drawing // Dark may be empty
}

func drawFigures(figures []Figure, dark bool) ([]drawnFigure, error) {
	var drawn []drawnFigure
	for i, f := range figures {
		d := drawnFigure{Figure: f}
		var err error
		if d.Light, err = readDrawing(f.SVG, fmt.Sprintf("f%d-", i+1)); err != nil {
			return nil, fmt.Errorf("figure %d (%s): %w", i+1, f.Title, err)
		}
		if dark && len(f.DarkSVG) > 0 {
			if d.Dark, err = readDrawing(f.DarkSVG, fmt.Sprintf("d%d-", i+1)); err != nil {
				return nil, fmt.Errorf("figure %d (%s), dark: %w", i+1, f.Title, err)
			}
		}
		if d.Alt == "" {
			d.Alt = d.Light.words
		}
		if d.Alt == "" {
			d.Alt = f.Title
		}
		drawn = append(drawn, d)
	}
	return drawn, nil
}
