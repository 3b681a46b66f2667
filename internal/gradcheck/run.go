package gradcheck

import (
	"fmt"
	"slices"
	"strings"

	"actscope/internal/experiment"
	"actscope/internal/input"
	"actscope/internal/npz"
	"actscope/internal/runfolder"
	"actscope/models/doctor"
)

// Run is the check of a file as a run folder keeps it: run.json, and in arrays.npz the arrays that were compared.
type Run struct {
	Command string `json:"command"`
	// Arguments are the words of the command line behind the program's name.
	Arguments []string `json:"arguments"`
	// File is the file's name, without its folder.
	File string `json:"file"`
	// Origin says which program and kernels judged it.
	experiment.Origin
	*doctor.Report
}

// NewRun is the check of a file by a command line.
func NewRun(file string, arguments []string, report *doctor.Report) *Run {
	return &Run{Command: "gradcheck", Arguments: arguments, File: file, Origin: experiment.NewOrigin(""), Report: report}
}

// ID names array i of the report in file names and in arrays.npz: its number from 1, and what can be read of its name.
func (r *Run) ID(i int) string { return id(i, r.Arrays[i].Name) }

// ReferenceID does the same for a gradient that the file does not have.
func (r *Run) ReferenceID(i int) string { return id(len(r.Report.Arrays)+i, r.References[i].Parameter) }

func id(i int, name string) string {
	const most = 40
	readable := strings.Map(func(c rune) rune {
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' {
			return c
		}
		return -1
	}, name)
	return strings.TrimSuffix(fmt.Sprintf("%d_%s", i+1, readable[:min(len(readable), most)]), "_")
}

// The arrays of the report in arrays.npz are these and an ID.
const (
	yoursPrefix     = "yours_"
	referencePrefix = "reference_"
)

// Compared are the arrays of the report, and the gradients that the file does not have.
func (r *Run) Compared() npz.Arrays {
	var arrays npz.Arrays
	for i, a := range r.Arrays {
		arrays = append(arrays, npz.Array{Name: yoursPrefix + r.ID(i), Shape: a.Shape, Values: a.Given})
		if a.Expected != nil {
			arrays = append(arrays, npz.Array{Name: referencePrefix + r.ID(i), Shape: a.Shape, Values: a.Expected})
		}
	}
	for i, g := range r.References {
		arrays = append(arrays, npz.Array{Name: referencePrefix + r.ReferenceID(i), Shape: g.Shape, Values: g.Values})
	}
	return arrays
}

// Load reads the check in a run folder back, without judging anew. What keeps it from being read is an [input.Error].
func Load(path string) (*Run, error) {
	r := &Run{Report: &doctor.Report{}}
	if err := runfolder.ReadResult(path, r, false, r.check); err != nil {
		return nil, err
	}
	arrays, file, err := runfolder.ReadArrays(path)
	if err != nil {
		return nil, err
	}
	if err := r.setCompared(arrays); err != nil {
		return nil, input.InFile(file, err)
	}
	return r, nil
}

// check refuses what no check says.
func (r *Run) check() error {
	if v := r.Verdict; v != doctor.Right && v != doctor.Proportional && v != doctor.Wrong {
		return input.Refuse("verdict", "%q is none", v)
	}
	if len(r.Arrays) == 0 {
		return input.Refuse("arrays", "missing")
	}
	for _, a := range r.Arrays {
		if a.Tolerance < 0 {
			return input.Refuse("arrays", "%s: a tolerance of %v", a.Name, a.Tolerance)
		}
	}
	return nil
}

// setCompared takes what [Run.Compared] gives.
func (r *Run) setCompared(arrays npz.Arrays) error {
	for i := range r.Arrays {
		a := &r.Arrays[i]
		yours, ok := arrays.Lookup(yoursPrefix + r.ID(i))
		if !ok || len(yours.Values) == 0 {
			return about(yoursPrefix+r.ID(i), "missing, or without an entry")
		}
		a.Shape, a.Given = yours.Shape, yours.Values
		if reference, ok := arrays.Lookup(referencePrefix + r.ID(i)); ok {
			if !slices.Equal(reference.Shape, yours.Shape) {
				return about(reference.Name, "shape %s, yours has %s", npz.Shape(reference.Shape), npz.Shape(yours.Shape))
			}
			a.Expected = reference.Values
		}
		if len(a.Index) > 0 && len(a.Index) != len(a.Shape) {
			return about(yours.Name, "the entry %v of an array of %d axes", a.Index, len(a.Shape))
		}
		for k, n := range a.Index {
			if n < 0 || n >= a.Shape[k] {
				return about(yours.Name, "the entry %v is beyond its shape, %s", a.Index, npz.Shape(a.Shape))
			}
		}
	}
	for i := range r.References {
		name := referencePrefix + r.ReferenceID(i)
		reference, ok := arrays.Lookup(name)
		if !ok || len(reference.Values) == 0 {
			return about(name, "missing, or without an entry")
		}
		r.References[i].Shape, r.References[i].Values = reference.Shape, reference.Values
	}
	return nil
}

// AsDoctors is the comparison of a network with parts in the form of those without.
func (r *Report) AsDoctors() *doctor.Report {
	d := &doctor.Report{
		Agrees: r.Agrees, Verdict: doctor.Wrong, Summary: "Not all arrays agree with the reference.", Arrays: r.Arrays,
		Remark: r.Remark, LastRightLayer: r.LastRightLayer, Diagnosis: []doctor.Fault{}, Alternatives: []doctor.Alternative{},
		Understood: doctor.Understanding{Factor: 1},
	}
	if r.Agrees {
		d.Verdict, d.Summary = doctor.Right, "All arrays agree with the reference."
	}
	return d
}
