package models

import (
	"fmt"
	"math"

	"actscope/graph/machine/kernel"
)

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
