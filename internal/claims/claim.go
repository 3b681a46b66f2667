package claims

import (
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
	// compares are the two networks that are compared, where these are not those of networks in
	// both variants: a failure of others fails no case.
	compares func(of Case) [2]*Measurement
	// among says of which cases the claim speaks; nil for all.
	among func(of Case) bool
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
	// it might have been: how much depends on it is counted.
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
	// itsLayers: its own first hidden layer, for variants that have more.
	itsLayers
)

// Nets are the networks of one seed: the article's two, and tanh's, of which only the claims
// about distances speak.
type Nets struct{ Sigmoid, ReLU, Tanh *Measurement }

// named is the network of an activation.
func (n Nets) named(network string) *Measurement {
	switch network {
	case article.Sigmoid:
		return n.Sigmoid
	case article.ReLU:
		return n.ReLU
	}
	return n.Tanh
}

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
	if c.compares != nil {
		pair := c.compares(of)
		return pair[0].Failed() || pair[1].Failed()
	}
	return slices.ContainsFunc(c.networks, func(network string) bool {
		return of.named(network).Failed() || of.Other.named(network).Failed()
	})
}

// reference is the variant that a claim compares a variant with, which is v itself
// where there is no such comparison; ok is false where the claim is not asked of v.
func (c Claim) reference(d Design, v Variant) (reference Variant, ok bool) {
	if !d.asks(c) {
		return v, false
	}
	if c.Kind == Printed && d.Base.Dataset != config.Article().Dataset {
		return v, false // its numbers are about other data
	}
	switch c.against {
	case theBase:
		return d.Variants[0], slices.Equal(v.Hidden, d.Variants[0].Hidden) && !v.equal(d.Variants[0])
	case oneLayer:
		reference, ok := d.shallow(v)
		return reference, ok && len(v.Hidden) > 1
	case itsLayers:
		return v, len(v.Hidden) > 1
	}
	return v, true
}

// cases are those of a question: a pair each.
func (q Question) cases(t *Table) []Case {
	var cases []Case
	for _, p := range t.Design.Pairs(q.Variant) {
		if of := q.at(t, p); q.Claim.among == nil || q.Claim.among(of) {
			cases = append(cases, of)
		}
	}
	return cases
}

// at is the case of a pair.
func (q Question) at(t *Table, p Pair) Case {
	nets := func(v Variant) Nets {
		return Nets{t.Get(v, p, t.Design.part(article.Sigmoid)), t.Get(v, p, t.Design.part(article.ReLU)), t.Get(v, p, t.Design.part(tanh))}
	}
	return Case{p, nets(q.Variant), nets(q.reference)}
}
