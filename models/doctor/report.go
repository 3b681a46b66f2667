package doctor

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/graph"
	"actscope/internal/npz"
)

// Verdict is what gradients are.
type Verdict string

// The verdicts. Proportional are gradients that all are the same multiple of the right ones: of another reduction, or a
// step; or that agree but for a factor that single numbers leave open.
const (
	Right        Verdict = "right"
	Proportional Verdict = "proportional"
	Wrong        Verdict = "wrong"
)

// Report is what Check found.
type Report struct {
	Agrees bool `json:"agrees"` // right
	// Summary is the verdict in a sentence.
	Summary    string        `json:"summary"`
	Verdict    Verdict       `json:"verdict"`
	Understood Understanding `json:"understood"`
	// Arrays are the file's gradients, and its loss if it has one.
	Arrays []ArrayReport `json:"arrays"`
	// Diagnosis are the faults, and what the gradients have in common, of the explanation that costs least.
	Diagnosis []Fault `json:"diagnosis"`
	// Alternatives are other explanations that cost about as much, and those under other objectives.
	Alternatives []Alternative `json:"alternatives"`
	// References are the gradients that the file does not have.
	References []Reference `json:"references,omitempty"`
	// LastRightLayer is the layer down to which, counted from the output, every given array agrees; 0 if not even those
	// of the output layer do.
	LastRightLayer int `json:"last_right_layer"`
	// Steps are the file's intermediates and gradients, each given the author's own arrays before it, in the order of
	// computation.
	Steps []Step `json:"steps,omitempty"`
	// Remark says what else is to be known, such as arrays that nothing explains.
	Remark string `json:"remark,omitempty"`
}

// Understanding is how a file was read and for which objective it was judged.
type Understanding struct {
	Network     string            `json:"network"` // such as 4 → 5 → 1
	Objective   string            `json:"objective"`
	Over        string            `json:"over"`  // the reduction in words
	Pairs       []string          `json:"pairs"` // dW1 is the gradient of W1, ...
	Loss        string            `json:"loss"`
	Output      string            `json:"output"`
	Reduction   string            `json:"reduction"`
	Activations []string          `json:"activations"`
	Layout      string            `json:"layout"`
	Factor      float64           `json:"factor"`
	Penalty     float64           `json:"penalty"`
	Penalised   []string          `json:"penalised,omitempty"` // parameters under the penalty, where these are not the weights
	Rows        int               `json:"rows"`
	Names       map[string]string `json:"names"` // x, y, W1, grad_W1, ... and the file's names of them
	Ignored     []string          `json:"ignored"`
	Missing     []string          `json:"missing"` // parameters without a gradient
	// Layer and Differences are those of a layer by itself; see package layers.
	Layer       string       `json:"layer,omitempty"`
	Differences *Differences `json:"differences,omitempty"`
}

// Differences say how far the reference is from finite differences.
type Differences struct {
	Entries int     `json:"entries"`
	MaxAbs  float64 `json:"max_abs"`
	// LeftOut are entries at a kink, or whose differences admit of themselves that they err by more than the tolerance.
	LeftOut int `json:"left_out"`
}

// ArrayReport compares one array of the file with the reference times the common factor, the penalty included.
type ArrayReport struct {
	Name string `json:"name"`
	// MaxAbs is the largest difference, MaxRel the same relative to the largest entry of both arrays; an array of another
	// size has neither.
	MaxAbs float64 `json:"max_abs"`
	MaxRel float64 `json:"max_rel"`
	// Index is where the difference is largest, Yours and Reference the entries there.
	Index     []int   `json:"index"`
	Yours     float64 `json:"yours"`
	Reference float64 `json:"reference"`
	Agrees    bool    `json:"agrees"`
	Remark    string  `json:"remark,omitempty"`
	// Tolerance is how far an entry may be from the reference.
	Tolerance float64 `json:"tolerance"`
	// Shape, Given and Expected are the whole array, as it is in the file and as it should be, in C order; Expected is nil for
	// an array of another size.
	Shape           []int     `json:"-"`
	Given, Expected []float64 `json:"-"`
}

// Fault is one entry of a diagnosis.
type Fault struct {
	Mistake string `json:"mistake"`
	// Layer counts from 1; it is nil for what all gradients have in common.
	Layer    *int   `json:"layer"`
	Sentence string `json:"sentence"`
	// Should is the formula that should stand there, where the fault is in one.
	Should string `json:"should,omitempty"`
	// Instead is the formula that gives the numbers in the file, up to what all gradients have in common.
	Instead string `json:"instead,omitempty"`
	// Residual is what the fault leaves unexplained: the largest error of an entry, relative to its array's largest.
	Residual float64 `json:"residual"`
}

// Reference is the right gradient of a parameter whose gradient was not given, in the parameter's own shape.
type Reference struct {
	Parameter string    `json:"parameter"`
	Shape     []int     `json:"shape"`
	Values    []float64 `json:"values"` // in C order
}

// Alternative is another explanation.
type Alternative struct {
	Loss        string   `json:"loss"`
	Output      string   `json:"output"`
	Activations []string `json:"activations"`
	Layout      string   `json:"layout"`
	Cost        float64  `json:"cost"`
	Verdict     Verdict  `json:"verdict"`
	Summary     string   `json:"summary"`
	Diagnosis   []Fault  `json:"diagnosis"`
}

// newReport judges by the explanation that costs least.
func newReport(ctx context.Context, arrays []Array, n names, found []explanation) (*Report, error) {
	best := found[0]
	t := best.trial
	steps := best.steps(n.labels(arrays, t.r), arrays, n)
	reference, err := t.graphGradients(best)
	if err != nil {
		return nil, err
	}
	report := &Report{
		Understood:   t.understanding(arrays, n, best),
		Alternatives: []Alternative{},
	}
	layers := len(t.r.layers)
	report.LastRightLayer = 1
	allGradients := true
	for _, g := range t.r.gradients {
		a := t.compare(g, reference)
		if l := best.notJudged[a.Name]; l > 0 && !a.Agrees && a.Remark == "" {
			a.Remark = fmt.Sprintf("not judged: δ of layer %d is not explained", l)
		}
		report.Arrays = append(report.Arrays, a)
		if !a.Agrees {
			allGradients = false
			for _, s := range g.slots {
				report.LastRightLayer = max(report.LastRightLayer, s.layer+2)
			}
			report.LastRightLayer = max(report.LastRightLayer, g.layer+2)
		}
	}
	if report.LastRightLayer > layers {
		report.LastRightLayer = 0
	}
	for _, m := range t.r.missing {
		values := make([]float64, len(m.slots))
		for i, s := range m.slots {
			values[i] = s.of(reference)
		}
		report.References = append(report.References, Reference{m.parameter.Name, m.parameter.Shape, values})
	}
	lossAgrees := true
	if t.r.loss != nil {
		a := t.compareLoss(best)
		lossAgrees = a.Agrees
		report.Arrays = append(report.Arrays, a)
	}
	report.Verdict = t.verdict(best, allGradients)
	if !lossAgrees && report.Verdict == Right {
		report.Verdict = Wrong
	}
	report.Agrees = report.Verdict == Right
	report.Summary = t.summary(best, report.Verdict)
	report.Diagnosis = t.diagnosis(best)
	if allGradients { // within the caller's tolerance
		report.Diagnosis = slices.DeleteFunc(report.Diagnosis, func(f Fault) bool { return f.Layer != nil })
	}
	report.Remark = t.remark(best, allGradients)
	report.Steps = steps
	report.Understood.Ignored = slices.DeleteFunc(report.Understood.Ignored, func(name string) bool {
		return slices.ContainsFunc(report.Steps, func(s Step) bool { return s.Name == name })
	})
	if len(best.unexplained) > 0 {
		if faults, err := t.catalogue(ctx, best); err != nil {
			return nil, err
		} else if len(faults) > 0 {
			report.Diagnosis, report.Remark = faults, ""
			for i := range report.Arrays {
				if best.notJudged[report.Arrays[i].Name] > 0 {
					report.Arrays[i].Remark = ""
				}
			}
		} else {
			t.bySteps(best, report)
		}
	}
	seen := map[string]bool{signature(best): true, t.objectiveName(): true}
	for _, e := range found[1:] {
		// One for every other objective, and all that cost about as much as the best.
		objective := e.trial.objectiveName()
		if len(e.unexplained) > 0 && len(e.unexplained) >= len(best.unexplained) {
			continue
		}
		if seen[signature(e)] || e.cost > best.cost+within && (seen[objective] || e.cost > best.cost+costUnexplained) || len(report.Alternatives) == mostAlternatives {
			continue
		}
		seen[signature(e)], seen[objective] = true, true
		report.Alternatives = append(report.Alternatives, Alternative{
			Loss: e.trial.o.lossName(), Output: e.trial.o.outputName(), Activations: activationNames(e.trial.activations), Layout: e.trial.r.layoutText(),
			Cost: e.cost, Verdict: e.verdict(), Diagnosis: e.trial.diagnosis(e), Summary: e.trial.summary(e, e.verdict()),
		})
	}
	return report, nil
}

// mostAlternatives is how many other explanations are told.
const mostAlternatives = 5

func activationNames(list []graph.Activation) []string {
	text := []string{}
	for _, a := range list {
		text = append(text, a.Name)
	}
	return text
}

// signature tells explanations that say the same.
func signature(e explanation) string {
	text := e.trial.objectiveName() + fmt.Sprintf("%.5g", e.factor.value)
	for _, f := range e.trial.diagnosis(e) {
		text += f.Sentence
	}
	return text
}

// verdict judges an explanation; agree says that all gradients do, up to the common factor.
func (t *trial) verdict(e explanation, agree bool) Verdict {
	switch {
	case !agree:
		return Wrong
	case e.factor.cost > 0:
		return Proportional
	}
	return Right
}

// verdict is that of an explanation by itself.
func (e explanation) verdict() Verdict {
	turned := slices.ContainsFunc(e.trial.r.gradients, func(g givenGradient) bool { return g.flipped && !e.trial.r.flipped })
	return e.trial.verdict(e, len(e.faults)+len(e.unexplained) == 0 && !turned)
}

// understanding says how the file was read.
func (t *trial) understanding(arrays []Array, n names, e explanation) Understanding {
	u := Understanding{
		Network: t.r.widths(), Objective: t.o.String(), Over: strings.TrimPrefix(reductionText(t.meant, t.r.rows(), t.r.outputs()), "the "), Loss: t.o.lossName(), Output: t.o.outputName(), Reduction: string(t.meant),
		Activations: activationNames(t.activations), Layout: t.r.layoutText(), Rows: t.r.rows(),
		Factor: e.factor.value * t.meant.Divisor(t.r.rows(), t.r.outputs()), Names: map[string]string{},
		Ignored: []string{}, Missing: []string{},
	}
	if e.hasPenalty {
		u.Penalty, u.Penalised = e.penalty/u.Factor, t.penalised(e.state)
	}
	name := func(to string, i int) {
		if i >= 0 {
			u.Names[to] = arrays[i].Name
		}
	}
	name("x", n.x)
	name("y", n.y)
	name("loss", n.loss)
	name("b", n.sharedBias)
	name("grad_b", n.sharedBiasGradient)
	for l := range n.weights {
		name(fmt.Sprintf("W%d", l+1), n.weights[l])
		name(fmt.Sprintf("b%d", l+1), n.biases[l])
		name(fmt.Sprintf("grad_W%d", l+1), n.weightGradients[l])
		name(fmt.Sprintf("grad_b%d", l+1), n.biasGradients[l])
	}
	for _, g := range t.r.gradients {
		u.Pairs = append(u.Pairs, fmt.Sprintf("%s is the gradient of %s", g.array.Name, g.parameter.Name))
	}
	for _, m := range t.r.missing {
		u.Missing = append(u.Missing, m.parameter.Name)
	}
	for _, i := range n.ignored {
		u.Ignored = append(u.Ignored, arrays[i].Name)
	}
	return u
}

// diagnosis are the explanation's common factor and faults in words.
func (t *trial) diagnosis(e explanation) []Fault {
	list := []Fault{}
	n := len(t.r.layers)
	k := e.factor.value * t.meant.Divisor(t.r.rows(), t.r.outputs())
	if e.factor.cost > 0 {
		f := Fault{}
		switch {
		case e.factor.negated && math.Abs(k+1) < 1e-9:
			f.Mistake, f.Sentence = "sign", "every gradient is the reference times -1: the sign is reversed, as of a step downhill"
		case e.factor.reduction == "" || e.factor.negated:
			f.Mistake, f.Sentence = "step", fmt.Sprintf("every gradient is %.6g times the gradient of %s: a step, or a factor in front", k, reductionText(t.meant, t.r.rows(), t.r.outputs()))
		default:
			f.Mistake = "another-reduction"
			f.Sentence = fmt.Sprintf("every gradient is the reference times %.6g: right for %s, not for %s", k, reductionText(e.factor.reduction, t.r.rows(), t.r.outputs()), reductionText(t.meant, t.r.rows(), t.r.outputs()))
		}
		if name, ok := t.commonFactor(k); ok && !e.factor.negated {
			f.Mistake = name
		}
		if of := t.outputFormula(nil, k); of != "" {
			f.Instead, f.Should = delta(n)+" = "+of, delta(n)+" = "+t.outputFormula(nil, 1)
		}
		list = append(list, f)
	}
	for _, f := range e.faults {
		layer := f.layer
		instead, should := t.formulas(e, f)
		list = append(list, Fault{Mistake: f.mistake, Layer: &layer, Sentence: t.sentence(f, n), Should: should, Instead: instead, Residual: f.residual})
	}
	for _, g := range t.r.gradients {
		if g.flipped && !t.r.flipped {
			layer := g.layer + 1
			should := t.outer(t.input(layer), delta(layer))
			list = append(list, Fault{Mistake: "weight-gradient-transposed", Layer: &layer, Should: g.array.Name + " = " + should, Instead: g.array.Name + " = (" + should + ")ᵀ", Sentence: fmt.Sprintf("%s has the shape %s of a transposed %s", g.array.Name, npz.Shape(g.array.Shape).String(), g.parameter.Name)})
		}
	}
	return list
}
