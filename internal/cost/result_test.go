package cost

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"actscope/internal/input"
	"actscope/internal/runfolder"
)

func TestResultComesBackFromItsFolder(t *testing.T) {
	c := small()
	want, err := Search(t.Context(), c, 2, newWorkshop(t, c, func(bool) {}))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	folder, err := runfolder.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := folder.WriteResult(want); err != nil {
		t.Fatal(err)
	}
	got, ok, err := Load(dir)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	if d := cmp.Diff(asJSON(t, want), asJSON(t, got)); d != "" {
		t.Error(d)
	}
	text, err := os.ReadFile(filepath.Join(dir, runfolder.ResultFile))
	if err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string]string{
		`"target": 0.7`:             `"target": 7`,
		`"trained": `:               `"trained": -`,
		`"width": 2`:                `"width": "two"`,
		`"epochs": 20`:              `"epochs": 0`,
		`"networks": [`:             `"networks": [], "nets": [`,
		`"activations": [`:          `"activations": ["elu", `,
		`"rates": [`:                `"rates": [9, `,
		`"confidence": 0.95,`:       `"confidence": 0.95`,
		`"multiply_adds": 3,`:       ``,
		`"command": "cost",` + "\n": `"command": "cost", "inputs": "x",`,
	} {
		broken := strings.ReplaceAll(string(text), from, to)
		if broken == string(text) {
			t.Fatalf("%s is not in the file", from)
		}
		if err := os.WriteFile(filepath.Join(dir, runfolder.ResultFile), []byte(broken), 0o666); err != nil {
			t.Fatal(err)
		}
		var folder *input.Error
		if _, ok, err := Load(dir); ok && !errors.As(err, &folder) {
			t.Errorf("with %s it is read: %v", to, err)
		}
	}
}

func TestFoldersOfOthersAreLeftToThem(t *testing.T) {
	dir := t.TempDir()
	var folder *input.Error
	if _, _, err := Load(dir); !errors.As(err, &folder) {
		t.Errorf("%v", err)
	}
	for _, text := range []string{`{"command":"compare"}`, `[]`, ``, `{"command":3}`} {
		if err := os.WriteFile(filepath.Join(dir, runfolder.ResultFile), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, ok, err := Load(dir); ok || err != nil {
			t.Errorf("%s: %v, %v", text, ok, err)
		}
	}
}
