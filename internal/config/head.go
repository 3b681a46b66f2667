package config

import (
	"slices"
	"strings"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/input"
)

// For is the specification for points of so many columns with such targets: as many inputs,
// and as many outputs of a loss that takes them. The default loss, logits, becomes softmax
// where there are more than two classes and mse where there are numbers; any other that does
// not take the targets is an [input.Error].
func (s Specification) For(columns int, t data.Targets) (Specification, error) {
	s.MLP.Inputs, s.MLP.Outputs = columns, 1
	name := s.MLP.Loss.Name
	suits := []graph.Loss{graph.SquaredError, graph.HalfSquaredError} // the first is the default
	switch {
	case t.Task == data.Regression:
		s.MLP.Outputs = t.Columns()
	case t.Task == data.MultiLabel:
		s.MLP.Outputs = t.Columns()
		suits = []graph.Loss{graph.Logits}
	case t.TwoClasses():
		suits = append(graph.TwoClassLosses(), graph.Softmax, graph.Hinge)
		if name == graph.Softmax.Name {
			s.MLP.Outputs = 2
		}
	default:
		s.MLP.Outputs = t.Classes()
		suits = []graph.Loss{graph.Softmax, graph.Hinge}
	}
	if s.Balanced && t.Task != data.Classification {
		return s, input.Refuse("class-weights", "%s is for classes, not for %v: leave it out", balanced, t)
	}
	if name == graph.Logits.Name {
		s.MLP.Loss = suits[0]
	}
	var known []string
	for _, l := range suits {
		known = append(known, l.Name)
	}
	if !slices.Contains(known, s.MLP.Loss.Name) {
		return s, input.Refuse("loss", "%s is not for %v: take %s", name, t, strings.Join(known, ", "))
	}
	if err := s.CheckOutput(); err != nil {
		return s, err
	}
	return s, s.check()
}

// CheckOutput refuses an activation of the output layer that the loss does not take.
func (s Specification) CheckOutput() error {
	if s.MLP.Output.Expression != nil && !s.MLP.Loss.AnyOutput() {
		return input.Refuse("output", "loss %s has an output of its own, %s: only squared errors take another", s.MLP.Loss.Name, s.MLP.Loss.Output.Name)
	}
	return nil
}

// check reports what no network can be built of, before its data are known or after.
func (s Specification) check() error {
	if s.MLP.Inputs == 0 {
		s.MLP.Inputs = 1
		if s.MLP.Loss.Name == graph.Softmax.Name {
			s.MLP.Outputs = 2
		}
		if s.MLP.Loss.Name == graph.Logits.Name { // which may become another
			s.MLP.Output = graph.Activation{}
		} else if err := s.CheckOutput(); err != nil {
			return err
		}
	}
	if _, err := s.MLP.ParameterCount(); err != nil {
		return input.Under("parts", err)
	}
	return nil
}
