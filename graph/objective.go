package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"
)

// objective builds what is differentiated, the data term plus the penalty, and what is
// reported: of two classes at one sigmoid unit the article's loss, else the data term.
func (b *builder) objective(y *gorgonia.Node) (objective, reported *gorgonia.Node, err error) {
	a, last := b.architecture, len(b.architecture.Layers)
	z, p := b.stages[Point{last, PreActivation}], b.stages[Point{last, PostActivation}]
	site := &Site{Layer: last, Rows: b.rows, Units: a.Outputs(), Training: true, builder: b}
	terms, err := a.Loss.terms(site, z, p, y)
	e := Expression{Err: err}
	weigh := func(terms *gorgonia.Node) *gorgonia.Node { return terms }
	if weights := b.weights; weights != nil {
		if site.Units > 1 {
			weights = e.MatMul(weights, site.Filled(1, site.Units, 1)) // in every column
		}
		weigh = func(terms *gorgonia.Node) *gorgonia.Node { return e.Mul(terms, weights) }
	}
	objective = e.reduced(weigh(terms), a.Reduction.Divisor(b.rows, a.Outputs()))
	if a.Loss.negated {
		objective = e.Neg(objective)
	}
	if reported = objective; a.Loss.Output.Name == Sigmoid.Name && a.Outputs() == 1 {
		reported = e.reportedLoss(p, y, weigh)
	}
	if a.L2 > 0 {
		objective = e.Add(objective, b.penalty(&e))
	}
	if e.Err != nil {
		return nil, nil, fmt.Errorf("network: loss %s: %w", a.Loss.Name, e.Err)
	}
	return objective, reported, nil
}

// reduced is the sum of all terms over a divisor.
func (e *Expression) reduced(terms *gorgonia.Node, divisor int) *gorgonia.Node {
	if e.Err == nil && divisor == terms.Shape().TotalSize() {
		return e.Mean(terms)
	}
	total := e.Sum(terms)
	if divisor == 1 {
		return total
	}
	return e.Combine(gorgonia.HadamardDiv, total, Constant(float64(divisor)))
}

// penalty is L2/2 Σ W², weights only.
func (b *builder) penalty(e *Expression) *gorgonia.Node {
	var squares *gorgonia.Node
	for l := range b.architecture.Layers {
		ofLayer := e.Sum(e.Apply(gorgonia.Square, b.inputs[2*l]))
		if squares == nil {
			squares = ofLayer
		} else {
			squares = e.Add(squares, ofLayer)
		}
	}
	return e.Mul(Constant(b.architecture.L2/2), squares)
}
