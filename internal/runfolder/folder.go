// Package runfolder keeps the folders that results go to: run.json, arrays.npz, the figures, the
// page and the time that it took. All files of a run are written, or none: what is there of an
// earlier run stays until the new one is complete.
package runfolder

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

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

// Files are the files that stand in a run folder itself.
func Files() []string { return []string{ResultFile, timingFile, arraysFile, reportFile} }

// Timing is the content of timing.json.
type Timing struct {
	TrainingSeconds float64 `json:"training_seconds"`
	TrainingSteps   int     `json:"training_steps"`
	FiguresSeconds  float64 `json:"figures_seconds"`
	TotalSeconds    float64 `json:"total_seconds"`
}

// Undrawn is the folder, in that of a run, that what was computed goes to when its pictures fail
// or are stopped: a run folder, too.
const Undrawn = "undrawn"

// Folder is a directory that holds one run, and the files on their way into it.
type Folder struct {
	path   string
	change *atomicfile.Change // nil before the first file
	asked  Asked
	// whole says that what is there of an earlier run is replaced, files that are not written
	// anew included.
	whole   bool
	written []string
	passed  []string
	claimed bool
	release func() // nil where the folder is not held
}

// New opens a directory, which is created if need be, to add files to the run in it, or to
// replace some. [Take] is for another run.
func New(path string) (*Folder, error) {
	if path == "" {
		return nil, input.Refuse("out", "names no folder")
	}
	f := &Folder{path: path}
	return f, f.prepare()
}

// prepare makes sure that files can be written.
func (f *Folder) prepare() error {
	if err := atomicfile.Mkdir(f.path); err != nil {
		return input.RefusePlace("out", "cannot make a folder for the results: %w", err)
	}
	if err := atomicfile.Probe(f.path); err != nil {
		return input.RefusePlace("out", "cannot write to %s: %w", f.path, err)
	}
	return nil
}

// Path is the directory.
func (f *Folder) Path() string { return f.path }

// Commit makes the files written since the last time those of the folder, in place of others of
// their names.
func (f *Folder) Commit() error {
	if f.change == nil {
		return nil
	}
	f.change.Before = f.replace
	if err := f.change.Commit(); err != nil {
		return fmt.Errorf("writing the results: %w", err)
	}
	f.change, f.claimed = nil, false
	return nil
}

// replace writes the manifest, and says what of an earlier run is not written anew.
func (f *Folder) replace() (remove []string, err error) {
	c, err := inspect(f.path)
	if err != nil {
		return nil, err
	}
	files := slices.Clone(f.written)
	for _, name := range c.own {
		switch {
		case slices.Contains(files, name), name == manifestFile:
		case f.whole:
			remove = append(remove, filepath.FromSlash(name))
		case !strings.HasPrefix(name, Undrawn+"/"):
			files = append(files, name)
		}
	}
	text, err := f.manifest(files)
	if err != nil {
		return nil, err
	}
	return remove, f.change.Write(manifestFile, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// manifest is the manifest of the folder with some files.
func (f *Folder) manifest(files []string) ([]byte, error) {
	m := manifest{Format: manifestFormat, Version: manifestVersion, Files: append([]string{}, files...)}
	slices.Sort(m.Files)
	if f.whole {
		m.Command, m.Settings = f.asked.Command, f.asked.settings()
	}
	if there := readManifest(f.path); !f.whole && there != nil {
		m.Command, m.Settings = there.Command, there.Settings
	}
	text, err := json.MarshalIndent(m, "", "  ")
	return append(text, '\n'), err
}

// Discard gives up what was written and not committed, and the folder, which others may write to
// from then on.
func (f *Folder) Discard() {
	if f.change != nil {
		f.change.Discard()
		f.change = nil
	}
	if f.claimed {
		if c, err := inspect(f.path); err == nil && !c.results() {
			os.Remove(filepath.Join(f.path, manifestFile))
		}
		f.claimed = false
	}
	if f.release != nil {
		f.release()
	}
}

// WriteArrays writes arrays.npz.
func (f *Folder) WriteArrays(arrays npz.Arrays) error {
	return f.write(arraysFile, func(w io.Writer) error { return npz.Write(w, arrays) })
}

// WriteTiming writes timing.json.
func (f *Folder) WriteTiming(t Timing) error { return f.WriteJSON(timingFile, t) }

// WriteResult writes run.json.
func (f *Folder) WriteResult(result any) error { return f.WriteJSON(ResultFile, result) }

// WriteReport writes report.html.
func (f *Folder) WriteReport(page []byte) error { return f.WriteFile(reportFile, page) }

// WriteFigure writes one figure; name has the ending of its format.
func (f *Folder) WriteFigure(name string, content []byte) error {
	return f.WriteFile(filepath.Join(figuresDir, name), content)
}

// WriteFile writes any other file of a run.
func (f *Folder) WriteFile(name string, content []byte) error {
	return f.write(name, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}

// WriteJSON writes any other value of a run.
func (f *Folder) WriteJSON(name string, content any) error {
	return f.write(name, func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		return encoder.Encode(content)
	})
}

// write writes a file that is the folder's once it is committed.
func (f *Folder) write(name string, write func(io.Writer) error) (err error) {
	if f.change == nil {
		f.change, err = atomicfile.Begin(f.path)
	}
	if err == nil {
		err = f.change.Write(name, write)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	if name = filepath.ToSlash(name); !slices.Contains(f.written, name) {
		f.written = append(f.written, name)
	}
	return nil
}

// Command is the name of the command whose results are in a folder. What keeps it from
// being read is an [input.Error].
func Command(path string) (string, error) {
	file := atomicfile.Locate(path, ResultFile)
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
	file := atomicfile.Locate(path, ResultFile)
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

// ArraysFile is the path of the arrays.npz of a folder.
func ArraysFile(path string) string { return atomicfile.Locate(path, arraysFile) }

// ReadArrays reads the arrays.npz of a folder, and gives the file's name for errors about
// what is in it.
func ReadArrays(path string) (arrays npz.Arrays, file string, err error) {
	file = atomicfile.Locate(path, arraysFile)
	arrays, err = npz.ReadFile(file)
	return arrays, file, err
}
