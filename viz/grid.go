package viz

import (
	"fmt"
	"math"
)

// Grid holds values over the product of two rising axes: Z[j*len(X)+i] belongs to X[i], Y[j].
type Grid struct {
	X, Y, Z []float64
}

// maxCells limits the memory that isolines take.
const maxCells = 1 << 24

func (g Grid) at(i, j int) float64 { return g.Z[j*len(g.X)+i] }

// Check says what keeps the grid from being drawn: axes that do not rise, or a number of
// values that is not that of their product.
func (g Grid) Check() error {
	if len(g.Z) != len(g.X)*len(g.Y) {
		return fmt.Errorf("a grid of %d × %d has %d values", len(g.X), len(g.Y), len(g.Z))
	}
	if len(g.Z) > maxCells {
		return fmt.Errorf("a grid of %d × %d is too large: at most %d values", len(g.X), len(g.Y), maxCells)
	}
	for _, axis := range [][]float64{g.X, g.Y} {
		for i, v := range axis {
			if !finite(v) || i > 0 && !(v > axis[i-1]) {
				return fmt.Errorf("the axes of a grid must rise, here %v", v)
			}
		}
	}
	return nil
}

// coarser has half the points of each axis, the ends included, with the mean of the values around each.
func (g Grid) coarser() Grid {
	columns, rows := everyOther(len(g.X)), everyOther(len(g.Y))
	var c Grid
	for _, i := range columns {
		c.X = append(c.X, g.X[i])
	}
	for _, j := range rows {
		c.Y = append(c.Y, g.Y[j])
		for _, i := range columns {
			c.Z = append(c.Z, g.meanAround(i, j))
		}
	}
	return c
}

// everyOther is 0, 2, 4, .. below n, and n-1.
func everyOther(n int) []int {
	var at []int
	for i := 0; i < n-1; i += 2 {
		at = append(at, i)
	}
	return append(at, n-1)
}

func (g Grid) meanAround(i, j int) float64 {
	sum, n := 0.0, 0
	for y := max(j-1, 0); y <= min(j+1, len(g.Y)-1); y++ {
		for x := max(i-1, 0); x <= min(i+1, len(g.X)-1); x++ {
			if z := g.at(x, y); finite(z) {
				sum, n = sum+z, n+1
			}
		}
	}
	return sum / float64(n) // NaN where nothing is a number
}

// Extent is the range of the axes.
func (g Grid) Extent() Extent { return extentOver(g.X, g.Y) }

// isolines gives the polylines z = level, by marching squares. With closed set,
// the values count as below the level beyond the grid: every line is a ring then,
// and together, filled by the nonzero rule, they make the region z ≥ level.
func (g Grid) isolines(level float64, closed bool) [][]Point {
	if closed {
		g = g.ringed()
	}
	nx, ny := len(g.X), len(g.Y)
	if nx < 2 || ny < 2 {
		return nil
	}
	m := newMarcher(g)
	m.level, m.cut = level, func(from, to int) float64 { return crossing(level, g.Z[from], g.Z[to]) }
	for j := range ny - 1 {
		for i := range nx - 1 {
			m.cell(i, j)
		}
	}
	return m.lines()
}

// marcher links the edges of the grid that the level crosses. An edge is known by
// its lower left node and its direction.
type marcher struct {
	g     Grid
	level float64
	// cut says how far along an edge, from one node to the other, the line crosses it.
	cut  func(from, to int) float64
	next []int32 // 1 + the edge that follows
	hit  []bool  // an edge leads here
	// via is a point between an edge and the one that follows, where there is one.
	via   map[int32]Point
	order []int32
}

func newMarcher(g Grid) *marcher {
	edges := 2 * len(g.X) * len(g.Y)
	return &marcher{g: g, next: make([]int32, edges), hit: make([]bool, edges)}
}

func (m *marcher) across(i, j int) int32 { return int32(2 * (j*len(m.g.X) + i)) }
func (m *marcher) up(i, j int) int32     { return m.across(i, j) + 1 }

// link runs from edge a to edge b with the high side on the left.
func (m *marcher) link(a, b int32) {
	if m.next[a] == 0 {
		m.order = append(m.order, a)
	}
	m.next[a] = b + 1
	m.hit[b] = true
}

// The edges of a cell.
const (
	bottom = iota
	right
	top
	left
)

// cellLinks are the edge at which the level enters a cell and the one at which it leaves, by the corners that
// are at or above the level: 1, 2, 4, 8 from the lower left one on, counterclockwise.
var cellLinks = [16][2]int{
	1: {bottom, left}, 2: {right, bottom}, 3: {right, left}, 4: {top, right}, 6: {top, bottom}, 7: {top, left},
	8: {left, top}, 9: {bottom, top}, 11: {right, top}, 12: {left, right}, 13: {bottom, right}, 14: {left, bottom},
}

func (m *marcher) cell(i, j int) {
	g := m.g
	a, b, c, d := g.at(i, j), g.at(i+1, j), g.at(i+1, j+1), g.at(i, j+1)
	kind := 0
	for n, v := range [4]float64{a, b, c, d} {
		if math.IsNaN(v) {
			return
		}
		if v >= m.level {
			kind |= 1 << n
		}
	}
	if kind == 0 || kind == 15 {
		return
	}
	kinds := [2]int{kind}
	switch high := (a+b+c+d)/4 >= m.level; { // at a saddle the mean decides which corners belong together
	case kind == 5 && high:
		kinds = [2]int{13, 7}
	case kind == 5:
		kinds = [2]int{1, 4}
	case kind == 10 && high:
		kinds = [2]int{14, 11}
	case kind == 10:
		kinds = [2]int{2, 8}
	}
	edges := m.edges(i, j)
	for _, k := range kinds {
		if k != 0 {
			m.link(edges[cellLinks[k][0]], edges[cellLinks[k][1]])
		}
	}
}

// edges are those around a cell.
func (m *marcher) edges(i, j int) [4]int32 {
	return [4]int32{bottom: m.across(i, j), right: m.up(i+1, j), top: m.across(i, j+1), left: m.up(i, j)}
}

// lines follows the links, open lines first.
func (m *marcher) lines() [][]Point {
	var out [][]Point
	walk := func(e int32) {
		line := []Point{m.point(e)}
		for m.next[e] != 0 {
			if p, ok := m.via[e]; ok {
				line = append(line, p)
			}
			n := m.next[e] - 1
			m.next[e] = 0
			e = n
			line = append(line, m.point(e))
		}
		out = append(out, line)
	}
	for _, e := range m.order {
		if m.next[e] != 0 && !m.hit[e] {
			walk(e)
		}
	}
	for _, e := range m.order {
		if m.next[e] != 0 {
			walk(e)
		}
	}
	return out
}

// point is where the line crosses an edge.
func (m *marcher) point(e int32) Point {
	g, n := m.g, int(e/2)
	i, j := n%len(g.X), n/len(g.X)
	if e%2 == 0 {
		t := m.cut(n, n+1)
		return Point{g.X[i] + t*(g.X[i+1]-g.X[i]), g.Y[j]}
	}
	t := m.cut(n, n+len(g.X))
	return Point{g.X[i], g.Y[j] + t*(g.Y[j+1]-g.Y[j])}
}

// middle is the mean of the places where lines cross the edges of a cell, whose corners differ there.
func (m *marcher) middle(edges, corners [4]int32) Point {
	var sum Point
	count := 0.0
	for k, e := range edges {
		if corners[k] != corners[(k+1)%4] {
			p := m.point(e)
			sum, count = Point{sum.X + p.X, sum.Y + p.Y}, count+1
		}
	}
	return Point{sum.X / count, sum.Y / count}
}

func crossing(level, a, b float64) float64 {
	switch {
	case a == b || math.IsInf(a, 0) && math.IsInf(b, 0):
		return 0.5
	case math.IsInf(a, 0):
		return 1
	case math.IsInf(b, 0):
		return 0
	}
	return min(max((level-a)/(b-a), 0), 1)
}

// ringed adds a border of lowest values that takes no room, and makes NaN lowest as well.
func (g Grid) ringed() Grid {
	nx, ny := len(g.X), len(g.Y)
	if nx == 0 || ny == 0 {
		return Grid{}
	}
	r := Grid{X: make([]float64, nx+2), Y: make([]float64, ny+2), Z: make([]float64, (nx+2)*(ny+2))}
	copy(r.X[1:], g.X)
	copy(r.Y[1:], g.Y)
	r.X[0], r.X[nx+1] = g.X[0], g.X[nx-1]
	r.Y[0], r.Y[ny+1] = g.Y[0], g.Y[ny-1]
	for i := range r.Z {
		r.Z[i] = math.Inf(-1)
	}
	for j := range ny {
		row := r.Z[(j+1)*(nx+2)+1:]
		for i := range nx {
			if z := g.at(i, j); !math.IsNaN(z) {
				row[i] = z
			}
		}
	}
	return r
}
