package present

import (
	"cmp"
	"slices"
	"strconv"

	"actscope/graph"
	"actscope/internal/experiment"
	"actscope/internal/formula"
	"actscope/models"
	"actscope/viz/report"
)

// modelOf is a network as the page computes it, with the numbers of its snapshots; nil where it has a part or an
// activation that the page does not know.
func modelOf(net *models.Network, snapshots []experiment.Snapshot) *report.Model {
	a := net.Architecture()
	m := &report.Model{Inputs: a.Inputs}
	at, end := make(map[string]int), 0
	for _, p := range experiment.State(net) {
		at[p.Name], end = end, end+len(p.Values)
	}
	for i, l := range a.Layers {
		steps, ok := stepsOf(a, i+1, at)
		if !ok {
			return nil
		}
		m.Layers = append(m.Layers, report.ModelLayer{Units: l.Units, Steps: steps})
	}
	for _, s := range snapshots {
		m.Values = append(m.Values, slices.Concat(s.Values...))
	}
	return m
}

// normEpsilon stands beside the variance where a normalisation says nothing else.
const normEpsilon = 1e-5

// stepsOf are those of a layer, from 1, given where each array begins.
func stepsOf(a graph.Architecture, layer int, at map[string]int) ([]report.ModelStep, bool) {
	l := a.Layers[layer-1]
	arrays := func(names ...string) []int {
		var all []int
		for _, name := range names {
			all = append(all, at[name+strconv.Itoa(layer)])
		}
		return all
	}
	steps := []report.ModelStep{{Do: report.Dense, At: arrays("W", "b")}}
	for _, place := range []graph.Place{graph.BeforeActivation, graph.AfterActivation} {
		for _, part := range l.Parts {
			if part.Place() != place {
				continue
			}
			step, known := partStep(a, layer, part, arrays)
			if !known {
				return nil, false
			}
			if step.Do != "" {
				steps = append(steps, step)
			}
		}
		if place == graph.AfterActivation {
			break
		}
		if l.Activation.Name == graph.SoftmaxOutput.Name {
			steps = append(steps, report.ModelStep{Do: report.Softmax})
			continue
		}
		term, ok := l.Activation.Term()
		if !ok {
			return nil, false
		}
		function, ok := pageFunction(term)
		if !ok {
			return nil, false
		}
		steps = append(steps, report.ModelStep{Do: report.Activated, Function: function})
	}
	return steps, true
}

// partStep is what a part does where nothing is trained: no step at all, if that is nothing.
func partStep(a graph.Architecture, layer int, part graph.Part, arrays func(...string) []int) (step report.ModelStep, known bool) {
	width := func(l int) int {
		if l == 0 {
			return a.Inputs
		}
		return a.Layers[l-1].Units
	}
	shortcut := func(over int) int { // -1 for none
		if over < 1 || layer < over || width(layer-over) != width(layer) {
			return -1
		}
		return layer - over
	}
	switch p := part.(type) {
	case graph.Dropout:
	case graph.Affine:
		step = report.ModelStep{Do: report.Scaled, At: arrays("scale", "offset")}
	case graph.BatchNorm:
		step = report.ModelStep{Do: report.BatchNorm, At: arrays("gain", "shift", "mean", "variance"), Epsilon: cmp.Or(p.Epsilon, normEpsilon)}
	case graph.LayerNorm:
		step = report.ModelStep{Do: report.LayerNorm, At: arrays("gain", "shift"), Epsilon: cmp.Or(p.Epsilon, normEpsilon)}
	case graph.Residual:
		if from := shortcut(p.Over); from >= 0 && layer%p.Over == 0 {
			step = report.ModelStep{Do: report.Shortcut, From: from}
		}
	case graph.Shortcut:
		if from := shortcut(p.Over); from >= 0 {
			step = report.ModelStep{Do: report.Shortcut, From: from}
		}
	case graph.ScaledShortcut:
		if from := shortcut(p.Over); from >= 0 {
			step = report.ModelStep{Do: report.ScaledShortcut, From: from, At: arrays("passed", "added")}
		}
	default:
		return step, false
	}
	return step, true
}

// pageFunction is a formula as the page reads it.
func pageFunction(t *formula.Term) (any, bool) {
	switch t.Operator {
	case formula.Number:
		return t.Value, true
	case formula.Variable:
		return t.Name, true
	}
	call := []any{t.Operator.String()}
	if t.Operator == formula.Call {
		if !slices.Contains(report.PageFunctions, t.Name) {
			return nil, false
		}
		call[0] = t.Name
	}
	for _, argument := range t.Arguments {
		a, ok := pageFunction(argument)
		if !ok {
			return nil, false
		}
		call = append(call, a)
	}
	return call, true
}
