package handcoded

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"strconv"
)

// Formula returns the activation that a formula in z describes, such as z*sigmoid(1.7*z), with its derivative by the
// rules of differentiation, term by term beside the value. It knows exp, log, sin, abs, max, min, pow and pi; other
// functions are given to it by name. Where max and min have equal arguments the derivative is that of a number among
// them, 0, or else the mean of both; that of abs is 0 at 0. It fails, with the column, for what it cannot read, and for
// more than 1000 characters.
func Formula(text string, functions map[string]Activation) (Activation, error) {
	const longest = 1000 // which bounds the recursion
	if len(text) > longest {
		return Activation{}, fmt.Errorf("handcoded: a formula of %d characters, at most %d can be read", len(text), longest)
	}
	e, err := parser.ParseExpr(text)
	if err != nil {
		return Activation{}, fmt.Errorf("handcoded: formula %s: %w", text, err)
	}
	f, err := read(e, functions)
	if err != nil {
		return Activation{}, fmt.Errorf("handcoded: formula %s: %w", text, err)
	}
	return Activation{
		Value:      func(z float64) float64 { v, _, _ := f(z); return v },
		Derivative: func(z float64) float64 { _, d, _ := f(z); return d },
	}, nil
}

// reading is a term of a formula at z: its value, its derivative, and whether z is in it at all.
type reading func(z float64) (value, derivative float64, varies bool)

func read(e ast.Expr, functions map[string]Activation) (reading, error) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return read(e.X, functions)
	case *ast.BasicLit:
		number, err := strconv.ParseFloat(e.Value, 64)
		return func(float64) (float64, float64, bool) { return number, 0, false }, err
	case *ast.Ident:
		switch e.Name {
		case "z":
			return func(z float64) (float64, float64, bool) { return z, 1, true }, nil
		case "pi":
			return func(float64) (float64, float64, bool) { return math.Pi, 0, false }, nil
		}
	case *ast.UnaryExpr:
		x, err := read(e.X, functions)
		if err == nil && e.Op == token.SUB {
			return func(z float64) (float64, float64, bool) { v, d, varies := x(z); return -v, -d, varies }, nil
		}
	case *ast.BinaryExpr:
		return readPair(e.Op.String(), e.X, e.Y, functions)
	case *ast.CallExpr:
		if name, ok := e.Fun.(*ast.Ident); ok && len(e.Args) == 1 {
			return readCall(name, e.Args[0], functions)
		} else if ok && len(e.Args) == 2 {
			return readPair(name.Name, e.Args[0], e.Args[1], functions)
		}
	}
	return nil, fmt.Errorf("column %d is not understood", e.Pos())
}

// readCall reads f(x), whose derivative is f'(x) x'.
func readCall(name *ast.Ident, argument ast.Expr, functions map[string]Activation) (reading, error) {
	x, err := read(argument, functions)
	if err != nil {
		return nil, err
	}
	f, known := functions[name.Name]
	switch name.Name {
	case "exp":
		f = Activation{math.Exp, math.Exp}
	case "log":
		f = Activation{math.Log, func(x float64) float64 { return 1 / x }}
	case "sin":
		f = Activation{math.Sin, math.Cos}
	case "abs":
		f = Activation{math.Abs, func(x float64) float64 {
			if x == 0 {
				return 0
			}
			return math.Copysign(1, x)
		}}
	default:
		if !known {
			return nil, fmt.Errorf("column %d: unknown function %s", name.Pos(), name.Name)
		}
	}
	return func(z float64) (float64, float64, bool) {
		v, d, varies := x(z)
		if !varies {
			return f.Value(v), 0, false
		}
		return f.Value(v), f.Derivative(v) * d, true
	}, nil
}

// partials are the value of a function of two arguments and its derivative by each. Where one of them is a number, equal
// is 0, else 1/2: what max and min have for a derivative at a tie.
type partials func(x, y, equal float64) (value, byX, byY float64)

var pairs = map[string]partials{
	"+": func(x, y, _ float64) (float64, float64, float64) { return x + y, 1, 1 },
	"-": func(x, y, _ float64) (float64, float64, float64) { return x - y, 1, -1 },
	"*": func(x, y, _ float64) (float64, float64, float64) { return x * y, y, x },
	"/": func(x, y, _ float64) (float64, float64, float64) { return x / y, 1 / y, -x / y / y },
	"max": func(x, y, equal float64) (float64, float64, float64) {
		if x == y {
			return x, equal, equal
		}
		byX := 0.0
		if x > y {
			byX = 1
		}
		return math.Max(x, y), byX, 1 - byX
	},
	"min": func(x, y, equal float64) (float64, float64, float64) {
		if x == y {
			return x, equal, equal
		}
		byX := 0.0
		if x < y {
			byX = 1
		}
		return math.Min(x, y), byX, 1 - byX
	},
	"pow": func(x, y, _ float64) (float64, float64, float64) {
		value := math.Pow(x, y)
		byX, byY := 0.0, 0.0
		if y != 0 {
			byX = y * math.Pow(x, y-1)
		}
		if x != 0 || y <= 0 {
			byY = value * math.Log(x)
		}
		return value, byX, byY
	},
}

// readPair reads a term of two arguments, whose derivative is the sum of theirs, each times that by the argument.
func readPair(name string, left, right ast.Expr, functions map[string]Activation) (reading, error) {
	f, known := pairs[name]
	if !known {
		return nil, fmt.Errorf("column %d: unknown %s", left.Pos(), name)
	}
	x, err := read(left, functions)
	if err != nil {
		return nil, err
	}
	y, err := read(right, functions)
	if err != nil {
		return nil, err
	}
	return func(z float64) (value, derivative float64, varies bool) {
		vx, dx, variesX := x(z)
		vy, dy, variesY := y(z)
		equal := 0.0
		if variesX && variesY {
			equal = 0.5
		}
		value, byX, byY := f(vx, vy, equal)
		if variesX {
			derivative += byX * dx
		}
		if variesY {
			derivative += byY * dy
		}
		return value, derivative, variesX || variesY
	}, nil
}
