// Package machine runs Gorgonia graphs at the speed of hand-written loops.
//
// # The line to change
//
// A program that runs a graph on Gorgonia's tape,
//
//	vm := gorgonia.NewTapeMachine(g, gorgonia.BindDualValues(w, b))
//
// runs it here after one change:
//
//	vm, err := machine.NewVM(g, machine.Learnables(w, b))
//
// The rest of the program stays: RunAll, Reset, Close, gorgonia.Let, gorgonia.Read,
// solver.Step(gorgonia.NodesToValueGrads(...)). The options of both:
//
//	gorgonia.BindDualValues(nodes...)  machine.Learnables(nodes...)
//	gorgonia.TraceExec()               machine.KeepAll()
//	gorgonia.EvalMode()                machine.Evaluation()
//
// Where gorgonia.WithPrecompiled took what CompileFunction made of some outputs, the machine takes
// their subgraph: machine.NewVM(g.SubgraphRoots(outputs...)). What a LispMachine ran has no
// gradients yet: ask gorgonia.Grad for them first. [Machine.Let] and [Machine.Set] are the tape's.
// What looks into the tape (WithLogger, WithWatchlist, Run of a fragment) has no counterpart:
// [Watch] shows values, and [New] reports the first NaN or infinity.
//
// Making a machine takes longer than making a tape, milliseconds for most graphs and seconds for
// large convolutions, most of it spent on comparing kernels with operators (see Trust), once in a
// process. A graph that runs once may be done sooner on the tape.
//
// After a run these have their values: the graph's roots, costs, the gradients of inputs, and
// what gorgonia.Read watches. Everything else is computed in passing: its Value is a [NotKept],
// which says so, where the tape leaves whatever its registers hold. [KeepAll] keeps all,
// [Watch] shows one node after each run.
//
// [New] is for programs that name their outputs, in float64. It plans what these need and
// nothing else, and reads inputs from plain slices ([Machine.Bind], [Machine.Values]).
//
// # How it works
//
// A graph is planned once, unmodified: what the outputs need is put in order, constants are
// folded, neighbouring operators are fused into kernels, and all values laid out in one
// arena. [Machine.RunAll] then only calls kernels: it neither allocates nor locks nor starts
// goroutines, as long as every operator is one that the planner knows and no product is large
// enough for a BLAS. Large convolutions and products are an exception: images, filters, or columns
// are shared out among as many goroutines as GOMAXPROCS was when the machine was made, which does not
// change a bit of the result; and a dropout holds its generator's lock. Any other operator runs through its own Do, and so do nodes that are not
// of the graph's floating-point type, booleans and integers. Gradients are not derived here:
// they are nodes of the graph, put there by gorgonia.Grad.
//
// [Machine.Plan] tells what became of each node, and what the graph may not be meant to
// compute; [Machine.Profile] where the time of a run goes, and which share of it operators'
// own Do has.
//
// # Solvers
//
// Every learnable has memory of its own for its gradient. With [Learnables] each run adds to
// it, as on the tape, until a solver clears it: gradients that are one node of the graph, or a
// constant of it, train right. A learnable that gorgonia.Grad was not asked about is an error
// of NewVM, one that holds a NaN is an error of RunAll.
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
// In float32 the bounds are the same in its own units; entry by entry it is 4.
//
// # Where results differ from TapeMachine's
//
//   - Gorgonia's matrix product skips factors that are exactly 0, so that there
//     0·NaN and 0·Inf count as 0. Here they are NaN, as in IEEE 754 and NumPy, but for the
//     gradients of a convolution that a max pooling follows: zeros of the gradient that comes
//     back are skipped here, too.
//   - Gorgonia divides tensors by zero to +Inf, whatever the dividend. Here the
//     quotient is that of IEEE 754.
//   - Gorgonia's softmax along the last axis is NaN in rows that are more than 745 below the
//     tensor's first entry, and infinite in rows whose first entry leads by as much. Here both
//     are right.
//   - The product with a transposed right factor adds in ascending order here and
//     in the order of gonum's dot product there; the results differ by rounding.
//   - A sum of negative zeros is +0 here.
//   - The tape's matrix products take a view of some columns for a matrix without gaps. Here
//     it is read by its strides.
//   - A node's Value is overwritten by the next run, as on the tape only what gorgonia.Read
//     fills is. Clone what is kept.
//   - The tape fails on scalars that gorgonia.At reads; here they are right.
//   - The tape's RunAll does nothing without a Reset since the last one. Here it runs.
//   - Gradients that gorgonia.Grad leaves over and nothing needs, such as that of the data, are
//     not computed without [KeepAll].
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
// A graph of float32 runs in float32. Of a float64 graph the plan says in which arithmetic:
// with [In] and [Single] the same graph runs in float32 throughout, and only what goes in
// and comes out is converted. Kernels are then certified against the operators'
// own results, rounded one by one.
//
// # Errors
//
// What the tape panics on is an error here: a [NodeError] with the node, the run and one of
// the Err variables, for an input without a value or of another shape than its node's, a NaN
// in a learnable, an operator whose Do fails. After an error the machine can run again.
//
// # Concurrency
//
// Machines are independent: any number may run side by side, also on parameters that they
// share as long as none writes them. One machine is for one goroutine at a time, and says so
// with [ErrBusy] instead of racing; one that is closed says [ErrClosed]. Operators with a
// state (dropout, batch normalisation, max pooling) belong to their graph: two machines of
// one graph that has some take turns. What batch normalisation gathers in training begins anew with
// each machine for training, as with each tape, and outlives the turns of one for evaluation. Building graphs races inside Gorgonia; do it inside
// [Construct].
package machine
