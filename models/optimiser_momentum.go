package models

import (
	"gonum.org/v1/gonum/floats"

	"actscope/graph/machine/kernel"
)

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
