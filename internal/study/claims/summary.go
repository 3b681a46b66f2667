package claims

import "slices"

// Summary is what may be said of a claim over all settings.
type Summary struct {
	ID        string `json:"id"`
	Kind      Kind   `json:"kind"`
	Statement string `json:"claim"`
	Predicate string `json:"predicate"`
	Article   string `json:"article,omitempty"`
	// ArticleRun says whether the claim holds in the article's own run, seed 42 on the
	// data of seed 42; nil where that was not trained.
	ArticleRun *bool   `json:"article_run,omitempty"`
	Verdict    Verdict `json:"verdict"`
	// Most, Few and Open are the settings at which the claim has that standing.
	Most []string `json:"most_seeds"`
	Few  []string `json:"few_seeds"`
	Open []string `json:"open"`
}

// articleRun is the pair of the article.
var articleRun = Pair{DataSeed: 42, Seed: 42}

// Summarise puts the rows of each claim together.
func Summarise(t *Table, rows []Row) []Summary {
	var all []Summary
	d := t.Design
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
				s.Most = append(s.Most, r.Setting)
			case Few:
				s.Few = append(s.Few, r.Setting)
			case Open:
				s.Open = append(s.Open, r.Setting)
			}
		}
		if !asked {
			continue
		}
		switch {
		case len(s.Few)+len(s.Open) == 0:
			s.Verdict = Holds
		case slices.Contains(s.Most, d.Settings[0].Name):
			s.Verdict = d.onlyThere()
		}
		s.ArticleRun = c.inArticleRun(t)
		all = append(all, s)
	}
	return all
}

// inArticleRun judges the article's own run, where it is in the table.
func (c Claim) inArticleRun(t *Table) *bool {
	base := t.Design.Settings[0]
	reference, ok := c.reference(t.Design, base)
	if !ok {
		return nil
	}
	pairs, cases := c.cases(t, base, reference)
	i := slices.Index(pairs, articleRun)
	if i < 0 {
		return nil
	}
	var r Row
	holds := r.judge(c, cases[i])
	return &holds
}
