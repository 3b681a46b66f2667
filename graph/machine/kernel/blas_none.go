//go:build !openblas

package kernel

// hasLibrary says that large products have a BLAS to go to.
const hasLibrary = false

func (p *Product[T]) runLibrary(dst, a, b []T) { panic("unreachable: no BLAS is linked") }
