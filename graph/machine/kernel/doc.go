// Package kernel holds the loops that a planned machine runs: plain functions on
// slices of float64 or float32 that know neither Gorgonia nor graphs.
//
// Matrices are row-major. A kernel writes every entry of dst and allocates
// nothing. Where a kernel takes several operands of one length, an operand of
// length 1 stands for that value at every entry. Lengths are the caller's
// business: the planner checks shapes once, so that no kernel has to.
//
// # Kernel sets
//
// There are two sets, see [Set]. The portable one is Go. Its sums run in one fixed
// order, and each product that is added is rounded first, written float64(a*b), which
// forbids the compiler to contract the two into one fused operation: results do not
// depend on the platform. Larger products leave their sums to gonum, which does the
// same on amd64 and lets the compiler contract elsewhere.
//
// The set avx2 is assembly, which go generate writes. Where AVX-512 has the same bits, it
// computes where there is some: in products and convolutions, see [Instructions]. Each kernel has a twin in
// Go, and they differ by no more than this:
//
//   - Arithmetic, [ReLU], [Step], [Gate], [GateFrom], [KeptQuotient], [TripleProduct],
//     [WeightedSum], [Descend], [Pool], [PoolAdjoint]: not a bit.
//   - [Exp], [ExpBelow], [Expm1Below], [Log], [Tanh], [Logistic], [Normal], [NormalDensity]:
//     both err by at most [ULP] units in the last place; in float32 the portable ones
//     compute in float64 and round.
//   - [Sum], [ResidualSum], [CrossEntropySum]: terms are added in another order, several
//     sums side by side, whose number does not depend on the machine.
//   - [LogOdds], [LogOddsAdjoint]: Go for both sets, with the exponentials and logarithms of each.
//   - [Product], [Convolution], [ConvolutionAdjoint]: terms are added in ascending order
//     without being rounded first.
package kernel
