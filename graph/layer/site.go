package layer

import (
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strings"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"actscope/graph"
	"actscope/internal/npz"
)

// site is what a kind gets to build a layer with. An error stops the expression e, and everything after it.
type site struct {
	e          graph.Expression
	kind       Kind
	given      Given
	graph      *gorgonia.ExprGraph
	inputs     []input
	outputs    []output
	terms      []*gorgonia.Node // of the objective
	goal       *gorgonia.Node   // a loss
	understood string
	count      int // of samples
	unrolled   int // steps
	region     func() uint64
	vectors    map[string]*gorgonia.Node
	replaced   map[string][]float64 // gradients that are computed without the graph
	shares     map[string]float64   // factors of gradients, by a layer's convention
	frozen     bool                 // what is read from arrays has no gradient
}

func newSite(k Kind, given Given) *site {
	return &site{kind: k, given: given, graph: gorgonia.NewGraph(), vectors: map[string]*gorgonia.Node{}, replaced: map[string][]float64{}, shares: map[string]float64{}}
}

// fail keeps the first error.
func (s *site) fail(format string, arguments ...any) {
	if s.e.Err == nil {
		s.e.Err = fmt.Errorf(format, arguments...)
	}
}

func (s *site) has(name string) bool { _, ok := s.given.Arrays[name]; return ok }

// chose tells whether the variant includes a choice.
func (s *site) chose(choice string) bool {
	return Variant{Name: s.given.Variant}.Includes(choice)
}

// choice is what follows a prefix such as "eps=" in the variant, "" for nothing.
func (s *site) choice(prefix string) string {
	for _, c := range strings.Split(s.given.Variant, ",") {
		if text, ok := strings.CutPrefix(c, prefix); ok {
			return text
		}
	}
	return ""
}

// understand says what was made of the arrays, which are those of so many samples.
func (s *site) understand(samples int, format string, arguments ...any) {
	s.count, s.understood = samples, fmt.Sprintf(format, arguments...)
}

// makes tells whether a mistake is to be made.
func (s *site) makes(mistake string) bool { return slices.Contains(s.given.Mistakes, mistake) }

// want refuses an array whose shape is not the one that is wanted; axes of length 1 do not count.
func (s *site) want(name string, shape ...int) {
	if a, ok := s.given.Arrays[name]; !ok {
		s.fail("there is no %s", name)
	} else if !SameShape(a.Shape, shape) {
		s.fail("%s is %s, wanted %s", name, npz.Shape(a.Shape), npz.Shape(shape))
	}
}

// number is the value of an array of one entry, or else what stands in its place.
func (s *site) number(name string, otherwise float64) float64 {
	a, ok := s.given.Arrays[name]
	if !ok {
		return otherwise
	}
	if len(a.Values) != 1 {
		s.fail("%s is %s, wanted one number", name, npz.Shape(a.Shape))
		return otherwise
	}
	return a.Values[0]
}

// tensor is a node whose entry i in C order is entry at(i) of an array.
func (s *site) tensor(name string, shape []int, at func(i int) int) *gorgonia.Node {
	if s.e.Err != nil {
		return nil
	}
	in := input{array: name, fixed: s.frozen, values: make([]float64, size(shape)), at: make([]int, size(shape))}
	from := s.given.Arrays[name].Values
	for i := range in.values {
		in.at[i] = at(i)
		in.values[i] = from[in.at[i]]
	}
	return s.add(in, shape)
}

// replace says what the gradient of an array is, in the array's order, whatever the graph says.
func (s *site) replace(name string, gradient []float64) { s.replaced[name] = gradient }

// mostEntries bounds a matrix that is not in the file, as of words one-hot, and what a convolution gathers.
const mostEntries = 1 << 24

// afford refuses what takes too much memory.
func (s *site) afford(entries float64) {
	if entries > mostEntries {
		s.fail("the layer takes a matrix of %.3g numbers, at most %.3g are made: save fewer samples", entries, float64(mostEntries))
	}
}

// constant is a matrix of the layer's own.
func (s *site) constant(rows, columns int, at func(r, c int) float64) *gorgonia.Node {
	if s.afford(float64(rows) * float64(columns)); s.e.Err != nil {
		return nil
	}
	in := input{values: make([]float64, rows*columns)}
	for i := range in.values {
		in.values[i] = at(i/columns, i%columns)
	}
	return s.add(in, []int{rows, columns})
}

// filled is a matrix whose entries all have one value.
func (s *site) filled(rows, columns int, value float64) *gorgonia.Node {
	return s.constant(rows, columns, func(int, int) float64 { return value })
}

// add makes the node of an input; Gorgonia merges nodes of one name.
func (s *site) add(in input, shape []int) *gorgonia.Node {
	dense := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(in.values))
	in.node = gorgonia.NodeFromAny(s.graph, dense, gorgonia.WithName(fmt.Sprintf("%s#%d", in.array, len(s.inputs))))
	s.inputs = append(s.inputs, in)
	return in.node
}

// matrix is a node whose entry (r, c) is entry at(r, c) of an array.
func (s *site) matrix(name string, rows, columns int, at func(r, c int) int) *gorgonia.Node {
	return s.tensor(name, []int{rows, columns}, func(i int) int { return at(i/columns, i%columns) })
}

// rows is an array as a matrix of rows in its own order.
func (s *site) rows(name string, rows, columns int) *gorgonia.Node {
	return s.tensor(name, []int{rows, columns}, func(i int) int { return i })
}

// row is a vector as (1, n), one node however often it is asked for.
func (s *site) row(name string, n int) *gorgonia.Node {
	if node, ok := s.vectors[name]; ok && !s.frozen {
		return node
	}
	s.want(name, n)
	node := s.rows(name, 1, n)
	if !s.frozen {
		s.vectors[name] = node
	}
	return node
}

// give says that a node is what the layer hands on, entry i of it being entry at(i) of the array name, and what comes
// down to it, "d" + name, counts in the objective.
func (s *site) give(name string, out *gorgonia.Node, at func(i int) int) {
	if s.e.Err != nil {
		return
	}
	shape := out.Shape()
	o := output{array: name, node: out, at: make([]int, shape.TotalSize())}
	for i := range o.at {
		o.at[i] = at(i)
	}
	s.outputs = append(s.outputs, o)
	if down := "d" + name; s.has(down) {
		if n := len(s.given.Arrays[down].Values); n <= slices.Max(o.at) {
			s.fail("%s is %s, too small for %s", down, npz.Shape(s.given.Arrays[down].Shape), name)
			return
		}
		s.terms = append(s.terms, s.e.Sum(s.e.Mul(out, s.tensor(down, shape, at))))
	}
}

// lose says that a scalar node is the layer's loss.
func (s *site) lose(loss *gorgonia.Node) {
	s.goal = loss
	if s.e.Err == nil {
		s.outputs = append(s.outputs, output{array: "loss", node: loss, at: []int{0}})
	}
}

// addBias adds a bias, if there is one, to every row of z, which is (rows, n).
func (s *site) addBias(z *gorgonia.Node, name string, n int) *gorgonia.Node {
	if !s.has(name) {
		return z
	}
	return s.e.AddRow(z, s.row(name, n))
}

// rowSums is (rows, 1), of a matrix of so many columns.
func (s *site) rowSums(m *gorgonia.Node, columns int) *gorgonia.Node {
	return s.e.MatMul(m, s.filled(columns, 1, 1))
}

// regionOf makes the numbers that a function writes tell apart the pieces of a layer with kinks.
func (s *site) regionOf(write func(put func(int))) {
	s.region = func() uint64 {
		h := fnv.New64a()
		write(func(n int) { fmt.Fprintf(h, "%d ", n) })
		return h.Sum64()
	}
}

func size(shape []int) int {
	n := 1
	for _, m := range shape {
		n *= m
	}
	return n
}

// unique leaves out nodes that are there already, which a machine refuses.
func unique(nodes gorgonia.Nodes) gorgonia.Nodes {
	var list gorgonia.Nodes
	for _, n := range nodes {
		if !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	return list
}

// labels are an array's class numbers from 0, or those of its one-hot rows.
func (s *site) labels(name string, rows, classes int) []int {
	a := s.given.Arrays[name]
	list := make([]int, 0, rows)
	switch {
	case s.e.Err != nil:
		return nil
	case len(a.Values) == rows:
		for i, v := range a.Values {
			if v != math.Trunc(v) || v < 0 || int(v) >= classes {
				s.fail("%s: entry %d is %v: labels are whole numbers from 0 to %d", name, i, v, classes-1)
				return nil
			}
			list = append(list, int(v))
		}
	case len(a.Values) == rows*classes:
		for i := range rows {
			row := make([]float64, classes)
			for c := range row {
				if row[c] = a.Values[i*classes+c]; s.chose("columns") {
					row[c] = a.Values[c*rows+i]
				}
			}
			list = append(list, slices.Index(row, 1))
			if list[i] < 0 {
				s.fail("%s: row %d has no 1: wanted labels, or a 1 in each row", name, i)
				return nil
			}
		}
	default:
		s.fail("%s is %s, wanted %d labels", name, npz.Shape(a.Shape), rows)
	}
	return list
}

// oneHot has a 1 in each row, at its label.
func (s *site) oneHot(labels []int, classes int) *gorgonia.Node {
	return s.constant(len(labels), classes, func(r, c int) float64 {
		if labels[r] == c {
			return 1
		}
		return 0
	})
}
