package viz

import (
	"math"
	"math/rand/v2"
	"testing"
)

// voronoi are regions of the places that are nearest to each of some sites.
func voronoi(sites []Point, side int) Regions {
	r := Regions{Classes: len(sites), Steps: 3}
	for i := range side {
		v := float64(i) / float64(side-1)
		r.X, r.Y = append(r.X, v), append(r.Y, 2*v)
	}
	for _, y := range r.Y {
		for _, x := range r.X {
			for _, s := range sites {
				r.Values = append(r.Values, -(x-s.X)*(x-s.X)-(y-s.Y)*(y-s.Y))
			}
		}
	}
	return r
}

func randomSites(n int) []Point {
	random := rand.New(rand.NewPCG(1, 2))
	sites := make([]Point, n)
	for i := range sites {
		sites[i] = Point{random.Float64(), 2 * random.Float64()}
	}
	return sites
}

// The difference of squared distances to two sites is linear, so that borders are exact but where three meet.
func TestBordersAreWhereTwoSitesAreEquallyNear(t *testing.T) {
	sites := randomSites(7)
	r := voronoi(sites, 41)
	exact := 0
	r.march(Grid{X: r.X, Y: r.Y}, r.Winners(), func(n int) int { return n }, func(m *marcher, edges, corners [4]int32, crossed int) {
		for k, e := range edges {
			if a, b := corners[k], corners[(k+1)%4]; a != b {
				p := m.point(e)
				if d := math.Hypot(p.X-sites[a].X, p.Y-sites[a].Y) - math.Hypot(p.X-sites[b].X, p.Y-sites[b].Y); math.Abs(d) > 1e-12 {
					t.Fatalf("%v is %v nearer to one of sites %d and %d", p, d, a, b)
				}
				exact++
			}
		}
	})
	if exact < 100 {
		t.Errorf("%d places on borders", exact)
	}
}

// area is that of rings, counterclockwise, by the shoelace formula.
func area(rings [][]Point) float64 {
	sum := 0.0
	for _, ring := range rings {
		for i, p := range ring {
			q := ring[(i+1)%len(ring)]
			sum += (p.X*q.Y - q.X*p.Y) / 2
		}
	}
	return sum
}

func TestRegionsLeaveNoGapAndDoNotOverlap(t *testing.T) {
	for _, n := range []int{1, 2, 3, 10, 50} {
		sites := randomSites(n)
		r := voronoi(sites, 23)
		winners, total := r.Winners(), 0.0
		for class := range n {
			a := area(r.outlines(class, winners, 0, len(r.X), 0, len(r.Y)))
			nodes := 0
			for _, w := range winners {
				if w == class {
					nodes++
				}
			}
			// A region has about as much of the area as of the nodes.
			if cells := float64(nodes) / float64(len(winners)) * 2; math.Abs(a-cells) > 0.02+0.3*cells {
				t.Errorf("of %d sites number %d has an area of %.4f and nodes for %.4f", n, class, a, cells)
			}
			total += a
		}
		if math.Abs(total-2) > 1e-9 {
			t.Errorf("%d regions have an area of %v, all of it is 2", n, total)
		}
	}
}

func TestNothingWinsWhereAValueIsNaN(t *testing.T) {
	r := Regions{X: []float64{0, 1}, Y: []float64{0, 1}, Classes: 2, Values: []float64{1, math.NaN(), math.NaN(), 1, 1, 2, 3, 3}}
	if got := r.Winners(); got[0] != none || got[1] != none || got[2] != 1 || got[3] != 0 {
		t.Error(got)
	}
}

func TestNamesStandInTheirRegions(t *testing.T) {
	sites := []Point{{0.25, 1}, {0.75, 1}, {2.5, 1}}
	f := &Figure{Name: "names", Panels: []*Panel{{Equal: true, Series: []Series{RegionNames{Regions: voronoi(sites, 60), Names: []string{"left", "right", "nowhere"}}}}}}
	l, err := f.Layout()
	if err != nil {
		t.Fatal(err)
	}
	box := l.Panels[0]
	seen := 0
	for _, text := range l.Texts {
		middle := (text.Box.X0 + text.Box.X1) / 2
		switch text.Text {
		case "left":
			seen++
			if text.Box.X1 > box.X0+box.Width()/2 {
				t.Errorf("left ends at %.0f", text.Box.X1)
			}
		case "right":
			seen++
			if middle < box.X0+box.Width()/2 {
				t.Errorf("right is at %.0f", middle)
			}
		case "nowhere":
			t.Error("a class that wins nowhere is named")
		}
	}
	if seen != 2 {
		t.Errorf("%d names", seen)
	}
}
