package report

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"
)

func TestDrawingsKeepTheirNamesToThemselves(t *testing.T) {
	for _, c := range []struct{ svg, want string }{
		{
			`<?xml version="1.0"?><!DOCTYPE svg><!-- c --><svg xmlns="http://www.w3.org/2000/svg" width="8px" height="4" role="img" aria-label="x"><g id="a" class="b c"/></svg>`,
			`<svg id="p-svg" aria-hidden="true" viewBox="0 0 8 4"><g id="p-a" class="p-b p-c"/></svg>`,
		},
		{
			`<svg viewBox="0 0 1 1" width="3" id="top"><defs><path id="a"/></defs><use href="#a"/><use xmlns:xlink="u" xlink:href="#a"/></svg>`,
			`<svg id="p-svg" aria-hidden="true" viewBox="0 0 1 1"><defs><path id="p-a"/></defs><use href="#p-a"/><use href="#p-a"/></svg>`,
		},
		{
			`<svg viewBox="0 0 1 1"><style>/* .no */ .a,#b{fill:url(#g)} path .a{stroke:#fff}*{x:1}</style><g clip-path="url('#k')" style="fill: url(#g)"/></svg>`,
			`<svg id="p-svg" aria-hidden="true" viewBox="0 0 1 1"><style>.p-a,#p-b{fill:url(#p-g)}path .p-a{stroke:#fff}#p-svg *{x:1}</style><g clip-path="url(#p-k)" style="fill: url(#p-g)"/></svg>`,
		},
		{
			`<svg viewBox="0 0 1 1"><text>a &lt; b &amp; <tspan>"c"</tspan></text><image href="data:image/png;base64,AA=="/></svg>`,
			`<svg id="p-svg" aria-hidden="true" viewBox="0 0 1 1"><text>a &lt; b &amp; <tspan>&#34;c&#34;</tspan></text><image href="data:image/png;base64,AA=="/></svg>`,
		},
	} {
		got, err := readDrawing([]byte(c.svg), "p-")
		if err != nil {
			t.Errorf("%s: %v", c.svg, err)
			continue
		}
		if string(got.Element) != c.want {
			t.Errorf("got  %s\nwant %s", got.Element, c.want)
		}
	}
}

func TestTitleAndDescriptionBecomeTheAlternative(t *testing.T) {
	got, err := readDrawing([]byte(`<svg viewBox="0 0 1 1"><title>Loss &amp; time</title><desc>It <![CDATA[<falls>]]></desc><g><title>kept</title></g></svg>`), "p-")
	if err != nil {
		t.Fatal(err)
	}
	if want := "Loss & time. It <falls>"; got.words != want {
		t.Errorf("got %q, want %q", got.words, want)
	}
	if want := `<svg id="p-svg" aria-hidden="true" viewBox="0 0 1 1"><g><title>kept</title></g></svg>`; string(got.Element) != want {
		t.Errorf("got %s", got.Element)
	}
	page := string(written(t, Page{Figures: []Figure{{SVG: []byte(`<svg viewBox="0 0 1 1"><title>own words</title></svg>`)}, {Title: "last 'resort'", SVG: []byte(`<svg viewBox="0 0 1 1"/>`)}}}))
	for _, label := range []string{`aria-label="own words"`, `aria-label="last &#39;resort&#39;"`} {
		if !strings.Contains(page, label) {
			t.Errorf("no %s", label)
		}
	}
}

// refused are documents that are broken, or more than a drawing.
var refused = map[string]string{
	``:                                     "not complete",
	`text`:                                 "outside the svg element",
	`<svg`:                                 "unexpected EOF",
	`<html/>`:                              "is not allowed in a drawing",
	`<g/>`:                                 "not an svg",
	`<svg/>`:                               "neither a viewBox nor",
	`<svg viewBox=""/>`:                    "neither a viewBox nor",
	`<svg viewBox="0 0 1 1"><g></svg></g>`: "ends what has not begun",
	`<svg viewBox="0 0 1 1"/><svg viewBox="0 0 1 1"/>`:                              "second document",
	`<svg viewBox="0 0 1 1"><script>alert(1)</script></svg>`:                        `"script" is not allowed`,
	`<svg viewBox="0 0 1 1"><foreignObject/></svg>`:                                 `"foreignObject" is not allowed`,
	`<svg viewBox="0 0 1 1"><a href="javascript:alert(1)"/></svg>`:                  `"a" is not allowed`,
	`<svg viewBox="0 0 1 1"><set attributeName="href" to="x"/></svg>`:               `"set" is not allowed`,
	`<svg viewBox="0 0 1 1" onload="alert(1)"/>`:                                    "would run a script",
	`<svg viewBox="0 0 1 1"><g OnClick="alert(1)"/></svg>`:                          "would run a script",
	`<svg viewBox="0 0 1 1"><use href="other.svg#a"/></svg>`:                        "outside the drawing",
	`<svg viewBox="0 0 1 1"><image href="http://example.org/a.png"/></svg>`:         "outside the drawing",
	`<svg viewBox="0 0 1 1"><image href="data:text/html,x"/></svg>`:                 "outside the drawing",
	`<svg viewBox="0 0 1 1"><g fill="url(http://example.org/#a)"/></svg>`:           "outside the drawing",
	`<svg viewBox="0 0 1 1"><g style="fill:URL( 'x.svg' )"/></svg>`:                 "outside the drawing",
	`<svg viewBox="0 0 1 1"><g style="fill:u\72l(x)"/></svg>`:                       "escape",
	`<svg viewBox="0 0 1 1"><g fill="url(#a"/></svg>`:                               "cannot be read",
	`<svg viewBox="0 0 1 1"><style>@import "x.css";</style></svg>`:                  "at-rule",
	`<svg viewBox="0 0 1 1"><style>@im<!-- -->port "x.css";</style></svg>`:          "at-rule",
	`<svg viewBox="0 0 1 1"><style>.a{background:url(x.png)}</style></svg>`:         "outside the drawing",
	`<svg viewBox="0 0 1 1"><style><g/></style></svg>`:                              "inside style",
	`<svg viewBox="0 0 1 1"><title>a<g/></title></svg>`:                             "inside title",
	`<svg viewBox="0 0 1 1">&undefined;</svg>`:                                      "entity",
	`<!DOCTYPE svg [<!ENTITY e "x">]><svg viewBox="0 0 1 1"><text>&e;</text></svg>`: "entity",
}

func TestWhatIsMoreThanADrawingIsRefused(t *testing.T) {
	for svg, want := range refused {
		got, err := readDrawing([]byte(svg), "p-")
		if err == nil {
			t.Errorf("%s was read as %s", svg, got.Element)
		} else if !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want ... %s", svg, err, want)
		}
	}
}

// What is read is well-formed, stays one element, and can be read again.
func FuzzDrawing(f *testing.F) {
	for svg := range refused {
		f.Add([]byte(svg))
	}
	f.Add([]byte(`<svg viewBox="0 0 1 1"><style>.a,#b{fill:url(#g)}</style><text class="a" id="b">x &lt; y</text></svg>`))
	f.Fuzz(func(t *testing.T, svg []byte) {
		got, err := readDrawing(svg, "p-")
		if err != nil {
			return
		}
		d := xml.NewDecoder(strings.NewReader(string(got.Element)))
		depth, roots := 0, 0
		for {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", got.Element, err)
			}
			switch token := token.(type) {
			case xml.StartElement:
				if depth == 0 {
					roots++
				}
				depth++
				for _, a := range token.Attr {
					if strings.HasPrefix(strings.ToLower(a.Name.Local), "on") {
						t.Errorf("%s has %s", got.Element, a.Name.Local)
					}
				}
			case xml.EndElement:
				depth--
			}
		}
		if roots != 1 {
			t.Errorf("%d elements: %s", roots, got.Element)
		}
		if bytes.Contains(bytes.ToLower([]byte(got.Element)), []byte("<script")) {
			t.Errorf("a script in %s", got.Element)
		}
		if _, err := readDrawing([]byte(got.Element), "q-"); err != nil {
			t.Errorf("%s cannot be read again: %v", got.Element, err)
		}
	})
}
