package layer

import "gorgonia.org/gorgonia"

// gates makes x W + h U + b of gates, by number; kinds of gates are packed side by side in one array, or in arrays of their own.
type gates struct {
	x, h, b, bh []*gorgonia.Node // (in, units), (units, units), (1, units), nil for none
}

// packed reads gates that stand side by side, in an order: position[g] is where gate g stands.
func (s *site) packed(n steps, position []int) gates {
	var all gates
	if !s.has("Wx") || !s.has("Wh") {
		s.fail("there are neither Wx and Wh, of all gates, nor weights of single gates such as Wz and Uz, Wf: say which arrays they are, by --map Wx=NAME,Wh=NAME")
	}
	k := len(position)
	for _, at := range position {
		gate := func(name string, in int) *gorgonia.Node {
			wide := k * n.units
			if s.chose("out-in") {
				s.want(name, wide, in)
				return s.matrix(name, in, n.units, func(r, c int) int { return (at*n.units+c)*in + r })
			}
			s.want(name, in, wide)
			return s.matrix(name, in, n.units, func(r, c int) int { return r*wide + at*n.units + c })
		}
		bias := func(name string) *gorgonia.Node {
			if !s.has(name) {
				return nil
			}
			s.want(name, k*n.units)
			return s.matrix(name, 1, n.units, func(_, c int) int { return at*n.units + c })
		}
		all.x, all.h = append(all.x, gate("Wx", n.in)), append(all.h, gate("Wh", n.units))
		all.b, all.bh = append(all.b, bias("b")), append(all.bh, bias("bh"))
	}
	return all
}

// bias is a row by name, nil where there is none.
func (s *site) bias(name string, n int) *gorgonia.Node {
	if !s.has(name) {
		return nil
	}
	return s.row(name, n)
}

// order is the position of each gate of a list in the variant's order.
func (s *site) order(names, usual string) []int {
	order := s.choice("gates=")
	if order == "" {
		order = usual
	}
	position := make([]int, len(names))
	for i := range names {
		for j := range order {
			if order[j] == names[i] {
				position[i] = j
			}
		}
	}
	return position
}

// sum is x W + h U + b of gate g; either of x and h may be nil.
func (s *site) sum(g int, all gates, x, h *gorgonia.Node) *gorgonia.Node {
	var z *gorgonia.Node
	if x != nil {
		if z = s.e.MatMul(x, all.x[g]); all.b[g] != nil {
			z = s.e.AddRow(z, all.b[g])
		}
	}
	if h != nil {
		state := s.e.MatMul(h, all.h[g])
		if all.bh != nil && all.bh[g] != nil {
			state = s.e.AddRow(state, all.bh[g])
		}
		if z == nil {
			return state
		}
		z = s.e.Add(z, state)
	}
	return z
}
