package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// reductions writes the kernels that give one number, or one for each column.
func reductions(a *assembly) {
	for _, r := range []reduction{
		{"sum", []string{"x"}, nil, func(a *assembly, x []vector) vector { return x[0] }, "Σ x"},
		{"sumSquares", []string{"x"}, nil, func(a *assembly, x []vector) vector { return a.times(x[0], x[0]) }, "Σ x²"},
		{"residualSum", []string{"s", "z", "y"}, nil, func(a *assembly, x []vector) vector {
			return a.minus(x[0], a.times(x[1], x[2]))
		}, "Σ (s - z y)"},
		{"crossEntropySum", []string{"p", "q", "y"}, []string{"epsilonP", "epsilonQ"}, func(a *assembly, x []vector) vector {
			p, q, y := a.plus(x[0], x[3]), a.plus(x[1], x[4]), x[2]
			return a.plus(a.times(y, a.log(p)), a.times(a.minus(a.all(1), y), a.log(q)))
		}, "Σ (y ln(p+epsilonP) + (1-y) ln(q+epsilonQ))"},
		// x 0 is 0 for a finite x and NaN for any other.
		{"vanish", []string{"x"}, nil, func(a *assembly, x []vector) vector { return a.times(x[0], a.zeros()) }, "Σ 0 x"},
	} {
		r.write(a)
	}
	columnSums(a)
}

// reduction writes the sum of a formula over all entries. Entry i is added to the sum
// number i modulo the lanes, in ascending order, and then the upper half of the sums to
// the lower half, until there is one.
type reduction struct {
	name              string
	operands, numbers []string
	term              func(a *assembly, x []vector) vector
	doc               string // the sum
}

func (r reduction) write(a *assembly) {
	a.function(r.name+a.suffix, a.signature(r.operands, r.numbers, a.number), r.name+a.suffix+" is "+r.doc+" over n entries.")
	var numbers []vector
	for _, name := range r.numbers {
		numbers = append(numbers, a.everywhere(name))
	}
	sum := a.zeros()
	a.overEntries(r.operands, func(at []operand.Mem, load func(operand.Mem) vector, _ func(vector, operand.Mem), mask vector) {
		var x []vector
		for _, from := range at {
			x = append(x, load(from))
		}
		term := r.term(a, append(x, numbers...))
		if mask != nil {
			term = a.both(mask, term)
		}
		a.add(term, sum, sum)
	})
	total := a.foldLanes(sum)
	result, err := a.ReturnIndex(0).Resolve()
	if err != nil {
		panic(err)
	}
	a.pick(a.VMOVSD, a.VMOVSS)(total, result.Addr)
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
		"sumColumns"+a.suffix+" adds up each of so many columns of x, whose rows are stride bytes apart.")
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
	return a.plus(a.plus(sums[0], sums[2]), a.plus(sums[1], sums[3]))
}
