package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
)

// poolings write the largest entries of windows of 2 × 2 that lie side by side, and what takes
// gradients back. Windows are worked on in the order that the instructions give: the halves
// of the vectors that two rows are read in, in turn.
func poolings(a *assembly) {
	name := "poolPairs" + a.suffix
	a.function(name, "func(dst, upper, lower *"+a.number+", n int)",
		name+" writes the largest entry of each of n windows of two columns and these two rows; n is a",
		"multiple of a vector's lanes.")
	n, dst, upper, lower := a.argument("n"), a.argument("dst"), a.argument("upper"), a.argument("lower")
	a.while(n, a.lanes, func() {
		a.store(a.inTurn(a.leader(a.windows(upper, lower))), operand.Mem{Base: dst})
		a.nextWindows([]integer{dst}, upper, lower)
		a.SUBQ(operand.U8(a.lanes), n)
	})
	a.leave()

	name = "poolPairsSlope" + a.suffix
	a.function(name, "func(dstUpper, dstLower, upper, lower, gradient *"+a.number+", n int) int",
		name+" writes each of n entries of gradient to where the largest entry of its window is, the first of",
		"equals, and 0 to the others. It returns another number than 0 if a window has no entry above the least",
		"number.")
	n, g, upper, lower := a.argument("n"), a.argument("gradient"), a.argument("upper"), a.argument("lower")
	dstUpper, dstLower := a.argument("dstUpper"), a.argument("dstLower")
	without := a.zeros()
	a.while(n, a.lanes, func() {
		entries := a.windows(upper, lower)
		most := a.leader(entries)
		least := a.constant(-a.largest())
		a.VORPS(a.where(values{most}, same, least)[0], without, without)
		gradient := a.YMM()
		a.load(operand.Mem{Base: g}, gradient)
		a.add(a.zeros(), gradient, gradient) // as a sum has it: never -0
		gradient = a.inTurn(gradient)
		var results []vector
		for _, entry := range entries {
			leads := a.where(values{most}, same, values{entry})
			results = append(results, a.both(leads, values{gradient})[0])
			rest := a.YMM()
			a.pick(a.VANDNPD, a.VANDNPS)(gradient, leads[0], rest)
			gradient = rest
		}
		a.storePairs(results[0], results[1], dstUpper)
		a.storePairs(results[2], results[3], dstLower)
		a.nextWindows([]integer{g}, upper, lower, dstUpper, dstLower)
		a.SUBQ(operand.U8(a.lanes), n)
	})
	found := a.GP64()
	a.XORQ(found, found)
	if a.size == 8 {
		a.VMOVMSKPD(without, found.As32())
	} else {
		a.VMOVMSKPS(without, found.As32())
	}
	a.Store(found, a.ReturnIndex(0))
	a.leave()
}

// largest is the largest finite number.
func (p precision) largest() float64 {
	if p.size == 8 {
		return math.MaxFloat64
	}
	return math.MaxFloat32
}

// windows are the entries of as many windows as a vector has lanes: the left and the right ones
// of the upper row, then of the lower.
func (a *assembly) windows(upper, lower integer) []vector {
	var entries []vector
	for _, row := range []integer{upper, lower} {
		x := a.read(a.entriesAt([]integer{row}, 2, nil))[0]
		left, right := a.YMM(), a.YMM()
		if a.size == 8 {
			a.VUNPCKLPD(x[1], x[0], left)
			a.VUNPCKHPD(x[1], x[0], right)
		} else {
			a.VSHUFPS(operand.U8(0x88), x[1], x[0], left)
			a.VSHUFPS(operand.U8(0xdd), x[1], x[0], right)
		}
		entries = append(entries, left, right)
	}
	return entries
}

// leader is the largest of the entries that are above the least number, the first of equals,
// else that number.
func (a *assembly) leader(entries []vector) vector {
	most := a.all(-a.largest(), 1)
	for _, entry := range entries {
		most = a.largerOf(most, values{entry})
	}
	return most[0]
}

// inTurn brings what belongs to windows from the order of windows to that of memory, or back.
func (a *assembly) inTurn(v vector) vector {
	result := a.YMM()
	a.VPERMPD(operand.U8(0xd8), v, result)
	return result
}

// storePairs writes left and right entries of windows.
func (a *assembly) storePairs(left, right vector, to integer) {
	first, second := a.YMM(), a.YMM()
	a.pick(a.VUNPCKLPD, a.VUNPCKLPS)(right, left, first)
	a.pick(a.VUNPCKHPD, a.VUNPCKHPS)(right, left, second)
	a.store(first, operand.Mem{Base: to})
	a.store(second, operand.Mem{Base: to, Disp: vectorBytes})
}

// nextWindows moves on by a vector of windows, and rows of images by twice that.
func (a *assembly) nextWindows(windows []integer, rows ...integer) {
	for _, r := range windows {
		a.ADDQ(operand.U8(vectorBytes), r)
	}
	for _, r := range rows {
		a.ADDQ(operand.U8(2*vectorBytes), r)
	}
}
