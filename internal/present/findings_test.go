package present

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template"

	"actscope/internal/article"
	"actscope/internal/atomicfile"
	"actscope/internal/claims"
	"actscope/internal/number"
	"actscope/viz"
)

var update = flag.Bool("update", false, "write what is told of findings anew")

// What the README answers, and the page on the findings, is what their templates make of the
// committed tables: every number in them is one of these.
func TestFindingsThatAreToldAreThoseOfTheTables(t *testing.T) {
	found, err := claims.Committed()
	if err != nil {
		t.Fatal(err)
	}
	for source, told := range map[string]string{
		"answer.md.tmpl":   filepath.Join("..", "..", "README.md"),
		"findings.md.tmpl": filepath.Join("..", "claims", "README.md"),
	} {
		source, err := os.ReadFile(filepath.Join("testdata", source))
		if err != nil {
			t.Fatal(err)
		}
		if number := regexp.MustCompile(`[0-9]+`).FindString(regexp.MustCompile(`\{\{.*?\}\}`).ReplaceAllString(string(source), "")); number != "" {
			t.Errorf("the template has a number of its own: %s", number)
		}
		var want bytes.Buffer
		if err := template.Must(template.New("findings").Option("missingkey=error").Funcs(findingsWords(found)).Parse(string(source))).Execute(&want, found); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(told)
		if err != nil {
			t.Fatal(err)
		}
		heading, _, _ := strings.Cut(want.String(), "\n")
		section := regexp.MustCompile(`(?ms)^` + regexp.QuoteMeta(heading) + `$.*?(?:\n## |\z)`).FindString(string(text))
		section = strings.TrimSuffix(section, "\n## ")
		if section == "" {
			t.Fatalf("%s has no section %q", told, heading)
		}
		got, wanted := strings.TrimSpace(section), strings.TrimSpace(want.String())
		switch {
		case got == wanted:
		case *update:
			renewed := strings.Replace(string(text), got, wanted, 1)
			if err := atomicfile.Write(told, func(w io.Writer) error { _, err := io.WriteString(w, renewed); return err }); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("%s says\n%s\nand its template makes of the tables\n%s\n(-update writes it anew)", told, got, wanted)
		}
	}
}

// findingsWords are the functions of the template. A name that the tables do not have
// is an error.
func findingsWords(found *claims.Result) template.FuncMap {
	network := func(variant, name string) (*claims.NetworkRow, error) {
		if r := found.Network(variant, name); r != nil {
			return r, nil
		}
		return nil, fmt.Errorf("no %s at %s", name, variant)
	}
	intervention := func(from, change string, rate float64) (*claims.Intervention, error) {
		for i, c := range found.Interventions {
			if c.From == from && c.Change == change && c.Rate == rate {
				return &found.Interventions[i], nil
			}
		}
		return nil, fmt.Errorf("no %q from %s at rate %v", change, from, rate)
	}
	ofChange := func(say func(*claims.Intervention) string) func(from, change string, rate float64) (string, error) {
		return func(from, change string, rate float64) (string, error) {
			i, err := intervention(from, change, rate)
			if err != nil {
				return "", err
			}
			return say(i), nil
		}
	}
	ofCell := func(say func(claims.GridRow) string) func(function, init string, rate float64) (string, error) {
		return func(function, init string, rate float64) (string, error) {
			for _, g := range found.Grid {
				if g.Function == function && g.Init == init && g.Rate == rate {
					return say(g), nil
				}
			}
			return "", fmt.Errorf("no %s with %s at rate %v", function, init, rate)
		}
	}
	unsigned := func(v number.Float) string { return strings.TrimLeft(points(v), "+-") }
	summary := func(id string) (claims.Summary, error) {
		i := slices.IndexFunc(found.Verdicts, func(v claims.Summary) bool { return v.ID == id })
		if i < 0 {
			return claims.Summary{}, fmt.Errorf("no verdict on %s", id)
		}
		return found.Verdicts[i], nil
	}
	ofNetwork := func(say func(*claims.NetworkRow) string) func(a, b string) (string, error) { return said(network, say) }
	last := func(values []number.Float) float64 { return float64(values[len(values)-1]) }
	return template.FuncMap{
		"low":      func() float64 { return found.Base().Rate },
		"high":     func() float64 { return 10 * found.Base().Rate },
		"points":   ofChange(func(i *claims.Intervention) string { return unsigned(i.Effect) }),
		"interval": ofChange(func(i *claims.Intervention) string { return points(i.Low) + " to " + points(i.High) }),
		"grown":    ofChange(func(i *claims.Intervention) string { return fmt.Sprintf("%d of %d", i.Grown, i.Pairs) }),
		"gapWhole": ofChange(func(i *claims.Intervention) string {
			if i.Share == nil {
				return "nothing"
			}
			return viz.Percent(float64(i.Share.Share), 0)
		}),
		"gap": ofChange(func(i *claims.Intervention) string {
			if i.Share == nil {
				return "nothing"
			}
			return gapShare(i.Share)
		}),
		"cell":       ofCell(func(g claims.GridRow) string { return percent(g.Accuracy) }),
		"cellGrowth": ofCell(func(g claims.GridRow) string { return fmt.Sprintf("%.0f", float64(g.Growth)) }),
		"base": func(id string) string {
			if r := found.Row(id, found.Base().Name); r != nil && r.Seeds > 0 {
				return strings.Join([]string{viz.Percent(float64(r.Share), 0), "(" + wholeInterval(r.Low, r.High) + ")"}, " ")
			}
			return "–"
		},
		"verdict": func(id string) (string, error) {
			v, err := summary(id)
			return verdictText(v, found.Row(id, found.Base().Name)), err
		},
		"accuracy": ofNetwork(func(r *claims.NetworkRow) string { return percent(r.Accuracy) }),
		"growth":   ofNetwork(func(r *claims.NetworkRow) string { return fmt.Sprintf("%.1f", last(r.Growth)) }),
		"depth":    ofNetwork(func(r *claims.NetworkRow) string { return fmt.Sprint(len(r.Hidden)) }),
		"elsewhere": func(id string) (string, error) {
			v, err := summary(id)
			return elsewhere(v, found.Row(id, found.Base().Name)), err
		},
		"printed":          func() int { return countClaims(found, func(v claims.Summary) bool { return v.Kind == claims.Printed }) },
		"printedMost":      func() int { return printedWith(found, claims.Most) },
		"printedFew":       func() int { return printedWith(found, claims.Few) },
		"steep":            func() string { return "`sigmoid(4*z)`" },
		"wide":             func() string { return "deviation 2" },
		"flat":             func() string { return "`0.25*relu(z)`" },
		"table":            tableClaims,
		"pairs":            func() int { return found.Base().Pairs },
		"datasets":         func() int { return found.Design.Seeds },
		"others":           func() int { return len(found.Design.Variants) - 1 },
		"fresh":            func() int { return found.Accuracy.Points },
		"level":            func() string { return fmt.Sprintf("%.4g %%", 100*found.Design.Confidence) },
		"controls":         func() int { return len(found.Controls) },
		"confidence":       func() string { return fmt.Sprintf("%.0f %%", 100*(1-found.Level)) },
		"gradientPerLayer": func() string { return gradientPerLayer(found) },
		"command":          func() string { return "go run ./cmd/" + found.Again },
	}
}

// said is what is said of the row that two names find.
func said[R any](find func(a, b string) (R, error), say func(R) string) func(a, b string) (string, error) {
	return func(a, b string) (string, error) {
		r, err := find(a, b)
		if err != nil {
			return "", err
		}
		return say(r), nil
	}
}

// tableClaims are the claims in the section's table, in words of its own.
func tableClaims() []tableClaim {
	return []tableClaim{
		{"sigmoid-spread-smaller", "sigmoid's layers are less spread than ReLU's"},
		{"accuracy-gap", "sigmoid ends five points or more below ReLU"},
		{"depth-pays-relu", "depth pays under ReLU"},
		{"depth-wasted-sigmoid", "depth is wasted under sigmoid"},
		{"lost-for-good", "what sigmoid lost does not come back"},
		{"relu-resolves-far", "ReLU tells far points apart as well as near ones"},
		{"sigmoid-resolves-far", "sigmoid does"},
		{"relu-survives-0.1", "far distances survive noise better under ReLU"},
	}
}

type tableClaim struct{ ID, Text string }

// gradientPerLayer is what is left of the first layer's gradient under sigmoid for
// each layer more, on the geometric mean over the depths at the article's rate.
func gradientPerLayer(found *claims.Result) string {
	shallow, deep := found.Network("depth=1", article.Sigmoid), found.Network("depth=6", article.Sigmoid)
	layers := float64(len(deep.Hidden) - len(shallow.Hidden))
	return fmt.Sprintf("%.2f", math.Pow(float64(deep.FirstGradients[0]/shallow.FirstGradients[0]), 1/layers))
}

func countClaims(found *claims.Result, which func(claims.Summary) bool) int {
	n := 0
	for _, v := range found.Verdicts {
		if which(v) {
			n++
		}
	}
	return n
}

// printedWith counts the printed claims with a standing under the article's settings.
func printedWith(found *claims.Result, standing claims.Standing) int {
	return countClaims(found, func(v claims.Summary) bool {
		return v.Kind == claims.Printed && found.Row(v.ID, found.Base().Name).Standing == standing
	})
}
