package atomicfile

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

var changed = []string{"a", "b", filepath.Join("sub", "c"), filepath.Join("sub", "d")}

// change replaces all changed files by a text.
func change(dir, content string) error {
	c, err := Begin(dir)
	if err != nil {
		return err
	}
	defer c.Discard()
	for _, name := range changed {
		if err := c.Write(name, writeText(content)); err != nil {
			return err
		}
	}
	return c.Commit()
}

// located are the texts of the changed files as readers find them.
func located(t *testing.T, dir string) []string {
	t.Helper()
	texts := make(map[string]bool)
	for _, name := range changed {
		texts[text(t, Locate(dir, name))] = true
	}
	return slices.Sorted(maps.Keys(texts))
}

func TestChangeReplacesAllItsFilesAndNoOthers(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(dir, "sub", "theirs")
	if err := errors.Join(os.Mkdir(filepath.Dir(other), 0o777), os.WriteFile(other, []byte("theirs"), 0o666)); err != nil {
		t.Fatal(err)
	}
	for _, content := range []string{"first", "second"} {
		if err := change(dir, content); err != nil {
			t.Fatal(err)
		}
		for _, name := range changed {
			if got := text(t, filepath.Join(dir, name)); got != content {
				t.Errorf("%s holds %q", name, got)
			}
		}
	}
	contains(t, dir, "a", "b", "sub")
	contains(t, filepath.Join(dir, "sub"), "c", "d", "theirs")
}

// After a fault at any operation, alone or with the death of the program, readers find the
// files of one change; and the next change goes through and leaves nothing else.
func TestChangeIsWholeAfterAFaultAtEveryOperation(t *testing.T) {
	for _, dead := range []bool{false, true} {
		for k := 1; ; k++ {
			dir := t.TempDir()
			if err := change(dir, "old"); err != nil {
				t.Fatal(err)
			}
			failed, end := failAt(k, dead)
			err := change(dir, "new")
			end()
			if !failed() {
				break
			}
			found := fmt.Sprint(located(t, dir))
			var unsettled *UnsettledError
			if found != "[old]" && found != "[new]" || err == nil && found == "[old]" || err != nil && found == "[new]" && !errors.As(err, &unsettled) {
				t.Errorf("fault %d, dead %v: %v, and readers find %s", k, dead, err, found)
			}
			if err := Settle(dir); err != nil {
				t.Fatal(err)
			}
			if again := fmt.Sprint(located(t, dir)); again != found {
				t.Errorf("fault %d, dead %v: settled to %s from %s", k, dead, again, found)
			}
			if err := change(dir, "last"); err != nil || fmt.Sprint(located(t, dir)) != "[last]" {
				t.Errorf("fault %d, dead %v: then %v, %v", k, dead, err, located(t, dir))
			}
			if !dead {
				contains(t, dir, "a", "b", "sub")
			}
		}
	}
}

func TestFolderInAFilesPlaceIsRefusedBeforeAnythingChanges(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "b", "theirs"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := change(dir, "new"); err == nil {
		t.Error("a folder was replaced")
	}
	contains(t, dir, "b")
}

func TestChangesAtOnceLeaveTheFilesOfOne(t *testing.T) {
	dir := t.TempDir()
	errs := make(chan error)
	const writers = 8
	for i := range writers {
		go func() { errs <- change(dir, fmt.Sprint(i)) }()
	}
	for range writers {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if found := located(t, dir); len(found) != 1 {
		t.Errorf("the files of %q", found)
	}
	contains(t, dir, "a", "b", "sub")
}
