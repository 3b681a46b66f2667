package models

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

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

// Steps are an optimiser's for parameters that are in no network.
type Steps struct {
	rule   rule
	number int
}

// NewSteps begins with an optimiser, nil for plain descent, and so many parameters.
func NewSteps(o Optimiser, parameters int) *Steps {
	return &Steps{rule: Training{Optimiser: o}.optimiser().start([]int{parameters})}
}

// Step moves the values against their gradient, and says whether they are still finite.
func (s *Steps) Step(values, gradient []float64, rate float64) bool {
	s.number++
	return s.rule.step(s.number, 0, values, gradient, rate)
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

// Momentum is descent with a memory (Polyak 1964): v = coefficient v + g,
// p -= rate v, from v = 0.
type Momentum struct {
	// Coefficient is at least 0 (plain descent) and below 1; 0.9 is usual.
	Coefficient float64
}

// Name is "momentum".
func (Momentum) Name() string { return "momentum" }

// Validate reports a coefficient outside its domain.
func (m Momentum) Validate() error { return checkShare("momentum", m.Coefficient) }

func (m Momentum) start(sizes []int) rule {
	return &momentum{coefficient: m.Coefficient, velocity: newMemory("velocity", sizes)}
}

// Nesterov is momentum that looks ahead: v = coefficient v + g,
// p -= rate (g + coefficient v), the form of Nesterov's method (1983) whose
// parameters are those at which the gradient is taken (Sutskever et al. 2013;
// Bengio, Boulanger-Lewandowski & Pascanu 2013).
type Nesterov struct {
	// Coefficient is at least 0 (plain descent) and below 1; 0.9 is usual.
	Coefficient float64
}

// Name is "nesterov".
func (Nesterov) Name() string { return "nesterov" }

// Validate reports a coefficient outside its domain.
func (n Nesterov) Validate() error { return checkShare("momentum", n.Coefficient) }

func (n Nesterov) start(sizes []int) rule {
	return &momentum{coefficient: n.Coefficient, ahead: true, velocity: newMemory("velocity", sizes)}
}

// momentum is both of them at work.
type momentum struct {
	coefficient float64
	ahead       bool
	velocity    memory
}

func (m *momentum) step(_, i int, values, gradient []float64, rate float64) bool {
	v := m.velocity.arrays[i]
	floats.AddScaledTo(v, gradient, m.coefficient, v)
	if m.ahead {
		kernel.Descend(values, values, gradient, rate)
		return kernel.Descend(values, values, v, rate*m.coefficient)
	}
	return kernel.Descend(values, values, v, rate)
}

func (m *momentum) memory() []memory { return []memory{m.velocity} }

// Adam scales each entry's step by running means m of its gradient and s of the
// gradient's square (Kingma & Ba 2015, algorithm 1): with their bias corrected by
// 1 - beta^step, p -= rate m/(sqrt(s) + epsilon). With weight decay it is AdamW.
type Adam struct {
	// Beta1 and Beta2, at least 0 and below 1, are the shares of m and s that a step
	// keeps; 0.9 and 0.999 are usual.
	Beta1, Beta2 float64
	// Epsilon keeps the divisor from 0: it is positive; 1e-8 is usual.
	Epsilon float64
}

// Name is "adam".
func (Adam) Name() string { return "adam" }

// Validate reports a setting outside its domain.
func (a Adam) Validate() error {
	if err := checkShare("beta1 of Adam", a.Beta1); err != nil {
		return err
	}
	if err := checkShare("beta2 of Adam", a.Beta2); err != nil {
		return err
	}
	if !(a.Epsilon > 0) || math.IsInf(a.Epsilon, 0) {
		return fmt.Errorf("epsilon of Adam %v: it must be a positive number", a.Epsilon)
	}
	return nil
}

func (a Adam) start(sizes []int) rule {
	return &adam{Adam: a, mean: newMemory("mean", sizes), square: newMemory("square", sizes)}
}

type adam struct {
	Adam
	mean, square memory
}

func (a *adam) step(number, i int, values, gradient []float64, rate float64) bool {
	meanBias := 1 - math.Pow(a.Beta1, float64(number))
	squareBias := 1 - math.Pow(a.Beta2, float64(number))
	m, s := a.mean.arrays[i], a.square.arrays[i]
	for j, g := range gradient {
		m[j] = a.Beta1*m[j] + (1-a.Beta1)*g
		s[j] = a.Beta2*s[j] + (1-a.Beta2)*g*g
		values[j] -= rate * (m[j] / meanBias) / (math.Sqrt(s[j]/squareBias) + a.Epsilon)
	}
	return kernel.Finite(values)
}

func (a *adam) memory() []memory { return []memory{a.mean, a.square} }

// checkShare reports a factor of an average that is not in [0, 1).
func checkShare(what string, v float64) error {
	if !(v >= 0 && v < 1) {
		return fmt.Errorf("%s %v: it must be at least 0 and below 1", what, v)
	}
	return nil
}
