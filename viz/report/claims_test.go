package report

import (
	"strings"
	"testing"
)

func TestTallyCountsTheVerdicts(t *testing.T) {
	yes, no := Finding{Holds: true}, Finding{}
	claim := func(f ...Finding) Claim { return Claim{Findings: f} }
	for _, c := range []struct {
		claims []Claim
		want   string
	}{
		{[]Claim{claim(yes)}, "The one claim holds."},
		{[]Claim{claim(yes, no)}, "The one claim holds for some samples only."},
		{[]Claim{claim(yes), claim(yes, yes)}, "All 2 claims hold."},
		{[]Claim{claim(no), claim(no, no), claim(no)}, "All 3 claims do not hold."},
		{[]Claim{claim(yes), claim(no)}, "Of 2 claims, 1 holds and 1 does not hold."},
		{[]Claim{claim(yes), claim(yes), claim(yes, no), claim(no, yes), claim(no)}, "Of 5 claims, 2 hold, 2 hold for some samples only and 1 does not hold."},
	} {
		if got := tally(c.claims); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestClaimsHaveTheColumnsThatAreFilled(t *testing.T) {
	p := Page{Claims: []Claim{{Statement: "s", Findings: []Finding{{Measured: "1", Holds: true}}}}}
	page := string(written(t, p))
	for _, column := range []string{"Article", "Sample", "Reference"} {
		if strings.Contains(page, ">"+column+"</th>") {
			t.Errorf("an empty column %s", column)
		}
	}
	p.Claims[0].Findings = append(p.Claims[0].Findings, Finding{Sample: "class 1", Reference: "2", Verdict: "in 3 of 50 seeds"})
	page = string(written(t, p))
	for _, word := range []string{">Sample</th>", ">Reference</th>", ">in 3 of 50 seeds</td>", `rowspan="2"`, ">holds</td>"} {
		if !strings.Contains(page, word) {
			t.Errorf("no %s", word)
		}
	}
}
