// Package kernel holds the loops that a planned machine runs: plain functions on
// slices of float64 that know neither Gorgonia nor graphs.
//
// Matrices are row-major. A kernel writes every entry of dst and allocates
// nothing. Where a kernel takes several operands of one length, an operand of
// length 1 stands for that value at every entry. Lengths are the caller's
// business: the planner checks shapes once, so that no kernel has to.
//
// Sums run in one fixed order, and each product that is added is rounded first,
// written float64(a*b), which forbids the compiler to contract the two into one
// fused operation: results do not depend on the platform. Larger products leave
// their sums to gonum, which does the same on amd64 and lets the compiler contract
// elsewhere.
package kernel
