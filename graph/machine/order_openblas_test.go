//go:build openblas

package machine_test

// forwardRoundoff: OpenBLAS has an order of its own.
func forwardRoundoff() float64 { return 1e-10 }
