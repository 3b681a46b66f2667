package graph

import (
	"errors"

	"gorgonia.org/gorgonia"
)

// articleEpsilon is what the article adds inside both logarithms.
const articleEpsilon = 1e-9

var (
	// Logits is binary cross-entropy on the logits of sigmoid units, softplus(z) - z y for
	// labels 0 and 1: for one unit the objective whose gradient, (σ(z) - y)/n, the article
	// coded by hand. It is written as softplus((1-2y) z), the same for these labels,
	// whose gradient keeps its digits where σ(z) - y cancels to 0.
	Logits = Loss{Name: "logits", Aliases: []string{"bce"}, Output: Sigmoid, terms: logitsTerms, takes: labels}
	// ArticleLoss is the article's formula for one sigmoid unit with its 1e-9, differentiated
	// as it stands: -(y ln(p+ε) + (1-y) ln(q+ε)), p = σ(z), q = σ(-z).
	ArticleLoss = Loss{Name: "article", Output: Sigmoid, terms: articleTerms, negated: true, takes: oneLabel}
	// Softmax is the cross-entropy of one of several classes, -Σ y ln softmax(z) for one-hot
	// y. It is written as Σ y softplus(o) with the log-odds against each class, o_j =
	// ln Σ_{i≠j} e^{z_i} - z_j: softmax(z) is σ(-o). So of two logits it is Logits of their
	// difference, and it keeps the digits where p - y cancels to 0.
	Softmax = Loss{Name: "softmax", Aliases: []string{"cross-entropy"}, Output: SoftmaxOutput, terms: softmaxTerms, takes: severalClasses}
)

// SoftmaxOutput is softmax by rows, for output layers only: e^{z_j} / Σ_i e^{z_i}, computed
// from the odds against each. Of two logits its second column is σ(z₁-z₀), bit for bit.
var SoftmaxOutput = Activation{Name: "softmax", Title: "Softmax", Gain: 1, Expression: func(z *gorgonia.Node) (*gorgonia.Node, error) {
	var e Expression
	out := e.Apply(sigmoidOp.node, e.Neg(e.Apply(logOddsOp.node, z)))
	return out, e.Err
}}

func labels(int) (Targets, error) { return Labels, nil }

func oneLabel(units int) (Targets, error) {
	if units != 1 {
		return Labels, errors.New("needs one sigmoid unit: take logits for several, each a label of its own, softmax for classes")
	}
	return Labels, nil
}

func severalClasses(units int) (Targets, error) {
	if units < 2 {
		return Classes, errors.New("needs a unit for each class, two or more: take logits for two classes at one sigmoid unit")
	}
	return Classes, nil
}

func logitsTerms(_ *Site, z, _, y *gorgonia.Node) (*gorgonia.Node, error) {
	var e Expression
	sign := e.Sub(Constant(1), e.Mul(Constant(2), y))
	terms := e.Apply(softplusOp.node, e.Mul(sign, z))
	return terms, e.Err
}

func articleTerms(_ *Site, z, _, y *gorgonia.Node) (*gorgonia.Node, error) {
	var e Expression
	p, q := e.Apply(sigmoidOp.node, z), e.Apply(sigmoidOp.node, e.Neg(z)) // 1-p would lose the digits of a small q
	terms := e.articleFormula(p, q, y)
	return terms, e.Err
}

func softmaxTerms(_ *Site, z, _, y *gorgonia.Node) (*gorgonia.Node, error) {
	var e Expression
	terms := e.Mul(y, e.Apply(softplusOp.node, e.Apply(logOddsOp.node, z)))
	return terms, e.Err
}

// reportedLoss is the article's printed number for probabilities p of one sigmoid unit: its
// formula with the literal 1-p, of rows that count as weigh says. It is shown, never
// differentiated.
func (e *Expression) reportedLoss(p, y *gorgonia.Node, weigh func(terms *gorgonia.Node) *gorgonia.Node) *gorgonia.Node {
	return e.Neg(e.Mean(weigh(e.articleFormula(p, e.Sub(Constant(1), p), y))))
}

// articleFormula is y ln(p+ε) + (1-y) ln(q+ε).
func (e *Expression) articleFormula(p, q, y *gorgonia.Node) *gorgonia.Node {
	epsilon := Constant(articleEpsilon)
	positive := e.Mul(y, e.Log(e.Add(p, epsilon)))
	negative := e.Mul(e.Sub(Constant(1), y), e.Log(e.Add(q, epsilon)))
	return e.Add(positive, negative)
}
