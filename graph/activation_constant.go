package graph

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"gorgonia.org/gorgonia"

	"actscope/graph/machine/elementary"
	"actscope/internal/nearest"
)

// ConstantForms are the activations of the table that are known with other constants, too, as
// help texts write them: [ActivationNamed] takes leaky-relu:0.2.
func ConstantForms() []string {
	var forms []string
	for _, f := range families {
		forms = append(forms, f.standard.Name+":"+f.constant)
	}
	return forms
}

// family is an activation of the table whose constant may be another.
type family struct {
	standard Activation
	// constant is what forms call it.
	constant string
	with     func(c float64) Activation
}

// maxConstant bounds constants.
const maxConstant = 100

var families = []family{
	{LeakyReLU, "SLOPE", func(c float64) Activation {
		return Activation{
			Expression: func(z *gorgonia.Node) (*gorgonia.Node, error) {
				var e Expression
				out := e.Add(e.Mul(Constant(c), z), e.Mul(Constant(1-c), e.Apply(reluOp.node, z)))
				return out, e.Err
			},
			Value:      func(z float64) float64 { return c*z + (1-c)*relu(z) },
			Derivative: func(z float64) float64 { return c + (1-c)*step(z) },
		}
	}},
	{ELU, "SCALE", func(c float64) Activation {
		return Activation{
			Expression: func(z *gorgonia.Node) (*gorgonia.Node, error) {
				var e Expression
				out := e.Add(e.Apply(reluOp.node, z), e.Mul(Constant(c), e.Apply(expm1BelowOp.node, z)))
				return out, e.Err
			},
			Value: func(z float64) float64 { return relu(z) + c*expm1Below(z) },
			Derivative: func(z float64) float64 {
				if z > 0 {
					return 1
				}
				return c * elementary.Exp(z)
			},
		}
	}},
	// clamp(c z + 1/2, 0, 1): the table's at 6 c z.
	{HardSigmoid, "SLOPE", func(c float64) Activation {
		return Activation{
			Expression: func(z *gorgonia.Node) (*gorgonia.Node, error) {
				var e Expression
				out := e.Apply(hardSigmoidOp.node, e.Mul(Constant(6*c), z))
				return out, e.Err
			},
			Value:      func(z float64) float64 { return hardSigmoid(6 * c * z) },
			Derivative: func(z float64) float64 { return 6 * c * hardSigmoidSlope(6*c*z) },
			Kinks:      []float64{-0.5 / math.Abs(c), 0.5 / math.Abs(c)},
		}
	}},
}

// activationWith makes the activation of a name such as leaky-relu:0.2.
func activationWith(name, text string) (Activation, error) {
	var known []string
	for _, f := range families {
		if f.standard.Name != name {
			known = append(known, f.standard.Name)
			continue
		}
		c, err := strconv.ParseFloat(text, 64)
		if err != nil || c == 0 || !(math.Abs(c) <= maxConstant) {
			return Activation{}, fmt.Errorf("activation %s:%s: %q is not a constant: write a number such as 0.2, at most %d and not 0", name, text, text, maxConstant)
		}
		a := f.with(c)
		constant := strconv.FormatFloat(c, 'g', -1, 64)
		a.Name, a.Title, a.Gain = name+":"+constant, f.standard.Title+" ("+constant+")", f.standard.Gain
		if a.Kinks == nil {
			a.Kinks = f.standard.Kinks
		}
		return a, nil
	}
	return Activation{}, nearest.Unknown("activation with a constant", name, known)
}

// hasConstant splits a name at its constant, if it has one.
func hasConstant(name string) (kind, constant string, has bool) {
	kind, constant, has = strings.Cut(name, ":")
	return kind, constant, has && !looksLikeFormula(kind)
}
