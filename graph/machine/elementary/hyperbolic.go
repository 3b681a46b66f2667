package elementary

import "math"

// Tanh is the hyperbolic tangent.
func Tanh(x float64) float64 { return TanhFrom(x, Expm1(2*NegAbs(x))) }

// TanhFrom returns tanh(x), given m = e^-2|x| - 1.
func TanhFrom(x, m float64) float64 { return math.Copysign(m/(2+m), x) }
