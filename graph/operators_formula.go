package graph

import (
	"fmt"
	"math"

	"gorgonia.org/gorgonia"

	"actscope/graph/machine/elementary"
)

// The operators of one operand that only formulas use. Their slopes are 0 where the sign
// changes (abs), as autodiff's and [ActivationOf]'s rules have it.
var (
	expOp     = &elementwise{name: "exp", at: elementary.Exp}
	logOp     = &elementwise{name: "log", at: elementary.Log}
	inverseOp = &elementwise{name: "inverse", at: func(x float64) float64 { return 1 / x }}
	sinOp     = &elementwise{name: "sin", at: math.Sin}
	cosOp     = &elementwise{name: "cos", at: math.Cos}
	absOp     = &elementwise{name: "abs", at: math.Abs}
	signOp    = &elementwise{name: "sign", at: sign}
)

func init() {
	expOp.slope = func(_, out *gorgonia.Node) (*gorgonia.Node, error) { return out, nil }
	logOp.slope = func(in, _ *gorgonia.Node) (*gorgonia.Node, error) { return inverseOp.node(in) }
	sinOp.slope = func(in, _ *gorgonia.Node) (*gorgonia.Node, error) { return cosOp.node(in) }
	absOp.slope = func(in, _ *gorgonia.Node) (*gorgonia.Node, error) { return signOp.node(in) }
}

// sign is -1, 0 or 1.
func sign(x float64) float64 { return step(x) - step(-x) }

// pairFunction is a function of two arguments in formulas.
type pairFunction struct {
	value func(x, y float64) float64
	// slopes are the derivatives; alone says that the other argument is a number.
	slopeX, slopeY func(x, y float64, alone bool) float64
	kinked         bool // where the arguments are equal
	op             *pairwise
	// withNumber is the operator of one operand that the function is with a number as the
	// other argument, the first if first is true.
	withNumber func(number float64, first bool) func(*gorgonia.Node) (*gorgonia.Node, error)
}

// The functions of two arguments.
var (
	maxPair = pairFunction{
		value:  func(x, y float64) float64 { return max(x, y) },
		slopeX: greater, slopeY: func(x, y float64, alone bool) float64 { return greater(y, x, alone) },
		kinked: true, op: &pairwise{name: "max", f: func(x, y float64) float64 { return max(x, y) }},
		withNumber: func(number float64, _ bool) func(*gorgonia.Node) (*gorgonia.Node, error) {
			if number == 0 {
				return reluOp.node
			}
			return withSlope(fmt.Sprintf("max %v", number), func(x float64) float64 { return max(x, number) },
				func(x float64) float64 { return greater(x, number, true) })
		},
	}
	minPair = pairFunction{
		value:  func(x, y float64) float64 { return min(x, y) },
		slopeX: func(x, y float64, alone bool) float64 { return greater(y, x, alone) }, slopeY: greater,
		kinked: true, op: &pairwise{name: "min", f: func(x, y float64) float64 { return min(x, y) }},
		withNumber: func(number float64, _ bool) func(*gorgonia.Node) (*gorgonia.Node, error) {
			return withSlope(fmt.Sprintf("min %v", number), func(x float64) float64 { return min(x, number) },
				func(x float64) float64 { return greater(number, x, true) })
		},
	}
	powPair = pairFunction{
		value:  power,
		slopeX: func(x, y float64, _ bool) float64 { return powerSlope(x, y) },
		slopeY: func(x, y float64, _ bool) float64 { return exponentSlope(x, y) },
		op:     &pairwise{name: "pow", f: power},
		withNumber: func(number float64, first bool) func(*gorgonia.Node) (*gorgonia.Node, error) {
			switch {
			case first:
				return withSlope(fmt.Sprintf("power of %v", number), func(x float64) float64 { return power(number, x) },
					func(x float64) float64 { return exponentSlope(number, x) })
			case number == 2:
				return gorgonia.Square
			case number == 3:
				return cube
			}
			return withSlope(fmt.Sprintf("to the power %v", number), func(x float64) float64 { return power(x, number) },
				func(x float64) float64 { return powerSlope(x, number) })
		},
	}
)

func init() {
	greaterOp := &pairwise{name: "greater", f: func(x, y float64) float64 { return greater(x, y, false) }}
	powerSlopeOp := &pairwise{name: "power slope", f: powerSlope}
	exponentSlopeOp := &pairwise{name: "exponent slope", f: exponentSlope}
	maxPair.op.slopes = func(x, y *gorgonia.Node) (toX, toY *gorgonia.Node, err error) {
		var e Expression
		toX, toY = e.Combine(greaterOp.node, x, y), e.Combine(greaterOp.node, y, x)
		return toX, toY, e.Err
	}
	minPair.op.slopes = func(x, y *gorgonia.Node) (toX, toY *gorgonia.Node, err error) { return maxPair.op.slopes(y, x) }
	powPair.op.slopes = func(x, y *gorgonia.Node) (toX, toY *gorgonia.Node, err error) {
		var e Expression
		toX, toY = e.Combine(powerSlopeOp.node, x, y), e.Combine(exponentSlopeOp.node, x, y)
		return toX, toY, e.Err
	}
}

// withSlope applies an operator of that name.
func withSlope(name string, at, slope func(x float64) float64) func(*gorgonia.Node) (*gorgonia.Node, error) {
	slopeOp := &elementwise{name: "slope of " + name, at: slope}
	op := &elementwise{name: name, at: at, slope: func(in, _ *gorgonia.Node) (*gorgonia.Node, error) { return slopeOp.node(in) }}
	return op.node
}

// greater is the slope of max(x, y) in x: 1 where x is the greater, 0 where it is not,
// and where they are equal 1/2, or 0 if x stands alone against a number.
func greater(x, y float64, alone bool) float64 {
	switch {
	case x > y:
		return 1
	case x == y && !alone:
		return 0.5
	}
	return 0
}

func cube(x *gorgonia.Node) (*gorgonia.Node, error) {
	var e Expression
	out := e.Mul(x, e.Apply(gorgonia.Square, x))
	return out, e.Err
}

// power is x to the power y, a square and a cube as products.
func power(x, y float64) float64 {
	switch y {
	case 2:
		return x * x
	case 3:
		return x * (x * x)
	}
	return math.Pow(x, y)
}

// powerSlope is the derivative of power in x.
func powerSlope(x, y float64) float64 {
	if y == 0 {
		return 0
	}
	return y * math.Pow(x, y-1)
}

// exponentSlope is the derivative of power in y, with its limit 0 where x is 0.
func exponentSlope(x, y float64) float64 {
	if x == 0 && y > 0 {
		return 0
	}
	return power(x, y) * elementary.Log(x)
}
