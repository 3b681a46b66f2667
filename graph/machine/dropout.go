package machine

import (
	"strconv"
	"strings"

	"actscope/graph/machine/kernel"
)

// dropoutSlopeStep is the step of what takes a gradient back through Gorgonia's dropout: where
// the result is not 0 it divides by the probability, which the operator's name tells to six
// places. (That is the probability of dropping, though dropout divides by that of keeping.)
func dropoutSlopeStep(n *node) *step {
	digits := strings.TrimSuffix(strings.TrimPrefix(n.operator.name, "dropoutDiffOp("), ")")
	p, err := strconv.ParseFloat(digits, 64)
	if err != nil || p <= 0 || len(n.in) != 3 {
		return nil
	}
	var args []operand
	for _, arg := range n.in {
		if arg.size != n.size {
			return nil
		}
		args = append(args, operand{node: arg})
	}
	return elementwiseStep("dropout slope", n, args, []*node{n}, entrywise{scaleKept(p), scaleKept(float32(p))})
}

func scaleKept[T kernel.Float](p T) func(dst []T, src []*buffer[T]) {
	return func(dst []T, src []*buffer[T]) { kernel.KeptQuotient(dst, src[2].data, src[1].data, p) }
}
