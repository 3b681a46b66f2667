//go:build !openblas

package machine_test

import (
	"runtime"

	"actscope/graph/machine/kernel"
)

// forwardRoundoff is by how much forward passes may differ from the tape's, relative
// to their largest value. The portable kernels add in the same order and round as often
// as gonum on amd64: not at all. The others round a product and its sum once, and so
// does gonum where the compiler contracts them.
func forwardRoundoff() float64 {
	if kernel.Set() == kernel.Portable && runtime.GOARCH == "amd64" {
		return 0
	}
	return 1e-13
}
