package geometry

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"actscope/data"
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

// withoutBoundary refuses a network that predicts numbers.
func withoutBoundary(net *models.Network) error {
	return fmt.Errorf("geometry: %v has no decision boundary: %s", net, numbersReason)
}

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

// differs says whether a row's outputs are of another region than others, or of none.
func (d decision) differs(is, was []float64) bool {
	switch {
	case floats.HasNaN(is):
		return true
	case d.targets == graph.Classes:
		return largest(is) != largest(was)
	}
	for j, z := range is {
		if (z >= 0) != (was[j] >= 0) {
			return true
		}
	}
	return false
}

// regions name the region of each row of outputs: by its class, or the signs of its labels.
func (d decision) regions(z *mat.Dense) []string {
	rows, _ := z.Dims()
	names := make([]string, rows)
	for row := range names {
		if d.targets == graph.Classes {
			names[row] = fmt.Sprint(largest(z.RawRowView(row)))
			continue
		}
		for _, v := range z.RawRowView(row) {
			if v >= 0 {
				names[row] += "+"
			} else {
				names[row] += "-"
			}
		}
	}
	return names
}

// sides are distances to a boundary with the regions in which they are.
type sides struct {
	distances []float64 // signed where there are two regions
	regions   []string
	// oriented are the distances times the direction of the region, a column for each
	// coordinate of it: of two regions the signed distances.
	oriented [][]float64
}

// twoSides are signed distances.
func twoSides(signed []float64) sides {
	s := sides{signed, make([]string, len(signed)), [][]float64{signed}}
	for row, d := range signed {
		if s.regions[row] = "0"; d >= 0 {
			s.regions[row] = "1"
		}
	}
	return s
}

// sidesOf gives distances that are signed where there are two regions the direction of the
// region in which z is: the signs of its labels, or of a class its vertex of a regular simplex,
// which for two classes are the two signs.
func (d decision) sidesOf(distances []float64, z *mat.Dense) sides {
	if d.outputs == 1 {
		return twoSides(distances)
	}
	s := sides{distances, d.regions(z), make([][]float64, d.outputs)}
	for unit := range d.outputs {
		s.oriented[unit] = make([]float64, len(distances))
	}
	for row, distance := range distances {
		class := largest(z.RawRowView(row))
		for unit := range d.outputs {
			direction := math.Copysign(1, z.At(row, unit))
			if d.targets == graph.Classes {
				if direction = -1 / float64(d.outputs); unit == class {
					direction++
				}
			}
			s.oriented[unit][row] = distance * direction
		}
	}
	return s
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
	if d.targets == graph.Numbers {
		return nil, withoutBoundary(net)
	}
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

// classesOf number the classes of a set's rows, or the combinations of their labels in the order
// in which they come; nil for numbers.
func classesOf(set data.Set) []float64 {
	switch {
	case set.Targets.Task == data.Regression:
		return nil
	case set.Targets.Columns() == 1:
		return set.Y
	}
	known, classes := make(map[string]int), make([]float64, set.Rows())
	for row := range classes {
		name := fmt.Sprint(set.Target(row))
		if _, ok := known[name]; !ok {
			known[name] = len(known)
		}
		classes[row] = float64(known[name])
	}
	return classes
}
