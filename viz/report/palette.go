package report

import (
	"fmt"
	"html/template"
	"strings"

	"actscope/viz"
	"actscope/viz/figures"
)

// filmColours are the colours of the film in one theme, as CSS has them.
type filmColours struct {
	Panel     string    `json:"panel"`
	Grid      string    `json:"grid"`
	Spine     string    `json:"spine"`
	Muted     string    `json:"muted"`
	Rim       string    `json:"rim"`
	Wrong     string    `json:"wrong"`
	Class     [2]string `json:"class"`
	ClassEdge [2]string `json:"classEdge"`
	// Shade are red, green and blue of probability 0, ½ and 1.
	Shade [3][3]int `json:"shade"`
	// Nets are the colours of the networks.
	Nets []string `json:"nets"`
}

func filmColoursOf(t viz.Theme, nets []figures.Network) filmColours {
	k := filmColours{
		Panel: hex(t.Panel), Grid: hex(t.Grid), Spine: hex(t.Spine), Muted: hex(t.Muted), Rim: hex(t.Rim), Wrong: hex(t.Wrong),
		Class:     [2]string{hex(t.Class[0]), hex(t.Class[1])},
		ClassEdge: [2]string{hex(t.ClassEdge[0]), hex(t.ClassEdge[1])},
	}
	for i, c := range t.Shade {
		k.Shade[i] = [3]int{int(c.R), int(c.G), int(c.B)}
	}
	for _, style := range figures.NetworkStyles(t, nets) {
		k.Nets = append(k.Nets, hex(style.Color))
	}
	return k
}

func hex(c viz.Color) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

// colours are the rules that give the page the colours of its figures: the dark
// ones on screen where the system asks for them, never on paper.
func colours(light, dark viz.Theme, film *drawnFilm) template.CSS {
	var css strings.Builder
	properties(&css, light)
	if film != nil {
		film.Data.Light.properties(&css)
	}
	css.WriteString("@media screen and (prefers-color-scheme:dark){\n")
	properties(&css, dark)
	if film != nil {
		film.Data.Dark.properties(&css)
	}
	css.WriteString("}\n")
	// A light figure keeps its own ground on a dark page.
	fmt.Fprintf(&css, ".card{background:%s}\n", hex(light.Paper))
	return template.CSS(css.String())
}

func properties(css *strings.Builder, t viz.Theme) {
	// Verdicts, readable (4.5 to 1 and better) on light and on dark paper.
	scheme, holds, fails := "light", "#1a6b3c", "#a5311d"
	if luminance(t.Paper) < 0.5 {
		scheme, holds, fails = "dark", "#84d6a5", "#f5a390"
	}
	fmt.Fprintf(css, ":root{color-scheme:%s;--paper:%s;--panel:%s;--grid:%s;--spine:%s;--text:%s;--muted:%s;--holds:%s;--fails:%s}\n",
		scheme, hex(t.Paper), hex(t.Panel), hex(t.Grid), hex(t.Spine), hex(t.Text), hex(t.Muted), holds, fails)
}

// properties are the colours of the film's legend and of the networks' names.
func (k filmColours) properties(css *strings.Builder) {
	fmt.Fprintf(css, ":root{--class0:%s;--edge0:%s;--class1:%s;--edge1:%s;--wrong:%s}\n", k.Class[0], k.ClassEdge[0], k.Class[1], k.ClassEdge[1], k.Wrong)
	for i, c := range k.Nets {
		fmt.Fprintf(css, ".net%d{--net:%s}\n", i, c)
	}
}

// luminance is roughly how light a colour is, from 0 to 1 (ITU-R BT.601).
func luminance(c viz.Color) float64 {
	return (0.299*float64(c.R) + 0.587*float64(c.G) + 0.114*float64(c.B)) / 255
}
