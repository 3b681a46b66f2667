package geometry

import (
	"context"
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
func Jacobians(ctx context.Context, net *models.Network, o *models.Observation, x []float64) ([]*mat.Dense, error) {
	var all []*mat.Dense
	plain := true
	rows := len(x) / net.Inputs()
	var handed *mat.Dense // nil for the identity
	for l, layer := range net.Layers() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if plain = plain && len(layer.Parts) == 0; plain {
			if handed == nil {
				handed = repeated(net.Parameters[0], rows)
				sloped(net, o, l, handed, net.Inputs())
				all = append(all, handed)
				continue
			}
			handed = passed(net, o, l, handed, net.Inputs())
			all = append(all, handed)
			continue
		}
		j := mat.NewDense(len(x), layer.Units, nil)
		known, err := eachGradient(ctx, net, l, x, j.SetCol)
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
	sloped(net, o, l, next, each)
	return next
}

// sloped takes derivatives of layer l's pre-activations, some of them for each row, through
// its activation, in place; the output's stay.
func sloped(net *models.Network, o *models.Observation, l int, derivatives *mat.Dense, each int) {
	if l == net.Depth()-1 {
		return
	}
	slope := net.Layers()[l].Activation.Derivative
	rows, _ := derivatives.Dims()
	for first := 0; first < rows; first += each {
		for unit, z := range o.Pre[l].RawRowView(first / each) {
			s := slope(z)
			for i := first; i < first+each; i++ {
				derivatives.Set(i, unit, derivatives.At(i, unit)*s)
			}
		}
	}
}

// repeated are a parameter's values several times, one below the other: the identity times
// a layer's weights, for each row.
func repeated(p graph.Parameter, times int) *mat.Dense {
	all := mat.NewDense(times*p.Rows, p.Columns, nil)
	for i := range times {
		copy(all.RawMatrix().Data[i*len(p.Values):], p.Values)
	}
	return all
}

// jacobianCost is about how many multiplications it takes to find a row's Jacobian matrices
// and, at four for each entry and value, their singular values.
func jacobianCost(net *models.Network) float64 {
	inputs, before := float64(net.Inputs()), 0.0
	cost := 0.0
	for _, layer := range net.Layers() {
		units := float64(layer.Units)
		cost += inputs * units * (before + 4*min(inputs, units))
		before = units
	}
	return cost
}

// eachGradient visits the units of layer l with the derivative of what each hands on (of
// the output, its pre-activation) with respect to the input, rows × inputs, by reverse
// accumulation through the graph. What it visits with is overwritten by the next. A layer
// that is too wide is not known.
func eachGradient(ctx context.Context, net *models.Network, l int, x []float64, visit func(unit int, gradient []float64)) (known bool, err error) {
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
		if err := ctx.Err(); err != nil {
			return false, err
		}
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
