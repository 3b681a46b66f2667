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

// A page shows what the committed search prints, which is that of the default run.
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
	held := 0
	for _, p := range pages(t) {
		for _, b := range p.blocks("text") {
			shown, isCost := strings.CutPrefix(b, command)
			switch {
			case !isCost:
				continue
			case shown == printed.String():
			case *update:
				renewed := strings.Replace(p.text, b, command+printed.String(), 1)
				if err := atomicfile.Write(p.path, func(w io.Writer) error { _, err := io.WriteString(w, renewed); return err }); err != nil {
					t.Fatal(err)
				}
			default:
				t.Errorf("%v shows\n%s\nand the committed search is\n%s\n(-update writes it anew)", p, shown, &printed)
			}
			held++
		}
	}
	if held == 0 {
		t.Error("no page shows the search")
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
	if !slices.ContainsFunc(pages(t), func(p page) bool { return strings.Contains(strings.Join(strings.Fields(p.text), " "), want) }) {
		t.Errorf("no page says: %s", want)
	}
}
