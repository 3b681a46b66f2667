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

	"actscope/graph"
	"actscope/internal/article"
	"actscope/internal/atomicfile"
	"actscope/internal/claims"
	"actscope/internal/number"
	"actscope/internal/stats"
	"actscope/internal/theory"
	"actscope/viz"
)

var update = flag.Bool("update", false, "write the README's sections anew")

// readme is the project's front page.
var readme = filepath.Join("..", "..", "README.md")

// The README's section on the findings, from its heading to the next one, is what its
// template makes of the committed tables: every number in it is one of theirs.
func TestReadmeFindingsAreThoseOfTheTables(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("testdata", "findings.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	if number := regexp.MustCompile(`[0-9]+`).FindString(regexp.MustCompile(`\{\{.*?\}\}`).ReplaceAllString(string(source), "")); number != "" {
		t.Errorf("the template has a number of its own: %s", number)
	}
	found, err := claims.Committed()
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	if err := template.Must(template.New("findings").Option("missingkey=error").Funcs(findingsWords(found)).Parse(string(source))).Execute(&want, found); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	heading, _, _ := strings.Cut(want.String(), "\n")
	section := regexp.MustCompile(`(?ms)^` + regexp.QuoteMeta(heading) + `$.*?(?:\n## |\z)`).FindString(string(text))
	section = strings.TrimSuffix(section, "\n## ")
	if section == "" {
		t.Fatalf("the README has no section %q", heading)
	}
	got, wanted := strings.TrimSpace(section), strings.TrimSpace(want.String())
	if *update && got != wanted {
		renewed := strings.Replace(string(text), got, wanted, 1)
		if err := atomicfile.Write(readme, func(w io.Writer) error { _, err := io.WriteString(w, renewed); return err }); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != wanted {
		t.Errorf("the README says\n%s\nand its template makes of the tables\n%s\n(-update writes it anew)", got, wanted)
	}
}

// findingsWords are the functions of the template. A name that the tables do not have
// is an error.
func findingsWords(found *claims.Result) template.FuncMap {
	row := func(id, variant string) (*claims.Row, error) {
		if r := found.Row(id, variant); r != nil {
			return r, nil
		}
		return nil, fmt.Errorf("no row of %s at %s", id, variant)
	}
	network := func(variant, name string) (*claims.NetworkRow, error) {
		if r := found.Network(variant, name); r != nil {
			return r, nil
		}
		return nil, fmt.Errorf("no %s at %s", name, variant)
	}
	ofRow := func(say func(*claims.Row) string) func(a, b string) (string, error) { return said(row, say) }
	ofNetwork := func(say func(*claims.NetworkRow) string) func(a, b string) (string, error) { return said(network, say) }
	last := func(values []number.Float) float64 { return float64(values[len(values)-1]) }
	return template.FuncMap{
		"share":    ofRow(func(r *claims.Row) string { return viz.Percent(float64(r.Share), 0) }),
		"interval": ofRow(func(r *claims.Row) string { return wholeInterval(r.Low, r.High) }),
		"data":     ofRow(func(r *claims.Row) string { return dataRange(r.ByData) }),
		"least":    ofRow(func(r *claims.Row) string { low, _, _ := strings.Cut(dataRange(r.ByData), " "); return low + " %" }),
		"seeds":    ofRow(func(r *claims.Row) string { return fmt.Sprint(r.Seeds) }),
		"inRun":    ofRow(func(r *claims.Row) string { return inArticleRun(r.ArticleRun) }),
		"accuracy": ofNetwork(func(r *claims.NetworkRow) string { return percent(r.TestAccuracy) }),
		"spread":   ofNetwork(func(r *claims.NetworkRow) string { return fmt.Sprintf("%.2f", last(r.Spread)) }),
		"kept":     ofNetwork(func(r *claims.NetworkRow) string { return fmt.Sprintf("%.2f", last(r.Kept[:len(r.Kept)-1])) }),
		"straight": ofNetwork(func(r *claims.NetworkRow) string { return fmt.Sprintf("%.2f", float64(r.Kept[0])) }),
		"epochs":   ofNetwork(func(r *claims.NetworkRow) string { return fmt.Sprint(r.Epochs) }),
		"depth":    ofNetwork(func(r *claims.NetworkRow) string { return fmt.Sprint(len(r.Hidden)) }),
		// gradientRatio is how many times larger ReLU's first-layer gradient is.
		"gradientRatio": func(variant string) (string, error) {
			s, err := network(variant, article.Sigmoid)
			if err != nil {
				return "", err
			}
			r, err := network(variant, article.ReLU)
			if err != nil {
				return "", err
			}
			return fmt.Sprintf("%.0f", float64(r.FirstGradients[0]/s.FirstGradients[0])), nil
		},
		"elsewhere": func(id string) (string, error) {
			i := slices.IndexFunc(found.Verdicts, func(v claims.Summary) bool { return v.ID == id })
			if i < 0 {
				return "", fmt.Errorf("no verdict on %s", id)
			}
			return elsewhere(found.Verdicts[i], found.Row(id, found.Base().Name)), nil
		},
		"printed":     func() int { return countClaims(found, func(v claims.Summary) bool { return v.Kind == claims.Printed }) },
		"printedMost": func() int { return printedWith(found, claims.Most) },
		"printedFew":  func() int { return printedWith(found, claims.Few) },
		"ownAccuracy": func(name string) string {
			return percent(float64(found.Network(found.Base().Name, name).ByData[0].Accuracy))
		},
		"otherAccuracies":  func(name string) string { return accuracyRange(found.Network(found.Base().Name, name).ByData[1:]) },
		"table":            tableClaims,
		"datasets":         func() int { return len(found.Design.DataSeeds) },
		"controls":         func() int { return len(found.Controls) },
		"confidence":       func() string { return fmt.Sprintf("%.0f %%", 100*stats.Confidence) },
		"contraction":      contraction,
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
		{"relu-spread-grows", "ReLU's spread grows with depth"},
		{"relu-output-larger", "ReLU's output signal is larger"},
		{"accuracy-gap", "sigmoid ends at least five points of accuracy below ReLU"},
		{"sigmoid-stalls-above", "sigmoid's loss comes to rest far above ReLU's"},
		{"depth-pays-relu", "depth pays under ReLU"},
		{"depth-wasted-sigmoid", "depth is wasted under sigmoid"},
		{"lost-for-good", "what sigmoid lost does not come back"},
		{"relu-keeps-more", "ReLU keeps more of the distance to the boundary"},
	}
}

type tableClaim struct{ ID, Text string }

// accuracyRange is from the least to the largest mean.
func accuracyRange(means []claims.DataMean) string {
	low, high := 1.0, 0.0
	for _, m := range means {
		low, high = min(low, float64(m.Accuracy)), max(high, float64(m.Accuracy))
	}
	return strings.TrimSuffix(percent(low), " %") + " to " + percent(high)
}

// gradientPerLayer is what is left of the first layer's gradient under sigmoid for
// each layer more, on the geometric mean over the depths at the article's rate.
func gradientPerLayer(found *claims.Result) string {
	shallow, deep := found.Network("depth=1", article.Sigmoid), found.Network("depth=6", article.Sigmoid)
	layers := float64(len(deep.Hidden) - len(shallow.Hidden))
	return fmt.Sprintf("%.2f", math.Pow(float64(deep.FirstGradients[0]/shallow.FirstGradients[0]), 1/layers))
}

func inArticleRun(holds *bool) string {
	if holds == nil {
		return "–"
	}
	return verdict(*holds)
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

// contraction is √χ₁ of a wide sigmoid network as the article initialises it.
func contraction() string {
	wide := theory.Ensemble{Activation: graph.Sigmoid, WeightVariance: 1}
	q := 1.0
	for range 100 {
		q = wide.NextVariance(q).Value
	}
	return fmt.Sprintf("%.2f", math.Sqrt(wide.Chi(q).Value))
}
