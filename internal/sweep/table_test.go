package sweep

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"actscope/internal/experiment"
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
		r := trial.record(OK, nil, experiment.Outcome{TrainAccuracy: 0.5, TestAccuracy: float64(i%100) / 100, Spread: []float64{1, math.Sqrt(float64(i))}})
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
