package claims

// causal is what the article takes for the reason of what it sees, put so that it
// can fail.
var causal = []Claim{
	{
		ID: "lost-for-good", Kind: Causal, Statement: "what sigmoid lost does not come back",
		Predicate: "however long or fast it learns, sigmoid's test accuracy stays at least 0.05 below that of ReLU under the article's settings",
		Effect:    "test accuracy, ReLU under the article's settings − sigmoid", uses: both, against: theBase,
		holds:  func(c Case) []bool { return one(c.Other.ReLU.TestAccuracy-c.Sigmoid.TestAccuracy >= clearGap-rounding) },
		effect: func(c Case) (a, b float64) { return c.Other.ReLU.TestAccuracy, c.Sigmoid.TestAccuracy },
	},
	{
		ID: "depth-pays-relu", Kind: Causal, Statement: "depth pays under ReLU",
		Predicate: "ReLU's test accuracy above that of the same seed with one hidden layer",
		Effect:    "ReLU's test accuracy, this depth − one hidden layer", uses: []string{relu}, against: oneLayer,
		holds:  func(c Case) []bool { return one(c.ReLU.TestAccuracy > c.Other.ReLU.TestAccuracy) },
		effect: func(c Case) (a, b float64) { return c.ReLU.TestAccuracy, c.Other.ReLU.TestAccuracy },
	},
	{
		ID: "depth-wasted-sigmoid", Kind: Causal, Statement: "depth is wasted under sigmoid",
		Predicate: "sigmoid's test accuracy not above that of the same seed with one hidden layer",
		Effect:    "sigmoid's test accuracy, this depth − one hidden layer", uses: []string{sigmoid}, against: oneLayer,
		holds:  func(c Case) []bool { return one(c.Sigmoid.TestAccuracy <= c.Other.Sigmoid.TestAccuracy) },
		effect: func(c Case) (a, b float64) { return c.Sigmoid.TestAccuracy, c.Other.Sigmoid.TestAccuracy },
	},
}

// explanations are other reasons than the article's.
var explanations = []Claim{
	{
		ID: "sigmoid-learns-slower", Kind: Explanation, Statement: "sigmoid's first layer gets the smaller gradient",
		Predicate: "mean norm of the first layer's gradient over the first epoch smaller under sigmoid",
		Effect:    "gradient norm of the first layer, sigmoid − ReLU", uses: both,
		holds:  func(c Case) []bool { return one(c.Sigmoid.FirstGradients[0] < c.ReLU.FirstGradients[0]) },
		effect: func(c Case) (a, b float64) { return c.Sigmoid.FirstGradients[0], c.ReLU.FirstGradients[0] },
	},
}
