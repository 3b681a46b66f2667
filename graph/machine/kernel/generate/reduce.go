package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// reductions writes the kernels that give one number, or one for each column.
func reductions(a *assembly) {
	for _, r := range []reduction{
		{"sum", []string{"x"}, nil, func(a *assembly, read func() []values) values { return read()[0] }, "Σ x", 2},
		{"sumSquares", []string{"x"}, nil, func(a *assembly, read func() []values) values { x := read()[0]; return a.times(x, x) }, "Σ x²", 2},
		{"residualSum", []string{"s", "z", "y"}, nil, func(a *assembly, read func() []values) values {
			x := read()
			return a.minus(x[0], a.times(x[1], x[2]))
		}, "Σ (s - z y)", 2},
		{"crossEntropySum", []string{"p", "q", "y"}, []string{"epsilonP", "epsilonQ"}, crossEntropy, "Σ (y ln(p+epsilonP) + (1-y) ln(q+epsilonQ))", 2},
		// x 0 is 0 for a finite x and NaN for any other.
		{"vanish", []string{"x"}, nil, func(a *assembly, read func() []values) values { x := read()[0]; return a.times(x, a.zero(len(x))) }, "Σ 0 x", 2},
	} {
		r.write(a)
	}
	columnSums(a)
}

// crossEntropy is y ln(p+εp) + (1-y) ln(q+εq). Where each y is 0 or 1 and both logarithms
// are of usual numbers, there is one to take.
func crossEntropy(a *assembly, read func() []values) values {
	x := read()
	p, q, y := a.plus(x[0], x[3]), a.plus(x[1], x[4]), x[2]
	zero, one := a.zero(len(y)), a.fixed(1, len(y))
	positive := a.where(y, same, one)
	hard := a.either(positive, a.where(y, same, zero))
	// If one number is NaN, these give the first of the two.
	usual := a.both(
		a.where(a.smallerOf(p, q), above, a.constant(a.smallestNormal())),
		a.where(a.largerOf(q, p), below, a.constant(math.Inf(1))))
	result := a.all(0, len(y))
	a.ifEverywhere(a.both(hard, usual), func() {
		a.assign(result, a.logNormal(a.choose(positive, p, q)))
	}, func() {
		for i := range result {
			x := read()
			one := func(v values) values { return v[i : i+1] }
			lnP := a.log(a.plus(one(x[0]), one(x[3])))
			a.assign(result[i:i+1], a.times(one(x[2]), lnP))
			lnQ := a.log(a.plus(one(x[1]), one(x[4])))
			rest := a.minus(a.fixed(1, 1), one(x[2]))
			a.assign(result[i:i+1], a.productPlus(rest, lnQ, result[i:i+1]))
		}
	})
	return result
}

// reduction is the sum of a formula over all entries. Entry i is added to the sum number
// i modulo together × lanes, as far as that many are left, in ascending order; then the
// upper half of the sums is added to the lower half, until there is one.
type reduction struct {
	name            string
	arrays, numbers []string
	term            func(a *assembly, read func() []values) values
	doc             string // the sum
	together        int    // vectors that are worked on side by side
}

func (r reduction) write(a *assembly) {
	a.function(r.name+a.suffix, a.signature(r.arrays, r.numbers, a.number), r.name+a.suffix+" is "+r.doc+" over n entries.")
	var sums values
	for range r.together {
		sums = append(sums, a.zeros())
	}
	a.overEntries(r.arrays, r.together, func(at []entries) {
		for i, term := range r.term(a, func() []values { return a.everywhere(r.numbers).join(a.read(at)) }) {
			if mask := at[0].mask; mask != nil {
				term = a.both(values{mask}, values{term})[0]
			}
			a.add(term, sums[i], sums[i])
		}
	})
	a.returnSum(sums)
}

// returnSum returns from a kernel with the sum of all lanes of all sums.
func (a *assembly) returnSum(sums values) {
	for len(sums) > 1 {
		half := len(sums) / 2
		sums = a.plus(sums[half:], sums[:half])
	}
	result, err := a.ReturnIndex(0).Resolve()
	if err != nil {
		panic(err)
	}
	a.pick(a.VMOVSD, a.VMOVSS)(a.foldLanes(sums[0]), result.Addr)
	a.leave()
}

// foldLanes is the sum of the lanes of v.
func (a *assembly) foldLanes(v vector) reg.VecVirtual {
	half := a.XMM()
	a.VEXTRACTF128(operand.U8(1), v, half)
	low := v.AsX()
	a.pick(a.VADDPD, a.VADDPS)(half, low, half)
	other := a.XMM()
	if a.size == 4 {
		a.VPERMILPS(operand.U8(0b1110), half, other)
		a.VADDPS(other, half, half)
		a.VPERMILPS(operand.U8(1), half, other)
		a.VADDSS(other, half, half)
		return half
	}
	a.VPERMILPD(operand.U8(1), half, other)
	a.VADDSD(other, half, half)
	return half
}

// columnSums writes the sums of each column of a matrix whose rows are stride bytes apart.
// Row i is added to the sum number i modulo 4, in ascending order, and those are added
// up as (0+2) + (1+3).
func columnSums(a *assembly) {
	a.function("sumColumns"+a.suffix, "func(dst, x *"+a.number+", rows, columns, stride int)",
		"sumColumns"+a.suffix+" adds up each of the given number of columns of x, whose rows are stride bytes apart.")
	columns, dst, x := a.argument("columns"), a.argument("dst"), a.argument("x")
	a.while(columns, a.lanes, func() {
		a.store(a.columnSum(x, nil), operand.Mem{Base: dst})
		a.ADDQ(operand.U8(vectorBytes), dst)
		a.ADDQ(operand.U8(vectorBytes), x)
		a.SUBQ(operand.U8(a.lanes), columns)
	})
	a.unlessZero(columns, func() {
		mask := a.firstLanes(columns)
		a.storeMasked(a.columnSum(x, mask), mask, operand.Mem{Base: dst})
	})
	a.leave()
}

// columnSum is the sum of the rows of the columns that begin at x.
func (a *assembly) columnSum(x integer, mask vector) vector {
	stride, rows, row := a.argument("stride"), a.argument("rows"), a.copyOf(x)
	stride3 := a.GP64()
	a.LEAQ(operand.Mem{Base: stride, Index: stride, Scale: 2}, stride3)
	add := func(from operand.Mem, sum vector) {
		if mask == nil {
			a.add(from, sum, sum)
			return
		}
		v := a.YMM()
		a.loadMasked(from, mask, v)
		a.add(v, sum, sum)
	}
	sums := []vector{a.zeros(), a.zeros(), a.zeros(), a.zeros()}
	a.while(rows, 4, func() {
		add(operand.Mem{Base: row}, sums[0])
		add(operand.Mem{Base: row, Index: stride, Scale: 1}, sums[1])
		add(operand.Mem{Base: row, Index: stride, Scale: 2}, sums[2])
		add(operand.Mem{Base: row, Index: stride3, Scale: 1}, sums[3])
		a.LEAQ(operand.Mem{Base: row, Index: stride, Scale: 4}, row)
		a.SUBQ(operand.U8(4), rows)
	})
	for _, sum := range sums[:3] { // what is left, if anything
		a.unlessZero(rows, func() {
			add(operand.Mem{Base: row}, sum)
			a.ADDQ(stride, row)
			a.DECQ(rows)
		})
	}
	pairs := a.plus(values(sums[2:]), values(sums[:2]))
	return a.plus(pairs[1:], pairs[:1])[0]
}
