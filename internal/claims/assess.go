package claims

import (
	"slices"

	"actscope/internal/number"
	"actscope/internal/stats"
)

// Level is the probability, at most, that any of the questions that a design asks is
// answered with a majority where there is none.
const Level = 0.05

// Standing says what the seeds say at one setting.
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

// onlyThere is the verdict that a claim holds under the settings that the others
// depart from, and not elsewhere.
func (d Design) onlyThere() Verdict {
	if d.ofArticle() {
		return HoldsThere
	}
	return HoldsAtBase
}

// Rule says how verdicts come about.
const Rule = "At a setting a claim holds in most seeds when the test that it holds as often as not " +
	"(the score test behind Wilson's interval, with the design effect of initial seeds that are trained on several data sets) rejects at 0.05 " +
	"after Holm's correction over all claims and settings of the design, with a share above one half. " +
	"A network that failed fails the claims about it. A claim holds when it holds in most seeds under the article's settings and at three quarters " +
	"or more of the other settings that it speaks of, only under the article's settings when it does so there and at fewer others, and does not hold otherwise. " +
	"Of one other setting, the verdict is that on it and the article's. " +
	"The five data sets are taken as they are: what is said is about these, and the share on each says how much it depends on them."

// Row is a claim at a setting.
type Row struct {
	ID      string `json:"id"`
	Kind    Kind   `json:"kind"`
	Setting string `json:"setting"`
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

// DataCount is in how many of its seeds a claim holds on one data set.
type DataCount struct {
	DataSeed int64 `json:"data_seed"`
	Seeds    int   `json:"seeds"`
	Holds    int   `json:"holds"`
}

// articleRun is the pair of the article.
var articleRun = Pair{DataSeed: 42, Seed: 42}

// Question is a claim at a setting.
type Question struct {
	Claim   Claim
	Setting Setting
	// reference is the setting with which networks are compared, or Setting itself.
	reference Setting
}

// Questions are those of a design: every claim at every setting that it speaks of.
func (d Design) Questions() []Question {
	var all []Question
	for _, c := range Claims() {
		for _, s := range d.Settings {
			if reference, ok := c.reference(d, s); ok {
				all = append(all, Question{c, s, reference})
			}
		}
	}
	return all
}

// Needed are the settings whose networks the questions need.
func (d Design) Needed(questions []Question) []Setting {
	var needed []Setting
	for _, s := range d.Settings {
		if slices.ContainsFunc(questions, func(q Question) bool { return s.equal(q.Setting) || s.equal(q.reference) }) {
			needed = append(needed, s)
		}
	}
	return needed
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
	pairs, cases := q.Claim.cases(t, q.Setting, q.reference)
	r := Row{ID: q.Claim.ID, Kind: q.Claim.Kind, Setting: q.Setting.Name, Seeds: len(cases), Command: q.command(t.Design)}
	bySeed := make(map[int64]*stats.Tally)
	var seeds []int64
	for i, of := range cases {
		p := pairs[i]
		if bySeed[p.Seed] == nil {
			bySeed[p.Seed] = &stats.Tally{}
			seeds = append(seeds, p.Seed)
		}
		if n := len(r.ByData); n == 0 || r.ByData[n-1].DataSeed != p.DataSeed {
			r.ByData = append(r.ByData, DataCount{DataSeed: p.DataSeed})
		}
		data := &r.ByData[len(r.ByData)-1]
		data.Seeds++
		bySeed[p.Seed].Trials++
		holds := r.judge(q.Claim, of)
		if p == articleRun && IsArticle(q.Setting.Name) {
			r.ArticleRun = &holds
		}
		if holds {
			r.Holds++
			data.Holds++
			bySeed[p.Seed].Holds++
		}
	}
	var tallies []stats.Tally
	for _, seed := range seeds {
		tallies = append(tallies, *bySeed[seed])
	}
	n, share := float64(r.Seeds), float64(r.Holds)/float64(r.Seeds)
	low, high := stats.Wilson(share, n, stats.Confidence)
	effect := stats.DesignEffect(tallies)
	r.Share, r.Low, r.High = number.Float(share), number.Float(low), number.Float(high)
	r.DesignEffect, r.P = number.Float(effect), number.Float(stats.MajorityTest(share, n/effect))
	r.Effect = q.Claim.effectOf(pairs, cases)
	return r
}

// judge says whether a claim holds in a case, and counts failures and samples.
func (r *Row) judge(c Claim, of Case) bool {
	if c.failed(of) {
		r.Failed++
		return false
	}
	verdicts := c.holds(of)
	if len(verdicts) > 1 {
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

// verdict is that on a claim from its row at one setting and that at the base's, where
// it is among the rows.
func (d Design) verdict(rows []Row, at Row) Verdict {
	if at.Standing == Most {
		return Holds
	}
	there := slices.IndexFunc(rows, func(r Row) bool { return r.ID == at.ID && r.Setting == d.Settings[0].Name })
	if there >= 0 && rows[there].Standing == Most {
		return d.onlyThere()
	}
	return DoesNotHold
}

// command gives the row again.
func (q Question) command(d Design) string {
	return Selection{[]string{q.Claim.ID}, []string{q.Setting.Name}}.command(d)
}
