package viz

import (
	"math"
	"testing"
)

// bowl is 1 - x² - y² on [-1.5, 1.5]².
func bowl(n int) Grid {
	var g Grid
	for i := range n {
		v := -1.5 + 3*float64(i)/float64(n-1)
		g.X, g.Y = append(g.X, v), append(g.Y, v)
	}
	for _, y := range g.Y {
		for _, x := range g.X {
			g.Z = append(g.Z, 1-x*x-y*y)
		}
	}
	return g
}

func areaAbove(g Grid, level float64) (area float64, rings int) {
	for _, r := range g.isolines(level, true) {
		area += polygonArea(r)
		rings++
	}
	return area, rings
}

func TestIsolineOfABowlIsACircle(t *testing.T) {
	lines := bowl(101).isolines(0, false)
	if len(lines) != 1 {
		t.Fatalf("%d lines", len(lines))
	}
	for _, p := range lines[0] {
		if r := math.Hypot(p.X, p.Y); math.Abs(r-1) > 3e-4 {
			t.Errorf("%v lies %v from the middle", p, r)
		}
	}
}

func TestRegionsAboveALevelHaveTheRightArea(t *testing.T) {
	g := bowl(101)
	disc := math.Sqrt(3) // of level -2, cut by the square of side 3
	cut := disc*disc*math.Acos(1.5/disc) - 1.5*math.Sqrt(disc*disc-1.5*1.5)
	ring := bowl(201)
	for i, z := range ring.Z {
		ring.Z[i] = -math.Abs(z - 0.3)
	}
	for _, c := range []struct {
		name  string
		grid  Grid
		level float64
		area  float64
		rings int
	}{
		{"disc", g, 0, math.Pi, 1},
		{"cut disc", g, -2, math.Pi*3 - 4*cut, 1},
		{"whole square", g, -100, 9, 1},
		{"nothing", g, 2, 0, 0},
		{"ring with a hole", ring, -0.2, math.Pi * (0.9 - 0.5), 2},
	} {
		area, rings := areaAbove(c.grid, c.level)
		if math.Abs(area-c.area) > 0.005 || rings != c.rings {
			t.Errorf("%s: %d rings around %v, want %d around %v", c.name, rings, area, c.rings, c.area)
		}
	}
}

func TestNothingIsAboveALevelWhereValuesAreNoNumbers(t *testing.T) {
	g := Grid{X: []float64{0, 1, 2, 3}, Y: []float64{0, 1}, Z: []float64{1, 1, math.NaN(), math.NaN(), 1, 1, math.NaN(), math.NaN()}}
	if area, _ := areaAbove(g, 0); math.Abs(area-1) > 1e-9 {
		t.Errorf("area %v", area)
	}
	g.Z[2], g.Z[6] = math.Inf(1), math.Inf(-1)
	if area, _ := areaAbove(g, 0); math.IsNaN(area) {
		t.Error("an infinite value spoils the area")
	}
}

func TestGridsThatDoNotFitAreErrors(t *testing.T) {
	for name, g := range map[string]Grid{
		"too few values": {X: []float64{0, 1}, Y: []float64{0, 1}, Z: []float64{1}},
		"falling axis":   {X: []float64{1, 0}, Y: []float64{0, 1}, Z: make([]float64, 4)},
		"axis with NaN":  {X: []float64{0, math.NaN()}, Y: []float64{0, 1}, Z: make([]float64, 4)},
	} {
		if g.Check() == nil {
			t.Error(name)
		}
	}
}

func TestCoarserGridsKeepTheirEnds(t *testing.T) {
	for _, n := range []int{9, 10} {
		g := bowl(n)
		c := g.coarser()
		if err := c.Check(); err != nil {
			t.Fatal(err)
		}
		if c.X[0] != g.X[0] || c.X[len(c.X)-1] != g.X[n-1] || len(c.X) > n/2+1 {
			t.Error(c.X)
		}
	}
}
