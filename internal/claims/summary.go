package claims

import "slices"

// Summary is what may be said of a claim over all settings.
type Summary struct {
	ID        string  `json:"id"`
	Kind      Kind    `json:"kind"`
	Statement string  `json:"claim"`
	Predicate string  `json:"predicate"`
	Article   string  `json:"article,omitempty"`
	Verdict   Verdict `json:"verdict"`
	// Most, Few and Open are the settings at which the claim has that standing.
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
		if slices.Contains(s.Most, d.Settings[0].Name) {
			s.Verdict = d.onlyThere()
			if others := len(s.Most) + len(s.Few) + len(s.Open) - 1; 4*(len(s.Most)-1) >= 3*others { // as Rule says
				s.Verdict = Holds
			}
		}
		all = append(all, s)
	}
	return all
}
