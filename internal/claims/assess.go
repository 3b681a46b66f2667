package claims

import (
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"

	"actscope/internal/number"
	"actscope/internal/stats"
)

// Level is the probability, at most, that any of the questions that a design asks is
// answered with a majority, for or against, where there is none.
const Level = 0.05

// Standing says what the seeds say in one variant.
type Standing string

const (
	// Most: the claim holds in most seeds.
	Most Standing = "most seeds"
	// Few: it fails in most seeds.
	Few Standing = "few seeds"
	// Open: neither can be said.
	Open Standing = "open"
)

// Verdict is what may be said of a claim.
type Verdict string

// The verdicts. Those that name the article's settings name the base's where these are
// others.
const (
	Holds         Verdict = "holds"
	HoldsThere    Verdict = "holds under the article's settings, not in general"
	OpenElsewhere Verdict = "holds under the article's settings, open elsewhere"
	DoesNotHold   Verdict = "does not hold"
	FailsThere    Verdict = "fails under the article's settings, not in general"
	FailsAtLeast  Verdict = "fails under the article's settings, open elsewhere"
	Undecided     Verdict = "open"
)

// at is the verdict as it is worded for a design.
func (v Verdict) at(d Design) Verdict {
	if d.ofArticle() {
		return v
	}
	return Verdict(strings.ReplaceAll(string(v), "article's", "base"))
}

// Rule says how verdicts come about.
const Rule = "The networks on one data set are a cluster. At a setting a claim holds in most seeds, or in few, where the interval of its share lies " +
	"wholly above, or below, one half: Clopper and Pearson's for as many independent networks as the clusters are worth (Korn and Graubard), " +
	"at the level that Bonferroni's correction for all claims and settings asks for. Otherwise it is open. A network that failed fails the claims about it. " +
	"On the whole, a claim holds if it does in most seeds at the base and at three quarters or more of the other settings. It holds at the base, not in general, " +
	"if three quarters cannot be reached even if every open setting counted for it. What is said of failing is the same with few for most. Else it is open. " +
	"Of a claim that is not asked of the base, the other settings decide."

// Row is a claim in a variant.
type Row struct {
	ID      string `json:"id"`
	Kind    Kind   `json:"kind"`
	Variant string `json:"setting"`
	// Seeds is the number of pairs of an initial seed and a data set, DataSets that of the
	// data sets, Holds in how many pairs the claim holds, Failed in how many a network that
	// it is about failed, and Ties in how many the two numbers that are compared are equal.
	Seeds    int `json:"seeds"`
	DataSets int `json:"data_sets"`
	Holds    int `json:"holds"`
	Failed   int `json:"failed"`
	Ties     int `json:"ties"`
	// ArticleRun says, under the article's settings, whether the claim holds in its own
	// run, seed 42 on the data of seed 42, which is not among the pairs; nil where that was
	// not trained.
	ArticleRun *bool `json:"article_run,omitempty"`
	// HoldsBySample counts for each traced sample, where the claim is about both.
	HoldsBySample []int `json:"holds_by_sample,omitempty"`
	// Sensitivity counts for other thresholds than the claim's.
	Sensitivity []ThresholdCount `json:"sensitivity,omitempty"`
	// Share is Holds of Seeds. Low and High bound it at the level that all questions of the
	// design share: see [Rule].
	Share number.Float `json:"share"`
	Low   number.Float `json:"low"`
	High  number.Float `json:"high"`
	// DesignEffect is by how much common data widen the variance of the share, Effective how
	// many independent networks the pairs are worth.
	DesignEffect number.Float `json:"design_effect"`
	Effective    number.Float `json:"effective"`
	Standing     Standing     `json:"standing"`
	// Power is the probability that a claim that holds in three quarters of all seeds would
	// not stay open here, and Detectable from which true share on that is 80 %.
	Power      number.Float `json:"power"`
	Detectable number.Float `json:"detectable"`
	Verdict    Verdict      `json:"verdict"`
	Effect     Effect       `json:"effect"`
	Command    string       `json:"command"`
}

// ThresholdCount is in how many pairs a claim holds with a threshold.
type ThresholdCount struct {
	Threshold float64 `json:"threshold"`
	Holds     int     `json:"holds"`
}

// clearShare is the share of which [Row.Power] speaks.
const clearShare = 0.75

// Effect is a difference that was measured in each case, a - b.
type Effect struct {
	// Of names it.
	Of string `json:"of"`
	// Mean is that over the data sets, Low and High bound it at 95 %, by Student's t: of
	// each effect by itself.
	Mean number.Float `json:"mean"`
	Low  number.Float `json:"low"`
	High number.Float `json:"high"`
	// Delta is Cliff's: how much more often a is above b than below it, over all pairs
	// of cases, from -1 to 1.
	Delta number.Float `json:"cliffs_delta"`
}

// Assess answers questions from a table. Family is how many questions the design asks, of
// which these may be a part: a part is corrected as the whole is.
func Assess(t *Table, questions []Question, family int) []Row {
	rows := make([]Row, len(questions))
	for i, q := range questions {
		rows[i] = q.assess(t, IntervalLevel(max(family, len(questions))))
	}
	for i, r := range rows {
		rows[i].Verdict = t.Design.verdict(rows, r)
	}
	return rows
}

// IntervalLevel is the confidence of each interval where so many questions are asked: all of
// them together are right with probability 1 - [Level] (Bonferroni).
func IntervalLevel(questions int) float64 { return 1 - Level/float64(questions) }

// assess is everything about a question but what depends on the other ones.
func (q Question) assess(t *Table, confidence float64) Row {
	cases := q.cases(t)
	r := Row{
		ID: q.Claim.ID, Kind: q.Claim.Kind, Variant: q.Variant.Name, Seeds: len(cases), Effect: q.Claim.effectOf(cases),
		Command: Selection{[]string{q.Claim.ID}, []string{q.Variant.Name}}.command(t.Design),
	}
	r.Effect.Of = t.Design.worded(r.Effect.Of)
	for _, threshold := range q.Claim.others {
		r.Sensitivity = append(r.Sensitivity, ThresholdCount{Threshold: threshold})
	}
	var byData []stats.Tally
	for i, of := range cases {
		if i == 0 || cases[i-1].DataSeed != of.DataSeed {
			byData = append(byData, stats.Tally{})
		}
		data := &byData[len(byData)-1]
		data.Trials++
		if r.judge(q.Claim, of) {
			r.Holds++
			data.Holds++
		}
	}
	if run := q.at(t, articleRun); q.Variant.Name == articleName && run.Sigmoid != nil && run.Other.Sigmoid != nil {
		holds := !q.Claim.failed(run) && !slices.Contains(q.Claim.verdicts(run, q.Claim.threshold), false)
		r.ArticleRun = &holds
	}
	s := stats.ShareOfClusters(byData, confidence)
	r.DataSets, r.DesignEffect, r.Effective = len(byData), number.Float(s.DesignEffect), number.Float(s.Effective)
	r.Share, r.Low, r.High = number.Float(s.Share), number.Float(s.Low), number.Float(s.High)
	majority := stats.NewMajority(s.Effective, confidence)
	r.Power, r.Detectable = number.Float(majority.Power(clearShare)), number.Float(majority.Detectable())
	r.Standing = Open
	if s.Low > 0.5 {
		r.Standing = Most
	} else if s.High < 0.5 {
		r.Standing = Few
	}
	return r
}

// judge says whether a claim holds in a case, and counts failures, ties, samples and other
// thresholds.
func (r *Row) judge(c Claim, of Case) bool {
	if c.failed(of) {
		r.Failed++
		return false
	}
	if a, b := c.means(of); a == b {
		r.Ties++
	}
	for i := range r.Sensitivity {
		if other := &r.Sensitivity[i]; !slices.Contains(c.verdicts(of, other.Threshold), false) {
			other.Holds++
		}
	}
	verdicts := c.verdicts(of, c.threshold)
	if c.bySample {
		if r.HoldsBySample == nil {
			r.HoldsBySample = make([]int, len(verdicts))
		}
		for i, holds := range verdicts {
			if holds {
				r.HoldsBySample[i]++
			}
		}
	}
	return !slices.Contains(verdicts, false)
}

// effectOf summarises a claim's two numbers over the cases in which no network
// failed.
func (c Claim) effectOf(cases []Case) Effect {
	var as, bs []float64
	var differences byDataSet
	for _, of := range cases {
		if c.failed(of) {
			continue
		}
		a, b := c.means(of)
		as, bs = append(as, a), append(bs, b)
		differences.add(of.Pair, a-b)
	}
	s := differences.summary()
	return Effect{Of: c.Effect, Mean: number.Float(s.Mean), Low: number.Float(s.Low), High: number.Float(s.High), Delta: number.Float(stats.CliffsDelta(as, bs))}
}

// byDataSet collects values, each data set's together: their means are independent.
type byDataSet struct {
	data   []int64
	values [][]float64
}

// add adds a value, but for NaN.
func (b *byDataSet) add(p Pair, value float64) {
	if math.IsNaN(value) {
		return
	}
	if n := len(b.data); n == 0 || b.data[n-1] != p.DataSeed {
		b.data, b.values = append(b.data, p.DataSeed), append(b.values, nil)
	}
	last := &b.values[len(b.values)-1]
	*last = append(*last, value)
}

// means are those of the data sets.
func (b *byDataSet) means() []float64 {
	means := make([]float64, len(b.values))
	for i, values := range b.values {
		means[i] = stat.Mean(values, nil)
	}
	return means
}

func (b *byDataSet) summary() stats.Summary { return stats.Summarise(b.means()) }

// verdict is that on a claim from its row in one variant and that on the base, where
// it is among the rows.
func (d Design) verdict(rows []Row, at Row) Verdict {
	switch at.Standing {
	case Most:
		return Holds
	case Open:
		return Undecided
	}
	there := slices.IndexFunc(rows, func(r Row) bool { return r.ID == at.ID && r.Variant == d.Variants[0].Name })
	if there >= 0 && rows[there].Standing == Most {
		return HoldsThere.at(d)
	}
	return DoesNotHold
}

// Summary is what may be said of a claim over all variants.
type Summary struct {
	ID        string  `json:"id"`
	Kind      Kind    `json:"kind"`
	Statement string  `json:"claim"`
	Predicate string  `json:"predicate"`
	Article   string  `json:"article,omitempty"`
	Verdict   Verdict `json:"verdict"`
	// Most, Few and Open are the variants in which the claim has that standing.
	Most []string `json:"most_seeds"`
	Few  []string `json:"few_seeds"`
	Open []string `json:"open"`
}

// Summarise puts the rows of each claim of a design together.
func Summarise(d Design, rows []Row) []Summary {
	var all []Summary
	for _, c := range Claims() {
		s := Summary{
			ID: c.ID, Kind: c.Kind, Statement: d.worded(c.Statement), Predicate: d.worded(c.Predicate), Article: c.Article,
			Most: []string{}, Few: []string{}, Open: []string{},
		}
		asked := false
		for _, r := range rows {
			if r.ID != c.ID || r.Seeds == 0 { // of no network is it asked there
				continue
			}
			asked = true
			switch r.Standing {
			case Most:
				s.Most = append(s.Most, r.Variant)
			case Few:
				s.Few = append(s.Few, r.Variant)
			case Open:
				s.Open = append(s.Open, r.Variant)
			}
		}
		if !asked {
			continue
		}
		s.Verdict = s.overall(d)
		all = append(all, s)
	}
	return all
}

// overall is the verdict over all variants: see [Rule].
func (s Summary) overall(d Design) Verdict {
	base := d.Variants[0].Name
	others := len(s.Most) + len(s.Few) + len(s.Open)
	enough := func(settings int) bool { return 4*settings >= 3*others }
	general := func(same []string, yes, open, no Verdict) Verdict {
		others--
		switch settings := len(same) - 1; {
		case enough(settings):
			return yes
		case enough(settings + len(s.Open)):
			return open.at(d)
		}
		return no.at(d)
	}
	switch {
	case slices.Contains(s.Most, base):
		return general(s.Most, Holds, OpenElsewhere, HoldsThere)
	case slices.Contains(s.Few, base):
		return general(s.Few, DoesNotHold, FailsAtLeast, FailsThere)
	case slices.Contains(s.Open, base):
		return Undecided
	case enough(len(s.Most)):
		return Holds
	case enough(len(s.Few)):
		return DoesNotHold
	}
	return Undecided
}
