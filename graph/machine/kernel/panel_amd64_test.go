package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"unsafe"
)

func TestPanelsFuseInAscendingOrder(t *testing.T) {
	if !hasAVX2 {
		t.Skip("this processor lacks AVX2")
	}
	testPanels(t, map[int]panelKernel[float64]{12: panel12F64, 8: panel8F64, 4: panel4F64}, panelPartF64)
	testPanels(t, map[int]panelKernel[float32]{24: panel24F32, 16: panel16F32, 8: panel8F32}, panelPartF32)
	if hasAVX512 {
		testPanels(t, map[int]panelKernel[float64]{24: panel24WideF64, 16: panel16WideF64, 8: panel8WideF64}, panelPartF64)
		testPanels(t, map[int]panelKernel[float32]{48: panel48WideF32, 32: panel32WideF32, 16: panel16WideF32}, panelPartF32)
	}
}

func testPanels[T Float](t *testing.T, whole map[int]panelKernel[T], part func(rows, inner int, a *T, aRow, aStep int, b *T, bRow int, dst *T, dstRow int, bias, relu, slope, factor *T, resume, columns int)) {
	size := int(unsafe.Sizeof(T(0)))
	for columns := 1; columns < 32/size; columns++ {
		whole[columns] = func(rows, inner int, a *T, aRow, aStep int, b *T, bRow int, dst *T, dstRow int, bias, relu, slope, factor *T, resume int) {
			part(rows, inner, a, aRow, aStep, b, bRow, dst, dstRow, bias, relu, slope, factor, resume, columns)
		}
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for columns, kernel := range whole {
		for rows := range 18 {
			for _, inner := range []int{0, 1, 2, 7} {
				t.Run(fmt.Sprintf("%T %d×%d×%d", T(0), rows, inner, columns), func(t *testing.T) {
					a, b, bias := numbers[T](rng, rows*inner+1), numbers[T](rng, inner*(columns+1)+1), numbers[T](rng, columns)
					dst := numbers[T](rng, rows*columns+1)
					want := append([]T(nil), dst...)
					for i := range rows {
						for j := range columns {
							for k := range inner {
								want[i*columns+j] = multiplyAdd(a[k*rows+i], b[k*(columns+1)+j], want[i*columns+j])
							}
							want[i*columns+j] += bias[j]
						}
					}
					kernel(rows, inner, &a[0], size, rows*size, &b[0], (columns+1)*size, &dst[0], columns*size, &bias[0], nil, nil, nil, 1)
					sameBits(t, dst, want)
				})
			}
		}
	}
}
