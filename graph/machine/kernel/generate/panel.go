package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
)

// panels writes the products with a panel: neighbouring columns of the right factor, as
// many as fill three vectors, two, one, or a part of one. The best take 12 of the 16
// registers for sums.
func panels(a *assembly) {
	for vectors := 3; vectors >= 1; vectors-- {
		columns := vectors * a.lanes
		panel := panel{assembly: a, vectors: vectors}
		panel.define(fmt.Sprint("panel", columns, a.suffix), fmt.Sprint(columns, " columns"), "")
	}
	if a.wide() {
		return // the kernels of AVX2 do what is left
	}
	part := panel{assembly: a, vectors: 1, partial: true}
	part.define("panelPart"+a.suffix, fmt.Sprintf("fewer than %d columns", a.lanes), ", columns int")
}

// panel is the product of all rows of a with a panel of b.
type panel struct {
	*assembly
	vectors int
	partial bool   // only the lanes of
	mask    vector // are columns
}

func (p panel) define(name, columns, more string) {
	p.function(name, fmt.Sprintf("func(rows, inner int, a *%[1]s, aRow, aStep int, b *%[1]s, bRow int, dst *%[1]s, dstRow int, bias, relu, slope, factor *%[1]s, resume int%[2]s)", p.number, more),
		name+" computes dst = a·b + bias for "+columns+" of b, dst and bias.",
		"Entry i, k of a is i aRow + k aStep bytes from its start; the rows of b and dst are bRow and",
		"dstRow bytes apart. A sum begins with 0, or with what dst holds if resume is not 0, adds each",
		"product without rounding it, in ascending order, and then the bias, unless that is nil. What",
		"is negative becomes 0 in relu, unless that is nil; it may be dst. Otherwise, unless slope is nil,",
		"what is written is multiplied by slope factor, or, if factor is nil, by 1 where slope > 0, else 0.")
	rows, a, aRow, aRow3 := p.argument("rows"), p.argument("a"), p.argument("aRow"), p.GP64()
	p.LEAQ(operand.Mem{Base: aRow, Index: aRow, Scale: 2}, aRow3)
	dst, dstRow := p.argument("dst"), p.argument("dstRow")
	if p.partial {
		p.mask = p.firstLanes(p.argument("columns"))
	}
	for _, block := range p.blocks() {
		p.while(rows, block.least, func() {
			sums := p.begin(block.height, dst, dstRow)
			p.accumulate(sums, a, aRow, aRow3)
			p.finish(sums, dst, dstRow)
			for range block.height {
				p.ADDQ(aRow, a)
			}
			p.SUBQ(operand.U8(block.height), rows)
		})
	}
	p.leave()
}

// rowBlock is the number of rows that are worked on together while at least that many are left.
type rowBlock struct{ height, least int }

// blocks are those that a panel takes its rows in. An addition takes as long as eight others
// can begin in, so there are at least eight sums. Six rows of two vectors leave the last
// eight rows to two blocks of four. AVX-512 has 32 registers.
func (p panel) blocks() []rowBlock {
	blocks := []rowBlock{{4, 4}, {2, 2}, {1, 1}}
	switch {
	case p.vectors == 1, p.wide():
		return append([]rowBlock{{8, 8}}, blocks...)
	case p.vectors == 2:
		return append([]rowBlock{{6, 10}}, blocks...)
	}
	return blocks
}

// begin gives the sums of a number of rows what they start from.
func (p panel) begin(height int, dst, dstRow integer) (sums [][]vector) {
	sums = p.zeroSums(height, p.vectors)
	p.unlessZero(p.argument("resume"), func() {
		at := p.copyOf(dst)
		for _, row := range sums {
			for v, sum := range row {
				p.read(p.vector(at, v), sum)
			}
			p.ADDQ(dstRow, at)
		}
	})
	return sums
}

// accumulate adds a[i, k] b[k, :] to sum i, for each k.
func (p panel) accumulate(sums [][]vector, a, aRow, aRow3 integer) {
	k, ak, bk := p.argument("inner"), p.copyOf(a), p.argument("b")
	aStep, bRow := p.argument("aStep"), p.argument("bRow")
	row := func(stride integer, times uint8) operand.Mem {
		return operand.Mem{Base: ak, Index: stride, Scale: times}
	}
	entry := []operand.Mem{{Base: ak}, row(aRow, 1), row(aRow, 2), row(aRow3, 1)}
	if len(sums) > len(entry) {
		aRow5, aRow7 := p.GP64(), p.GP64()
		p.LEAQ(operand.Mem{Base: aRow, Index: aRow, Scale: 4}, aRow5)
		p.LEAQ(operand.Mem{Base: aRow3, Index: aRow, Scale: 4}, aRow7)
		entry = append(entry, row(aRow, 4), row(aRow5, 1), row(aRow3, 2), row(aRow7, 1))
	}
	p.countDown(k, func() {
		var b []vector
		for v := range p.vectors {
			b = append(b, p.register())
			p.read(p.vector(bk, v), b[v])
		}
		factor := p.register()
		for i, row := range sums {
			p.broadcast(entry[i], factor)
			for v, sum := range row {
				p.multiplyAdd(b[v], factor, sum)
			}
		}
		p.ADDQ(aStep, ak)
		p.ADDQ(bRow, bk)
	})
}

// finish adds the bias, writes the sums, as they are, rectified or scaled, and leaves dst
// at the row below.
func (p panel) finish(sums [][]vector, dst, dstRow integer) {
	bias := p.argument("bias")
	p.unlessZero(bias, func() {
		for v := range p.vectors {
			shift := p.register()
			p.read(p.vector(bias, v), shift)
			for _, row := range sums {
				p.add(shift, row[v], row[v])
			}
		}
	})
	done := operand.LabelRef(p.label("done"))
	relu := p.argument("relu")
	p.unlessZero(relu, func() {
		p.rectify(sums, relu, dst, dstRow)
		p.JMP(done)
	})
	slope := p.argument("slope")
	p.unlessZero(slope, func() { p.scale(sums, slope, dst, dstRow) })
	p.write(sums, dst, dstRow)
	p.Label(string(done))
}

// scale multiplies the sums by slope factor, or by the step of slope; both begin where dst
// did.
func (p panel) scale(sums [][]vector, slope, dst, dstRow integer) {
	distance := p.copyOf(dst)
	p.SUBQ(p.argument("dst"), distance)
	p.ADDQ(distance, slope)
	done := operand.LabelRef(p.label("done"))
	factor := p.argument("factor")
	p.unlessZero(factor, func() {
		p.ADDQ(distance, factor)
		p.scaleEach(sums, slope, dstRow, func(v int, slope values) values {
			other := p.register()
			p.read(p.vector(factor, v), other)
			return p.times(values{other}, slope)
		}, func() { p.ADDQ(dstRow, factor) })
		p.JMP(done)
	})
	p.scaleEach(sums, slope, dstRow, p.step(), func() {})
	p.Label(string(done))
}

// step is the step of a slope, for scaleEach.
func (p panel) step() func(v int, slope values) values {
	zero := p.zeros()
	if !p.wide() {
		return func(_ int, slope values) values {
			return p.both(p.constant(1), p.where(slope, above, values{zero}))
		}
	}
	one := p.register()
	p.broadcast(p.constant(1).Mem, one)
	return func(_ int, slope values) values {
		mask := p.K()
		p.pick(p.VCMPPD, p.VCMPPS)(above, zero, slope[0], mask)
		if p.size == 8 {
			p.VMOVAPD_Z(one, mask, slope[0])
		} else {
			p.VMOVAPS_Z(one, mask, slope[0])
		}
		return slope
	}
}

// scaleEach multiplies the sums by what by makes of the slopes; next comes after each row.
func (p panel) scaleEach(sums [][]vector, slope, dstRow integer, by func(v int, slope values) values, next func()) {
	for _, row := range sums {
		for v, sum := range row {
			x := p.register()
			p.read(p.vector(slope, v), x)
			p.pick(p.VMULPD, p.VMULPS)(by(v, values{x})[0], sum, sum)
		}
		p.ADDQ(dstRow, slope)
		next()
	}
}

// rectify writes the sums and, in place of the negative ones 0, into relu, which begins
// where dst did. If the two are one it writes the latter only.
func (p panel) rectify(sums [][]vector, relu, dst, dstRow integer) {
	begin := p.argument("dst")
	p.SUBQ(begin, relu)
	p.unlessZero(relu, func() { p.write(sums, p.copyOf(dst), dstRow) })
	zero := p.zeros()
	for _, row := range sums {
		for _, sum := range row {
			p.pick(p.VMAXPD, p.VMAXPS)(sum, zero, sum) // a NaN stays
			p.add(zero, sum, sum)                      // -0 does not
		}
	}
	p.ADDQ(dst, relu)
	p.write(sums, relu, dstRow)
	for range sums {
		p.ADDQ(dstRow, dst)
	}
}

// write writes the sums into rows from the one at start on, and leaves start below them.
func (p panel) write(sums [][]vector, start, dstRow integer) {
	for _, row := range sums {
		for v, sum := range row {
			p.save(sum, p.vector(start, v))
		}
		p.ADDQ(dstRow, start)
	}
}

// vector is where vector v of the row at base begins.
func (p panel) vector(base integer, v int) operand.Mem {
	return operand.Mem{Base: base, Disp: v * p.bytes()}
}

func (p panel) read(from operand.Mem, v vector) {
	if p.partial {
		p.loadMasked(from, p.mask, v)
	} else {
		p.load(from, v)
	}
}

func (p panel) save(v vector, to operand.Mem) {
	if p.partial {
		p.storeMasked(v, p.mask, to)
	} else {
		p.store(v, to)
	}
}
