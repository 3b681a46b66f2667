package foreign

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"actscope/graph"
)

// scriptCase is a module or file for a script in testdata to run.
type scriptCase struct {
	File    string    `json:"file"`
	Kind    string    `json:"kind"`
	Dtype   string    `json:"dtype"`
	Rows    int       `json:"rows"`
	Columns int       `json:"columns"`
	X       []float64 `json:"x"`
}

// script runs a command on cases in a folder; a result is a list of numbers, or nil with the text of
// an error.
func script(t *testing.T, dir string, cases []scriptCase, command ...string) (results [][]float64, errors []string) {
	t.Helper()
	text, err := json.Marshal(cases)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "cases.json"), text, 0o666); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), command[0], append(command[1:], dir)...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	out, err := os.ReadFile(filepath.Join(dir, "results.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all []json.RawMessage
	if err := json.Unmarshal(out, &all); err != nil || len(all) != len(cases) {
		t.Fatalf("%d results of %d: %v", len(all), len(cases), err)
	}
	results, errors = make([][]float64, len(all)), make([]string, len(all))
	for i, r := range all {
		if json.Unmarshal(r, &results[i]) != nil {
			results[i], errors[i] = nil, string(r)
		}
	}
	return results, errors
}

// python3 is a Python that has a package, or the test is skipped.
func python3(t *testing.T, needed string) string {
	t.Helper()
	for _, python := range []string{"/usr/bin/python3", "python3"} { // Debian's packages are the former's
		if exec.Command(python, "-c", "import "+needed).Run() == nil {
			return python
		}
	}
	t.Skipf("no python3 with %s", needed)
	return ""
}

// writeFile writes a file by a method of a model.
func writeFile(t *testing.T, path string, write func(w io.Writer) error) {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
}

// What is written for PyTorch and NumPy, and the modules beside it, give what the network gives;
// load_state_dict is strict.
func TestPythonModulesGiveTheSameNumbers(t *testing.T) {
	t.Parallel()
	for kind, needed := range map[string]string{"torch": "torch, numpy", "numpy": "numpy"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			python := python3(t, needed)
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
					name := fmt.Sprintf("net%d_%v", i, dtype)
					file, module := filepath.Join(dir, name+".npz"), filepath.Join(dir, name+".py")
					if kind == "torch" {
						file = filepath.Join(dir, name+".safetensors")
						writeFile(t, file, func(w io.Writer) error { return s.model.WriteSafetensors(w, dtype) })
						writeFile(t, module, func(w io.Writer) error { return s.model.WritePyTorch(w, dtype, filepath.Base(file)) })
					} else {
						writeFile(t, file, func(w io.Writer) error { return s.model.WriteNPZ(w, dtype) })
						writeFile(t, module, func(w io.Writer) error { return s.model.WriteNumPy(w, filepath.Base(file)) })
					}
					cases, of = append(cases, scriptCase{name + ".py", kind, dtype.String(), rows, sampleColumns, x}), append(of, s)
				}
			}
			results, errors := script(t, dir, cases, python, "testdata/modules.py")
			for i, c := range cases {
				if errors[i] != "" {
					t.Errorf("%s, %s: %s", of[i].name, c.Dtype, strings.ReplaceAll(errors[i], `\n`, "\n"))
					continue
				}
				checkGiven(t, of[i], c.Dtype, x, results[i])
			}
		})
	}
}

// checkGiven holds what another program computed against the network: in float32 to its rounding,
// in float64 to the last digits.
func checkGiven(t *testing.T, s sample, dtype string, x, got []float64) {
	t.Helper()
	want := given(t, s.model, x)
	limit := map[string]float64{"float32": 1.1e-6, "float64": 3e-14}[dtype]
	if s.model.Final == NoFinal || s.model.Final == LogSoftmax {
		limit *= 10 // no probabilities
	}
	if len(got) != len(want) {
		t.Errorf("%s, %s: %d numbers instead of %d", s.name, dtype, len(got), len(want))
	} else if difference := farthest(want, got); !(difference <= limit) {
		t.Errorf("%s, %s: off by %v", s.name, dtype, difference)
	}
}
