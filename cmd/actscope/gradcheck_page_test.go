package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"actscope/graph"
	"actscope/internal/atomicfile"
	"actscope/internal/gradcheck"
	"actscope/internal/npz"
	"actscope/models"
)

// gradientsAt writes a file of a network's gradients, those of W2 times a factor.
func gradientsAt(t *testing.T, path string, factor float64, more ...string) {
	t.Helper()
	succeed(t, append([]string{"gradcheck", "--export", path, "--activation", "relu", "--samples", "40", "--hidden", "3"}, more...)...)
	file, err := gradcheck.ReadFile(path, models.MLP{Activation: graph.ReLU})
	if err != nil {
		t.Fatal(err)
	}
	for i := range file.Gradients[2].Values {
		file.Gradients[2].Values[i] *= factor
	}
	if err := atomicfile.Write(path, file.Encode); err != nil {
		t.Fatal(err)
	}
}

// filesIn are the files of a folder by their names.
func filesIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestGradcheckWritesAPage(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, out := filepath.Join(dir, "mine.npz"), filepath.Join(dir, "page")
	gradientsAt(t, path, 2)
	check := []string{"gradcheck", "--against", path, "--activation", "relu", "--loss", "bce"}
	without := command(t.Context(), check...)
	with := command(t.Context(), append(check, "--out", out)...)
	if with.status != statusFailed || with.stdout != without.stdout || !strings.Contains(with.stderr, "page written in") || !strings.Contains(with.stderr, "are wrong") {
		t.Errorf("status %d, %s\n%s", with.status, with.stdout, with.stderr)
	}
	files := filesIn(t, out)
	for _, name := range []string{"report.html", "run.json", "arrays.npz", "figures/gradient_1_grad_W1.svg", "figures/gradient_1_grad_W1.png", "figures/gradient_3_grad_W2.svg"} {
		if files[name] == "" {
			t.Errorf("%s is missing", name)
		}
	}
	var plain, kept map[string]any
	o := command(t.Context(), append(check, "--json", "--out", out, "--quiet", "--format", "svg")...)
	if err := json.Unmarshal([]byte(o.stdout), &plain); err != nil || strings.Contains(o.stderr, "written") {
		t.Fatal(err, o.stderr)
	}
	if err := json.Unmarshal([]byte(files["run.json"]), &kept); err != nil {
		t.Fatal(err)
	}
	for key := range plain {
		if _, ok := kept[key]; !ok {
			t.Errorf("run.json lacks %s", key)
		}
	}
	arrays, err := npz.ReadFile(filepath.Join(out, "arrays.npz"))
	if err != nil {
		t.Fatal(err)
	}
	yours, _ := arrays.Lookup("yours_3_grad_W2")
	reference, ok := arrays.Lookup("reference_3_grad_W2")
	if !ok || len(yours.Values) != 3 || yours.Values[1] == 0 || yours.Values[1] != 2*reference.Values[1] {
		t.Errorf("yours %v, reference %v", yours.Values, reference.Values)
	}
	// Drawn anew from the numbers, in another folder: the same page.
	succeed(t, "figures", out)
	if again := filesIn(t, out); again["report.html"] != files["report.html"] || again["figures/gradient_3_grad_W2.png"] != files["figures/gradient_3_grad_W2.png"] {
		t.Error("figures draws another page")
	}
}

func TestGradcheckShowsNetworksWithPartsAndLayers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, out := filepath.Join(dir, "parts.npz"), filepath.Join(dir, "page")
	succeed(t, "gradcheck", "--export", path, "--activation", "tanh", "--parts", "batch-norm", "--hidden", "3", "--samples", "40")
	succeed(t, "gradcheck", "--against", path, "--activation", "tanh", "--parts", "batch-norm", "--out", out, "--quiet")
	if page := filesIn(t, out)["report.html"]; !strings.Contains(page, "The gradients are right") || !strings.Contains(page, "grad_gain1") {
		t.Error("the page of a network with parts lacks its arrays")
	}
	layer := filepath.Join(dir, "relu.json")
	if err := os.WriteFile(layer, []byte(`{"x": [[1, -2], [3, 4]], "dout": [[5, 6], [7, 8]], "dx": [[5, 6], [7, 8]]}`), 0o666); err != nil {
		t.Fatal(err)
	}
	o := command(t.Context(), "gradcheck", "--layer", "relu", "--against", layer, "--out", out, "--force")
	if page := filesIn(t, out)["report.html"]; o.status != statusFailed || !strings.Contains(page, "dx is wrong") || !strings.Contains(page, "1 of 4 entries differ, most at [0, 1]: yours 6, reference 0.") {
		t.Errorf("status %d, %s", o.status, o.stderr)
	}
}

func TestGradcheckWritesNoPageOverWhatItJudges(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "arrays.npz")
	gradientsAt(t, path, 1)
	before := filesIn(t, dir)
	file := filepath.Join(dir, "a file")
	for _, test := range []struct{ args, want string }{
		{"--against|" + path + "|--out|" + dir, "out: " + path + " would be written over"},
		{"--against|" + path + "|--out|" + path, "would be written over"},
		{"--against|" + path + "|--out|" + filepath.Join(path, "inside"), "out: cannot make a folder for the results"},
		{"--against|" + path + "|--out|", "out: names no folder"},
		{"--against|" + filepath.Join(dir, "none.npz") + "|--out|" + filepath.Join(dir, "new"), "none.npz"},
		{"--out|" + file, "--out would have no effect"},
		{"--export|" + file + "|--out|" + file, "--out would have no effect"},
		{"--list-mistakes|--out|" + file, "--out would have no effect"},
		{"--against|" + path + "|--format|svg", "--format would have no effect"},
		{"--against|" + path + "|--quiet", "--quiet would have no effect"},
		{"--against|" + path + "|--out|" + file + "|--format|gif", `unknown format "gif"`},
	} {
		o := command(t.Context(), append([]string{"gradcheck"}, strings.Split(test.args, "|")...)...)
		if o.status != statusUsage || !strings.Contains(o.stderr, test.want) || o.stdout != "" {
			t.Errorf("%s: status %d, %q, %q", test.args, o.status, o.stderr, o.stdout)
		}
	}
	after := filesIn(t, dir)
	if len(after) != len(before) || after["arrays.npz"] != before["arrays.npz"] {
		t.Error("a file has changed")
	}
	// A folder of arrays is never written into either.
	o := command(t.Context(), "gradcheck", "--against", dir, "--out", dir)
	if o.status != statusUsage || !slices.Equal(names(t, dir), []string{"arrays.npz"}) {
		t.Errorf("status %d, %s, %v", o.status, o.stderr, names(t, dir))
	}
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}
