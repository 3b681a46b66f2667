package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
)

// multiples writes the sum of multiples of rows that lie anywhere: those whose factor is not 0.
func multiples(a *assembly) {
	name := "addMultiples" + a.suffix
	doc := []string{
		name + " adds to dst, for each of count factors, the factor times the columns of b that begin offset",
		"entries from its start, without rounding the product, in ascending order.",
	}
	if a.wide() {
		doc = append(doc, "Columns beyond the last multiple of a vector's lanes are left out.")
	}
	a.function(name, fmt.Sprintf("func(dst, b *%[1]s, columns int, factors *%[1]s, offsets *int32, count int)", a.number), doc...)
	columns, dst, b := a.argument("columns"), a.argument("dst"), a.argument("b")
	for _, vectors := range []int{8, 4, 2, 1} { // eight sums: an addition takes as long as eight others can begin in
		a.while(columns, vectors*a.lanes, func() {
			a.addMultiples(dst, b, vectors, nil)
			a.ADDQ(operand.U32(vectors*a.bytes()), dst)
			a.ADDQ(operand.U32(vectors*a.bytes()), b)
			a.SUBQ(operand.U8(vectors*a.lanes), columns)
		})
	}
	if !a.wide() {
		a.unlessZero(columns, func() { a.addMultiples(dst, b, 1, a.firstLanes(columns)) })
	}
	a.leave()
}

// addMultiples does some vectors of the columns, or the lanes of one that mask picks.
func (a *assembly) addMultiples(dst, b integer, vectors int, mask vector) {
	block := a.entriesAt([]integer{dst}, vectors, mask)
	sums := a.read(block)[0]
	factors, offsets, count, offset, factor := a.argument("factors"), a.argument("offsets"), a.argument("count"), a.GP64(), a.register()
	a.countDown(count, func() {
		a.MOVLQSX(operand.Mem{Base: offsets}, offset)
		a.broadcast(operand.Mem{Base: factors}, factor)
		row := operand.Mem{Base: b, Index: offset, Scale: uint8(a.size)}
		if mask == nil {
			for v, sum := range sums {
				a.multiplyAdd(row.Offset(v*a.bytes()), factor, sum)
			}
		} else {
			entries := a.register()
			a.loadMasked(row, mask, entries)
			a.multiplyAdd(entries, factor, sums[0])
		}
		a.ADDQ(operand.U8(a.size), factors)
		a.ADDQ(operand.U8(4), offsets)
	})
	a.write(sums, block[0])
}
