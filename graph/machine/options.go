package machine

import "gorgonia.org/gorgonia"

// Certification says when kernels are checked against the operators that they
// replace.
type Certification int

const (
	// Cached checks each kernel once per process for each combination of operators
	// and class of shapes.
	Cached Certification = iota
	// Always checks every kernel of every plan.
	Always
	// Never trusts the planner.
	Never
)

// Option changes how a graph is planned or run.
type Option func(*options)

type options struct {
	certification Certification
	finite        bool
	unfused       bool
	generic       bool
	precision     Precision

	whole      bool // the graph is run as the tape would, by NewVM
	learnables gorgonia.Nodes
	learns     bool
	keepAll    bool
	evaluation bool
	watches    []watch
}

// watch is a function that sees a node's value after each run.
type watch struct {
	of   *gorgonia.Node
	call func(gorgonia.Value) error
}

// Certify sets when kernels are certified; the default is [Cached].
func Certify(c Certification) Option { return func(o *options) { o.certification = c } }

// In sets the precision in which the plan runs; the default is [Double].
func In(p Precision) Option { return func(o *options) { o.precision = p } }

// AllowNonFinite lets runs succeed whose outputs are NaN or infinite.
func AllowNonFinite() Option { return func(o *options) { o.finite = false } }

// Unfused gives each operator a kernel of its own.
func Unfused() Option { return func(o *options) { o.unfused = true } }

// Generic runs every operator through its own Do: slow, and the plainest reading
// of the graph.
func Generic() Option { return func(o *options) { o.generic = true } }

// Learnables is for [NewVM] what gorgonia.BindDualValues is for the tape: each of the nodes,
// which gorgonia.Grad was asked about, gets memory of its own for its gradient, to which every
// run adds until a solver clears it. Without nodes it is all inputs that have a gradient.
// A learnable that holds a NaN or an infinity is an error, unless [AllowNonFinite] is given.
func Learnables(nodes ...*gorgonia.Node) Option {
	return func(o *options) { o.learns, o.learnables = true, append(o.learnables, nodes...) }
}

// KeepAll makes [NewVM] keep the value of every node. Nothing is fused then.
func KeepAll() Option { return func(o *options) { o.keepAll = true } }

// Evaluation makes [NewVM] run dropout and batch normalisation as in evaluation.
func Evaluation() Option { return func(o *options) { o.evaluation = true } }

// Watch makes [NewVM] keep the node's value and hand it to see after each run, in the order of
// the options. It is the machine's own, overwritten by the next run. An error ends the run.
func Watch(n *gorgonia.Node, see func(gorgonia.Value) error) Option {
	return func(o *options) { o.watches = append(o.watches, watch{n, see}) }
}
