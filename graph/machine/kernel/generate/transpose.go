package main

import "github.com/mmcloughlin/avo/operand"

// transposes writes the transposition of whole strips.
func transposes(a *assembly) {
	name := "transposeStrips" + a.suffix
	a.function(name, "func(rows, columns int, dst *"+a.number+", dstRow int, src *"+a.number+", srcRow int)",
		name+" writes the transpose of src, whose rows are srcRow bytes apart, into dst, whose rows are dstRow",
		"bytes apart. Rows beyond the last multiple of a vector's lanes are left out.")
	rows, row, row3 := a.argument("rows"), a.argument("srcRow"), a.GP64()
	a.LEAQ(operand.Mem{Base: row, Index: row, Scale: 2}, row3)
	start, dst, dstRow := a.argument("src"), a.argument("dst"), a.argument("dstRow")
	a.while(rows, a.lanes, func() {
		src, to, columns := a.newStrip(start, row, row3), a.copyOf(dst), a.argument("columns")
		write := func(columns []vector) {
			for _, v := range columns {
				a.store(v, operand.Mem{Base: to})
				a.ADDQ(dstRow, to)
			}
			src.advance(len(columns))
		}
		a.while(columns, a.blockColumns(), func() {
			write(src.block())
			a.SUBQ(operand.U8(a.blockColumns()), columns)
		})
		a.countDown(columns, func() { write([]vector{src.column()}) })
		a.below(start, row)
		a.ADDQ(operand.U8(vectorBytes), dst)
		a.SUBQ(operand.U8(a.lanes), rows)
	})
	a.leave()
}
