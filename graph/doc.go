// Package graph builds the study's networks as Gorgonia computation graphs.
//
// It is the only package, with those below it, that knows Gorgonia. An [Architecture]
// says which layers follow each other and what is minimised; [Compile] turns it
// into a [Program] for a fixed number of rows: nodes for input, weights, pre- and
// post-activations, the loss, and the gradients that gorgonia.Grad derives.
// Parameters are shared by reference, so that a program for the mini-batch, one
// for the tail batch and one for the test set see the same weights.
//
// Hidden layers may have [Part]s beside their affine map and activation: batch and
// layer normalisation, dropout, shortcuts. A kind of part is one file and one entry
// in a table, and so is an activation.
//
// [Activation] and [Loss] are tables of Gorgonia expressions; [ActivationOf] makes another
// activation of a formula, out of the table's and a few operators more. Gorgonia's own
// sigmoid, softplus and rectifier clamp, saturate early or have the wrong derivative at
// 0; the few operators that replace them are in operators.go, those of formulas in
// operators_formula.go and operators_pairwise.go, softmax's in operators_rowwise.go. They enter through Gorgonia's public
// Op and SDOp, so that every gradient is still gorgonia.Grad's.
//
// A [Loss] says which output layer it takes and what [Targets] hold: labels at sigmoid units,
// one of several classes by softmax or hinge, numbers by squared error at any activation. A
// [Reduction] and an L2 penalty complete what is differentiated.
//
// [Hooks] hand out what flows through a network: each is bound to one stage of
// one layer and is called with a read-only view of that node's tensor.
package graph
