package gradcheck

import (
	"fmt"
	"math"
	"slices"

	"actscope/graph"
	"actscope/internal/input"
	"actscope/internal/npz"
	"actscope/models/doctor"
	"actscope/models/handcoded/mistakes"
)

// Report is the outcome of holding a gradient file against the reference.
type Report struct {
	Agrees bool                 `json:"agrees"`
	Arrays []doctor.ArrayReport `json:"arrays"`
	mistakes.Diagnosis
}

// Against computes the reference for a file's network and compares. A file whose numbers
// overflow the network gives an [input.Error]. What is wrong with gradients of networks without
// parts is package models/doctor's to say.
func Against(f *File, tolerance mistakes.Tolerance) (*Report, error) {
	program, err := f.reference()
	if err != nil {
		return nil, input.InFile(f.path, err)
	}
	defer program.Close()

	report := &Report{Agrees: true}
	for i, g := range f.Gradients {
		p := f.Parameters[i]
		report.add(compareGradient(g, p, program.Gradient(i), tolerance))
	}
	if f.Loss != nil {
		report.add(compareLoss(*f.Loss, program, tolerance))
	}
	report.Diagnosis = f.locate(report)
	return report, nil
}

func (r *Report) add(a doctor.ArrayReport) {
	r.Arrays = append(r.Arrays, a)
	r.Agrees = r.Agrees && a.Agrees
}

// reference compiles the file's network and runs it on the file's batch.
func (f *File) reference() (*graph.Program, error) {
	network := headOf(f.spec, f.outputs())
	network.Inputs = f.Batch.Columns
	var hidden []graph.Layer
	for n := 1; n < f.layers; n++ {
		hidden = append(hidden, graph.Layer{Units: f.Parameters[2*n-2].Columns, Activation: f.spec.Activation, Parts: f.spec.Parts})
	}
	network.Layers = append(hidden, network.Layers...)
	y, err := targetRows(f.Batch, f.outputs())
	if err != nil {
		return nil, err
	}
	program, err := graph.Compile(network, f.Parameters, f.Batch.Rows(), graph.Options{Purpose: graph.Training, Statistics: network.NewStatistics()})
	if err != nil {
		return nil, err
	}
	if program.Draws() {
		program.Close()
		return nil, ErrRandom
	}
	copy(program.X, f.Batch.X)
	copy(program.Y, y)
	if err := program.Run(); err != nil {
		return nil, err
	}
	for i, p := range f.Parameters {
		for _, v := range program.Gradient(i) {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, about("grad_"+p.Name, "the reference is %v: x and the parameters are too large for this network", v)
			}
		}
	}
	return program, nil
}

// locate says down to which layer, counted from the output, all gradients are right. The
// catalogue of mistakes is about networks without parts.
func (f *File) locate(r *Report) mistakes.Diagnosis {
	d := mistakes.Diagnosis{Explanations: []mistakes.Explanation{}, LastRightLayer: 1}
	for i, p := range f.Parameters {
		if !r.Arrays[i].Agrees && p.Layer >= d.LastRightLayer {
			d.LastRightLayer = p.Layer + 1
		}
	}
	if d.LastRightLayer > f.layers {
		d.LastRightLayer = 0
	}
	if !r.Agrees {
		d.Remark = "Mistakes are looked for in networks without parts only."
	}
	return d
}

// compareGradient compares an array in the file with the reference for p.
func compareGradient(yours npz.Array, p graph.Parameter, reference []float64, tolerance mistakes.Tolerance) doctor.ArrayReport {
	want := []int{p.Rows, p.Columns}
	isRow := p.Rows == 1 && slices.Equal(yours.Shape, want[1:])
	report := doctor.ArrayReport{Name: yours.Name, Shape: yours.Shape, Given: yours.Values}
	if !slices.Equal(yours.Shape, want) && !isRow {
		report.Remark = fmt.Sprintf("shape %v, the reference has %v", npz.Shape(yours.Shape), npz.Shape(want))
	}
	if len(yours.Values) != len(reference) {
		report.Index = []int{}
		return report
	}
	report.Expected, report.Tolerance = slices.Clone(reference), tolerance.Margin(reference)
	d := compare(yours.Values, reference)
	report.MaxAbs, report.MaxRel = d.abs, d.rel
	report.Index = yours.Index(d.index)
	report.Yours, report.Reference = yours.Values[d.index], reference[d.index]
	report.Agrees = report.Remark == "" && tolerance.Agree(yours.Values, reference)
	return report
}

// compareLoss accepts the loss that is differentiated or else the article's
// formula, which many print beside it.
func compareLoss(yours float64, program *graph.Program, tolerance mistakes.Tolerance) doctor.ArrayReport {
	against := func(reference float64) doctor.ArrayReport {
		d := compare([]float64{yours}, []float64{reference})
		return doctor.ArrayReport{
			Name: "loss", Index: []int{}, MaxAbs: d.abs, MaxRel: d.rel, Yours: yours, Reference: reference, Given: []float64{yours}, Expected: []float64{reference},
			Tolerance: tolerance.Margin([]float64{reference}),
			Agrees:    tolerance.Agree([]float64{yours}, []float64{reference}),
		}
	}
	if reported := against(program.ReportedLoss()); reported.Agrees && !against(program.Objective()).Agrees {
		return reported
	}
	return against(program.Objective())
}

// discrepancy is how far two arrays are apart.
type discrepancy struct {
	// abs is the largest difference, rel the same relative to the largest entry of
	// both; 0 where both are 0 everywhere.
	abs, rel float64
	// index is the entry where the difference is largest.
	index int
}

func compare(yours, reference []float64) discrepancy {
	var d discrepancy
	largest := 0.0
	for i, r := range reference {
		largest = max(largest, math.Abs(r), math.Abs(yours[i]))
		if abs := math.Abs(yours[i] - r); abs > d.abs {
			d.abs, d.index = abs, i
		}
	}
	if d.abs > 0 {
		d.rel = d.abs / largest
	}
	return d
}
