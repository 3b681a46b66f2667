package foreign

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"actscope/graph"
)

// onnxCase is a file for testdata/onnxruntime.mjs to run.
type onnxCase struct {
	File    string    `json:"file"`
	Dtype   string    `json:"dtype"`
	Rows    int       `json:"rows"`
	Columns int       `json:"columns"`
	X       []float64 `json:"x"`
}

// onnxruntime runs files in a folder by onnxruntime-web in Node; a result is a list of numbers or
// the text of an error.
func onnxruntime(t *testing.T, dir string, cases []onnxCase) []any {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no node: onnxruntime-web does not run")
	}
	if os.Getenv("ACTSCOPE_NODE_MODULES") == "" {
		t.Skip("ACTSCOPE_NODE_MODULES names no folder with onnxruntime-web: npm install --prefix FOLDER onnxruntime-web")
	}
	text, err := json.Marshal(cases)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "cases.json"), text, 0o666); err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	command := exec.CommandContext(t.Context(), node, "testdata/onnxruntime.mjs", dir)
	command.Stderr = &stderr
	if err := command.Run(); err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	out, err := os.ReadFile(filepath.Join(dir, "results.json"))
	if err != nil {
		t.Fatal(err)
	}
	var results []any
	if err := json.Unmarshal(out, &results); err != nil || len(results) != len(cases) {
		t.Fatalf("%d results of %d: %v", len(results), len(cases), err)
	}
	return results
}

// onnxruntime gives for what is written what the network gives: in float32 to its rounding, in
// float64 to the last digits.
func TestONNXRuntimeRunsWhatIsWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const rows = 16
	x := samplePoints(rows)
	for i, v := range x {
		x[i] = float64(float32(v))
	}
	var cases []onnxCase
	var of []sample
	for i, s := range samples(t) {
		for _, dtype := range []graph.Precision{graph.Single, graph.Double} {
			if len(s.model.ONNXNotes(dtype)) > 0 {
				continue
			}
			c := onnxCase{fmt.Sprintf("%d-%v.onnx", i, dtype), dtype.String(), rows, sampleColumns, x}
			write(t, filepath.Join(dir, c.File), s.model, dtype)
			cases, of = append(cases, c), append(of, s)
		}
	}
	results := onnxruntime(t, dir, cases)
	worst := map[string]float64{}
	for i, c := range cases {
		numbers, ok := results[i].([]any)
		if !ok {
			t.Errorf("%s, %s: %v", of[i].name, c.Dtype, results[i])
			continue
		}
		var got []float64
		for _, v := range numbers {
			f, _ := v.(float64)
			got = append(got, f)
		}
		want := given(t, of[i].model, x)
		limit := map[string]float64{"float32": 2e-5, "float64": 1e-13}[c.Dtype]
		difference := farthest(want, got)
		if len(got) != len(want) || !(difference <= limit) {
			t.Errorf("%s, %s: off by %v", of[i].name, c.Dtype, difference)
		}
		worst[c.Dtype] = max(worst[c.Dtype], difference)
	}
	t.Log(len(cases), worst)
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
