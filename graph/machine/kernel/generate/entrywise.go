package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mmcloughlin/avo/operand"
)

// entrywise is a kernel that computes each entry of its results from those at the
// same place in its operands, and from numbers that are the same for all. The formula
// gets the operands and then the numbers, and gives the results.
type entrywise struct {
	name                       string
	results, operands, numbers []string
	formula                    func(a *assembly, x []values) []values
	doc                        string // what is computed
	together                   int    // vectors that are worked on side by side
}

func (e entrywise) write(a *assembly) {
	arrays := append(append([]string(nil), e.results...), e.operands...)
	a.function(e.name+a.suffix, a.signature(arrays, e.numbers, ""), e.name+a.suffix+" computes "+e.doc+" for n entries.")
	numbers := a.everywhere(e.numbers)
	a.overEntries(arrays, e.together, func(at []entries) {
		for i, result := range e.formula(a, numbers.join(a.read(at[len(e.results):]))) {
			a.write(result, at[i])
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

// numbers are arguments of a function, each in all lanes of a vector.
type numbers []vector

func (a *assembly) everywhere(names []string) numbers {
	var list numbers
	for _, name := range names {
		from, err := a.Param(name).Resolve()
		if err != nil {
			panic(err)
		}
		v := a.YMM()
		a.broadcast(from.Addr, v)
		list = append(list, v)
	}
	return list
}

// join appends the numbers to operands, which are not empty.
func (n numbers) join(operands []values) []values {
	for _, v := range n {
		var same values
		for range operands[0] {
			same = append(same, v)
		}
		operands = append(operands, same)
	}
	return operands
}

// entries are a number of vectors of an array, or a part of one.
type entries struct {
	from  operand.Mem
	count int
	mask  vector // the lanes that are entries, nil for all
	bytes int    // of a vector
}

func (e entries) vector(i int) operand.Mem { return e.from.Offset(i * e.bytes) }

func (a *assembly) read(arrays []entries) []values {
	var all []values
	for _, e := range arrays {
		var x values
		for i := range e.count {
			v := a.register()
			if e.mask == nil {
				a.load(e.vector(i), v)
			} else {
				a.loadMasked(e.vector(i), e.mask, v)
			}
			x = append(x, v)
		}
		all = append(all, x)
	}
	return all
}

func (a *assembly) write(x values, to entries) {
	for i, v := range x {
		if to.mask == nil {
			a.store(v, to.vector(i))
		} else {
			a.storeMasked(v, to.mask, to.vector(i))
		}
	}
}

// overEntries runs body for the n entries of each array: several vectors together, then
// what whole vectors are left one by one, and then the rest.
func (a *assembly) overEntries(arrays []string, together int, body func(at []entries)) {
	left := a.argument("n")
	var bases []integer
	for _, name := range arrays {
		bases = append(bases, a.argument(name))
	}
	for _, count := range slices.Compact([]int{together, 1}) {
		a.while(left, count*a.lanes, func() {
			body(a.entriesAt(bases, count, nil))
			for _, base := range bases {
				a.ADDQ(operand.U8(count*vectorBytes), base)
			}
			a.SUBQ(operand.U8(count*a.lanes), left)
		})
	}
	a.unlessZero(left, func() { body(a.entriesAt(bases, 1, a.firstLanes(left))) })
}

func (a *assembly) entriesAt(bases []integer, count int, mask vector) []entries {
	var at []entries
	for _, base := range bases {
		at = append(at, entries{operand.Mem{Base: base}, count, mask, a.bytes()})
	}
	return at
}
