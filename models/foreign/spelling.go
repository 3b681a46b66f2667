package foreign

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"actscope/graph"
	"actscope/internal/formula"
)

// language is what activations are written in.
type language interface {
	// apply is an operator on operands, one of which is no number: + - * / of two, ~ (minus),
	// exp, log, sin, abs, tanh, relu, sigmoid and erf of one, max, min and pow of two.
	apply(operator string, operands ...operand) operand
	// direct is an activation of the table in one operator of the language; ok says whether it
	// has one.
	direct(kind string, constant float64, z operand) (a operand, ok bool)
}

// operand is a value of a language or, with isNumber, a number.
type operand struct {
	text     string
	number   float64
	isNumber bool
}

func numeral(v float64) operand { return operand{number: v, isNumber: true} }

// spell writes an activation of z.
func spell(l language, a graph.Activation, z operand) (operand, error) {
	if a.Name == "" {
		return z, nil
	}
	if a.IsFormula() {
		t, err := formula.Parse(a.Name, formula.Grammar{Variables: []string{"z"}, Functions: formulaFunctions()})
		if err != nil {
			return operand{}, err
		}
		return spellTerm(l, t, z), nil
	}
	kind, constant := kindOf(a)
	if out, ok := direct(l, kind, constant, z); ok {
		return out, nil
	}
	return operand{}, fmt.Errorf("foreign: the activation %s cannot be written", a.Name)
}

// kindOf is the table's name of an activation, with its constant where it has one.
func kindOf(a graph.Activation) (kind string, constant float64) {
	kind, text, has := strings.Cut(a.Name, ":")
	if has {
		constant, _ = strconv.ParseFloat(text, 64) // it is one of graph's own names
		return kind, constant
	}
	return kind, map[string]float64{graph.LeakyReLU.Name: 0.01, graph.ELU.Name: 1, graph.HardSigmoid.Name: 1. / 6}[kind]
}

// The constants of SELU and GELU as package graph has them.
const (
	seluScale = 1.0507009873554804934193349852946
	seluAlpha = 1.6732632423543772848170429916717
	geluSlope = 2 * math.Sqrt2 / math.SqrtPi
)

// direct writes an activation of the table, in the language's own operator or in simple ones; ok
// is false of a name that is not known.
func direct(l language, kind string, c float64, z operand) (out operand, ok bool) {
	if out, ok = l.direct(kind, c, z); ok {
		return out, true
	}
	of := l.apply
	times := func(c float64, x operand) operand {
		if c == 1 {
			return x
		}
		return of("*", numeral(c), x)
	}
	below := func() operand { return of("-", of("exp", of("min", z, numeral(0))), numeral(1)) } // e^z - 1, 0 above 0
	switch kind {
	case graph.Identity.Name:
		return z, true
	case graph.Sigmoid.Name, graph.ReLU.Name, graph.Tanh.Name:
		return of(kind, z), true
	case graph.LeakyReLU.Name:
		if c > 1 {
			return of("min", z, times(c, z)), true
		}
		return of("max", z, times(c, z)), true
	case graph.ELU.Name:
		return of("+", of("relu", z), times(c, below())), true
	case graph.SELU.Name:
		return of("+", times(seluScale, of("relu", z)), times(seluScale*seluAlpha, below())), true
	case graph.Softplus.Name:
		return of("+", of("relu", z), of("log", of("+", of("exp", of("~", of("abs", z))), numeral(1)))), true
	case graph.SiLU.Name:
		return of("*", z, of("sigmoid", z)), true
	case graph.GELU.Name:
		return of("*", of("*", z, numeral(0.5)), of("+", of("erf", of("/", z, numeral(math.Sqrt2))), numeral(1))), true
	case graph.GELUTanh.Name:
		inner := of("+", of("*", of("*", z, z), numeral(0.044715*geluSlope)), numeral(geluSlope))
		return of("*", z, of("sigmoid", of("*", z, inner))), true
	case graph.HardSigmoid.Name:
		wide := of("+", times(6*c, z), numeral(3))
		return of("/", of("min", of("max", wide, numeral(0)), numeral(6)), numeral(6)), true
	}
	return operand{}, false
}

// formulaFunctions are those of formulas: the table's, and some that are no activations.
func formulaFunctions() map[string]int {
	functions := map[string]int{"exp": 1, "log": 1, "sin": 1, "abs": 1, "max": 2, "min": 2, "pow": 2}
	for _, a := range graph.Activations() {
		functions[graph.FunctionName(a)] = 1
	}
	return functions
}

// spellTerm writes a formula. What has no z in it becomes a number.
func spellTerm(l language, t *formula.Term, z operand) operand {
	switch t.Operator {
	case formula.Number:
		return numeral(t.Value)
	case formula.Variable:
		return z
	}
	operator := string(rune(t.Operator))
	if t.Operator == formula.Call {
		operator = t.Name
	}
	var operands []operand
	constant := true
	for _, a := range t.Arguments {
		o := spellTerm(l, a, z)
		operands, constant = append(operands, o), constant && o.isNumber
	}
	if constant {
		return numeral(calculated(operator, operands))
	}
	for _, a := range graph.Activations() {
		if graph.FunctionName(a) == operator {
			kind, c := kindOf(a)
			if out, ok := directWithin(l, kind, c, operands[0]); ok {
				return out
			}
		}
	}
	return l.apply(operator, operands...)
}

// directWithin is direct for an activation within a formula, where sigmoid is left to apply: a
// language may have it write a sigmoid that stands in a product in another way.
func directWithin(l language, kind string, c float64, z operand) (operand, bool) {
	if kind == graph.Sigmoid.Name {
		return l.apply(kind, z), true
	}
	return direct(l, kind, c, z)
}

// calculated is an operator on numbers.
func calculated(operator string, of []operand) float64 {
	x, y := of[0].number, 0.0
	if len(of) > 1 {
		y = of[1].number
	}
	switch operator {
	case "+":
		return x + y
	case "-":
		return x - y
	case "*":
		return x * y
	case "/":
		return x / y
	case "~":
		return -x
	case "exp":
		return math.Exp(x)
	case "log":
		return math.Log(x)
	case "sin":
		return math.Sin(x)
	case "abs":
		return math.Abs(x)
	case "max":
		return math.Max(x, y)
	case "min":
		return math.Min(x, y)
	case "pow":
		return math.Pow(x, y)
	}
	for _, a := range graph.Activations() {
		if graph.FunctionName(a) == operator {
			return a.Value(x)
		}
	}
	return math.NaN()
}
