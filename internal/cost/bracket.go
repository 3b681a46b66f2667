package cost

import (
	"fmt"
	"slices"
	"strings"

	"actscope/graph"
)

// Bracket is what is known of the smallest network that reaches the target: which was
// seen to reach it, which is the largest that, with all smaller ones, was seen to miss it,
// and which lie between, in the order of multiply-adds. Reaches and Misses are nil where
// there is none.
type Bracket struct {
	Reaches, Misses *Candidate
	Undecided       []Candidate
}

// Bracket is that of the activation.
func (a ActivationResult) Bracket() Bracket { return bracketOf(a.Candidates()) }

// Bracket is that of the depth.
func (d DepthResult) Bracket() Bracket { return bracketOf(d.Candidates) }

func bracketOf(candidates []Candidate) Bracket {
	sorted := slices.Clone(candidates)
	slices.SortStableFunc(sorted, func(a, b Candidate) int { return a.MultiplyAdds - b.MultiplyAdds })
	var b Bracket
	for i, n := range sorted {
		switch {
		case n.Verdict == Reaches:
			b.Reaches = &sorted[i]
			return b
		case n.Verdict != Misses:
			b.Undecided = append(b.Undecided, n)
		case len(b.Undecided) == 0:
			b.Misses = &sorted[i]
		}
	}
	return b
}

// MultiplyAdds writes those of the smallest network of an activation that has one that
// reaches: a number, or the least and the largest possible.
func (r *Result) MultiplyAdds(a ActivationResult) string {
	low, high := a.bounds(Measures[0], r.Config.Share)
	if low == high {
		return fmt.Sprint(high)
	}
	return fmt.Sprintf("%v to %v", low, high)
}

// bracket says what is known of the smallest network of an activation.
func (r *Result) bracket(a ActivationResult) string {
	sized := func(n Candidate) string { return fmt.Sprintf("%s (%d)", n.Layers(r.Inputs), n.MultiplyAdds) }
	b := a.Bracket()
	var parts []string
	if b.Reaches != nil {
		parts = append(parts, sized(*b.Reaches)+" reaches")
	} else {
		parts = append(parts, "none was seen to reach")
	}
	const most = 4
	switch n := len(b.Undecided); {
	case n > most:
		parts = append(parts, fmt.Sprintf("%d from %s to %s are undecided", n, sized(b.Undecided[0]), sized(b.Undecided[n-1])))
	case n > 0:
		var names []string
		for _, u := range b.Undecided {
			names = append(names, sized(u))
		}
		parts = append(parts, "undecided: "+strings.Join(names, ", "))
	}
	if b.Misses != nil {
		parts = append(parts, sized(*b.Misses)+" and all smaller miss")
	} else {
		parts = append(parts, "none below was seen to miss")
	}
	return graph.ActivationTitle(a.Name) + ", by multiply-adds: " + strings.Join(parts, "; ") + "."
}
