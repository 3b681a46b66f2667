package viz

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func polygonArea(ps []Point) float64 {
	a := 0.0
	for i, p := range ps {
		q := ps[(i+1)%len(ps)]
		a += p.X*q.Y - q.X*p.Y
	}
	return a / 2
}

func TestExtentSkipsWhatIsNotFinite(t *testing.T) {
	e := ExtentOf([]Point{{math.NaN(), 1}, {2, math.Inf(1)}, {-1, -3}})
	if e.XMin != -1 || e.XMax != 2 || e.YMin != -3 || e.YMax != 1 {
		t.Error(e)
	}
	if u := (Extent{}).Union(e); u != e {
		t.Error(u)
	}
}

func TestClippedLinesStayInsideTheBox(t *testing.T) {
	box := Box{0, 0, 10, 5}
	rapid.Check(t, func(t *rapid.T) {
		coordinate := rapid.Float64Range(-1e6, 1e6)
		var ps []Point
		for range rapid.IntRange(0, 8).Draw(t, "n") {
			ps = append(ps, Point{coordinate.Draw(t, "x"), coordinate.Draw(t, "y")})
		}
		for _, run := range clipLine(box, ps) {
			if len(run) < 2 {
				t.Fatalf("a run of %d points", len(run))
			}
			for _, p := range run {
				if !box.grow(1e-6).contains(p) {
					t.Fatalf("%v lies outside", p)
				}
			}
		}
	})
}

func TestClippingCutsALineWhereItCrosses(t *testing.T) {
	box := Box{0, 0, 10, 10}
	got := clipLine(box, []Point{{-5, 5}, {5, 5}, {5, 20}, {20, 20}, {20, 2}, {8, 2}})
	if len(got) != 2 || got[0][0] != (Point{0, 5}) || got[0][2] != (Point{5, 10}) || got[1][0] != (Point{10, 2}) {
		t.Error(got)
	}
	if got := clipLine(box, []Point{{1, 1}, {math.NaN(), 1}, {3, 3}, {4, 4}}); len(got) != 1 || got[0][0] != (Point{3, 3}) {
		t.Error("a point that is not a number does not break the line:", got)
	}
}

func TestClippedRingKeepsTheAreaInside(t *testing.T) {
	box := Box{0, 0, 10, 10}
	ring := []Point{{-10, 5}, {5, -10}, {20, 5}, {5, 20}} // a diamond whose corners are cut: all of the box is inside
	if a := math.Abs(polygonArea(clipRing(box, ring))); math.Abs(a-100) > 1e-9 {
		t.Errorf("area %v", a)
	}
	triangle := []Point{{5, 5}, {25, 5}, {5, 25}}
	if a := math.Abs(polygonArea(clipRing(box, triangle))); math.Abs(a-25) > 1e-9 {
		t.Errorf("area %v", a)
	}
	if r := clipRing(box, []Point{{20, 20}, {30, 20}, {30, 30}}); len(r) != 0 {
		t.Error(r)
	}
}

func TestThinnedLinesStayWithinTheTolerance(t *testing.T) {
	var ps []Point
	for i := range 1000 {
		x := float64(i) / 50
		ps = append(ps, Point{x, math.Sin(x)})
	}
	const tol = 0.01
	thinned := thin(ps, tol)
	if len(thinned) > 120 {
		t.Errorf("%d of %d points are left", len(thinned), len(ps))
	}
	j := 0
	for _, p := range ps {
		for thinned[j+1].X < p.X {
			j++
		}
		a, b := thinned[j], thinned[j+1]
		if y := a.Y + (b.Y-a.Y)*(p.X-a.X)/(b.X-a.X); math.Abs(y-p.Y) > tol*1.5 {
			t.Fatalf("at %v the line is off by %v", p.X, y-p.Y)
		}
	}
}

func TestLongLinesKeepTheirPeaks(t *testing.T) {
	ps := make([]Point, 100_000)
	for i := range ps {
		ps[i] = Point{float64(i) / 1000, float64(i % 7)}
	}
	ps[54_321].Y = 1e6
	thinned := envelope(ps)
	peak := false
	for _, p := range thinned {
		peak = peak || p.Y == 1e6
	}
	if !peak || len(thinned) > 401 || thinned[0] != ps[0] || thinned[len(thinned)-1] != ps[len(ps)-1] {
		t.Errorf("%d points, peak kept: %v", len(thinned), peak)
	}
}
