package foreign

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"actscope/data"
	"actscope/models"
)

// Prediction is what a network says of some rows, in units and classes of the file.
type Prediction struct {
	// Columns name the numbers of a row, such as P(yes) or price.
	Columns []string
	// Numbers are rows × columns: probabilities of classes or labels, scores, or numbers.
	Numbers []float64
	// Classes is the class of each row by its name; nil where none is predicted.
	Classes []string
	// Labels are the names of labels, and Has, rows × labels, says which a row has; nil where
	// none is predicted.
	Labels []string
	Has    []bool
}

// Rows is the number of rows.
func (p *Prediction) Rows() int { return len(p.Numbers) / len(p.Columns) }

// Predict predicts rows of the raw columns, row-major. A class is the one with the largest
// probability or score, of one unit class 1 from 1/2, or from the score 0, on.
func (m *Model) Predict(x []float64) (*Prediction, error) {
	targets := m.Targets()
	net, err := m.Standardised(targets)
	if err != nil {
		return nil, err
	}
	out, err := m.outputsOf(net, x)
	if err != nil {
		return nil, err
	}
	p := &Prediction{Numbers: out}
	names := m.Classes
	if names == nil && targets.Task == data.Classification {
		names = numbered("", targets.Classes(), 0)
	}
	switch scores := m.Final == NoFinal && names != nil; {
	case names != nil:
		width, least, column := m.Outputs(), 0.5, "P(%s)"
		if scores {
			least, column = 0, "score(%s)"
		}
		if width == 1 {
			for _, v := range out {
				class := 0
				if v >= least {
					class = 1
				}
				p.Classes = append(p.Classes, names[class])
			}
		} else {
			for row := range slices.Chunk(out, width) {
				p.Classes = append(p.Classes, names[largest(row)])
			}
		}
		switch {
		case width == 1 && scores:
			names = names[1:]
		case width == 1:
			p.Numbers = make([]float64, 0, 2*len(out))
			for _, v := range out {
				p.Numbers = append(p.Numbers, 1-v, v)
			}
		}
		for _, name := range names {
			p.Columns = append(p.Columns, fmt.Sprintf(column, name))
		}
	case targets.Task == data.MultiLabel:
		if p.Labels = m.TargetNames; p.Labels == nil {
			p.Labels = numbered("label ", m.Outputs(), 1)
		}
		for _, name := range p.Labels {
			p.Columns = append(p.Columns, fmt.Sprintf("P(%s)", name))
		}
		for _, v := range out {
			p.Has = append(p.Has, v >= 0.5)
		}
	default:
		if p.Columns = m.TargetNames; p.Columns == nil && m.Outputs() > 1 {
			p.Columns = numbered("prediction ", m.Outputs(), 1)
		} else if p.Columns == nil {
			p.Columns = []string{"prediction"}
		}
	}
	return p, nil
}

// outputsOf are a network's outputs for raw columns, which it reads scaled; log-probabilities
// become probabilities.
func (m *Model) outputsOf(net *models.Network, x []float64) ([]float64, error) {
	if len(m.Scaling.Mean) > 0 {
		x = slices.Clone(x)
		if err := m.Scaling.Apply(x); err != nil {
			return nil, err
		}
	}
	out, err := net.Predict(x)
	if err != nil {
		return nil, err
	}
	for i, v := range out {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("foreign: the network gives %v for row %d", v, i/net.Outputs())
		}
	}
	return out, nil
}

// numbered are names with numbers that begin at first.
func numbered(prefix string, count, first int) []string {
	names := make([]string, count)
	for i := range names {
		names[i] = prefix + strconv.Itoa(first+i)
	}
	return names
}

// largest is the place of the largest number, the first of equals.
func largest(row []float64) int {
	at := 0
	for i, v := range row {
		if v > row[at] {
			at = i
		}
	}
	return at
}

// Head are the names of a row's cells: numbers, the class, the labels.
func (p *Prediction) Head() []string {
	head := slices.Clone(p.Columns)
	if p.Classes != nil {
		head = append(head, "class")
	}
	return append(head, p.Labels...)
}

// AppendRow appends the cells of a row: numbers in their shortest form, the class, and 1 or 0 for
// each label.
func (p *Prediction) AppendRow(cells []string, row int) []string {
	for _, v := range p.Numbers[row*len(p.Columns) : (row+1)*len(p.Columns)] {
		cells = append(cells, strconv.FormatFloat(v, 'g', -1, 64))
	}
	if p.Classes != nil {
		cells = append(cells, p.Classes[row])
	}
	for i := range p.Labels {
		has := "0"
		if p.Has[row*len(p.Labels)+i] {
			has = "1"
		}
		cells = append(cells, has)
	}
	return cells
}
