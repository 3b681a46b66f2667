package doctor

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// commonFactor is the catalogue's name of a factor that all gradients have, if it has one.
func (t *trial) commonFactor(k float64) (string, bool) {
	rows, outputs := float64(t.r.rows()), float64(t.r.outputs())
	for _, c := range []struct {
		k    float64
		name string
	}{
		{rows, "sum-over-batch"}, {rows * outputs, "sum-over-batch"}, {1 / rows, "mean-over-batch"},
		{2, "factor-two"}, {0.5, "factor-half"}, {outputs, "sum-over-outputs"}, {1 / outputs, "mean-over-outputs"},
	} {
		if t.same(k, c.k) {
			return c.name, true
		}
	}
	return "", false
}

// sentence says what a fault is, in the author's names.
func (t *trial) sentence(f fault, layers int) string {
	lay := t.r.layers[f.layer-1]
	subject := fmt.Sprintf("δ of layer %d", f.layer)
	switch {
	case f.part == weights:
		subject = lay.wName
	case f.part == biases:
		subject = lay.bName
	case f.factor != 0 && f.mistake != "weights-after-update":
		subject = fmt.Sprintf("the gradients of layer %d", f.layer)
	case f.down:
		subject = fmt.Sprintf("the δ that layer %d sends down", f.layer)
	case f.own:
		subject = fmt.Sprintf("the δ of layer %d's own gradients, which is not the one that is sent down", f.layer)
	case f.layer == layers:
		subject = "the output's δ"
	}
	text := subject + ": " + f.text
	if f.factor != 0 && f.mistake != unlisted && f.mistake != "weights-after-update" {
		text += fmt.Sprintf(" (times %.6g)", f.factor)
	}
	return text
}

// remark says what the verdict and the diagnosis leave to be said.
func (t *trial) remark(e explanation, agree bool) string {
	var list []string
	if t.rate != 0 {
		list = append(list, fmt.Sprintf("the parameters in the file are those after a step, W - %g g; the gradients were judged at those before it", t.rate))
	}
	if len(e.unexplained) > 0 {
		judged := slices.DeleteFunc(slices.Clone(e.unexplained), func(name string) bool { return e.notJudged[name] > 0 })
		list = append(list, "no mistake that is looked for explains "+strings.Join(judged, ", "))
		if below := slices.DeleteFunc(slices.Clone(e.unexplained), func(name string) bool { return e.notJudged[name] == 0 }); len(below) > 0 {
			list = append(list, fmt.Sprintf("%s, below it, cannot be judged", strings.Join(below, ", ")))
		}
	}
	if t.deviations() < 2 && !agree {
		list = append(list, fmt.Sprintf("only %d deviations of a layer were tried together, because the batch is large: save fewer rows than %d", t.deviations(), t.r.rows()))
	}
	for _, l := range e.recovered {
		list = append(list, fmt.Sprintf("δ of layer %d is not explained; the layers below were judged by what it was, as %s tells", l, t.r.layers[l-1].wName))
	}
	if e.hasPenalty && e.penalty != 0 && t.options.L2 == nil {
		list = append(list, t.penaltyRemark(e))
	}
	if text := t.otherPenalty(e); text != "" {
		list = append(list, text)
	}
	if t.lossPenalty {
		list = append(list, fmt.Sprintf("%s contains the penalty %.6g/2 Σ W²", t.r.lossName, t.l2))
	}
	if t.r.flipped {
		list = append(list, "the gradients of W are stored transposed, other than W")
	}
	return strings.Join(list, "; ")
}

// summary is a verdict in a sentence.
func (t *trial) summary(e explanation, v Verdict) string {
	what := t.objectiveName()
	if !strings.HasPrefix(what, "half") {
		what = "the " + what
	}
	reduction := e.factor.reduction
	if reduction == "" {
		reduction = t.meant
	}
	over := reductionText(reduction, t.r.rows(), t.r.outputs())
	k := e.factor.value * reduction.Divisor(t.r.rows(), t.r.outputs())
	switch {
	case v == Right:
		if t.penalised(e.state) != nil {
			return "The gradients are right for a penalty on " + t.penaltyText(e.state) + ": those of " + what + ", " + over + "."
		}
		return "The gradients are right: those of " + what + ", " + over + "."
	case v == Proportional && math.Abs(k-1) < 1e-12:
		return "The gradients are proportional to the right ones: right for " + what + ", " + over + "."
	case v == Proportional:
		return fmt.Sprintf("The gradients are proportional to the right ones: %.6g times those of %s, %s.", k, what, over)
	}
	return "The gradients are wrong for " + what + ", " + over + "."
}

// objectiveName says what is differentiated, and of which network.
func (t *trial) objectiveName() string {
	what := t.o.String()
	if t.o.loss.AnyOutput() {
		what += " at a " + t.o.outputName() + " output"
	}
	if len(t.activations) > 0 {
		what += " with hidden " + strings.Join(slices.Compact(activationNames(t.activations)), ", ")
	}
	return what
}
