package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/spf13/pflag"
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

func TestSweepFromPlanToTable(t *testing.T) {
	dir, file := planned(t, smallGrid)
	if o := succeed(t, "sweep", "plan", file, dir); o.stdout != "12 trials: 2 activations × 2 hidden × 3 seed\n" || !strings.Contains(o.stderr, "on one core") {
		t.Errorf("planning again prints %q and %q", o.stdout, o.stderr)
	}
	if o := succeed(t, "sweep", "status", dir); o.stdout != "0 of 12 trials done: 0 ok, 0 diverged, 0 failed; 12 missing\n" {
		t.Errorf("status before: %q", o.stdout)
	}
	if o := succeed(t, "sweep", "missing", dir, "--shards", "4"); o.stdout != "0-3\n" {
		t.Errorf("missing before: %q", o.stdout)
	}
	o := succeed(t, "sweep", "run", dir, "--shard", "1/3", "--jobs", "2")
	if o.stdout != "shard 1/3: 4 trials done, 0 of them failed\n" || !strings.Contains(o.stderr, "4 of 4 done, 0 failed") {
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
	if _, err := os.Stat(out); err == nil {
		t.Error("a table of a part was written")
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

	other, _ := planned(t, smallGrid)
	succeed(t, "sweep", "run", other, "--quiet")
	if merged(t, other) != merged(t, dir) {
		t.Error("one shard gives another table than three")
	}
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
	for _, name := range []string{"trial", "id", "activations", "seed", "status", "final_loss", "test_accuracy", "gradient_first", "spread_1", "spread_2", "loss_first", "loss_95"} {
		if _, ok := at[name]; !ok {
			t.Errorf("no column %s", name)
		}
	}
	for i, row := range rows[1:] {
		if row[at["trial"]] != fmt.Sprint(i) || row[at["status"]] != "ok" || row[at["steps"]] != "20" {
			t.Errorf("row %d is %v", i, row)
		}
		if shallow := row[at["hidden"]] == "2"; (row[at["spread_2"]] == "") != shallow {
			t.Errorf("row %d has %q as spread of layer 2", i, row[at["spread_2"]])
		}
	}
}

func TestSweepReportIsOnePage(t *testing.T) {
	dir, _ := planned(t, "samples: 40\nepochs: 25\nactivations: [sigmoid, relu]\nhidden: [\"2\", \"4\", \"2,2\", \"4,4\"]\nlearning-rate: [0.1, 1]\nseed: 1..4\n")
	if o := command(t.Context(), "sweep", "report", dir); o.status != statusFailed || !strings.Contains(o.stderr, "64 of 64 trials have no record") {
		t.Errorf("a report of nothing: status %d, %s", o.status, o.stderr)
	}
	succeed(t, "sweep", "run", dir, "--quiet")
	file := filepath.Join(t.TempDir(), "page.html")
	if o := succeed(t, "sweep", "report", dir, "--out", file); o.stdout != file+": 64 trials in 16 groups\n" {
		t.Errorf("prints %q", o.stdout)
	}
	succeed(t, "sweep", "report", dir)
	pages := make([]string, 2)
	for i, path := range []string{file, filepath.Join(dir, "report.html")} {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		pages[i] = string(content)
	}
	if pages[0] != pages[1] {
		t.Error("two reports differ")
	}
	for _, want := range []string{
		"Test accuracy against depth, width, learning-rate", "Mean test accuracy by depth and width", "Spread of the last hidden layer against depth",
		"Loss over the epochs", "Student&#39;s t", "Mann–Whitney", "signed ranks", "corrected by Holm for all 8 comparisons",
		"Sigmoid, hidden 2,2, learning-rate 0.1", "ReLU − Sigmoid", "seed", "1 to 4",
	} {
		if !strings.Contains(pages[0], want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if before, _, _ := strings.Cut(pages[0], "<script"); strings.Contains(before, "NaN") {
		t.Error("the page shows a NaN")
	}
}

// Whatever is not there is left out of the page.
func TestSweepReportOfLittleIsAPageToo(t *testing.T) {
	for name, grid := range map[string]string{
		"one trial":      "activations: relu\nepochs: 2\nsamples: 40\n",
		"nothing worked": "activations: [relu, tanh]\nepochs: 2\nsamples: 2\ntest-fraction: 0.6\nseed: 1..2\nhidden: [\"2\", \"3\"]\n",
		"one activation": "activations: tanh\nepochs: 2\nsamples: 40\nseed: 1..3\nnoise: [0, 0.1]\n",
		"texts":          "activations: relu\nepochs: 2\nsamples: 40\nloss: [logits, article]\n",
	} {
		t.Run(name, func(t *testing.T) {
			dir, _ := planned(t, grid)
			succeed(t, "sweep", "run", dir, "--quiet")
			succeed(t, "sweep", "report", dir)
		})
	}
}

func TestSweepRefusesBadInput(t *testing.T) {
	dir, file := planned(t, smallGrid)
	empty := t.TempDir()
	bad := filepath.Join(empty, "bad.yaml")
	if err := os.WriteFile(bad, []byte("epochs: 3\nsede: 1..3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
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
		"at its first run, not 3":           {"missing", dir, "--shards", "3"},
		"not 5":                             {"emit", "slurm", dir, "--shards", "5"},
		"is not of the form I/N":            {"run", dir, "--shard", "1"},
		"shards count from 0 to 1":          {"run", dir, "--shard", "2/2"},
		"0 jobs":                            {"run", dir, "--shard", "0/2", "--jobs", "0"},
		"was changed after it was made":     {"run", edited},
		`required flag(s) "out" not set`:    {"merge", dir},
		"accepts 2 arg(s), received 1":      {"plan", file},
		"0 cores":                           {"emit", "kubernetes", dir, "--cpus", "0"},
		"say --shards N":                    {"missing", func() string { d, _ := planned(t, smallGrid); return d }()},
		"cannot be written into a job":      {"emit", "kubernetes", dir, "--image", "a\nb"},
		"not a text in UTF-8":               {"plan", func() string { os.WriteFile(bad+"2", []byte{0xff}, 0o600); return bad + "2" }(), empty},
	} {
		o := command(t.Context(), append([]string{"sweep"}, args...)...)
		if o.status != statusUsage || !strings.Contains(o.stderr, want) {
			t.Errorf("%v: status %d, %q does not say %q", args, o.status, o.stderr, want)
		}
	}
	t.Setenv(slurmCores, "many")
	if o := command(t.Context(), "sweep", "run", dir, "--shard", "0/2"); o.status != statusUsage || !strings.Contains(o.stderr, slurmCores) {
		t.Errorf("a broken environment: status %d, %s", o.status, o.stderr)
	}
}

func TestSweepTakesItsJobsFromSlurm(t *testing.T) {
	for text, want := range map[string]int{"3": 3, "": 0} {
		t.Setenv(slurmCores, text)
		if n, err := addJobs(pflag.NewFlagSet("", pflag.ContinueOnError), "trials")(); err != nil || n < 1 || want > 0 && n != want {
			t.Errorf("with %q: %d jobs, %v", text, n, err)
		}
	}
}

func TestSweepWarnsOfFilesThatItPassesOver(t *testing.T) {
	dir, _ := planned(t, smallGrid)
	succeed(t, "sweep", "run", dir, "--quiet")
	results := filepath.Join(dir, "results")
	for i := range 7 {
		if err := os.WriteFile(filepath.Join(results, fmt.Sprintf("stray%d", i)), []byte("notes"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	o := succeed(t, "sweep", "status", dir)
	if !strings.Contains(o.stderr, "stray4: truncated") || !strings.Contains(o.stderr, "2 more files") || strings.Contains(o.stderr, "stray5") {
		t.Errorf("warned of %q", o.stderr)
	}
}

func TestSweepHelpHasExamples(t *testing.T) {
	for _, name := range []string{"", "plan", "run", "status", "missing", "merge", "report", "emit", "emit slurm", "emit kubernetes"} {
		args := append([]string{"sweep"}, strings.Fields(name)...)
		if o := succeed(t, append(args, "--help")...); !strings.Contains(o.stdout, "Examples:\n") || !strings.Contains(o.stdout, "actscope sweep "+name) {
			t.Errorf("help of sweep %s has no example:\n%s", name, o.stdout)
		}
	}
}

func TestSlurmScriptSaysWhatMatters(t *testing.T) {
	dir, _ := planned(t, smallGrid)
	quoted := filepath.Join(filepath.Dir(dir), "it's a $HOME")
	if err := os.Rename(dir, quoted); err != nil {
		t.Fatal(err)
	}
	script := succeed(t, "sweep", "emit", "slurm", quoted, "--shards", "4", "--cpus", "3", "--program", "/opt/actscope").stdout
	for _, want := range []string{
		"#!/bin/sh\n", "\n#SBATCH --array=0-3\n", "\n#SBATCH --cpus-per-task=3\n", "\n#SBATCH --signal=B:TERM@120\n",
		"\nexec '/opt/actscope' sweep run '" + strings.ReplaceAll(quoted, "'", `'\''`) + `' --shard "${SLURM_ARRAY_TASK_ID}/4"` + "\n",
	} {
		if !strings.Contains(script, want) {
			t.Errorf("%q is missing in\n%s", want, script)
		}
	}
	if strings.Contains(script, "TASK_COUNT") {
		t.Error("the number of shards is taken from the submission")
	}
	large := succeed(t, "sweep", "emit", "slurm", quoted, "--shards", "2000").stdout
	if !strings.Contains(large, "MaxArraySize") {
		t.Error("no word about the largest array")
	}
}

func TestKubernetesManifestIsAnIndexedJob(t *testing.T) {
	dir, _ := planned(t, smallGrid)
	text := succeed(t, "sweep", "emit", "kubernetes", dir, "--shards", "4", "--image", "example.org/a:1", "--claim", "grid").stdout
	var manifest struct {
		APIVersion string `yaml:"apiVersion"`
		Kind       string
		Metadata   struct{ Name string }
		Spec       struct {
			CompletionMode           string `yaml:"completionMode"`
			Completions, Parallelism int
			BackoffLimitPerIndex     int `yaml:"backoffLimitPerIndex"`
			PodFailurePolicy         struct {
				Rules []struct {
					Action          string
					OnPodConditions []struct{ Type string } `yaml:"onPodConditions"`
					OnExitCodes     struct {
						ContainerName string `yaml:"containerName"`
						Operator      string
						Values        []int
					} `yaml:"onExitCodes"`
				}
			} `yaml:"podFailurePolicy"`
			Template struct {
				Spec struct {
					RestartPolicy                 string `yaml:"restartPolicy"`
					TerminationGracePeriodSeconds int    `yaml:"terminationGracePeriodSeconds"`
					Containers                    []struct {
						Name, Image  string
						Command      []string
						Resources    struct{ Requests map[string]string }
						VolumeMounts []struct {
							Name      string
							MountPath string `yaml:"mountPath"`
						} `yaml:"volumeMounts"`
					}
					Volumes []struct {
						Name                  string
						PersistentVolumeClaim struct {
							ClaimName string `yaml:"claimName"`
						} `yaml:"persistentVolumeClaim"`
					}
				}
			}
		}
	}
	if err := yaml.UnmarshalWithOptions([]byte(text), &manifest, yaml.Strict()); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	spec := manifest.Spec
	if manifest.APIVersion != "batch/v1" || manifest.Kind != "Job" || spec.CompletionMode != "Indexed" || spec.Completions != 4 || spec.Parallelism != 4 {
		t.Errorf("not an Indexed Job of 4: %+v", manifest)
	}
	// A limit per index and a policy for failures both ask for Never.
	if spec.BackoffLimitPerIndex < 1 || spec.Template.Spec.RestartPolicy != "Never" || spec.Template.Spec.TerminationGracePeriodSeconds < 10 {
		t.Errorf("restarts: %+v", spec)
	}
	rules := spec.PodFailurePolicy.Rules
	if len(rules) != 2 || rules[0].Action != "Ignore" || rules[0].OnPodConditions[0].Type != "DisruptionTarget" ||
		rules[1].Action != "FailJob" || fmt.Sprint(rules[1].OnExitCodes.Values) != fmt.Sprint([]int{statusUsage}) || rules[1].OnExitCodes.ContainerName != "sweep" {
		t.Errorf("policy: %+v", rules)
	}
	container := spec.Template.Spec.Containers[0]
	if container.Image != "example.org/a:1" || container.Name != "sweep" || container.VolumeMounts[0].MountPath != dir ||
		spec.Template.Spec.Volumes[0].PersistentVolumeClaim.ClaimName != "grid" || spec.Template.Spec.Volumes[0].Name != container.VolumeMounts[0].Name {
		t.Errorf("container: %+v", spec.Template.Spec)
	}
	want := []string{"actscope", "sweep", "run", dir, "--shard", "$(JOB_COMPLETION_INDEX)/4", "--jobs", container.Resources.Requests["cpu"]}
	if fmt.Sprint(container.Command) != fmt.Sprint(want) {
		t.Errorf("command %q, want %q", container.Command, want)
	}
}
