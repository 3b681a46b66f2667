package kernel

import (
	"runtime/debug"
	"testing"
)

func TestProductsTouchNothingOutsideTheirSlices(t *testing.T) {
	onVectorSets(t, productsStayInside[float64], productsStayInside[float32])
}

func productsStayInside[T Float](t *testing.T) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	const largest = 41
	var fences [5]fenced
	for i := range fences {
		fences[i] = newFenced(t, 8*largest*largest)
	}
	extents := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 15, 16, 17, 24, 25, 31, 32, 33, 40, largest}
	if testing.Short() {
		extents = []int{0, 1, 3, 4, 5, 8, 13, 17, 33}
	}
	for _, rows := range extents {
		for _, inner := range extents {
			for _, columns := range extents {
				for transposed := range 4 {
					m := Multiply(rows, inner, columns, transposed&1 != 0, transposed&2 != 0)
					m.blocks = smallBlocks
					for m.method = direct; m.method <= packed; m.method++ {
						productStaysInside[T](t, m, fences)
					}
				}
			}
		}
	}
}

func productStaysInside[T Float](t *testing.T, m Multiplication, fences [5]fenced) {
	defer func() {
		if r := recover(); r != nil {
			t.Fatalf("%+v: %v", m, r)
		}
	}()
	p := NewProduct[T](m)
	for _, lower := range []bool{false, true} { // ends, and so starts, fall on any lane
		dst, around := array[T](fences[0], m.rows*m.columns, 0, lower)
		a, _ := array[T](fences[1], m.rows*m.inner, 0, lower)
		b, _ := array[T](fences[2], m.inner*m.columns, 0, lower)
		bias, _ := array[T](fences[3], m.columns, 0, lower)
		relu, _ := array[T](fences[4], m.rows*m.columns, 0, lower)
		beside := around[:min(8, len(around))]
		if !lower {
			beside = around[len(around)-len(beside):]
		}
		fill(beside, canary)
		p.Run(dst, a, b, bias)
		p.Run(dst, a, b, nil)
		p.RunRectified(dst, relu, a, b, bias)
		p.RunRectified(dst, dst, a, b, bias)
		p.RunScaled(dst, a, b, relu, nil)
		p.RunScaled(dst, a, b, relu, relu)
		for _, x := range beside {
			if x != canary {
				t.Fatalf("%+v: writes beside dst", m)
			}
		}
	}
}
