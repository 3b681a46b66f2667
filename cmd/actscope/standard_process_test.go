//go:build unix

package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// piped runs a command line in a folder as another process, with a text on its standard input.
func piped(t *testing.T, dir, stdin, args string) outcome {
	t.Helper()
	cmd := program(t, strings.Fields(args)...)
	var stdout, stderr bytes.Buffer
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = dir, strings.NewReader(stdin), &stdout, &stderr
	cmd.Run()
	return outcome{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

func TestStandardInputAndOutputAreFilesLikeOthers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	points := "a,b,kind\n" + strings.Repeat("1,2,x\n2,1,y\n0,1.5,x\n3,3,y\n0.5,2,x\n4,1,y\n", 8)
	settings := "dataset: csv:points.csv\nhidden: \"3\"\nepochs: 2\nactivations: [relu]\n"
	grid := "activations: [relu]\nsamples: 40\nhidden: \"3\"\nepochs: 2\nseed: 1..2\n"
	for name, text := range map[string]string{"points.csv": points, "study.yaml": settings, "grid.yaml": grid} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	must := func(stdin, args string) string {
		t.Helper()
		o := piped(t, dir, stdin, args)
		if o.status != statusDone {
			t.Fatalf("%s: status %d, %s", args, o.status, o.stderr)
		}
		return o.stdout
	}
	file := func(name string) string {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	const quiet = " --format svg --quiet"
	fromFiles := must("", "compare --config study.yaml --json --out files"+quiet)
	if got := must(settings, "compare --config - --json --out settings"+quiet); got != fromFiles {
		t.Error("settings on standard input give another result")
	}
	got := must(points, "compare --config study.yaml --dataset csv:- --json --save saved --out points"+quiet)
	sum := sha256.Sum256([]byte(points))
	var run struct {
		Hash string `json:"data_sha256"`
	}
	if err := json.Unmarshal([]byte(got), &run); err != nil || run.Hash != hex.EncodeToString(sum[:]) {
		t.Errorf("data_sha256 is %q (%v)", run.Hash, err)
	}
	if strings.ReplaceAll(got, `"csv:-"`, `"csv:points.csv"`) != fromFiles {
		t.Error("points on standard input give another result")
	}
	if again := must(points, "compare --config study.yaml --dataset csv:- --json --out points"+quiet); again != got {
		t.Error("the same points again, into the same folder, give another result")
	}
	must(points, "compare --config study.yaml --dataset csv:- --resume saved --epochs 3 --out resumed"+quiet)
	if o := piped(t, dir, points+"9,9,x\n", "compare --config study.yaml --dataset csv:- --resume saved --out other"+quiet); o.status != statusUsage || !strings.Contains(o.stderr, "resume: ") {
		t.Errorf("other points to go on with: status %d, %s", o.status, o.stderr)
	}
	want := must("", "predict files --data csv:points.csv")
	for args, stdin := range map[string]string{"predict files --data csv:-": points, "predict files --data csv:- --out -": points} {
		if got := must(stdin, args); got != want {
			t.Errorf("%s gives\n%s", args, got)
		}
	}
	network := must("", "export files --as onnx --dtype float64 --out -")
	must("", "export files --as onnx --dtype float64 --out net.onnx")
	if network != file("net.onnx") {
		t.Error("the network on standard output is not that in a file")
	}
	if got := must(network, "predict - --data csv:points.csv"); got != must("", "predict net.onnx --data csv:points.csv") {
		t.Error("the network on standard input predicts otherwise")
	}
	for _, as := range []string{"onnx", "safetensors", "npz"} {
		network := must("", "export files --out - --as "+as)
		if out := must(network, "observe - --activation relu --final sigmoid --data csv:points.csv --json --out observed-"+as+quiet); !strings.Contains(out, `"file": "standard input"`) && as != "onnx" {
			t.Errorf("%s: %.300s", as, out)
		}
		must(network, "compare --config study.yaml --from - --out from-"+as+quiet)
	}
	must(grid, "sweep plan - g")
	must("", "sweep run g --quiet")
	table := must("", "sweep merge g --out -")
	if must("", "sweep merge g --out g.csv"); table != file("g.csv") {
		t.Error("the table on standard output is not that in a file")
	}
	page := must("", "sweep report g --out -")
	if must("", "sweep report g --quiet"); page != file("g/report.html") {
		t.Errorf("the page begins with %.40q", page)
	}
	reference := must("", "gradcheck --export - --activation relu")
	if out := must(reference, "gradcheck --against - --activation relu"); !strings.Contains(out, "right") {
		t.Errorf("the reference is judged:\n%s", out)
	}
	study := must("", "init --out -")
	must("", "init written.yaml")
	if strings.ReplaceAll(study, "--config study.yaml", "--config written.yaml") != file("written.yaml") || must("", "init -") != study {
		t.Error("settings on standard output are not those in a file")
	}
	if strings.Contains(must("", "observe net.onnx --data csv:points.csv --export - --out exported"+quiet), "accuracy") {
		t.Error("words are among the activations")
	}
	for args, want := range map[string]string{
		"compare --config - --dataset csv:-":             "dataset: - is standard input, which is config already",
		"predict - --data csv:-":                         "data: - is standard input, which is an argument already",
		"observe - -":                                    "two arguments name it",
		"compare --out -":                                "out: - is standard output, which holds no folder",
		"sweep merge g --out - --json":                   "json: standard output gets the file of --out -",
		"export files --out - --json":                    "json: standard output gets the file",
		"observe points --out p2":                        "give them again",
		"compare --config bad.yaml":                      "bad.yaml",
		"predict files --data csv:- --out points.csv -v": "unknown",
	} {
		if o := piped(t, dir, points, args); o.status != statusUsage || !strings.Contains(o.stderr, want) || o.stdout != "" {
			t.Errorf("%s: status %d, %s; want %q", args, o.status, o.stderr, want)
		}
	}
	inFile := piped(t, dir, "dataset: csv:-\n", "sweep plan - h")
	if inFile.status != statusUsage || !strings.Contains(inFile.stderr, "standard input is gone when a trial is trained") {
		t.Errorf("a plan of standard input: status %d, %s", inFile.status, inFile.stderr)
	}
	zero, err := os.Open("/dev/zero")
	if err != nil {
		t.Skip(err)
	}
	defer zero.Close()
	cmd := program(t, "compare", "--config", "-")
	cmd.Stdin = zero
	if said, _ := cmd.CombinedOutput(); cmd.ProcessState.ExitCode() != statusUsage || !strings.Contains(string(said), "standard input: neither a file nor a pipe") {
		t.Errorf("/dev/zero: %s", said)
	}
}
