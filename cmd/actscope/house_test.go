package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// floors are all packages, each below what uses it: data flows from the first to the last.
// A package imports packages of floors below its own only, and of those named before it on
// its floor. CONTRIBUTING's map has them in the same order.
var floors = [][]string{
	{"internal/interrupt", "internal/input", "internal/panics", "internal/memory", "internal/nearest", "internal/shell", "internal/atomicfile", "internal/number", "internal/stats", "internal/differences", "internal/formula", "internal/words", "internal/npz", "internal/safetensors"},
	{"data"},
	{"graph/machine/elementary", "graph/machine/elementary/reference", "graph/machine/kernel", "graph/machine/kernel/generate", "graph/machine", "graph", "graph/layer"},
	{"models", "models/geometry", "models/tangent", "models/handcoded", "models/handcoded/mistakes", "models/doctor", "models/doctor/layers", "models/foreign"},
	{"internal/config", "internal/experiment", "internal/runfolder", "internal/article"},
	{"internal/comparison", "internal/claims", "internal/cost", "internal/sweep", "internal/sweep/analysis", "internal/sweep/parquet", "internal/theory", "internal/pace", "internal/gradcheck", "internal/play", "internal/play/drive", "internal/play/worker"},
	{"viz", "viz/internal/viztest", "viz/figures", "viz/report"},
	{"internal/present", "internal/play/site", "internal/play/static", "internal/play/server"},
	{"cmd/actscope", "internal/peers", "internal/attack", "internal/tapesuite"},
}

// listed is a package as the go command describes it.
type listed struct {
	ImportPath string
	Imports    []string
}

const module = "actscope/"

// packages are those of the module, by their path within it.
func packages(t *testing.T) map[string]listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "actscope/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string]listed)
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimPrefix(p.ImportPath, module)] = p
	}
}

// below are the packages that one depends on, whether directly or not, and what they all
// import from elsewhere.
func below(all map[string]listed, path string) map[string]bool {
	found := make(map[string]bool)
	var add func(string)
	add = func(p string) {
		for _, i := range all[p].Imports {
			if inner, isOurs := strings.CutPrefix(i, module); !isOurs {
				found[i] = true
			} else if !found[inner] {
				found[inner] = true
				add(inner)
			}
		}
	}
	add(path)
	return found
}

func TestPackagesKeepTheirLines(t *testing.T) {
	t.Parallel()
	all := packages(t)
	place := make(map[string]int)
	for _, p := range slices.Concat(floors...) {
		place[p] = len(place) + 1
	}
	for _, path := range slices.Sorted(maps.Keys(all)) {
		if place[path] == 0 {
			t.Errorf("%s is on no floor of the house: give it one here, and a line in CONTRIBUTING", path)
			continue
		}
		for _, i := range all[path].Imports {
			if inner, isOurs := strings.CutPrefix(i, module); isOurs && place[inner] > place[path] {
				t.Errorf("%s imports %s, which comes after it", path, inner)
			}
			switch {
			case i == "gorgonia.org/gorgonia" && !within(path, "graph"):
				t.Errorf("%s imports Gorgonia, which only graph knows", path)
			case strings.HasPrefix(i, "github.com/parquet-go/") && path != "internal/sweep/parquet":
				t.Errorf("%s imports Parquet, which is for one file of sweep merge", path)
			case i == "github.com/wcharczuk/go-chart/v2" && !within(path, "viz"):
				t.Errorf("%s imports go-chart, which only viz knows", path)
			}
		}
	}
	for p := range place {
		if _, there := all[p]; !there {
			t.Errorf("there is no package %s", p)
		}
	}
	for _, rule := range []struct {
		path, without, why string
	}{
		{"data", "graph", "points know nothing of networks"},
		{"models", "models/handcoded", "training goes through automatic differentiation only"},
		{"models/handcoded", "graph", "the witness is independent"},
		{"models/handcoded", "gorgonia.org", "the witness is independent"},
		{"models/handcoded/mistakes", "graph", "the catalogue of mistakes is the witness's"},
		{"internal/play/worker", "github.com/parquet-go", "networks are trained in browsers, too"},
		{"viz", "data", "figures are drawn from plain values"},
		{"viz/figures", "data", "figures are drawn from plain values"},
		{"viz/report", "data", "pages are made of plain values"},
	} {
		for p := range below(all, rule.path) {
			if within(p, rule.without) {
				t.Errorf("%s depends on %s: %s", rule.path, p, rule.why)
			}
		}
	}
	if !below(all, "models")["gorgonia.org/gorgonia"] {
		t.Error("models does without Gorgonia")
	}
}

// within says whether a package is another one or below it.
func within(path, room string) bool { return path == room || strings.HasPrefix(path, room+"/") }

func TestContributingMapsEveryPackage(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "| package | its job |")
	last := 0
	for _, p := range slices.Concat(floors...) {
		at := strings.Index(table, "`"+p+"`")
		switch path.Base(p) {
		case "generate", "reference", "analysis", "parquet", "mistakes", "viztest": // parts of the package above them
			continue
		}
		if at < 0 {
			t.Errorf("the map lacks %s", p)
		} else if at < last {
			t.Errorf("the map has %s before packages that it may import", p)
		}
		last = max(last, at)
	}
}
