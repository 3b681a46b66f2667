package cost

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// simulation is a Trainer whose trainings succeed with known probabilities.
type simulation struct {
	chance     func(t Trial) float64
	diverge    bool // instead of falling short
	repetition int

	mu     sync.Mutex
	trials map[Trial]int // how often each was carried out, unless nil
}

const goal = 0.95

func (s *simulation) Train(_ context.Context, trials []Trial) ([]Attempt, error) {
	var attempts []Attempt
	for _, t := range trials {
		if s.trials != nil {
			s.mu.Lock()
			s.trials[t]++
			s.mu.Unlock()
		}
		a := Attempt{Accuracy: goal}
		if rand.New(rand.NewPCG(uint64(s.repetition), trialNumber(t))).Float64() >= s.chance(t) {
			a = Attempt{Accuracy: goal - 0.01}
			if s.diverge {
				a = Attempt{Diverged: true}
			}
		}
		attempts = append(attempts, a)
	}
	return attempts, nil
}

// trialNumber tells trials apart.
func trialNumber(t Trial) uint64 {
	n := uint64(t.Number)<<32 | uint64(t.Depth)<<24 | uint64(t.Width)<<16 | math.Float64bits(t.Rate)>>48
	for _, b := range t.Activation {
		n = n*1099511628211 + uint64(b)
	}
	return n
}

// count is the number of trials of a network.
func (s *simulation) count(activation string, shape Shape) int {
	n := 0
	for t := range s.trials {
		if t.Activation == activation && t.Shape == shape {
			n++
		}
	}
	return n
}

func planned(activations ...string) Config {
	c := Default()
	c.Target, c.Seeds = goal, 400
	c.Depths, c.Rates = []int{1, 2}, []float64{1}
	c.Training.Activations = activations
	return c
}

func searchWith(t *testing.T, c Config, o *simulation) *Result {
	t.Helper()
	r, err := Search(t.Context(), c, 2, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// byWidth is a landscape: chances of the widths of [Default], for every activation
// and depth.
func byWidth(c Config, chances ...float64) func(Trial) float64 {
	return func(t Trial) float64 {
		for i, w := range c.Widths {
			if w == t.Width {
				return chances[i]
			}
		}
		panic("a width that is not searched")
	}
}

// byRate is a landscape with the same chances of the rates, ascending, for every network.
func byRate(c Config, chances ...float64) func(Trial) float64 {
	return func(t Trial) float64 { return chances[slices.Index(c.Rates, t.Rate)] }
}

// trainerFunc is a Trainer without chance.
type trainerFunc func(Trial) Attempt

func (f trainerFunc) Train(_ context.Context, trials []Trial) ([]Attempt, error) {
	var attempts []Attempt
	for _, t := range trials {
		attempts = append(attempts, f(t))
	}
	return attempts, nil
}
