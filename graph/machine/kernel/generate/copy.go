package main

import "github.com/mmcloughlin/avo/operand"

// copies writes the copy of a panel of three vectors, whose rows then lie one after the
// other.
func copies(a *assembly) {
	name := "copyPanel" + a.suffix
	a.function(name, "func(rows int, dst, src *"+a.number+", srcRow int)",
		name+" copies rows of three vectors that are srcRow bytes apart.")
	rows, dst, src, row := a.argument("rows"), a.argument("dst"), a.argument("src"), a.argument("srcRow")
	a.countDown(rows, func() {
		for v := range 3 {
			x := a.register()
			a.load(operand.Mem{Base: src, Disp: v * a.bytes()}, x)
			a.store(x, operand.Mem{Base: dst, Disp: v * a.bytes()})
		}
		a.ADDQ(row, src)
		a.ADDQ(operand.U8(3*a.bytes()), dst)
	})
	a.leave()
}
