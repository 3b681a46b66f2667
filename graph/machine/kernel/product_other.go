//go:build !amd64

package kernel

func (m Multiplication) chooseVectors() method { panic("unreachable: no set of vector kernels") }

func newVectorProduct[T Float](m Multiplication) func(dst, a, b, bias []T) {
	panic("unreachable: no set of vector kernels")
}
