package sweep

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"actscope/internal/atomicfile"
)

// contents are the published files by name; of what is not a regular file, its kind.
func contents(t testing.TB, f *Folder) map[string]string {
	t.Helper()
	all := make(map[string]string)
	for _, path := range segments(t, f) {
		info, err := os.Lstat(path)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(path)] = info.Mode().Type().String()
		if info.Mode().IsRegular() {
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			all[filepath.Base(path)] = string(content)
		}
	}
	return all
}

// damages are what may become of a file.
var damages = map[string]func(path string, content []byte) error{
	"emptied":   func(path string, _ []byte) error { return os.Truncate(path, 0) },
	"truncated": func(path string, content []byte) error { return os.Truncate(path, int64(len(content)-1)) },
	"a bit of the header": func(path string, content []byte) error {
		content[20] ^= 1
		return os.WriteFile(path, content, 0o600)
	},
	"a bit of a record": func(path string, content []byte) error {
		content[len(content)-1] ^= 64
		return os.WriteFile(path, content, 0o600)
	},
	"longer": func(path string, content []byte) error {
		return os.WriteFile(path, append(content, 0), 0o600)
	},
	"a folder": func(path string, _ []byte) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o700)) },
	"a link to nothing": func(path string, _ []byte) error {
		return errors.Join(os.Remove(path), os.Symlink("nowhere", path))
	},
}

// A run repairs what has become of its results, keeps what was there, and nobody has to be
// told of it again.
func TestRunRepairsDamagedSegments(t *testing.T) {
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			f := folderOf(t, "samples: 30\nepochs: 2\nactivations: relu\n")
			complete(t, f, Whole, 1)
			want, path := table(t, f), segments(t, f)[0]
			whole, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // each under a name of its own
				if err := damage(path, bytes.Clone(whole)); err != nil {
					t.Fatal(err)
				}
				if r := scan(t, f); r.Missing() != 1 || len(r.Problems) != 1 {
					t.Fatalf("%d missing, %v", r.Missing(), r.Problems)
				}
				damaged := contents(t, f)[filepath.Base(path)]
				s := complete(t, f, Whole, 1)
				if s.Done != 1 || s.Err() != nil || len(s.Problems) != 0 || len(s.Aside) != 1 || !strings.Contains(s.Aside[0].Error(), path) {
					t.Errorf("%+v", s)
				}
				kept := false
				for name, content := range contents(t, f) {
					kept = kept || strings.HasSuffix(name, damagedSuffix) && content == damaged
				}
				if r := scan(t, f); !kept || r.Missing() != 0 || len(r.Problems) != 0 || table(t, f) != want {
					t.Errorf("kept: %v, %d missing, %v", kept, r.Missing(), r.Problems)
				}
			}
			if all := contents(t, f); len(all) != 3 || all[filepath.Base(path)] != string(whole) {
				t.Errorf("%d files", len(all))
			}
		})
	}
}

// The trials of a damaged segment may be stored again in other parts.
func TestRunSetsAsideWhatNobodyNeeds(t *testing.T) {
	f := folderOf(t, quickGrid)
	complete(t, f, Whole, 1)
	whole, err := os.ReadFile(segments(t, f)[0])
	if err != nil {
		t.Fatal(err)
	}
	foreign := twoRecords(planOf(t, "seed: 1..4\n"))
	dir := filepath.Join(f.path, resultsName)
	for name, content := range map[string][]byte{
		"other.segment": whole[:len(whole)/2], "foreign.segment": foreign, "later.segment": ofFormat(f.Plan, segmentFormat+1),
		"notes": []byte("not a segment"), ".new.123": whole[:50], "old.segment.damaged": whole[:60],
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("nowhere", filepath.Join(dir, "link.segment")); err != nil {
		t.Fatal(err)
	}
	before := contents(t, f)
	s := complete(t, f, Whole, 1)
	if len(s.Aside) != 1 || !strings.Contains(s.Aside[0].Error(), "other.segment: truncated") || !strings.Contains(s.Aside[0].Error(), "set aside as other.segment.damaged") {
		t.Errorf("set aside: %v", s.Aside)
	}
	text := errors.Join(s.Problems...).Error()
	if len(s.Problems) != 4 || !strings.Contains(text, "link.segment: a link to a file that is not there") || strings.Contains(text, damagedSuffix) {
		t.Errorf("passed over: %s", text)
	}
	after := contents(t, f)
	before["other.segment.damaged"] = before["other.segment"]
	delete(before, "other.segment")
	for name, content := range before {
		if after[name] != content {
			t.Errorf("%s is not as it was", name)
		}
	}
	if len(after) != len(before) {
		t.Errorf("%d files, want %d", len(after), len(before))
	}
}

// Several processes that find the same damage store the segment once and lose neither what
// was there nor each other's.
func TestRepairsAtOnceDoNotDisturbEachOther(t *testing.T) {
	f := folderOf(t, quickGrid)
	content := encodeSegment(f.Plan.hash, fakeRecords(t, f.Plan, 0, 24))
	path := filepath.Join(f.path, resultsName, segmentName(content))
	for round := range 100 {
		damaged := content[:round]
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		problem := scan(t, f).damaged[0]
		var repairing sync.WaitGroup
		for worker := range 6 {
			repairing.Go(func() {
				var err error
				if worker%2 == 0 {
					_, err = f.Publish(fakeRecords(t, f.Plan, 0, 24))
				} else { // as at the beginning of a run
					_, err = f.setAside(problem)
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		repairing.Wait()
		all := contents(t, f)
		if all[filepath.Base(path)] != string(content) {
			t.Fatalf("round %d: the segment is not whole", round)
		}
		delete(all, filepath.Base(path))
		found := false
		for name, aside := range all {
			if found = found || aside == string(damaged); aside == string(content) {
				t.Errorf("round %d: a whole segment is %s", round, name)
			}
		}
		if !found {
			t.Errorf("round %d: what was there is lost", round)
		}
		for name := range all {
			os.Remove(filepath.Join(f.path, resultsName, name))
		}
		os.Remove(path)
	}
}

// Whichever operation on a file fails, and whether the program then lives on, the next run
// completes the sweep and keeps what was damaged.
func TestSweepSurvivesAFaultAtEveryOperation(t *testing.T) {
	const grid = "samples: 30\nepochs: 2\nactivations: relu\nseed: 1..2\n"
	plain := folderOf(t, grid)
	complete(t, plain, Whole, 1)
	want := table(t, plain)
	for _, dead := range []bool{false, true} {
		for k, failed := 1, true; failed; k++ {
			f := folderOf(t, grid)
			path := filepath.Join(f.path, resultsName, filepath.Base(segments(t, plain)[0]))
			if err := os.WriteFile(path, []byte("damaged"), 0o600); err != nil {
				t.Fatal(err)
			}
			n := 0
			end := atomicfile.Inject(func(operation, path string) error {
				if n++; n == k || dead && n > k {
					return &fs.PathError{Op: operation, Path: path, Err: fs.ErrInvalid}
				}
				return nil
			})
			s, err := Run(t.Context(), f, Whole, 1, nobody{})
			end()
			failed = n >= k
			if r := scan(t, f); err == nil && s.Err() == nil && r.Missing() > 0 {
				t.Errorf("fault %d, dead %v: nothing is said, and %d are missing", k, dead, r.Missing())
			}
			if s := complete(t, f, Whole, 1); s.Err() != nil || table(t, f) != want {
				t.Errorf("fault %d, dead %v: run again: %v", k, dead, s.Err())
			}
			if all := contents(t, f); all[filepath.Base(path)+damagedSuffix] != "damaged" {
				t.Errorf("fault %d, dead %v: what was damaged is lost", k, dead)
			}
		}
	}
}

// A kill may leave another process's segment under the name of what is set aside.
func TestWholeSegmentsCountUnderEveryName(t *testing.T) {
	f := folderOf(t, quickGrid)
	if _, err := f.Publish(fakeRecords(t, f.Plan, 0, 24)); err != nil {
		t.Fatal(err)
	}
	path := segments(t, f)[0]
	if err := os.Rename(path, path+".2"+damagedSuffix); err != nil {
		t.Fatal(err)
	}
	if r := scan(t, f); r.Missing() != 0 {
		t.Errorf("%d missing", r.Missing())
	}
}

// What a run reports is what is there at its end.
func TestRecordsThatAreDamagedDuringARunAreMissing(t *testing.T) {
	f := folderOf(t, quickGrid)
	published := 0
	s, err := Run(t.Context(), f, Whole, 1, &counter{do: func(trained int) {
		if trained == 12 {
			time.Sleep(2 * firstInterval) // something is published
		}
		if trained < 24 {
			return
		}
		for _, path := range segments(t, f) {
			published++
			if err := os.Truncate(path, 10); err != nil {
				t.Error(err)
			}
		}
	}})
	if err != nil || published == 0 {
		t.Fatalf("%d published, %v", published, err)
	}
	r := scan(t, f)
	if s.Done != r.Done || s.Done == 24 || len(s.Problems) != published || s.Err() == nil || !strings.Contains(s.Err().Error(), "of 24 trials were trained, and their records cannot be read") {
		t.Errorf("%+v, %v, and %d are there", s, s.Err(), r.Done)
	}
	if s := complete(t, f, Whole, 1); s.Done != 24 || s.Err() != nil || len(s.Aside) != published {
		t.Errorf("run again: %+v, %v", s, s.Err())
	}
}

func TestOnlyWhereEveryTrialFailedTheShardHas(t *testing.T) {
	for grid, want := range map[string]string{
		"samples: 2\ntest-fraction: 0.6\n":                                                       "every trial failed, the first of them because: test-fraction: 0.6",
		"samples: [2, 40]\ntest-fraction: 0.6\n":                                                 "",
		"samples: 40\nlearning-rate: 1.7e308\n":                                                  "",
		"samples: [2, 40]\nactivations: relu\ntest-fraction: 0.6\nlearning-rate: 1.7e308\n":      "",
		"samples: 2\ntest-fraction: 0.6\nseed: 1..3\nactivations: relu\nlearning-rate: [1, 2]\n": "because: test-fraction: 0.6",
	} {
		f := folderOf(t, grid+"epochs: 10\n")
		for range 2 { // the second time all are done
			switch err := complete(t, f, Whole, 1).Err(); {
			case want == "" && err != nil, want != "" && (err == nil || !strings.Contains(err.Error(), want)):
				t.Errorf("%q: %v", grid, err)
			}
		}
	}
}

func TestRunRemovesWhatKilledRunsLeft(t *testing.T) {
	f := folderOf(t, quickGrid)
	complete(t, f, Whole, 1)
	old := time.Now().Add(-25 * time.Hour)
	for _, dir := range []string{f.path, filepath.Join(f.path, resultsName)} {
		for name, changed := range map[string]time.Time{".new.1": old, ".new.2": time.Now(), "new.3": old} {
			path := filepath.Join(dir, name)
			if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Chtimes(path, changed, changed)); err != nil {
				t.Fatal(err)
			}
		}
	}
	complete(t, f, Whole, 1) // which stores nothing
	for _, dir := range []string{f.path, filepath.Join(f.path, resultsName)} {
		for name, stays := range map[string]bool{".new.1": false, ".new.2": true, "new.3": true} {
			if _, err := os.Lstat(filepath.Join(dir, name)); errors.Is(err, fs.ErrNotExist) == stays {
				t.Errorf("%s in %s: %v", name, dir, err)
			}
		}
	}
}
