//go:build unix

package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
)

var sweepKills = flag.Int("sweep.kills", 50, "how often sweeps are killed in the test of that")

// exitStatus is how a process ended; -1 is by a signal.
func exitStatus(t *testing.T, err error) int {
	t.Helper()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return statusDone
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	t.Fatal(err)
	return 0
}

// A sweep that is killed again and again, at any moment, ends with the table of one that
// never was.
func TestSweepSurvivesBeingKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long")
	}
	t.Parallel()
	const grid = "samples: 40\nepochs: 100\nactivations: [sigmoid, relu]\nhidden: [\"4\", \"4,3\"]\nseed: 1..60\n"
	whole, _ := planned(t, grid)
	begin := time.Now()
	succeed(t, "sweep", "run", whole, "--jobs", "1", "--quiet")
	latest := time.Since(begin) // and a process takes a while to begin
	want := merged(t, whole)
	for part := range 2 {
		t.Run(fmt.Sprint(part), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(1, uint64(part)))
			killSweeps(t, grid, want, *sweepKills/2, latest, random)
		})
	}
}

// killSweeps runs sweeps of a grid, kills each after a random time, at the latest when one
// would be done, and runs it again until it is, and compares the tables.
func killSweeps(t *testing.T, grid, want string, kills int, latest time.Duration, random *rand.Rand) {
	for killed, sweeps := 0, 0; killed < kills; sweeps++ {
		if sweeps > kills {
			t.Fatal("the sweep ends before it can be killed")
		}
		dir, _ := planned(t, grid)
		of := killed
		for done := false; !done && killed < kills; {
			cmd := program(t, "sweep", "run", dir, "--jobs", "1", "--quiet")
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(random.Int64N(int64(latest))))
			if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
				t.Fatal(err)
			}
			if done = exitStatus(t, cmd.Wait()) == statusDone; !done {
				killed++
			} else {
				latest = latest * 3 / 4 // the machine has less to do than before
			}
		}
		succeed(t, "sweep", "run", dir, "--quiet")
		if merged(t, dir) != want {
			t.Errorf("the table is another one after %d kills", killed-of)
		}
	}
}

func TestSweepStopsWithinSecondsOfASignal(t *testing.T) {
	t.Parallel()
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			// A short trial, whose record is kept, and one that would take an hour.
			dir, _ := planned(t, "samples: 400\nactivations: relu\nepochs: [1, 5000000]\n")
			cmd := program(t, "sweep", "run", dir, "--jobs", "2")
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			for results := filepath.Join(dir, "results"); ; time.Sleep(10 * time.Millisecond) {
				if entries, _ := filepath.Glob(filepath.Join(results, "*.segment")); len(entries) > 0 {
					break
				}
			}
			start := time.Now()
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			if s := exitStatus(t, cmd.Wait()); s != statusStopped || !strings.Contains(stderr.String(), "run again") {
				t.Errorf("status %d, %s", s, stderr.String())
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("stopped after %v", took)
			}
			if o := succeed(t, "sweep", "status", dir); !strings.HasPrefix(o.stdout, "1 of 2 trials done") {
				t.Errorf("left %q", o.stdout)
			}
		})
	}
}

// A file-size limit stands for a disk that fills up.
func TestSweepSurvivesAFullDisk(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh to set a file-size limit with")
	}
	whole, _ := planned(t, smallGrid)
	succeed(t, "sweep", "run", whole, "--quiet")
	dir, _ := planned(t, smallGrid)
	limited := func(args ...string) outcome {
		cmd := program(t, args...)
		cmd.Args = append([]string{shell, "-c", `ulimit -f 1 && exec "$0" "$@"`}, cmd.Args...) // 512 bytes: one record
		cmd.Path = shell
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		s := exitStatus(t, cmd.Run())
		return outcome{stderr: stderr.String(), status: s}
	}
	if o := limited("sweep", "run", dir); o.status != statusFailed || !strings.Contains(o.stderr, "storing results: ") || !strings.Contains(o.stderr, "file too large") {
		t.Errorf("status %d, %s", o.status, o.stderr)
	}
	succeed(t, "sweep", "run", dir, "--quiet")
	table := merged(t, dir)
	if table != merged(t, whole) {
		t.Error("the table is another one")
	}
	for name := range tree(t, dir) {
		if strings.Contains(name, ".new.") {
			t.Errorf("left behind: %s", name)
		}
	}
	out := filepath.Join(t.TempDir(), "table.csv")
	if o := limited("sweep", "merge", dir, "--out", out); o.status != statusFailed {
		t.Errorf("merging: status %d, %s", o.status, o.stderr)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a part of a table was left")
	}
}

// Each pod of the manifest's job as Kubernetes would start it, and another one in its place
// before it has ended.
func TestKubernetesPodsCompleteTheSweep(t *testing.T) {
	t.Parallel()
	whole, _ := planned(t, smallGrid)
	succeed(t, "sweep", "run", whole, "--quiet")
	dir, _ := planned(t, smallGrid)
	var manifest struct {
		Spec struct {
			Completions      int
			PodFailurePolicy struct {
				Rules []struct {
					OnExitCodes struct{ Values []int } `yaml:"onExitCodes"`
				}
			} `yaml:"podFailurePolicy"`
			Template struct {
				Spec struct{ Containers []struct{ Command []string } }
			}
		}
	}
	if err := yaml.Unmarshal([]byte(succeed(t, "sweep", "emit", "kubernetes", dir, "--shards", "3").stdout), &manifest); err != nil {
		t.Fatal(err)
	}
	var pods sync.WaitGroup
	for index := range manifest.Spec.Completions {
		environment := map[string]string{"JOB_COMPLETION_INDEX": fmt.Sprint(index)}
		var args []string
		for _, a := range manifest.Spec.Template.Spec.Containers[0].Command[1:] {
			args = append(args, expandedByKubernetes(a, environment))
		}
		for range 2 {
			pods.Go(func() {
				if out, err := program(t, args...).CombinedOutput(); err != nil {
					t.Errorf("pod %d: %v: %s", index, err, out)
				}
			})
		}
	}
	pods.Wait()
	var final []int // statuses after which a pod is not started again
	for _, rule := range manifest.Spec.PodFailurePolicy.Rules {
		final = append(final, rule.OnExitCodes.Values...)
	}
	if !slices.Equal(final, []int{statusUsage}) {
		t.Errorf("pods are given up after statuses %v", final)
	}
	if merged(t, dir) != merged(t, whole) {
		t.Error("the table is another one")
	}
}

// expandedByKubernetes replaces $(NAME) by a variable of the container, and $$ by $.
func expandedByKubernetes(s string, environment map[string]string) string {
	var b strings.Builder
	for len(s) > 0 {
		name, rest, closed := strings.Cut(strings.TrimPrefix(s, "$("), ")")
		value, known := environment[name]
		switch {
		case strings.HasPrefix(s, "$$"):
			b.WriteByte('$')
			s = s[2:]
		case strings.HasPrefix(s, "$(") && closed && known:
			b.WriteString(value)
			s = rest
		default:
			b.WriteByte(s[0])
			s = s[1:]
		}
	}
	return b.String()
}
