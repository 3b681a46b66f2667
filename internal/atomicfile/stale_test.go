package atomicfile

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestOnlyWhatIsOursOldAndUnheldIsRemoved(t *testing.T) {
	dir := t.TempDir()
	old, young := time.Now().Add(-25*time.Hour), time.Now().Add(-23*time.Hour)
	for name, stays := range map[string]bool{
		".new.17": false, ".grid.csv.4294967295": false, ".run.json.2": false,
		".new.18": true, // young
		".new.19": true, // held
		".new.x":  true, ".new.12345678901": true, "new.3": true, ".notes.txt.20240101": true, ".csvx.1": true,
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Fatal(err)
		}
		at := old
		if name == ".new.18" {
			at = young
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
		if name == ".new.19" {
			f, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			hold(f)
		}
		defer func() {
			if _, err := os.Lstat(path); (err == nil) != stays {
				t.Errorf("%s is there: %v", name, err == nil)
			}
		}()
	}
	for _, name := range []string{".new.20", ".new.21"} { // of a change that was killed, and a user's
		inner := filepath.Join(dir, name, map[string]string{".new.20": markerName, ".new.21": "theirs"}[name])
		if err := os.Mkdir(filepath.Dir(inner), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(inner, nil, 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(inner, old, old); err != nil {
			t.Fatal(err)
		}
	}
	empty := filepath.Join(dir, ".new.22") // of a change that was killed before it could mark its folder
	if err := os.Mkdir(empty, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(empty, old, old); err != nil {
		t.Fatal(err)
	}
	RemoveStale(dir)
	if _, err := os.Lstat(empty); err == nil {
		t.Error("a killed change's empty folder is left")
	}
	if _, err := os.Lstat(filepath.Join(dir, ".new.20")); err == nil {
		t.Error("a killed change's folder is left")
	}
	if _, err := os.Lstat(filepath.Join(dir, ".new.21", "theirs")); err != nil {
		t.Error("another's folder was removed")
	}
}

func TestWritingRemovesWhatIsStale(t *testing.T) {
	dir := t.TempDir()
	left := filepath.Join(dir, ".new.1")
	if err := os.WriteFile(left, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-48 * time.Hour)
	if err := os.Chtimes(left, old, old); err != nil {
		t.Fatal(err)
	}
	if err := Write(filepath.Join(dir, "f"), writeText("x")); err != nil {
		t.Fatal(err)
	}
	contains(t, dir, "f")
}
