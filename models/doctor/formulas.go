package doctor

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/models/handcoded"
)

// Formulas are written in the file's own names and layout: δ1 = (δ2 W2ᵀ) ∘ relu'(z1) where samples are rows and weights
// inputs × units. In those of deviations {z}, {a} and {f} stand for the layer's z, a and activation, {h} for the last hidden
// layer's activation, {up} for what comes down.

func delta(l int) string { return fmt.Sprintf("δ%d", l) }

// input is what layer l takes.
func (t *trial) input(l int) string {
	if l == 1 {
		return t.r.xName
	}
	return fmt.Sprintf("a%d", l-1)
}

// turned is a factor's transpose; that of a transpose is the factor.
func turned(factor string) string {
	if rest, ok := strings.CutSuffix(factor, "ᵀ"); ok {
		return rest
	}
	return factor + "ᵀ"
}

// outer is the weights' gradient of an input and a δ, in the order of the gradient's array.
func (t *trial) outer(a, delta string) string {
	if strings.HasPrefix(delta, "Σ ") {
		delta = "(" + delta + ")"
	}
	unitsFirst := t.r.outFirst != t.r.flipped
	switch {
	case t.r.columns && unitsFirst:
		return delta + " " + turned(a)
	case t.r.columns:
		return a + " " + turned(delta)
	case unitsFirst:
		return turned(delta) + " " + a
	}
	return turned(a) + " " + delta
}

// sentThrough is what layer l+1 sends down to layer l through weights.
func (t *trial) sentThrough(l int, weights string) string {
	switch {
	case t.r.columns && t.r.outFirst:
		return turned(weights) + " " + delta(l+1)
	case t.r.columns:
		return weights + " " + delta(l+1)
	case t.r.outFirst:
		return delta(l+1) + " " + weights
	}
	return delta(l+1) + " " + turned(weights)
}

// times writes a product entry by entry, of which either factor may be 1 or nothing.
func times(a, b string) string {
	switch {
	case b == "" || b == "1":
		return a
	case a == "":
		return ""
	}
	return a + " ∘ " + b
}

// filled puts a layer's z, a and activation in a formula.
func (t *trial) filled(formula string, l int) string {
	n := len(t.r.layers)
	a, f, h := fmt.Sprintf("a%d", l), t.o.outputName(), ""
	if l == n {
		a = "p"
	} else {
		f = t.activations[l-1].Name
	}
	if n > 1 {
		h = t.activations[n-2].Name
	}
	return strings.NewReplacer("{z}", fmt.Sprintf("z%d", l), "{a}", a, "{f}", f, "{h}", h).Replace(formula)
}

// scaled is a formula of the output's δ under the meant reduction, times k.
func (t *trial) scaled(formula string, k float64) string {
	divisor := t.meant.Divisor(t.r.rows(), t.r.outputs()) / k
	if t.o.Loss == handcoded.SquaredError {
		divisor /= 2
	}
	switch {
	case formula == "" || math.Abs(divisor-1) < 1e-12:
	case divisor < 0:
		return t.scaled("-"+formula, -k)
	case divisor < 1:
		formula += fmt.Sprintf(" · %.6g", 1/divisor)
	default:
		formula += fmt.Sprintf(" / %.6g", divisor)
	}
	return formula
}

// deltaFormula is layer l's δ with deviations; without any it is the textbook's. It is "" where that cannot be written.
func (t *trial) deltaFormula(l int, faults []fault) string {
	if l == len(t.r.layers) {
		return t.outputFormula(faults, 1)
	}
	weights := t.r.layers[l].parameter.Name
	up, slope := t.sentThrough(l, weights), "{f}'({z})"
	for _, f := range faults {
		switch {
		case f.mistake == "weights-after-update":
			sign := "+"
			if f.factor < 0 {
				sign = "-"
			}
			up = t.sentThrough(l, fmt.Sprintf("(%s %s %.6g %s)", weights, sign, math.Abs(f.factor), t.r.layers[l].wName))
		case f.formula == "":
			return ""
		case f.of == upPart:
			up = f.formula
		case f.of == slopePart:
			slope = strings.ReplaceAll(f.formula, "{up}", up)
		}
	}
	if slope != "1" && strings.Contains(up, " ") {
		up = "(" + up + ")"
	}
	return t.filled(times(up, slope), l)
}

// outputFormula is the output's δ times k, with deviations.
func (t *trial) outputFormula(faults []fault, k float64) string {
	formula := "(p - y)"
	switch {
	case len(faults) > 0:
		formula = faults[0].formula
	case t.o.Loss == handcoded.Hinge:
		return ""
	case t.o.loss.AnyOutput() && t.o.outputName() != "identity":
		formula = "(p - y) ∘ {f}'({z})"
	}
	return t.filled(t.scaled(formula, k), len(t.r.layers))
}

// ofDelta tells faults in a δ, not in a factor or in what is made of a δ.
func (f fault) ofDelta() bool {
	return f.of == outputPart || f.of == upPart || f.of == slopePart || f.mistake == "weights-after-update"
}

// formulas are what gives the author's numbers at a fault, together with the explanation's other faults of the same thing,
// and what should stand there; "" where it cannot be written.
func (t *trial) formulas(e explanation, f fault) (instead, should string) {
	l := f.layer
	lay := t.r.layers[l-1]
	// alike are the explanation's faults of the same thing.
	var alike []fault
	factor := ""
	for _, o := range e.faults {
		if o.layer != l || o.part != f.part {
			continue
		}
		switch {
		case o.ofDelta() && o.down == f.down && o.own == f.own, o.of == f.part && f.part != whole:
			alike = append(alike, o)
		case o.factor != 0 || o.mistake == "never-computed":
			factor = fmt.Sprintf("%.6g · ", o.factor)
		}
	}
	gradient := func(p part, factor string) (instead, should string) {
		name := lay.wName
		should = t.outer(t.input(l), delta(l))
		if p == biases {
			name, should = lay.bName, "Σ "+delta(l)+" over the samples"
		}
		instead = should
		for _, o := range alike {
			switch {
			case o.of == p:
				instead = o.formula
			case p == weights:
				instead = t.outer(t.input(l), "("+t.deltaFormula(l, alike)+")")
			default:
				instead = "Σ (" + t.deltaFormula(l, alike) + ") over the samples"
			}
		}
		if factor == "0 · " {
			instead, factor = "0", ""
		}
		return name + " = " + factor + instead, name + " = " + should
	}
	switch {
	case f.part != whole:
		if slices.ContainsFunc(alike, func(o fault) bool { return o.formula == "" && o.factor == 0 }) {
			return "", ""
		}
		return gradient(f.part, factor)
	case f.factor != 0 && f.mistake != "weights-after-update":
		alike = nil
		var both [2][]string
		for _, p := range []part{weights, biases} {
			if p == weights && lay.wName == "" || p == biases && lay.bName == "" {
				continue
			}
			i, s := gradient(p, fmt.Sprintf("%.6g · ", f.factor))
			both[0], both[1] = append(both[0], i), append(both[1], s)
		}
		return strings.Join(both[0], ", "), strings.Join(both[1], ", ")
	}
	name := delta(l)
	if f.down {
		name += " sent down"
	}
	if instead = t.deltaFormula(l, alike); instead != "" {
		instead = name + " = " + instead
	}
	if should = t.deltaFormula(l, nil); should != "" {
		should = name + " = " + should
	}
	return instead, should
}
