package machine

// Decision is what the planner did with a node.
type Decision int

// The decisions.
const (
	Pruned  Decision = iota // no output needs it
	Input                   // read from outside
	Folded                  // computed once, when planning
	Aliased                 // the memory of its operand under another shape
	Fused                   // part of another node's kernel
	Kernel                  // computed by a kernel
	Opaque                  // computed by the operator's own Do
)
