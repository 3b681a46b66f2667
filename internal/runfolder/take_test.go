package runfolder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"actscope/internal/input"
)

// asks is what a run of some epochs is asked.
func asks(epochs int) Asked {
	return Asked{Command: "compare", Config: map[string]int{"epochs": epochs}}
}

// put is a run of some epochs into a place, with figures, and gives where it went.
func put(p Place, epochs int, figures ...string) (string, error) {
	f, err := Take(p, asks(epochs))
	if err != nil {
		return "", err
	}
	defer f.Discard()
	err = f.WriteResult(map[string]any{"command": "compare", "config": map[string]int{"epochs": epochs}})
	for _, name := range figures {
		err = errors.Join(err, f.WriteFigure(name, []byte(name)))
	}
	return f.Path(), errors.Join(err, f.Commit())
}

// tree are the files below a folder.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			name, _ := filepath.Rel(dir, path)
			names = append(names, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

func TestRunOfEqualSettingsReplacesTheFolderWhole(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "r")
	for _, figures := range [][]string{{"a.svg", "a.png"}, {"a.svg"}, {}} {
		if got, err := put(Place{Path: dir}, 1, figures...); err != nil || got != dir {
			t.Fatalf("%s, %v", got, err)
		}
		want := "manifest.json run.json"
		for _, name := range slices.Sorted(slices.Values(figures)) {
			want = "figures/" + name + " " + want
		}
		if len(figures) == 2 {
			want = "figures/a.png figures/a.svg manifest.json run.json"
		}
		if got := tree(t, dir); got != want {
			t.Errorf("%v leaves %s, want %s", figures, got, want)
		}
	}
}

func TestRunOfOtherSettingsGoesElsewhereOrIsRefused(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "r")
	for i, epochs := range []int{1, 2, 3, 2, 1} {
		want := dir
		if epochs > 1 {
			want = fmt.Sprintf("%s-%d", dir, epochs)
		}
		if got, err := put(Place{Path: dir}, epochs); err != nil || got != want {
			t.Errorf("run %d went to %s, %v, want %s", i, got, err, want)
		}
	}
	_, err := put(Place{Path: dir, Said: true}, 2)
	var bad *input.Error
	if !errors.As(err, &bad) || bad.Key != "out" || !strings.Contains(err.Error(), "--force") {
		t.Errorf("another run into a folder that was named: %v", err)
	}
	if got, err := put(Place{Path: dir, Said: true, Force: true}, 2, "b.svg"); err != nil || got != dir {
		t.Errorf("%s, %v", got, err)
	}
	if got := tree(t, dir); got != "figures/b.svg manifest.json run.json" {
		t.Errorf("by force: %s", got)
	}
}

func TestForeignFileIsNeverReplaced(t *testing.T) {
	for _, name := range []string{"notes.txt", "figures/mine.png", "undrawn/notes.txt", "report.html", "link"} {
		dir := filepath.Join(t.TempDir(), "r")
		if _, err := put(Place{Path: dir}, 1, "a.svg"); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, []byte("mine"), 0o666))
		if name == "link" {
			err = errors.Join(os.Remove(path), os.Symlink(t.TempDir(), path))
		}
		if err != nil {
			t.Fatal(err)
		}
		before := tree(t, dir)
		for _, p := range []Place{{Path: dir}, {Path: dir, Said: true}, {Path: dir, Force: true}} {
			_, err := put(p, 1)
			var bad *input.Error
			if !errors.As(err, &bad) || !strings.Contains(err.Error(), name) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if after := tree(t, dir); after != before {
			t.Errorf("%s: %s, before %s", name, after, before)
		}
	}
}

// Of folders without a manifest, files are known by their names, and settings by run.json.
func TestFolderOfAnEarlierVersionIsOurs(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "r")
	for name, content := range map[string]string{
		"run.json": `{"command": "compare", "config": {"epochs": 1}}`, "arrays.npz": "", "timing.json": "", "report.html": "", "figures/survival.png": "", "figures/surface_2.svg": "",
		".DS_Store": "", "undrawn/run.json": "",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, []byte(content), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := put(Place{Path: dir, Said: true}, 2); err == nil {
		t.Error("another run was replaced")
	}
	if _, err := put(Place{Path: dir, Said: true}, 1); err != nil {
		t.Error(err)
	}
	if got := tree(t, dir); got != ".DS_Store manifest.json run.json" {
		t.Errorf("%s", got)
	}
}

func TestWorkThatIsNotDoneIsKeptForItsOwnSettings(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "r")
	f, err := Take(Place{Path: dir}, asks(1))
	if err == nil {
		err = f.Claim()
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "unfinished.json"), nil, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
	f.Discard()
	if got, err := put(Place{Path: dir}, 2); err != nil || got != dir+"-2" {
		t.Errorf("%s, %v", got, err)
	}
	if got, err := put(Place{Path: dir}, 1); err != nil || got != dir || !strings.Contains(tree(t, dir), "unfinished.json") {
		t.Errorf("%s, %v: %s", got, err, tree(t, dir))
	}
}

func TestRunThatComesToNothingLeavesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "r")
	f, err := Take(Place{Path: dir}, asks(1))
	if err == nil {
		err = f.Claim()
	}
	if err != nil {
		t.Fatal(err)
	}
	f.Discard()
	if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func TestRunsAtOnceDoNotMix(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "r")
	first, err := Take(Place{Path: dir}, asks(1))
	if err != nil {
		t.Fatal(err)
	}
	defer first.Discard()
	for _, epochs := range []int{1, 2} {
		if got, err := put(Place{Path: dir}, epochs); err != nil || got == dir {
			t.Errorf("%s, %v", got, err)
		}
		if _, err := put(Place{Path: dir, Said: true, Force: true}, epochs); err == nil || !strings.Contains(err.Error(), "another run") {
			t.Error(err)
		}
	}
}

// Saved trainings may be in the folder of a run, and stay.
func TestSavedTrainingsInTheFolderStay(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "r")
	for _, name := range []string{"current", "generation-1/state.json", "relu.safetensors", "settings.yaml", "state/current", "state/relu.onnx"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, nil, 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := put(Place{Path: dir, Said: true}, 1); err != nil {
		t.Fatal(err)
	}
	if got := tree(t, dir); got != "current generation-1/state.json manifest.json relu.safetensors run.json settings.yaml state/current state/relu.onnx" {
		t.Errorf("%s", got)
	}
}

// What cannot be known before it is read is of no earlier run.
func TestUnknownDataAreEqualToNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "r")
	for range 2 {
		f, err := Take(Place{Path: dir}, Asked{Command: "compare", Data: []string{Unknown}})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(f.WriteResult(map[string]any{}), f.Commit()); err != nil {
			t.Fatal(err)
		}
		f.Discard()
	}
	if _, err := os.Stat(dir + "-2"); err != nil {
		t.Error(err)
	}
}

// Opening a folder adds to it.
func TestFilesThatAreAddedAreOfTheRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "r")
	if _, err := put(Place{Path: dir}, 1, "a.svg"); err != nil {
		t.Fatal(err)
	}
	f, err := New(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.WriteFigure("a.pdf", nil), f.Commit()); err != nil {
		t.Fatal(err)
	}
	if _, err := put(Place{Path: dir, Said: true}, 1); err != nil {
		t.Fatal(err)
	}
	if got := tree(t, dir); got != "manifest.json run.json" {
		t.Errorf("%s", got)
	}
}
