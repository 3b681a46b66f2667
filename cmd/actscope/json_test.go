package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// jsonCase is a command line whose output is one JSON document.
type jsonCase struct {
	// section is the one of JSON.md with its keys, beside those of of.
	section string
	of      []string
	args    string
}

var shortRun = " --samples 40 --epochs 2 --hidden 3 --format svg --quiet --out "

var jsonCases = []jsonCase{
	{"compare", nil, "compare" + shortRun + "c"},
	{"compare", nil, "compare --dataset blobs --classes 3 --validation-fraction 0.2 --patience 1" + shortRun + "blobs"},
	{"compare", nil, "compare --dataset y=x1*x2" + shortRun + "numbers"},
	{"compare", nil, "compare --dataset csv:labels.csv --label a,b" + shortRun + "labels"},
	{"export", nil, "export c --as safetensors --out e"},
	{"observe", []string{"compare"}, "observe e/relu.safetensors --activation relu --final sigmoid --export x.npz --format svg --quiet --samples 40 --out o"},
	{"observe", []string{"compare"}, "observe e/relu.safetensors --activation relu --final sigmoid --check x.npz --format svg --quiet --samples 40 --out o2"},
	{"predict", nil, "predict c --data csv:new.csv"},
	{"predict", nil, "predict labels --data csv:labels.csv"},
	{"figures", nil, "figures c --format svg"},
	{"sweep plan", nil, "sweep plan grid.yaml g"},
	{"sweep status", nil, "sweep status g"},
	{"sweep run", nil, "sweep run g --quiet"},
	{"sweep status", nil, "sweep status g"},
	{"sweep missing", nil, "sweep missing g"},
	{"sweep merge", nil, "sweep merge g --out g.csv"},
	{"sweep merge", nil, "sweep merge g --out g.parquet"},
	{"sweep report", nil, "sweep report g --out g.html"},
	{"graph", nil, "graph --hidden 3"},
	{"graph", nil, "graph --hidden 3 --plan"},
	{"version", nil, "version"},
	{"gradcheck", nil, "gradcheck --activation relu --loss mse"},
	{"gradcheck", nil, "gradcheck --export r.npz"},
	{"gradcheck", nil, "gradcheck --against r.npz"},
	{"diff", nil, "diff c c"},
}

var documentedKey = regexp.MustCompile("`([^`]+)`")

// documentedKeys are the keys of each section of JSON.md, and whether they are always there.
func documentedKeys(t *testing.T) map[string]map[string]bool {
	t.Helper()
	text, err := os.ReadFile("JSON.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]map[string]bool{"": {}}
	section := ""
	for line := range strings.Lines(string(text)) {
		if name, is := strings.CutPrefix(line, "## "); is {
			section = strings.TrimSpace(name)
			sections[section] = make(map[string]bool)
		}
		if !strings.HasPrefix(line, "- ") {
			continue
		}
		keys, said, _ := strings.Cut(line, "`: ")
		for _, key := range documentedKey.FindAllStringSubmatch(keys+"`", -1) {
			sections[section][key[1]] = !strings.Contains(said, "where")
		}
	}
	return sections
}

// keysIn are the keys of a document, and of the objects in its lists.
func keysIn(document any) map[string]bool {
	keys := make(map[string]bool)
	object, _ := document.(map[string]any)
	for key, v := range object {
		keys[key] = true
		list, _ := v.([]any)
		for _, inner := range list {
			object, _ := inner.(map[string]any)
			for k := range object {
				keys[key+"[]."+k] = true
			}
		}
	}
	return keys
}

// oneDocument reads a text that is one JSON document.
func oneDocument(t *testing.T, text string) any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	var document any
	if err := decoder.Decode(&document); err != nil {
		t.Fatalf("%v in %.200s", err, text)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		t.Fatalf("more than one document: %.200s", text)
	}
	return document
}

func TestJSONIsOneDocumentOfDocumentedKeys(t *testing.T) {
	documented := documentedKeys(t)
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		"labels.csv": "x1,x2,a,b\n" + strings.Repeat("1,2,0,1\n2,1,1,0\n0,1,0,0\n3,3,1,1\n", 8), "new.csv": "x1,x2\n1,2\n0,0.5\n",
		"grid.yaml": "activations: [sigmoid, relu]\nepochs: 2\nsamples: 40\nhidden: \"3\"\nseed: 1..3\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	seen := make(map[string]map[string]int)
	runs := make(map[string]int)
	folder := regexp.MustCompile(`^(compare|observe) .* --out (\S+)$`)
	for _, c := range jsonCases {
		o := succeed(t, append(strings.Fields(c.args), "--json")...)
		document := oneDocument(t, o.stdout)
		if out := folder.FindStringSubmatch(c.args); out != nil && !strings.Contains(c.args, "--check") {
			if written, err := os.ReadFile(filepath.Join(out[2], "run.json")); err != nil || !bytes.Equal(written, []byte(o.stdout)) {
				t.Errorf("%s: run.json is not what is printed (%v)", c.args, err)
			}
		}
		keys := keysIn(document)
		runs[c.section]++
		if seen[c.section] == nil {
			seen[c.section] = make(map[string]int)
		}
		for key := range keys {
			seen[c.section][key]++
			said := slices.ContainsFunc(append(c.of, c.section, ""), func(s string) bool { _, is := documented[s][key]; return is })
			if !said && (c.section != "gradcheck" || !strings.Contains(key, ".")) {
				t.Errorf("%s: JSON.md does not say what %s is", c.args, key)
			}
		}
	}
	for section, times := range runs {
		for key, always := range documented[section] {
			if got := seen[section][key]; got == 0 || always && got < times && section != "gradcheck" {
				t.Errorf("JSON.md promises %s of %s, which %d of %d documents have", key, section, got, times)
			}
		}
	}
}

func TestEveryCommandThatPrintsResultsHasJSON(t *testing.T) {
	for _, name := range []string{
		"reproduce", "compare", "observe", "export", "predict", "diff", "claims", "cost", "gradcheck", "figures", "graph", "theory", "kernel", "version",
		"sweep plan", "sweep run", "sweep status", "sweep missing", "sweep merge", "sweep report",
	} {
		if o := succeed(t, append(strings.Fields(name), "--help")...); !strings.Contains(o.stdout, "\n      --json") {
			t.Errorf("%s has no --json", name)
		}
	}
}
