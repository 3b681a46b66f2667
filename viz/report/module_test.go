package report

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"actscope/viz"
)

func TestDrawingExportsWhatOtherPagesUse(t *testing.T) {
	module := string(Drawing())
	_, exported, found := strings.Cut(module, "export {")
	if !found || strings.Contains(exported, ";\n\n") {
		t.Fatal("the module exports nothing")
	}
	for _, name := range []string{"Plane", "HiddenSpace", "Network", "drawTrace", "drawPoint", "logTicks", "codeOf", "borders", "dashes"} {
		if !regexp.MustCompile(`\b` + name + `\b`).MatchString(exported) {
			t.Errorf("%s is not exported", name)
		}
		if n := len(regexp.MustCompile(`(?m)^(?:function|class|const) `+name+`\b`).FindAllString(module, -1)); n != 1 {
			t.Errorf("%s is defined %d times", name, n)
		}
	}
	if strings.Contains(module, "document.querySelectorAll(\"figure.drawing\")") {
		t.Error("the module looks for the figures of a page")
	}
}

func TestInksAreTheColoursOfTheThemes(t *testing.T) {
	text := strings.TrimSuffix(strings.TrimPrefix(string(Inks()), "export const { light, dark, outlines } = "), ";\n")
	var got struct {
		Light, Dark struct {
			Text     string
			Class    []string
			Networks map[string]string
		}
		Outlines [][]float64
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		theme viz.Theme
		text  string
		class []string
		nets  map[string]string
	}{{viz.DefaultTheme(), got.Light.Text, got.Light.Class, got.Light.Networks}, {viz.DarkTheme(), got.Dark.Text, got.Dark.Class, got.Dark.Networks}} {
		if c.text != hex(c.theme.Text) || c.class[1] != hex(c.theme.Class[1]) || c.nets["relu"] != hex(c.theme.Networks["relu"]) || len(c.nets) != len(c.theme.Networks) {
			t.Errorf("%s: text %s, class 1 %s, relu %s", c.theme.Name, c.text, c.class[1], c.nets["relu"])
		}
	}
	if len(got.Outlines) != len(got.Light.Class) || len(got.Outlines[0]) != 0 || len(got.Outlines[1]) != 8 {
		t.Errorf("outlines %v: class 0 is a disc and class 1 a diamond", got.Outlines[:2])
	}
	if css := string(Colours()); !strings.Contains(css, "--paper:"+hex(light.Paper)) || !strings.Contains(css, "(prefers-color-scheme:dark)") || !strings.Contains(css, "--paper:"+hex(dark.Paper)) {
		t.Errorf("colours: %s", css)
	}
}
