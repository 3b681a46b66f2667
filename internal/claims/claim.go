package claims

import "slices"

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
	// Effect names the difference that is measured beside.
	Effect string

	// uses are the networks that the claim is about.
	uses []string
	// against are other settings with which networks are compared.
	against against
	// holds judges one case; where the claim is about samples, for each of them.
	holds func(Case) []bool
	// effect gives two numbers, the difference of which is the effect.
	effect func(Case) (a, b float64)
}

// against is what the networks of a setting are compared with, beside each other.
type against int

const (
	_ against = iota // nothing
	// theBase: the same seed under the base's settings, for settings that change how
	// long or how fast it is trained and not the networks.
	theBase
	// oneLayer: the same seed with one hidden layer, for settings that have more.
	oneLayer
)

// Nets are the two networks of one seed.
type Nets struct{ Sigmoid, ReLU *Measurement }

// Case is what a claim is judged on: the networks of one seed at one setting, and
// the same seed at the setting that they are compared with, if any.
type Case struct {
	Nets
	Other Nets
}

// reference is the setting that a claim compares a setting with, which is s itself
// where there is no such comparison; ok is false where the claim says nothing about s.
func (c Claim) reference(d Design, s Setting) (reference Setting, ok bool) {
	switch c.against {
	case theBase:
		return d.Settings[0], slices.Equal(s.Hidden, d.Settings[0].Hidden)
	case oneLayer:
		reference, ok := d.shallow(s)
		return reference, ok && len(s.Hidden) > 1
	}
	return s, true
}

// cases are those of a claim at a setting, by pair; a pair for which the other setting
// was not trained is none.
func (c Claim) cases(t *Table, s, reference Setting) (pairs []Pair, cases []Case) {
	others := t.Design.Pairs(reference)
	for _, p := range t.Design.Pairs(s) {
		if !slices.Contains(others, p) {
			continue
		}
		nets := func(s Setting) Nets { return Nets{t.Get(s, p, sigmoid), t.Get(s, p, relu)} }
		pairs, cases = append(pairs, p), append(cases, Case{nets(s), nets(reference)})
	}
	return pairs, cases
}

// failed says whether a network that the claim is about failed, here or at the other
// setting.
func (c Claim) failed(of Case) bool {
	for _, nets := range []Nets{of.Nets, of.Other} {
		if slices.Contains(c.uses, sigmoid) && nets.Sigmoid.Failed() || slices.Contains(c.uses, relu) && nets.ReLU.Failed() {
			return true
		}
	}
	return false
}

// Claims are all claims: the article's as printed, what they say in general, the
// article's reasons, and ours.
func Claims() []Claim { return slices.Concat(printed(), general, thesis, causal, explanations) }

// both are the networks of most claims.
var both = []string{sigmoid, relu}

// overSamples is the mean of a stage of the traces over both samples.
func overSamples(m *Measurement, at func(trace []float64) float64) float64 {
	return (at(m.Trace[0]) + at(m.Trace[1])) / 2
}

// forSamples judges the traces of each sample.
func forSamples(c Case, holds func(sigmoid, relu []float64) bool) []bool {
	return []bool{holds(c.Sigmoid.Trace[0], c.ReLU.Trace[0]), holds(c.Sigmoid.Trace[1], c.ReLU.Trace[1])}
}
