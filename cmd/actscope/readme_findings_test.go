package main

import (
	"bytes"
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
	"actscope/internal/atomicfile"
	"actscope/internal/study/claims"
	"actscope/internal/study/sweep/stats"
	"actscope/internal/study/theory"
)

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
	row := func(id, setting string) (*claims.Row, error) {
		if r := found.Row(id, setting); r != nil {
			return r, nil
		}
		return nil, fmt.Errorf("no row of %s at %s", id, setting)
	}
	network := func(setting, name string) (*claims.NetworkRow, error) {
		if r := found.Network(setting, name); r != nil {
			return r, nil
		}
		return nil, fmt.Errorf("no %s at %s", name, setting)
	}
	ofRow := func(say func(*claims.Row) string) func(id, setting string) (string, error) {
		return func(id, setting string) (string, error) {
			r, err := row(id, setting)
			if err != nil {
				return "", err
			}
			return say(r), nil
		}
	}
	ofNetwork := func(say func(*claims.NetworkRow) string) func(setting, name string) (string, error) {
		return func(setting, name string) (string, error) {
			r, err := network(setting, name)
			if err != nil {
				return "", err
			}
			return say(r), nil
		}
	}
	last := func(values []claims.Number) float64 { return float64(values[len(values)-1]) }
	return template.FuncMap{
		"share":    ofRow(func(r *claims.Row) string { return wholePercent(r.Share) }),
		"interval": ofRow(func(r *claims.Row) string { return wholeInterval(r.Low, r.High) }),
		"data":     ofRow(func(r *claims.Row) string { return dataRange(r.ByData) }),
		"least":    ofRow(func(r *claims.Row) string { low, _, _ := strings.Cut(dataRange(r.ByData), " "); return low + " %" }),
		"seeds":    ofRow(func(r *claims.Row) string { return fmt.Sprint(r.Seeds) }),
		"effect":   ofRow(func(r *claims.Row) string { return fmt.Sprintf("%.2f", float64(r.Effect.Mean)) }),
		"inRun":    ofRow(func(r *claims.Row) string { return map[bool]string{true: "holds", false: "does not"}[r.ArticleRun != nil && *r.ArticleRun] }),
		"accuracy": ofNetwork(func(r *claims.NetworkRow) string { return percent(float64(r.TestAccuracy)) }),
		"spread":   ofNetwork(func(r *claims.NetworkRow) string { return fmt.Sprintf("%.2f", last(r.Spread)) }),
		"kept":     ofNetwork(func(r *claims.NetworkRow) string { return fmt.Sprintf("%.2f", last(r.Kept[:len(r.Kept)-1])) }),
		"straight": ofNetwork(func(r *claims.NetworkRow) string { return fmt.Sprintf("%.2f", float64(r.Kept[0])) }),
		"epochs":   ofNetwork(func(r *claims.NetworkRow) string { return fmt.Sprint(r.Epochs) }),
		"rate":     ofNetwork(func(r *claims.NetworkRow) string { return fmt.Sprint(r.Rate) }),
		"depth":    ofNetwork(func(r *claims.NetworkRow) string { return fmt.Sprint(len(r.Hidden)) }),
		// gradientRatio is how many times larger ReLU's first-layer gradient is.
		"gradientRatio": func(setting string) (string, error) {
			s, err := network(setting, "sigmoid")
			if err != nil {
				return "", err
			}
			r, err := network(setting, "relu")
			if err != nil {
				return "", err
			}
			return fmt.Sprintf("%.0f", float64(r.FirstGradients[0]/s.FirstGradients[0])), nil
		},
		"verdict": func(id string) (string, error) {
			i := slices.IndexFunc(found.Verdicts, func(v claims.Summary) bool { return v.ID == id })
			if i < 0 {
				return "", fmt.Errorf("no verdict on %s", id)
			}
			return string(found.Verdicts[i].Verdict), nil
		},
		"elsewhere": func(id string) (string, error) {
			i := slices.IndexFunc(found.Verdicts, func(v claims.Summary) bool { return v.ID == id })
			if i < 0 {
				return "", fmt.Errorf("no verdict on %s", id)
			}
			return elsewhere(found.Verdicts[i], found.Row(id, baseOf(found))), nil
		},
		"printed":     func() int { return countClaims(found, func(v claims.Summary) bool { return v.Kind == claims.Printed }) },
		"printedMost": func() int { return printedWith(found, claims.Most) },
		"printedFew":  func() int { return printedWith(found, claims.Few) },
		"printedOpen": func() int { return printedWith(found, claims.Open) },
		"others":      func() int { return len(found.Design.Settings) - 1 },
		"datasets":    func() int { return len(found.Design.DataSeeds) },
		"confidence":  func() string { return fmt.Sprintf("%.0f %%", 100*stats.Confidence) },
		"chi":         contraction,
		"commands":    func() string { return "go run ./cmd/actscope claims" },
	}
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
		return v.Kind == claims.Printed && found.Row(v.ID, baseOf(found)).Standing == standing
	})
}

// contraction is χ₁ of a wide sigmoid network as the article initialises it.
func contraction() string {
	wide := theory.Ensemble{Activation: graph.Sigmoid, WeightVariance: 1}
	q := 1.0
	for range 100 {
		q = wide.NextVariance(q).Value
	}
	return fmt.Sprintf("%.3f", math.Abs(wide.Chi(q).Value))
}
