package study

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/npz"
)

// FolderError says why a run folder cannot be read.
type FolderError struct {
	// File is the file in it, Array the array in the file, if it is about one.
	File, Array string
	Err         error
}

func (e *FolderError) Error() string {
	if e.Array == "" {
		return fmt.Sprintf("%s: %v", e.File, e.Err)
	}
	return fmt.Sprintf("%s: array %s: %v", e.File, e.Array, e.Err)
}

func (e *FolderError) Unwrap() error { return e.Err }

// Load reads a run folder back: the summary as it was written, and the result, its
// networks with their trained parameters and observed anew, without any training.
// Errors are [FolderError]s.
func Load(path string) (*Result, *Run, error) {
	run, err := loadRun(filepath.Join(path, RunFile))
	if err != nil {
		return nil, nil, err
	}
	file := filepath.Join(path, arraysFile)
	arrays, err := npz.ReadFile(file)
	if err != nil {
		return nil, nil, &FolderError{File: file, Err: err}
	}
	l := loader{arrays: arrays, file: file, epochs: run.Config.Epochs}
	r := l.result(run)
	if l.err != nil {
		return nil, nil, l.err
	}
	for _, n := range r.Networks {
		if err := n.observe(context.Background(), r); err != nil {
			return nil, nil, &FolderError{File: file, Err: err}
		}
	}
	return r, run, nil
}

// LoadResult reads the run.json of a run folder into r, what [Folder.WriteResult] was
// given. Where the folder is one of another command ok is false and r as it was. What
// check finds wrong with it, and other errors, are [FolderError]s.
func LoadResult(path, command string, r any, check func() error) (ok bool, err error) {
	file := filepath.Join(path, RunFile)
	text, err := os.ReadFile(file)
	if err != nil {
		return false, &FolderError{File: file, Err: err}
	}
	var head struct{ Command string }
	if err := json.Unmarshal(text, &head); err != nil || head.Command != command {
		return false, nil // for others to read, or to complain about
	}
	if err = json.Unmarshal(text, r); err == nil {
		err = check()
	}
	if err != nil {
		return true, &FolderError{File: file, Err: err}
	}
	return true, nil
}

func loadRun(file string) (*Run, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, &FolderError{File: file, Err: err}
	}
	run := &Run{Config: Config{Dtype: graph.Double.String()}} // runs of earlier versions do not say
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(run); err != nil {
		var other struct{ Command string }
		if json.Unmarshal(text, &other) == nil && other.Command != "" && other.Command != "reproduce" && other.Command != "compare" {
			err = fmt.Errorf("a run of %s: only those of reproduce and compare can be read back", other.Command)
		}
		return nil, &FolderError{File: file, Err: err}
	}
	if err := run.Config.Validate(); err != nil {
		return nil, &FolderError{File: file, Err: err}
	}
	return run, nil
}

// loader takes arrays apart and keeps the first error.
type loader struct {
	arrays npz.Arrays
	file   string
	epochs int
	err    error
}

func (l *loader) fail(array string, format string, args ...any) {
	if l.err == nil {
		l.err = &FolderError{File: l.file, Array: array, Err: fmt.Errorf(format, args...)}
	}
}

// take gives an array whose shape is as wanted; a side of -1 is any.
func (l *loader) take(name string, want ...int) npz.Array {
	a, ok := l.arrays.Lookup(name)
	if !ok {
		l.fail(name, "missing")
		return npz.Array{Shape: make([]int, len(want))}
	}
	fits := len(a.Shape) == len(want)
	for i := 0; fits && i < len(want); i++ {
		fits = want[i] == -1 || want[i] == a.Shape[i]
	}
	if !fits {
		l.fail(name, "shape %v, want %v", a.Shape, want)
		return npz.Array{Shape: make([]int, len(want))}
	}
	for i, v := range a.Values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			l.fail(name, "entry %d is %v", i, v)
			break
		}
	}
	return a
}

// set is rows with their labels.
func (l *loader) set(x, y string) data.Set {
	points := l.take(x, -1, -1)
	s := data.Set{X: points.Values, Columns: points.Shape[1], Y: l.take(y, points.Shape[0]).Values}
	if err := s.Validate(); err != nil && l.err == nil {
		l.fail(x, "%v", err)
	}
	return s
}

// result rebuilds everything that arrays hold.
func (l *loader) result(run *Run) *Result {
	r := &Result{Config: run.Config}
	r.Data.Raw, r.Data.Standardised = l.set("x_raw", "y"), l.set("x_std", "y")
	if names := run.Names; names != nil {
		if r.Data.Inputs, r.Data.Classes = names.Inputs, names.Classes; len(names.Inputs) != r.Data.Raw.Columns {
			l.fail("x_raw", "%d columns, of which %s names %d", r.Data.Raw.Columns, RunFile, len(names.Inputs))
		}
	}
	r.Data.Train, r.Data.Test = l.set("x_train", "y_train"), l.set("x_test", "y_test")
	r.Data.Scaling = data.Standardiser{Mean: l.take("mean", r.Data.Raw.Columns).Values, Scale: l.take("scale", r.Data.Raw.Columns).Values}
	for class := range r.Data.Far {
		r.Data.Far[class] = l.take(fmt.Sprintf("far_class%d", class), r.Data.Train.Columns).Values
	}
	shuffles := l.take("first_shuffles", -1, r.Data.Train.Rows())
	for i := range shuffles.Shape[0] {
		r.Shuffles = append(r.Shuffles, wholeNumbers(shuffles.Values[i*shuffles.Shape[1]:][:shuffles.Shape[1]]))
	}
	if l.err == nil {
		var err error
		if r.Data.Plane, err = planeOf(r.Data.Standardised); err == nil {
			r.Grid, err = r.Data.grid()
		}
		if err != nil {
			l.fail("x_std", "%v", err)
		}
	}
	if l.err != nil {
		return nil
	}
	if _, err := r.initialise(); err != nil {
		l.fail("x_train", "%v", err)
		return nil
	}
	for i, n := range r.Networks {
		r.Networks[i] = l.network(n)
	}
	return r
}

func wholeNumbers(values []float64) []int {
	numbers := make([]int, len(values))
	for i, v := range values {
		numbers[i] = int(v)
	}
	return numbers
}

// network rebuilds one network as it was after training, given what initialising
// its configuration makes.
func (l *loader) network(fresh *Network) *Network {
	n, name, model := fresh, fresh.Name, fresh.Model
	for i, p := range model.Parameters {
		if p.Weight {
			n.Initial[i] = l.take(name+"_init_"+p.Name, p.Rows, p.Columns).Values
		}
		n.First.Parameters = append(n.First.Parameters, l.take(name+"_grad_"+p.Name, p.Rows, p.Columns).Values)
	}
	for _, p := range state(model) {
		copy(p.Values, l.take(name+"_final_"+p.Name, p.Rows, p.Columns).Values)
	}
	if first := l.take(name + "_loss_first_rows"); l.err == nil {
		n.First.Reported = first.Values[0]
	}
	n.History.Loss = l.take(name+"_loss_history", l.epochs).Values
	n.GradientNorms = l.take(name+"_gradient_norms", l.epochs, model.Depth()).Values
	n.Snapshots = l.snapshots(n)
	return n
}

func (l *loader) snapshots(n *Network) []Snapshot {
	if _, taken := l.arrays.Lookup(n.Name + "_snapshot_epochs"); !taken {
		return nil
	}
	epochs := wholeNumbers(l.take(n.Name+"_snapshot_epochs", -1).Values)
	if !slices.IsSorted(epochs) || (len(epochs) > 0 && (epochs[0] < 0 || epochs[len(epochs)-1] > len(n.History.Loss))) {
		l.fail(n.Name+"_snapshot_epochs", "%v are no epochs of this run in ascending order", epochs)
		return nil
	}
	snapshots := make([]Snapshot, len(epochs))
	for i, e := range epochs {
		snapshots[i] = Snapshot{Epoch: e, Loss: math.NaN()}
		if e > 0 {
			snapshots[i].Loss = n.History.Loss[e-1]
		}
	}
	for _, p := range state(n.Model) {
		a := l.take(n.Name+"_snapshot_"+p.Name, len(epochs), p.Rows, p.Columns)
		if l.err != nil {
			return nil
		}
		for i := range snapshots {
			size := p.Rows * p.Columns
			snapshots[i].Values = append(snapshots[i].Values, a.Values[i*size:(i+1)*size])
		}
	}
	return snapshots
}
