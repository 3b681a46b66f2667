package handcoded

import (
	"fmt"
	"math"
)

// Loss names what is differentiated, as a function of the output's pre-activations z: the term of a row.
type Loss string

const (
	// Logits is the exact cross-entropy, softplus(z) - z y, whose derivative is p - y.
	Logits Loss = "logits"
	// Article is the cross-entropy that the article prints, -(y ln(p+ε) + (1-y) ln(q+ε)) with ε = Epsilon, p = sigmoid(z)
	// and q = sigmoid(-z), differentiated with its ε.
	Article Loss = "article"

	// Softmax is the cross-entropy of one of several classes, -ln p of the row's, with p = e^z / Σ e^z and the derivative
	// p - y for a one-hot y.
	Softmax Loss = "softmax"
	// SquaredError is Σ (p - y)² over the outputs p = f(z), HalfSquaredError half of it: δ = 2 (p - y) f'(z) and
	// (p - y) f'(z).
	SquaredError     Loss = "mse"
	HalfSquaredError Loss = "half-mse"
	// Hinge is max(0, 1 - (2y-1) z) of one output and Σ_{j≠y} max(0, z_j - z_y + 1) of several, with derivative 0 at the
	// kinks.
	Hinge Loss = "hinge"
)

// Epsilon keeps the logarithms of the Article loss finite.
const Epsilon = 1e-9

// Value returns the binary cross-entropy, Logits or Article, of one output with pre-activation z and label y in [0, 1].
func (loss Loss) Value(z, y float64) float64 {
	if loss == Article {
		return -(y*math.Log(Sigmoid(z)+Epsilon) + (1-y)*math.Log(Sigmoid(-z)+Epsilon))
	}
	// softplus(z) - z = softplus(-z): written so, nothing cancels where a point is confidently right.
	return y*Softplus(-z) + (1-y)*Softplus(z)
}

// Derivative returns the derivative of Value by z.
func (loss Loss) Derivative(z, y float64) float64 {
	p, q := Sigmoid(z), Sigmoid(-z)
	if loss == Article {
		return p * q * ((1-y)/(q+Epsilon) - y/(p+Epsilon)) // dp/dz = p q = -dq/dz
	}
	return (1-y)*p - y*q
}

// Reported returns the loss of one row as the article prints it, with 1 - p where Article has q. It differs from
// Article only by the rounding of 1 - p.
func Reported(z, y float64) float64 {
	p := Sigmoid(z)
	return -(y*math.Log(p+Epsilon) + (1-y)*math.Log(1-p+Epsilon))
}

func (loss Loss) check() error {
	switch loss {
	case Logits, Article, Softmax, SquaredError, HalfSquaredError, Hinge:
		return nil
	}
	return fmt.Errorf("handcoded: unknown loss %q, want %q, %q, %q, %q, %q or %q", string(loss), Logits, Article, Softmax, SquaredError, HalfSquaredError, Hinge)
}

// Sigmoid returns 1/(1+e^-z) without overflow, accurate in both tails.
func Sigmoid(z float64) float64 {
	if z >= 0 {
		return 1 / (1 + math.Exp(-z))
	}
	e := math.Exp(z)
	return e / (1 + e)
}

// Softplus returns ln(1+e^z) without overflow, accurate in both tails.
func Softplus(z float64) float64 {
	return math.Max(z, 0) + math.Log1p(math.Exp(-math.Abs(z)))
}
