package models

import (
	"fmt"

	"actscope/graph/machine/kernel"
	"actscope/internal/nearest"
)

// Optimiser is a rule that turns gradients into steps. Its value is the settings;
// what it remembers between steps belongs to one training.
type Optimiser interface {
	// Name as in flags and files.
	Name() string
	// Validate reports a setting outside its domain.
	Validate() error
	// start makes the rule for parameters of these sizes.
	start(sizes []int) rule
}

// rule is an optimiser at work.
type rule interface {
	// step moves the values of parameter i against their gradient, and reports whether
	// they are still finite; number counts the steps of the training from 1. It allocates
	// nothing.
	step(number, i int, values, gradient []float64, rate float64) bool
	// memory is what the rule remembers, to be saved and restored in place.
	memory() []memory
}

// memory is one kind of thing that a rule remembers: an array per parameter.
type memory struct {
	name   string
	arrays [][]float64
}

func newMemory(name string, sizes []int) memory {
	m := memory{name: name}
	for _, size := range sizes {
		m.arrays = append(m.arrays, make([]float64, size))
	}
	return m
}

// Optimisers lists the optimisers with their usual settings, in the order in which
// they are shown to users.
func Optimisers() []Optimiser {
	return []Optimiser{
		Descent{}, Momentum{Coefficient: 0.9}, Nesterov{Coefficient: 0.9},
		Adam{Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8},
	}
}

// OptimiserNamed gives an optimiser with its usual settings; the error suggests the
// nearest known name and lists them all.
func OptimiserNamed(name string) (Optimiser, error) {
	var known []string
	for _, o := range Optimisers() {
		if o.Name() == name {
			return o, nil
		}
		known = append(known, o.Name())
	}
	return nil, nearest.Unknown("optimiser", name, known)
}

// Descent is plain gradient descent: p -= rate g.
type Descent struct{}

// Name is "descent".
func (Descent) Name() string { return "descent" }

// Validate has nothing to report.
func (Descent) Validate() error { return nil }

func (Descent) start([]int) rule { return descent{} }

type descent struct{}

func (descent) step(_, _ int, values, gradient []float64, rate float64) bool {
	return kernel.Descend(values, values, gradient, rate)
}

func (descent) memory() []memory { return nil }

// checkShare reports a factor of an average that is not in [0, 1).
func checkShare(what string, v float64) error {
	if !(v >= 0 && v < 1) {
		return fmt.Errorf("%s %v: it must be at least 0 and below 1", what, v)
	}
	return nil
}
