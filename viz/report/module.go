package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"actscope/viz"
)

// drawingFiles are those of the page's files that draw and compute, in their order; they know nothing of the page.
var drawingFiles = []string{"ticks.js", "plane.js", "boundary.js", "points.js", "charts.js", "diagram.js", "forward.js", "hidden.js"}

var topLevel = regexp.MustCompile(`(?m)^(?:function|class|const) (\w+)`)

// Drawing is what draws and computes in the film of a page, as an ECMAScript module that exports every function, class and
// constant of it, for other pages.
func Drawing() []byte {
	var module bytes.Buffer
	module.WriteString(join(drawingFiles...))
	var names []string
	for _, name := range drawingFiles {
		content, err := files.ReadFile("page/" + name)
		if err != nil {
			panic(err) // the file is part of the program
		}
		for _, found := range topLevel.FindAllSubmatch(content, -1) {
			names = append(names, string(found[1]))
		}
	}
	fmt.Fprintf(&module, "export { %s };\n", strings.Join(names, ", "))
	return module.Bytes()
}

// inks are the colours of a theme for a page that does not know yet which networks and classes it shows.
type inks struct {
	filmColours
	// Networks has the colour of an activation by its name in lower case letters and digits, Cycle those of others.
	Networks map[string]string `json:"networks"`
	Cycle    []string          `json:"cycle"`
}

// Inks is an ECMAScript module with the colours of the light and of the dark theme, as the film's drawing takes them, for as many
// classes as the themes have colours, and with the corners of the classes' signs.
func Inks() []byte {
	of := func(t viz.Theme) inks {
		all := inks{filmColours: filmColoursOf(t, nil, len(t.Class)), Networks: map[string]string{}}
		for name, c := range t.Networks {
			all.Networks[name] = hex(c)
		}
		for _, c := range t.Cycle {
			all.Cycle = append(all.Cycle, hex(c))
		}
		return all
	}
	outlines := [][]float64{}
	for class := range light.Class {
		outlines = append(outlines, outlineOf(class))
	}
	content, err := json.Marshal(map[string]any{"light": of(light), "dark": of(dark), "outlines": outlines})
	if err != nil {
		panic(err) // colours are plain values
	}
	return fmt.Appendf(nil, "export const { light, dark, outlines } = %s;\n", content)
}

// Colours are the custom properties of pages in CSS: light ones, and dark ones where the system asks for them.
func Colours() []byte {
	var css strings.Builder
	properties(&css, light, "light", "#1a6b3c", "#a5311d")
	filmColoursOf(light, nil, len(light.Class)).properties(&css)
	css.WriteString("@media screen and (prefers-color-scheme:dark){\n")
	properties(&css, dark, "dark", "#84d6a5", "#f5a390")
	filmColoursOf(dark, nil, len(dark.Class)).properties(&css)
	css.WriteString("}\n")
	return []byte(css.String())
}
