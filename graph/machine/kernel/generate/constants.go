package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
)

// constant is a vector of one number in memory, once in each file.
type constant struct{ operand.Mem }

func (c constant) of(int) operand.Op { return c.Mem }

func (a *assembly) constant(value float64) constant { return a.bits(a.bitsOf(value)) }

// bits is a constant of lanes with these bits.
func (a *assembly) bits(pattern uint64) constant {
	name := fmt.Sprintf("all%0*x", 2*a.size, pattern)
	if c, known := a.constants[name]; known {
		return c
	}
	c := constant{a.StaticGlobal(name)}
	a.DataAttributes(attr.RODATA | attr.NOPTR)
	for lane := range a.lanes {
		if a.size == 8 {
			a.AddDatum(8*lane, operand.U64(pattern))
		} else {
			a.AddDatum(4*lane, operand.U32(uint32(pattern)))
		}
	}
	a.constants[name] = c
	return c
}

// all are values of one number, in registers of their own.
func (a *assembly) all(value float64, count int) values {
	c := a.constant(value)
	v := make(values, count)
	for i := range v {
		v[i] = a.YMM()
		a.load(c.Mem, v[i])
	}
	return v
}

// fixed are values of one number, in one register: it may not be overwritten.
func (a *assembly) fixed(value float64, count int) values {
	v := a.all(value, 1)
	for len(v) < count {
		v = append(v, v[0])
	}
	return v
}

// zero are values of 0, in one register.
func (a *assembly) zero(count int) values {
	v := values{a.zeros()}
	for len(v) < count {
		v = append(v, v[0])
	}
	return v
}
