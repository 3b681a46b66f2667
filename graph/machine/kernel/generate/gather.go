package main

import "github.com/mmcloughlin/avo/operand"

// strip is as many rows as a vector has lanes, read from left to right.
type strip struct {
	*assembly
	next      []integer // where each fourth row goes on
	row, row3 integer   // from one row to the next, and to the third, in bytes
}

// newStrip is the strip whose first row is at start.
func (a *assembly) newStrip(start, row, row3 integer) strip {
	s := strip{assembly: a, row: row, row3: row3}
	for r := 0; r < a.lanes; r += 4 {
		next := a.GP64()
		if r == 0 {
			a.MOVQ(start, next)
		} else {
			a.LEAQ(operand.Mem{Base: s.next[r/4-1], Index: row, Scale: 4}, next)
		}
		s.next = append(s.next, next)
	}
	return s
}

// below moves start to the strip below.
func (a *assembly) below(start, row integer) {
	for r := 0; r < a.lanes; r += 4 {
		a.LEAQ(operand.Mem{Base: start, Index: row, Scale: 4}, start)
	}
}

// blockColumns is how many columns are best read at a time: those of half a vector.
func (p precision) blockColumns() int { return p.lanes / 2 }

// advance goes on by a number of columns.
func (s strip) advance(columns int) {
	for _, next := range s.next {
		s.ADDQ(operand.U8(columns*s.size), next)
	}
}

// at is where row r goes on.
func (s strip) at(r int) operand.Mem {
	base := s.next[r/4]
	switch r % 4 {
	case 0:
		return operand.Mem{Base: base}
	case 3:
		return operand.Mem{Base: base, Index: s.row3, Scale: 1}
	}
	return operand.Mem{Base: base, Index: s.row, Scale: uint8(r % 4)}
}

// block reads the next blockColumns columns, a vector each: it loads half a vector of
// each row and transposes.
func (s strip) block() []vector {
	var halves []vector // row i, and row i + lanes/2 in the upper half
	for i := range s.lanes / 2 {
		v := s.YMM()
		s.VBROADCASTF128(s.at(i), v) // and not VMOVUPD, which avo takes to leave half of v undefined
		s.VINSERTF128(operand.U8(1), s.at(i+s.lanes/2), v, v)
		halves = append(halves, v)
	}
	if s.size == 8 {
		return s.interleave(s.VUNPCKLPD, s.VUNPCKHPD, halves[0], halves[1])
	}
	first := s.interleave(s.VUNPCKLPS, s.VUNPCKHPS, halves[0], halves[1])
	second := s.interleave(s.VUNPCKLPS, s.VUNPCKHPS, halves[2], halves[3])
	return append(
		s.interleave(s.VUNPCKLPD, s.VUNPCKHPD, first[0], second[0]),
		s.interleave(s.VUNPCKLPD, s.VUNPCKHPD, first[1], second[1])...)
}

// interleave takes entries of x and y in turn: from the left of each half, and from the
// right.
func (s strip) interleave(left, right func(...operand.Op), x, y vector) []vector {
	l, r := s.YMM(), s.YMM()
	left(y, x, l)
	right(y, x, r)
	return []vector{l, r}
}

// column reads the next column.
func (s strip) column() vector {
	v, entry := s.YMM(), s.YMM()
	s.broadcast(s.at(0), v)
	for r := 1; r < s.lanes; r++ {
		s.broadcast(s.at(r), entry)
		s.blend(1<<r, entry, v)
	}
	return v
}
