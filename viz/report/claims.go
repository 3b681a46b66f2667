package report

import (
	"fmt"
	"strings"
)

// Claim is a statement held against what was measured.
type Claim struct {
	Statement string
	// Article is the number that the article prints.
	Article string
	// Findings has one entry, or one per sample where samples are meant.
	Findings []Finding
}

// Finding is the verdict on a claim, of one sample where Sample is set.
type Finding struct {
	Sample string
	// Reference is what the article's algorithm gives, Measured what this run gave.
	Reference, Measured string
	Holds               bool
	// Verdict says it in words; "" stands for "holds" or "does not hold".
	Verdict string
}

// Words is the verdict in words.
func (f Finding) Words() string {
	switch {
	case f.Verdict != "":
		return f.Verdict
	case f.Holds:
		return "holds"
	}
	return "does not hold"
}

// claimTable is the claims with the columns that any of them fills.
type claimTable struct {
	Claims                     []Claim
	Article, Sample, Reference bool
	Tally                      string
}

func newClaimTable(claims []Claim) (*claimTable, error) {
	if len(claims) == 0 {
		return nil, nil
	}
	t := &claimTable{Claims: claims, Tally: tally(claims)}
	for i, c := range claims {
		if len(c.Findings) == 0 {
			return nil, fmt.Errorf("claim %d (%s) has no finding", i+1, c.Statement)
		}
		t.Article = t.Article || c.Article != ""
		for _, f := range c.Findings {
			t.Sample = t.Sample || f.Sample != ""
			t.Reference = t.Reference || f.Reference != ""
		}
	}
	return t, nil
}

// tally counts the verdicts: "Of 11 claims, 8 hold, 3 hold for some samples only."
func tally(claims []Claim) string {
	var hold, partly, fail int
	for _, c := range claims {
		holds := 0
		for _, f := range c.Findings {
			if f.Holds {
				holds++
			}
		}
		switch {
		case holds == 0:
			fail++
		case holds < len(c.Findings):
			partly++
		default:
			hold++
		}
	}
	var counts []string
	for _, c := range []struct {
		n         int
		one, many string
	}{{hold, "holds", "hold"}, {partly, "holds for some samples only", "hold for some samples only"}, {fail, "does not hold", "do not hold"}} {
		switch {
		case c.n == len(claims) && c.n > 1:
			return fmt.Sprintf("All %d claims %s.", c.n, c.many)
		case c.n == 1:
			counts = append(counts, "1 "+c.one)
		case c.n > 1:
			counts = append(counts, fmt.Sprintf("%d %s", c.n, c.many))
		}
	}
	if len(claims) == 1 {
		return "The one claim " + strings.TrimPrefix(counts[0], "1 ") + "."
	}
	last := len(counts) - 1
	return fmt.Sprintf("Of %d claims, %s and %s.", len(claims), strings.Join(counts[:last], ", "), counts[last])
}
