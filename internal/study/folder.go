package study

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"actscope/graph/machine/kernel"
	"actscope/internal/atomicfile"
	"actscope/internal/npz"
	"actscope/models/geometry"
)

// RunFile is the file of a run folder that says what was asked and what came out.
const RunFile = "run.json"

// Names of the other files in a run folder.
const (
	timingFile = "timing.json"
	arraysFile = "arrays.npz"
	figuresDir = "figures"
	reportFile = "report.html"
)

// Run is the content of run.json: what was asked and what came out, equal byte
// for byte in every run of one configuration on one set of kernels.
type Run struct {
	Command string `json:"command"`
	Config  Config `json:"config"`
	// Kernels names the set of numeric kernels, which decides the last bits; it is empty
	// in runs of programs that had one set only.
	Kernels string `json:"kernels"`
	// Names are what the data calls its columns and classes, nil where it does not.
	Names    *RunNames    `json:"names,omitempty"`
	Networks []RunNetwork `json:"networks"`
	// Alignments compare the hidden layers of any two networks.
	Alignments []Alignment `json:"alignments,omitempty"`
	Claims     []Claim     `json:"claims,omitempty"`
}

// RunNames are names from the data.
type RunNames struct {
	Inputs  []string  `json:"inputs"`
	Classes [2]string `json:"classes"`
}

// RunNetwork is one network's part of run.json.
type RunNetwork struct {
	Name          string    `json:"name"`
	Activation    string    `json:"activation"`
	Hidden        []int     `json:"hidden"`
	Parameters    int       `json:"parameters"`
	LossHistory   []float64 `json:"loss_history"`
	FinalLoss     float64   `json:"final_loss"`
	TrainAccuracy float64   `json:"train_accuracy"`
	TestAccuracy  float64   `json:"test_accuracy"`
	HiddenStd     []float64 `json:"hidden_std"`
	// Geometry is what the network's layers make of the test points.
	Geometry geometry.Measurement `json:"geometry"`
	Trace    RunTrace             `json:"trace"`
}

// RunTrace is the signal trace of the two traced samples.
type RunTrace struct {
	Class0 []float64 `json:"class0"`
	Class1 []float64 `json:"class1"`
}

// Timing is the content of timing.json.
type Timing struct {
	TrainingSeconds float64 `json:"training_seconds"`
	TrainingSteps   int     `json:"training_steps"`
	FiguresSeconds  float64 `json:"figures_seconds"`
	TotalSeconds    float64 `json:"total_seconds"`
}

// Summary is the result as run.json has it.
func (r *Result) Summary(command string, claims []Claim) Run {
	run := Run{Command: command, Config: r.Config, Kernels: kernel.Set(), Alignments: r.Alignments(), Claims: claims}
	if len(r.Data.Inputs) > 0 {
		run.Names = &RunNames{Inputs: r.Data.Inputs, Classes: r.Data.Classes}
	}
	for _, n := range r.Networks {
		run.Networks = append(run.Networks, RunNetwork{
			Name: n.Name, Activation: n.Name, Hidden: r.Config.Hidden, Parameters: n.Model.ParameterCount(),
			LossHistory: n.History.Loss, FinalLoss: n.FinalLoss(),
			TrainAccuracy: n.TrainAccuracy, TestAccuracy: n.TestAccuracy,
			HiddenStd: n.Spread(), Geometry: n.Geometry, Trace: RunTrace{n.Trace[0], n.Trace[1]},
		})
	}
	return run
}

// Folder is a directory that holds one run.
type Folder struct{ path string }

// NewFolder makes sure that a run can be written to a directory, which is created
// if need be. Call it before the work whose result goes there.
func NewFolder(path string) (Folder, error) {
	if err := os.MkdirAll(filepath.Join(path, figuresDir), 0o777); err != nil {
		return Folder{}, badSetting("out", "cannot make a folder for the results: %v", err)
	}
	probe, err := os.CreateTemp(path, ".writable.*")
	if err != nil {
		return Folder{}, badSetting("out", "cannot write to %s: %v", path, err)
	}
	probe.Close()
	os.Remove(probe.Name())
	return Folder{path}, nil
}

// Path is the directory.
func (f Folder) Path() string { return f.path }

// WriteRun writes run.json and arrays.npz.
func (f Folder) WriteRun(run Run, arrays npz.Arrays) error {
	if err := f.WriteArrays(arrays); err != nil {
		return err
	}
	return f.writeJSON(RunFile, run)
}

// WriteArrays writes arrays.npz.
func (f Folder) WriteArrays(arrays npz.Arrays) error {
	err := atomicfile.Write(filepath.Join(f.path, arraysFile), func(w io.Writer) error { return npz.Write(w, arrays) })
	if err != nil {
		return fmt.Errorf("writing the arrays: %w", err)
	}
	return nil
}

// WriteTiming writes timing.json.
func (f Folder) WriteTiming(t Timing) error { return f.writeJSON(timingFile, t) }

// WriteResult writes run.json for a command whose result is not a [Run].
func (f Folder) WriteResult(result any) error { return f.writeJSON(RunFile, result) }

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

func (f Folder) writeJSON(name string, content any) error {
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
