package sweep

import (
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"actscope/internal/experiment"
	"actscope/internal/input"
)

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

// fakeRecords are records as trials might give, without training.
func fakeRecords(t testing.TB, p *Plan, first, end int) []Record {
	t.Helper()
	records := make([]Record, 0, end-first)
	for i := first; i < end; i++ {
		trial, err := p.Trial(i)
		if err != nil {
			t.Fatal(err)
		}
		r := trial.record(OK, nil, trained{measured: &experiment.Measurement{TrainAccuracy: 0.5, TestAccuracy: float64(i%100) / 100, Spread: []float64{1, math.Sqrt(float64(i))}}})
		for k := range r.Loss {
			r.Loss[k] = math.Sin(float64(i + k))
		}
		records = append(records, *r)
	}
	return records
}

// thousandSegments is a sweep of a hundred thousand trials, all with a record. Its files
// are not flushed one by one, which takes long.
func thousandSegments(t testing.TB) *Folder {
	t.Helper()
	f := folderOf(t, "activations: [relu, tanh]\nseed: 1..50000\n")
	for first := 0; first < 100_000; first += 100 {
		content := encodeSegment(f.Plan.hash, fakeRecords(t, f.Plan, first, first+100))
		if err := os.WriteFile(filepath.Join(f.path, resultsName, segmentName(content)), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

func TestAHundredThousandTrialsAreCountedInASecond(t *testing.T) {
	f := thousandSegments(t)
	start := time.Now()
	r := scan(t, f)
	took := time.Since(start)
	if r.Done != 100_000 || len(r.MissingShards(7)) != 0 {
		t.Errorf("%d done", r.Done)
	}
	if took > time.Second {
		t.Errorf("counted in %v", took)
	}
	rows := strings.Count(table(t, f), "\n") // more than one window
	if rows != 100_001 {
		t.Errorf("%d lines", rows)
	}
}

func TestMergingSaysWhatIsWrong(t *testing.T) {
	merge := func(f *Folder) (problems []error, err error) {
		r := scan(t, f)
		return r.Problems, r.WriteTable(t.Context(), io.Discard)
	}
	whole := func() *Folder {
		f := folderOf(t, "seed: 1..4\n")
		for i := range f.Plan.Trials() {
			if _, err := f.Publish(fakeRecords(t, f.Plan, i, i+1)); err != nil {
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
		problems, err := merge(f)
		var missing *MissingError
		if !errors.As(err, &missing) || len(problems) != 1 || !strings.Contains(problems[0].Error(), "truncated: 100 of") || errors.Is(problems[0], ErrForeign) {
			t.Errorf("got %v, %v", err, problems)
		}
		if _, err := f.Publish(fakeRecords(t, f.Plan, 0, 8)); err != nil { // run again
			t.Fatal(err)
		}
		if problems, err := merge(f); err != nil || len(problems) != 1 {
			t.Errorf("run again: %v, %v", err, problems)
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
		if problems, err := merge(f); err != nil || len(problems) != 0 {
			t.Errorf("got %v, %v", err, problems)
		}
	})
	t.Run("beside a directory", func(t *testing.T) {
		f := whole()
		if err := os.Mkdir(filepath.Join(f.path, resultsName, "more"), 0o700); err != nil {
			t.Fatal(err)
		}
		if problems, err := merge(f); err != nil || len(problems) != 1 || !strings.Contains(problems[0].Error(), "more: not a regular file") {
			t.Errorf("got %v, %v", err, problems)
		}
	})
	t.Run("of another plan", func(t *testing.T) {
		f, other := whole(), folderOf(t, "seed: 1..5\n")
		if _, err := other.Publish(fakeRecords(t, other.Plan, 0, 10)); err != nil {
			t.Fatal(err)
		}
		from := segments(t, other)[0]
		if err := os.Rename(from, filepath.Join(f.path, resultsName, filepath.Base(from))); err != nil {
			t.Fatal(err)
		}
		_, err := merge(f)
		var bad *input.Error
		if !errors.As(err, &bad) || !errors.Is(err, ErrForeign) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a contradiction", func(t *testing.T) {
		f := whole()
		wrong := fakeRecords(t, f.Plan, 2, 3)
		wrong[0].TestAccuracy += 1e-16 + 0.01
		if _, err := f.Publish(wrong); err != nil {
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
		if _, err := f.Publish(records); err != nil {
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
		if err := scan(t, f).WriteTable(ctx, io.Discard); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

func BenchmarkMerge(b *testing.B) {
	f := thousandSegments(b)
	for b.Loop() {
		table(b, f)
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(f.Plan.Trials()), "µs/trial")
}
