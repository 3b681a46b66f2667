package graph

import (
	"fmt"
	"math"
	"strings"
	"sync"

	"actscope/internal/formula"
	"actscope/internal/input"
)

// formulas remembers what was made of formulas: names are looked up for every label. It
// is emptied when it has many, which only a sweep over formulas would notice.
var formulas = struct {
	sync.Mutex
	made map[string]Activation
}{made: make(map[string]Activation)}

const maxRemembered = 256

// ActivationOf is the activation that a formula in z describes, such as
// z*sigmoid(1.7*z). It may call every entry of the table, with _ for - in its name, and
// exp, log, sin, abs, max, min and pow. The name and title are the formula in its one
// spelling.
//
// The gradient is automatic differentiation's, made of those of the table and of our
// operators, so that the table's functions stay accurate where others saturate; what is
// typed out, such as exp(z)/(1+exp(z)), is computed as typed. Where max and min have equal
// arguments the slope is that of a number among them, 0, or else the mean of both; that
// of abs is 0 at 0.
//
// The gain is 2 where one of |f(100)-f(0)| and |f(-100)-f(0)| is less than 5 % of the
// other, as it is for rectifiers, else 1.
//
// A formula is refused, by an [input.Error], where it cannot be read, has the same value
// from -100 to 100, or is not finite, or has no finite slope, somewhere from -10 to 10.
// Where it stops being finite beyond, up to 800, Note says.
func ActivationOf(text string) (Activation, error) {
	formulas.Lock()
	known, ok := formulas.made[text]
	formulas.Unlock()
	if ok {
		return known, nil
	}
	written, err := formula.Parse(text, formulaGrammar())
	if err != nil {
		return Activation{}, err
	}
	f := termOf(written)
	a := Activation{
		Name:       written.String(),
		Expression: f.node,
		Value:      func(z float64) float64 { return f.at(z).value },
		Derivative: func(z float64) float64 { return f.at(z).slope },
	}
	a.Title, a.slug = a.Name, formula.Slug(a.Name)
	if reason, advice := f.unusable(); reason != "" {
		return Activation{}, &input.Error{Key: a.Name, Reason: reason, Advice: advice}
	}
	a.Kinks, a.Gain, a.Note, a.operations = f.kinks(), gainOf(a.Value), f.note(), f.operations()
	formulas.Lock()
	defer formulas.Unlock()
	if len(formulas.made) >= maxRemembered {
		clear(formulas.made)
	}
	formulas.made[text] = a
	return a, nil
}

// looksLikeFormula tells a formula from a misspelt name: names are words with hyphens, none
// of which is z, and not longer than formulas may be.
func looksLikeFormula(text string) bool {
	if len(text) > formula.MaxLength {
		return true
	}
	for _, r := range text {
		if !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '_') {
			return true
		}
	}
	words := strings.Split(text, "-")
	for _, w := range words {
		if w == "z" || w != "" && '0' <= w[0] && w[0] <= '9' {
			return true
		}
	}
	return false
}

// gainOf is the rule of [ActivationOf].
func gainOf(f func(z float64) float64) float64 {
	right, left := math.Abs(f(100)-f(0)), math.Abs(f(-100)-f(0))
	if min(left, right) < 0.05*max(left, right) {
		return 2
	}
	return 1
}

// The ranges in which a formula is looked at: where it has to be finite, where it has to
// vary and its kinks are looked for, and where the table's functions are sound.
const (
	finiteReach = 10
	kinkReach   = 100
	soundReach  = 800
	probeStep   = 1.0 / 64
)

// unusable says why the formula is no activation, and what to do; "" where it is one.
func (f *term) unusable() (reason, advice string) {
	for n := range finiteReach*int(1/probeStep) + 1 {
		for _, z := range []float64{float64(n) * probeStep, -float64(n) * probeStep} {
			d := f.at(z)
			switch {
			case !isFinite(d.value):
				return fmt.Sprintf("%v at z = %v", d.value, z+0), fmt.Sprintf("it has to be finite from -%d to %d", finiteReach, finiteReach)
			case !isFinite(d.slope):
				return fmt.Sprintf("its slope is %v at z = %v", d.slope, z+0), fmt.Sprintf("it has to be finite from -%d to %d", finiteReach, finiteReach)
			}
		}
	}
	if poles := f.poles(); len(poles) > 0 {
		return fmt.Sprintf("division by 0 at z = %.6g", poles[0]), fmt.Sprintf("it has to be finite from -%d to %d", finiteReach, finiteReach)
	}
	first := f.at(0).value
	for n := range kinkReach*int(1/probeStep) + 1 {
		z := float64(n) * probeStep
		if f.at(z).value != first || f.at(-z).value != first {
			return "", ""
		}
	}
	return fmt.Sprintf("a constant, %v for every z", first), "an activation depends on z"
}

// note says where the formula stops being finite; "" where it never does.
func (f *term) note() string {
	var ends []string
	for _, sign := range []float64{-1, 1} {
		for z := float64(finiteReach); z <= soundReach; z += 0.5 {
			if d := f.at(sign * z); !isFinite(d.value) || !isFinite(d.slope) {
				what := fmt.Sprintf("%v", d.value)
				if isFinite(d.value) {
					what = fmt.Sprintf("slope %v", d.slope)
				}
				ends = append(ends, fmt.Sprintf("%s at z = %v", what, sign*z))
				break
			}
		}
	}
	return strings.Join(ends, ", ")
}

func isFinite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
