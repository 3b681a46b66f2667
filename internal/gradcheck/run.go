package gradcheck

import (
	"fmt"
	"strings"

	"actscope/internal/npz"
	"actscope/models/doctor"
)

// Run is the check of a file as a run folder keeps it: run.json, and in arrays.npz the arrays that were compared.
type Run struct {
	Command string `json:"command"`
	// Arguments are the words of the command line behind the program's name.
	Arguments []string `json:"arguments"`
	// File is the file's name, without its folder.
	File string `json:"file"`
	*doctor.Report
}

// NewRun is the check of a file by a command line.
func NewRun(file string, arguments []string, report *doctor.Report) *Run {
	return &Run{Command: "gradcheck", Arguments: arguments, File: file, Report: report}
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

// CompareArrays are the arrays of the report, yours_ID and reference_ID, and the gradients that the file does not have.
func (r *Run) CompareArrays() npz.Arrays {
	var arrays npz.Arrays
	for i, a := range r.Arrays {
		arrays = append(arrays, npz.Array{Name: "yours_" + r.ID(i), Shape: a.Shape, Values: a.Given})
		if a.Expected != nil {
			arrays = append(arrays, npz.Array{Name: "reference_" + r.ID(i), Shape: a.Shape, Values: a.Expected})
		}
	}
	for i, g := range r.References {
		arrays = append(arrays, npz.Array{Name: "reference_" + r.ReferenceID(i), Shape: g.Shape, Values: g.Values})
	}
	return arrays
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
