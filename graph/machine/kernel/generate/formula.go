package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
)

// values are several vectors on which everything is done side by side: while the
// processor waits for one, it works on the next.
type values []vector

// term is what formulas compute with: values, or a constant.
type term interface {
	// of is the vector that belongs to number i of the values.
	of(i int) operand.Op
}

func (x values) of(i int) operand.Op { return x[i] }

// These return their results in new registers, so that formulas can be written as such.

// each does an instruction for each of x; op gets its number and where the result goes.
func (a *assembly) each(x values, op func(i int, result vector)) values {
	results := make(values, len(x))
	for i := range x {
		results[i] = a.register()
		op(i, results[i])
	}
	return results
}

func (a *assembly) plus(x term, y values) values {
	return a.each(y, func(i int, sum vector) { a.add(x.of(i), y[i], sum) })
}

// minus is x - y.
func (a *assembly) minus(x values, y term) values {
	return a.each(x, func(i int, difference vector) { a.pick(a.VSUBPD, a.VSUBPS)(y.of(i), x[i], difference) })
}

func (a *assembly) times(x term, y values) values {
	return a.each(y, func(i int, product vector) { a.pick(a.VMULPD, a.VMULPS)(x.of(i), y[i], product) })
}

// over is x / y.
func (a *assembly) over(x, y values) values {
	return a.each(x, func(i int, quotient vector) { a.pick(a.VDIVPD, a.VDIVPS)(y[i], x[i], quotient) })
}

// largerOf is the larger of x and bound, and x if that is NaN.
func (a *assembly) largerOf(x, bound values) values {
	return a.each(x, func(i int, larger vector) { a.pick(a.VMAXPD, a.VMAXPS)(x[i], bound[i], larger) })
}

// smallerOf is the smaller of x and bound, and x if that is NaN.
func (a *assembly) smallerOf(x, bound values) values {
	return a.each(x, func(i int, smaller vector) { a.pick(a.VMINPD, a.VMINPS)(x[i], bound[i], smaller) })
}

// timesPlus is x y + z, rounded once, in place of x.
func (a *assembly) timesPlus(x, y values, z term) values {
	for i := range x {
		a.pick(a.VFMADD213PD, a.VFMADD213PS)(z.of(i), y[i], x[i])
	}
	return x
}

// productPlus is x y + z, rounded once, in place of z.
func (a *assembly) productPlus(x term, y, z values) values {
	for i := range z {
		a.multiplyAdd(x.of(i), y[i], z[i])
	}
	return z
}

// lessProduct is z - x y, rounded once, in place of z.
func (a *assembly) lessProduct(z values, x term, y values) values {
	for i := range z {
		a.pick(a.VFNMADD231PD, a.VFNMADD231PS)(x.of(i), y[i], z[i])
	}
	return z
}

// horner is Σ c[i] x^i by Horner's rule: the fewest instructions, one after the other.
func (a *assembly) horner(x values, c ...float64) values {
	sum := a.all(c[len(c)-1], len(x))
	for i := len(c) - 2; i >= 0; i-- {
		sum = a.timesPlus(sum, x, a.constant(c[i]))
	}
	return sum
}

// polynomial is Σ c[i] x^i: pairs c[i] + c[i+1] x, multiplied by x² one after the other.
func (a *assembly) polynomial(x, square values, c ...float64) values {
	if len(c) == 1 {
		return a.all(c[0], len(x))
	}
	pair := func() values { return a.timesPlus(a.all(c[1], len(x)), x, a.constant(c[0])) }
	if len(c) == 2 {
		return pair()
	}
	higher := a.polynomial(x, square, c[2:]...)
	return a.productPlus(higher, square, pair())
}

// both are the bits that are set in x and in y, either those in one of them or both.
func (a *assembly) both(x term, y values) values {
	return a.each(y, func(i int, result vector) { a.pick(a.VANDPD, a.VANDPS)(x.of(i), y[i], result) })
}

func (a *assembly) either(x term, y values) values {
	return a.each(y, func(i int, result vector) { a.pick(a.VORPD, a.VORPS)(x.of(i), y[i], result) })
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
func (a *assembly) sign(x values) values      { return a.both(a.bits(a.signBit()), x) }
func (a *assembly) magnitude(x values) values { return a.both(a.bits(a.signBit()-1), x) }

// negated is -x, negative -|x|.
func (a *assembly) negated(x values) values {
	sign := a.bits(a.signBit())
	return a.each(x, func(i int, result vector) { a.pick(a.VXORPD, a.VXORPS)(sign.of(i), x[i], result) })
}

func (a *assembly) negative(x values) values { return a.either(a.bits(a.signBit()), x) }

// relation is the operand of a comparison: each but differs is false for NaN, and all are silent about it.
type relation = operand.U8

const (
	below   relation = 0x11
	above   relation = 0x1e
	same    relation = 0x00
	atLeast relation = 0x1d
	differs relation = 0x04 // true for NaN
)

// where has all bits set in the lanes where x is below, above or the same as y.
func (a *assembly) where(x values, is relation, y term) values {
	return a.each(x, func(i int, result vector) { a.pick(a.VCMPPD, a.VCMPPS)(is, y.of(i), x[i], result) })
}

// choose takes yes where the sign bit of mask is set, no elsewhere.
func (a *assembly) choose(mask values, yes term, no values) values {
	return a.each(mask, func(i int, result vector) {
		if a.size == 8 {
			a.VBLENDVPD(mask[i], yes.of(i), no[i], result)
		} else {
			a.VBLENDVPS(mask[i], yes.of(i), no[i], result)
		}
	})
}

// integerSum and the shifts work on bits as integers.
func (a *assembly) integerSum(x term, y values) values {
	return a.each(y, func(i int, sum vector) { a.pick(a.VPADDQ, a.VPADDD)(x.of(i), y[i], sum) })
}

func (a *assembly) shiftedLeft(bits int, x values) values {
	return a.each(x, func(i int, result vector) { a.pick(a.VPSLLQ, a.VPSLLD)(operand.U8(bits), x[i], result) })
}

func (a *assembly) shiftedRight(bits int, x values) values {
	return a.each(x, func(i int, result vector) { a.pick(a.VPSRLQ, a.VPSRLD)(operand.U8(bits), x[i], result) })
}

// assign copies x to variable.
func (a *assembly) assign(variable, x values) {
	for i := range variable {
		a.VMOVAPS(x[i], variable[i])
	}
}

// ifEverywhere runs then if the sign bit of every lane of the mask is set, otherwise the
// other branch.
func (a *assembly) ifEverywhere(mask values, then, otherwise func()) {
	not, done := a.label("otherwise"), a.label("done")
	signs := a.GP32()
	for _, m := range mask {
		if a.size == 8 {
			a.VMOVMSKPD(m, signs)
		} else {
			a.VMOVMSKPS(m, signs)
		}
		a.CMPL(signs, operand.U32(1<<a.lanes-1))
		a.JNE(operand.LabelRef(not))
	}
	then()
	a.JMP(operand.LabelRef(done))
	a.Label(not)
	otherwise()
	a.Label(done)
}
