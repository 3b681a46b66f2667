package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

func TestJobsAreTheCoresThatSlurmGives(t *testing.T) {
	for text, want := range map[string]int{"3": 3, "": 0} {
		t.Setenv(slurmCores, text)
		if n, err := addJobs(pflag.NewFlagSet("", pflag.ContinueOnError), "trainings")(); err != nil || n < 1 || want > 0 && n != want {
			t.Errorf("with %q: %d jobs, %v", text, n, err)
		}
	}
}

func TestBrokenCoresOfSlurmAreBadUsage(t *testing.T) {
	dir, _ := planned(t, smallGrid)
	for _, cores := range []string{"many", "0", "-2", "1.5"} {
		t.Setenv(slurmCores, cores)
		for _, args := range [][]string{{"sweep", "run", dir}, tiny(t.TempDir()), tinyCost(t.TempDir())} {
			o := command(t.Context(), args...)
			if want := slurmCores + ": \"" + cores + "\" is not a number of cores: use --jobs"; o.status != statusUsage || !strings.Contains(o.stderr, want) {
				t.Errorf("%s with %q cores: status %d, %s", args[0], cores, o.status, o.stderr)
			}
		}
	}
}

// Bad usage and bad input of every kind and command: status 2, with what is meant.
func TestBadUsageNamesWhatIsMeant(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	seed := write("seed.yaml", "# mine\nepochs: 5\nseed: 4294967296\n")
	points := write("points.yaml", "\ufeffdataset: csv:nowhere.csv\n")
	parts := write("parts.yaml", "parts: [batch-norm, batch-norm]\nactivations: relu\n")
	plan := write("plan.yaml", "seed: 1..3\ndataset: [moons, \"csv:nowhere.csv\"]\n")
	decay := write("decay.yaml", "weight-decay: [0, 100]\n")
	many := write("many.yaml", strings.Repeat("epochs: 1\n", 100_000))
	nested := write("nested.yaml", "hidden: [[8, 8], [4]]\n")
	folder, _ := planned(t, smallGrid)
	succeed(t, "sweep", "run", folder, "--quiet")
	export := []string{"gradcheck", "--activation", "relu", "--export"}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"sweep", "nosuch"}, `unknown command "nosuch"`},
		{[]string{"sweep", "emit", "nosuch"}, `unknown command "nosuch"`},
		{[]string{"nosuch"}, `unknown command "nosuch"`},
		{[]string{"compare", "--config", seed}, seed + ":3:7: seed: 4294967296 is not a seed"},
		{[]string{"claims", "--config", points}, points + ":1:10: dataset: nowhere.csv: no such file"},
		{[]string{"compare", "--config", points, "--dataset", "csv:"}, "dataset: names no file"},
		{[]string{"compare", "--dataset", "csv:" + dir}, "dataset: " + dir + ": is a directory"},
		{[]string{"compare", "--config", parts}, parts + ":1:9: parts: "},
		{[]string{"claims", "--parts", "batch-norm,batch-norm", "--seeds", "1"}, "parts: "},
		{[]string{"graph", "--weight-decay", "100"}, "weight-decay: 100"},
		{[]string{"compare", "--config", nested}, nested + ":1:10: a list within a list"},
		{[]string{"compare", "--config", many}, many + ":"},
		{[]string{"sweep", "plan", plan, filepath.Join(dir, "sweep")}, plan + ":2:18: dataset: "},
		{[]string{"sweep", "plan", decay, filepath.Join(dir, "sweep")}, decay + ":1:19: weight-decay: 100"},
		{[]string{"sweep", "merge", folder, "--out", filepath.Join(dir, "none", "x.csv")}, "out: " + filepath.Join(dir, "none") + " is not a folder"},
		{[]string{"sweep", "merge", folder, "--out", dir}, "out: " + dir + " is a folder"},
		{[]string{"sweep", "report", folder, "--out", dir}, "out: " + dir + " is a folder"},
		{append(export, dir), "export: " + dir + " is a folder"},
		{[]string{"figures", dir}, "run.json"},
	} {
		o := command(t.Context(), c.args...)
		if o.status != statusUsage || !strings.Contains(o.stderr, c.want) {
			t.Errorf("%v: status %d, %.300s; want %s", c.args, o.status, o.stderr, c.want)
		}
	}
}
