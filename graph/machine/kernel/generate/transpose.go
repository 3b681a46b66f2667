package main

import "github.com/mmcloughlin/avo/operand"

// transposes writes the transposition of a strip.
func transposes(a *assembly) {
	name := "transposeStrip" + a.suffix
	a.function(name, "func(columns int, dst *"+a.number+", dstRow int, src *"+a.number+", srcRow int)",
		name+" writes the columns of a strip, as many rows as a vector has lanes, srcRow bytes apart, into",
		"the rows of dst, dstRow bytes apart.")
	columns, row, row3 := a.argument("columns"), a.argument("srcRow"), a.GP64()
	a.LEAQ(operand.Mem{Base: row, Index: row, Scale: 2}, row3)
	dst, dstRow := a.argument("dst"), a.argument("dstRow")
	src := a.newStrip(a.argument("src"), row, row3)
	write := func(columns []vector) {
		for _, v := range columns {
			a.store(v, operand.Mem{Base: dst})
			a.ADDQ(dstRow, dst)
		}
		src.advance(len(columns))
	}
	a.while(columns, a.blockColumns(), func() {
		write(src.block())
		a.SUBQ(operand.U8(a.blockColumns()), columns)
	})
	a.countDown(columns, func() { write([]vector{src.column()}) })
	a.leave()
}
