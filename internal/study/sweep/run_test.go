package sweep

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"actscope/internal/study"
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
	f := folderOf(t, "samples: [2, 40]\nactivations: relu\nepochs: 30\nlearning-rate: [0.1, 1e150]\ntest-fraction: 0.6\n")
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
	_, err := guarded(func() (study.Outcome, error) { panic("out of range") })
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

func TestTheNumberOfShardsIsKept(t *testing.T) {
	f := folderOf(t, quickGrid)
	if n, err := f.ShardsOr(0); err == nil {
		t.Errorf("%d shards before the first run", n)
	}
	if n, err := f.ShardsOr(3); err != nil || n != 3 {
		t.Errorf("%d shards, %v", n, err)
	}
	complete(t, f, Shard{1, 3}, 1)
	for _, shard := range []Shard{{0, 4}, Whole, {0, 1}} {
		_, err := Run(t.Context(), f, shard, 1, unwatched{})
		var bad *InputError
		if !errors.As(err, &bad) || !strings.Contains(bad.Reason, "3 shards") {
			t.Errorf("shard %v: %v", shard, err)
		}
	}
	if n, err := f.ShardsOr(0); err != nil || n != 3 {
		t.Errorf("%d shards recorded, %v", n, err)
	}
	if _, err := f.ShardsOr(4); err == nil {
		t.Error("another number is accepted")
	}
	l, err := f.Scan()
	if err != nil || !slices.Equal(l.MissingShards(3), []int{0, 2}) {
		t.Errorf("missing shards %v, %v", l.MissingShards(3), err)
	}
}

func TestOneNumberOfShardsWinsARace(t *testing.T) {
	f := folderOf(t, quickGrid)
	var wins sync.Map
	var claims sync.WaitGroup
	for n := 1; n <= 16; n++ {
		claims.Go(func() {
			if f.ClaimShards(n) == nil {
				wins.Store(n, true)
			}
		})
	}
	claims.Wait()
	winners := 0
	wins.Range(func(any, any) bool { winners++; return true })
	if winners != 1 {
		t.Errorf("%d numbers of shards won", winners)
	}
}

func TestFoldersThatCannotBeUsedAreRefused(t *testing.T) {
	empty, f := t.TempDir(), folderOf(t, quickGrid)
	if _, err := Open(empty); err == nil || !strings.Contains(err.Error(), "no plan") {
		t.Errorf("a directory without a plan: %v", err)
	}
	if _, err := Open(filepath.Join(empty, "nowhere")); err == nil || !strings.Contains(err.Error(), "no plan") {
		t.Errorf("no directory: %v", err)
	}
	if _, err := Create(f.path, f.Plan); err != nil {
		t.Errorf("the same plan again: %v", err)
	}
	if _, err := Create(f.path, planOf(t, issueGrid)); err == nil || !strings.Contains(err.Error(), "another plan, of 24 trials") {
		t.Errorf("another plan: %v", err)
	}
	older := planOf(t, quickGrid)
	older.Provenance.Version = "v0.1"
	g, err := Create(filepath.Join(empty, "older"), older)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Create(g.path, f.Plan); err == nil || !strings.Contains(err.Error(), "holds a plan of v0.1") {
		t.Errorf("a plan of another version: %v", err)
	}
	_, err = Run(t.Context(), g, Whole, 1, unwatched{})
	var bad *InputError
	if !errors.As(err, &bad) || !strings.Contains(bad.Reason, "one of v0.1") {
		t.Errorf("running a plan of another version: %v", err)
	}
	if err := os.WriteFile(filepath.Join(f.path, shardsName), []byte("many"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(t.Context(), f, Whole, 1, unwatched{}); err == nil || !strings.Contains(err.Error(), "no number of shards") {
		t.Errorf("a damaged number of shards: %v", err)
	}
}

func TestDataThatChangedAreRefused(t *testing.T) {
	csv := filepath.Join(t.TempDir(), "points.csv")
	write := func(last string) {
		text := "x,y,class\n" + strings.Repeat("1,2,0\n2,1,1\n0,1,1\n", 10) + last
		if err := os.WriteFile(csv, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("3,3,1\n")
	f := folderOf(t, "dataset: \"csv:"+csv+"\"\nactivations: relu\nepochs: 2\nseed: 1..3\n")
	if o := complete(t, f, Whole, 1); o.Done != 3 || o.Failed != 0 {
		t.Errorf("outcome %+v", o)
	}
	write("3,3,0\n")
	var bad *InputError
	if _, err := Run(t.Context(), f, Whole, 1, unwatched{}); !errors.As(err, &bad) || !strings.Contains(bad.Reason, "has changed") {
		t.Errorf("changed data: %v", err)
	}
	os.Remove(csv)
	if _, err := Run(t.Context(), f, Whole, 1, unwatched{}); !errors.As(err, &bad) || !strings.Contains(bad.Reason, "no such file") {
		t.Errorf("no data: %v", err)
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

func TestNeitherTimesNorStrayFilesMatter(t *testing.T) {
	f := folderOf(t, quickGrid)
	complete(t, f, Whole, 2)
	want := table(t, f)
	for i, path := range segments(t, f) { // as if clocks had run backwards
		at := time.Unix(int64(1e9-1e8*i), 0)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	left := filepath.Join(f.path, resultsName, ".new.123") // of a killed process
	if err := os.WriteFile(left, []byte("actscope, half a segm"), 0o600); err != nil {
		t.Fatal(err)
	}
	if table(t, f) != want {
		t.Error("another table")
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

func TestPublishingNeverReplaces(t *testing.T) {
	dir := t.TempDir()
	if err := publish(dir, "a", []byte("first")); err != nil {
		t.Fatal(err)
	}
	for _, again := range []func() error{
		func() error { return publish(dir, "a", []byte("second")) },
		func() error {
			from := filepath.Join(dir, "from")
			if err := os.WriteFile(from, []byte("second"), 0o600); err != nil {
				t.Fatal(err)
			}
			defer os.Remove(from)
			return renameNew(from, filepath.Join(dir, "a"))
		},
	} {
		if err := again(); !errors.Is(err, fs.ErrExist) {
			t.Errorf("got %v", err)
		}
	}
	content, err := os.ReadFile(filepath.Join(dir, "a"))
	if err != nil || string(content) != "first" {
		t.Errorf("the file has %q, %v", content, err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
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

// fakeRecords are records as trials might give, without training.
func fakeRecords(t testing.TB, p *Plan, first, end int) []Record {
	t.Helper()
	records := make([]Record, 0, end-first)
	for i := first; i < end; i++ {
		trial, err := p.Trial(i)
		if err != nil {
			t.Fatal(err)
		}
		r := trial.record(OK, nil, study.Outcome{TrainAccuracy: 0.5, TestAccuracy: float64(i%100) / 100, Spread: []float64{1, math.Sqrt(float64(i))}})
		for k := range r.Loss {
			r.Loss[k] = math.Sin(float64(i + k))
		}
		records = append(records, r)
	}
	return records
}

func TestAHundredThousandTrialsAreCountedInASecond(t *testing.T) {
	f := folderOf(t, "activations: [relu, tanh]\nseed: 1..50000\n")
	for first := 0; first < 100_000; first += 100 { // a thousand segments
		if err := f.Publish(fakeRecords(t, f.Plan, first, first+100)); err != nil {
			t.Fatal(err)
		}
	}
	start := time.Now()
	l, err := f.Scan()
	took := time.Since(start)
	if err != nil || l.Done != 100_000 || len(l.MissingShards(7)) != 0 {
		t.Errorf("%d done, %v", l.Done, err)
	}
	if took > time.Second {
		t.Errorf("counted in %v", took)
	}
	rows := strings.Count(table(t, f), "\n") // more than one window
	if rows != 100_003 {
		t.Errorf("%d lines", rows)
	}
}

func TestMergingSaysWhatIsWrong(t *testing.T) {
	merge := func(f *Folder) (*Ledger, error) {
		l, err := f.Scan()
		if err != nil {
			t.Fatal(err)
		}
		return l, WriteTable(t.Context(), &bytes.Buffer{}, f, l)
	}
	whole := func() *Folder {
		f := folderOf(t, "seed: 1..4\n")
		for i := range f.Plan.Trials() {
			if err := f.Publish(fakeRecords(t, f.Plan, i, i+1)); err != nil {
				t.Fatal(err)
			}
		}
		return f
	}
	t.Run("missing", func(t *testing.T) {
		f := whole()
		os.Remove(segments(t, f)[3])
		_, err := merge(f)
		var missing *MissingError
		if !errors.As(err, &missing) || missing.Missing != 1 || missing.Trials != 8 {
			t.Errorf("got %v", err)
		}
	})
	t.Run("truncated", func(t *testing.T) {
		f := whole()
		if err := os.Truncate(segments(t, f)[3], 100); err != nil {
			t.Fatal(err)
		}
		l, err := merge(f)
		var missing *MissingError
		if !errors.As(err, &missing) || len(l.Problems) != 1 || !strings.Contains(l.Problems[0].Error(), "truncated: 100 of") {
			t.Errorf("got %v, %v", err, l.Problems)
		}
		if err := f.Publish(fakeRecords(t, f.Plan, 0, 8)); err != nil { // run again
			t.Fatal(err)
		}
		if l, err := merge(f); err != nil || len(l.Problems) != 1 {
			t.Errorf("run again: %v, %v", err, l.Problems)
		}
	})
	t.Run("doubled", func(t *testing.T) {
		f := whole()
		content, err := os.ReadFile(segments(t, f)[0])
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(f.path, resultsName, "copy.segment"), content, 0o600); err != nil {
			t.Fatal(err)
		}
		if l, err := merge(f); err != nil || len(l.Problems) != 0 {
			t.Errorf("got %v, %v", err, l.Problems)
		}
	})
	t.Run("of another plan", func(t *testing.T) {
		f, other := whole(), folderOf(t, "seed: 1..5\n")
		if err := other.Publish(fakeRecords(t, other.Plan, 0, 10)); err != nil {
			t.Fatal(err)
		}
		from := segments(t, other)[0]
		if err := os.Rename(from, filepath.Join(f.path, resultsName, filepath.Base(from))); err != nil {
			t.Fatal(err)
		}
		_, err := merge(f)
		var bad *SegmentError
		if !errors.As(err, &bad) || !bad.Foreign {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a contradiction", func(t *testing.T) {
		f := whole()
		wrong := fakeRecords(t, f.Plan, 2, 3)
		wrong[0].TestAccuracy += 1e-16 + 0.01
		if err := f.Publish(wrong); err != nil {
			t.Fatal(err)
		}
		_, err := merge(f)
		var contradiction *ContradictionError
		if !errors.As(err, &contradiction) || contradiction.Trial.Index != 2 || contradiction.Segments[0] == contradiction.Segments[1] {
			t.Errorf("got %v", err)
		}
	})
	t.Run("another configuration's", func(t *testing.T) {
		f := folderOf(t, "seed: 1..4\n")
		records := fakeRecords(t, f.Plan, 0, 8)
		records[1].ID, records[2].ID = records[2].ID, records[1].ID
		if err := f.Publish(records); err != nil {
			t.Fatal(err)
		}
		if _, err := merge(f); err == nil || !strings.Contains(err.Error(), "another configuration") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("stopped", func(t *testing.T) {
		f := whole()
		ctx, stop := context.WithCancel(t.Context())
		stop()
		l, err := f.Scan()
		if err != nil {
			t.Fatal(err)
		}
		if err := WriteTable(ctx, &bytes.Buffer{}, f, l); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

func BenchmarkMerge(b *testing.B) {
	const trials = 100_000
	f := folderOf(b, fmt.Sprintf("activations: relu\nseed: 1..%d\n", trials))
	for first := 0; first < trials; first += 100 {
		if err := f.Publish(fakeRecords(b, f.Plan, first, first+100)); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		table(b, f)
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/trials, "µs/trial")
}
