package viz

import (
	"fmt"
	"math"
	"slices"
)

// Regions shades the nodes of a grid by the class whose value is the largest there, the stronger the larger
// it is. Where a value is NaN, nothing is painted. [Borders] draws the lines between them.
type Regions struct {
	// X and Y are rising axes. Values[(j*len(X)+i)*Classes+c] is what class c has at X[i], Y[j].
	X, Y    []float64
	Values  []float64
	Classes int
	// Steps is the number of shades of a region, for values from 1/Classes to 1; of one, values are scores,
	// which only their order says something about.
	Steps int
	// Names are those of the classes in tables; without, they have their numbers.
	Names []string
}

func (r Regions) Extent() Extent { return extentOver(r.X, r.Y) }

// Check says what keeps the regions from being drawn.
func (r Regions) Check() error {
	if nodes := len(r.X) * len(r.Y); r.Classes < 1 || len(r.Values) != nodes*r.Classes {
		return fmt.Errorf("a grid of %d × %d with %d classes has %d values", len(r.X), len(r.Y), r.Classes, len(r.Values))
	}
	return Grid{X: r.X, Y: r.Y, Z: make([]float64, len(r.X)*len(r.Y))}.Check()
}

// none is the winner where a value is NaN.
const none = -1

// Winners is the class with the largest value at each node, the first of equals; -1 where a value is NaN.
func (r Regions) Winners() []int {
	winners := make([]int, len(r.X)*len(r.Y))
	for n := range winners {
		values := r.at(n)
		for c, v := range values {
			if math.IsNaN(v) {
				winners[n] = none
				break
			}
			if v > values[winners[n]] {
				winners[n] = c
			}
		}
	}
	return winners
}

func (r Regions) at(n int) []float64 { return r.Values[n*r.Classes : (n+1)*r.Classes] }

func (r Regions) Draw(c *Canvas) error {
	if err := r.Check(); err != nil {
		return err
	}
	r, winners, _ := r.drawable(c)
	var classes []int // that win anywhere
	for _, w := range winners {
		if w != none && !slices.Contains(classes, w) {
			classes = append(classes, w)
		}
	}
	for step := range max(r.Steps, 1) {
		for _, class := range classes {
			r.paint(c, class, step, winners)
		}
	}
	return nil
}

// drawable are the regions, their winners and the lines between them, on a coarser grid where these would
// otherwise make a huge file, as those of mere noise; see [Field].
func (r Regions) drawable(c *Canvas) (_ Regions, winners []int, lines [][]Point) {
	for {
		winners = r.Winners()
		lines, points := r.borders(c, winners)
		if points <= maxFieldPoints || len(r.X) <= 8 || len(r.Y) <= 8 {
			return r, winners, lines
		}
		r = r.coarser()
	}
}

// shade is how strong a step is, from 0 to 1; regions of one step are of full strength.
func (r Regions) shade(step int) float64 {
	if r.Steps <= 1 {
		return 1
	}
	return float64(step) / float64(r.Steps-1)
}

// paint fills the region of a class where its value is at least that of a step.
func (r Regions) paint(c *Canvas, class, step int, winners []int) {
	least := math.Inf(-1)
	if step > 0 {
		lowest := 1 / float64(r.Classes)
		least = lowest + (1-lowest)*float64(step)/float64(r.Steps)
	}
	// What follows sees a part of the grid only, for there may be many classes.
	x0, x1, y0, y1 := len(r.X), -1, len(r.Y), -1
	for n, w := range winners {
		if w == class && r.at(n)[class] >= least {
			i, j := n%len(r.X), n/len(r.X)
			x0, x1, y0, y1 = min(x0, i), max(x1, i), min(y0, j), max(y1, j)
		}
	}
	if x1 < 0 {
		return
	}
	x0, x1, y0, y1 = max(x0-1, 0), min(x1+2, len(r.X)), max(y0-1, 0), min(y1+2, len(r.Y))
	var outlines [][]Point
	if step == 0 {
		outlines = r.outlines(class, winners, x0, x1, y0, y1)
	} else {
		part := Grid{X: r.X[x0:x1], Y: r.Y[y0:y1]}
		for j := y0; j < y1; j++ {
			for i := x0; i < x1; i++ {
				part.Z = append(part.Z, r.lead(j*len(r.X)+i, class, least))
			}
		}
		outlines = part.isolines(0, true)
	}
	var rings [][]Point
	for _, line := range outlines {
		if ring := thin(c.places(line), 0.2); len(ring) > 2 {
			rings = append(rings, ring)
		}
	}
	c.Polygon(rings, c.theme.ClassRamp(class)(r.shade(step)))
}

// lead is by how much a class's value exceeds those of all others at a node, and a least value; NaN where
// one is.
func (r Regions) lead(n, class int, least float64) float64 {
	values := r.at(n)
	lead := min(math.Inf(1), values[class]-least)
	for other, v := range values {
		if other != class {
			lead = min(lead, values[class]-v) // NaN if either is
		}
	}
	return lead
}

// outlines are the rings around a region within a part of the grid. They run where the borders do, so that
// regions leave no gaps.
func (r Regions) outlines(class int, winners []int, x0, x1, y0, y1 int) [][]Point {
	part := Grid{X: r.X[x0:x1], Y: r.Y[y0:y1], Z: make([]float64, (x1-x0)*(y1-y0))}.ringed()
	// node is that of the whole grid, or negative in the ring around the part.
	node := func(n int) int {
		i, j := n%len(part.X)-1, n/len(part.X)-1
		if i < 0 || j < 0 || i >= x1-x0 || j >= y1-y0 {
			return none
		}
		return (y0+j)*len(r.X) + x0 + i
	}
	return r.march(part, winners, node, func(m *marcher, edges, corners [4]int32, crossed int) {
		kind := 0
		for k, w := range corners {
			if w == int32(class) {
				kind |= 1 << k
			}
		}
		kinds := [2]int{kind}
		switch kind {
		case 0, 15:
			return
		case 5:
			kinds = [2]int{1, 4}
		case 10:
			kinds = [2]int{2, 8}
		}
		for _, k := range kinds {
			if k == 0 {
				continue
			}
			from, to := edges[cellLinks[k][0]], edges[cellLinks[k][1]]
			m.link(from, to)
			if crossed > 2 {
				m.via[from] = m.middle(edges, corners)
			}
		}
	})
}

// borders are the lines between regions of different winners, and how many points they have.
func (r Regions) borders(c *Canvas, winners []int) (lines [][]Point, points int) {
	if len(r.X) < 2 || len(r.Y) < 2 {
		return nil, 0
	}
	var meeting [][]Point
	through := r.march(Grid{X: r.X, Y: r.Y}, winners, func(n int) int { return n }, func(m *marcher, edges, corners [4]int32, crossed int) {
		if crossed == 0 || slices.Contains(corners[:], none) {
			return
		}
		if crossed == 2 {
			kind, last := 0, slices.Max(corners[:])
			for k, w := range corners {
				if w == last {
					kind |= 1 << k
				}
			}
			m.link(edges[cellLinks[kind][0]], edges[cellLinks[kind][1]])
			return
		}
		middle := m.middle(edges, corners)
		for k, e := range edges {
			if corners[k] != corners[(k+1)%4] {
				meeting = append(meeting, []Point{m.point(e), middle})
			}
		}
	})
	for _, l := range slices.Concat(through, meeting) {
		line := thin(c.places(l), 0.12)
		lines = append(lines, line)
		points += len(line)
	}
	return lines, points
}

// march goes through the cells of a grid, whose nodes are nodes of the regions or none, and links their edges
// as the visitor does that sees the edges and the winners at the corners, both counterclockwise, and how
// often these change around the cell. On an edge regions meet where both its winners are equal.
func (r Regions) march(g Grid, winners []int, node func(n int) int, visit func(m *marcher, edges, corners [4]int32, crossed int)) [][]Point {
	m := newMarcher(g)
	m.via = map[int32]Point{}
	winner := func(n int) int {
		if n = node(n); n < 0 {
			return none
		}
		return winners[n]
	}
	m.cut = func(from, to int) float64 {
		switch a, b := winner(from), winner(to); {
		case a == none:
			return 1
		case b == none:
			return 0
		default:
			p, q := r.at(node(from)), r.at(node(to))
			return crossing(0, p[a]-p[b], q[a]-q[b])
		}
	}
	for j := range len(g.Y) - 1 {
		for i := range len(g.X) - 1 {
			n := j*len(g.X) + i
			var corners [4]int32
			crossed := 0
			for k, at := range [4]int{n, n + 1, n + len(g.X) + 1, n + len(g.X)} {
				corners[k] = int32(winner(at))
			}
			for k, w := range corners {
				if w != corners[(k+1)%4] {
					crossed++
				}
			}
			visit(m, m.edges(i, j), corners, crossed)
		}
	}
	return m.lines()
}

// coarser has every other node of each axis, the ends included.
func (r Regions) coarser() Regions {
	columns, rows := everyOther(len(r.X)), everyOther(len(r.Y))
	half := r
	half.X, half.Y, half.Values = nil, nil, nil
	for _, i := range columns {
		half.X = append(half.X, r.X[i])
	}
	for _, j := range rows {
		half.Y = append(half.Y, r.Y[j])
		for _, i := range columns {
			half.Values = append(half.Values, r.at(j*len(r.X)+i)...)
		}
	}
	return half
}

// Borders are the lines between [Regions].
type Borders struct {
	Regions Regions
	Stroke  Stroke
	Casing  float64 // as in [Line]
}

func (b Borders) Extent() Extent { return b.Regions.Extent() }

func (b Borders) Draw(c *Canvas) error {
	if err := b.Regions.Check(); err != nil {
		return err
	}
	_, _, lines := b.Regions.drawable(c)
	c.polylines(lines, b.Stroke, b.Casing)
	return nil
}

// RegionNames writes names into the largest free places of [Regions], where there is room.
type RegionNames struct {
	Regions Regions
	Names   []string // by class
	Full    []string // what the names shorten; nil where they do not
	// Points are better not covered.
	Points []Point
}

func (r RegionNames) Extent() Extent { return r.Regions.Extent() }

func (r RegionNames) Draw(c *Canvas) error {
	g := r.Regions
	if err := g.Check(); err != nil {
		return err
	}
	if len(g.X) < 2 || len(g.Y) < 2 {
		return nil
	}
	first, ok := c.At(Point{g.X[0], g.Y[0]})
	last, ok2 := c.At(Point{g.X[len(g.X)-1], g.Y[len(g.Y)-1]})
	if !ok || !ok2 {
		return nil
	}
	dx, dy := (last.X-first.X)/float64(len(g.X)-1), (first.Y-last.Y)/float64(len(g.Y)-1)
	points := c.places(r.Points)
	winners, t := g.Winners(), c.theme
	for class := range min(g.Classes, len(r.Names)) {
		name := Span{Text: r.Names[class], Bold: true}
		if class < len(r.Full) {
			name.Full = r.Full[class]
		}
		w, h := name.width(t, t.NoteSize)+2*namePadding, t.NoteSize*capHeight+2*namePadding
		columns, rows := int(w/dx)+2, int(h/dy)+2
		i, j, ok := roomFor(winners, len(g.X), class, columns, rows, func(i, j int) int {
			box := Box{first.X + float64(i)*dx, first.Y - float64(j+rows-1)*dy, first.X + float64(i+columns-1)*dx, first.Y - float64(j)*dy}
			covered := 0
			for _, p := range points {
				if box.grow(signRoom).contains(p) {
					covered++
				}
			}
			return covered
		})
		if !ok {
			continue
		}
		middle := Point{first.X + (float64(i)+float64(columns-1)/2)*dx, first.Y - (float64(j)+float64(rows-1)/2)*dy}
		c.surface.roundedRect(Box{middle.X - w/2, middle.Y - h/2, middle.X + w/2, middle.Y + h/2}, 3, Fade(t.Paper, 0.75), Stroke{})
		c.Text(name, t.NoteSize, middle, Point{0.5, 0.5})
	}
	return nil
}

const (
	namePadding = 4 // around a name, in px
	signRoom    = 6 // around a point
)

// roomFor finds the lower left node of a rectangle of one class only, given a row length: the one with the
// least cost, nearest to the middle of the class's nodes among equals.
func roomFor(winners []int, nx, class, columns, rows int, cost func(i, j int) int) (bestX, bestY int, found bool) {
	x0, x1, y0, y1 := nx, -1, len(winners), -1
	meanX, meanY, count := 0.0, 0.0, 0.0
	for n, w := range winners {
		if w == class {
			i, j := n%nx, n/nx
			x0, x1, y0, y1 = min(x0, i), max(x1, i), min(y0, j), max(y1, j)
			meanX, meanY, count = meanX+float64(i), meanY+float64(j), count+1
		}
	}
	width, height := x1-x0+1, y1-y0+1
	if width < columns || height < rows {
		return 0, 0, false
	}
	// Sums over all nodes below and to the left, to count any rectangle at once.
	sums := make([]int, (width+1)*(height+1))
	for j := range height {
		for i := range width {
			own := 0
			if winners[(y0+j)*nx+x0+i] == class {
				own = 1
			}
			sums[(j+1)*(width+1)+i+1] = own + sums[j*(width+1)+i+1] + sums[(j+1)*(width+1)+i] - sums[j*(width+1)+i]
		}
	}
	const tried = 32 // places along each axis
	least := math.Inf(1)
	for j := 0; j+rows <= height; j += max(1, (height-rows)/tried) {
		for i := 0; i+columns <= width; i += max(1, (width-columns)/tried) {
			top, base := (j+rows)*(width+1), j*(width+1)
			if sums[top+i+columns]-sums[top+i]-sums[base+i+columns]+sums[base+i] < columns*rows {
				continue
			}
			x, y := float64(x0+i)+float64(columns-1)/2-meanX/count, float64(y0+j)+float64(rows-1)/2-meanY/count
			off := math.Hypot(x/float64(width), y/float64(height)) / 2 // below 1
			if c := float64(cost(x0+i, y0+j)) + off; c < least {
				bestX, bestY, found, least = x0+i, y0+j, true, c
			}
		}
	}
	return bestX, bestY, found
}
