// Package elementary holds the elementary functions that activations and losses
// need, in portable Go: the same bits on every platform, unlike package math, whose
// exponential and logarithm are assembly on some and contracted into fused
// operations on others. Each product that is added is rounded first, written
// float64(a*b). Errors are bounded by 2 units in the last place (ulp), those of
// [Sigmoid] and [Softplus] by 3, of [Tanh] and [Normal] by 4, over the whole range and
// down to denormal results; special values are those of package math.
//
// A function too long for the compiler to inline comes with the pieces that it is
// made of, [Split] and [Power] for instance, so that a loop can work on many numbers
// at a time and the processor overlaps them.
package elementary
