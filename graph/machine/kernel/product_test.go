package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"
)

// shapes have one to three rows, columns and terms beyond each tile and block.
func shapes() (all [][3]int) {
	extents := []int{1, 2, 3, 4, 5, 8, 9, 17}
	for _, rows := range extents {
		for _, inner := range extents {
			for _, columns := range extents {
				all = append(all, [3]int{rows, inner, columns})
			}
		}
	}
	return append(all, [3]int{6, 70, 513}, [3]int{513, 70, 6}, [3]int{33, 9, 4097})
}

func TestEveryMethodAddsInAscendingOrder(t *testing.T) {
	for _, shape := range shapes() {
		for _, transposed := range [][2]bool{{false, false}, {false, true}, {true, false}, {true, true}} {
			rows, inner, columns := shape[0], shape[1], shape[2]
			rng := rand.New(rand.NewPCG(7, 7))
			a, b, bias := numbers[float64](rng, rows*inner), numbers[float64](rng, inner*columns), numbers[float64](rng, columns)
			chosen := NewProduct(rows, inner, columns, transposed[0], transposed[1])
			want := product(chosen, a, b, nil)
			withBias := product(chosen, a, b, bias)
			for m := plain; m < library; m++ { // a library has its own order
				p := *chosen
				if p.method = m; !p.can(m) {
					continue
				}
				p.allocate()
				t.Run(fmt.Sprint(shape, transposed, p.Method()), func(t *testing.T) {
					same := sameBits[float64]
					if runtime.GOARCH != "amd64" && (m == rowwise || m == gathered) {
						same = sameButRounding // gonum leaves contraction to the compiler
					}
					got := garbage[float64](rows * columns)
					p.Run(got, a, b, nil)
					same(t, got, want)
					p.Run(got, a, b, bias)
					same(t, got, withBias)
				})
			}
		}
	}
}

// product is the definition.
func product(p *Product, a, b, bias []float64) []float64 {
	dst := make([]float64, p.rows*p.columns)
	for i := range p.rows {
		for j := range p.columns {
			sum := 0.0
			for k := range p.inner {
				x, y := a[i*p.inner+k:], b[k*p.columns+j:]
				if p.transA {
					x = a[k*p.rows+i:]
				}
				if p.transB {
					y = b[j*p.inner+k:]
				}
				sum += float64(x[0] * y[0])
			}
			if bias != nil {
				sum += bias[j]
			}
			dst[i*p.columns+j] = sum
		}
	}
	return dst
}

func TestProductsPropagateWhatIsNotFinite(t *testing.T) {
	for _, shape := range [][3]int{{4, 3, 4}, {4, 1, 4}, {4, 3, 1}, {4, 16, 16}} {
		for _, transA := range []bool{false, true} {
			rows, inner, columns := shape[0], shape[1], shape[2]
			a, b := make([]float64, rows*inner), make([]float64, inner*columns)
			b[0] = math.Inf(1) // meets only zeros: 0·Inf is NaN
			p := NewProduct(rows, inner, columns, transA, false)
			got := garbage[float64](rows * columns)
			p.Run(got, a, b, nil)
			sameBits(t, got, product(p, a, b, nil))
			if !math.IsNaN(got[0]) {
				t.Errorf("%v %s: 0·Inf is %v, want NaN", shape, p.Method(), got[0])
			}
		}
	}
}

func TestZeroProductsAreNotNegative(t *testing.T) {
	p := NewProduct(2, 1, 6, false, false)
	got := garbage[float64](12)
	p.Run(got, []float64{-1, 1}, make([]float64, 6), nil)
	sameBits(t, got, make([]float64, 12))
}

func TestResizedProductsKeepTheirMethod(t *testing.T) {
	large := NewProduct(256, 64, 64, false, true)
	small := large.Resized(3, 5, 2)
	if small.Method() != large.Method() {
		t.Fatalf("resized from %s to %s", large.Method(), small.Method())
	}
	rng := rand.New(rand.NewPCG(1, 1))
	a, b := numbers[float64](rng, 15), numbers[float64](rng, 10)
	got := garbage[float64](6)
	small.Run(got, a, b, nil)
	if large.Method() != methodNames[library] {
		sameBits(t, got, product(small, a, b, nil))
	}
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
		rng := rand.New(rand.NewPCG(1, 1))
		dst, x, y := make([]float64, c.rows*c.columns), numbers[float64](rng, c.rows*c.inner), numbers[float64](rng, c.inner*c.columns)
		for m := plain; m <= library; m++ {
			p := NewProduct(c.rows, c.inner, c.columns, c.transA, c.transB)
			chosen := ""
			if p.method == m {
				chosen = ",chosen"
			} else if !p.can(m) || m == plain {
				continue
			}
			p.method = m
			p.allocate()
			b.Run(fmt.Sprintf("%dx%dx%d,%v,%v/%s%s", c.rows, c.inner, c.columns, c.transA, c.transB, p.Method(), chosen), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					p.Run(dst, x, y, nil)
				}
				b.ReportMetric(float64(c.rows*c.inner*c.columns)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "mul/ns")
			})
		}
	}
}

// can reports whether m is able to compute p at all.
func (p *Product) can(m method) bool {
	switch m {
	case outer:
		return p.inner == 1
	case dots:
		return p.columns == 1 && !p.transA
	case tiled, rowwise:
		return !p.transA
	case gathered:
		return p.transA && !p.transB
	case library:
		return libraryProduct != nil
	}
	return true
}
