package kernel

import (
	"math/rand/v2"
	"testing"
)

func TestEveryMethodScalesAsTheKernelsDo(t *testing.T) {
	t.Run("float64", testScaling[float64])
	t.Run("float32", testScaling[float32])
}

func testScaling[T Float](t *testing.T) {
	for _, shape := range shapes() {
		for transposed := range 4 {
			rows, inner, columns := shape[0], shape[1], shape[2]
			rng := rand.New(rand.NewPCG(8, 8))
			a, b := numbers[T](rng, rows*inner), numbers[T](rng, inner*columns)
			slope, factor := numbers[T](rng, rows*columns), numbers[T](rng, rows*columns)
			for _, x := range [][]T{slope, factor} {
				for range len(x) / 5 {
					x[rng.IntN(len(x))] = T(hardNumbers[rng.IntN(len(hardNumbers))])
				}
			}
			m := Multiply(rows, inner, columns, transposed&1 != 0, transposed&2 != 0)
			for m.method = plain; m.method < library; m.method++ {
				if !m.can(m.method) {
					continue
				}
				for _, m.blocks = range []blocking{wholeBlocks, smallBlocks} {
					p := NewProduct[T](m)
					bare, want, got := make([]T, rows*columns), make([]T, rows*columns), garbage[T](rows*columns)
					p.Run(bare, a, b, nil)
					Gate(want, bare, slope)
					p.RunScaled(got, a, b, slope, nil)
					sameBits(t, got, want, "%v %d %s gated", shape, transposed, m.Method())
					TripleProduct(want, bare, slope, factor)
					p.RunScaled(got, a, b, slope, factor)
					sameBits(t, got, want, "%v %d %s scaled", shape, transposed, m.Method())
					p.Run(got, a, b, nil)
					sameBits(t, got, bare, "%v %d %s plain again", shape, transposed, m.Method())
				}
			}
		}
	}
}
