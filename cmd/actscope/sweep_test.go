package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"actscope/internal/experiment"
	"actscope/internal/shell"
	"actscope/internal/sweep"
)

// smallGrid is twelve trials of a few milliseconds.
const smallGrid = "samples: 40\nepochs: 20\nactivations: [sigmoid, relu]\nhidden: [\"2\", \"3,2\"]\nseed: 1..3\n"

// planned is the folder of a grid, and the plan file.
func planned(t *testing.T, grid string) (dir, file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "grid.yaml")
	if err := os.WriteFile(file, []byte(grid), 0o600); err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(t.TempDir(), "sweep")
	succeed(t, "sweep", "plan", file, dir)
	return dir, file
}

// merged is the table of a sweep.
func merged(t *testing.T, dir string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "table.csv")
	succeed(t, "sweep", "merge", dir, "--out", out)
	content, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestSweepFromPlanToReport(t *testing.T) {
	t.Parallel()
	dir, file := planned(t, smallGrid)
	if o := succeed(t, "sweep", "plan", file, dir); o.stdout != "12 trials: 2 activations × 2 hidden × 3 seed\n" || !strings.Contains(o.stderr, "on one core") {
		t.Errorf("planning again prints %q and %q", o.stdout, o.stderr)
	}
	if o := succeed(t, "sweep", "status", dir); o.stdout != "0 of 12 trials done: 0 ok, 0 diverged, 0 failed; 12 missing\n" {
		t.Errorf("status before: %q", o.stdout)
	}
	if o := succeed(t, "sweep", "missing", dir); o.stdout != "0\n" { // not nothing, which is what scripts take for done
		t.Errorf("missing before, of one shard: %q", o.stdout)
	}
	for _, c := range []struct{ shards, want string }{{"1", "0\n"}, {"4", "0-3\n"}} { // each recorded
		if o := succeed(t, "sweep", "missing", dir, "--shards", c.shards); o.stdout != c.want {
			t.Errorf("missing before, with --shards %s: %q", c.shards, o.stdout)
		}
		if o := succeed(t, "sweep", "missing", dir); o.stdout != c.want {
			t.Errorf("missing before, after --shards %s: %q", c.shards, o.stdout)
		}
	}
	if o := command(t.Context(), "sweep", "run", dir, "--shard", "1/3"); o.status != statusUsage || !strings.Contains(o.stderr, "sweep missing --shards 3 sets another number") {
		t.Errorf("another number than recorded: status %d, %s", o.status, o.stderr)
	}
	succeed(t, "sweep", "missing", dir, "--shards", "3") // as the error says
	o := succeed(t, "sweep", "run", dir, "--shard", "1/3", "--jobs", "2")
	if o.stdout != "shard 1/3: 4 trials done: 4 ok, 0 diverged, 0 failed\n" || !strings.Contains(o.stderr, "4 of 4 done, 0 failed") {
		t.Errorf("run prints %q and %q", o.stdout, o.stderr)
	}
	if o := succeed(t, "sweep", "missing", dir); o.stdout != "0,2\n" {
		t.Errorf("missing after one shard: %q", o.stdout)
	}
	if o := succeed(t, "sweep", "status", dir); !strings.HasSuffix(o.stdout, "8 missing\nshards of 3 with missing trials: 0,2\n") {
		t.Errorf("status after one shard: %q", o.stdout)
	}
	out := filepath.Join(t.TempDir(), "table.csv")
	if o := command(t.Context(), "sweep", "merge", dir, "--out", out); o.status != statusFailed || !strings.Contains(o.stderr, "8 of 12 trials have no record yet") {
		t.Errorf("merging too early: status %d, %s", o.status, o.stderr)
	}
	if o := command(t.Context(), "sweep", "report", dir); o.status != statusFailed || !strings.Contains(o.stderr, "8 of 12 trials have no record yet") {
		t.Errorf("reporting too early: status %d, %s", o.status, o.stderr)
	}
	for _, early := range []string{out, filepath.Join(dir, "report.html")} {
		if _, err := os.Stat(early); err == nil {
			t.Errorf("%s was written of a part", early)
		}
	}
	script := succeed(t, "sweep", "emit", "slurm", dir, "--cpus", "7", "--program", "/opt/actscope").stdout
	for _, want := range []string{"--array=0-2\n", "--cpus-per-task=7\n", "/opt/actscope sweep run " + shell.Quote(dir)} {
		if !strings.Contains(script, want) {
			t.Errorf("no %q in\n%s", want, script)
		}
	}
	for _, shard := range []string{"0/3", "2/3"} {
		if o := succeed(t, "sweep", "run", dir, "--shard", shard, "--quiet"); o.stderr != "" {
			t.Errorf("a quiet run prints %q", o.stderr)
		}
	}
	if o := succeed(t, "sweep", "missing", dir); o.stdout != "" {
		t.Errorf("missing at the end: %q", o.stdout)
	}
	checkTable(t, merged(t, dir))
	checkReport(t, dir)
}

// checkTable looks for what is documented of a table of smallGrid.
func checkTable(t *testing.T, table string) {
	t.Helper()
	reader := csv.NewReader(strings.NewReader(table))
	reader.Comment = '#'
	rows, err := reader.ReadAll()
	if err != nil || len(rows) != 13 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	at := make(map[string]int)
	for i, name := range rows[0] {
		at[name] = i
	}
	for _, name := range []string{"trial", "id", "activations", "seed", "status", "final_loss", "test_accuracy", "fresh_accuracy", "gradient_first", "spread_1", "spread_2", "loss_first", "loss_95"} {
		if _, ok := at[name]; !ok {
			t.Errorf("no column %s", name)
		}
	}
	for i, row := range rows[1:] {
		if row[at["trial"]] != fmt.Sprint(i) || row[at["status"]] != "ok" || row[at["steps"]] != "20" || row[at["fresh_accuracy"]] == "" {
			t.Errorf("row %d is %v", i, row)
		}
		if shallow := row[at["hidden"]] == "2"; (row[at["spread_2"]] == "") != shallow {
			t.Errorf("row %d has %q as spread of layer 2", i, row[at["spread_2"]])
		}
	}
}

// checkReport writes the page of a sweep of smallGrid, into its folder and elsewhere.
func checkReport(t *testing.T, dir string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "page.html")
	if o := succeed(t, "sweep", "report", dir, "--out", file); o.stdout != file+": 12 trials in 4 groups\n" {
		t.Errorf("prints %q", o.stdout)
	}
	succeed(t, "sweep", "report", dir)
	a, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(filepath.Join(dir, "report.html")); err != nil || !bytes.Equal(a, b) {
		t.Errorf("two reports differ, %v", err)
	}
}

func TestSweepRefusesBadInput(t *testing.T) {
	t.Parallel()
	dir, file := planned(t, smallGrid)
	empty := t.TempDir()
	text := func(name, text string) string {
		path := filepath.Join(empty, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	bad := text("bad.yaml", "epochs: 3\nsede: 1..3\n")
	succeed(t, "sweep", "run", dir, "--shard", "0/2", "--quiet")
	edited, _ := planned(t, smallGrid)
	plan := filepath.Join(edited, "plan.json")
	content, err := os.ReadFile(plan)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(plan, []byte(strings.Replace(string(content), `"20"`, `"21"`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		bad + ":2:1: sede: no such setting": {"plan", bad, empty},
		"no such file":                      {"plan", filepath.Join(empty, "none.yaml"), empty},
		"holds no plan":                     {"run", empty},
		"holds no plan of a sweep":          {"status", empty},
		"of a sweep: make one with":         {"merge", empty, "--out", filepath.Join(empty, "t.csv")},
		"was cut into 2 shards":             {"run", dir, "--shard", "0/4"},
		"run --shard I/2":                   {"run", dir},
		"2 shards, not 3":                   {"missing", dir, "--shards", "3"},
		"leave --shards out":                {"emit", "slurm", dir, "--shards", "5"},
		"is not of the form I/N":            {"run", dir, "--shard", "1"},
		"shards count from 0 to 1":          {"run", dir, "--shard", "2/2"},
		"jobs: 0":                           {"run", dir, "--shard", "0/2", "--jobs", "0"},
		"was changed after it was made":     {"run", edited},
		"out: missing":                      {"merge", dir},
		"accepts 2 arg(s), received 1":      {"plan", file},
		"cpus: 0":                           {"emit", "kubernetes", dir, "--cpus", "0"},
		"image: \"a\\nb\" has control":      {"emit", "kubernetes", dir, "--image", "a\nb"},
		"image: empty: name the":            {"emit", "kubernetes", dir, "--image", ""},
		"claim: empty: name the":            {"emit", "kubernetes", dir, "--claim", ""},
		"mooons.yaml:1:10: dataset":         {"plan", text("mooons.yaml", "dataset: mooons\n"), filepath.Join(empty, "made")},
		"two.yaml:3:1: a second document":   {"plan", text("two.yaml", "seed: 1\n...\nseed: 2\n"), filepath.Join(empty, "made")},
		"sweep plan FILE.yaml 'a b;id'":     {"status", "a b;id"},
		"not a text in UTF-8":               {"plan", text("bad2.yaml", "\xff"), empty},
	} {
		o := command(t.Context(), append([]string{"sweep"}, args...)...)
		if o.status != statusUsage || !strings.Contains(o.stderr, want) {
			t.Errorf("%v: status %d, %q does not say %q", args, o.status, o.stderr, want)
		}
	}
}

func TestSweepWarnsOfFilesThatItPassesOver(t *testing.T) {
	t.Parallel()
	dir, _ := planned(t, smallGrid)
	succeed(t, "sweep", "run", dir, "--quiet")
	results := filepath.Join(dir, "results")
	for i := range 7 {
		if err := os.WriteFile(filepath.Join(results, fmt.Sprintf("stray%d", i)), []byte("notes"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	o := succeed(t, "sweep", "status", dir)
	if !strings.Contains(o.stderr, "stray4: truncated") || !strings.Contains(o.stderr, "passed over: 2 more\n") || strings.Contains(o.stderr, "stray5") {
		t.Errorf("warned of %q", o.stderr)
	}
}

func TestSweepSaysWhatItRepairs(t *testing.T) {
	t.Parallel()
	dir, _ := planned(t, smallGrid)
	succeed(t, "sweep", "run", dir, "--quiet")
	want := merged(t, dir)
	segments, err := filepath.Glob(filepath.Join(dir, "results", "*.segment"))
	if err != nil || len(segments) == 0 {
		t.Fatal(segments, err)
	}
	if err := os.Truncate(segments[0], 0); err != nil {
		t.Fatal(err)
	}
	if o := succeed(t, "sweep", "status", dir); !strings.Contains(o.stderr, "truncated: 0 bytes") || strings.HasSuffix(o.stdout, "; 0 missing\n") {
		t.Errorf("status prints %q and %q", o.stdout, o.stderr)
	}
	o := succeed(t, "sweep", "run", dir, "--quiet")
	if o.stdout != "shard 0/1: 12 trials done: 12 ok, 0 diverged, 0 failed\n" || !strings.Contains(o.stderr, "set aside as "+filepath.Base(segments[0])+".damaged\n") {
		t.Errorf("run prints %q and %q", o.stdout, o.stderr)
	}
	if o := succeed(t, "sweep", "status", dir); o.stderr != "" || !strings.HasSuffix(o.stdout, "; 0 missing\n") {
		t.Errorf("then status prints %q and %q", o.stdout, o.stderr)
	}
	if merged(t, dir) != want {
		t.Error("another table")
	}
}

func TestSweepWhoseTrialsAllFailFails(t *testing.T) {
	t.Parallel()
	grid, err := sweep.ReadGrid("grid.yaml", []byte("samples: 2\ntest-fraction: 0.6\n")) // which planning refuses
	if err != nil {
		t.Fatal(err)
	}
	provenance, err := experiment.CurrentProvenance()
	if err != nil {
		t.Fatal(err)
	}
	plan, err := sweep.NewPlan(t.Context(), grid, provenance)
	if err != nil {
		t.Fatal(err)
	}
	folder, err := sweep.Create(t.TempDir(), plan)
	if err != nil {
		t.Fatal(err)
	}
	o := command(t.Context(), "sweep", "run", folder.Path(), "--quiet")
	if o.status != statusFailed || o.stdout != "shard 0/1: 2 trials done: 0 ok, 0 diverged, 2 failed\n" || !strings.Contains(o.stderr, "every trial failed, the first of them because: test-fraction") {
		t.Errorf("status %d, %q, %q", o.status, o.stdout, o.stderr)
	}
}

// What planning prints is pasted into a shell.
func TestPlannedSweepIsStartedByWhatPlanningPrints(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh to paste into")
	}
	t.Chdir(t.TempDir())
	if err := os.WriteFile("grid.yaml", []byte(smallGrid), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"plain", "a b;touch made", "it's $(touch made)", "-dash", "line\nend", "tab\t\x1b[31m", "ü"} {
		o := succeed(t, "sweep", "plan", "--", "grid.yaml", dir)
		_, line, _ := strings.Cut(o.stderr, "start with: actscope ")
		out, err := exec.Command(sh, "-c", "printf '%s|' "+line).Output()
		if err != nil {
			t.Fatalf("%v from %s", err, line)
		}
		words := strings.Split(strings.TrimSuffix(string(out), "|"), "|")
		if o := succeed(t, append(words, "--quiet")...); !strings.Contains(o.stdout, "12 ok") {
			t.Errorf("%q prints %q", words, o.stdout)
		}
	}
	if _, err := os.Stat("made"); err == nil {
		t.Error("a command in a name was carried out")
	}
}

func TestSweepHelpHasExamples(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "plan", "run", "status", "missing", "merge", "report", "emit", "emit slurm", "emit kubernetes"} {
		args := append([]string{"sweep"}, strings.Fields(name)...)
		if o := succeed(t, append(args, "--help")...); !strings.Contains(o.stdout, "Examples:\n") || !strings.Contains(o.stdout, "actscope sweep "+name) {
			t.Errorf("help of sweep %s has no example:\n%s", name, o.stdout)
		}
	}
}
