package sweep

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"actscope/internal/input"
	"actscope/internal/memory"
)

// attempted builds the trials of a plan file.
func attempted(t *testing.T, text string) (notes []error, err error) {
	t.Helper()
	g, err := ReadGrid("grid.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return planOf(t, text).Attempt(t.Context(), g)
}

func TestTrialsThatCannotBeBuiltAreRefusedWithTheirPlace(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return "csv:" + path
	}
	good := file("good.csv", "x,y,class\n"+strings.Repeat("1,2,0\n2,1,1\n0,1,1\n", 10))
	words := file("words.csv", "x,y,class\n1,2,0\n2,many,1\n")
	for name, c := range map[string]struct{ text, place, reason string }{
		"a misspelt data set":         {"dataset: mooons\n", "1:10", "did you mean moons?"},
		"a later misspelt one":        {"dataset: [moons, circels]\n", "1:18", "did you mean circles?"},
		"one point":                   {"samples: [400, 1]\n", "1:16", "samples: 1"},
		"more points than there are":  {"samples: 20000000\n", "1:10", "samples: 20000000"},
		"a negative noise":            {"noise: [0, -1]\n", "1:12", "noise: -1"},
		"a share without points":      {"class-share: [0.5, 1e-9]\n", "1:20", "class-share: 1e-09"},
		"a split without rows":        {"test-fraction: [0.25, 1]\n", "1:23", "test-fraction: 1"},
		"of many points, too":         {"samples: 100000\ntest-fraction: [0.25, 1.5]\n", "2:23", "test-fraction: 1.5"},
		"a label of generated points": {"label: klass\n", "1:8", "only a csv:FILE has a label column"},
		"a label that is not there":   {fmt.Sprintf("dataset: %q\nlabel: [class, klass]\n", good), "1:10", "klass"},
		"a file that is not points":   {fmt.Sprintf("dataset: [%q, %q]\n", good, words), fmt.Sprintf("1:%d", len(good)+15), "many"},
		"the end of a range":          {"samples: 1..3\n", "1:1", "samples: 1"},
	} {
		notes, err := attempted(t, c.text)
		var bad *input.Error
		if !errors.As(err, &bad) || len(notes) != 0 || !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%s: got %v, want %q", name, err, c.reason)
		} else if place := fmt.Sprintf("%d:%d", bad.Line, bad.Column); place != c.place {
			t.Errorf("%s: at %s, want %s", name, place, c.place)
		}
	}
}

func TestTrialsThatCanBeBuiltAreNotRefused(t *testing.T) {
	for _, text := range []string{
		issueGrid, quickGrid, "samples: 2..1000000\nactivations: relu\n", "samples: 10000000\nclass-share: 0.00002\n",
		"hidden: [\"8,8\", \"16\"]\nparts: [\"\", batch-norm, \"dropout:0.1\", residual]\ndtype: [float64, float32]\noptimiser: [descent, adam]\nepochs: 1..1000\n",
		"dataset: [moons, circles, blobs, xor, spirals]\nnoise: [0, 0.3]\nseed: 1..100000\n",
	} {
		if notes, err := attempted(t, text); err != nil || len(notes) != 0 {
			t.Errorf("%q: %v, %v", text, notes, err)
		}
	}
}

// What does not fit into this machine may fit into another one. Nothing of it is made.
func TestTrialsWithoutRoomAreNotes(t *testing.T) {
	wide := strings.TrimSuffix(strings.Repeat("4096,", 100), ",")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	notes, err := attempted(t, "activations: relu\nhidden: [\"8,8\", \""+wide+"\"]\n")
	runtime.ReadMemStats(&after)
	if bytes := after.TotalAlloc - before.TotalAlloc; bytes > 100<<20 {
		t.Errorf("%d MiB were taken", bytes>>20)
	}
	if err == nil && len(notes) == 0 {
		t.Skip("this machine has room for a hundred layers of 4096")
	}
	var noRoom *memory.Error
	if err != nil || len(notes) != 1 || !errors.As(notes[0], &noRoom) || !strings.HasPrefix(notes[0].Error(), "grid.yaml:2:17: hidden: ") {
		t.Errorf("%v, %v", notes, err)
	}
}

func TestPlanningHearsItsContext(t *testing.T) {
	g, err := ReadGrid("grid.yaml", []byte("epochs: 1..3000\nbatch-size: 1..1000\n"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := NewPlan(ctx, g, provenance(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("expanded: %v", err)
	}
	if _, err := planOf(t, quickGrid).Attempt(ctx, g); !errors.Is(err, context.Canceled) {
		t.Errorf("built: %v", err)
	}
}
