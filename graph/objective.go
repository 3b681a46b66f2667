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
	e := expression{err: err}
	weigh := func(terms *gorgonia.Node) *gorgonia.Node { return terms }
	if weights := b.weights; weights != nil {
		if site.Units > 1 {
			weights = e.matmul(weights, site.Filled(1, site.Units, 1)) // in every column
		}
		weigh = func(terms *gorgonia.Node) *gorgonia.Node { return e.mul(terms, weights) }
	}
	objective = e.reduced(weigh(terms), a.Reduction.divisor(b.rows, a.Outputs()))
	if a.Loss.negated {
		objective = e.neg(objective)
	}
	if reported = objective; a.Loss.Output.Name == Sigmoid.Name && a.Outputs() == 1 {
		reported = e.reportedLoss(p, y, weigh)
	}
	if a.L2 > 0 {
		objective = e.add(objective, b.penalty(&e))
	}
	if e.err != nil {
		return nil, nil, fmt.Errorf("network: loss %s: %w", a.Loss.Name, e.err)
	}
	return objective, reported, nil
}

// reduced is the sum of all terms over a divisor.
func (e *expression) reduced(terms *gorgonia.Node, divisor int) *gorgonia.Node {
	if e.err == nil && divisor == terms.Shape().TotalSize() {
		return e.mean(terms)
	}
	total := e.sum(terms)
	if divisor == 1 {
		return total
	}
	return e.combine(gorgonia.HadamardDiv, total, constant(float64(divisor)))
}

// penalty is L2/2 Σ W², weights only.
func (b *builder) penalty(e *expression) *gorgonia.Node {
	var squares *gorgonia.Node
	for l := range b.architecture.Layers {
		ofLayer := e.sum(e.apply(gorgonia.Square, b.inputs[2*l]))
		if squares == nil {
			squares = ofLayer
		} else {
			squares = e.add(squares, ofLayer)
		}
	}
	return e.mul(constant(b.architecture.L2/2), squares)
}
