package foreign

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"actscope/graph"
)

// onnxruntime runs files in a folder by onnxruntime-web in Node.
func onnxruntime(t *testing.T, dir string, cases []scriptCase) ([][]float64, []string) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no node: onnxruntime-web does not run")
	}
	if os.Getenv("ACTSCOPE_NODE_MODULES") == "" {
		t.Skip("ACTSCOPE_NODE_MODULES names no folder with onnxruntime-web: npm install --prefix FOLDER onnxruntime-web, then FOLDER/node_modules")
	}
	return script(t, dir, cases, node, "testdata/onnxruntime.mjs")
}

// onnxruntime gives for what is written what the network gives.
func TestONNXRuntimeRunsWhatIsWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const rows = 16
	x := samplePoints(rows)
	for i, v := range x {
		x[i] = float64(float32(v))
	}
	var cases []scriptCase
	var of []sample
	for i, s := range samples(t) {
		for _, dtype := range []graph.Precision{graph.Single, graph.Double} {
			if len(s.model.ONNXNotes(dtype)) > 0 {
				continue
			}
			c := scriptCase{fmt.Sprintf("%d-%v.onnx", i, dtype), "onnx", dtype.String(), rows, sampleColumns, x}
			write(t, filepath.Join(dir, c.File), s.model, dtype)
			cases, of = append(cases, c), append(of, s)
		}
	}
	results, errors := onnxruntime(t, dir, cases)
	var stored []storedResult
	for i, c := range cases {
		if errors[i] != "" {
			t.Errorf("%s, %s: %v", of[i].name, c.Dtype, errors[i])
			continue
		}
		checkGiven(t, of[i], c.Dtype, x, results[i])
		if i%storedEach == 0 {
			content, err := os.ReadFile(filepath.Join(dir, c.File))
			if err != nil {
				t.Fatal(err)
			}
			stored = append(stored, storedResult{of[i].name, c.Dtype, fmt.Sprintf("%x", sha256.Sum256(content)), results[i]})
		}
	}
	if *updateStored {
		text, err := json.MarshalIndent(stored, "", "\t")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(storedFile, append(text, '\n'), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

var updateStored = flag.Bool("update-onnxruntime", false, "write what onnxruntime gave anew")

// storedEach of the files is one whose results are in storedFile.
const (
	storedEach = 23
	storedFile = "testdata/onnxruntime.json"
)

// storedResult is what onnxruntime-web 1.30 gave for a file.
type storedResult struct {
	Name   string    `json:"name"`
	Dtype  string    `json:"dtype"`
	SHA256 string    `json:"sha256"` // of the file
	Out    []float64 `json:"out"`
}

// Without Node, too, some of the files are the very bytes that onnxruntime ran, and it gave what the
// networks give.
func TestStoredResultsOfONNXRuntime(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(storedFile)
	if err != nil {
		t.Fatal(err)
	}
	var stored []storedResult
	if err := json.Unmarshal(text, &stored); err != nil || len(stored) < 5 {
		t.Fatalf("%d results, %v", len(stored), err)
	}
	x := samplePoints(16)
	for i, v := range x {
		x[i] = float64(float32(v))
	}
	all := samples(t)
	for _, r := range stored {
		i := slices.IndexFunc(all, func(s sample) bool { return s.name == r.Name })
		dtype, err := graph.PrecisionNamed(r.Dtype)
		if i < 0 || err != nil {
			t.Errorf("no sample %s, %s", r.Name, r.Dtype)
			continue
		}
		var b bytes.Buffer
		if err := all[i].model.WriteONNX(&b, dtype); err != nil {
			t.Fatal(err)
		}
		if sum := fmt.Sprintf("%x", sha256.Sum256(b.Bytes())); sum != r.SHA256 {
			t.Errorf("%s, %s: other bytes are written than onnxruntime ran: run TestONNXRuntimeRunsWhatIsWritten with -update-onnxruntime", r.Name, r.Dtype)
		}
		checkGiven(t, all[i], r.Dtype, x, r.Out)
	}
}

func write(t *testing.T, path string, m *Model, dtype graph.Precision) {
	t.Helper()
	var b, again bytes.Buffer
	if err := m.WriteONNX(&b, dtype); err != nil {
		t.Fatal(err)
	}
	if err := m.WriteONNX(&again, dtype); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Error("the same network gives other bytes")
	}
	if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
}
