package doctor

import (
	"fmt"
	"math"
	"slices"

	"actscope/graph"
	"actscope/internal/input"
	"actscope/internal/npz"
	"actscope/models/handcoded"
)

// objective is a loss at an output, without reduction and penalty.
type objective struct {
	loss   graph.Loss
	output graph.Activation // that of squared errors; the zero value else
	handcoded.Objective
}

// outputName is the activation of the output, by its flag's name.
func (o objective) outputName() string {
	switch {
	case o.output.Expression != nil:
		return o.output.Name
	case o.Loss == handcoded.Softmax:
		return "softmax"
	case o.Loss == handcoded.Hinge || o.loss.AnyOutput():
		return "identity"
	}
	return "sigmoid"
}

// lossName is the name of the loss as the flag has it.
func (o objective) lossName() string {
	if o.Loss == handcoded.Logits {
		return "bce"
	}
	return string(o.Loss)
}

// String says the objective in words.
func (o objective) String() string {
	switch o.Loss {
	case handcoded.Logits:
		return "binary cross-entropy"
	case handcoded.Article:
		return "binary cross-entropy with 1e-9 in its logarithms"
	case handcoded.Softmax:
		return "cross-entropy of a softmax"
	case handcoded.Hinge:
		return "hinge"
	case handcoded.HalfSquaredError:
		return "half the squared error"
	}
	return "squared error"
}

// outputSlope is f'(z) of the output's activation where δ has it as a factor of its own.
func (o objective) outputSlope() func(z float64) float64 {
	switch {
	case o.Loss == handcoded.Logits || o.Loss == handcoded.Article:
		return sigmoidSlope
	case o.Output.Derivative != nil:
		return o.Output.Derivative
	}
	return func(float64) float64 { return 1 }
}

func sigmoidSlope(z float64) float64 { return handcoded.Sigmoid(z) * handcoded.Sigmoid(-z) }

// squaredOutputs are the activations at the output of a squared error.
func squaredOutputs() []graph.Activation {
	return []graph.Activation{graph.Sigmoid, {}, graph.Tanh, graph.ReLU}
}

// newObjective names a loss at an output.
func newObjective(loss graph.Loss, output graph.Activation) objective {
	o := objective{loss: loss, output: output, Objective: handcoded.Objective{Loss: handcoded.Loss(loss.Name)}}
	if output.Expression != nil {
		o.Output = handcoded.Activation{Value: output.Value, Derivative: output.Derivative}
	}
	return o
}

// objectives are those that the options leave open and a reading's targets allow.
func (o Options) objectives(r *reading) ([]objective, error) {
	var list []objective
	if o.Loss != "" {
		name := o.Loss
		if name == "bce" {
			name = graph.Logits.Name
		}
		loss, err := graph.LossNamed(name)
		if err != nil {
			return nil, input.Under("loss", err)
		}
		list = withOutputs(loss)
	} else {
		for _, loss := range []graph.Loss{graph.Logits, graph.Softmax, graph.SquaredError, graph.Hinge} {
			list = append(list, withOutputs(loss)...)
		}
	}
	if o.Output != "" {
		known := list
		list = slices.DeleteFunc(slices.Clone(list), func(c objective) bool { return c.outputName() != o.Output })
		if len(list) == 0 {
			if _, err := graph.ActivationNamed(o.Output); err != nil && o.Output != "softmax" {
				return nil, input.Under("output", err)
			}
			return nil, input.Refuse("output", "loss %s has an output of its own, %s", known[0].loss.Name, known[0].outputName())
		}
	}
	var why error
	list = slices.DeleteFunc(list, func(c objective) bool {
		err := c.takes(r)
		if err != nil && why == nil {
			why = err
		}
		return err != nil
	})
	if len(list) == 0 {
		return nil, why
	}
	return list, nil
}

func withOutputs(loss graph.Loss) []objective {
	if !loss.AnyOutput() {
		return []objective{newObjective(loss, graph.Activation{})}
	}
	var list []objective
	for _, output := range squaredOutputs() {
		list = append(list, newObjective(loss, output))
	}
	return list
}

// takes reports why the objective cannot be that of a reading's targets.
func (o objective) takes(r *reading) error {
	outputs := r.outputs()
	head := graph.MLP(1, nil, graph.Activation{}, o.loss).WithOutputs(outputs)
	if o.output.Expression != nil {
		head.Layers[0].Activation = o.output
	}
	if err := head.Validate(); err != nil {
		w := r.layers[len(r.layers)-1].parameter
		return about(w, "shape %s: %w", npz.Shape(w.Shape).String(), err)
	}
	if head.Targets() == graph.Numbers {
		return nil
	}
	for i, v := range r.y.v {
		if v != 0 && v != 1 {
			return input.Refuse("array y", "sample %d is %v: loss %s takes labels of 0 or 1, or classes", i/outputs, v, o.lossName())
		}
	}
	if o.OneHot(outputs) {
		for i, sum := range r.y.rowSums() {
			if sum != 1 {
				return input.Refuse("array y", "sample %d is of %v classes: loss %s takes one", i, sum, o.lossName())
			}
		}
	}
	return nil
}

// base is what a row's δ is, before the reduction.
func (o objective) base(z, p, y matrix) matrix {
	d := zeros(z.rows, z.cols)
	for i := range z.rows {
		o.Derivative(d.row(i), z.row(i), p.row(i), y.row(i))
	}
	return d
}

// factor is what all gradients have in common, 1/divisor for the objective's reductions.
type factor struct {
	value float64
	cost  float64
	// reduction is the one that it stands for, "" for a factor that is none; negated says that it is its opposite.
	reduction handcoded.Reduction
	negated   bool
}

// Costs of common factors.
const (
	costOtherReduction = 0.3
	costNegated        = 0.4
	costUndeclared     = 1.05
	// costNotGiven is added where the caller gave another reduction.
	costNotGiven = 0.7
)

var reductions = []handcoded.Reduction{handcoded.Mean, handcoded.Sum, handcoded.HalfMean, handcoded.HalfSum, handcoded.MeanAll}

// factors are the declared ones, the meant reduction first.
func factors(meant handcoded.Reduction, rows, outputs int) []factor {
	var list []factor
	add := func(f factor) {
		if !slices.ContainsFunc(list, func(o factor) bool { return math.Abs(o.value-f.value) < 1e-12*math.Abs(o.value) }) {
			list = append(list, f)
		}
	}
	value := func(r handcoded.Reduction) float64 { return 1 / r.Divisor(rows, outputs) }
	add(factor{value: value(meant), reduction: meant})
	for _, r := range reductions {
		add(factor{value: value(r), reduction: r, cost: costOtherReduction})
	}
	add(factor{value: -value(meant), reduction: meant, negated: true, cost: costNegated})
	for _, r := range reductions {
		add(factor{value: -value(r), reduction: r, negated: true, cost: costNegated + 0.1})
	}
	return list
}

// reductionText says over what a loss is added up.
func reductionText(r handcoded.Reduction, rows, outputs int) string {
	count := fmt.Sprintf("%d rows", rows)
	if rows == 1 {
		count = "one row"
	}
	switch r {
	case handcoded.Sum:
		return "the sum over " + count
	case handcoded.MeanAll:
		return fmt.Sprintf("the mean over %s and %d outputs", count, outputs)
	case handcoded.HalfSum:
		return "half the sum over " + count
	case handcoded.HalfMean:
		return "half the mean over " + count
	}
	return "the mean over " + count
}
