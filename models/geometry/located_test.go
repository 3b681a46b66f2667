package geometry

import (
	"context"
	"errors"
	"math"
	"testing"

	"actscope/data"
	"actscope/graph"
	"actscope/models"
)

// located are samples of sets with their distances in a network.
func located(t testing.TB, net *models.Network, sets ...data.Set) []Located {
	t.Helper()
	var samples []Sample
	for _, set := range sets {
		samples = append(samples, observed(t, net, set))
	}
	all, err := Locate(t.Context(), net, samples...)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestOutlinesOfKnownForm(t *testing.T) {
	points := scattered(300, 2)
	for _, test := range []struct {
		name  string
		field func(x, g []float64) float64
		want  func(x, y float64) float64
	}{
		{"a line", func(x, g []float64) float64 {
			g[0], g[1] = 3, 4
			return 3*x[0] + 4*x[1] - 2
		}, func(x, y float64) float64 { return math.Abs(3*x+4*y-2) / 5 }},
		{"a circle", func(x, g []float64) float64 {
			g[0], g[1] = 2*x[0], 2*(x[1]-0.25)
			return x[0]*x[0] + (x[1]-0.25)*(x[1]-0.25) - 1
		}, func(x, y float64) float64 { return math.Abs(math.Hypot(x, y-0.25) - 1) }},
		{"a small circle", func(x, g []float64) float64 {
			g[0], g[1] = 2*x[0], 2*x[1]
			return x[0]*x[0] + x[1]*x[1] - 0.01
		}, func(x, y float64) float64 { return math.Abs(math.Hypot(x, y) - 0.1) }},
		{"a corner", func(x, g []float64) float64 { // max(x, y) = 0
			if x[0] > x[1] {
				g[0], g[1] = 1, 0
				return x[0]
			}
			g[0], g[1] = 0, 1
			return x[1]
		}, func(x, y float64) float64 {
			if x <= 0 && y <= 0 {
				return -max(x, y)
			}
			return math.Hypot(max(x, 0), max(y, 0))
		}},
		{"a line far away", func(x, g []float64) float64 {
			g[0], g[1] = 1, 0
			return x[0] - 9
		}, func(x, y float64) float64 { return 9 - x }},
	} {
		b := newBoundary(len(points)/2, 2)
		err := outlined(t.Context(), &b, &formula{inputs: 2, at: test.field}, points, upTo(len(points)/2))
		if err != nil {
			t.Fatal(err)
		}
		if b.Error > 4*outlinePrecision {
			t.Errorf("%s: error %v", test.name, b.Error)
		}
		for row, got := range b.Distances {
			if want := test.want(points[2*row], points[2*row+1]); math.Abs(got-want) > b.Error+1e-9 {
				t.Errorf("%s: point %v is %v from it, want %v within %v", test.name, points[2*row:2*row+2], got, want, b.Error)
				break
			}
		}
	}
}

// A field without slopes gives no tangents: chords are as coarse as the grid, and say so.
func TestOutlineOfAStepIsAsExactAsItSays(t *testing.T) {
	points := scattered(300, 2)
	b := newBoundary(len(points)/2, 2)
	err := outlined(t.Context(), &b, &formula{inputs: 2, at: func(x, g []float64) float64 {
		g[0], g[1] = 0, 0
		return math.Copysign(1, x[0]*x[0]+x[1]*x[1]-1)
	}}, points, upTo(len(points)/2))
	if err != nil {
		t.Fatal(err)
	}
	if !(b.Error > 1e-3 && b.Error < 0.05) {
		t.Errorf("error %v", b.Error)
	}
	for row, got := range b.Distances {
		if want := math.Abs(math.Hypot(points[2*row], points[2*row+1]) - 1); math.Abs(got-want) > b.Error {
			t.Errorf("point %d is %v from it, want %v within %v", row, got, want, b.Error)
		}
	}
}

func TestLocatedRowsAreAsFarAsTheirClosestPoints(t *testing.T) {
	for _, a := range []graph.Activation{graph.ReLU, graph.Sigmoid, graph.Tanh} {
		net, train, test := studyNet(t, a, 300)
		all := located(t, net, train, test)
		for i, set := range []data.Set{train, test} {
			b, err := BoundaryOf(t.Context(), net, set.X)
			if err != nil {
				t.Fatal(err)
			}
			for row, d := range all[i].signed(b.Distances) {
				if got := all[i].Signed[row]; math.Abs(got-d) > all[i].Error+b.Error {
					t.Errorf("%s: row %d is located at %v, %v from the boundary", a.Name, row, got, d)
				}
			}
		}
	}
}

func TestNothingIsLocatedWithoutABoundary(t *testing.T) {
	net, train, _ := studyNet(t, graph.Tanh, 0)
	net.Parameters[5].Values[0] = 1000 // the output's bias
	for _, d := range located(t, net, train)[0].Signed {
		if !math.IsNaN(d) {
			t.Fatalf("a distance of %v without a boundary", d)
		}
	}
}

func TestLocatingStopsWithItsContext(t *testing.T) {
	net, train, _ := studyNet(t, graph.Tanh, 0)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Locate(ctx, net, observed(t, net, train)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
