// Package machine runs Gorgonia graphs at the speed of hand-written loops.
//
// [New] plans an unmodified graph once: it keeps what the outputs need, puts it
// in order, folds constants, fuses neighbouring operators into kernels and lays
// all values out in one arena. [Machine.RunAll] then only calls kernels: it
// neither allocates nor locks nor starts goroutines, as long as every operator is
// one that the planner knows and no product is large enough for a BLAS. Operators
// that it does not know run through their own Do. Gradients are not derived here:
// they are nodes of the graph, put there by gorgonia.Grad.
//
// # Trust
//
// Operators are recognised by name, and names may deceive. So each kernel, fused
// or not, is certified when a plan is made: it and the operators that it replaces
// compute the same random and hard values (signed zeros, ±20, ±800, NaN,
// infinities, 1e-300), and where they differ the plan falls back, from the
// fusion to single kernels and from there to the operator's own Do. [Machine.Plan]
// tells what was decided for each node, and why.
//
// To agree is to have the same bits, except for sums that run in another order (1e-13 of
// the largest result) and, on the kernel set avx2, for exponentials, logarithms and what
// is made of them: both may err by 4 units in the last place, so they may differ by 8.
//
// # Where results differ from TapeMachine's
//
//   - Gorgonia's matrix product skips factors that are exactly 0, so that there
//     0·NaN and 0·Inf count as 0. Here they are NaN, as in IEEE 754 and NumPy.
//   - Gorgonia divides tensors by zero to +Inf, whatever the dividend. Here the
//     quotient is that of IEEE 754.
//   - The product with a transposed right factor adds in ascending order here and
//     in the order of gonum's dot product there; the results differ by rounding.
//   - A sum of negative zeros is +0 here.
//   - The tape fails on scalars that gorgonia.At reads; here they are right.
//   - On the kernel set avx2 a product's terms are not rounded before they are added
//     (see package kernel). Results differ by rounding, and a sum that overflows keeps
//     the infinity that came first, where rounded terms of both signs give NaN.
//   - On that set, too, Gorgonia's own exponential, logarithm and tanh are ours, within 8 units
//     in the last place. They are right where package math, on amd64, is not: between
//     709.43 and 709.78, and for denormal numbers.
//
// Gorgonia's own sigmoid and softplus are kept with their clamps, bit for bit.
//
// # Precision
//
// The graph says what is computed, the plan in which arithmetic: with [In] and
// [Single] the same float64 graph runs in float32 throughout, and only what goes in
// and comes out is converted. Kernels are then certified against the operators'
// own results, rounded one by one.
//
// # Concurrency
//
// Machines are independent: any number may run side by side. One machine is for
// one goroutine at a time, and says so with [ErrBusy] instead of racing. Building
// graphs races inside Gorgonia; do it inside [Construct].
package machine
