package foreign

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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
	for i, c := range cases {
		if errors[i] != "" {
			t.Errorf("%s, %s: %v", of[i].name, c.Dtype, errors[i])
			continue
		}
		checkGiven(t, of[i], c.Dtype, x, results[i])
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
