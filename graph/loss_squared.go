package graph

import "gorgonia.org/gorgonia"

var (
	// SquaredError is (p-y)^2 at outputs p of any activation, usually the identity. Several
	// outputs are added up: divided by their number, too, it is what PyTorch calls MSELoss,
	// with the reduction [MeanAll].
	SquaredError = Loss{Name: "mse", Output: Identity, terms: squaredTerms, anyOutput: true, takes: numbers}
	// HalfSquaredError is (p-y)^2/2, whose gradient has no factor 2.
	HalfSquaredError = Loss{Name: "half-mse", Output: Identity, terms: halfSquaredTerms, anyOutput: true, takes: numbers}
)

func numbers(int) (Targets, error) { return Numbers, nil }

func squaredTerms(_ *Site, _, p, y *gorgonia.Node) (*gorgonia.Node, error) {
	var e Expression
	terms := e.Apply(gorgonia.Square, e.Sub(p, y))
	return terms, e.Err
}

func halfSquaredTerms(s *Site, z, p, y *gorgonia.Node) (*gorgonia.Node, error) {
	var e Expression
	squares, err := squaredTerms(s, z, p, y)
	e.Err = err
	terms := e.Mul(Constant(0.5), squares)
	return terms, e.Err
}
