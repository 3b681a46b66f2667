package sweep

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"actscope/internal/experiment"
	"actscope/internal/input"
)

// provenance is that of the tests' plans.
func provenance(t testing.TB) experiment.Provenance {
	t.Helper()
	p, err := experiment.CurrentProvenance()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// planOf makes a plan from the text of a plan file.
func planOf(t testing.TB, text string) *Plan {
	t.Helper()
	g, err := ReadGrid("grid.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p, err := NewPlan(t.Context(), g, provenance(t))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestEveryFormOfAnEntryIsRead(t *testing.T) {
	for name, c := range map[string]struct {
		text, key string
		want      []string
	}{
		"a number":              {"epochs: 7\n", "epochs", []string{"7"}},
		"a quoted number":       {"epochs: \"7\"\n", "epochs", []string{"7"}},
		"a plain list of units": {"hidden: 8,8\n", "hidden", []string{"8,8"}},
		"a list of units":       {"hidden: [\"8,8\", '16, 16,16']\n", "hidden", []string{"8,8", "16,16,16"}},
		"a single width":        {"hidden: [8, 16]\n", "hidden", []string{"8", "16"}},
		"a list line by line":   {"noise:\n  - 0.1 # low\n  - .20\n  - 1e-3\n", "noise", []string{"0.1", "0.2", "0.001"}},
		"a range":               {"seed: 3..6\n", "seed", []string{"3", "4", "5", "6"}},
		"a range of one":        {"seed: 3..3\n", "seed", []string{"3"}},
		"a range with spaces":   {"seed: 3 .. 5\n", "seed", []string{"3", "4", "5"}},
		"names":                 {"activations: [relu, tanh]\n", "activations", []string{"relu", "tanh"}},
		"one name":              {"activations: tanh\n", "activations", []string{"tanh"}},
		"a document's header":   {"# two\n---\nseed: 1\n", "seed", []string{"1"}},
		"Windows' line ends":    {"epochs: 5\r\nseed: [1, 2]\r\n", "seed", []string{"1", "2"}},
		"what is not written":   {"epochs: 5\n", "activations", []string{"sigmoid", "relu"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := planOf(t, c.text)
			got := make(map[string]bool)
			var order []string
			for i := range p.Trials() {
				trial, err := p.Trial(i)
				if err != nil {
					t.Fatal(err)
				}
				for j, key := range p.Keys() {
					if value := trial.Settings[j]; key == c.key && !got[value] {
						got[value] = true
						order = append(order, value)
					}
				}
			}
			if !reflect.DeepEqual(order, c.want) {
				t.Errorf("got %q, want %q", order, c.want)
			}
		})
	}
}

func TestBadPlansAreRefusedWithTheirPlace(t *testing.T) {
	for name, c := range map[string]struct {
		text         string
		line, column int
		reason       string
	}{
		"an unknown key":              {"epochs: 5\nepoch: 7\n", 2, 1, "epoch: no such setting"},
		"a wrong type":                {"epochs: many\n", 1, 9, `"many" is not a whole number`},
		"a wrong type in a list":      {"seed: [1, 2, x]\n", 1, 14, `"x" is not a whole number`},
		"a broken number":             {"learning-rate: 0.1.2\n", 1, 16, "is not a number"},
		"a truth":                     {"epochs: true\n", 1, 9, "is not a whole number"},
		"an empty list":               {"epochs: 3\nseed: []\n", 2, 1, "the list is empty"},
		"nothing":                     {"seed:\n", 1, 7, "no value"},
		"an empty file":               {"", 0, 0, "holds no setting"},
		"a comment":                   {"# seed: 1\n", 0, 0, "holds no setting"},
		"duplicates":                  {"seed: [1, 2, 1]\n", 1, 14, "1 is there twice"},
		"duplicates written apart":    {"noise: [0.1, 0.10]\n", 1, 14, "0.1 is there twice"},
		"unquoted units":              {"hidden: [8,8]\n", 1, 12, "written in quotes"},
		"a key twice":                 {"seed: 1\nseed: 2\n", 2, 1, "already defined"},
		"a key twice, in braces":      {"{seed: 1, seed: 2}\n", 1, 11, "already defined"},
		"a range downwards":           {"seed: 5..1\n", 1, 7, "runs downwards: write 1..5"},
		"a huge range":                {"seed: 1..1000000000000\n", 1, 7, "more than the 10000000 trials"},
		"the largest range":           {"seed: -9223372036854775808..9223372036854775807\n", 1, 7, "more than the 10000000 trials"},
		"10^12 trials":                {"seed: 1..1000000\ndata-seed: 1..1000000\n", 0, 0, "more than the 10000000 trials"},
		"a value out of its domain":   {"epochs: [1, 0]\n", 1, 13, "epochs: 0"},
		"a seed out of its domain":    {"seed: 4294967290..4294967299\n", 1, 1, "is not a seed"},
		"a negative seed":             {"seed: [3, -1, 4]\n", 1, 11, "is not a seed"},
		"an unknown activation":       {"activations: [relu, rleu]\n", 1, 21, "rleu"},
		"two networks as one":         {"activations: \"relu,tanh\"\n", 1, 14, "a trial trains one"},
		"a list of a list":            {"hidden: [[8, 8]]\n", 1, 10, "a list within a list"},
		"a list of a list, by lines":  {"hidden:\n  - - 8\n    - 8\n", 2, 5, "a list within a list"},
		"a mapping":                   {"hidden: {a: 1}\n", 1, 9, "a mapping within a setting"},
		"a mapping, by lines":         {"hidden:\n  a: 1\n", 2, 4, "not a value"},
		"a list instead of a mapping": {"- seed\n", 1, 1, "not a list of settings"},
		"a text":                      {"seed\n", 1, 1, "not a list of settings"},
		"a block of text":             {"loss: |\n  a\n  b\n", 1, 7, "not a value"},
		"an anchor":                   {"seed: &a 1\n", 1, 7, "anchors"},
		"an alias":                    {"seed: *a\n", 1, 7, "anchors"},
		"a tag":                       {"seed: !!int 3\n", 1, 7, "tags"},
		"two documents":               {"---\nseed: 1\n---\nseed: 2\n", 3, 1, "a second document"},
		"an open list":                {"seed: [1, 2\n", 1, 7, "']' not found"},
		"an open quote":               {"seed: 'x\n", 1, 7, "single-quoted"},
		"a tab":                       {"\tseed: 1\n", 1, 5, "tab"},
		"no text":                     {"\xff\xfe\x00", 0, 0, "not a text in UTF-8"},
		"a file without end":          {strings.Repeat("# nothing\n", 1<<17), 0, 0, "larger than"},
		"nested without end":          {"seed: " + strings.Repeat("[", 100_000), 1, 8, "a list within a list"},
		"settings at odds":            {"dataset: [circles, \"csv:nowhere.csv\"]\n", 1, 20, "nowhere.csv"},
	} {
		t.Run(name, func(t *testing.T) {
			g, err := ReadGrid("grid.yaml", []byte(c.text))
			if err == nil {
				_, err = NewPlan(t.Context(), g, provenance(t))
			}
			var bad *input.Error
			if !errors.As(err, &bad) {
				t.Fatalf("got %v, want an input error", err)
			}
			if !strings.Contains(err.Error(), c.reason) {
				t.Errorf("%q does not say %q", err, c.reason)
			}
			if bad.Line != c.line || bad.Column != c.column {
				t.Errorf("place %d:%d, want %d:%d", bad.Line, bad.Column, c.line, c.column)
			}
		})
	}
}

func TestPlanFileIsReadFromDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "grid.yaml")
	if _, err := ReadGridFile(path); err == nil {
		t.Error("a file that is not there was read")
	}
	if err := os.WriteFile(path, []byte("seed: 1..3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if g, err := ReadGridFile(path); err != nil || len(g.axes) != 1 {
		t.Errorf("got %v, %v", g, err)
	}
	if _, err := ReadGridFile(filepath.Dir(path)); err == nil {
		t.Error("a directory was read")
	}
}

// Whatever a plan file holds, it is refused as input or gives trials that can be
// asked for.
func FuzzReadGrid(f *testing.F) {
	for _, seed := range []string{
		"activations: [sigmoid, relu]\nhidden: [\"8,8\", \"16,16,16\"]\nseed: 1..50\nepochs: 400\n",
		"noise:\n  - 0.1\n  - .2\n", "seed: 1..3\nseed: 2", "a: {b: [", "seed: [1,,2]", "? seed\n: 1", "seed: |\n x", "hidden: 8,8 # wide", "seed: 0x10..1_0",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<12 {
			return
		}
		var bad *input.Error
		g, err := ReadGrid("grid.yaml", text)
		if err != nil {
			if !errors.As(err, &bad) {
				t.Errorf("%v is not about the input", err)
			}
			return
		}
		trials := 1
		for _, a := range g.axes {
			if n := a.entries.len(); n > 1000 || trials > 10_000 {
				return // planned in their own time
			} else {
				trials *= n
			}
		}
		p, err := NewPlan(t.Context(), g, experiment.Provenance{Version: "fuzz", Kernels: "none"})
		if err != nil {
			if !errors.As(err, &bad) {
				t.Errorf("%v is not about the input", err)
			}
			return
		}
		for _, i := range []int{0, p.Trials() / 2, p.Trials() - 1} {
			if _, err := p.Trial(i); err != nil {
				t.Errorf("trial %d: %v", i, err)
			}
		}
		content, err := p.encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := decodePlan("plan.json", content)
		if err != nil {
			t.Fatalf("the plan cannot be read back: %v", err)
		}
		if again.hash != p.hash || again.Trials() != p.Trials() {
			t.Error("another plan was read back")
		}
	})
}
