package viz

// Scatter is a set of points with one marker.
type Scatter struct {
	Points []Point
	Marker Marker
}

// Extent implements [Series].
func (s Scatter) Extent() Extent { return ExtentOf(s.Points) }

// Draw implements [Series].
func (s Scatter) Draw(c *Canvas) error {
	for _, p := range s.Points {
		if at, ok := c.At(p); ok {
			c.Mark(s.Marker, at)
		}
	}
	return nil
}

// Scatters are several sets of points, drawn by turns so that none of them lies on
// top of all others. Above Limit points they are shown binned: one marker for each
// cell of a fine lattice, the larger the more points of that set are in it. The lattices of
// the sets are shifted against each other, so that they show side by side.
type Scatters struct {
	Sets []Scatter
	// Limit is the number of marks, and so of points that are drawn one by one; 0 means 2000.
	Limit int
}

// DefaultLimit is how many marks a series of scatters has where no limit is set.
const DefaultLimit = 2000

// Extent implements [Series].
func (s Scatters) Extent() Extent {
	var e Extent
	for _, set := range s.Sets {
		e = e.Union(set.Extent())
	}
	return e
}

// Binned says whether the points are shown binned.
func (s Scatters) Binned() bool {
	n := 0
	for _, set := range s.Sets {
		n += len(set.Points)
	}
	return n > s.limit()
}

func (s Scatters) limit() int {
	if s.Limit <= 0 {
		return DefaultLimit
	}
	return s.Limit
}

// Draw implements [Series].
func (s Scatters) Draw(c *Canvas) error {
	if s.Binned() {
		drawBins(c, s.Sets, s.limit())
		return nil
	}
	next := make([]int, len(s.Sets))
	for {
		turn := -1 // the set of which the smallest share is drawn
		for i, set := range s.Sets {
			if next[i] < len(set.Points) && (turn < 0 || next[i]*len(s.Sets[turn].Points) < next[turn]*len(set.Points)) {
				turn = i
			}
		}
		if turn < 0 {
			return nil
		}
		set := s.Sets[turn]
		if at, ok := c.At(set.Points[next[turn]]); ok {
			c.Mark(set.Marker, at)
		}
		next[turn]++
	}
}
