package main

import (
	"fmt"
	"strings"

	"github.com/mmcloughlin/avo/operand"
)

// entrywise writes a kernel that computes each entry of its results from those at the
// same place in its operands, and from numbers that are the same for all. The formula
// gets the operands and then the numbers, and gives the results.
type entrywise struct {
	name                       string
	results, operands, numbers []string
	formula                    func(a *assembly, x []vector) []vector
	doc                        string // what is computed
}

func (e entrywise) write(a *assembly) {
	pointers := append(append([]string(nil), e.results...), e.operands...)
	a.function(e.name+a.suffix, a.signature(pointers, e.numbers, ""), e.name+a.suffix+" computes "+e.doc+" for n entries.")
	var numbers []vector
	for _, name := range e.numbers {
		numbers = append(numbers, a.everywhere(name))
	}
	a.overEntries(pointers, func(at []operand.Mem, load func(operand.Mem) vector, store func(vector, operand.Mem), _ vector) {
		var x []vector
		for _, from := range at[len(e.results):] {
			x = append(x, load(from))
		}
		for i, result := range e.formula(a, append(x, numbers...)) {
			store(result, at[i])
		}
	})
	a.leave()
}

// signature is that of a function of pointers to arrays of n entries, and of numbers.
func (a *assembly) signature(pointers, numbers []string, result string) string {
	parameters := fmt.Sprintf("%s *%s", strings.Join(pointers, ", "), a.number)
	if len(numbers) > 0 {
		parameters += fmt.Sprintf(", %s %s", strings.Join(numbers, ", "), a.number)
	}
	return fmt.Sprintf("func(%s, n int) %s", parameters, result)
}

// everywhere is a vector of one argument.
func (a *assembly) everywhere(name string) vector {
	from, err := a.Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	v := a.YMM()
	a.broadcast(from.Addr, v)
	return v
}

// overEntries runs body for a vector of the n entries of each array at a time, and for
// what is left with loads and stores of only so many lanes, which mask then picks; it is
// nil before.
func (a *assembly) overEntries(pointers []string, body func(at []operand.Mem, load func(operand.Mem) vector, store func(vector, operand.Mem), mask vector)) {
	n := a.argument("n")
	whole, left := a.copyOf(n), n
	a.ANDQ(operand.I8(-a.lanes), whole)
	a.ANDQ(operand.U8(a.lanes-1), left)

	// Bases point behind the whole vectors, and index runs up to 0.
	var bases []integer
	for _, name := range pointers {
		base := a.argument(name)
		a.LEAQ(operand.Mem{Base: base, Index: whole, Scale: uint8(a.size)}, base)
		bases = append(bases, base)
	}
	index := whole
	a.NEGQ(index)
	done := a.label("whole")
	a.JZ(operand.LabelRef(done))
	again := a.label("loop")
	a.Label(again)
	var at []operand.Mem
	for _, base := range bases {
		at = append(at, operand.Mem{Base: base, Index: index, Scale: uint8(a.size)})
	}
	body(at, func(from operand.Mem) vector {
		v := a.YMM()
		a.load(from, v)
		return v
	}, a.store, nil)
	a.ADDQ(operand.U8(a.lanes), index)
	a.JNZ(operand.LabelRef(again))
	a.Label(done)

	a.unlessZero(left, func() {
		mask := a.firstLanes(left)
		at = nil
		for _, base := range bases {
			at = append(at, operand.Mem{Base: base})
		}
		body(at, func(from operand.Mem) vector {
			v := a.YMM()
			a.loadMasked(from, mask, v)
			return v
		}, func(v vector, to operand.Mem) { a.storeMasked(v, mask, to) }, mask)
	})
}
