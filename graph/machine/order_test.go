//go:build !openblas

package machine_test

import "actscope/graph/machine/kernel"

// forwardRoundoff is by how much forward passes may differ from the tape's, relative
// to their largest value. The portable kernels add in the same order and round as often:
// not at all. The others round a product and its sum once.
func forwardRoundoff() float64 {
	if kernel.Set() == kernel.Portable {
		return 0
	}
	return 1e-13
}
