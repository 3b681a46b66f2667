package geometry

import (
	"context"
	"math"
	"slices"
)

// searchGrid is a grid over a rectangle, finer where the points are than around them.
type searchGrid struct {
	axes [2][]float64
}

const (
	innerNodes = 81  // per axis, over the longer side of the points' rectangle
	outerStep  = 4   // in inner steps
	outerNodes = 24  // the most on each side
	firstReach = 0.4 // margin around the points, in longer sides
	lastReach  = 4   // the widest, likewise
)

// newSearchGrid covers points with a margin of reach times the longer side. The step is
// the inner spacing and side the longer side: 1 where all points are one.
func newSearchGrid(points []float64, reach float64) (g searchGrid, step, side float64) {
	low, sides, side := extent(points, 2)
	step = side / (innerNodes - 1)
	for k := range 2 {
		inner := int(math.Ceil(sides[k]/step)) + 1
		first := low[k] + sides[k]/2 - float64(inner-1)/2*step
		outer := min(int(math.Ceil(reach*side/(outerStep*step))), outerNodes)
		spacing := reach * side / float64(outer)
		for i := outer; i > 0; i-- {
			g.axes[k] = append(g.axes[k], first-float64(i)*spacing)
		}
		for i := range inner {
			g.axes[k] = append(g.axes[k], first+float64(i)*step)
		}
		last := g.axes[k][len(g.axes[k])-1]
		for i := range outer {
			g.axes[k] = append(g.axes[k], last+float64(i+1)*spacing)
		}
	}
	return g, step, side
}

// nodes are the grid's points, x fastest.
func (g searchGrid) nodes() []float64 {
	x := make([]float64, 0, 2*len(g.axes[0])*len(g.axes[1]))
	for _, v := range g.axes[1] {
		for _, u := range g.axes[0] {
			x = append(x, u, v)
		}
	}
	return x
}

// valuesOf are a field's values at the nodes.
func (g searchGrid) valuesOf(ctx context.Context, f Field) ([]float64, error) {
	if l, ok := f.(*Lead); ok && l.rival >= 0 {
		return l.onGrid(ctx, g)
	}
	return f.Values(ctx, g.nodes())
}

// toEdge is the distance of a point to the grid's edge.
func (g searchGrid) toEdge(x []float64) float64 {
	least := math.Inf(1)
	for k, axis := range g.axes {
		least = min(least, x[k]-axis[0], axis[len(axis)-1]-x[k])
	}
	return least
}

// crossing is an edge of the grid on which a field changes sign.
type crossing struct {
	root *root
	// at is where the zero is, by linear interpolation until it is found.
	at []float64
	// diagonal is that of the larger cell beside the edge.
	diagonal float64
}

// crossings are the edges that the zero set crosses, given the values at the nodes, and
// the pairs of them in one cell. Where all four edges of a cell are crossed, any two that
// share a corner are a pair.
func (g searchGrid) crossings(values []float64) (found []*crossing, pairs [][2]*crossing) {
	nx, ny := len(g.axes[0]), len(g.axes[1])
	across, up := make([]*crossing, nx*ny), make([]*crossing, nx*ny) // by the lower left node
	edge := func(i, j, di, dj int) *crossing {
		a, b := values[j*nx+i], values[(j+dj)*nx+i+di]
		if math.IsNaN(a) || math.IsNaN(b) || (a >= 0) == (b >= 0) {
			return nil
		}
		from := []float64{g.axes[0][i], g.axes[1][j]}
		length := g.axes[0][i+di] - from[0] + g.axes[1][j+dj] - from[1]
		c := &crossing{root: onLine(from, []float64{float64(di), float64(dj)}, length)}
		c.root.t = length / 2
		if t := length * a / (a - b); t >= 0 && t <= length {
			c.root.t = t
		}
		c.root.below, c.root.above = 0, length
		if a >= 0 {
			c.root.below, c.root.above = length, 0
		}
		c.at = c.root.at()
		c.diagonal = math.Hypot(g.spacing(0, i), g.spacing(1, j))
		found = append(found, c)
		return c
	}
	for j := range ny {
		for i := range nx {
			if i+1 < nx {
				across[j*nx+i] = edge(i, j, 1, 0)
			}
			if j+1 < ny {
				up[j*nx+i] = edge(i, j, 0, 1)
			}
			if i > 0 && j > 0 {
				cell := (j-1)*nx + i - 1
				pairs = append(pairs, pairsOf(across[cell], up[cell+1], across[cell+nx], up[cell])...)
			}
		}
	}
	return found, pairs
}

// pairsOf are the neighbours among the crossings of a cell's edges, which are given
// around it; nil is an edge that is not crossed.
func pairsOf(edges ...*crossing) (pairs [][2]*crossing) {
	crossed := slices.DeleteFunc(edges, func(c *crossing) bool { return c == nil })
	switch len(crossed) {
	case 2:
		return [][2]*crossing{{crossed[0], crossed[1]}}
	case 4:
		for i, c := range crossed {
			pairs = append(pairs, [2]*crossing{c, crossed[(i+1)%4]})
		}
	}
	return pairs
}

// spacing is the larger of the steps beside a node of an axis.
func (g searchGrid) spacing(axis, i int) float64 {
	a := g.axes[axis]
	step := 0.0
	if i > 0 {
		step = a[i] - a[i-1]
	}
	if i+1 < len(a) {
		step = max(step, a[i+1]-a[i])
	}
	return step
}
