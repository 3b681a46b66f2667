package geometry

import (
	"math"
	"testing"
)

// formula is a field given by a formula of value and gradient.
type formula struct {
	inputs int
	at     func(x, gradient []float64) float64
	calls  int
}

func (f *formula) Inputs() int { return f.inputs }

func (f *formula) Values(x []float64) ([]float64, error) {
	v, _, err := f.Gradients(x)
	return v, err
}

func (f *formula) Gradients(x []float64) (values, gradients []float64, err error) {
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
