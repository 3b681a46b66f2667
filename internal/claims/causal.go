package claims

import "math"

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

// largeCorrelation is what Cohen (1988) calls large.
const largeCorrelation = 0.5

// kept is how well the margin in the last hidden layer follows the distance to the
// decision boundary. A network without a boundary, and a layer that is constant, keep
// nothing.
func kept(m *Measurement) float64 {
	if v := float64(m.Kept[len(m.Spread)]); !math.IsNaN(v) { // behind the inputs
		return v
	}
	return 0
}

// thesis is the article's own reason: that a layer needs to know how far a point lies
// from the decision boundary, and that ReLU keeps this where sigmoid loses it.
var thesis = []Claim{
	{
		ID: "relu-keeps-distance", Kind: Causal, Statement: "ReLU keeps the distance to the boundary",
		Predicate: "rank correlation of a test point's distance to ReLU's decision boundary with its margin in the last hidden layer at least 0.5",
		Effect:    "ReLU's rank correlation − 0.5", uses: []string{relu},
		holds:  func(c Case) []bool { return one(kept(c.ReLU) >= largeCorrelation) },
		effect: func(c Case) (a, b float64) { return kept(c.ReLU), largeCorrelation },
	},
	{
		ID: "sigmoid-loses-distance", Kind: Causal, Statement: "sigmoid loses the distance to the boundary",
		Predicate: "rank correlation of a test point's distance to sigmoid's decision boundary with its margin in the last hidden layer below 0.5",
		Effect:    "sigmoid's rank correlation − 0.5", uses: []string{sigmoid},
		holds:  func(c Case) []bool { return one(kept(c.Sigmoid) < largeCorrelation) },
		effect: func(c Case) (a, b float64) { return kept(c.Sigmoid), largeCorrelation },
	},
	{
		ID: "relu-keeps-more", Kind: Causal, Statement: "ReLU keeps more of the distance than sigmoid",
		Predicate: "rank correlation of the distance to the network's own boundary with the margin in the last hidden layer larger under ReLU",
		Effect:    "rank correlation, ReLU − sigmoid", uses: both,
		holds:  func(c Case) []bool { return one(kept(c.ReLU) > kept(c.Sigmoid)) },
		effect: func(c Case) (a, b float64) { return kept(c.ReLU), kept(c.Sigmoid) },
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
