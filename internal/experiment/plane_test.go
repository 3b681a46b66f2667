package experiment

import (
	"math"
	"testing"

	"actscope/data"
)

func TestTwoInputsAreTheirOwnPlane(t *testing.T) {
	s := data.Set{X: []float64{1, 2, 3, 4}, Columns: 2, Y: []float64{0, 1}}
	p, err := PlaneOf(s)
	if err != nil || p.Principal() {
		t.Fatal(p, err)
	}
	if got := p.Project(s); &got.X[0] != &s.X[0] || &p.Lift(s.X)[0] != &s.X[0] {
		t.Error("the points were copied or changed")
	}
}

// Points on a plane through the origin of four dimensions, longer along u than
// along v: the plane is found, its axes in order, and nothing is lost.
func TestPrincipalPlaneHoldsPointsThatLieInIt(t *testing.T) {
	u, v := []float64{0.5, 0.5, 0.5, 0.5}, []float64{0.5, -0.5, 0.5, -0.5}
	s := data.Set{Columns: 4}
	for i := range 40 {
		a, b := 3*math.Sin(float64(i)), math.Cos(1.7*float64(i))
		for j := range u {
			s.X = append(s.X, a*u[j]+b*v[j])
		}
		s.Y = append(s.Y, float64(i%2))
	}
	p, err := PlaneOf(s)
	if err != nil || !p.Principal() {
		t.Fatal(p, err)
	}
	projected := p.Project(s)
	back := p.Lift(projected.X)
	for i := range s.X {
		if math.Abs(back[i]-s.X[i]) > 1e-12 {
			t.Fatalf("entry %d: %v came back as %v", i, s.X[i], back[i])
		}
	}
	if first, second := projected.Extent(0), projected.Extent(1); first.Max-first.Min <= second.Max-second.Min {
		t.Errorf("axes in the wrong order: %v, %v", first, second)
	}
}

func TestOneInputIsTheFirstAxis(t *testing.T) {
	s := data.Set{X: []float64{-1, 0, 2}, Columns: 1, Y: []float64{0, 1, 1}}
	p, err := PlaneOf(s)
	if err != nil {
		t.Fatal(err)
	}
	got := p.Project(s)
	if got.X[0] != -1 || got.X[4] != 2 || got.X[5] != 0 || p.Lift([]float64{7, 9})[0] != 7 {
		t.Errorf("projected to %v", got.X)
	}
}

// A million numbers more than are decomposed lie along one line all the same.
func TestAxesOfManyPointsAreThoseOfSome(t *testing.T) {
	for _, c := range []struct{ rows, columns, want int }{{400, 3, 1}, {1_000_000, 10, 1}, {12_000, 784, 7}, {200, 2000, 1}, {1_000_000, 2000, 1367}, {134, 1_000_000, 5}} {
		every := thinned(c.rows, c.columns)
		left := float64((c.rows + every - 1) / every)
		if every != c.want || left*float64(c.columns)*min(left, float64(c.columns)) > decomposed && left > 2 {
			t.Errorf("%+v: one in %d", c, every)
		}
	}
	const columns, rows = 600, 4000
	s := data.Set{Columns: columns}
	for i := range rows {
		for j := range columns {
			s.X = append(s.X, math.Sin(float64(i))*float64(j%7-3))
		}
		s.Y = append(s.Y, float64(i%2))
	}
	p, err := PlaneOf(s)
	if err != nil || p.OfEvery() != 2 {
		t.Fatal(p.OfEvery(), err)
	}
	back := p.Lift(p.Project(s).X)
	for i := range s.X {
		if math.Abs(back[i]-s.X[i]) > 1e-9 {
			t.Fatalf("entry %d: %v came back as %v", i, s.X[i], back[i])
		}
	}
}
