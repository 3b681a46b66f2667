package sweep

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"actscope/internal/experiment"
)

// quickGrid is 24 trials of a few milliseconds.
const quickGrid = "samples: 30\nepochs: 5\nactivations: [relu, tanh]\nhidden: [\"2\", \"3,2\"]\nseed: 1..6\n"

// folderOf plans a grid in a new directory.
func folderOf(t testing.TB, text string) *Folder {
	t.Helper()
	f, err := Create(filepath.Join(t.TempDir(), "sweep"), planOf(t, text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// unwatched does not look.
type unwatched struct{}

func (unwatched) Start(int, int, int) {}
func (unwatched) Trained(*Record)     {}

// afterTrials calls do once, when so many trials are trained.
type afterTrials struct {
	unwatched
	left int
	do   func()
}

func (a *afterTrials) Trained(*Record) {
	if a.left--; a.left == 0 {
		a.do()
	}
}

// complete runs a shard to its end.
func complete(t testing.TB, f *Folder, shard Shard, jobs int) Outcome {
	t.Helper()
	o, err := Run(t.Context(), f, shard, jobs, unwatched{})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// table is the merged table.
func table(t testing.TB, f *Folder) string {
	t.Helper()
	l, err := f.Scan()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := WriteTable(t.Context(), &b, f, l); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// segments lists the published files.
func segments(t testing.TB, f *Folder) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(f.path, resultsName, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func TestTrialsAreWhatAComparisonGives(t *testing.T) {
	f := folderOf(t, quickGrid)
	if o := complete(t, f, Whole, 2); o.Trials != 24 || o.Done != 24 || o.Failed != 0 {
		t.Errorf("outcome %+v", o)
	}
	l, err := f.Scan()
	if err != nil {
		t.Fatal(err)
	}
	err = f.Walk(t.Context(), l, func(trial Trial, record Record) error {
		r, err := study.Compare(t.Context(), trial.Config, study.Unwatched{})
		if err != nil {
			return err
		}
		n := r.Networks[0]
		norms := n.GradientNorms[len(n.GradientNorms)-len(trial.Config.Hidden)-1:]
		got := []float64{record.FinalLoss(), record.Loss[0], record.TrainAccuracy, record.TestAccuracy, record.GradientFirst, record.GradientLast, float64(record.Steps)}
		want := []float64{n.FinalLoss(), n.History.Loss[0], n.TrainAccuracy, n.TestAccuracy, norms[0], norms[len(norms)-1], float64(n.History.Steps)}
		if !slices.Equal(got, want) || !slices.Equal(record.Spread, n.Spread()) || record.Status != OK || record.ID != trial.ID {
			t.Errorf("trial %d: %v %v, want %v %v", trial.Index, got, record.Spread, want, n.Spread())
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestTheTableDoesNotDependOnHowItWasRun(t *testing.T) {
	one := folderOf(t, quickGrid)
	complete(t, one, Whole, 1)
	want := table(t, one)
	for _, c := range []struct{ shards, jobs int }{{1, 7}, {3, 1}, {5, 2}, {30, 1}} {
		f := folderOf(t, quickGrid)
		for index := c.shards - 1; index >= 0; index-- {
			complete(t, f, Shard{index, c.shards}, c.jobs)
		}
		if table(t, f) != want {
			t.Errorf("%d shards with %d jobs give another table", c.shards, c.jobs)
		}
	}
}

func TestDoneTrialsAreSkipped(t *testing.T) {
	f := folderOf(t, quickGrid)
	ctx, stop := context.WithCancel(t.Context())
	_, err := Run(ctx, f, Whole, 1, &afterTrials{left: 9, do: stop})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want the context's error", err)
	}
	l, err := f.Scan()
	if err != nil || l.Done < 9 || l.Done > 10 || l.Missing() != 24-l.Done {
		t.Fatalf("%d of 24 done after 9 trials, %v", l.Done, err)
	}
	trained := 0
	count := &afterTrials{left: -1}
	if _, err := Run(t.Context(), f, Whole, 2, count); err != nil {
		t.Fatal(err)
	}
	if trained = -1 - count.left; trained != 24-l.Done {
		t.Errorf("%d trials trained after %d of 24", trained, l.Done)
	}
	before := segments(t, f)
	complete(t, f, Whole, 2)
	if after := segments(t, f); !slices.Equal(after, before) {
		t.Error("a run with nothing to do made files")
	}
}

// Whatever goes wrong in a trial is its result; the others go on.
func TestTrialsThatDivergeOrFailAreRecorded(t *testing.T) {
	f := folderOf(t, "samples: [2, 40]\nactivations: relu\nepochs: 30\nlearning-rate: [0.1, 1.7e308]\ntest-fraction: 0.6\n")
	if o := complete(t, f, Whole, 2); o.Trials != 4 || o.Done != 4 || o.Failed != 3 {
		t.Errorf("outcome %+v", o)
	}
	l, err := f.Scan()
	if err != nil || l.Diverged != 1 || l.Failed != 2 {
		t.Errorf("%d diverged, %d failed, %v", l.Diverged, l.Failed, err)
	}
	lines := strings.Split(table(t, f), "\n")
	for i, want := range []string{",failed,\"test-fraction: 0.6", ",failed,\"test-fraction: 0.6", ",ok,,", ",diverged,\"training diverged: layer 1's gradient"} {
		if line := lines[3+i]; !strings.Contains(line, want) {
			t.Errorf("trial %d is %q", i, line)
		}
	}
	if o := complete(t, f, Whole, 2); o.Done != 4 || o.Failed != 3 {
		t.Errorf("run again: %+v", o)
	}
}

// What does not fit into this machine is no result: another one may have room.
func TestTrialsWithoutMemoryAreLeftForAnotherMachine(t *testing.T) {
	wide := strings.TrimSuffix(strings.Repeat("4096,", 100), ",")
	f := folderOf(t, "samples: 30\nepochs: 1\nactivations: relu\nhidden: [\"2\", \""+wide+"\"]\n")
	o, err := Run(t.Context(), f, Whole, 1, unwatched{})
	if err == nil || !strings.Contains(err.Error(), "1 trials were not run") {
		t.Skipf("this machine has room for a hundred layers of 4096: %v", err)
	}
	if o.Done != 1 {
		t.Errorf("outcome %+v", o)
	}
	if l, err := f.Scan(); err != nil || !l.Has(0) || l.Has(1) {
		t.Errorf("done: %v, %v; %v", l.Has(0), l.Has(1), err)
	}
}

func TestAPanicIsOneTrialsFailure(t *testing.T) {
	_, err := guarded(func() (experiment.Outcome, error) { panic("out of range") })
	var panicked *panicError
	if !errors.As(err, &panicked) || err.Error() != "panic: out of range" {
		t.Errorf("got %v", err)
	}
}

func TestWorkersOnOneShardDoNotDisturbEachOther(t *testing.T) {
	one := folderOf(t, quickGrid)
	complete(t, one, Whole, 1)
	f := folderOf(t, quickGrid)
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			if _, err := Run(t.Context(), f, Whole, 1, unwatched{}); err != nil {
				t.Error(err)
			}
		})
	}
	workers.Wait()
	if table(t, f) != table(t, one) {
		t.Error("another table")
	}
}

func TestResultsThatCannotBeStoredEndTheRun(t *testing.T) {
	f := folderOf(t, quickGrid)
	if err := f.ClaimShards(1); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(f.path, resultsName)
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir, nil, 0o600); err != nil { // a file where the directory was
		t.Fatal(err)
	}
	if _, err := Run(t.Context(), f, Whole, 1, unwatched{}); err == nil {
		t.Error("results were stored in a file")
	}
}

func TestEstimateIsOfTheRightSize(t *testing.T) {
	p := planOf(t, "samples: 60\nactivations: relu\nepochs: 300\nseed: 1..8\n")
	estimate, err := p.Estimate(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f, err := Create(t.TempDir(), p)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	complete(t, f, Whole, 1)
	if took := time.Since(start); estimate > 10*took || took > 10*estimate {
		t.Errorf("estimated %v, took %v", estimate, took)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := p.Estimate(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("estimated although stopped: %v", err)
	}
}

func TestReasonsFitALine(t *testing.T) {
	for in, want := range map[string]string{"a\nb\r\n\tc": "a b c", "": "", "é": "é"} {
		if got := oneLine(in); got != want {
			t.Errorf("%q became %q", in, got)
		}
	}
	if got := oneLine(strings.Repeat("é", 1000)); len(got) > 510 || !strings.HasSuffix(got, "é...") {
		t.Errorf("a long one became %d bytes ending in %q", len(got), got[len(got)-6:])
	}
}
