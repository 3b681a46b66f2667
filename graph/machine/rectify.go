package machine

import "slices"

// fuseRectified recognises relu(a·b + bias), a hidden layer of rectifiers. The sum is a
// result of its own where anything else needs it, such as the gradient.
func fuseRectified(n *node) *step {
	z := n
	if n.is(mapping, "relu") {
		z = n.in[0]
	}
	i := slices.IndexFunc(z.users, func(user *node) bool { return user.is(mapping, "relu") && user.size == z.size })
	if i < 0 {
		return nil
	}
	s := fuseAffine(z)
	if s == nil {
		return nil
	}
	relu := z.users[i]
	if z.private() {
		s.outs = nil
	}
	if s.outs = append(s.outs, relu); !slices.Contains(s.outs, n) {
		return nil
	}
	s.covers = append(s.covers, relu)
	s.kernel += ", relu"
	return s
}
