package sweep

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"actscope/internal/comparison"
	"actscope/internal/experiment"
	"actscope/internal/input"
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

// nobody watches.
type nobody struct{}

func (nobody) Start(int, int, int) {}
func (nobody) Done(bool)           {}

// counter counts the trainings of a run, and calls do, if any, after each.
type counter struct {
	nobody
	trained, failed int
	do              func(trained int)
}

func (c *counter) Done(failed bool) {
	c.trained++
	if failed {
		c.failed++
	}
	if c.do != nil {
		c.do(c.trained)
	}
}

// complete runs a shard to its end.
func complete(t testing.TB, f *Folder, shard Shard, jobs int) Summary {
	t.Helper()
	s, err := Run(t.Context(), f, shard, jobs, nobody{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// scan finds the records of a folder.
func scan(t testing.TB, f *Folder) *Records {
	t.Helper()
	r, err := f.Scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// table is the merged table.
func table(t testing.TB, f *Folder) string {
	t.Helper()
	var b bytes.Buffer
	if err := scan(t, f).WriteTable(t.Context(), &b); err != nil {
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
	if s := complete(t, f, Whole, 2); s.Trials != 24 || s.Done != 24 || s.Failed != 0 {
		t.Errorf("summary %+v", s)
	}
	err := scan(t, f).Walk(t.Context(), func(trial Trial, record Record) error {
		r, err := comparison.Run(t.Context(), trial.Config, nil, comparison.Saving{})
		if err != nil {
			return err
		}
		n := r.Networks[0]
		norms := n.GradientNorms[len(n.GradientNorms)-len(trial.Config.Hidden)-1:]
		got := []float64{record.FinalLoss(), record.Loss[0], record.TrainAccuracy, record.TestAccuracy, record.FreshAccuracy(), float64(record.FreshRows), float64(record.TestRows), record.GradientFirst, record.GradientLast, float64(record.Steps), record.NoticeableGrowth}
		want := []float64{n.FinalLoss(), n.History.Loss[0], n.TrainAccuracy, n.TestAccuracy, n.FreshAccuracy(), 20_000, float64(r.Data.Test.Rows()), norms[0], norms[len(norms)-1], float64(n.History.Steps), n.NoticeableGrowth()}
		same := func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }
		if !slices.EqualFunc(got, want, same) || !slices.Equal(record.Spread, n.Spread) || record.Status != OK || record.ID != trial.ID {
			t.Errorf("trial %d: %v %v, want %v %v", trial.Index, got, record.Spread, want, n.Spread)
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
	_, err := Run(ctx, f, Whole, 1, &counter{do: func(trained int) {
		if trained == 9 {
			stop()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want the context's error", err)
	}
	r := scan(t, f)
	if r.Done < 9 || r.Done > 10 || r.Missing() != 24-r.Done {
		t.Fatalf("%d of 24 done after 9 trials", r.Done)
	}
	c := &counter{}
	if _, err := Run(t.Context(), f, Whole, 2, c); err != nil {
		t.Fatal(err)
	}
	if c.trained != 24-r.Done {
		t.Errorf("%d trials trained after %d of 24", c.trained, r.Done)
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
	c := &counter{}
	if s, err := Run(t.Context(), f, Whole, 2, c); err != nil || s.Err() != nil || s.Trials != 4 || s.Done != 4 || s.Failed != 2 || s.Diverged != 1 || c.trained != 4 || c.failed != 2 {
		t.Errorf("summary %+v, counted %+v, %v", s, c, err)
	}
	if r := scan(t, f); r.Diverged != 1 || r.Failed != 2 {
		t.Errorf("%d diverged, %d failed", r.Diverged, r.Failed)
	}
	lines := strings.Split(table(t, f), "\n")
	for i, want := range []string{",failed,\"test-fraction: 0.6", ",failed,\"test-fraction: 0.6", ",ok,,", ",diverged,\"training diverged: layer 1's gradient"} {
		if line := lines[1+i]; !strings.Contains(line, want) {
			t.Errorf("trial %d is %q", i, line)
		}
	}
	if s := complete(t, f, Whole, 2); s.Done != 4 || s.Failed != 2 || s.Diverged != 1 {
		t.Errorf("run again: %+v", s)
	}
}

// The one step of a trial leaves weights that are finite, and signals that are not.
func TestTrialWhoseLastStepDivergesIsRecordedSo(t *testing.T) {
	f := folderOf(t, "samples: 40\nactivations: relu\nepochs: 1\nlearning-rate: 1e150\nbatch-size: 100\n")
	if _, err := Run(t.Context(), f, Whole, 1, nobody{}); err != nil {
		t.Fatal(err)
	}
	if r := scan(t, f); r.Diverged != 1 || !strings.Contains(table(t, f), ",diverged,models: a pre-activation of layer 3 is ") {
		t.Errorf("%d diverged\n%s", r.Diverged, table(t, f))
	}
}

// A trial that does not fit into this machine has no record: another one may have room.
func TestTrialsWithoutMemoryAreLeftForAnotherMachine(t *testing.T) {
	wide := strings.TrimSuffix(strings.Repeat("4096,", 100), ",")
	f := folderOf(t, "samples: 30\nepochs: 1\nactivations: relu\nhidden: [\"2\", \""+wide+"\"]\n")
	s := complete(t, f, Whole, 1)
	err := s.Err()
	if err == nil || !strings.Contains(err.Error(), "1 of 2 trials were not run") {
		t.Skipf("this machine has room for a hundred layers of 4096: %v", err)
	}
	var bad *input.Error
	if errors.As(err, &bad) || s.Done != 1 {
		t.Errorf("summary %+v, %v", s, err)
	}
	if r := scan(t, f); !r.done.has(0) || r.done.has(1) {
		t.Errorf("done: %v, %v", r.done.has(0), r.done.has(1))
	}
}

func TestAPanicIsOneTrialsFailure(t *testing.T) {
	f := folderOf(t, quickGrid)
	pool, err := experiment.NewPool(1)
	if err != nil {
		t.Fatal(err)
	}
	r := &runner{folder: f, batch: newBatch(f), watcher: nobody{}}
	work := experiment.Work[int, end]{Pool: pool, Failed: r.fail, Trained: r.add, Train: func(ctx context.Context, trainer *experiment.Trainer, i int) (end, error) {
		if i == 1 {
			panic("out of range")
		}
		return r.train(ctx, trainer, i)
	}}
	if err := work.Run(t.Context(), slices.Values([]int{0, 1, 2})); err != nil {
		t.Fatal(err)
	}
	if all := r.batch.records; len(all) != 3 || all[0].Status != OK || all[2].Status != OK || all[1].Status != Failed || all[1].Reason != "panic: out of range" {
		t.Errorf("records %+v", all)
	}
}

func TestWorkersOnOneShardDoNotDisturbEachOther(t *testing.T) {
	one := folderOf(t, quickGrid)
	complete(t, one, Whole, 1)
	f := folderOf(t, quickGrid)
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			if _, err := Run(t.Context(), f, Whole, 1, nobody{}); err != nil {
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
	if err := f.recordShards(1); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(f.path, resultsName)
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir, nil, 0o600); err != nil { // a file where the directory was
		t.Fatal(err)
	}
	if _, err := Run(t.Context(), f, Whole, 1, nobody{}); err == nil {
		t.Error("results were stored in a file")
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
