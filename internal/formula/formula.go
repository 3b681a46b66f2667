// Package formula reads formulas, such as the activation 0.25*relu(z) or the data set
// x2>sin(3*x1), by the standard library's go/parser.
//
// A formula is made of decimal numbers, pi, + - * /, brackets, and the variables and calls of
// functions that its [Grammar] names; as a whole it may be a comparison. Numbers are real:
// 1/2 is 0.5. What Go has beyond that is refused with its column, and with what to write for
// powers (** and ^), which Go reads as something else.
package formula

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Operator says how a [Term] is computed.
type Operator byte

// The operators beside the four of arithmetic, which are '+', '-', '*' and '/', and beside
// the comparisons '<' and '>'.
const (
	Number   Operator = 'n'
	Variable Operator = 'v'
	Negative Operator = '~'
	Call     Operator = 'f'
	AtMost   Operator = 'l' // <=
	AtLeast  Operator = 'g' // >=
)

// Compares says whether an operator compares.
func (o Operator) Compares() bool { return o == '<' || o == '>' || o == AtMost || o == AtLeast }

// String is the operator as formulas write it.
func (o Operator) String() string {
	switch o {
	case AtMost:
		return "<="
	case AtLeast:
		return ">="
	}
	return string(rune(o))
}

// Term is a formula, or a part of one. It is not changed once made.
type Term struct {
	Operator Operator
	// Value is that of a Number.
	Value float64
	// Name is that of a Variable, or of the function that a Call calls; Index is the
	// variable's place in the grammar.
	Name  string
	Index int
	// Arguments are the operands: one of Negative, two of arithmetic and comparisons, those of
	// the function.
	Arguments []*Term
}

// precedence is how tightly an operator binds.
func (t *Term) precedence() int {
	switch t.Operator {
	case '+', '-':
		return 1
	case '*', '/':
		return 2
	case Negative:
		return 3
	case '<', '>', AtMost, AtLeast:
		return 0
	}
	return 4
}

// String is the formula in its one spelling: without spaces and needless brackets, numbers
// in their shortest form. [Parse] reads it as the same term.
func (t *Term) String() string {
	var b strings.Builder
	t.write(&b)
	return b.String()
}

func (t *Term) write(b *strings.Builder) {
	switch t.Operator {
	case Number:
		if t.Value == math.Pi {
			b.WriteString(piName)
		} else {
			b.WriteString(strconv.FormatFloat(t.Value, 'g', -1, 64))
		}
	case Variable:
		b.WriteString(t.Name)
	case Negative:
		b.WriteByte('-')
		t.Arguments[0].within(b, t.precedence()+1)
	case Call:
		b.WriteString(t.Name)
		b.WriteByte('(')
		for i, a := range t.Arguments {
			if i > 0 {
				b.WriteByte(',')
			}
			a.write(b)
		}
		b.WriteByte(')')
	default:
		t.Arguments[0].within(b, t.precedence())
		b.WriteString(t.Operator.String())
		var right strings.Builder
		t.Arguments[1].within(&right, t.precedence()+1) // a-(b-c), and a*(b*c), which rounds otherwise than a*b*c
		if text := right.String(); strings.HasPrefix(text, "-") {
			b.WriteString("(" + text + ")") // a-(-b/c): -- is no operator
		} else {
			b.WriteString(text)
		}
	}
}

// within writes an operand, in brackets if it binds less tightly than is needed.
func (t *Term) within(b *strings.Builder, needed int) {
	if t.precedence() >= needed {
		t.write(b)
		return
	}
	b.WriteByte('(')
	t.write(b)
	b.WriteByte(')')
}

// Split cuts a list at the commas that are in no brackets, and takes the spaces around
// each entry away.
func Split(list string) []string {
	var entries []string
	depth, from := 0, 0
	for i, r := range list {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth = max(depth-1, 0)
		case r == ',' && depth == 0:
			entries, from = append(entries, strings.TrimSpace(list[from:i])), i+1
		}
	}
	return append(entries, strings.TrimSpace(list[from:]))
}

// place is how errors name a column, which counts from 1.
func place(column int) string { return fmt.Sprintf("column %d", column) }
