package foreign

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"actscope/internal/input"
	"actscope/internal/memory"
	"actscope/internal/npz"
)

// Activations are what every layer gives for rows of the file's own columns: the input and the
// output of its activation, rows × units, as the file itself has them. Of the last layer Post is what
// the file gives: see [Understood].Final.
type Activations struct {
	X         []float64 // rows × columns
	Columns   int
	Pre, Post [][]float64
}

// Activations evaluates the network on rows of its columns, row-major. What does not fit into memory is
// an input.Error.
func (m *Model) Activations(x []float64) (*Activations, error) {
	if err := memory.Check("", "these activations", m.bytes(len(x)/m.Columns()), "take fewer points"); err != nil {
		return nil, err
	}
	net, err := m.Standardised(m.Targets())
	if err != nil {
		return nil, err
	}
	scaled := x
	if len(m.Scaling.Mean) > 0 {
		scaled = slices.Clone(x)
		if err := m.Scaling.Apply(scaled); err != nil {
			return nil, err
		}
	}
	observed, err := net.Observe(scaled)
	if err != nil {
		return nil, err
	}
	a := &Activations{X: x, Columns: m.Columns()}
	for l := range m.chain.layers {
		a.Pre, a.Post = append(a.Pre, observed.Pre[l].RawMatrix().Data), append(a.Post, observed.Post[l].RawMatrix().Data)
	}
	if last := len(a.Pre) - 1; m.Final == LogSoftmax {
		a.Post[last] = logSoftmax(a.Pre[last], m.Outputs())
	}
	return a, nil
}

// bytes estimates what [Model.Activations] takes for so many rows.
func (m *Model) bytes(rows int) float64 {
	units := float64(m.Columns())
	for _, l := range m.chain.layers {
		units += 4 * float64(l.units)
	}
	return 8 * units * float64(rows)
}

// logSoftmax is z - ln Σ e^z of each row.
func logSoftmax(z []float64, units int) []float64 {
	out := make([]float64, len(z))
	for from := 0; from < len(z); from += units {
		row := z[from : from+units]
		most := row[0]
		for _, v := range row {
			most = math.Max(most, v)
		}
		sum := 0.0
		for _, v := range row {
			sum += math.Exp(v - most)
		}
		for j, v := range row {
			out[from+j] = v - most - math.Log(sum)
		}
	}
	return out
}

// Rows is the number of rows.
func (a *Activations) Rows() int { return len(a.X) / a.Columns }

// arrays names them x, pre1, post1, pre2, ...
func (a *Activations) arrays() npz.Arrays {
	rows := a.Rows()
	all := npz.Arrays{{Name: "x", Shape: []int{rows, a.Columns}, Values: a.X}}
	for l := range a.Pre {
		units := len(a.Pre[l]) / rows
		all = append(all,
			npz.Array{Name: fmt.Sprintf("pre%d", l+1), Shape: []int{rows, units}, Values: a.Pre[l]},
			npz.Array{Name: fmt.Sprintf("post%d", l+1), Shape: []int{rows, units}, Values: a.Post[l]})
	}
	return all
}

// Write writes them as an .npz archive with the arrays x and, for layers i = 1, 2, ..., pre<i> and
// post<i>, float64.
func (a *Activations) Write(w io.Writer) error { return npz.Write(w, a.arrays()) }

// Departure compares one array of activations.
type Departure struct {
	Array string `json:"array"`
	// Largest is the largest difference, at row Row and unit Unit, from 0, and Relative the same over the
	// array's largest number.
	Largest  float64 `json:"largest_difference"`
	Relative float64 `json:"relative"`
	Row      int     `json:"row"`
	Unit     int     `json:"unit"`
	// Departs says that Relative is more than [Tolerance].
	Departs bool `json:"departs"`
}

// Tolerance is how far activations may be apart, relative to the largest of their array: what
// arithmetic in float32 leaves.
const Tolerance = 1e-5

// CheckFile compares what every layer gives with what somebody else's program gave: an .npz archive of
// arrays under the names of [Activations.Write], of which there have to be one or more. Rows are the
// archive's own x or, where it has none, x. What is wrong with the archive is an input.Error.
func (m *Model) CheckFile(path string, x []float64) ([]Departure, error) {
	given, err := npz.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if own, has := given.Lookup("x"); has {
		if len(own.Shape) != 2 || own.Shape[1] != m.Columns() || own.Shape[0] == 0 {
			return nil, input.InFile(path, input.Refuse("array x", "shape %v: the network reads rows of %d columns", npz.Shape(own.Shape), m.Columns()))
		}
		x = own.Values
	}
	a, err := m.Activations(x)
	if err != nil {
		return nil, input.InFile(path, err)
	}
	all, err := a.compare(given)
	if err != nil {
		return nil, input.InFile(path, err)
	}
	return all, nil
}

// compare compares them, layer by layer; arrays that are not given are left out.
func (a *Activations) compare(given npz.Arrays) ([]Departure, error) {
	var all []Departure
	for _, own := range a.arrays()[1:] {
		other, has := given.Lookup(own.Name)
		if !has {
			continue
		}
		shape := other.Shape
		if len(shape) == 1 && own.Shape[1] == 1 {
			shape = []int{shape[0], 1}
		}
		if len(shape) != 2 || shape[0] != own.Shape[0] || shape[1] != own.Shape[1] {
			return nil, input.Refuse("array "+own.Name, "shape %v: the network gives %v", npz.Shape(other.Shape), npz.Shape(own.Shape))
		}
		d, largest := Departure{Array: own.Name}, 0.0
		for i, v := range other.Values {
			largest = math.Max(largest, math.Abs(v))
			if off := math.Abs(v - own.Values[i]); off > d.Largest || off != off {
				d.Largest, d.Row, d.Unit = off, i/shape[1], i%shape[1]
				if off != off {
					break
				}
			}
		}
		d.Relative = d.Largest
		if largest > 0 {
			d.Relative /= largest
		}
		d.Departs = !(d.Relative <= Tolerance)
		all = append(all, d)
	}
	if len(all) == 0 {
		return nil, input.Refuse("", "none of the arrays pre1, post1, ... pre%s: dump them under these names, rows × units", strconv.Itoa(len(a.Pre)))
	}
	return all, nil
}
