package runfolder

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"actscope/internal/atomicfile"
	"actscope/internal/input"
	"actscope/internal/npz"
)

func TestFolderThatCannotBeWrittenIsABadSetting(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"", file, filepath.Join(file, "below"), "/proc/no such folder", "a\x00b"} {
		_, err := New(path)
		var bad *input.Error
		if !errors.As(err, &bad) || bad.Key != "out" {
			t.Errorf("%q: got %v", path, err)
		}
	}
}

// A run whose files were on their way to their places when it was killed is read as a whole.
func TestRunThatWasKilledWhileItsFilesMovedIsReadWhole(t *testing.T) {
	dir := t.TempDir()
	write := func(version float64) error {
		f, err := New(dir)
		if err != nil {
			return err
		}
		defer f.Discard()
		return errors.Join(f.WriteResult(map[string]any{"command": "compare", "version": version}),
			f.WriteArrays(npz.Arrays{{Name: "version", Values: []float64{version}}}), f.WriteFigure("a.svg", []byte("picture")), f.Commit())
	}
	if err := write(1); err != nil {
		t.Fatal(err)
	}
	moved := 0
	end := atomicfile.Inject(func(operation, path string) error {
		if operation != "rename" {
			return nil
		}
		if moved++; moved > 2 { // the folder and the first file
			return errors.New("killed")
		}
		return nil
	})
	err := write(2)
	end()
	if err == nil {
		t.Fatal("nothing failed")
	}
	read := func() (versions [2]float64) {
		var r struct{ Version float64 }
		if err := ReadResult(dir, &r, false, func() error { return nil }); err != nil {
			t.Fatal(err)
		}
		arrays, _, err := ReadArrays(dir)
		if err != nil {
			t.Fatal(err)
		}
		return [2]float64{r.Version, arrays[0].Values[0]}
	}
	if got := read(); got != [2]float64{2, 2} {
		t.Errorf("the versions read are %v", got)
	}
	if err := write(3); err != nil {
		t.Fatal(err)
	}
	if got := read(); got != [2]float64{3, 3} {
		t.Errorf("after the next run the versions read are %v", got)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 4 {
		t.Errorf("%v, %v", entries, err)
	}
}
