package claims

import (
	"math"
	"slices"

	"actscope/internal/article"
	"actscope/internal/config"
)

// Kind says where a claim comes from.
type Kind string

const (
	// Printed is a statement of the article with the number that it prints.
	Printed Kind = "printed"
	// General is what such a statement says beyond the number of one run.
	General Kind = "general"
	// Causal is what the article says the reason is, and what follows from that.
	Causal Kind = "causal"
	// Explanation is another reason, which the article does not consider.
	Explanation Kind = "explanation"
)

// Claim is a statement about the two networks as a predicate that is defined at
// every depth, width and length of training: see its text for what is compared where
// the article's layers and epochs do not exist.
type Claim struct {
	// ID is a short name for programs and flags.
	ID   string
	Kind Kind
	// Statement says what is claimed, Predicate what has to be true in one seed,
	// Article what the article prints, if it does.
	Statement, Predicate, Article string
	// Effect names the difference a − b of the two numbers of a case.
	Effect string

	// networks are those that the claim is about.
	networks []string
	// against is what they are compared with, beside each other.
	against against
	// bySample says that each of the two traced samples is judged by itself.
	bySample bool
	// numbers are two that a case is judged on, of a sample where samples are meant.
	numbers func(of Case, sample int) (a, b float64)
	// holds judges these numbers by the threshold, and also whatever else has to be true;
	// either may be nil.
	holds func(a, b, threshold float64) bool
	also  func(of Case, sample int) bool
	// threshold is what the claim's author had to choose, if anything, and others are what
	// he might have chosen: how much depends on it is counted.
	threshold float64
	others    []float64
}

// against is with what the networks of a variant are compared.
type against int

const (
	_ against = iota // nothing
	// theBase: the same seed under the base's settings, for variants other than it that
	// change how long or how fast it is trained and not the networks.
	theBase
	// oneLayer: the same seed with one hidden layer, for variants that have more.
	oneLayer
)

// Nets are the two networks of one seed.
type Nets struct{ Sigmoid, ReLU *Measurement }

// Case is what a claim is judged on: the networks of one pair in one variant, and of the
// same pair in the variant that they are compared with, if any.
type Case struct {
	Pair
	Nets
	Other Nets
}

// evidence is what the article's own predicates are asked of: its own run on the 100 test
// points that the article has, all others on the accuracy that claims are judged on.
func (c Case) evidence(m *Measurement) article.Evidence {
	e := m.Evidence
	if c.Pair != articleRun {
		e.TestAccuracy = m.Accuracy()
	}
	return e
}

// Claims are all claims: the article's as printed, what they say in general, the
// article's reasons, and ours.
func Claims() []Claim { return slices.Concat(printed(), general, thesis, causal, explanations) }

// both are the networks of most claims.
var both = []string{article.Sigmoid, article.ReLU}

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

// What the bounds might have been.
var (
	otherGaps         = []float64{0.02, 0.1}
	otherCorrelations = []float64{0.3, 0.7}
)

// rounding keeps shares such as 0.98 - 0.93 from falling below 0.05.
const rounding = 1e-9

func above(a, b, _ float64) bool            { return a > b }
func below(a, b, _ float64) bool            { return a < b }
func notAbove(a, b, _ float64) bool         { return a <= b }
func aboveBy(a, b, threshold float64) bool  { return a-b >= threshold-rounding }
func within(a, b, factor float64) bool      { return max(a, b) <= factor*min(a, b) }
func atLeast(a, _, threshold float64) bool  { return a >= threshold }
func lessThan(a, _, threshold float64) bool { return a < threshold }

// general are the article's claims without the numbers of its one run.
var general = []Claim{
	{
		ID: "accuracy-gap", Kind: General, Statement: "sigmoid ends clearly below ReLU",
		Predicate: "accuracy of ReLU at least 0.05 above sigmoid's", Effect: "accuracy, ReLU − sigmoid", networks: both,
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
		Predicate: "trained longer or faster, sigmoid's accuracy stays at least 0.05 below that of ReLU under the article's settings",
		Effect:    "accuracy, ReLU under the article's settings − sigmoid", networks: both, against: theBase,
		numbers: func(c Case, _ int) (a, b float64) { return c.Other.ReLU.Accuracy(), c.Sigmoid.Accuracy() },
		holds:   aboveBy, threshold: clearGap, others: otherGaps,
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

// largeCorrelation is what Cohen (1988) calls large.
const largeCorrelation = 0.5

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
// from the decision boundary, and that ReLU keeps this where sigmoid loses it.
var thesis = []Claim{
	{
		ID: "relu-keeps-distance", Kind: Causal, Statement: "ReLU keeps the distance to the boundary",
		Predicate: "rank correlation of a test point's distance to ReLU's decision boundary with its margin in the last hidden layer at least 0.5",
		Effect:    "ReLU's rank correlation − 0.5", networks: []string{article.ReLU},
		numbers: func(c Case, _ int) (a, b float64) { return kept(c.ReLU), largeCorrelation },
		holds:   atLeast, threshold: largeCorrelation, others: otherCorrelations,
	},
	{
		ID: "sigmoid-loses-distance", Kind: Causal, Statement: "sigmoid loses the distance to the boundary",
		Predicate: "rank correlation of a test point's distance to sigmoid's decision boundary with its margin in the last hidden layer below 0.5",
		Effect:    "sigmoid's rank correlation − 0.5", networks: []string{article.Sigmoid},
		numbers: func(c Case, _ int) (a, b float64) { return kept(c.Sigmoid), largeCorrelation },
		holds:   lessThan, threshold: largeCorrelation, others: otherCorrelations,
	},
	{
		ID: "relu-keeps-more", Kind: Causal, Statement: "ReLU keeps more of the distance than sigmoid",
		Predicate: "rank correlation of the distance to the network's own boundary with the margin in the last hidden layer larger under ReLU",
		Effect:    "rank correlation, ReLU − sigmoid", networks: both,
		numbers: func(c Case, _ int) (a, b float64) { return kept(c.ReLU), kept(c.Sigmoid) },
		holds:   above,
	},
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

// verdicts judges a case in which no network failed, by a threshold: one verdict, or one
// for each traced sample, class 0 first.
func (c Claim) verdicts(of Case, threshold float64) []bool {
	var all []bool
	for sample := range c.samples() {
		a, b := c.numbers(of, sample)
		all = append(all, (c.holds == nil || c.holds(a, b, threshold)) && (c.also == nil || c.also(of, sample)))
	}
	return all
}

// means are the two numbers of a case in which no network failed, over the samples that
// are meant.
func (c Claim) means(of Case) (a, b float64) {
	samples := c.samples()
	for sample := range samples {
		x, y := c.numbers(of, sample)
		a, b = a+x, b+y
	}
	return a / float64(samples), b / float64(samples)
}

func (c Claim) samples() int {
	if c.bySample {
		return len(article.Evidence{}.Trace)
	}
	return 1
}

// failed says whether a network that the claim is about failed, here or in the other
// variant.
func (c Claim) failed(of Case) bool {
	for _, nets := range []Nets{of.Nets, of.Other} {
		if slices.Contains(c.networks, article.Sigmoid) && nets.Sigmoid.Failed() || slices.Contains(c.networks, article.ReLU) && nets.ReLU.Failed() {
			return true
		}
	}
	return false
}

// reference is the variant that a claim compares a variant with, which is v itself
// where there is no such comparison; ok is false where the claim is not asked of v.
func (c Claim) reference(d Design, v Variant) (reference Variant, ok bool) {
	if c.Kind == Printed && d.Base.Dataset != config.Article().Dataset {
		return v, false // its numbers are about other data
	}
	switch c.against {
	case theBase:
		return d.Variants[0], slices.Equal(v.Hidden, d.Variants[0].Hidden) && !v.equal(d.Variants[0])
	case oneLayer:
		reference, ok := d.shallow(v)
		return reference, ok && len(v.Hidden) > 1
	}
	return v, true
}

// cases are those of a question: a pair each.
func (q Question) cases(t *Table) []Case {
	var cases []Case
	for _, p := range t.Design.Pairs(q.Variant) {
		cases = append(cases, q.at(t, p))
	}
	return cases
}

// at is the case of a pair.
func (q Question) at(t *Table, p Pair) Case {
	nets := func(v Variant) Nets { return Nets{t.Get(v, p, article.Sigmoid), t.Get(v, p, article.ReLU)} }
	return Case{p, nets(q.Variant), nets(q.reference)}
}
