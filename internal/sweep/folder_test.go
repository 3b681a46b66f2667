package sweep

import (
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"actscope/internal/input"
)

func TestTheNumberOfShardsIsKept(t *testing.T) {
	f := folderOf(t, quickGrid)
	if n, err := f.ShardsOr(0); err != nil || n != 1 {
		t.Errorf("%d shards before the first run, %v", n, err)
	}
	if n, err := f.ShardsOr(3); err != nil || n != 3 {
		t.Errorf("%d shards, %v", n, err)
	}
	complete(t, f, Shard{1, 3}, 1)
	for _, shard := range []Shard{{0, 4}, Whole, {0, 1}} {
		_, err := Run(t.Context(), f, shard, 1, nobody{})
		var bad *input.Error
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
	if missing := scan(t, f).MissingShards(3); !slices.Equal(missing, []int{0, 2}) {
		t.Errorf("missing shards %v", missing)
	}
}

func TestOneNumberOfShardsWinsARace(t *testing.T) {
	f := folderOf(t, quickGrid)
	var wins sync.Map
	var recording sync.WaitGroup
	for n := 1; n <= 16; n++ {
		recording.Go(func() {
			if f.recordShards(n) == nil {
				wins.Store(n, true)
			}
		})
	}
	recording.Wait()
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
	_, err = Run(t.Context(), g, Whole, 1, nobody{})
	var bad *input.Error
	if !errors.As(err, &bad) || !strings.Contains(bad.Reason, "one of v0.1") {
		t.Errorf("running a plan of another version: %v", err)
	}
	if err := os.WriteFile(filepath.Join(f.path, shardsName), []byte("many"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(t.Context(), f, Whole, 1, nobody{}); err == nil || !strings.Contains(err.Error(), "not a number of shards") {
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
	var bad *input.Error
	if _, err := Run(t.Context(), f, Whole, 1, nobody{}); !errors.As(err, &bad) || !strings.Contains(bad.Reason, "has changed") {
		t.Errorf("changed data: %v", err)
	}
	os.Remove(csv)
	if _, err := Run(t.Context(), f, Whole, 1, nobody{}); !errors.As(err, &bad) || !strings.Contains(bad.Reason, "no such file") {
		t.Errorf("no data: %v", err)
	}
}

// withoutLater is a table but for its comments and the columns that later versions have
// added, which are empty.
func withoutLater(t *testing.T, table string) string {
	t.Helper()
	reader := csv.NewReader(strings.NewReader(table))
	reader.Comment = '#'
	rows, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	later := []int{slices.Index(rows[0], "noticeable_growth"), slices.Index(rows[0], "fresh_accuracy")} // the last first
	var text strings.Builder
	w := csv.NewWriter(&text)
	provenance := len(rows[0])
	if at := slices.Index(rows[0], provenanceColumns[0].Name); at >= 0 { // earlier versions had comments
		provenance = at
	}
	for i, row := range rows {
		row = row[:provenance]
		for _, column := range later {
			if i > 0 && row[column] != "" {
				t.Errorf("row %d, column %d: %s", i, column, row[column])
			}
			row = slices.Delete(row, column, column+1)
		}
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	return text.String()
}

// Testdata has a sweep that an earlier version of the program has planned and run in two
// shards, half of whose trials diverged, and the table that it has merged. It is read, and
// the plan written again, byte for byte, its records as those without what later versions measure; only
// running it is left to that version.
func TestFoldersOfAnEarlierVersionAreRead(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "earlier"))); err != nil {
		t.Fatal(err)
	}
	read := func(path string) string {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := f.Shards(); err != nil || n != 2 {
		t.Errorf("%d shards, %v", n, err)
	}
	if r := scan(t, f); r.Done != 6 || r.Diverged != 3 || r.Failed != 0 || len(r.Problems) != 0 {
		t.Errorf("%d done, %d diverged, %d failed, %v", r.Done, r.Diverged, r.Failed, r.Problems)
	}
	if _, rows, _ := strings.Cut(withoutLater(t, table(t, f)), "\n"); !strings.HasSuffix(read(filepath.Join(dir, "table.csv")), rows) {
		t.Error("another table")
	}

	g, err := ReadGridFile(filepath.Join(dir, "grid.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := NewPlan(t.Context(), g, f.Plan.Provenance)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Create(filepath.Join(t.TempDir(), "again"), p)
	if err != nil {
		t.Fatal(err)
	}
	if read(filepath.Join(again.path, planName)) != read(filepath.Join(dir, planName)) {
		t.Error("another plan")
	}
	shards := make([][]Record, 2)
	err = scan(t, f).Walk(t.Context(), func(trial Trial, r Record) error {
		shard := shardOf(trial.Index, len(shards))
		shards[shard] = append(shards[shard], r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, records := range shards {
		if _, err := again.Publish(records); err != nil {
			t.Fatal(err)
		}
	}
	if table(t, again) != table(t, f) {
		t.Error("another table of the records written again")
	}

	_, err = Run(t.Context(), f, Shard{0, 2}, 1, nobody{})
	var bad *input.Error
	if !errors.As(err, &bad) || !strings.Contains(err.Error(), "this sweep is one of "+f.Plan.Provenance.Version) {
		t.Errorf("running it: %v", err)
	}
}
