package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"actscope/internal/atomicfile"
	"actscope/internal/cost"
	"actscope/internal/present"
)

// The README shows what the committed search prints, which is that of the default run.
func TestReadmeCostIsThatOfTheCommittedSearch(t *testing.T) {
	found, err := cost.Load(filepath.Join("..", "..", "internal", "cost", "findings"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := found.Config.Settings(), cost.Default().Settings(); !slices.Equal(got, want) {
		t.Fatalf("the committed search has the settings\n%v\nthe default one\n%v", got, want)
	}
	var printed bytes.Buffer
	if err := present.PrintCost(&printed, found, nil); err != nil {
		t.Fatal(err)
	}
	const command = "$ go run ./cmd/actscope cost --latency=false\n"
	for _, b := range blocks(t, "text") {
		shown, isCost := strings.CutPrefix(b, command)
		switch {
		case !isCost || shown == printed.String():
		case *update:
			text, err := os.ReadFile(readme)
			if err != nil {
				t.Fatal(err)
			}
			renewed := strings.Replace(string(text), b, command+printed.String(), 1)
			if err := atomicfile.Write(readme, func(w io.Writer) error { _, err := io.WriteString(w, renewed); return err }); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("the README shows\n%s\nand the committed search is\n%s\n(-update writes it anew)", shown, &printed)
		}
	}
}

// The times are those that were measured with the committed search.
func TestReadmeTimesAreThoseOfTheCommittedSearch(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "internal", "cost", "findings", "latency.json"))
	if err != nil {
		t.Fatal(err)
	}
	var measured cost.Latency
	if err := json.Unmarshal(text, &measured); err != nil {
		t.Fatal(err)
	}
	ratio := func(smallest bool, batch int) float64 {
		for _, n := range measured.Networks {
			for _, at := range n.Times {
				if n.Activation == "sigmoid" && n.Smallest == smallest && at.Batch == batch {
					return at.Ratio
				}
			}
		}
		t.Fatalf("no time of sigmoid, smallest %v, batch %d", smallest, batch)
		return 0
	}
	want := fmt.Sprintf("%.1f times the smallest ReLU network's time for a row alone and %.1f times in batches of 1024; at equal shape, 2-8-8-1, %.1f and %.1f times.",
		ratio(true, 1), ratio(true, 1024), ratio(false, 1), ratio(false, 1024))
	shown, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(strings.Join(strings.Fields(string(shown)), " "), want) {
		t.Errorf("the README does not say: %s", want)
	}
}
