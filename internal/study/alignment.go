package study

import (
	"gonum.org/v1/gonum/mat"

	"actscope/internal/number"
	"actscope/models/geometry"
)

// Alignment is how alike two networks' hidden layers are.
type Alignment struct {
	// Networks are their names.
	Networks [2]string `json:"networks"`
	// CKA is the linear alignment over the test points of each hidden layer of the first
	// network (rows) with each of the second (columns); see [geometry.CKA].
	CKA [][]number.Float `json:"cka"`
}

// alignedRows is over how many of the test points layers are compared.
const alignedRows = 1000

// Alignments compares the hidden layers of any two networks.
func (r *Result) Alignments() []Alignment {
	var all []Alignment
	for j, b := range r.Networks {
		for _, a := range r.Networks[:j] {
			all = append(all, Alignment{[2]string{a.Name, b.Name}, a.alignment(b)})
		}
	}
	return all
}

func (n *Network) alignment(other *Network) [][]number.Float {
	var table [][]number.Float
	for l := 1; l <= n.Test.HiddenLayers(); l++ {
		var row []number.Float
		for k := 1; k <= other.Test.HiddenLayers(); k++ {
			cka, _ := geometry.CKA(firstRows(n.Hidden(l)), firstRows(other.Hidden(k))) // both have the test points' rows
			row = append(row, number.Float(cka))
		}
		table = append(table, row)
	}
	return table
}

func firstRows(m *mat.Dense) mat.Matrix {
	rows, columns := m.Dims()
	return m.Slice(0, min(rows, alignedRows), 0, columns)
}
