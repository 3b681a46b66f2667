package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
)

// filters writes what neighbouring filters, as many as fill three vectors, two or one, with
// AVX-512 also four, make of the windows at several places.
func filters(a *assembly) {
	most := 3
	if a.wide() {
		most = 4
	}
	for vectors := most; vectors >= 1; vectors-- {
		a.filters(vectors)
	}
}

func (a *assembly) filters(vectors int) {
	name := fmt.Sprint("filters", vectors*a.lanes, a.suffix)
	a.function(name, fmt.Sprintf("func(places, inner int, image *%[1]s, from, seen *int32, weights, dst *%[1]s, resume int)", a.number),
		fmt.Sprint(name, " computes for each place the sums, over k, of entry from[place] + seen[k] of image times"),
		fmt.Sprint("row k of weights; rows of weights and dst are ", vectors*a.lanes, " entries that follow each other. A sum begins with"),
		"0, or with what dst holds if resume is not 0, and adds each product without rounding it, in ascending order.")
	places, from, dst := a.argument("places"), a.argument("from"), a.argument("dst")
	heights := []int{4, 2, 1}
	if vectors < 3 || a.wide() {
		heights = []int{6, 2, 1}
	}
	for _, height := range heights {
		a.while(places, height, func() {
			block := a.filterBlock(height, vectors, dst)
			a.accumulateWindows(block, from)
			for _, row := range block {
				for v, sum := range row {
					a.store(sum, operand.Mem{Base: dst, Disp: v * a.bytes()})
				}
				a.ADDQ(operand.U32(vectors*a.bytes()), dst)
			}
			a.ADDQ(operand.U8(4*height), from)
			a.SUBQ(operand.U8(height), places)
		})
	}
	a.leave()
}

// filterBlock gives the sums of some places what they start from.
func (a *assembly) filterBlock(height, vectors int, dst integer) (sums [][]vector) {
	sums = a.zeroSums(height, vectors)
	a.unlessZero(a.argument("resume"), func() {
		for i, row := range sums {
			for v, sum := range row {
				a.load(operand.Mem{Base: dst, Disp: (i*vectors + v) * a.bytes()}, sum)
			}
		}
	})
	return sums
}

// accumulateWindows adds what the windows at the places have at k times row k of the weights,
// for each k.
func (a *assembly) accumulateWindows(sums [][]vector, from integer) {
	image := a.argument("image")
	var windows []integer
	for i := range sums {
		window := a.GP64()
		a.MOVLQSX(operand.Mem{Base: from, Disp: 4 * i}, window)
		a.LEAQ(operand.Mem{Base: image, Index: window, Scale: uint8(a.size)}, window)
		windows = append(windows, window)
	}
	k, seen, weights, at := a.argument("inner"), a.argument("seen"), a.argument("weights"), a.GP64()
	a.countDown(k, func() {
		a.MOVLQSX(operand.Mem{Base: seen}, at)
		var row []vector
		for v := range sums[0] {
			row = append(row, a.register())
			a.load(operand.Mem{Base: weights, Disp: v * a.bytes()}, row[v])
		}
		factor := a.register()
		for i, window := range windows {
			a.broadcast(operand.Mem{Base: window, Index: at, Scale: uint8(a.size)}, factor)
			for v, sum := range sums[i] {
				a.multiplyAdd(row[v], factor, sum)
			}
		}
		a.ADDQ(operand.U8(4), seen)
		a.ADDQ(operand.U32(len(row)*a.bytes()), weights)
	})
}
