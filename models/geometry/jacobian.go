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
	var all []*mat.Dense
	plain := true
	handed := identities(len(x)/net.Inputs(), net.Inputs())
	for l, layer := range net.Layers() {
		if plain = plain && len(layer.Parts) == 0; plain {
			handed = passed(net, o, l, handed, net.Inputs())
			all = append(all, handed)
			continue
		}
		j := mat.NewDense(len(x), layer.Units, nil)
		known, err := eachGradient(net, l, x, j.SetCol)
		if err != nil {
			return nil, err
		}
		if !known {
			j = nil
		}
		all = append(all, j)
	}
	return all, nil
}

// passed are derivatives of what comes into layer l, some of them for each row, one below
// the other, times the derivative of the layer: of its affine map and, but for the output,
// its activation.
func passed(net *models.Network, o *models.Observation, l int, derivatives *mat.Dense, each int) *mat.Dense {
	w := net.Parameters[2*l]
	next := new(mat.Dense)
	next.Mul(derivatives, mat.NewDense(w.Rows, w.Columns, w.Values))
	if l == net.Depth()-1 {
		return next
	}
	slope := net.Layers()[l].Activation.Derivative
	rows, _ := next.Dims()
	for first := 0; first < rows; first += each {
		for unit, z := range o.Pre[l].RawRowView(first / each) {
			s := slope(z)
			for i := first; i < first+each; i++ {
				next.Set(i, unit, next.At(i, unit)*s)
			}
		}
	}
	return next
}

// identities are identity matrices, one below the other.
func identities(count, side int) *mat.Dense {
	all := mat.NewDense(count*side, side, nil)
	for i := range count * side {
		all.Set(i, i%side, 1)
	}
	return all
}

// eachGradient visits the units of layer l with the derivative of what each hands on (of
// the output, its pre-activation) with respect to the input, rows × inputs, by reverse
// accumulation through the graph. What it visits with is overwritten by the next. A layer
// that is too wide is not known.
func eachGradient(net *models.Network, l int, x []float64, visit func(unit int, gradient []float64)) (known bool, err error) {
	units := net.Layers()[l].Units
	if units > mostDifferentiatedUnits {
		return false, nil
	}
	at := graph.Point{Layer: l + 1, Stage: graph.PostActivation}
	if l == net.Depth()-1 {
		at.Stage = graph.PreActivation
	}
	rows := len(x) / net.Inputs()
	s, err := net.Sensitivity(rows, at)
	if err != nil {
		return false, fmt.Errorf("geometry: %w", err)
	}
	defer s.Close()
	copy(s.X, x)
	for unit := range units {
		clear(s.Weights)
		for row := range rows {
			s.Weights[row*units+unit] = 1
		}
		if err := s.Run(); err != nil {
			return false, fmt.Errorf("geometry: derivative of %v: %w", at, err)
		}
		visit(unit, s.Gradient())
	}
	return true, nil
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
