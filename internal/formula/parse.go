package formula

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"actscope/internal/input"
	"actscope/internal/nearest"
)

// MaxLength bounds a formula, in characters: with it go/parser's recursion and ours, and
// the size of the graph that is made of it.
const MaxLength = 1000

const piName = "pi"

// Grammar is what formulas may be made of beside numbers, pi, arithmetic and brackets.
type Grammar struct {
	// Variables are their names, one at least; Meaning says in an error what they are.
	Variables []string
	Meaning   string
	// Functions are those that may be called, each with the number of its arguments.
	Functions map[string]int
	// Comparison allows a formula that compares two others, by < > <= or >=.
	Comparison bool
}

// Parse reads a formula. Errors are of type [input.Error], with the column in the text.
func Parse(text string, g Grammar) (*Term, error) {
	if n := utf8.RuneCountInString(text); n > MaxLength {
		return nil, tooLong(text, n)
	}
	if g.Comparison { // <- is one token of Go
		text = strings.ReplaceAll(text, "<-", "< -")
	}
	r := reader{Grammar: g, text: text}
	if err := r.checkCharacters(); err != nil {
		return nil, err
	}
	blank := strings.Map(func(c rune) rune { // a line break would end an expression of Go
		if c == '\n' || c == '\r' || c == '\t' {
			return ' '
		}
		return c
	}, text)
	e, err := parser.ParseExpr(blank)
	var list scanner.ErrorList
	switch {
	case errors.As(err, &list) && len(list) > 0:
		return nil, r.syntax(*list[0])
	case err != nil:
		return nil, r.refuse(1, "", "%v", err)
	}
	t, err := r.whole(e)
	if err == nil && len(t.String()) > MaxLength { // it has to be read again as it is spelt
		return nil, tooLong(text, len(t.String()))
	}
	return t, err
}

func tooLong(text string, characters int) error {
	return &input.Error{Key: string([]rune(text)[:20]) + "...", Reason: fmt.Sprintf("a formula of %d characters: write it with at most %d", characters, MaxLength)}
}

const operandExpected = "a number, %s, a function or a bracket is expected here, not %s"

// reader is a formula while it is read.
type reader struct {
	Grammar
	text string
}

// example is a variable for advice.
func (r reader) example() string { return r.Variables[0] }

// refuse is an error at a column.
func (r reader) refuse(column int, advice, format string, args ...any) error {
	return &input.Error{
		Key: strings.Join(strings.Fields(r.text), " "), Column: column,
		Reason: place(column) + ": " + fmt.Sprintf(format, args...), Advice: advice,
	}
}

// at is an error at a node.
func (r reader) at(e ast.Node, advice, format string, args ...any) error {
	return r.refuse(r.column(e.Pos()), advice, format, args...)
}

// column of a position; go/parser counts positions from 1 in an expression.
func (r reader) column(p token.Pos) int { return min(max(int(p), 1), len(r.text)+1) }

// source is what stands in the text for an expression.
func (r reader) source(e ast.Expr) string {
	return r.text[r.column(e.Pos())-1 : max(r.column(e.Pos()), r.column(e.End()))-1]
}

// syntax is go/parser's error in the words of formulas.
func (r reader) syntax(e scanner.Error) error {
	column := min(e.Pos.Column, len(r.text)+1)
	_, found, _ := strings.Cut(e.Msg, "found ")
	switch {
	case strings.HasPrefix(e.Msg, "expected 'EOF'"):
		return r.refuse(column, "a product is written 2*"+r.example(), "%s is not expected here", strings.Trim(found, "'"))
	case found == "'='":
		return r.refuse(column, "", "= is not expected here")
	case found == "'EOF'" || found == "newline":
		return r.refuse(column, "", "the formula ends too early")
	case strings.HasPrefix(e.Msg, "missing ','"):
		return r.refuse(column, "a product is written 2*"+r.example(), "an operator or a comma is missing")
	case strings.HasPrefix(e.Msg, "expected operand"):
		return r.refuse(column, "", operandExpected, r.example(), strings.Trim(found, "'"))
	}
	return r.refuse(column, "", "%s", e.Msg)
}

// checkCharacters refuses what go/parser would pass over in silence or report elsewhere.
func (r reader) checkCharacters() error {
	column := 0
	var open []int // columns of brackets
	for i, c := range r.text {
		column++
		rest := r.text[i:]
		switch {
		case c == '(':
			open = append(open, column)
		case c == ')' && len(open) == 0:
			return r.refuse(column, "", ") closes no bracket")
		case c == ')':
			open = open[:len(open)-1]
		case c > '~' || c < ' ' && c != '\t' && c != '\n' && c != '\r':
			return r.refuse(column, "", "%q is not a character of formulas: write them in ASCII", c)
		case strings.HasPrefix(rest, "//"):
			return r.refuse(column, "divide by /", "// would begin a comment")
		case strings.HasPrefix(rest, "/*"):
			return r.refuse(column, "", "/* would begin a comment")
		case strings.HasPrefix(rest, "--"), strings.HasPrefix(rest, "++"):
			return r.refuse(column, "put brackets around a sign after an operator", "%s is no operator", rest[:2])
		}
	}
	if len(open) > 0 {
		return r.refuse(open[len(open)-1], "in a YAML list a formula with commas is quoted", "( is not closed")
	}
	if strings.TrimSpace(r.text) == "" {
		return r.refuse(1, "", "an empty formula")
	}
	return nil
}

// term translates an expression of Go.
func (r reader) term(e ast.Expr) (*Term, error) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return r.term(e.X)
	case *ast.BasicLit:
		return r.number(e)
	case *ast.Ident:
		return r.name(e)
	case *ast.UnaryExpr:
		return r.unary(e)
	case *ast.BinaryExpr:
		return r.binary(e)
	case *ast.CallExpr:
		return r.call(e)
	case *ast.StarExpr:
		return nil, r.at(e, "", operandExpected, r.example(), "*")
	case *ast.IndexExpr, *ast.IndexListExpr, *ast.SliceExpr:
		return nil, r.refuse(r.column(e.Pos())+strings.IndexByte(r.text[r.column(e.Pos())-1:], '['), "use round brackets", "square brackets are indices in Go")
	case *ast.FuncLit:
		return nil, r.at(e, "", "a function cannot be defined here")
	}
	return nil, r.at(e, "", "%s is not part of a formula: use numbers, pi, %s, + - * /, brackets and functions", r.source(e), r.example())
}

func (r reader) number(e *ast.BasicLit) (*Term, error) {
	v, err := strconv.ParseFloat(e.Value, 64)
	if e.Kind != token.INT && e.Kind != token.FLOAT || err != nil || strings.ContainsAny(e.Value, "xX_pP") {
		return nil, r.at(e, "write a decimal number such as 0.5 or 1e-3, up to 1.7e308", "%s is not a number of formulas", e.Value)
	}
	return &Term{Operator: Number, Value: v}, nil
}

func (r reader) name(e *ast.Ident) (*Term, error) {
	if i := slices.Index(r.Variables, e.Name); i >= 0 {
		return &Term{Operator: Variable, Name: e.Name, Index: i}, nil
	}
	switch {
	case e.Name == piName:
		return &Term{Operator: Number, Value: math.Pi}, nil
	case r.Functions[e.Name] > 0:
		return nil, r.at(e, "", "%s is a function: call it, as in %s", e.Name, r.form(e.Name, r.Functions[e.Name]))
	}
	for _, name := range slices.Sorted(maps.Keys(r.Functions)) { // leaky-relu(z) is leaky less relu(z)
		if hyphened := strings.ReplaceAll(name, "_", "-"); hyphened != name && strings.HasPrefix(r.text[r.column(e.Pos())-1:], hyphened) {
			return nil, r.at(e, "write "+r.form(name, 1), "%s is a difference", hyphened)
		}
	}
	return nil, r.at(e, r.Meaning+", and pi the one named number", "unknown name %q", e.Name)
}

// form is a call in an error's words.
func (r reader) form(name string, arity int) string {
	if arity == 2 {
		return name + "(" + r.example() + ",2)"
	}
	return name + "(" + r.example() + ")"
}

func (r reader) unary(e *ast.UnaryExpr) (*Term, error) {
	if e.Op != token.SUB && e.Op != token.ADD {
		return nil, r.at(e, "", "%s is no operator here", e.Op)
	}
	x, err := r.term(e.X)
	if err != nil || e.Op == token.ADD {
		return x, err
	}
	return &Term{Operator: Negative, Arguments: []*Term{x}}, nil
}

// whole translates an expression that is the whole formula.
func (r reader) whole(e ast.Expr) (*Term, error) {
	inner := ast.Unparen(e)
	if b, ok := inner.(*ast.BinaryExpr); ok && r.Comparison && comparisons[b.Op] != 0 {
		return r.operands(comparisons[b.Op], b)
	}
	return r.term(e)
}

// comparisons are those that a formula may be.
var comparisons = map[token.Token]Operator{token.LSS: '<', token.GTR: '>', token.LEQ: AtMost, token.GEQ: AtLeast}

// operators are those of arithmetic.
var operators = map[token.Token]Operator{token.ADD: '+', token.SUB: '-', token.MUL: '*', token.QUO: '/'}

func (r reader) binary(e *ast.BinaryExpr) (*Term, error) {
	op, known := operators[e.Op]
	column := r.column(e.OpPos)
	if star, isPower := e.Y.(*ast.StarExpr); isPower && e.Op == token.MUL {
		return nil, r.power(column, "**", e.X, star.X)
	}
	switch {
	case e.Op == token.XOR:
		return nil, r.power(column, "^", e.X, e.Y)
	case r.Comparison && comparisons[e.Op] != 0:
		return nil, r.refuse(column, "min(a,b)>0 says that a and b are both above 0", "%s within a formula that compares: there is one comparison", e.Op)
	case r.Comparison && (e.Op == token.EQL || e.Op == token.NEQ):
		return nil, r.refuse(column, "compare by < > <= or >=", "%s is no operator here", e.Op)
	case !known:
		return nil, r.refuse(column, "max, min, abs and relu make cases", "%s is no operator here", e.Op)
	}
	return r.operands(op, e)
}

// operands translates both sides of an operator.
func (r reader) operands(op Operator, e *ast.BinaryExpr) (*Term, error) {
	x, err := r.term(e.X)
	if err != nil {
		return nil, err
	}
	y, err := r.term(e.Y)
	if err != nil {
		return nil, err
	}
	return &Term{Operator: op, Arguments: []*Term{x, y}}, nil
}

// power refuses another language's operator for powers. What binds more tightly in Go than
// there is left to the user.
func (r reader) power(column int, operator string, x, y ast.Expr) error {
	advice := "write pow(" + r.example() + ",2) for a square"
	if simple(x) && simple(y) {
		advice = fmt.Sprintf("write pow(%s,%s)", r.source(x), r.source(y))
	}
	return r.refuse(column, advice, "%s is no operator here", operator)
}

// simple says that an expression binds tighter than any operator.
func simple(e ast.Expr) bool {
	switch e.(type) {
	case *ast.Ident, *ast.BasicLit, *ast.CallExpr:
		return true
	}
	return false
}

// instead is what to write, of a variable, for functions that other languages have.
var instead = map[string]string{"sqrt": "pow(%s,0.5)", "square": "pow(%s,2)", "ln": "log(%s)", "cos": "sin(%s+pi/2)", "swish": "silu(%s)"}

func (r reader) call(e *ast.CallExpr) (*Term, error) {
	called, isName := e.Fun.(*ast.Ident)
	switch {
	case !isName, slices.Contains(r.Variables, called.Name), called.Name == piName:
		return nil, r.refuse(r.column(e.Lparen), "write * for a product", "%s is not a function", r.source(e.Fun))
	case e.Ellipsis.IsValid():
		return nil, r.refuse(r.column(e.Ellipsis), "", "... is not part of a formula")
	}
	arity, known := r.Functions[called.Name]
	if instead := instead[called.Name]; !known && instead != "" {
		return nil, r.at(called, "write "+fmt.Sprintf(instead, r.example()), "unknown function %q", called.Name)
	}
	if !known {
		names := slices.Sorted(maps.Keys(r.Functions))
		return nil, r.at(called, "", "%v", nearest.Unknown("function", called.Name, names))
	}
	if len(e.Args) != arity {
		return nil, r.at(called, "write "+r.form(called.Name, arity), "%s of %d arguments, not %d", called.Name, len(e.Args), arity)
	}
	t := &Term{Operator: Call, Name: called.Name}
	for _, a := range e.Args {
		x, err := r.term(a)
		if err != nil {
			return nil, err
		}
		t.Arguments = append(t.Arguments, x)
	}
	return t, nil
}
