package main

import (
	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
)

// firstLanes is the mask of as many lanes as count says, less than a vector has. It lies
// count numbers before the end of a row of ones, which zeros follow.
func (a *assembly) firstLanes(count integer) vector {
	end := a.GP64()
	a.LEAQ(a.onesAndZeros().Offset(vectorBytes), end)
	offset := a.GP64()
	a.MOVQ(count, offset)
	a.NEGQ(offset)
	mask := a.YMM()
	a.load(operand.Mem{Base: end, Index: offset, Scale: uint8(a.size)}, mask)
	return mask
}

// onesAndZeros is a vector of set bits followed by a vector of zeros, once in each file.
func (a *assembly) onesAndZeros() operand.Mem {
	if a.masks == nil {
		table := a.StaticGlobal("onesAndZeros")
		a.DataAttributes(attr.RODATA | attr.NOPTR)
		for i := range 2 * vectorBytes / 8 {
			word := operand.U64(0)
			if i < vectorBytes/8 {
				word--
			}
			a.AddDatum(8*i, word)
		}
		a.masks = &table
	}
	return *a.masks
}
