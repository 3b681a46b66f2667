package graph

import (
	"math"
	"strings"

	"gorgonia.org/gorgonia"

	"actscope/internal/formula"
)

// term is a formula, or a part of one, with what it is made of looked up.
type term struct {
	operator  formula.Operator
	constant  float64 // of a number
	arguments []*term
	unary     Activation   // what a call of one argument applies
	pair      pairFunction // what a call of two arguments applies
}

// formulaFunctions are the functions of formulas that are no activations of the table.
var formulaFunctions = map[string]Activation{
	"exp": {Expression: expOp.node, Value: expOp.at, Derivative: expOp.at},
	"log": {Expression: logOp.node, Value: logOp.at, Derivative: inverseOp.at},
	"sin": {Expression: sinOp.node, Value: math.Sin, Derivative: math.Cos},
	"abs": {Expression: absOp.node, Value: math.Abs, Derivative: sign, Kinks: []float64{0}},
}

// formulaPairs are those of two arguments.
var formulaPairs = map[string]pairFunction{"max": maxPair, "min": minPair, "pow": powPair}

// FunctionName is what formulas call an entry of the table: its name, with _ for -, which
// is a difference there.
func FunctionName(a Activation) string { return strings.ReplaceAll(a.Name, "-", "_") }

// formulaUnary is the function of one argument of that name.
func formulaUnary(name string) (Activation, bool) {
	if f, ok := formulaFunctions[name]; ok {
		return f, true
	}
	for _, a := range activations {
		if FunctionName(a) == name {
			return a, true
		}
	}
	return Activation{}, false
}

// formulaArities are the functions that formulas may call, with the number of arguments.
func formulaArities() map[string]int {
	arities := make(map[string]int)
	for _, a := range activations {
		arities[FunctionName(a)] = 1
	}
	for name := range formulaFunctions {
		arities[name] = 1
	}
	for name := range formulaPairs {
		arities[name] = 2
	}
	return arities
}

// termOf looks up what a formula is made of and computes its constant parts.
func termOf(t *formula.Term) *term {
	made := &term{operator: t.Operator, constant: t.Value}
	constant := t.Operator != formula.Variable
	for _, a := range t.Arguments {
		argument := termOf(a)
		made.arguments = append(made.arguments, argument)
		constant = constant && argument.operator == formula.Number
	}
	if t.Operator == formula.Call {
		made.unary, _ = formulaUnary(t.Name)
		made.pair = formulaPairs[t.Name]
	}
	if constant {
		return &term{operator: formula.Number, constant: made.at(0).value}
	}
	return made
}

// operations counts those of the term, numbers and z left out.
func (t *term) operations() int {
	if len(t.arguments) == 0 {
		return 0
	}
	n := 1
	for _, a := range t.arguments {
		n += a.operations()
	}
	return n
}

// isNumber says that z is not in the term.
func (t *term) isNumber() bool { return t.operator == formula.Number }

// dual is the value of a term and its derivative with respect to z.
type dual struct{ value, slope float64 }

// at computes the term and its derivative.
func (t *term) at(z float64) dual {
	var arguments [2]dual
	for i, a := range t.arguments {
		arguments[i] = a.at(z)
	}
	return t.apply(z, arguments)
}

// apply computes the term of its arguments by the same rules as the graph's gradient: what
// a number is multiplied by has no part in the derivative, so that 0·Inf does not arise.
func (t *term) apply(z float64, arguments [2]dual) dual {
	switch t.operator {
	case formula.Number:
		return dual{value: t.constant}
	case formula.Variable:
		return dual{z, 1}
	}
	x, y := arguments[0], arguments[1]
	if len(t.arguments) == 1 {
		if t.operator == formula.Negative {
			return dual{-x.value, -x.slope}
		}
		d := dual{value: t.unary.Value(x.value)}
		if !t.arguments[0].isNumber() {
			d.slope = x.slope * t.unary.Derivative(x.value)
		}
		return d
	}
	var d dual
	var slopeX, slopeY float64
	switch a, b := x.value, y.value; t.operator {
	case '+':
		d.value, slopeX, slopeY = a+b, 1, 1
	case '-':
		d.value, slopeX, slopeY = a-b, 1, -1
	case '*':
		d.value, slopeX, slopeY = a*b, b, a
	case '/':
		d.value = a / b
		slopeX, slopeY = 1/b, -(d.value / b)
	default:
		alone := t.arguments[0].isNumber() || t.arguments[1].isNumber()
		d.value = t.pair.value(a, b)
		slopeX, slopeY = t.pair.slopeX(a, b, alone), t.pair.slopeY(a, b, alone)
	}
	if !t.arguments[0].isNumber() {
		d.slope += float64(slopeX * x.slope)
	}
	if !t.arguments[1].isNumber() {
		d.slope += float64(slopeY * y.slope)
	}
	return d
}

// node builds the term on a graph, for a node of pre-activations.
func (t *term) node(z *gorgonia.Node) (*gorgonia.Node, error) {
	var e Expression
	out := t.build(&e, z)
	return out, e.Err
}

func (t *term) build(e *Expression, z *gorgonia.Node) *gorgonia.Node {
	switch t.operator {
	case formula.Number:
		return Constant(t.constant)
	case formula.Variable:
		return z
	case formula.Negative:
		return e.Neg(t.arguments[0].build(e, z))
	case formula.Call:
		return t.buildCall(e, z)
	}
	x, y := t.arguments[0].build(e, z), t.arguments[1].build(e, z)
	switch t.operator {
	case '+':
		return e.Add(x, y)
	case '-':
		return e.Sub(x, y)
	case '*':
		return e.Mul(x, y)
	}
	return e.Combine(gorgonia.HadamardDiv, x, y)
}

// buildCall builds a call of a function.
func (t *term) buildCall(e *Expression, z *gorgonia.Node) *gorgonia.Node {
	x := t.arguments[0]
	if len(t.arguments) == 1 {
		return e.Apply(t.unary.Expression, x.build(e, z))
	}
	switch y := t.arguments[1]; {
	case x.isNumber():
		return e.Apply(t.pair.withNumber(x.constant, true), y.build(e, z))
	case y.isNumber():
		return e.Apply(t.pair.withNumber(y.constant, false), x.build(e, z))
	default:
		return e.Combine(t.pair.op.node, x.build(e, z), y.build(e, z))
	}
}
