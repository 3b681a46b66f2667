package machine

// fuseAffine recognises a·b + bias, where the bias row is broadcast by repetition
// along the rows: the layer of a network.
func fuseAffine(n *node) *step {
	if n.operator.class != binary || n.operator.name != "+" || len(n.shape) != 2 {
		return nil
	}
	for i, multiply := range n.in {
		broadcast := n.in[1-i]
		if multiply.operator.class != product || multiply.isConstant() || multiply.uses != 1 {
			continue
		}
		var elided []*node
		row := broadcast
		if row.operator.class == repeat && row.operator.axes[0] == 0 && !row.isConstant() {
			elided = append(elided, row)
			row = row.in[0]
		}
		if row.size != n.shape[1] {
			continue
		}
		if len(row.shape) == 2 && row.shape[0] == 1 {
			return productStep("affine", n, multiply, row, elided...)
		}
	}
	return nil
}
