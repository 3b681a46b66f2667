package theory

import (
	"context"
	"errors"
	"math"
	"reflect"
	"runtime"
	"testing"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/stats"
)

// Networks of width 512 do what infinitely wide ones would, to 5 % of the prediction
// and within what the repetitions leave open.
func TestWideNetworksFollowTheTheory(t *testing.T) {
	for _, test := range []struct {
		activation   graph.Activation
		weight, bias float64
	}{
		{graph.Sigmoid, 1, 0}, {graph.ReLU, 2, 0}, {graph.Tanh, 1.5, 0.05}, {graph.GELU, 2, 0.3}, {graph.HardSigmoid, 4, 1},
	} {
		c := Default()
		c.Activation, c.WeightVariance, c.BiasVariance, c.Depth = test.activation.Name, test.weight, test.bias, 4
		c.Repetitions = 10
		e, err := c.ensemble()
		if err != nil {
			t.Fatal(err)
		}
		q, correlation := c.first()
		layers, err := e.Profile(t.Context(), q, correlation, c.Depth)
		if err != nil {
			t.Fatal(err)
		}
		m, err := Measure(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		for l, want := range layers {
			for what, pair := range map[string]struct {
				measured  [][]float64
				predicted Integral
				size      float64
			}{
				"variance":     {m.Variance, want.Variance, 2 * want.Variance.Value}, // 5 % of its root
				"deviation":    {m.Deviation, want.Deviation, want.Deviation.Value},
				"length ratio": {m.LengthRatio, want.LengthRatio, want.LengthRatio.Value},
				"correlation":  {m.Correlation, want.Correlation, 1},
			} {
				s := stats.Summarise(layer(pair.measured, l))
				off := math.Abs(s.Mean - pair.predicted.Value)
				if off > 0.05*pair.size || off > 3*(s.High-s.Low)/2 {
					t.Errorf("%s, layer %d: %s is %.4f (%.4f to %.4f), predicted %.4f", c.Activation, l+1, what, s.Mean, s.Low, s.High, pair.predicted.Value)
				}
			}
		}
	}
}

// layer is one of all repetitions.
func layer(byRepetition [][]float64, l int) []float64 {
	var values []float64
	for _, repetition := range byRepetition {
		values = append(values, repetition[l])
	}
	return values
}

// The lengths of the tangents are those of a fine polygon, seen by hooks alone.
func TestLengthRatiosAreThoseOfAPolygon(t *testing.T) {
	for _, a := range []graph.Activation{graph.Sigmoid, graph.Tanh, graph.ReLU} {
		c := Config{Activation: a.Name, WeightVariance: 2, BiasVariance: 0.1, InputVariance: 1.5, Depth: 3, Width: 20, Repetitions: 1}
		e, err := c.ensemble()
		if err != nil {
			t.Fatal(err)
		}
		net, err := c.network(a)
		if err != nil {
			t.Fatal(err)
		}
		e.draw(net, data.NewRandomState(5))
		seen, err := c.observe(net, a)
		if err != nil {
			t.Fatal(err)
		}
		x, tangent := c.arc()
		const step = 1e-6
		for i, v := range tangent {
			x[i] -= step / 2 * v
		}
		before, err := net.Observe(x)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range tangent {
			x[i] += step * v
		}
		after, err := net.Observe(x)
		if err != nil {
			t.Fatal(err)
		}
		length := func(l int) float64 {
			sum := 0.0
			for row := range 2 * arcPoints {
				square := 0.0
				for j := range c.Width {
					d := after.Pre[l].At(row, j) - before.Pre[l].At(row, j)
					square += d * d
				}
				sum += math.Sqrt(square)
			}
			return sum
		}
		for l, got := range seen.lengthRatio {
			if want := length(l+1) / length(l); !near(got, want, 1e-4) { // a kink may lie between
				t.Errorf("%s, layer %d: %v, of polygons %v", a.Name, l+1, got, want)
			}
		}
	}
}

func TestInputsHaveTheVarianceAndCorrelationAskedFor(t *testing.T) {
	for _, correlation := range []float64{-1, -0.3, 0, 0.8, 1} {
		c := Config{InputVariance: 2.5, InputCorrelation: correlation}
		x, tangent := c.arc()
		for i := range arcPoints {
			u, v := x[2*i:2*i+2], x[2*(arcPoints+i):2*(arcPoints+i)+2]
			if square := (u[0]*u[0] + u[1]*u[1]) / 2; !near(square, 2.5, 1e-14) {
				t.Errorf("mean square %v", square)
			}
			if got := (u[0]*v[0] + u[1]*v[1]) / 5; math.Abs(got-correlation) > 1e-14 {
				t.Errorf("correlation %v, want %v", got, correlation)
			}
			if dot := u[0]*tangent[2*i] + u[1]*tangent[2*i+1]; math.Abs(dot) > 1e-14 {
				t.Errorf("the tangent is not one: %v", dot)
			}
		}
	}
}

func TestMeasurementsDoNotDependOnTheProcessors(t *testing.T) {
	c := Default()
	c.Width, c.Repetitions, c.Depth = 40, 5, 3
	var first Measured
	for i, processors := range []int{1, 2, 7} {
		before := runtime.GOMAXPROCS(processors)
		m, err := Measure(t.Context(), c)
		runtime.GOMAXPROCS(before)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = m
		} else if !reflect.DeepEqual(first, m) {
			t.Errorf("%d processors measure differently", processors)
		}
	}
	c.Seed++
	m, err := Measure(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(m.Variance[:4], first.Variance[1:]) {
		t.Error("repetitions do not take one seed after the other")
	}
}

func TestSmallestNetworksAreMeasured(t *testing.T) {
	c := Config{Activation: "relu", WeightVariance: 2, InputVariance: 1, Depth: 3, Width: 1, Repetitions: 1}
	m, err := Measure(t.Context(), c)
	if err != nil || len(m.Variance) != 1 || len(m.Variance[0]) != 3 || math.IsNaN(m.Variance[0][0]) {
		t.Errorf("%+v, %v", m, err)
	}
	// Without any signal there is no correlation and no length.
	c.WeightVariance = 0
	if m, err = Measure(t.Context(), c); err != nil || m.Variance[0][2] != 0 || !math.IsNaN(m.Correlation[0][0]) || !math.IsNaN(m.LengthRatio[0][0]) {
		t.Errorf("%+v, %v", m, err)
	}
	c.Repetitions = 0
	if m, err = Measure(t.Context(), c); err != nil || m.Variance != nil {
		t.Errorf("no repetitions: %+v, %v", m, err)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	c.Repetitions = 3
	if _, err := Measure(stopped, c); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}
