//go:build !openblas

package machine_test

// forwardRoundoff is by how much forward passes may differ from the tape's, relative
// to the largest value: not at all, because both add in the same order.
const forwardRoundoff = 0
