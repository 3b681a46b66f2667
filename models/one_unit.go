package models

import (
	"slices"

	"gonum.org/v1/gonum/mat"

	"actscope/graph"
)

// OneUnit is a network of two classes at two logits z read as one of one unit, whose logit is
// z_1 - z_0: a softmax as a sigmoid unit, a hinge's scores as its score. It predicts the same
// classes, with the same probabilities, and has the same decision boundary; weights are
// differences, rounded once. It shares the numbers of all other layers, and has no hooks. Any
// other network is given back as it is.
func (net *Network) OneUnit() *Network {
	last := net.Depth() - 1
	if net.Outputs() != 2 || net.architecture.Targets() != graph.Classes {
		return net
	}
	one := &Network{Parameters: slices.Clone(net.Parameters), Statistics: net.Statistics, architecture: net.architecture}
	one.architecture.Layers = slices.Clone(net.architecture.Layers)
	one.architecture.Layers[last].Units = 1
	if net.architecture.Loss.Name == graph.Softmax.Name {
		one.architecture.Loss = graph.Logits
		one.architecture.Layers[last].Activation = graph.Sigmoid
	}
	for i := 2 * last; i <= 2*last+1; i++ {
		p := &one.Parameters[i]
		pairs := mat.NewDense(p.Rows, 2, p.Values)
		p.Columns, p.Values = 1, secondLessFirst(pairs).RawMatrix().Data
		net.Precision().Round(p.Values)
	}
	return one
}

// OneUnit is what was observed of a network of two logits as [Network.OneUnit] reads it.
func (o *Observation) OneUnit() *Observation {
	last := len(o.Pre) - 1
	one := &Observation{Pre: slices.Clone(o.Pre), Post: slices.Clone(o.Post), reading: reading{graph.Labels, o.reading.scores}}
	one.Pre[last] = secondLessFirst(o.Pre[last])
	if one.Post[last] = one.Pre[last]; !o.reading.scores {
		one.Post[last] = mat.NewDense(o.Rows(), 1, mat.Col(nil, 1, o.Post[last]))
	}
	return one
}

// secondLessFirst is the second of two columns less the first, as a column.
func secondLessFirst(pairs mat.Matrix) *mat.Dense {
	rows, _ := pairs.Dims()
	d := mat.NewDense(rows, 1, nil)
	for i := range rows {
		d.Set(i, 0, pairs.At(i, 1)-pairs.At(i, 0))
	}
	return d
}
