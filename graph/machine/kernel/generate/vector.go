package main

import "github.com/mmcloughlin/avo/operand"

// precision is what a family is written in: lanes numbers of size bytes fill a vector.
type precision struct {
	suffix   string // ends the names of kernels
	number   string // by this name in Go
	size     int
	lanes    int
	fraction int // stored bits of a number's fraction
	bias     int // that an exponent is stored with
}

var (
	double = precision{suffix: "F64", number: "float64", size: 8, lanes: 4, fraction: 52, bias: 1023}
	single = precision{suffix: "F32", number: "float32", size: 4, lanes: 8, fraction: 23, bias: 127}
)

// vectorBytes is the size of a vector, wideBytes that of one of AVX-512.
const (
	vectorBytes = 32
	wideBytes   = 64
)

// widened is the precision in vectors of AVX-512.
func (p precision) widened() precision {
	p.suffix, p.lanes = "Wide"+p.suffix, wideBytes/p.size
	return p
}

// bytes is the size of the precision's vectors.
func (p precision) bytes() int { return p.lanes * p.size }

// wide reports whether they are of AVX-512.
func (p precision) wide() bool { return p.bytes() == wideBytes }

// register is a register for a vector.
func (a *assembly) register() vector {
	if a.wide() {
		return a.ZMM()
	}
	return a.YMM()
}

// pick is the instruction for the precision.
func (p precision) pick(ofDoubles, ofSingles func(...operand.Op)) func(...operand.Op) {
	if p.size == 8 {
		return ofDoubles
	}
	return ofSingles
}

// load sets v to the numbers at from.
func (a *assembly) load(from operand.Mem, v vector) { a.pick(a.VMOVUPD, a.VMOVUPS)(from, v) }

// store writes v.
func (a *assembly) store(v vector, to operand.Mem) { a.pick(a.VMOVUPD, a.VMOVUPS)(v, to) }

// broadcast sets every lane of v to the number at from.
func (a *assembly) broadcast(from operand.Mem, v vector) {
	a.pick(a.VBROADCASTSD, a.VBROADCASTSS)(from, v)
}

// zeros is a vector of zeros.
func (a *assembly) zeros() vector {
	v := a.register()
	if a.wide() {
		a.broadcast(a.constant(0).Mem, v) // avo takes VPXORQ to read what v holds
	} else {
		a.VXORPS(v, v, v)
	}
	return v
}

// zeroSums are rows of vectors of zeros.
func (a *assembly) zeroSums(rows, vectors int) (sums [][]vector) {
	var zero vector
	if a.wide() {
		zero = a.zeros()
	}
	for range rows {
		var row []vector
		for range vectors {
			if a.wide() {
				v := a.register()
				a.VMOVAPD(zero, v)
				row = append(row, v)
			} else {
				row = append(row, a.zeros())
			}
		}
		sums = append(sums, row)
	}
	return sums
}

// add sets sum = x + y, where x may be in memory.
func (a *assembly) add(x operand.Op, y, sum vector) { a.pick(a.VADDPD, a.VADDPS)(x, y, sum) }

// blend sets the lanes of into whose bits are set in which to those of v.
func (a *assembly) blend(which uint8, v, into vector) {
	if a.size == 8 {
		a.VBLENDPD(operand.U8(which), v, into, into)
	} else {
		a.VBLENDPS(operand.U8(which), v, into, into)
	}
}

// multiplyAdd sets sum += x y, rounded once, where x may be in memory.
func (a *assembly) multiplyAdd(x operand.Op, y, sum vector) {
	a.pick(a.VFMADD231PD, a.VFMADD231PS)(x, y, sum)
}

// loadMasked sets v to the numbers at from in the lanes that mask picks, and to 0 in the
// others, whose memory is not touched.
func (a *assembly) loadMasked(from operand.Mem, mask, v vector) {
	if a.size == 8 {
		a.VMASKMOVPD(from, mask, v)
	} else {
		a.VMASKMOVPS(from, mask, v)
	}
}

// storeMasked writes the lanes of v that mask picks.
func (a *assembly) storeMasked(v, mask vector, to operand.Mem) {
	if a.size == 8 {
		a.VMASKMOVPD(v, mask, to)
	} else {
		a.VMASKMOVPS(v, mask, to)
	}
}
