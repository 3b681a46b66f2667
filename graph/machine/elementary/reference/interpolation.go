package reference

import (
	"math"
	"math/big"
)

// Interpolate gives the coefficients, c[0] first, of the polynomial that has the values of
// f at the n Chebyshev nodes between low and high: about the best of its degree.
func Interpolate(n int, low, high float64, f func(x *big.Float) *big.Float) []float64 {
	nodes, differences := make([]*big.Float, n), make([]*big.Float, n)
	for i := range nodes {
		// Rounded, because math.Cos may differ by a last bit elsewhere.
		nodes[i] = number(float64(float32((high+low)/2 + (high-low)/2*math.Cos((float64(i)+0.5)*math.Pi/float64(n)))))
		differences[i] = f(nodes[i])
	}
	// Newton's divided differences: Σ d[i] Π(x - nodes[j]) over j < i.
	for order := 1; order < n; order++ {
		for i := n - 1; i >= order; i-- {
			rise := number(0).Sub(differences[i], differences[i-1])
			differences[i] = rise.Quo(rise, number(0).Sub(nodes[i], nodes[i-order]))
		}
	}
	// Multiplied out from the last factor on.
	c := []*big.Float{differences[n-1]}
	for i := n - 2; i >= 0; i-- {
		c = append([]*big.Float{number(0)}, c...) // times x
		for j := range len(c) - 1 {               // minus nodes[i] times
			c[j] = number(0).Sub(c[j], number(0).Mul(nodes[i], c[j+1]))
		}
		c[0].Add(c[0], differences[i])
	}
	rounded := make([]float64, n)
	for i := range c {
		rounded[i], _ = c[i].Float64()
	}
	return rounded
}
