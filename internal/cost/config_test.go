package cost

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"actscope/internal/input"
)

func TestDefaultsAreValid(t *testing.T) {
	for _, c := range []Config{Default(), Quick(), small()} {
		if err := c.Validate(); err != nil {
			t.Error(err)
		}
		if n, err := Inspect(t.Context(), c); n != 2 || err != nil {
			t.Error(n, err)
		}
	}
}

func TestBadSettingsAreNamed(t *testing.T) {
	for key, changes := range map[string][]func(*Config){
		"target": {
			func(c *Config) { c.Target = 0.5 }, func(c *Config) { c.Target = 1 }, func(c *Config) { c.Target = -1 },
			func(c *Config) { c.Target = math.NaN() }, func(c *Config) { c.Target = math.Inf(1) },
		},
		"share": {func(c *Config) { c.Share = 0 }, func(c *Config) { c.Share = 1 }, func(c *Config) { c.Share = math.NaN() }},
		"seeds": {func(c *Config) { c.Seeds = 0 }, func(c *Config) { c.Seeds = -3 }, func(c *Config) { c.Seeds = 20 }, func(c *Config) { c.Seeds = maxSeeds + 1 }},
		"widths": {
			func(c *Config) { c.Widths = nil }, func(c *Config) { c.Widths = []int{0, 1} }, func(c *Config) { c.Widths = []int{-4} },
			func(c *Config) { c.Widths = []int{2, 2} }, func(c *Config) { c.Widths = []int{3, 2} }, func(c *Config) { c.Widths = []int{1, 1 << 20} },
		},
		"depths": {
			func(c *Config) { c.Depths = nil }, func(c *Config) { c.Depths = []int{2, 1} }, func(c *Config) { c.Depths = []int{-1} },
			func(c *Config) { c.Depths = []int{0, 1} }, func(c *Config) { c.Depths = []int{1, math.MaxInt} },
		},
		"rates": {
			func(c *Config) { c.Rates = nil }, func(c *Config) { c.Rates = []float64{0, 1} }, func(c *Config) { c.Rates = []float64{math.NaN(), 1} },
			func(c *Config) { c.Rates = []float64{1, math.Inf(1)} }, func(c *Config) { c.Rates = []float64{1, math.NaN()} },
		},
		"test-rows":     {func(c *Config) { c.TestRows = 0 }, func(c *Config) { c.TestRows = maxTestRows + 1 }},
		"test-fraction": {func(c *Config) { c.Training.TestFraction = 1 }, func(c *Config) { c.Training.TestFraction = math.NaN() }},
		"samples":       {func(c *Config) { c.Training.Samples = 1 }, func(c *Config) { c.Training.Samples = 0 }, func(c *Config) { c.Training.Samples = math.MaxInt }},
		"epochs":        {func(c *Config) { c.Training.Epochs = 0 }, func(c *Config) { c.Training.Epochs = -1 }},
		"activations": {
			func(c *Config) { c.Training.Activations = nil }, func(c *Config) { c.Training.Activations = []string{"rleu"} },
			func(c *Config) { c.Training.Activations = []string{"relu", "tanh", "relu"} },
		},
		"seed": {func(c *Config) { c.Training.Seed = -1 }, func(c *Config) { c.Training.Seed = math.MaxUint32 }, func(c *Config) { c.Training.Seed = math.MaxInt64 }},
	} {
		for i, change := range changes {
			c := Default()
			change(&c)
			var setting *input.Error
			if err := c.Validate(); !errors.As(err, &setting) || setting.Key != key {
				t.Errorf("%s, change %d: %v", key, i, err)
			}
		}
	}
}

func TestWidthOneOnlyIsDefined(t *testing.T) {
	c := small()
	c.Widths = []int{1}
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	r, err := Search(t.Context(), c, 2, newTrainings(t, c, func(bool) {}))
	if err != nil || len(r.Activations[0].Candidates()) != len(c.Depths) {
		t.Errorf("%+v, %v", r, err)
	}
}

// Data about which the question makes no sense.
func TestInspectRefusesDataWithoutAQuestion(t *testing.T) {
	rows := func(line ...string) string { return "a,b,label\n" + strings.Repeat(strings.Join(line, "\n")+"\n", 10) }
	for name, c := range map[string]struct{ file, key string }{
		"one class":         {rows("1,2,x", "3,4,x"), "dataset"},
		"constant features": {rows("1,2,x", "1,2,y"), "dataset"},
		"a large class":     {rows(append([]string{"1,2,x"}, strings.Split(strings.Repeat("3,4,y ", 30), " ")[:30]...)...), "target"},
		"not a number":      {rows("1,2,x", "1,q,y"), "dataset"},
		"no file":           {"", "dataset"},
	} {
		path := filepath.Join(t.TempDir(), "points.csv")
		if c.file != "" {
			if err := os.WriteFile(path, []byte(c.file), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		config := Default()
		config.Training.Dataset = "csv:" + path
		if err := config.Validate(); err != nil {
			t.Fatal(err)
		}
		var setting *input.Error
		if _, err := Inspect(t.Context(), config); !errors.As(err, &setting) || setting.Key != c.key {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// One column that tells nothing does no harm.
func TestConstantColumnIsNoObstacle(t *testing.T) {
	path := filepath.Join(t.TempDir(), "points.csv")
	if err := os.WriteFile(path, []byte("a,b,label\n"+strings.Repeat("1,2,x\n1,5,y\n", 40)), 0o666); err != nil {
		t.Fatal(err)
	}
	c := small()
	c.Training.Dataset, c.Training.Epochs = "csv:"+path, 60
	inputs, err := Inspect(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Search(t.Context(), c, inputs, newTrainings(t, c, func(bool) {}))
	if err != nil || !r.Reached() {
		t.Errorf("%s, %v", asJSON(t, r), err)
	}
}

func TestConfigComesBackFromItsFile(t *testing.T) {
	want := Quick()
	want.Training.Noise, want.Training.Activations = 0.25, []string{"gelu"}
	text := asJSON(t, want)
	var got Config
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for _, key := range Decided {
		if strings.Contains(text, strconv.Quote(key)) {
			t.Errorf("%s is decided by the search and yet written", key)
		}
	}
}

func TestSettingsAreThoseOfTheFlags(t *testing.T) {
	got := make(map[string]string)
	for _, s := range Default().Settings() {
		got[s.Key] = s.Value
	}
	for key, want := range map[string]string{
		"target": "0.95", "share": "0.9", "seeds": "1000", "test-rows": "20000", "depths": "1,2,3", "epochs": "800", "dataset": "moons", "activations": "sigmoid,relu,tanh",
	} {
		if got[key] != want {
			t.Errorf("%s is %q, want %q", key, got[key], want)
		}
	}
}
