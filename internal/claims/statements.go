package claims

import (
	"fmt"
	"math"
	"slices"

	"actscope/internal/article"
)

// Claims are all claims: the article's as printed, what they say in general, the
// article's reasons, and ours.
func Claims() []Claim { return slices.Concat(printed(), general, thesis, causal, explanations) }

// both are the networks of most claims, and networks all that are trained.
var (
	both     = []string{article.Sigmoid, article.ReLU}
	networks = []string{article.Sigmoid, article.ReLU, tanh}
)

const tanh = "tanh"

// printed are the article's eleven claims with its numbers, as [article.Assertions]
// has them.
func printed() []Claim {
	var all []Claim
	for _, a := range article.Assertions() {
		all = append(all, Claim{
			ID: a.ID, Kind: Printed, Statement: a.Statement, Predicate: a.Predicate, Article: a.Article, Effect: a.Effect,
			networks: a.Networks, bySample: a.BySample,
			numbers: func(c Case, sample int) (x, y float64) {
				return a.Difference(c.evidence(c.Sigmoid), c.evidence(c.ReLU), sample)
			},
			also: func(c Case, sample int) bool { return a.Holds(c.evidence(c.Sigmoid), c.evidence(c.ReLU), sample) },
		})
	}
	return all
}

// Bounds of the general claims, fixed before anything was measured.
const (
	clearGap   = 0.05 // of accuracies: a third of the article's 17 points
	stalled    = 0.01 // of losses, as in the article's claim
	clearLoss  = 0.1  // of final losses: two fifths of the article's 0.25
	likeFactor = 1.5  // of signals
)

// otherGaps are what clearGap might have been.
var otherGaps = []float64{0.02, 0.1}

// rounding keeps shares such as 0.98 - 0.93 from falling below 0.05.
const rounding = 1e-9

func above(a, b, _ float64) bool            { return a > b }
func below(a, b, _ float64) bool            { return a < b }
func notAbove(a, b, _ float64) bool         { return a <= b }
func aboveBy(a, b, threshold float64) bool  { return a-b >= threshold-rounding }
func within(a, b, factor float64) bool      { return max(a, b) <= factor*min(a, b) }
func lessThan(a, _, threshold float64) bool { return a < threshold }

// general are the article's claims without the numbers of its one run.
var general = []Claim{
	{
		ID: "accuracy-gap", Kind: General, Statement: "sigmoid ends clearly below ReLU",
		Predicate: "accuracy of ReLU at least 5 points above sigmoid's", Effect: "accuracy, ReLU − sigmoid", networks: both,
		numbers: func(c Case, _ int) (a, b float64) { return c.ReLU.Accuracy(), c.Sigmoid.Accuracy() },
		holds:   aboveBy, threshold: clearGap, others: otherGaps,
	},
	{
		ID: "sigmoid-stalls-above", Kind: General, Statement: "sigmoid's loss comes to rest far above ReLU's",
		Predicate: "sigmoid's loss at half of the training within 0.01 of its last, and that at least 0.1 above ReLU's last",
		Effect:    "final loss, sigmoid − ReLU", networks: both,
		numbers: func(c Case, _ int) (a, b float64) { return c.Sigmoid.Loss[3], c.ReLU.Loss[3] },
		holds:   aboveBy, threshold: clearLoss, others: []float64{0.05, 0.2},
		also: func(c Case, _ int) bool { return math.Abs(c.Sigmoid.Loss[1]-c.Sigmoid.Loss[3]) <= stalled },
	},
	{
		ID: "relu-keeps-falling", Kind: General, Statement: "ReLU's loss keeps falling",
		Predicate: "loss strictly down from quarter to quarter of the training", Effect: "ReLU's loss, first quarter − end", networks: []string{article.ReLU},
		numbers: func(c Case, _ int) (a, b float64) { return c.ReLU.Loss[0], c.ReLU.Loss[3] },
		also: func(c Case, _ int) bool {
			l := c.ReLU.Loss
			return l[0] > l[1] && l[1] > l[2] && l[2] > l[3]
		},
	},
	{
		ID: "sigmoid-spread-shrinks", Kind: General, Statement: "sigmoid's spread shrinks with depth",
		Predicate: "spread of the last hidden layer below that of the first (of one layer: below the inputs')",
		Effect:    "sigmoid's spread, last − first hidden layer", networks: []string{article.Sigmoid},
		numbers: func(c Case, _ int) (last, first float64) { return c.Sigmoid.Spreads() },
		holds:   below,
	},
	{
		ID: "relu-spread-grows", Kind: General, Statement: "ReLU's spread grows with depth",
		Predicate: "spread of the last hidden layer above that of the first (of one layer: above the inputs')",
		Effect:    "ReLU's spread, last − first hidden layer", networks: []string{article.ReLU},
		numbers: func(c Case, _ int) (last, first float64) { return c.ReLU.Spreads() },
		holds:   above,
	},
	{
		ID: "sigmoid-spread-smaller", Kind: General, Statement: "sigmoid's layers are less spread than ReLU's",
		Predicate: "spread smaller under sigmoid, in every hidden layer", Effect: "spread of the last hidden layer, sigmoid − ReLU", networks: both,
		numbers: func(c Case, _ int) (a, b float64) {
			last := len(c.Sigmoid.Spread) - 1
			return c.Sigmoid.Spread[last], c.ReLU.Spread[last]
		},
		also: func(c Case, _ int) bool {
			for l, spread := range c.Sigmoid.Spread {
				if !(spread < c.ReLU.Spread[l]) {
					return false
				}
			}
			return true
		},
	},
	{
		ID: "first-signal-close", Kind: General, Statement: "both nets begin with signals alike",
		Predicate: "mean |z₁| of the nets within a factor of 1.5 of each other, for both samples", Effect: "mean |z₁|, ReLU − sigmoid", networks: both,
		bySample: true,
		numbers: func(c Case, sample int) (a, b float64) {
			return article.FirstPre(c.ReLU.Trace[sample]), article.FirstPre(c.Sigmoid.Trace[sample])
		},
		holds: within, threshold: likeFactor, others: []float64{1.25, 2},
	},
	{
		ID: "sigmoid-compresses-more", Kind: General, Statement: "sigmoid compresses the signal more than ReLU",
		Predicate: "mean a₁ / mean |z₁| smaller under sigmoid, for both samples", Effect: "mean a₁ / mean |z₁|, sigmoid − ReLU", networks: both,
		bySample: true,
		numbers: func(c Case, sample int) (a, b float64) {
			return passed(c.Sigmoid.Trace[sample]), passed(c.ReLU.Trace[sample])
		},
		holds: below,
	},
	{
		ID: "sigmoid-band-narrower", Kind: General, Statement: "the two samples end up closer together under sigmoid",
		Predicate: "difference of the samples' mean activation in the last hidden layer smaller under sigmoid",
		Effect:    "difference of the samples, sigmoid − ReLU", networks: both,
		numbers: func(c Case, _ int) (a, b float64) { return apart(c.Sigmoid), apart(c.ReLU) },
		holds:   below,
	},
	{
		ID: "relu-output-larger", Kind: General, Statement: "ReLU's output signal is larger",
		Predicate: "|z| of the output larger under ReLU, for both samples", Effect: "|z| of the output, ReLU − sigmoid", networks: both,
		bySample: true,
		numbers: func(c Case, sample int) (a, b float64) {
			return article.Output(c.ReLU.Trace[sample]), article.Output(c.Sigmoid.Trace[sample])
		},
		holds: above,
	},
}

// passed is how much of the first pre-activation the activation lets through.
func passed(trace []float64) float64 { return article.FirstPost(trace) / article.FirstPre(trace) }

// apart is how far the two samples are apart in the last hidden layer.
func apart(m *Measurement) float64 {
	return math.Abs(article.LastPost(m.Trace[0]) - article.LastPost(m.Trace[1]))
}

// causal is what the article takes for the reason of what it sees, put so that it
// can fail.
var causal = []Claim{
	{
		ID: "lost-for-good", Kind: Causal, Statement: "what sigmoid lost does not come back",
		Predicate: "trained longer or faster, sigmoid's accuracy stays at least 5 points below that of ReLU under the article's settings",
		Effect:    "accuracy, ReLU under the article's settings − sigmoid", networks: both, against: theBase,
		compares: func(c Case) [2]*Measurement { return [2]*Measurement{c.Other.ReLU, c.Sigmoid} },
		numbers:  func(c Case, _ int) (a, b float64) { return c.Other.ReLU.Accuracy(), c.Sigmoid.Accuracy() },
		holds:    aboveBy, threshold: clearGap, others: otherGaps,
	},
	{
		ID: "depth-pays-relu", Kind: Causal, Statement: "depth pays under ReLU",
		Predicate: "ReLU's accuracy above that of the same seed with one hidden layer",
		Effect:    "ReLU's accuracy, this depth − one hidden layer", networks: []string{article.ReLU}, against: oneLayer,
		numbers: func(c Case, _ int) (a, b float64) { return c.ReLU.Accuracy(), c.Other.ReLU.Accuracy() },
		holds:   above,
	},
	{
		ID: "depth-wasted-sigmoid", Kind: Causal, Statement: "depth is wasted under sigmoid",
		Predicate: "sigmoid's accuracy not above that of the same seed with one hidden layer",
		Effect:    "sigmoid's accuracy, this depth − one hidden layer", networks: []string{article.Sigmoid}, against: oneLayer,
		numbers: func(c Case, _ int) (a, b float64) { return c.Sigmoid.Accuracy(), c.Other.Sigmoid.Accuracy() },
		holds:   notAbove,
	},
}

// kept is how well the margin in the last hidden layer follows the distance to the
// decision boundary. A network without a boundary, and a layer that is constant, keep
// nothing.
func kept(m *Measurement) float64 {
	if v := float64(m.Kept[len(m.Spread)]); !math.IsNaN(v) { // the first is of the inputs
		return v
	}
	return 0
}

// thesis is the article's own reason: that a layer needs to know how far a point lies
// from the decision boundary, and that ReLU keeps this where sigmoid makes far points
// indistinguishable. What a layer tells apart is measured by just-noticeable distances (see
// [geometry.Noticeable]) and by what a reader finds through noise ([geometry.Survival]): a
// rank correlation without noise, the last of these claims, does not change under any
// squeezing.
var thesis = []Claim{
	resolvesFar("relu-resolves-far", "ReLU", article.ReLU),
	resolvesFar("sigmoid-resolves-far", "sigmoid", article.Sigmoid),
	resolvesFar("tanh-resolves-far", "tanh", tanh),
	{
		ID: "relu-tells-more", Kind: Causal, Statement: "ReLU tells more distances apart than sigmoid",
		Predicate: "just-noticeable distances to a unit of distance, in the last hidden layer, more under ReLU",
		Effect:    "levels per unit of distance, ReLU − sigmoid", networks: both,
		numbers: func(c Case, _ int) (a, b float64) { return float64(c.ReLU.Levels), float64(c.Sigmoid.Levels) },
		holds:   above,
	},
	{
		ID: "relu-tells-more-equal", Kind: Causal, Statement: "ReLU tells more distances apart than a sigmoid network that is as accurate",
		Predicate: "the same, where the accuracies differ by one point at most",
		Effect:    "levels per unit of distance, ReLU − sigmoid", networks: both,
		among: func(c Case) bool {
			return c.Sigmoid.Failed() || c.ReLU.Failed() || math.Abs(c.Sigmoid.Accuracy()-c.ReLU.Accuracy()) <= equalAccuracy+rounding
		},
		numbers: func(c Case, _ int) (a, b float64) { return float64(c.ReLU.Levels), float64(c.Sigmoid.Levels) },
		holds:   above,
	},
	survivesMore(0), survivesMore(1), survivesMore(2),
	compounds("sigmoid-growth-compounds", "sigmoid", article.Sigmoid),
	compounds("relu-growth-compounds", "ReLU", article.ReLU),
	{
		ID: "relu-keeps-more", Kind: Causal, Statement: "ReLU keeps more of the order of distances than sigmoid",
		Predicate: "rank correlation of the distance to the network's own boundary with the margin in the last hidden layer, within each predicted class, larger under ReLU; ranks do not see squeezing",
		Effect:    "rank correlation, ReLU − sigmoid", networks: both,
		numbers: func(c Case, _ int) (a, b float64) { return kept(c.ReLU), kept(c.Sigmoid) },
		holds:   above,
	},
}

const (
	// asWell is up to which growth of the just-noticeable distance far points are told apart
	// as well as near ones: between what a first look at ten seeds found for ReLU, 1.0 to 1.2,
	// and for sigmoid and tanh, 2.0 to 8.6.
	asWell = 1.5
	// equalAccuracy is up to which difference two networks are as accurate.
	equalAccuracy = 0.01
)

func resolvesFar(id, name, network string) Claim {
	return Claim{
		ID: id, Kind: Causal, Statement: name + " tells far points apart as well as near ones",
		Predicate: "just-noticeable distance in the last hidden layer less than 1.5 times as large among the farthest quarter of the points as among the nearest",
		Effect:    name + "'s growth of the just-noticeable distance − 1.5", networks: []string{network},
		numbers: func(c Case, _ int) (a, b float64) { return c.named(network).LastGrowth(), asWell },
		holds:   lessThan, threshold: asWell, others: []float64{1.25, 2},
	}
}

// survivesMore is about one of the noise levels of a [Measurement].
func survivesMore(level int) Claim {
	noise := survivalNoise[level]
	return Claim{
		ID: fmt.Sprintf("relu-survives-%g", noise), Kind: Causal, Statement: fmt.Sprintf("far distances survive noise of %g better under ReLU", noise),
		Predicate: fmt.Sprintf("rank correlation of distance and what is read from the last hidden layer, among the farther half of the points and with noise of %g of the layer's deviation, larger under ReLU", noise),
		Effect:    "rank correlation of far points, ReLU − sigmoid", networks: both,
		numbers: func(c Case, _ int) (a, b float64) { return read(c.ReLU, level), read(c.Sigmoid, level) },
		holds:   above,
	}
}

// read is what a reader finds; nothing where there is no boundary.
func read(m *Measurement, level int) float64 {
	if v := float64(m.FarRank[level]); !math.IsNaN(v) {
		return v
	}
	return 0
}

func compounds(id, name, network string) Claim {
	return Claim{
		ID: id, Kind: Causal, Statement: "with every layer " + name + " tells far points apart less well",
		Predicate: "growth of the just-noticeable distance larger in the last hidden layer than in the first",
		Effect:    name + "'s growth, last − first hidden layer", networks: []string{network}, against: itsLayers,
		numbers: func(c Case, _ int) (a, b float64) {
			m := c.named(network)
			return m.LastGrowth(), float64(m.Growth[0])
		},
		holds: above,
	}
}

// explanations are other reasons than the article's.
var explanations = []Claim{
	{
		ID: "sigmoid-learns-slower", Kind: Explanation, Statement: "sigmoid's first layer gets the smaller gradient",
		Predicate: "mean norm of the first layer's gradient over the first epoch smaller under sigmoid",
		Effect:    "gradient norm of the first layer, sigmoid − ReLU", networks: both,
		numbers: func(c Case, _ int) (a, b float64) { return c.Sigmoid.FirstGradients[0], c.ReLU.FirstGradients[0] },
		holds:   below,
	},
}
