package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
)

// panels writes the products with a panel: neighbouring columns of the right factor, as
// many as fill three vectors, two, one, or a part of one. Three are best: with four rows
// their sums take 12 of the 16 registers.
func panels(a *assembly) {
	for vectors := 3; vectors >= 1; vectors-- {
		columns := vectors * a.lanes
		panel := panel{assembly: a, vectors: vectors}
		panel.define(fmt.Sprint("panel", columns, a.suffix), fmt.Sprint(columns, " columns"), "")
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
	p.function(name, fmt.Sprintf("func(rows, inner int, a *%[1]s, aRow, aStep int, b *%[1]s, bRow int, dst *%[1]s, dstRow int, bias, relu *%[1]s, resume int%[2]s)", p.number, more),
		name+" computes dst = a·b + bias for "+columns+" of b, dst and bias.",
		"Entry i, k of a is i aRow + k aStep bytes from its start; the rows of b and dst are bRow and",
		"dstRow bytes apart. A sum begins with 0, or with what dst holds if resume is not 0, adds each",
		"product without rounding it, in ascending order, and then the bias, unless that is nil. What",
		"is negative becomes 0 in relu, unless that is nil; it may be dst.")
	rows, a, aRow, aRow3 := p.argument("rows"), p.argument("a"), p.argument("aRow"), p.GP64()
	p.LEAQ(operand.Mem{Base: aRow, Index: aRow, Scale: 2}, aRow3)
	dst, dstRow := p.argument("dst"), p.argument("dstRow")
	if p.partial {
		p.mask = p.firstLanes(p.argument("columns"))
	}
	for _, height := range []int{4, 2, 1} {
		p.while(rows, height, func() {
			sums := p.begin(height, dst, dstRow)
			p.accumulate(sums, a, aRow, aRow3)
			p.finish(sums, dst, dstRow)
			for range height {
				p.ADDQ(aRow, a)
			}
			p.SUBQ(operand.U8(height), rows)
		})
	}
	p.leave()
}

// begin gives the sums of so many rows what they start from.
func (p panel) begin(height int, dst, dstRow integer) (sums [][]vector) {
	for range height {
		var row []vector
		for range p.vectors {
			row = append(row, p.zeros())
		}
		sums = append(sums, row)
	}
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
	entry := []operand.Mem{{Base: ak}, {Base: ak, Index: aRow, Scale: 1}, {Base: ak, Index: aRow, Scale: 2}, {Base: ak, Index: aRow3, Scale: 1}}
	p.countDown(k, func() {
		var b []vector
		for v := range p.vectors {
			b = append(b, p.YMM())
			p.read(p.vector(bk, v), b[v])
		}
		factor := p.YMM()
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

// finish adds the bias, writes the sums, as they are or rectified, and leaves dst at the
// row below.
func (p panel) finish(sums [][]vector, dst, dstRow integer) {
	bias := p.argument("bias")
	p.unlessZero(bias, func() {
		for v := range p.vectors {
			shift := p.YMM()
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
	p.write(sums, dst, dstRow)
	p.Label(string(done))
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
	return operand.Mem{Base: base, Disp: v * vectorBytes}
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
