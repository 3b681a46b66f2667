package models

import (
	"fmt"

	"actscope/data"
	"actscope/graph"
)

// targets are those of a set's rows as the network's graph takes them, rows × outputs: the
// numbers of classes become one-hot rows. It reports a set that the network cannot train on.
func (net *Network) targets(set data.Set) (y []float64, rows int, err error) {
	outputs, kind := net.Outputs(), net.architecture.Targets()
	if outputs == 1 && kind == graph.Labels {
		if err := set.Validate(); err != nil {
			return nil, 0, err
		}
	}
	if rows, err = net.checkColumns(set.X); err != nil {
		return nil, 0, err
	}
	if set.Columns != net.Inputs() {
		return nil, 0, fmt.Errorf("models: a set of %d columns for a network of %d inputs", set.Columns, net.Inputs())
	}
	if y = set.Y; kind == graph.Classes {
		if y, err = OneHot(set.Y, outputs); err != nil {
			return nil, 0, err
		}
	}
	if len(y) != rows*outputs {
		return nil, 0, fmt.Errorf("models: %d targets for %d rows of %d outputs", len(set.Y), rows, outputs)
	}
	return y, rows, net.architecture.CheckTargets(y)
}

// TargetRows are the targets of a set's rows as the network's loss takes them, rows × outputs.
func (net *Network) TargetRows(set data.Set) ([]float64, error) {
	y, _, err := net.targets(set)
	return y, err
}

// RowWeights are the weights of a set's rows in a training, nil where they count alike.
func (t Training) RowWeights(set data.Set) ([]float64, error) { return rowWeights(t.ClassWeights, set) }

// OneHot has a 1 in the column of each row's class, one of so many, and zeros. A number that is
// no class is an error.
func OneHot(classes []float64, outputs int) ([]float64, error) {
	y := make([]float64, len(classes)*outputs)
	for row, class := range classes {
		column := int(class)
		if !(class >= 0 && class < float64(outputs)) || float64(column) != class {
			return nil, fmt.Errorf("models: row %d is of class %v: the network's outputs are those of classes 0 to %d", row, class, outputs-1)
		}
		y[row*outputs+column] = 1
	}
	return y, nil
}
