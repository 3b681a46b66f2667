package graph_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// walkFile is a block of Go code in CONTRIBUTING.md that begins with its path.
var walkFile = regexp.MustCompile("(?s)```go\n// (graph/[a-z_]+\\.go)\n(.*?)```")

// CONTRIBUTING.md says that an activation and a layer type are one file each: build
// the program with its files laid over the source, and see that everything picks
// them up.
func TestWalkThroughContributingWorks(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the whole program")
	}
	text, err := os.ReadFile("../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	overlay := struct{ Replace map[string]string }{make(map[string]string)}
	for _, block := range walkFile.FindAllStringSubmatch(string(text), -1) {
		place, err := filepath.Abs(filepath.Join("..", block[1]))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(place); err == nil {
			t.Fatalf("%s exists: the example is no addition", block[1])
		}
		file := filepath.Join(dir, filepath.Base(place))
		if err := os.WriteFile(file, []byte(block[2]), 0o666); err != nil {
			t.Fatal(err)
		}
		overlay.Replace[place] = file
	}
	if len(overlay.Replace) != 2 {
		t.Fatalf("%d files in CONTRIBUTING.md", len(overlay.Replace))
	}
	encoded, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	overlayPath, program := filepath.Join(dir, "overlay.json"), filepath.Join(dir, "actscope")
	if err := os.WriteFile(overlayPath, encoded, 0o666); err != nil {
		t.Fatal(err)
	}
	run := func(name string, args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), name, args...)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", cmd, err, out)
		}
		return string(out)
	}
	run("go", "build", "-overlay", overlayPath, "-o", program, "actscope/cmd/actscope")
	if out := run(program, "gradcheck", "--activation", "mish"); !strings.Contains(out, "72 networks: mish;") {
		t.Errorf("gradcheck of mish:\n%s", out)
	}
	if out := run(program, "compare", "--activations", "relu,mish", "--epochs", "3", "--quiet", "--out", filepath.Join(dir, "out")); !strings.Contains(out, "mish") {
		t.Errorf("comparison with mish:\n%s", out)
	}
	tests := run("go", "test", "-overlay", overlayPath, "-v", "-run", "Expressions|Parts", "actscope/graph", "actscope/models")
	for _, subject := range []string{"TestExpressionsEqualTheirValueAndDerivative/mish", "[scale]tanh7"} {
		if !strings.Contains(tests, "PASS: ") || !strings.Contains(tests, subject) {
			t.Errorf("%s was not tested:\n%s", subject, tests)
		}
	}
}
