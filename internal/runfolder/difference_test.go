package runfolder

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"actscope/internal/npz"
)

// runOf makes a run folder of a run.json, and of arrays where there are any.
func runOf(t *testing.T, text string, arrays ...npz.Array) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, ResultFile), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if arrays != nil {
		f, err := New(dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.WriteArrays(arrays); err != nil {
			t.Fatal(err)
		}
		if err := f.Commit(); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// said are changes in short: network, key, how many of how many differ, the greatest difference.
func said(changes []Change) string {
	var all []string
	for _, c := range changes {
		all = append(all, fmt.Sprintf("%s/%s %d of %v %s->%s %.3g %s", c.Network, c.Key, c.Differing, c.Values, c.First, c.Second, c.Greatest, c.At))
	}
	return strings.Join(all, "\n")
}

func TestDifferencesAreNamedWhereTheyAre(t *testing.T) {
	const first = `{"command": "compare", "config": {"epochs": 3, "hidden": [8, 8], "seed": 1}, "kernels": "avx2",
		"networks": [{"name": "relu", "final_loss": 0.5, "loss_history": [1, 0.75, 0.5], "geometry": {"layers": {"layer 1": {"rank": 2}}}},
		             {"name": "tanh", "final_loss": 0.25}], "best": {"name": "relu"}}`
	for _, c := range []struct {
		name, second      string
		tolerance         float64
		settings, origin_ string
		results           string
	}{
		{name: "itself", second: first},
		{name: "written otherwise", second: strings.NewReplacer("\n", "", "0.25", "2.5e-1", "[8, 8]", "[ 8,8 ]").Replace(first)},
		{
			name: "settings and origin", second: strings.NewReplacer(`[8, 8]`, `[8, 8, 8]`, `"avx2"`, `"portable"`, `, "seed": 1`, "").Replace(first),
			settings: "/hidden 1 of [1 1] [8,8]->[8,8,8] 0 \n/seed 1 of [1 0] 1-> 0 ",
			origin_:  `/kernels 1 of [1 1] "avx2"->"portable" 0 `,
		}, {
			name: "numbers", second: strings.NewReplacer("0.75, 0.5]", "0.75, 0.25, 0.125]", `"rank": 2`, `"rank": 3.5`, "0.25}", "null}").Replace(first),
			results: "relu/loss_history 2 of [3 4] -> 0.25 [2]\nrelu/geometry 1 of [1 1] -> 1.5 layers.layer 1.rank\ntanh/final_loss 1 of [1 1] 0.25->null 0 ",
		}, {
			name: "a last digit", second: strings.Replace(first, "0.75", "0.7500000000001", 1), tolerance: 1e-12,
		}, {
			name: "more than the tolerance", second: strings.Replace(first, "0.75", "0.7500000000001", 1), tolerance: 1e-14,
			results: "relu/loss_history 1 of [3 3] -> 1e-13 [1]",
		}, {
			name: "order of networks", second: `{"command": "compare", "config": {"epochs": 3, "hidden": [8, 8], "seed": 1}, "kernels": "avx2",
				"networks": [{"name": "tanh", "final_loss": 0.25}, {"name": "sigmoid", "final_loss": 0.125},
				{"name": "relu", "final_loss": 0.5, "loss_history": [1, 0.75, 0.5], "geometry": {"layers": {"layer 1": {"rank": 2}}}}], "best": {"name": "relu"}}`,
			results: "sigmoid/name 1 of [0 1] ->\"sigmoid\" 0 \nsigmoid/final_loss 1 of [0 1] ->0.125 0 ",
		},
	} {
		d, err := Compare(runOf(t, first), runOf(t, c.second), c.tolerance)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if said(d.Settings) != c.settings || said(d.Origin) != c.origin_ || said(d.Results) != c.results {
			t.Errorf("%s:\n%s\n%s\n%s", c.name, said(d.Settings), said(d.Origin), said(d.Results))
		}
		if want := c.settings+c.origin_+c.results == ""; d.Equal() != want {
			t.Errorf("%s: equal is %v", c.name, d.Equal())
		}
	}
}

func TestArraysAreComparedNumberByNumber(t *testing.T) {
	const same = `{"command": "compare"}`
	a := npz.Array{Name: "w", Shape: []int{2, 2}, Values: []float64{1, 2, 3, 4}}
	b := npz.Array{Name: "b", Shape: []int{2}, Values: []float64{1, 2}}
	changed := npz.Array{Name: "w", Shape: []int{2, 2}, Values: []float64{1, 2, 3.5, 4}}
	turned := npz.Array{Name: "b", Shape: []int{1, 2}, Values: []float64{1, 2}}
	d, err := Compare(runOf(t, same, a, b), runOf(t, same, changed, turned, npz.Array{Name: "c", Shape: []int{1}, Values: []float64{0}}), 0)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := said(d.Arrays), "/w 1 of [4 4] -> 0.5 [1 0]\n/b 2 of [2 2] -> 0 \n/c 1 of [0 1] -> 0 "; got != want || d.EqualArrays != 0 {
		t.Errorf("%s, %d equal", got, d.EqualArrays)
	}
	if d, err = Compare(runOf(t, same, a, b), runOf(t, same, b, a), 0); err != nil || !d.Equal() || d.EqualArrays != 2 {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestWhatIsNoRunIsNotCompared(t *testing.T) {
	good := runOf(t, `{}`)
	for text, reason := range map[string]string{`[1]`: "no JSON object", `{"a":`: "no JSON object", ``: "no JSON object"} {
		if _, err := Compare(good, runOf(t, text), 0); err == nil || !strings.Contains(err.Error(), reason) || !strings.Contains(err.Error(), ResultFile) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := Compare(good, t.TempDir(), 0); err == nil {
		t.Error("an empty folder was read")
	}
	for _, tolerance := range []float64{-1, 1} {
		if _, err := Compare(good, good, tolerance); err == nil {
			t.Errorf("tolerance %v was taken", tolerance)
		}
	}
}

func FuzzValues(f *testing.F) {
	for _, text := range []string{`{"networks": [{"name": "a", "x": [1, {"y": null}]}], "config": {"h": [1]}}`, `{"networks": 3, "config": [], "": {}}`, `{"networks": [[1]]}`, `{"config": 1}`, `{"a": 1, "a": 2, "b": [{"name": "c"}, {"name": "c"}]}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, ResultFile), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		v, err := readValues(dir)
		if err != nil {
			return
		}
		if changes := compare(v, v, 0); len(changes) > 0 {
			t.Errorf("differs from itself: %s", said(changes))
		}
	})
}
