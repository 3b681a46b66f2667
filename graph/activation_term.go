package graph

import (
	"strconv"

	"actscope/internal/formula"
)

// Term is φ as a formula in z, for programs that compute it by other means: what a formula was made
// of, else the call of a function that formulas know, leaky_relu(z), where a constant of its own
// comes second, leaky_relu(z,0.2). A softmax, which is no function of one number, has none.
func (a Activation) Term() (*formula.Term, bool) {
	z := &formula.Term{Operator: formula.Variable, Name: "z"}
	if a.IsFormula() {
		t, err := formula.Parse(a.Name, formulaGrammar())
		return t, err == nil
	}
	for _, known := range activations {
		if known.Name == a.Name {
			return &formula.Term{Operator: formula.Call, Name: FunctionName(a), Arguments: []*formula.Term{z}}, true
		}
	}
	kind, text, has := hasConstant(a.Name)
	c, err := strconv.ParseFloat(text, 64)
	if !has || err != nil {
		return nil, false
	}
	return &formula.Term{Operator: formula.Call, Name: FunctionName(Activation{Name: kind}), Arguments: []*formula.Term{z, {Operator: formula.Number, Value: c}}}, true
}

// formulaGrammar is what formulas of activations are made of.
func formulaGrammar() formula.Grammar {
	return formula.Grammar{Variables: []string{"z"}, Meaning: "the pre-activation is z", Functions: formulaArities()}
}
