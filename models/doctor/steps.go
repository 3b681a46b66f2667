package doctor

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Step compares one array of the file with its formula, applied to the author's own arrays before it.
type Step struct {
	Name string `json:"name"` // the file's own
	// Formula is in the file's own names and layout; z1, a1, δ1 and p stand for what the file does not have.
	Formula string `json:"formula"`
	// Given are the arrays that it was computed from.
	Given    []string `json:"given"`
	Agrees   bool     `json:"agrees"`
	Sentence string   `json:"sentence"`
	// Residual is what the formula leaves of the array, or, where it does not agree, what the sentence leaves: the largest
	// difference, relative to the array's largest entry.
	Residual float64 `json:"residual"`

	layer   int
	mistake string // "" where nothing explains it
	cause   string // what was done otherwise, where it is more than a factor
}

// steps checks the stored arrays one by one; there are none for a file without intermediates. Where an explanation leaves
// arrays unexplained, what its gradients have in common is what the steps say.
func (e *explanation) steps(label labels, arrays []Array, n names) []Step {
	t := e.trial
	own, misshapen := t.recognise(arrays, n)
	if len(own)+len(misshapen) == 0 && t.r.loss == nil {
		return nil
	}
	w := newWalk(t, own)
	w.state, w.label = e.state, label
	layers := len(t.r.layers)
	for _, x := range w.own[meaning{postKind, 0}] {
		w.check(step{stored: x.v, Step: Step{Name: x.name, Formula: x.name + " = " + label.x}, sources: []made{{values: t.r.x.v, given: []string{label.x}}}, k: 1, of: x.meaning})
	}
	for l := 1; l <= layers; l++ {
		w.forward(l)
	}
	w.checkLoss()
	if len(own)+len(misshapen) == 0 { // a loss alone is told only where it is not right
		if len(w.list) == 0 || w.list[0].Agrees {
			return nil
		}
		return w.list
	}
	w.conventions()
	if meant := factors(t.meant, t.r.rows(), t.r.outputs())[0]; len(e.unexplained) > 0 && e.factor.reduction == "" && w.same(w.common, meant.value) {
		s := *e.state
		s.factor = meant
		e.state = &s
	}
	for l := layers; l >= 1; l-- {
		w.backward(l)
		w.gradients(l)
	}
	w.checkUp(0)
	return append(misshapen, w.list...)
}

// preferOwn prefers, among explanations with faults, those of networks that the stored intermediates fit.
func preferOwn(found []explanation, arrays []Array) []explanation {
	if len(found[0].faults)+len(found[0].unexplained) == 0 || len(found[0].trial.r.names.families(arrays)) == 0 {
		return found
	}
	misfits := map[*trial]int{}
	least := math.MaxInt
	for _, e := range found {
		if _, known := misfits[e.trial]; !known {
			own, _ := e.trial.recognise(arrays, e.trial.r.names)
			w := newWalk(e.trial, own)
			count := 0
			for _, s := range own {
				if !w.open(s.meaning) && w.score(s) < 2 { // what begins the ∂ tells of the loss what the gradients do already
					count++
				}
			}
			misfits[e.trial], least = count, min(least, count)
		}
	}
	for i := range found {
		e := &found[i]
		s := *e.state
		s.cost += costOtherLoss * float64(misfits[e.trial]-least)
		e.state = &s
	}
	slices.SortStableFunc(found, func(a, b explanation) int { return cmp.Compare(a.cost, b.cost) })
	return found
}

// bySteps names the faults of a report by its steps, where the search left arrays unexplained.
func (t *trial) bySteps(e explanation, report *Report) {
	unexplained := slices.Clone(e.unexplained)
	var faults []Fault
	var told []Step
	for _, s := range report.Steps {
		if s.Agrees || s.mistake != "" {
			unexplained = slices.DeleteFunc(unexplained, func(name string) bool { return name == s.Name })
		}
		again := slices.ContainsFunc(told, func(o Step) bool { return s.cause != "" && o.cause == s.cause && o.layer == s.layer })
		causes := s.layer > 0 && s.mistake != lossValue       // faults of the gradients
		if !s.Agrees && s.mistake != "" && causes && !again { // a δ that is not stored shows in W and in b
			layer := s.layer
			told = append(told, s)
			faults = append(faults, Fault{Mistake: s.mistake, Layer: &layer, Sentence: s.Sentence, Should: s.Formula, Residual: s.Residual})
		}
	}
	if len(faults) == 0 || len(unexplained) == len(e.unexplained) {
		return
	}
	report.Diagnosis = append(slices.DeleteFunc(report.Diagnosis, func(f Fault) bool { return f.Layer != nil }), faults...)
	s := *e.state
	s.unexplained, s.recovered = unexplained, nil
	report.Remark = strings.TrimSuffix("the faults are those that the stored intermediates tell, step by step; "+t.remark(explanation{&s, t}, false), "; ")
}
