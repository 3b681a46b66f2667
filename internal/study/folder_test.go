package study

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"actscope/internal/npz"
)

func TestRunFolderHoldsTheResultAtFullPrecision(t *testing.T) {
	r := articleResult(t)
	claims, err := Judge(r)
	if err != nil {
		t.Fatal(err)
	}
	f, err := NewFolder(filepath.Join(t.TempDir(), "deep", "run"))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.WriteRun(r.Summary("reproduce", claims), r.Arrays()); err != nil {
		t.Fatal(err)
	}
	var run Run
	text, err := os.ReadFile(filepath.Join(f.Path(), "run.json"))
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&run); err != nil {
		t.Fatal(err)
	}
	for i, n := range run.Networks {
		if n.FinalLoss != r.Networks[i].FinalLoss() || n.Trace.Class1[4] != r.Networks[i].Trace[1][4] || n.Parameters != 105 {
			t.Errorf("%s is not what was measured: %+v", n.Name, n)
		}
	}
	if len(run.Claims) != 11 {
		t.Errorf("%d claims", len(run.Claims))
	}
	arrays, err := npz.ReadFile(filepath.Join(f.Path(), "arrays.npz"))
	if err != nil {
		t.Fatal(err)
	}
	if found := departures(r.Arrays(), arrays); len(found) > 0 {
		t.Errorf("arrays.npz: %v", found)
	}
	entries, err := os.ReadDir(f.Path())
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 3 {
		t.Errorf("the folder has %v", entries)
	}
}

func TestFolderThatCannotBeWrittenIsABadSetting(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, filepath.Join(file, "below"), "/proc/no such folder", "a\x00b"} {
		_, err := NewFolder(path)
		var bad *ConfigError
		if !errors.As(err, &bad) || bad.Key != "out" {
			t.Errorf("%q: got %v", path, err)
		}
	}
}
