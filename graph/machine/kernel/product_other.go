//go:build !amd64

package kernel

func (m Multiplication) chooseVectors() method { panic("unreachable: no set of vector kernels") }

func newVectorProduct[T Float](m Multiplication) productFunc[T] {
	panic("unreachable: no set of vector kernels")
}

type blocks[T Float] struct{ run productFunc[T] }

func newBlocks[T Float](m Multiplication, from, to int) *blocks[T] {
	panic("unreachable: no set of vector kernels")
}

func transposeVectors[T Float](dst []T, dstRow int, src []T, srcRow, rows, columns int) {
	panic("unreachable: no set of vector kernels")
}

func filterPanels[T Float](filters int) []filterPanel[T] {
	panic("unreachable: no set of vector kernels")
}
