package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const debianPython = "/usr/bin/python3"

func TestPythonPeersTrainAsActscopeDoes(t *testing.T) {
	for _, name := range []string{"numpy", "torch"} {
		t.Run(name, func(t *testing.T) {
			p, err := openPython(t.Context(), debianPython, name)
			var missing *missingError
			if errors.As(err, &missing) {
				t.Skip(err)
			}
			if err != nil {
				t.Fatal(err)
			}
			defer p.close()
			t.Log(p.software())
			for _, c := range cases {
				if c.key == "e" { // among actscopes
					continue
				}
				m, err := c.measure(t.Context(), []peer{actscope{}, p}, options{rounds: 1, quick: true}, io.Discard)
				if err != nil {
					t.Fatal(err)
				}
				if len(m.series) == 1 { // it does not know several classes
					continue
				}
				if s := m.find(name); s == nil || len(s.times) != 1 || s.times[0] <= 0 {
					t.Errorf("case %s: %v, %v", c.key, m.series[1].times, m.series[1].failure)
				}
				allowed := 1e-12
				if c.key == "h" || c.key == "j" { // in float32
					allowed = 1e-5
				}
				if m.deviation > allowed {
					t.Errorf("case %s: losses differ by %.1e", c.key, m.deviation)
				}
			}
		})
	}
}

func TestNumPysLibraryIsTheOneThatIsLoaded(t *testing.T) {
	p, err := openPython(t.Context(), debianPython, "numpy")
	var missing *missingError
	if errors.As(err, &missing) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	words := strings.Fields(p.blas)
	if strings.Contains(p.blas, "unknown") {
		t.Skip(p.blas)
	}
	file := words[len(words)-1]
	if _, err := os.Stat(file); err != nil {
		t.Errorf("%q names no file: %v", p.blas, err)
	}
	if openblas := strings.HasPrefix(p.blas, "OpenBLAS"); openblas != strings.Contains(filepath.Base(file), "openblas") {
		t.Errorf("%q contradicts itself", p.blas)
	}
}

// interpreter is a stand-in that ignores its script and does what is written here.
func interpreter(t *testing.T, does string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "python3")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+does+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestALibraryThatCannotBeImportedIsMissing(t *testing.T) {
	_, err := openPython(t.Context(), interpreter(t, `echo '{"missing": "No module named torch"}'`), "torch")
	var missing *missingError
	if !errors.As(err, &missing) || !strings.Contains(err.Error(), "No module named torch") {
		t.Errorf("got %v", err)
	}
}

func TestWhatAnEndedProcessSaidIsInTheError(t *testing.T) {
	_, err := openPython(t.Context(), interpreter(t, "echo out of luck >&2; exit 3"), "numpy")
	var missing *missingError
	if err == nil || errors.As(err, &missing) || !strings.Contains(err.Error(), "out of luck") {
		t.Errorf("got %v", err)
	}
}

func TestAPeerThatBreaksHasNoRowAndFailsTheRun(t *testing.T) {
	p, err := openPython(t.Context(), interpreter(t, `
echo '{"version": "Broken 1"}'
read prepare; echo '{}'
read round; echo '{"seconds": 1, "losses": [[1, 1], [1, 1]]}'
read round; echo '{"error": "MemoryError"}'`), "numpy")
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	r := report{entrants: []peer{actscope{}, p}, quick: true}
	for range 3 { // the last time with a process that is no more
		m, err := cases[0].measure(t.Context(), r.entrants, options{rounds: 2, quick: true}, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		r.measurements = append(r.measurements, m)
	}
	var text strings.Builder
	if err := r.write(&text); err != nil {
		t.Fatal(err)
	}
	for _, reason := range []string{"losses disagree", "MemoryError", "the process ended"} {
		if err := r.failure(); err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("got %v, want also %q", err, reason)
		}
	}
	if out := text.String(); strings.Count(out, "| numpy | failed |") != 3 || !strings.Contains(out, "Do not use this table") {
		t.Errorf("got\n%s", out)
	}
}
