package main

import (
	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// sparse writes what picks the entries that are not 0, four at a time: the bits of the four
// that are not choose from tables how they and their offsets move together.
func sparse(a *assembly) {
	name := "notZeros" + a.suffix
	a.function(name, "func(values *"+a.number+", places *int32, x *"+a.number+", offsets *int32, n int) int",
		name+" writes those of n entries of x that are not 0, NaN among them, and their offsets, and returns how",
		"many they are; n is a multiple of 4. What is behind them, up to n entries of either, may be written, too.")
	n, values, places, x, offsets := a.argument("n"), a.argument("values"), a.argument("places"), a.argument("x"), a.argument("offsets")
	wide, narrow, counts, count := a.GP64(), a.GP64(), a.GP64(), a.GP64()
	a.LEAQ(a.moves("moves"+a.suffix, a.size/4), wide)
	a.LEAQ(a.moves("movesOfOffsets"+a.suffix, 1), narrow)
	a.LEAQ(a.bitCounts(), counts)
	a.XORQ(count, count)
	zero := a.zeros()
	a.while(n, 4, func() {
		which, added := a.GP64(), a.GP64()
		var entries, differs reg.Register = a.YMM(), a.YMM()
		if a.size == 4 {
			entries, differs = a.XMM(), a.XMM()
		}
		to := operand.Mem{Base: values, Index: count, Scale: uint8(a.size)}
		moved := a.XMM()
		if a.size == 8 {
			a.VMOVUPD(operand.Mem{Base: x}, entries)
			a.VCMPPD(operand.U8(unequal), zero, entries, differs)
			a.VMOVMSKPD(differs, which.As32())
		} else {
			a.VMOVUPS(operand.Mem{Base: x}, entries)
			a.VCMPPS(operand.U8(unequal), zero.AsX(), entries, differs)
			a.VMOVMSKPS(differs, which.As32())
		}
		a.MOVBQZX(operand.Mem{Base: counts, Index: which, Scale: 1}, added)
		a.SHLQ(operand.U8(4), which)
		if a.size == 8 {
			index := a.YMM()
			a.VMOVUPD(operand.Mem{Base: wide, Index: which, Scale: 2}, index)
			a.VPERMPS(entries, index, entries)
			a.VMOVUPD(entries, to)
		} else {
			a.VPERMILPS(operand.Mem{Base: wide, Index: which, Scale: 1}, entries, entries)
			a.VMOVUPS(entries, to)
		}
		a.VMOVUPS(operand.Mem{Base: offsets}, moved)
		a.VPERMILPS(operand.Mem{Base: narrow, Index: which, Scale: 1}, moved, moved)
		a.VMOVUPS(moved, operand.Mem{Base: places, Index: count, Scale: 4})
		a.ADDQ(added, count)
		a.ADDQ(operand.U8(4*a.size), x)
		a.ADDQ(operand.U8(16), offsets)
		a.SUBQ(operand.U8(4), n)
	})
	a.Store(count, a.ReturnIndex(0))
	a.leave()
}

// unequal is the predicate of a comparison that NaN fulfils.
const unequal = 4

// moves is a table of 16 rows: for each set of bits the places of the four entries that have
// theirs set, and then any; an entry is some words of 32 bits.
func (a *assembly) moves(name string, words int) operand.Mem {
	table := a.StaticGlobal(name)
	a.DataAttributes(attr.RODATA | attr.NOPTR)
	at := 0
	for set := range 16 {
		var row [4]int
		n := 0
		for i := range 4 {
			if set>>i&1 == 1 {
				row[n] = i
				n++
			}
		}
		for _, entry := range row {
			for word := range words {
				a.AddDatum(4*at, operand.U32(uint32(entry*words+word)))
				at++
			}
		}
	}
	return table
}

// bitCounts is a table of how many bits are set in numbers of four.
func (a *assembly) bitCounts() operand.Mem {
	table := a.StaticGlobal("bitCounts" + a.suffix)
	a.DataAttributes(attr.RODATA | attr.NOPTR)
	for set := range 16 {
		a.AddDatum(set, operand.U8(set&1+set>>1&1+set>>2&1+set>>3))
	}
	return table
}
