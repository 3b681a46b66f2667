package tangent

import (
	"context"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"actscope/graph"
	"actscope/graph/machine/kernel"
	"actscope/internal/memory"
	"actscope/models"
)

// Gradients are the rows of J as what they are products of: of an affine map's weights a row's
// gradient is the outer product of what the map reads and of the derivative by what it gives, of
// its bias it is the latter. Places are ordered row by row, and in a row by output.
type Gradients struct {
	Rows, Outputs int
	// Values are the outputs' pre-activations, rows × outputs.
	Values []float64

	layers []layer
	parts  []float64 // places × parameters of the layers' parts
	shapes []graph.Parameter
}

// layer is what belongs to an affine map.
type layer struct {
	fanIn, units int
	read         []float64 // rows × fan-in
	delta        []float64 // places × units
}

// Compiled is a network that is ready to give gradients for a number of rows, with its parameters
// and statistics as they are when it is asked. It is for one goroutine at a time.
type Compiled struct {
	net     *models.Network
	rows    int
	whole   *graph.Tangent
	one     *graph.Tangent // of one row, nil where no part has parameters
	ofParts int
	places  int
}

// Compile prepares a network for rows rows, once it is clear that there is memory for it; close it
// after use.
func Compile(net *models.Network, rows int) (*Compiled, error) {
	if err := CheckMemory(net, rows); err != nil {
		return nil, err
	}
	c := &Compiled{net: net, rows: rows, places: rows * net.Outputs()}
	var err error
	if c.whole, err = net.Tangent(rows); err != nil {
		return nil, err
	}
	if c.whole.Parts() == 0 {
		return c, nil
	}
	for _, p := range net.Parameters[2*net.Depth():] {
		c.ofParts += len(p.Values)
	}
	c.one, err = net.Tangent(1)
	return c, err
}

// Close releases what was compiled.
func (c *Compiled) Close() error {
	if c.one != nil {
		c.one.Close()
	}
	return c.whole.Close()
}

// Gradients differentiates at the rows of x, rows × inputs: in one pass for each output, and where
// layers have parts with parameters, such as the gains of a normalisation, in one for each row.
func (c *Compiled) Gradients(ctx context.Context, x []float64) (*Gradients, error) {
	outputs := c.net.Outputs()
	if len(x) != c.rows*c.net.Inputs() {
		return nil, fmt.Errorf("tangent: %d values for %d rows of %d inputs", len(x), c.rows, c.net.Inputs())
	}
	g := &Gradients{Rows: c.rows, Outputs: outputs}
	for _, p := range c.net.Parameters {
		p.Values = nil
		g.shapes = append(g.shapes, p)
	}
	for _, p := range c.net.Parameters[:2*c.net.Depth()] {
		if p.Weight {
			g.layers = append(g.layers, layer{fanIn: p.Rows, units: p.Columns, delta: make([]float64, c.places*p.Columns)})
		}
	}
	copy(c.whole.X, x)
	for output := range outputs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		aim(c.whole.Weights, outputs, output)
		if err := c.whole.Run(); err != nil {
			return nil, err
		}
		for i := range g.layers {
			l := &g.layers[i]
			for row, delta := 0, c.whole.Delta(i+1); row < c.rows; row++ {
				copy(l.delta[(row*outputs+output)*l.units:], delta[row*l.units:(row+1)*l.units])
			}
			if output == 0 {
				l.read = slices.Clone(c.whole.Read(i + 1))
			}
		}
	}
	g.Values = slices.Clone(c.whole.Values())
	if err := c.partGradients(ctx, g, x); err != nil {
		return nil, err
	}
	for _, values := range append([][]float64{g.Values, g.parts}, g.arrays()...) {
		if !kernel.Finite(values) {
			return nil, fmt.Errorf("tangent: gradients of this network are not finite")
		}
	}
	return g, nil
}

func (g *Gradients) arrays() [][]float64 {
	var all [][]float64
	for _, l := range g.layers {
		all = append(all, l.read, l.delta)
	}
	return all
}

// aim weighs one output of every row with 1 and the others with 0.
func aim(weights []float64, outputs, output int) {
	clear(weights)
	for i := output; i < len(weights); i += outputs {
		weights[i] = 1
	}
}

// partGradients differentiates by the parameters of the layers' parts, row by row.
func (c *Compiled) partGradients(ctx context.Context, g *Gradients, x []float64) error {
	if c.one == nil {
		return nil
	}
	inputs := c.net.Inputs()
	g.parts = make([]float64, 0, c.places*c.ofParts)
	for row := range c.rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		copy(c.one.X, x[row*inputs:])
		for output := range g.Outputs {
			aim(c.one.Weights, g.Outputs, output)
			if err := c.one.Run(); err != nil {
				return err
			}
			for i := range c.one.Parts() {
				g.parts = append(g.parts, c.one.PartGradient(i)...)
			}
		}
	}
	return nil
}

// Of compiles a network for the rows of x and takes their gradients.
func Of(ctx context.Context, net *models.Network, x []float64) (*Gradients, error) {
	c, err := Compile(net, len(x)/net.Inputs())
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return c.Gradients(ctx, x)
}

// Places is rows times outputs, the order of K.
func (g *Gradients) Places() int { return g.Rows * g.Outputs }

// Kernel is K = J Jᵀ / rows, places × places.
func (g *Gradients) Kernel() *mat.SymDense {
	return mat.NewSymDense(g.Places(), g.Cross(g).RawMatrix().Data)
}

// Cross has the products of these gradients with others of the network, over the others' rows:
// J Jᵒᵀ / rowsᵒ, places × places of the others. A step of rate r on the others' residuals moves
// these logits by -r times its product with them.
func (g *Gradients) Cross(others *Gradients) *mat.Dense {
	total := make([]float64, g.Places()*others.Places())
	read, deltas := make([]float64, g.Rows*others.Rows), make([]float64, len(total)) // of one layer at a time
	for i, l := range g.layers {
		products(read, l.read, others.layers[i].read, l.fanIn)
		products(deltas, l.delta, others.layers[i].delta, l.units)
		add(total, read, deltas, 1, others.Rows, g.Outputs)
	}
	if len(g.parts) > 0 {
		products(deltas, g.parts, others.parts, len(g.parts)/g.Places())
		floats.Add(total, deltas)
	}
	floats.Scale(1/float64(others.Rows), total)
	return mat.NewDense(g.Places(), others.Places(), total)
}

// add adds (read + bias) ∘ deltas, the first repeated for the outputs.
func add(total, read, deltas []float64, bias float64, columns, outputs int) {
	if outputs == 1 {
		for i, r := range read {
			total[i] += (r + bias) * deltas[i]
		}
		return
	}
	for i, r := range read {
		row, column := i/columns, i%columns
		for output := range outputs {
			from := ((row*outputs+output)*columns + column) * outputs
			for at := from; at < from+outputs; at++ {
				total[at] += (r + bias) * deltas[at]
			}
		}
	}
}

// products fills all with the scalar products of the rows of a with those of b, of so many entries.
func products(all, a, b []float64, entries int) {
	rows, columns := len(a)/entries, len(b)/entries
	kernel.NewProduct[float64](kernel.Multiply(rows, entries, columns, false, true)).Run(all, a, b, nil)
}

// WeightKernel is what the weights of a layer (from 1) add to J Jᵀ, without the division by the rows:
// places × places.
func (g *Gradients) WeightKernel(layer int) *mat.SymDense {
	l, total := g.layers[layer-1], make([]float64, g.Places()*g.Places())
	read := make([]float64, g.Rows*g.Rows)
	products(read, l.read, l.read, l.fanIn)
	add(total, read, g.BiasKernel(layer).RawSymmetric().Data, 0, g.Rows, g.Outputs)
	return mat.NewSymDense(g.Places(), total)
}

// BiasKernel is that of the layer's biases.
func (g *Gradients) BiasKernel(layer int) *mat.SymDense {
	l, total := g.layers[layer-1], make([]float64, g.Places()*g.Places())
	products(total, l.delta, l.delta, l.units)
	return mat.NewSymDense(g.Places(), total)
}

// Jacobian is J itself, places × parameters in the order of the network's; [JacobianBytes] says what it
// takes.
func (g *Gradients) Jacobian() (*mat.Dense, error) {
	parameters := 0
	for _, p := range g.shapes {
		parameters += p.Rows * p.Columns
	}
	if err := memory.Check("hidden", "the gradients of all rows", JacobianBytes(g.Places(), parameters), memoryAdvice); err != nil {
		return nil, err
	}
	j := mat.NewDense(g.Places(), parameters, nil)
	for place := range g.Places() {
		row := j.RawRowView(place)
		for _, l := range g.layers {
			delta := l.delta[place*l.units : (place+1)*l.units]
			for _, read := range l.read[place/g.Outputs*l.fanIn:][:l.fanIn] {
				floats.AddScaled(row[:l.units], read, delta)
				row = row[l.units:]
			}
			copy(row, delta)
			row = row[l.units:]
		}
		copy(row, g.parts[place*len(row):])
	}
	return j, nil
}

// JacobianBytes is what J takes.
func JacobianBytes(places, parameters int) float64 { return 8 * float64(places) * float64(parameters) }

const memoryAdvice = "take fewer rows or narrower layers"

// CheckMemory refuses what K of so many rows would not fit with: it, a product and the residuals'
// directions, places × places each, and what the layers read and give, three times.
func CheckMemory(net *models.Network, rows int) error {
	places := float64(rows) * float64(net.Outputs())
	units := float64(net.Inputs())
	for _, l := range net.Layers() {
		units += float64(l.Units)
	}
	ofParts := 0.0
	for _, p := range net.Parameters[2*net.Depth():] {
		ofParts += float64(len(p.Values))
	}
	needed := 8 * (5*places*places + places*(3*units+ofParts) + 9*float64(rows)*units)
	return memory.Check("hidden", fmt.Sprintf("the kernel of %d rows", rows), needed, memoryAdvice)
}
