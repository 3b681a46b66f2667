package geometry

import (
	"context"

	"gonum.org/v1/gonum/floats"

	"actscope/graph"
	"actscope/models"
)

// decision says how a network's output layer parts the points into regions of one prediction:
// two by the sign of one unit, one of each class by the largest unit, or one of each
// combination of labels by the signs of several units.
type decision struct {
	targets graph.Targets
	outputs int
}

// decisionOf is that of a network. Two logits are read as one unit before, by oneUnit.
func decisionOf(net *models.Network) decision {
	return decision{net.Targets(), net.Outputs()}
}

const numbersReason = "the targets are numbers"

// twoSided says that there are two regions, of which distances have the sign of the logit.
func (d decision) twoSided() bool { return d.targets == graph.Labels && d.outputs == 1 }

// oneUnit reads networks of two logits, and samples of them, as [models.Network.OneUnit].
func oneUnit(net *models.Network, samples ...Sample) (*models.Network, []Sample) {
	one := net.OneUnit()
	if one == net {
		return net, samples
	}
	read := make([]Sample, len(samples))
	for i, s := range samples {
		read[i] = Sample{s.Set, s.Observation.OneUnit()}
	}
	return one, read
}

// front is a part of the boundary and the rows that may be closest to it.
type front struct {
	unit int // whose lead is 0 there
	rows []int
}

// frontsOf are the boundary around some points: that of each label for all of them, or of each
// class for those of which it is predicted. A class's boundary is looked for from inside:
// by how much the first class leads the second changes no sign.
func frontsOf(ctx context.Context, net *models.Network, points []float64) (fronts []front, err error) {
	d := decisionOf(net)
	if d.targets != graph.Classes {
		every := upTo(len(points) / net.Inputs())
		for unit := range d.outputs {
			fronts = append(fronts, front{unit, every})
		}
		return fronts, nil
	}
	z, err := outputsAt(ctx, net, points)
	if err != nil {
		return nil, err
	}
	rows := make([][]int, d.outputs)
	for row := range len(points) / net.Inputs() {
		if class := largest(z.RawRowView(row)); class >= 0 {
			rows[class] = append(rows[class], row)
		}
	}
	for class, of := range rows {
		if len(of) > 0 {
			fronts = append(fronts, front{class, of})
		}
	}
	return fronts, nil
}

// upTo are all rows of so many.
func upTo(rows int) []int {
	every := make([]int, rows)
	for row := range every {
		every[row] = row
	}
	return every
}

// largest is the place of the largest output, the first of equals; -1 where one is NaN.
func largest(z []float64) int {
	if floats.HasNaN(z) {
		return -1
	}
	return floats.MaxIdx(z)
}
