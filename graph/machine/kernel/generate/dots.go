package main

import "github.com/mmcloughlin/avo/operand"

// dots writes the product with one column. Lanes are rows, so that each sum runs in
// ascending order as in a panel.
func dots(a *assembly) {
	name := "dots" + a.suffix
	a.function(name, "func(rows, inner int, a *"+a.number+", aRow int, b, dst *"+a.number+", bias *"+a.number+")",
		name+" computes dst = a·b + bias for a column b. The rows of a are aRow bytes apart. Sums are those of",
		"the panels. Rows beyond the last multiple of a vector's lanes are computed one by one.")
	rows, start, dst := a.argument("rows"), a.argument("a"), a.argument("dst")
	row, row3 := a.argument("aRow"), a.GP64()
	a.LEAQ(operand.Mem{Base: row, Index: row, Scale: 2}, row3)
	for _, strips := range []int{16 / a.lanes, 1} { // 16 rows: a sum waits for its own last addition
		a.while(rows, strips*a.lanes, func() {
			var sums []vector
			var strip []strip
			for range strips {
				sums = append(sums, a.zeros())
				strip = append(strip, a.newStrip(start, row, row3))
				a.below(start, row)
			}
			a.accumulateDots(sums, strip)
			bias := a.argument("bias")
			a.unlessZero(bias, func() {
				shift := a.YMM()
				a.broadcast(operand.Mem{Base: bias}, shift)
				for _, sum := range sums {
					a.add(shift, sum, sum)
				}
			})
			for i, sum := range sums {
				a.store(sum, operand.Mem{Base: dst, Disp: i * vectorBytes})
			}
			a.ADDQ(operand.U32(strips*vectorBytes), dst)
			a.SUBQ(operand.U8(strips*a.lanes), rows)
		})
	}
	a.countDown(rows, func() {
		sum := a.zeros()
		a.accumulateDot(sum, start)
		bias := a.argument("bias")
		a.unlessZero(bias, func() {
			a.pick(a.VADDSD, a.VADDSS)(operand.Mem{Base: bias}, sum.AsX(), sum.AsX())
		})
		a.pick(a.VMOVSD, a.VMOVSS)(sum.AsX(), operand.Mem{Base: dst})
		a.ADDQ(operand.U8(a.size), dst)
		a.ADDQ(row, start)
	})
	a.leave()
}

// accumulateDots adds the products of each strip with b to its sums.
func (a *assembly) accumulateDots(sums []vector, strips []strip) {
	k, b := a.argument("inner"), a.argument("b")
	add := func(columns int, read func(strip) []vector) {
		for i, s := range strips {
			for c, v := range read(s) {
				factor := a.YMM()
				a.broadcast(operand.Mem{Base: b, Disp: c * a.size}, factor)
				a.multiplyAdd(v, factor, sums[i])
			}
			s.advance(columns)
		}
		a.ADDQ(operand.U8(columns*a.size), b)
	}
	a.while(k, a.blockColumns(), func() {
		add(a.blockColumns(), strip.block)
		a.SUBQ(operand.U8(a.blockColumns()), k)
	})
	a.countDown(k, func() {
		add(1, func(s strip) []vector { return []vector{s.column()} })
	})
}

// accumulateDot adds the product of one row with b to the first lane of sum.
func (a *assembly) accumulateDot(sum vector, row integer) {
	k, b, entry, factor := a.argument("inner"), a.argument("b"), a.copyOf(row), a.XMM()
	a.countDown(k, func() {
		a.pick(a.VMOVSD, a.VMOVSS)(operand.Mem{Base: entry}, factor)
		a.pick(a.VFMADD231SD, a.VFMADD231SS)(operand.Mem{Base: b}, factor, sum.AsX())
		a.ADDQ(operand.U8(a.size), entry)
		a.ADDQ(operand.U8(a.size), b)
	})
}
