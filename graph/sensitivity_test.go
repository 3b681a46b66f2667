package graph

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"actscope/internal/differences"
)

func TestSensitivityEqualsFiniteDifferences(t *testing.T) {
	check := func(name string, n Architecture, at Point) {
		t.Run(name+" "+at.String(), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(4, uint64(at.Layer)))
			parameters := n.NewParameters()
			s, err := CompileSensitivity(n, parameters, n.NewStatistics(), 5, at)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			for _, p := range parameters {
				for i := range p.Values {
					p.Values[i] = rng.NormFloat64()
				}
			}
			for _, values := range [][]float64{s.X, s.Weights} {
				for i := range values {
					values[i] = rng.NormFloat64()
				}
			}
			run := func() {
				if err := s.Run(); err != nil {
					t.Fatal(err)
				}
			}
			run()
			gradient := append([]float64(nil), s.Gradient()...)
			estimates := differences.Gradient(func() (float64, uint64) {
				run()
				sum := 0.0
				for i, v := range s.Values() {
					sum += s.Weights[i] * v
				}
				return sum, 0
			}, s.X)
			for i, e := range estimates {
				if d := math.Abs(gradient[i] - e.Value); !e.Kink && (d > 1e-9+10*e.Error || e.Error > 1e-7) {
					t.Errorf("entry %d: %v, by differences %+v", i, gradient[i], e)
				}
			}
		})
	}
	for _, a := range Activations() {
		n := MLP(3, []int{4, 3}, a, Logits)
		for _, at := range []Point{{1, PreActivation}, {2, PostActivation}, {3, PreActivation}} {
			check(a.Name, n, at)
		}
	}
	for _, names := range partCombinations() {
		check(fmt.Sprint(names), withParts(t, []int{4, 4, 3}, Tanh, names...), Point{4, PreActivation})
	}
}

// The rows of an evaluation do not know of each other.
func TestSensitivityOfARowIsItsOwn(t *testing.T) {
	const units = 3
	n := MLP(2, []int{units}, Tanh, Logits)
	parameters := n.NewParameters()
	rng := rand.New(rand.NewPCG(5, 0))
	for _, p := range parameters {
		for i := range p.Values {
			p.Values[i] = rng.NormFloat64()
		}
	}
	gradient := func(x ...float64) []float64 {
		s, err := CompileSensitivity(n, parameters, nil, len(x)/2, Point{1, PostActivation})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		copy(s.X, x)
		for row := range len(x) / 2 {
			s.Weights[row*units+1] = 1
		}
		if err := s.Run(); err != nil {
			t.Fatal(err)
		}
		return append([]float64(nil), s.Gradient()...)
	}
	alone, together := gradient(0.3, -2), gradient(1, 1, 0.3, -2, 5, 0)
	for i, v := range alone {
		if together[2+i] != v {
			t.Errorf("derivative %d is %v alone and %v among others", i, v, together[2+i])
		}
	}
}

func TestBadSensitivityIsRefused(t *testing.T) {
	n := MLP(2, []int{3}, Tanh, Logits)
	for _, test := range []struct {
		rows int
		at   Point
		want string
	}{
		{0, Point{1, PreActivation}, "0 rows"},
		{1, Point{3, PreActivation}, "no stage"},
	} {
		if _, err := CompileSensitivity(n, n.NewParameters(), nil, test.rows, test.at); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want %q", err, test.want)
		}
	}
}
