package geometry

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"actscope/graph"
	"actscope/models"
)

// mostDifferentiatedUnits is the width up to which layers with parts are
// differentiated, which takes a run for each unit.
const mostDifferentiatedUnits = 128

// Jacobians are the derivatives of what each hidden layer hands on, and of the
// output's pre-activation, with respect to the input: for each layer the transposed
// Jacobian matrices of the rows, one below the other, (rows · inputs) × units. The rows
// are those of x (rows × inputs), which the observation is of.
//
// Where layers are affine maps and activations, they are the products
// J_l = J_{l-1} W_l diag φ'(z_l), from the pre-activations that the hooks saw. Other
// layers are differentiated through Gorgonia's graph, unit by unit, if they have at
// most 128 units; the matrix of a wider one is nil.
func Jacobians(net *models.Network, o *models.Observation, x []float64) ([]*mat.Dense, error) {
	layers := net.Layers()
	var all []*mat.Dense
	plain := true
	handed := identities(len(x)/net.Inputs(), net.Inputs())
	for l, layer := range layers {
		at := graph.Point{Layer: l + 1, Stage: graph.PostActivation}
		if l == len(layers)-1 {
			at.Stage = graph.PreActivation
		}
		if plain = plain && len(layer.Parts) == 0; !plain {
			j, err := differentiated(net, at, layer.Units, x)
			if err != nil {
				return nil, err
			}
			all = append(all, j)
			continue
		}
		w := net.Parameters[2*l]
		next := new(mat.Dense)
		next.Mul(handed, mat.NewDense(w.Rows, w.Columns, w.Values))
		if at.Stage == graph.PostActivation {
			rows, _ := next.Dims()
			for i := range rows {
				z := o.Pre[l].RawRowView(i / net.Inputs())
				for unit, v := range next.RawRowView(i) {
					next.Set(i, unit, v*layer.Activation.Derivative(z[unit]))
				}
			}
		}
		all = append(all, next)
		handed = next
	}
	return all, nil
}

// identities are identity matrices, one below the other.
func identities(count, side int) *mat.Dense {
	all := mat.NewDense(count*side, side, nil)
	for i := range count * side {
		all.Set(i, i%side, 1)
	}
	return all
}

// differentiated are the transposed Jacobian matrices at one point of the network by
// reverse accumulation, nil where it is too wide.
func differentiated(net *models.Network, at graph.Point, units int, x []float64) (*mat.Dense, error) {
	if units > mostDifferentiatedUnits {
		return nil, nil
	}
	rows := len(x) / net.Inputs()
	s, err := net.Sensitivity(rows, at)
	if err != nil {
		return nil, fmt.Errorf("geometry: %w", err)
	}
	defer s.Close()
	copy(s.X, x)
	j := mat.NewDense(len(x), units, nil)
	for unit := range units {
		clear(s.Weights)
		for row := range rows {
			s.Weights[row*units+unit] = 1
		}
		if err := s.Run(); err != nil {
			return nil, fmt.Errorf("geometry: derivative of %v: %w", at, err)
		}
		j.SetCol(unit, s.Gradient())
	}
	return j, nil
}

// SingularValues are those of each of the matrices that stand one below the other,
// (rows · inputs) × units, in descending order: rows × min(inputs, units). A layer that
// is dead at a row has zeros there.
func SingularValues(stacked *mat.Dense, inputs int) ([][]float64, error) {
	total, units := stacked.Dims()
	var all [][]float64
	var svd mat.SVD
	for row := 0; row < total; row += inputs {
		if !svd.Factorize(stacked.Slice(row, row+inputs, 0, units), mat.SVDNone) {
			return nil, fmt.Errorf("geometry: the singular values of the Jacobian matrix at row %d cannot be found", row/inputs)
		}
		all = append(all, svd.Values(nil))
	}
	return all, nil
}

// CurveLength is the length of the polygonal line through the rows of a in their order,
// over the root of the number of units: the sum over the steps from row to row of the root
// mean square of the units' changes, which makes layers of different widths comparable. Of
// one row and of a constant layer it is 0.
//
// In a wide network of random weights the length of a curve's pre-activations grows
// from one layer to the next by sqrt(chi_1), chi_1 = sw2 E[φ'(sqrt(q) x)²] (Poole et
// al. 2016).
func CurveLength(a mat.Matrix) float64 {
	rows, units := a.Dims()
	length := 0.0
	last, next := make([]float64, units), make([]float64, units)
	for i := range rows {
		mat.Row(next, i, a)
		if i > 0 {
			length += floats.Distance(last, next, 2)
		}
		last, next = next, last
	}
	return length / math.Sqrt(float64(units))
}

// Circle has points at equal angles around the origin, in the plane of the first two
// inputs, and the first of them again at the end: (points + 1) × inputs. With one input it
// goes to and fro.
func Circle(radius float64, inputs, points int) []float64 {
	x := make([]float64, (points+1)*inputs)
	for i := range points + 1 {
		sin, cos := math.Sincos(2 * math.Pi * float64(i%points) / float64(points))
		x[i*inputs] = radius * cos
		if inputs > 1 {
			x[i*inputs+1] = radius * sin
		}
	}
	return x
}
