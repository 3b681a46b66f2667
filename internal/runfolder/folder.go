// Package runfolder keeps the folders that results go to: run.json, arrays.npz, the figures, the
// page and the time that it took. A file is written whole or not at all.
package runfolder

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"actscope/internal/atomicfile"
	"actscope/internal/input"
	"actscope/internal/npz"
)

// ResultFile is the file of a run folder that says what was asked and what came out.
const ResultFile = "run.json"

// Names of the other files in a run folder.
const (
	timingFile = "timing.json"
	arraysFile = "arrays.npz"
	figuresDir = "figures"
	reportFile = "report.html"
)

// Timing is the content of timing.json.
type Timing struct {
	TrainingSeconds float64 `json:"training_seconds"`
	TrainingSteps   int     `json:"training_steps"`
	FiguresSeconds  float64 `json:"figures_seconds"`
	TotalSeconds    float64 `json:"total_seconds"`
}

// Folder is a directory that holds one run.
type Folder struct{ path string }

// New makes sure that a run can be written to a directory, which is created
// if need be. Call it before the work whose result goes there.
func New(path string) (Folder, error) {
	if path == "" {
		return Folder{}, input.Refuse("out", "names no folder")
	}
	if err := os.MkdirAll(filepath.Join(path, figuresDir), 0o777); err != nil {
		return Folder{}, input.RefusePlace("out", "cannot make a folder for the results: %w", err)
	}
	probe, err := os.CreateTemp(path, ".writable.*")
	if err != nil {
		return Folder{}, input.RefusePlace("out", "cannot write to %s: %w", path, err)
	}
	probe.Close()
	os.Remove(probe.Name())
	return Folder{path}, nil
}

// Path is the directory.
func (f Folder) Path() string { return f.path }

// WriteArrays writes arrays.npz.
func (f Folder) WriteArrays(arrays npz.Arrays) error {
	err := atomicfile.Write(filepath.Join(f.path, arraysFile), func(w io.Writer) error { return npz.Write(w, arrays) })
	if err != nil {
		return fmt.Errorf("writing the arrays: %w", err)
	}
	return nil
}

// WriteTiming writes timing.json.
func (f Folder) WriteTiming(t Timing) error { return f.WriteJSON(timingFile, t) }

// WriteResult writes run.json.
func (f Folder) WriteResult(result any) error { return f.WriteJSON(ResultFile, result) }

// WriteReport writes report.html.
func (f Folder) WriteReport(page []byte) error { return f.WriteFile(reportFile, page) }

// WriteFigure writes one figure; name has the ending of its format.
func (f Folder) WriteFigure(name string, content []byte) error {
	return f.WriteFile(filepath.Join(figuresDir, name), content)
}

// WriteFile writes any other file of a run, whole or not at all.
func (f Folder) WriteFile(name string, content []byte) error {
	err := atomicfile.Write(filepath.Join(f.path, name), func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
	if err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return nil
}

// WriteJSON writes any other value of a run.
func (f Folder) WriteJSON(name string, content any) error {
	err := atomicfile.Write(filepath.Join(f.path, name), func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		return encoder.Encode(content)
	})
	if err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return nil
}

// Command is the name of the command whose results are in a folder. What keeps it from
// being read is an [input.Error].
func Command(path string) (string, error) {
	file := filepath.Join(path, ResultFile)
	text, err := input.ReadRegular(file)
	if err != nil {
		return "", err
	}
	var head struct{ Command string }
	if err := json.Unmarshal(text, &head); err != nil {
		return "", input.InFile(file, err)
	}
	if head.Command == "" {
		return "", &input.Error{File: file, Key: "command", Reason: "missing"}
	}
	return head.Command, nil
}

// ReadResult reads the run.json of a folder into r, what [Folder.WriteResult] was given;
// with strict, a key that r does not have is an error. What keeps it from being read, and
// what check finds wrong with it, is an [input.Error].
func ReadResult(path string, r any, strict bool, check func() error) error {
	file := filepath.Join(path, ResultFile)
	text, err := input.ReadRegular(file)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	if strict {
		decoder.DisallowUnknownFields()
	}
	if err = decoder.Decode(r); err == nil {
		err = check()
	}
	if err != nil {
		return input.InFile(file, err)
	}
	return nil
}

// ReadArrays reads the arrays.npz of a folder, and gives the file's name for errors about
// what is in it.
func ReadArrays(path string) (arrays npz.Arrays, file string, err error) {
	file = filepath.Join(path, arraysFile)
	arrays, err = npz.ReadFile(file)
	return arrays, file, err
}
