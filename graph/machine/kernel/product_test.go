package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
)

// shapes have one to three rows, columns and terms beyond each tile and block.
func shapes() (all [][3]int) {
	extents := []int{1, 2, 3, 4, 5, 8, 9, 17}
	if testing.Short() {
		extents = []int{1, 3, 4, 8, 17}
	}
	for _, rows := range extents {
		for _, inner := range extents {
			for _, columns := range extents {
				all = append(all, [3]int{rows, inner, columns})
			}
		}
	}
	return append(all, [3]int{6, 70, 513}, [3]int{513, 70, 6}, [3]int{33, 9, 4097}, [3]int{7, 300, 31}, [3]int{100, 261, 50}, [3]int{2500, 7, 5})
}

func TestEveryMethodAddsInAscendingOrder(t *testing.T) {
	t.Run("float64", testEveryMethod[float64])
	t.Run("float32", testEveryMethod[float32])
}

func testEveryMethod[T Float](t *testing.T) {
	for _, shape := range shapes() {
		for _, transposed := range [][2]bool{{false, false}, {false, true}, {true, false}, {true, true}} {
			rows, inner, columns := shape[0], shape[1], shape[2]
			rng := rand.New(rand.NewPCG(7, 7))
			a, b, bias := numbers[T](rng, rows*inner), numbers[T](rng, inner*columns), numbers[T](rng, columns)
			if (rows+columns)%2 == 1 { // the other shapes have ordinary numbers only
				for _, x := range [][]T{a, b, bias} {
					for range len(x) / (5 * inner) {
						x[rng.IntN(len(x))] = T(hardNumbers[rng.IntN(len(hardNumbers))])
					}
				}
			}
			m := Multiply(rows, inner, columns, transposed[0], transposed[1])
			twice, once := definition(m, a, b, bias, multiplyThenAdd), definition(m, a, b, bias, multiplyAdd)
			rectified := make([]T, rows*columns)
			for m.method = plain; m.method < library; m.method++ { // a library has its own order
				if !m.can(m.method) {
					continue
				}
				want, same := twice, sameBits[T]
				if m.method >= direct {
					want = once
				} else if runtime.GOARCH != "amd64" && (m.method == rowwise || m.method == gathered) {
					same = sameButRounding // gonum leaves contraction to the compiler
				}
				for _, m.blocks = range []blocking{wholeBlocks, smallBlocks} {
					got := garbage[T](rows * columns)
					p := NewProduct[T](m)
					p.Run(got, a, b, bias)
					same(t, got, want, "%v %v %s", shape, transposed, m.Method())
					p.Run(got, a, b, nil)
					addRow(got, bias)
					same(t, got, want, "%v %v %s without bias", shape, transposed, m.Method())
					relu := garbage[T](rows * columns)
					p.RunRectified(got, relu, a, b, bias)
					same(t, got, want, "%v %v %s before it is rectified", shape, transposed, m.Method())
					p.RunRectified(got, got, a, b, bias)
					for i, x := range want {
						rectified[i] = max(x, 0)
					}
					same(t, relu, rectified, "%v %v %s rectified", shape, transposed, m.Method())
					same(t, got, rectified, "%v %v %s rectified in its place", shape, transposed, m.Method())
				}
			}
		}
	}
}

// hardNumbers are those at which products and sums overflow, underflow and have no value.
var hardNumbers = []float64{0, math.Copysign(0, -1), 1e-40, -1e-310, 1e30, -1e30, 1e200, -1e200, math.Inf(1), math.Inf(-1), math.NaN()}

// definition is what m computes, given how a term is added.
func definition[T Float](m Multiplication, a, b, bias []T, add func(x, y, sum T) T) []T {
	dst := make([]T, m.rows*m.columns)
	for i := range m.rows {
		for j := range m.columns {
			var sum T
			for k := range m.inner {
				sum = add(leftEntry(m, a, i, k), rightEntry(m, b, k, j), sum)
			}
			if bias != nil {
				sum += bias[j]
			}
			dst[i*m.columns+j] = sum
		}
	}
	return dst
}

// leftEntry is entry i, k of op(a).
func leftEntry[T Float](m Multiplication, a []T, i, k int) T {
	if m.transA {
		return a[k*m.rows+i]
	}
	return a[i*m.inner+k]
}

// rightEntry is entry k, j of op(b).
func rightEntry[T Float](m Multiplication, b []T, k, j int) T {
	if m.transB {
		return b[j*m.inner+k]
	}
	return b[k*m.columns+j]
}

// multiplyThenAdd is xy + sum, rounded twice. No compiler fuses what it cannot see.
//
//go:noinline
func multiplyThenAdd[T Float](x, y, sum T) T { return rounded(x*y) + sum }

//go:noinline
func rounded[T Float](x T) T { return x }

// multiplyAdd is xy + sum, rounded once.
func multiplyAdd[T Float](x, y, sum T) T {
	if _, double := any(sum).(float64); double {
		return T(math.FMA(float64(x), float64(y), float64(sum)))
	}
	// In float64 the product is exact. Where the sum is not, rounding it to odd keeps what
	// decides how it rounds to float32.
	product, addend := float64(x)*float64(y), float64(sum)
	wide := product + addend
	virtual := wide - product
	lost := (product - (wide - virtual)) + (addend - virtual)
	if bits := math.Float64bits(wide); bits&1 == 0 && (lost > 0 || lost < 0) {
		if (lost > 0) == (wide > 0) {
			bits++
		} else {
			bits--
		}
		wide = math.Float64frombits(bits)
	}
	return T(wide)
}

func TestProductsPropagateWhatIsNotFinite(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		for _, shape := range [][3]int{{4, 3, 4}, {4, 1, 4}, {4, 3, 1}, {4, 16, 16}, {32, 64, 64}} {
			for _, transA := range []bool{false, true} {
				rows, inner, columns := shape[0], shape[1], shape[2]
				a, b := make([]float64, rows*inner), make([]float64, inner*columns)
				b[0] = math.Inf(1) // meets only zeros: 0·Inf is NaN
				m := Multiply(rows, inner, columns, transA, false)
				got := garbage[float64](rows * columns)
				NewProduct[float64](m).Run(got, a, b, nil)
				sameBits(t, got, definition(m, a, b, nil, multiplyAdd), "%v %s", shape, m.Method())
				if !math.IsNaN(got[0]) {
					t.Errorf("%v %s: 0·Inf is %v, want NaN", shape, m.Method(), got[0])
				}
			}
		}
	})
}

func TestZeroProductsAreNotNegative(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		got := garbage[float64](12)
		NewProduct[float64](Multiply(2, 1, 6, false, false)).Run(got, []float64{-1, 1}, make([]float64, 6), nil)
		sameBits(t, got, make([]float64, 12), "zeros")
	})
}

func TestResizedProductsKeepTheirMethod(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		large := Multiply(256, 64, 64, false, true)
		small := large.Resized(3, 5, 2)
		if small.Method() != large.Method() {
			t.Fatalf("resized from %s to %s", large.Method(), small.Method())
		}
		rng := rand.New(rand.NewPCG(1, 1))
		a, b := numbers[float64](rng, 15), numbers[float64](rng, 10)
		got := garbage[float64](6)
		NewProduct[float64](small).Run(got, a, b, nil)
		sameButRounding(t, got, definition(small, a, b, nil, multiplyAdd), "resized")
	})
}

func BenchmarkProduct(b *testing.B) {
	for _, c := range []struct {
		rows, inner, columns int
		transA, transB       bool
	}{
		{64, 2, 8, false, false}, {64, 8, 8, false, false}, {64, 8, 1, false, false},
		{64, 1, 8, false, true}, {64, 8, 8, false, true},
		{2, 64, 8, true, false}, {8, 64, 8, true, false}, {8, 64, 1, true, false},
		{64, 12, 12, false, false}, {64, 16, 16, false, false}, {16, 64, 16, true, false},
		{256, 2, 64, false, false}, {256, 64, 1, false, false}, {256, 1, 64, false, true},
		{2, 256, 64, true, false}, {64, 256, 1, true, false},
		{256, 64, 64, false, false}, {256, 64, 64, false, true}, {64, 256, 64, true, false},
		{256, 1024, 1024, false, false}, {256, 1024, 1024, false, true}, {1024, 256, 1024, true, false},
	} {
		for m := Multiply(c.rows, c.inner, c.columns, c.transA, c.transB); m.method <= library; m.method++ {
			if !m.can(m.method) || m.method == plain {
				continue
			}
			name := fmt.Sprintf("%dx%dx%d,%v,%v/%s", c.rows, c.inner, c.columns, c.transA, c.transB, m.Method())
			b.Run(name+"/float64", func(b *testing.B) { benchmarkProduct[float64](b, m) })
			b.Run(name+"/float32", func(b *testing.B) { benchmarkProduct[float32](b, m) })
		}
	}
}

func benchmarkProduct[T Float](b *testing.B, m Multiplication) {
	rng := rand.New(rand.NewPCG(1, 1))
	dst, x, y := make([]T, m.rows*m.columns), numbers[T](rng, m.rows*m.inner), numbers[T](rng, m.inner*m.columns)
	p := NewProduct[T](m)
	b.ReportAllocs()
	for b.Loop() {
		p.Run(dst, x, y, nil)
	}
	b.ReportMetric(float64(m.rows*m.inner*m.columns)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "mul/ns")
}

// can reports whether this machine can compute m by a method at all.
func (m Multiplication) can(by method) bool {
	switch by {
	case outer:
		return m.inner == 1
	case dots:
		return m.columns == 1 && !m.transA
	case tiled, rowwise:
		return !m.transA
	case gathered:
		return m.transA && !m.transB
	case direct, packed:
		return hasAVX2
	case library:
		return hasLibrary
	}
	return true
}

func TestPartsOfProductsHaveTheBitsOfTheWhole(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		partsAgree[float64](t)
		partsAgree[float32](t)
	})
}

func partsAgree[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 32))
	most := 0
	for n := range 120 {
		rows, inner, columns := 1+rng.IntN(60), 1+rng.IntN(300), 1+rng.IntN(700)
		m := Multiply(rows, inner, columns, rng.IntN(2) == 0, rng.IntN(2) == 0)
		if n%2 == 0 && m.can(packed) && vectors {
			m.method = packed
		}
		a, b, bias := numbers[T](rng, rows*inner), numbers[T](rng, inner*columns), numbers[T](rng, columns)
		want, relu := garbage[T](rows*columns), garbage[T](rows*columns)
		NewProduct[T](m).RunRectified(want, relu, a, b, bias)
		got, rectified := garbage[T](rows*columns), garbage[T](rows*columns)
		parts := NewProductParts[T](m, 1+rng.IntN(5))
		var all sync.WaitGroup
		for _, p := range parts {
			all.Go(func() { p.RunRectified(got, rectified, a, b, bias) })
		}
		all.Wait()
		most = max(most, len(parts))
		sameBits(t, got, want, "%+v in %d parts", m, len(parts))
		sameBits(t, rectified, relu, "%+v in %d parts, rectified", m, len(parts))
	}
	if vectors && most < 5 {
		t.Errorf("no product is in more than %d parts", most)
	}
}
