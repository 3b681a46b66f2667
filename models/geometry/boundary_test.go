package geometry

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"actscope/data"
	"actscope/graph"
	"actscope/models"
)

// formula is a field given by a formula of value and gradient.
type formula struct {
	inputs int
	at     func(x, gradient []float64) float64
	calls  int
}

func (f *formula) Inputs() int { return f.inputs }

func (f *formula) Values(ctx context.Context, x []float64) ([]float64, error) {
	v, _, err := f.Gradients(ctx, x)
	return v, err
}

func (f *formula) Gradients(_ context.Context, x []float64) (values, gradients []float64, err error) {
	f.calls++
	gradients = make([]float64, len(x))
	for i := 0; i < len(x); i += f.inputs {
		values = append(values, f.at(x[i:i+f.inputs], gradients[i:i+f.inputs]))
	}
	return values, gradients, nil
}

// scattered are points of the plane that lie nowhere special.
func scattered(n int, scale float64) []float64 {
	points := make([]float64, 0, 2*n)
	for i := range n {
		r, phi := scale*math.Sqrt(float64(i)/float64(n)), 2.399963*float64(i)
		points = append(points, r*math.Cos(phi), r*math.Sin(phi))
	}
	return points
}

func TestDistancesToBoundariesOfKnownForm(t *testing.T) {
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
		{"a circle as a saturated sigmoid", func(x, g []float64) float64 {
			v := math.Tanh(40 * (x[0]*x[0] + x[1]*x[1] - 1.5))
			g[0], g[1] = 80*x[0]*(1-v*v), 80*x[1]*(1-v*v)
			return v
		}, func(x, y float64) float64 { return math.Abs(math.Hypot(x, y) - math.Sqrt(1.5)) }},
		{"two parallel lines", func(x, g []float64) float64 {
			g[0], g[1] = 2*x[0], 0
			return x[0]*x[0] - 0.49
		}, func(x, y float64) float64 { return math.Abs(math.Abs(x) - 0.7) }},
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
		{"the edge of a flat place", func(x, g []float64) float64 {
			if x[0] >= 0.3 {
				return 0
			}
			g[0] = 2
			return 2 * (x[0] - 0.3)
		}, func(x, y float64) float64 { return math.Abs(x - 0.3) }},
		{"a jump", func(x, g []float64) float64 { // the gradient knows nothing of it
			if x[0]+x[1] > 0 {
				return 1
			}
			return -1
		}, func(x, y float64) float64 { return math.NaN() }},
		{"a diamond", func(x, g []float64) float64 { // |x| + |y| = 1
			g[0], g[1] = math.Copysign(1, x[0]), math.Copysign(1, x[1])
			return math.Abs(x[0]) + math.Abs(x[1]) - 1
		}, func(x, y float64) float64 {
			x, y = math.Abs(x), math.Abs(y)
			along := min(max((x-y+1)/2, 0), 1)
			return math.Hypot(x-along, y-(1-along))
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			points := scattered(150, 2)
			f := &formula{inputs: 2, at: test.field}
			b, err := Nearest(t.Context(), f, points)
			if err != nil {
				t.Fatal(err)
			}
			worst := 0.0
			for i, d := range b.Distances {
				x, y := points[2*i], points[2*i+1]
				want := test.want(x, y)
				if math.IsNaN(want) { // not exact, but not far off either
					if e := math.Abs(d - math.Abs(x+y)/math.Sqrt2); e > 2*b.Step {
						t.Errorf("(%v, %v): off by %v", x, y, e)
					}
					continue
				}
				worst = max(worst, math.Abs(d-want))
				if math.Abs(d-want) > 1e-7 {
					t.Errorf("(%v, %v): %v, want %v", x, y, d, want)
				}
				if v := f.at(b.Closest[2*i:2*i+2], make([]float64, 2)); math.Abs(v) > 1e-7 {
					t.Errorf("(%v, %v): the closest point %v is not on the boundary: %v", x, y, b.Closest[2*i:2*i+2], v)
				}
				if math.Abs(distance(points[2*i:2*i+2], b.Closest[2*i:2*i+2])-d) > 1e-15 {
					t.Errorf("(%v, %v): the distance is not that of the closest point", x, y)
				}
			}
			t.Logf("error %.1e, stated %.1e, step %.3f, %d calls", worst, b.Error, b.Step, f.calls)
			if worst > b.Error+1e-9 {
				t.Errorf("the error is %v, stated %v", worst, b.Error)
			}
		})
	}
}

// The grid's distances to the boundaries of trained rectifier networks, against those
// to all segments of the boundary, found region by region: two ways that have nothing in
// common. The grid misses a few pieces finer than itself in the deepest network.
func TestTwoWaysToTheBoundariesOfRectifiersAgree(t *testing.T) {
	train, test := moons(t)
	for _, spec := range []models.MLP{
		{Inputs: 2, Hidden: []int{8, 8}, Activation: graph.ReLU},
		{Inputs: 2, Hidden: []int{4}, Activation: graph.LeakyReLU},
		{Inputs: 2, Hidden: []int{16, 16, 16}, Activation: graph.ReLU},
		{Inputs: 2, Hidden: []int{6, 6}, Activation: graph.HardSigmoid},
	} {
		for _, epochs := range []int{20, 300} {
			net := trained(t, spec, epochs, train)
			logit, err := LeadOf(net, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer logit.Close()
			b, err := Nearest(t.Context(), logit, test.X)
			if err != nil {
				t.Fatal(err)
			}
			exact, err := BoundaryOf(t.Context(), net, test.X)
			if err != nil || exact.Step != 0 {
				t.Fatal(exact.Step, err)
			}
			values, err := logit.Values(t.Context(), exact.Closest)
			if err != nil {
				t.Fatal(err)
			}
			worst, missed := 0.0, 0
			for i, d := range b.Distances {
				switch e := d - exact.Distances[i]; {
				case e > 1e-6 && e < b.Step: // a sliver that passes between the nodes of the grid
					missed++
				default:
					worst = max(worst, math.Abs(e))
				}
				if math.Abs(values[i]) > 1e-9 {
					t.Errorf("row %d: the logit is %v at the closest point", i, values[i])
				}
			}
			t.Logf("%v after %d epochs: difference %.1e, stated %.1e and %.1e, %d missed", net, epochs, worst, b.Error, exact.Error, missed)
			if missed > 4 || !(worst <= b.Error+exact.Error) {
				t.Errorf("%v after %d epochs: %v apart, stated %v and %v; %d of 100 missed", net, epochs, worst, b.Error, exact.Error, missed)
			}
		}
	}
}

// relu(x) + relu(y) = 1 is a side of a diamond with an arm on either end.
func TestTheBoundaryOfKnownRectifiers(t *testing.T) {
	net := randomNet(t, 1, graph.ReLU, 2)
	copy(net.Parameters[0].Values, []float64{1, 0, 0, 1}) // relu(x), relu(y)
	copy(net.Parameters[1].Values, []float64{0, 0})
	copy(net.Parameters[2].Values, []float64{1, 1}) // relu(x) + relu(y) = 1
	copy(net.Parameters[3].Values, []float64{-1})
	b, err := BoundaryOf(t.Context(), net, []float64{0, 0, -3, 0, 2, 2, -1, 4, 0.25, 0.25})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{1 / math.Sqrt2, 1, 3 / math.Sqrt2, 3, 0.5 / math.Sqrt2} {
		near(t, "distance", b.Distances[i], nil, want, 1e-12)
	}
	near(t, "closest to (-3, 0), x", b.Closest[2], nil, -3, 1e-12)
	near(t, "closest to (-3, 0), y", b.Closest[3], nil, 1, 1e-12)
}

// A flat place at exactly 0 counts as class 1: its edge is the boundary.
func TestTheBoundaryOfAFlatPlaceIsItsEdge(t *testing.T) {
	net := randomNet(t, 1, graph.ReLU, 1)
	copy(net.Parameters[0].Values, []float64{1, 0})
	copy(net.Parameters[1].Values, []float64{-0.3})
	copy(net.Parameters[2].Values, []float64{-2}) // -2 relu(x - 0.3)
	copy(net.Parameters[3].Values, []float64{0})
	b, err := BoundaryOf(t.Context(), net, []float64{0, 0, 1, 2})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "inside", b.Distances[0], nil, 0.3, 1e-12)
	near(t, "outside", b.Distances[1], nil, 0.7, 1e-12)
}

// A smooth network against a very fine grid, whose crossings are on the boundary to
// within its step squared.
func TestDistancesToSmoothBoundariesAreThoseOfAFineGrid(t *testing.T) {
	for _, a := range []graph.Activation{graph.Sigmoid, graph.Tanh, graph.GELU} {
		net, _, test := studyNet(t, a, 300)
		logit, err := LeadOf(net, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer logit.Close()
		b, err := Nearest(t.Context(), logit, test.X)
		if err != nil {
			t.Fatal(err)
		}
		side := data.Interval{Min: -5, Max: 5}
		grid, err := data.GridOver(side, side, 1001, 1001)
		if err != nil {
			t.Fatal(err)
		}
		values, err := logit.Values(t.Context(), grid.Points)
		if err != nil {
			t.Fatal(err)
		}
		crossings, _ := searchGrid{axes: [2][]float64{grid.X, grid.Y}}.crossings(values)
		for i, d := range b.Distances {
			least := math.Inf(1)
			for _, c := range crossings {
				least = min(least, distance(c.at, test.X[2*i:2*i+2]))
			}
			// Crossings lie at most a diagonal of .0142 apart: the closest one is farther
			// than the boundary by at most half of that, and by its square over 8 d.
			if most := min(0.0071, 5e-5/max(d, 1e-9)) + 1e-4; d > least+1e-4 || d < least-most {
				t.Errorf("%s, row %d: %v, on the fine grid %v", a.Name, i, d, least)
			}
		}
	}
}

func TestDistancesInSpacesOfOtherDimensions(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 0))
	points := func(n int) []float64 {
		x := make([]float64, 60*n)
		for i := range x {
			x[i] = rng.NormFloat64()
		}
		return x
	}
	for _, test := range []struct {
		name   string
		inputs int
		field  func(x, g []float64) float64
		want   func(x []float64) float64
	}{
		{"a hyperplane", 5, func(x, g []float64) float64 {
			v := -0.5
			for i := range x {
				g[i] = float64(i + 1)
				v += g[i] * x[i]
			}
			return v
		}, func(x []float64) float64 {
			return math.Abs(x[0]+2*x[1]+3*x[2]+4*x[3]+5*x[4]-0.5) / math.Sqrt(55)
		}},
		{"a sphere", 3, func(x, g []float64) float64 {
			v := -1.0
			for i := range x {
				g[i] = 2 * x[i]
				v += x[i] * x[i]
			}
			return v
		}, func(x []float64) float64 { return math.Abs(math.Hypot(math.Hypot(x[0], x[1]), x[2]) - 1) }},
		{"a point of a line", 1, func(x, g []float64) float64 {
			g[0] = math.Exp(x[0])
			return math.Exp(x[0]) - 2
		}, func(x []float64) float64 { return math.Abs(x[0] - math.Ln2) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			x := points(test.inputs)
			b, err := Nearest(t.Context(), &formula{inputs: test.inputs, at: test.field}, x)
			if err != nil {
				t.Fatal(err)
			}
			if !math.IsNaN(b.Step) {
				t.Errorf("a grid of step %v", b.Step)
			}
			worst := 0.0
			for i, d := range b.Distances {
				worst = max(worst, math.Abs(d-test.want(x[i*test.inputs:(i+1)*test.inputs])))
			}
			t.Logf("error %.1e, stated %.1e", worst, b.Error)
			if worst > 1e-6 {
				t.Errorf("off by %v", worst)
			}
		})
	}
}

func TestBadPointsHaveNoDistances(t *testing.T) {
	f := &formula{inputs: 2, at: func(x, g []float64) float64 { g[0] = 1; return x[0] }}
	for name, points := range map[string][]float64{"none": {}, "half a point": {1, 2, 3}, "not a number": {1, math.NaN()}, "infinite": {math.Inf(1), 0}} {
		if _, err := Nearest(t.Context(), f, points); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	b, err := Nearest(t.Context(), f, []float64{3, 4, 3, 4}) // all points are one
	if err != nil || math.Abs(b.Distances[1]-3) > 1e-12 {
		t.Errorf("%v, %v", b.Distances, err)
	}
}
