package claims

import (
	"actscope/internal/article"
	"math"
)

// Bounds of the general claims, fixed before anything was measured.
const (
	clearGap   = 0.05 // of test accuracies: a third of the article's 17 points
	stalled    = 0.01 // of losses, as in the article's claim
	clearLoss  = 0.1  // of final losses: two fifths of the article's 0.25
	likeFactor = 1.5  // of signals
)

// rounding keeps shares such as 0.98 - 0.93 from falling below 0.05.
const rounding = 1e-9

// general are the article's claims without the numbers of its one run.
var general = []Claim{
	{
		ID: "accuracy-gap", Kind: General, Statement: "sigmoid ends clearly below ReLU",
		Predicate: "test accuracy of ReLU at least 0.05 above sigmoid's", Effect: "test accuracy, ReLU − sigmoid", uses: both,
		holds:  func(c Case) []bool { return one(c.ReLU.TestAccuracy-c.Sigmoid.TestAccuracy >= clearGap-rounding) },
		effect: func(c Case) (a, b float64) { return c.ReLU.TestAccuracy, c.Sigmoid.TestAccuracy },
	},
	{
		ID: "sigmoid-stalls-above", Kind: General, Statement: "sigmoid's loss comes to rest far above ReLU's",
		Predicate: "sigmoid's loss at half of the training within 0.01 of its last, and that at least 0.1 above ReLU's last",
		Effect:    "final loss, sigmoid − ReLU", uses: both,
		holds: func(c Case) []bool {
			s, r := c.Sigmoid.Loss, c.ReLU.Loss
			return one(math.Abs(s[1]-s[3]) <= stalled && s[3]-r[3] >= clearLoss)
		},
		effect: func(c Case) (a, b float64) { return c.Sigmoid.Loss[3], c.ReLU.Loss[3] },
	},
	{
		ID: "relu-keeps-falling", Kind: General, Statement: "ReLU's loss keeps falling",
		Predicate: "loss strictly down from quarter to quarter of the training", Effect: "ReLU's loss, first quarter − end", uses: []string{relu},
		holds: func(c Case) []bool {
			l := c.ReLU.Loss
			return one(l[0] > l[1] && l[1] > l[2] && l[2] > l[3])
		},
		effect: func(c Case) (a, b float64) { return c.ReLU.Loss[0], c.ReLU.Loss[3] },
	},
	{
		ID: "sigmoid-spread-shrinks", Kind: General, Statement: "sigmoid's spread shrinks with depth",
		Predicate: "spread of the last hidden layer below that of the first (of one layer: below the inputs')",
		Effect:    "sigmoid's spread, last − first hidden layer", uses: []string{sigmoid},
		holds: func(c Case) []bool {
			last, first := spreads(c.Sigmoid)
			return one(last < first)
		},
		effect: func(c Case) (a, b float64) { return spreads(c.Sigmoid) },
	},
	{
		ID: "relu-spread-grows", Kind: General, Statement: "ReLU's spread grows with depth",
		Predicate: "spread of the last hidden layer above that of the first (of one layer: above the inputs')",
		Effect:    "ReLU's spread, last − first hidden layer", uses: []string{relu},
		holds: func(c Case) []bool {
			last, first := spreads(c.ReLU)
			return one(last > first)
		},
		effect: func(c Case) (a, b float64) { return spreads(c.ReLU) },
	},
	{
		ID: "sigmoid-spread-smaller", Kind: General, Statement: "sigmoid's layers are less spread than ReLU's",
		Predicate: "spread smaller under sigmoid, in every hidden layer", Effect: "spread of the last hidden layer, sigmoid − ReLU", uses: both,
		holds: func(c Case) []bool {
			for l, spread := range c.Sigmoid.Spread {
				if !(spread < c.ReLU.Spread[l]) {
					return one(false)
				}
			}
			return one(true)
		},
		effect: func(c Case) (a, b float64) {
			last := len(c.Sigmoid.Spread) - 1
			return c.Sigmoid.Spread[last], c.ReLU.Spread[last]
		},
	},
	{
		ID: "first-signal-close", Kind: General, Statement: "both nets begin with signals alike",
		Predicate: "mean |z₁| of the nets within a factor of 1.5 of each other, for both samples", Effect: "mean |z₁|, ReLU − sigmoid", uses: both,
		holds: func(c Case) []bool {
			return forSamples(c, func(s, r []float64) bool {
				return max(article.FirstPre(s), article.FirstPre(r)) <= likeFactor*min(article.FirstPre(s), article.FirstPre(r))
			})
		},
		effect: func(c Case) (a, b float64) {
			return overSamples(c.ReLU, article.FirstPre), overSamples(c.Sigmoid, article.FirstPre)
		},
	},
	{
		ID: "sigmoid-compresses-more", Kind: General, Statement: "sigmoid compresses the signal more than ReLU",
		Predicate: "mean a₁ / mean |z₁| smaller under sigmoid, for both samples", Effect: "mean a₁ / mean |z₁|, sigmoid − ReLU", uses: both,
		holds: func(c Case) []bool {
			return forSamples(c, func(s, r []float64) bool { return passed(s) < passed(r) })
		},
		effect: func(c Case) (a, b float64) { return overSamples(c.Sigmoid, passed), overSamples(c.ReLU, passed) },
	},
	{
		ID: "sigmoid-band-narrower", Kind: General, Statement: "the two samples end up closer together under sigmoid",
		Predicate: "difference of the samples' mean activation in the last hidden layer smaller under sigmoid",
		Effect:    "difference of the samples, sigmoid − ReLU", uses: both,
		holds:  func(c Case) []bool { return one(apart(c.Sigmoid) < apart(c.ReLU)) },
		effect: func(c Case) (a, b float64) { return apart(c.Sigmoid), apart(c.ReLU) },
	},
	{
		ID: "relu-output-larger", Kind: General, Statement: "ReLU's output signal is larger",
		Predicate: "|z| of the output larger under ReLU, for both samples", Effect: "|z| of the output, ReLU − sigmoid", uses: both,
		holds: func(c Case) []bool {
			return forSamples(c, func(s, r []float64) bool { return article.Output(r) > article.Output(s) })
		},
		effect: func(c Case) (a, b float64) {
			return overSamples(c.ReLU, article.Output), overSamples(c.Sigmoid, article.Output)
		},
	},
}

// one is the verdict of a claim that is not about samples.
func one(holds bool) []bool { return []bool{holds} }

// passed is how much of the first pre-activation the activation lets through.
func passed(trace []float64) float64 { return article.FirstPost(trace) / article.FirstPre(trace) }

// apart is how far the two samples are apart in the last hidden layer.
func apart(m *Measurement) float64 {
	return math.Abs(article.LastPost(m.Trace[0]) - article.LastPost(m.Trace[1]))
}
