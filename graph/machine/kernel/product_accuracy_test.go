package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// large shapes take every path of every set: vectors and their remainders, copies of
// several blocks.
var accuracyShapes = [][3]int{{5, 1, 9}, {3, 2, 1}, {1, 40, 33}, {33, 70, 17}, {17, 300, 1}, {1, 300, 50}, {17, 600, 29}, {110, 3, 130}}

// A sum of n terms in any order, each rounded twice or once, is off by no more than
// n u Σ|a||b| to first order in the unit roundoff u (Higham 2002, section 3.1); the bias
// is one more term.
func TestProductsAreWithinTheBoundOfRounding(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		t.Run("float64", func(t *testing.T) { testBound[float64](t, 0x1p-53) })
		t.Run("float32", func(t *testing.T) { testBound[float32](t, 0x1p-24) })
	})
}

func testBound[T Float](t *testing.T, unit float64) {
	rng := rand.New(rand.NewPCG(3, 3))
	spread := func(n int) []T { // numbers of very different sizes, which may cancel
		x := numbers[T](rng, n)
		for i := range x {
			x[i] *= T(math.Exp2(float64(rng.IntN(40) - 20)))
		}
		return x
	}
	for _, shape := range accuracyShapes {
		for transposed := range 4 {
			rows, inner, columns := shape[0], shape[1], shape[2]
			m := Multiply(rows, inner, columns, transposed&1 != 0, transposed&2 != 0)
			a, b, bias := spread(rows*inner), spread(inner*columns), spread(columns)
			got := garbage[T](rows * columns)
			NewProduct[T](m).Run(got, a, b, bias)
			for i := range rows {
				for j := range columns {
					exact, magnitude := compensated{float64(bias[j]), 0}, math.Abs(float64(bias[j]))
					for k := range inner {
						x, y := float64(leftEntry(m, a, i, k)), float64(rightEntry(m, b, k, j))
						exact.addProduct(x, y)
						magnitude += math.Abs(x * y)
					}
					wrong := (exact.sum - float64(got[i*columns+j])) + exact.lost
					if bound := 1.01 * float64(inner+1) * unit * magnitude; !(math.Abs(wrong) <= bound) {
						t.Fatalf("%v, transposed %02b, %s: entry %d, %d is %g off, more than %g", shape, transposed, m.Method(), i, j, wrong, bound)
					}
				}
			}
		}
	}
}

// compensated is a sum together with what rounding took from it, as exact as one in twice
// the precision (Ogita, Rump and Oishi 2005).
type compensated struct{ sum, lost float64 }

func (c *compensated) addProduct(x, y float64) {
	product := float64(x * y) // rounded on every platform
	sum := c.sum + product
	virtual := sum - c.sum
	c.lost += (c.sum - (sum - virtual)) + (product - virtual) + math.FMA(x, y, -product)
	c.sum = sum
}

// Inference deals rows out to workers; what a row gives must not depend on how.
func TestRowsDoNotDependOnTheBlockTheyComeIn(t *testing.T) {
	if hasLibrary {
		t.Skip("a BLAS has an order of its own for each shape")
	}
	onEverySet(t, func(t *testing.T) {
		t.Run("float64", testRows[float64])
		t.Run("float32", testRows[float32])
	})
}

func testRows[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	for _, shape := range accuracyShapes {
		for _, transB := range []bool{false, true} {
			rows, inner, columns := shape[0], shape[1], shape[2]
			a, b, bias := numbers[T](rng, rows*inner), numbers[T](rng, inner*columns), numbers[T](rng, columns)
			whole := garbage[T](rows * columns)
			NewProduct[T](Multiply(rows, inner, columns, false, transB)).Run(whole, a, b, bias)
			for range 5 {
				got := garbage[T](rows * columns)
				for i := 0; i < rows; {
					block := 1 + rng.IntN(rows-i)
					NewProduct[T](Multiply(block, inner, columns, false, transB)).Run(got[i*columns:(i+block)*columns], a[i*inner:], b, bias)
					i += block
				}
				sameBits(t, got, whole, "%v, transposed %v, in blocks", shape, transB)
			}
		}
	}
}

func TestProductsDoNotAllocate(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		for _, shape := range accuracyShapes {
			for transposed := range 4 {
				rows, inner, columns := shape[0], shape[1], shape[2]
				m := Multiply(rows, inner, columns, transposed&1 != 0, transposed&2 != 0)
				if m.method == library {
					continue
				}
				dst, a, b, bias := make([]float64, rows*columns), make([]float64, rows*inner), make([]float64, inner*columns), make([]float64, columns)
				slope := make([]float64, rows*columns)
				p := NewProduct[float64](m)
				if n := testing.AllocsPerRun(3, func() { p.Run(dst, a, b, bias); p.RunScaled(dst, a, b, slope, slope) }); n != 0 {
					t.Errorf("%v, transposed %02b, %s: %v allocations", shape, transposed, m.Method(), n)
				}
			}
		}
	})
}
