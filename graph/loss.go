package graph

import (
	"gorgonia.org/gorgonia"

	"actscope/internal/nearest"
)

// Loss is one entry of the loss table: what training differentiates, given the
// output layer's pre-activation z and the labels y, both (rows, 1).
type Loss struct {
	// Name as in flags and files.
	Name string
	// Expression builds the scalar objective, a mean over the rows.
	Expression func(z, y *gorgonia.Node) (*gorgonia.Node, error)
}

// articleEpsilon is what the article adds inside both logarithms.
const articleEpsilon = 1e-9

var (
	// Logits is binary cross-entropy on the logits, mean(softplus(z) - z y) for
	// labels 0 and 1: the objective whose gradient, (σ(z) - y)/n, the article coded
	// by hand. It is written as mean(softplus((1-2y) z)), the same for these labels,
	// whose gradient keeps its digits where σ(z) - y cancels to 0.
	Logits = Loss{Name: "logits", Expression: logitsLoss}
	// ArticleLoss is the article's formula with its 1e-9, differentiated as it
	// stands: -mean(y ln(p+ε) + (1-y) ln(q+ε)), p = σ(z), q = σ(-z).
	ArticleLoss = Loss{Name: "article", Expression: articleLoss}
)

// Losses lists the table in the order in which it is shown to users.
func Losses() []Loss { return []Loss{Logits, ArticleLoss} }

// LossNamed finds an entry of the table; the error suggests the
// nearest known name and lists them all.
func LossNamed(name string) (Loss, error) {
	var known []string
	for _, l := range Losses() {
		if l.Name == name {
			return l, nil
		}
		known = append(known, l.Name)
	}
	return Loss{}, nearest.Unknown("loss", name, known)
}

func logitsLoss(z, y *gorgonia.Node) (*gorgonia.Node, error) {
	var e expression
	sign := e.sub(constant(1), e.mul(constant(2), y))
	loss := e.mean(e.apply(softplusOp.node, e.mul(sign, z)))
	return loss, e.err
}

func articleLoss(z, y *gorgonia.Node) (*gorgonia.Node, error) {
	var e expression
	p, q := e.apply(sigmoidOp.node, z), e.apply(sigmoidOp.node, e.neg(z)) // 1-p would lose the digits of a small q
	loss := e.articleFormula(p, q, y)
	return loss, e.err
}

// reportedLoss is the article's printed number for probabilities p: its formula
// with the literal 1-p. It is shown, never differentiated.
func reportedLoss(p, y *gorgonia.Node) (*gorgonia.Node, error) {
	var e expression
	loss := e.articleFormula(p, e.sub(constant(1), p), y)
	return loss, e.err
}

// articleFormula is -mean(y ln(p+ε) + (1-y) ln(q+ε)).
func (e *expression) articleFormula(p, q, y *gorgonia.Node) *gorgonia.Node {
	epsilon := constant(articleEpsilon)
	positive := e.mul(y, e.log(e.add(p, epsilon)))
	negative := e.mul(e.sub(constant(1), y), e.log(e.add(q, epsilon)))
	return e.neg(e.mean(e.add(positive, negative)))
}
