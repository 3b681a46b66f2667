//go:build openblas

package machine_test

// forwardRoundoff: OpenBLAS has an order of its own.
const forwardRoundoff = 1e-10
