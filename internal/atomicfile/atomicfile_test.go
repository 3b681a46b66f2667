package atomicfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func writeText(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

// contains fails unless a folder has the files of the given names and no others.
func contains(t *testing.T, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, e := range entries {
		found = append(found, e.Name())
	}
	if strings.Join(found, " ") != strings.Join(names, " ") {
		t.Errorf("%s holds %q, want %q", dir, found, names)
	}
}

func text(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return string(content)
}

func TestFileIsReplacedAsAWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	for _, want := range []string{"first", strings.Repeat("second", 10_000), ""} {
		if err := Write(path, writeText(want)); err != nil {
			t.Fatal(err)
		}
		if got := text(t, path); got != want {
			t.Fatalf("got %d bytes, want %d", len(got), len(want))
		}
	}
}

func TestLinksStayAndTheirFilesAreReplaced(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "file"), filepath.Join(t.TempDir(), "link")
	if err := os.WriteFile(file, []byte("old"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(file, link); err != nil {
		t.Skip(err)
	}
	if err := Write(link, writeText("new")); err != nil {
		t.Fatal(err)
	}
	if to, err := os.Readlink(link); to != file || text(t, file) != "new" {
		t.Errorf("the link leads to %q, %v; the file holds %q", to, err, text(t, file))
	}
	contains(t, dir, "file")
}

func TestFailureLeavesTheOldFileAndNothingElse(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	if err := Write(path, writeText("old")); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	err := Write(path, func(w io.Writer) error {
		if _, err := io.WriteString(w, strings.Repeat("new", 100_000)); err != nil {
			return err
		}
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if got := text(t, path); got != "old" {
		t.Errorf("the file now holds %q", got)
	}
	contains(t, dir, "f")
}

func TestMissingDirectoryIsAnError(t *testing.T) {
	if err := Write(filepath.Join(t.TempDir(), "no", "f"), writeText("")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestCreateNeverReplaces(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	if err := Create(path, []byte("first")); err != nil {
		t.Fatal(err)
	}
	if err := Create(path, []byte("second")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v", err)
	}
	if got := text(t, path); got != "first" {
		t.Errorf("the file now holds %q", got)
	}
	contains(t, dir, "f")
}

// Whichever operation fails, a file is the old one or the new one.
func TestFileSurvivesAFaultAtEveryOperation(t *testing.T) {
	for name, write := range map[string]func(path string) error{
		"Write":  func(path string) error { return Write(path, writeText(strings.Repeat("new", 5000))) },
		"Create": func(path string) error { return Create(path, []byte(strings.Repeat("new", 5000))) },
	} {
		for k := 1; ; k++ {
			dir := t.TempDir()
			path, old := filepath.Join(dir, "f"), ""
			if name == "Write" {
				old = "old"
				if err := Write(path, writeText(old)); err != nil {
					t.Fatal(err)
				}
			}
			failed, end := failAt(k, false)
			err := write(path)
			end()
			if got := text(t, path); got != old && len(got) != 15_000 || err == nil && len(got) != 15_000 {
				t.Errorf("%s, fault %d: %v, and the file holds %d bytes", name, k, err, len(got))
			}
			if !failed() {
				break
			}
		}
	}
}

// failAt has operation k fail, and with dead all that follow, as after a kill.
func failAt(k int, dead bool) (failed func() bool, end func()) {
	n := 0
	end = Inject(func(operation, path string) error {
		if n++; n == k || dead && n > k {
			return &fs.PathError{Op: operation, Path: path, Err: errors.New("injected")}
		}
		return nil
	})
	return func() bool { return n >= k }, end
}
