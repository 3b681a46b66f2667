package gradcheck

import (
	"fmt"
	"math"
	"slices"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/npz"
	"actscope/models"
)

// parseTargets reads y, once the parameters are known: the number of outputs and the loss say
// what it has to hold.
func (f *File) parseTargets(arrays npz.Arrays) error {
	last := f.Parameters[2*f.layers-2]
	head := headOf(f.spec, last.Columns)
	if err := head.Validate(); err != nil {
		return about(last.Name, "shape (%d, %d): %w", last.Rows, last.Columns, err)
	}
	y, err := lookup(arrays, "y")
	if err != nil {
		return err
	}
	rows, outputs, kind := len(f.Batch.X)/f.Batch.Columns, last.Columns, head.Targets()
	wrong := func(format string, args ...any) error {
		several := "s"
		if outputs == 1 {
			several = ""
		}
		return about("y", "%s: x has %d rows, and loss %s of %d output%s takes %s",
			fmt.Sprintf(format, args...), rows, head.Loss.Name, outputs, several, taken(kind, rows, outputs))
	}
	column := slices.Equal(y.Shape, []int{rows}) || slices.Equal(y.Shape, []int{rows, 1})
	matrix := slices.Equal(y.Shape, []int{rows, outputs})
	if !matrix && !(column && (outputs == 1 || kind == graph.Classes)) {
		return wrong("shape %v", npz.Shape(y.Shape))
	}
	if kind != graph.Numbers {
		for i, v := range y.Values {
			if v != math.Trunc(v) || v < 0 || v > 1 && (matrix || v >= float64(outputs)) {
				return wrong("entry %v is %v", y.Index(i), v)
			}
		}
	}
	f.Batch.Y, f.Batch.Targets = y.Values, targetsOf(kind, outputs)
	if kind == graph.Classes && matrix {
		f.Batch.Y = nil
		for row := range slices.Chunk(y.Values, outputs) {
			class := slices.Index(row, 1)
			if class < 0 || slices.Contains(row[class+1:], 1) {
				return wrong("row %d is %v", len(f.Batch.Y), row)
			}
			f.Batch.Y = append(f.Batch.Y, float64(class))
		}
	}
	return nil
}

// headOf is the output layer of a specified network alone, with so many units.
func headOf(spec models.MLP, outputs int) graph.Architecture {
	a := graph.MLP(1, nil, graph.Activation{}, spec.Loss).WithOutputs(outputs)
	a.Reduction, a.L2 = spec.Reduction, spec.L2
	if spec.Output.Expression != nil {
		a.Layers[0].Activation = spec.Output
	}
	return a
}

// targetsOf says what the Y of a set holds for so many outputs.
func targetsOf(kind graph.Targets, outputs int) data.Targets {
	switch {
	case kind == graph.Numbers:
		return data.Targets{Task: data.Regression, Count: outputs}
	case kind == graph.Classes:
		return data.Targets{Task: data.Classification, Count: outputs}
	case outputs > 1:
		return data.Targets{Task: data.MultiLabel, Count: outputs}
	}
	return data.Targets{}
}

// taken says what y has to hold, and in which shape.
func taken(kind graph.Targets, rows, outputs int) string {
	column := fmt.Sprintf("(%d) or (%d, 1)", rows, rows)
	matrix := fmt.Sprintf("(%d, %d)", rows, outputs)
	switch {
	case kind == graph.Classes:
		return fmt.Sprintf("the number of each row's class, from 0 to %d, in shape %s, or rows with a 1 in the class's column and zeros (one-hot) in shape %s", outputs-1, column, matrix)
	case kind == graph.Numbers && outputs == 1:
		return fmt.Sprintf("a number for each, in shape %s", column)
	case kind == graph.Numbers:
		return fmt.Sprintf("as many numbers for each, in shape %s", matrix)
	case outputs == 1:
		return fmt.Sprintf("a label of 0 or 1 for each, in shape %s: classes need an output each and loss softmax, numbers loss mse", column)
	}
	return fmt.Sprintf("labels of 0 or 1, one for each output, in shape %s: for one of several classes take loss softmax, for numbers mse", matrix)
}
