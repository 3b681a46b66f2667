package machine

import (
	"math"
	"slices"
)

// cacheLine is the granularity of the arena, in entries of either precision: values
// do not share lines.
const cacheLine = 16

// layOut gives every result a place in one arena that is used again as soon as the
// value in it is no longer needed.
func (p *planner) layOut() {
	last := p.lastUses()
	var free spans
	for i, s := range p.steps {
		inherited := s.inherit(i, last)
		for _, out := range s.outs {
			switch {
			case out.boxed:
			case inherited != nil && out == s.outs[0]:
				out.offset = inherited.offset
			default:
				out.offset = free.take(roundUp(out.size), &p.arenaSize)
			}
		}
		for _, n := range dying(s, i, last) {
			if n != inherited {
				free.give(span{n.offset, roundUp(n.size)})
			}
		}
	}
}

// lastUses maps each owner of memory to the index of the last step that reads it;
// outputs are read after the last step.
func (p *planner) lastUses() map[*node]int {
	last := make(map[*node]int)
	for i, s := range p.steps {
		for _, out := range s.outs {
			last[out] = i // a result that nothing reads dies at birth
		}
		for _, arg := range s.args {
			last[arg.owner()] = i
		}
	}
	for _, n := range p.nodes {
		if n.output {
			last[n.owner()] = math.MaxInt
		}
	}
	return last
}

// dying are the values that step i, s, is the last to need.
func dying(s *step, i int, last map[*node]int) []*node {
	var nodes []*node
	for _, n := range append(operandOwners(s), s.outs...) {
		if n.offset >= 0 && last[n] == i && !slices.Contains(nodes, n) {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// inherit finds an operand that dies in step i and whose memory the first result
// can take over.
func (s *step) inherit(i int, last map[*node]int) *node {
	if !s.elementwise {
		return nil
	}
	for _, n := range operandOwners(s) {
		if n.offset >= 0 && last[n] == i && n.size == s.outs[0].size {
			return n
		}
	}
	return nil
}

func operandOwners(s *step) []*node {
	owners := make([]*node, len(s.args))
	for i, arg := range s.args {
		owners[i] = arg.owner()
	}
	return owners
}

func roundUp(size int) int { return (size + cacheLine - 1) / cacheLine * cacheLine }

// span is a stretch of the arena.
type span struct{ offset, size int }

// spans are the free stretches, in order of offset, never adjacent.
type spans []span

// take returns the offset of a free stretch of the given size, the tightest fit,
// and grows the arena where there is none.
func (f *spans) take(size int, arena *int) int {
	best := -1
	for i, s := range *f {
		if s.size >= size && (best < 0 || s.size < (*f)[best].size) {
			best = i
		}
	}
	if best < 0 {
		offset := *arena
		*arena += size
		return offset
	}
	s := &(*f)[best]
	offset := s.offset
	s.offset += size
	s.size -= size
	if s.size == 0 {
		*f = slices.Delete(*f, best, best+1)
	}
	return offset
}

// give returns a stretch and joins it with its free neighbours.
func (f *spans) give(s span) {
	i, _ := slices.BinarySearchFunc(*f, s, func(a, b span) int { return a.offset - b.offset })
	*f = slices.Insert(*f, i, s)
	if i+1 < len(*f) && s.offset+s.size == (*f)[i+1].offset {
		(*f)[i].size += (*f)[i+1].size
		*f = slices.Delete(*f, i+1, i+2)
	}
	if i > 0 && (*f)[i-1].offset+(*f)[i-1].size == (*f)[i].offset {
		(*f)[i-1].size += (*f)[i].size
		*f = slices.Delete(*f, i, i+1)
	}
}
