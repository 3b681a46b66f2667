package comparison

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"actscope/internal/input"
)

// Saved trainings are complete: their networks predict the raw points as they do the scaled ones.
func TestSavedTrainingsSayWhatTheyCompute(t *testing.T) {
	folder := t.TempDir()
	r, err := Run(t.Context(), tiny(3), nil, Saving{Save: folder})
	if err != nil {
		t.Fatal(err)
	}
	all, err := Models(t.Context(), folder)
	if err != nil || len(all) != len(r.Networks) {
		t.Fatalf("%d networks, %v", len(all), err)
	}
	for i, n := range r.Networks {
		if all[i].Name != n.Name || all[i].Title != n.Title {
			t.Errorf("%s, %q instead of %s, %q", all[i].Name, all[i].Title, n.Name, n.Title)
		}
		want, err := n.Model.Predict(r.Data.Standardised.X)
		if err != nil {
			t.Fatal(err)
		}
		p, err := all[i].Predict(r.Data.Raw.X)
		if err != nil {
			t.Fatal(err)
		}
		for row, v := range want {
			if p.Numbers[2*row+1] != v {
				t.Fatalf("%s, row %d: %v instead of %v", n.Name, row, p.Numbers[2*row+1], v)
			}
		}
	}
}

// Folders without networks, and parameters of earlier versions, are refused with what to do.
func TestFoldersWithoutModelsAreRefused(t *testing.T) {
	folder := t.TempDir()
	r, err := Run(t.Context(), tiny(1), nil, Saving{Save: folder})
	if err != nil {
		t.Fatal(err)
	}
	refused := func(path, want string) {
		t.Helper()
		var bad *input.Error
		if _, err := Models(t.Context(), path); !errors.As(err, &bad) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	refused(t.TempDir(), "neither a run folder nor one of saved trainings")
	refused(filepath.Join(folder, "nowhere"), "neither a run folder nor one of saved trainings")
	if err := r.Networks[0].Model.WriteParameters(filepath.Join(folder, "relu"+parametersSuffix)); err != nil { // as earlier versions did
		t.Fatal(err)
	}
	refused(folder, "saved by an earlier version")
	for _, n := range r.Networks {
		if err := os.Remove(filepath.Join(folder, n.Name+parametersSuffix)); err != nil {
			t.Fatal(err)
		}
	}
	refused(folder, "none of its trainings had begun")
}
