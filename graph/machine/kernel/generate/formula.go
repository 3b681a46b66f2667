package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
)

// These return their result in a new register, so that formulas can be written as such.

func (a *assembly) plus(x operand.Op, y vector) vector {
	v := a.YMM()
	a.add(x, y, v)
	return v
}

// minus is x - y.
func (a *assembly) minus(x vector, y operand.Op) vector {
	v := a.YMM()
	a.pick(a.VSUBPD, a.VSUBPS)(y, x, v)
	return v
}

func (a *assembly) times(x operand.Op, y vector) vector {
	v := a.YMM()
	a.pick(a.VMULPD, a.VMULPS)(x, y, v)
	return v
}

// over is x / y.
func (a *assembly) over(x vector, y operand.Op) vector {
	v := a.YMM()
	a.pick(a.VDIVPD, a.VDIVPS)(y, x, v)
	return v
}

// larger is the larger of x and bound, and x if that is NaN.
func (a *assembly) larger(x vector, bound vector) vector {
	v := a.YMM()
	a.pick(a.VMAXPD, a.VMAXPS)(x, bound, v)
	return v
}

// smaller is the smaller of x and bound, and x if that is NaN.
func (a *assembly) smaller(x vector, bound vector) vector {
	v := a.YMM()
	a.pick(a.VMINPD, a.VMINPS)(x, bound, v)
	return v
}

// both are the bits that are set in x and in y, either those in one of them or both.
func (a *assembly) both(x operand.Op, y vector) vector {
	v := a.YMM()
	a.pick(a.VANDPD, a.VANDPS)(x, y, v)
	return v
}

func (a *assembly) either(x operand.Op, y vector) vector {
	v := a.YMM()
	a.pick(a.VORPD, a.VORPS)(x, y, v)
	return v
}

// signBit and bitsOf are for the use as bits of constants: see bits.
func (p precision) signBit() uint64 { return 1 << (8*p.size - 1) }

func (p precision) bitsOf(x float64) uint64 {
	if p.size == 8 {
		return math.Float64bits(x)
	}
	return uint64(math.Float32bits(float32(x)))
}

// sign is the sign bit of x, magnitude the other bits.
func (a *assembly) sign(x vector) vector      { return a.both(a.bits(a.signBit()), x) }
func (a *assembly) magnitude(x vector) vector { return a.both(a.bits(a.signBit()-1), x) }

// negated is -x, negative -|x|.
func (a *assembly) negated(x vector) vector {
	v := a.YMM()
	a.pick(a.VXORPD, a.VXORPS)(a.bits(a.signBit()), x, v)
	return v
}

func (a *assembly) negative(x vector) vector { return a.either(a.bits(a.signBit()), x) }

// relation is the operand of a comparison: each is false for NaN, and silent about it.
type relation = operand.U8

const (
	below relation = 0x11
	above relation = 0x1e
	same  relation = 0x00
)

// where has all bits set in the lanes where x is below, above or the same as y.
func (a *assembly) where(x vector, is relation, y operand.Op) vector {
	v := a.YMM()
	a.pick(a.VCMPPD, a.VCMPPS)(is, y, x, v)
	return v
}

// choose takes yes where the sign bit of mask is set, no elsewhere.
func (a *assembly) choose(mask vector, yes operand.Op, no vector) vector {
	v := a.YMM()
	if a.size == 8 {
		a.VBLENDVPD(mask, yes, no, v)
	} else {
		a.VBLENDVPS(mask, yes, no, v)
	}
	return v
}

// integerSum and the shifts work on bits as integers.
func (a *assembly) integerSum(x operand.Op, y vector) vector {
	v := a.YMM()
	a.pick(a.VPADDQ, a.VPADDD)(x, y, v)
	return v
}

func (a *assembly) shiftedLeft(bits int, x vector) vector {
	v := a.YMM()
	a.pick(a.VPSLLQ, a.VPSLLD)(operand.U8(bits), x, v)
	return v
}

func (a *assembly) shiftedRight(bits int, x vector) vector {
	v := a.YMM()
	a.pick(a.VPSRLQ, a.VPSRLD)(operand.U8(bits), x, v)
	return v
}

// timesPlus is x y + z, rounded once, in place of x.
func (a *assembly) timesPlus(x vector, y vector, z operand.Op) vector {
	a.pick(a.VFMADD213PD, a.VFMADD213PS)(z, y, x)
	return x
}

// subtractProduct sets rest -= x y, rounded once.
func (a *assembly) subtractProduct(x operand.Op, y, rest vector) {
	a.pick(a.VFNMADD231PD, a.VFNMADD231PS)(x, y, rest)
}

// polynomial is Σ c[i] x^i, given powers x, x², x⁴, ... as far as they are needed. The
// halves of the sum are computed side by side (Estrin's scheme).
func (a *assembly) polynomial(powers []vector, c ...float64) vector {
	if len(c) == 1 {
		return a.all(c[0])
	}
	half, power := 1, 0
	for 2*half < len(c) {
		half, power = 2*half, power+1
	}
	high := a.polynomial(powers, c[half:]...)
	if half == 1 {
		return a.timesPlus(high, powers[0], a.constant(c[0]))
	}
	low := a.polynomial(powers, c[:half]...)
	a.multiplyAdd(high, powers[power], low)
	return low
}

// powers are x, x², x⁴, ..., as many as a polynomial of so many coefficients needs.
func (a *assembly) powers(x vector, coefficients int) []vector {
	list := []vector{x}
	for 1<<len(list) < coefficients {
		last := list[len(list)-1]
		list = append(list, a.times(last, last))
	}
	return list
}

// all is a vector of one constant.
func (a *assembly) all(value float64) vector {
	v := a.YMM()
	a.load(a.constant(value), v)
	return v
}

// constant is a vector of one number in memory.
func (a *assembly) constant(value float64) operand.Mem { return a.bits(a.bitsOf(value)) }

// bits is a vector of lanes with these bits in memory, once in each file.
func (a *assembly) bits(pattern uint64) operand.Mem {
	name := fmt.Sprintf("all%0*x", 2*a.size, pattern)
	if memory, known := a.constants[name]; known {
		return memory
	}
	memory := a.StaticGlobal(name)
	a.DataAttributes(attr.RODATA | attr.NOPTR)
	for lane := range a.lanes {
		if a.size == 8 {
			a.AddDatum(8*lane, operand.U64(pattern))
		} else {
			a.AddDatum(4*lane, operand.U32(uint32(pattern)))
		}
	}
	a.constants[name] = memory
	return memory
}
