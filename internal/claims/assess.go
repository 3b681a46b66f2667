package claims

import (
	"math"
	"slices"

	"actscope/internal/number"
	"actscope/internal/stats"
)

// Level is the probability, at most, that any of the questions that a design asks is
// answered with a majority where there is none.
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

// The verdicts.
const (
	Holds       Verdict = "holds"
	HoldsThere  Verdict = "holds only under the article's settings"
	HoldsAtBase Verdict = "holds only under the base settings" // where these are not the article's
	DoesNotHold Verdict = "does not hold"
)

// Rule says how verdicts come about.
const Rule = "At a setting a claim holds in most seeds when the test that it holds as often as not " +
	"(the score test behind Wilson's interval, with the design effect of initial seeds that are trained on several data sets) rejects at 0.05 " +
	"after Holm's correction over all claims and settings of the design, with a share above one half. " +
	"A network that failed fails the claims about it. A claim holds when it holds in most seeds under the article's settings and at three quarters " +
	"or more of the other settings that it speaks of, only under the article's settings when it does so there and at fewer others, and does not hold otherwise. " +
	"Of one other setting, the verdict is that on it and the article's. " +
	"The five data sets are taken as they are: what is said is about these, and the share on each says how much it depends on them."

// Row is a claim in a variant.
type Row struct {
	ID      string `json:"id"`
	Kind    Kind   `json:"kind"`
	Variant string `json:"setting"`
	// Seeds is the number of pairs of an initial seed and a data set, Holds in how many
	// of them the claim holds, Failed in how many a network that it is about failed.
	Seeds  int `json:"seeds"`
	Holds  int `json:"holds"`
	Failed int `json:"failed"`
	// ArticleRun says, under the article's settings, whether the claim holds in its own
	// run, seed 42 on the data of seed 42; nil where that was not trained.
	ArticleRun *bool `json:"article_run,omitempty"`
	// HoldsBySample counts for each traced sample, where the claim is about both.
	HoldsBySample []int `json:"holds_by_sample,omitempty"`
	// Share is Holds of Seeds, and Low and High Wilson's interval of it at 95 %, which
	// takes pairs as independent and is not corrected for the number of questions.
	Share number.Float `json:"share"`
	Low   number.Float `json:"low"`
	High  number.Float `json:"high"`
	// ByData counts for each data set.
	ByData []DataCount `json:"by_data_seed"`
	// DesignEffect is by how much pairs that share an initial seed widen the variance
	// of the share; P tests it against one half, and PHolm is corrected.
	DesignEffect number.Float `json:"design_effect"`
	P            number.Float `json:"p"`
	PHolm        number.Float `json:"p_holm"`
	Standing     Standing     `json:"standing"`
	Verdict      Verdict      `json:"verdict"`
	Effect       Effect       `json:"effect"`
	Command      string       `json:"command"`
}

// Effect is a difference that was measured in each case, a - b.
type Effect struct {
	// Of names it.
	Of string `json:"of"`
	// Mean is that over all cases, Low and High its interval at 95 %: by Student's t
	// over the initial seeds, on the data sets as they are.
	Mean number.Float `json:"mean"`
	Low  number.Float `json:"low"`
	High number.Float `json:"high"`
	// Delta is Cliff's: how much more often a is above b than below it, over all pairs
	// of cases, from -1 to 1.
	Delta number.Float `json:"cliffs_delta"`
}

// DataCount is in how many of its seeds a claim holds on one data set.
type DataCount struct {
	DataSeed int64 `json:"data_seed"`
	Seeds    int   `json:"seeds"`
	Holds    int   `json:"holds"`
}

// Assess answers questions from a table. Family is how many questions the design
// asks, of which these may be a part: a part is corrected as if its questions were the
// clearest ones, and so never more leniently than the whole.
func Assess(t *Table, questions []Question, family int) []Row {
	rows := make([]Row, len(questions))
	p := make([]float64, max(family, len(questions)))
	for i := range p {
		p[i] = 1
	}
	for i, q := range questions {
		rows[i] = q.count(t)
		p[i] = float64(rows[i].P)
	}
	corrected := stats.Holm(p)
	for i := range rows {
		rows[i].PHolm = number.Float(corrected[i])
		rows[i].Standing = rows[i].standing()
	}
	for i, r := range rows {
		rows[i].Verdict = t.Design.verdict(rows, r)
	}
	return rows
}

// count is everything about a question but what depends on the other ones.
func (q Question) count(t *Table) Row {
	cases := q.Claim.cases(t, q.Variant, q.reference)
	r := Row{
		ID: q.Claim.ID, Kind: q.Claim.Kind, Variant: q.Variant.Name, Seeds: len(cases), Effect: q.Claim.effectOf(cases),
		Command: Selection{[]string{q.Claim.ID}, []string{q.Variant.Name}}.command(t.Design),
	}
	bySeed := make([]stats.Tally, t.Design.Seeds)
	for _, of := range cases {
		holds := r.judge(q.Claim, of)
		if of.Pair == articleRun && q.Variant.Name == articleName {
			r.ArticleRun = &holds
		}
		if n := len(r.ByData); n == 0 || r.ByData[n-1].DataSeed != of.DataSeed {
			r.ByData = append(r.ByData, DataCount{DataSeed: of.DataSeed})
		}
		data, seed := &r.ByData[len(r.ByData)-1], &bySeed[of.Seed]
		data.Seeds++
		seed.Trials++
		if holds {
			r.Holds++
			data.Holds++
			seed.Holds++
		}
	}
	bySeed = slices.DeleteFunc(bySeed, func(c stats.Tally) bool { return c.Trials == 0 })
	n, share := float64(r.Seeds), float64(r.Holds)/float64(r.Seeds)
	low, high := stats.Wilson(share, n, stats.Confidence)
	widening := stats.DesignEffect(bySeed)
	r.Share, r.Low, r.High = number.Float(share), number.Float(low), number.Float(high)
	r.DesignEffect, r.P = number.Float(widening), number.Float(stats.MajorityTest(share, n/widening))
	return r
}

// judge says whether a claim holds in a case, and counts failures and samples.
func (r *Row) judge(c Claim, of Case) bool {
	if c.failed(of) {
		r.Failed++
		return false
	}
	verdicts := c.verdicts(of)
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
	var differences []stats.Observation
	for _, of := range cases {
		if c.failed(of) {
			continue
		}
		a, b := c.means(of)
		as, bs = append(as, a), append(bs, b)
		if d := a - b; !math.IsNaN(d) {
			differences = append(differences, of.observation(d))
		}
	}
	s := stats.SummariseStrata(differences)
	return Effect{Of: c.Effect, Mean: number.Float(s.Mean), Low: number.Float(s.Low), High: number.Float(s.High), Delta: number.Float(stats.CliffsDelta(as, bs))}
}

// observation is a value of a pair: what varies is the initial seed, while the data sets
// are taken as they are.
func (p Pair) observation(value float64) stats.Observation {
	return stats.Observation{Value: value, Stratum: p.DataSeed, Cluster: p.Seed}
}

// standing is what the seeds say, once p-values are corrected.
func (r Row) standing() Standing {
	if !(float64(r.PHolm) < Level) {
		return Open
	}
	if r.Share < 0.5 {
		return Few
	}
	return Most
}

// onlyThere is the verdict that a claim holds on the base, and not elsewhere.
func (d Design) onlyThere() Verdict {
	if d.ofArticle() {
		return HoldsThere
	}
	return HoldsAtBase
}

// verdict is that on a claim from its row in one variant and that on the base, where
// it is among the rows.
func (d Design) verdict(rows []Row, at Row) Verdict {
	if at.Standing == Most {
		return Holds
	}
	there := slices.IndexFunc(rows, func(r Row) bool { return r.ID == at.ID && r.Variant == d.Variants[0].Name })
	if there >= 0 && rows[there].Standing == Most {
		return d.onlyThere()
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
			ID: c.ID, Kind: c.Kind, Statement: c.Statement, Predicate: c.Predicate, Article: c.Article,
			Verdict: DoesNotHold, Most: []string{}, Few: []string{}, Open: []string{},
		}
		asked := false
		for _, r := range rows {
			if r.ID != c.ID {
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
		if slices.Contains(s.Most, d.Variants[0].Name) {
			s.Verdict = d.onlyThere()
			if others := len(s.Most) + len(s.Few) + len(s.Open) - 1; 4*(len(s.Most)-1) >= 3*others { // as Rule says
				s.Verdict = Holds
			}
		}
		all = append(all, s)
	}
	return all
}
