package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tinyCost is a search that takes a moment.
func tinyCost(dir string, more ...string) []string {
	return append([]string{
		"cost", "--target", "0.7", "--share", "0.5", "--widths", "1,2,3", "--depths", "1,2", "--rates", "0.5,2", "--seeds", "24",
		"--activations", "sigmoid,relu", "--samples", "60", "--test-rows", "200", "--epochs", "20", "--format", "svg", "--out", dir, "--quiet",
	}, more...)
}

func TestCostWritesTheSameFolderWhateverTheJobs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, second := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	a, b := succeed(t, tinyCost(first, "--jobs", "1", "--latency=false")...), succeed(t, tinyCost(second, "--jobs", "3", "--latency=false")...)
	if a.stdout != b.stdout || a.stderr != "" {
		t.Errorf("prints\n%s\nand\n%s%s", a.stdout, b.stdout, a.stderr)
	}
	files := tree(t, first)
	if !maps.Equal(files, tree(t, second)) {
		t.Error("two runs wrote different files")
	}
	want := []string{"figures/inference_cost.svg", "manifest.json", "report.html", "run.json", "trials.json"}
	if got := slices.Sorted(maps.Keys(files)); !slices.Equal(got, want) {
		t.Errorf("files %v", got)
	}
	succeed(t, "figures", second, "--format", "svg")
	if !maps.Equal(files, tree(t, second)) {
		t.Error("redrawn, the folder is another one")
	}
}

func TestCostMeasuresLatencyBesideTheResult(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	without := succeed(t, tinyCost(dir, "--latency=false")...)
	result := tree(t, dir)["run.json"]
	with := succeed(t, tinyCost(dir)...)
	if rest, ok := strings.CutPrefix(with.stdout, without.stdout); !ok || !strings.HasPrefix(rest, "\ntime of a row") {
		t.Errorf("prints\n%s\nafter\n%s", with.stdout, without.stdout)
	}
	files := tree(t, dir)
	if files["run.json"] != result {
		t.Error("run.json differs with and without latency")
	}
	var latency struct {
		Networks []struct {
			Times []struct {
				Median float64 `json:"median_ns"`
			}
		}
	}
	if err := json.Unmarshal([]byte(files["latency.json"]), &latency); err != nil || len(latency.Networks) < 2 || !(latency.Networks[0].Times[1].Median > 0) {
		t.Errorf("%v: %s", err, files["latency.json"])
	}
}

func TestCostAsJSONIsRunJSON(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	o := succeed(t, tinyCost(dir, "--latency=false", "--json")...)
	if o.stdout != tree(t, dir)["run.json"] {
		t.Errorf("prints\n%s", o.stdout)
	}
	var result struct {
		Config      struct{ Target float64 }
		Activations []struct {
			Name     string
			Smallest *struct {
				Depth, Width, Parameters int
				MultiplyAdds             int `json:"multiply_adds"`
			}
		}
		Ratios []struct{ Low, High *float64 }
		Answer []string
	}
	if err := json.Unmarshal([]byte(o.stdout), &result); err != nil {
		t.Fatal(err)
	}
	if result.Config.Target != 0.7 || len(result.Activations) != 2 || len(result.Ratios) != 3 || len(result.Answer) != 1 {
		t.Errorf("%+v", result)
	}
	if s := result.Activations[1].Smallest; s == nil || s.Depth == 1 && (s.MultiplyAdds != 3*s.Width || s.Parameters != 4*s.Width+1) {
		t.Errorf("%+v", s)
	}
}

func TestCostSaysHowNearTheBestCameWhereNoneReaches(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	o := command(t.Context(), tinyCost(dir, "--target", "0.999", "--latency=false")...)
	if o.status != statusFailed || !strings.Contains(o.stderr, "no network was seen to reach a test accuracy of 0.999 in 0.5 of trainings; the best found is ") || !strings.Contains(o.stderr, "mean test accuracy of 0.") {
		t.Errorf("status %d, %s", o.status, o.stderr)
	}
	if !strings.Contains(o.stdout, "none up to 2-3-3-1") || !strings.Contains(tree(t, dir)["report.html"], "No network was seen to reach the target") {
		t.Errorf("prints\n%s", o.stdout)
	}
}

func TestCostRefusesBadInput(t *testing.T) {
	t.Parallel()
	file := func(content string) string {
		path := filepath.Join(t.TempDir(), "points.csv")
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		return "csv:" + path
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--target", "0.5"}, "target: 0.5"},
		{[]string{"--target", "1"}, "target: 1"},
		{[]string{"--target", "high"}, "--target"},
		{[]string{"--seeds", "0"}, "seeds: 0"},
		{[]string{"--seeds", "-1"}, "seeds: -1"},
		{[]string{"--seeds", "3"}, "take at least"},
		{[]string{"--epochs", "0"}, "epochs: 0"},
		{[]string{"--widths", "0"}, "widths: layer 1 has 0 units"},
		{[]string{"--widths", "2,1"}, "ascending"},
		{[]string{"--widths", ""}, "\"\" is not a number"},
		{[]string{"--rates", "1,x"}, "\"x\" is not a number in range: write them like 0.5,2"},
		{[]string{"--jobs", "0"}, "jobs: 0"},
		{[]string{"--activations", "rleu"}, "did you mean relu"},
		{[]string{"--hidden", "8,8"}, "unknown flag --hidden: actscope cost --help lists the flags"},
		{[]string{"--dataset", "csv:no-such-file"}, "no-such-file"},
		{[]string{"--dataset", file("a,b,label\n1,2,x\n3,4,x\n")}, "two classes are needed"},
		{[]string{"--dataset", file("a,b,label\n1,2,x\n1,2,y\n1,2,x\n1,2,y\n")}, "constant"},
		{[]string{"--class-share", "0.9"}, "target: 0.7 is reached without any network"},
	} {
		o := command(t.Context(), tinyCost(filepath.Join(t.TempDir(), "out"), c.args...)...)
		if o.status != statusUsage || !strings.Contains(o.stderr, c.want) {
			t.Errorf("%v: status %d, %s", c.args, o.status, o.stderr)
		}
	}
}

func TestQuickYieldsToFlags(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	succeed(t, tinyCost(dir, "--quick", "--latency=false")...)
	var run struct {
		Config struct {
			Widths, Depths []int
			Seeds          int
		}
	}
	if err := json.Unmarshal([]byte(tree(t, dir)["run.json"]), &run); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(run.Config.Depths, []int{1, 2}) || run.Config.Seeds != 24 {
		t.Errorf("%+v", run)
	}
}
