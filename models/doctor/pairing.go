package doctor

import (
	"cmp"
	"slices"
	"strings"
)

// derivedWords stand beside the mark of a gradient and say what is derived, or by what: loss_gradient_W1, dL_dW1.
var derivedWords = wordSet("loss cost l j c e wrt")

// derived reads the name of a parameter's gradient that is not the parameter's own with a mark before or behind: the mark in
// the middle (layer1_dweights), two marks (grads_dW1), or another word for the same (nabla_w_0 beside weights_0).
func derived(name string) (r role, rest string, ok bool) {
	var kept []string
	marked, assumed := false, noRole
	for _, t := range tokens(name) {
		if slices.Contains(marks, t) && t != "g" || wordSet("error errors err errs")[t] {
			marked = true
			if strings.HasPrefix(t, "adjustment") || strings.HasPrefix(t, "update") || strings.HasPrefix(t, "change") {
				assumed = weightRole // of weights, as deltas and errors need not be
			}
			continue
		}
		for _, m := range marks {
			p, cut := strings.CutPrefix(t, m)
			if !cut && len(m) > 2 {
				p, cut = strings.CutSuffix(t, m)
			}
			if cut && (weightWords[p] || biasWords[p] || longNames.MatchString(p)) {
				marked, t = true, p
				break
			}
		}
		kept = append(kept, t)
	}
	if !marked || slices.ContainsFunc(kept, func(t string) bool { return otherWords[t] }) {
		return noRole, "", false
	}
	kept = slices.DeleteFunc(kept, func(t string) bool { return derivedWords[t] })
	rest = strings.Join(kept, "_")
	switch r = roleOf(rest); r {
	case weightRole, biasRole:
		return r, rest, true
	}
	return assumed, rest, assumed == weightRole && len(kept) > 0
}

// pairDerived pairs the gradients that derived reads with the parameters of their role that have none: by number, or else by
// the words for the layers. What has the name of a gradient and no parameter is none itself.
func pairDerived(arrays []Array, called []string, roles []role, of map[int]int) {
	taken := map[int]bool{}
	for _, p := range of {
		taken[p] = true
	}
	rests := map[int]string{}
	open := map[role][]int{}
	for i := range arrays {
		if _, paired := of[i]; paired || taken[i] || canonical.MatchString(called[i]) || strings.HasPrefix(called[i], "ignored ") {
			continue
		}
		if r, rest, ok := derived(called[i]); ok {
			open[r] = append(open[r], i)
			rests[i] = rest
		}
	}
	for _, r := range []role{weightRole, biasRole} {
		var parameters []int
		for i := range arrays {
			if _, paired := of[i]; !paired && !taken[i] && roles[i] == r && rests[i] == "" {
				parameters = append(parameters, i)
			}
		}
		for _, g := range open[r] {
			v, numbered := number(rests[g])
			var fits []int
			for _, p := range parameters {
				u, has := number(called[p])
				if !taken[p] && numbered == has && (numbered && u == v || !numbered && depth(called[p]) == depth(rests[g])) {
					fits = append(fits, p)
				}
			}
			slices.SortStableFunc(fits, func(a, b int) int { // the same size first
				size := func(p int) int {
					if len(arrays[p].Values) == len(arrays[g].Values) {
						return 0
					}
					return 1
				}
				return cmp.Compare(size(a), size(b))
			})
			if len(fits) > 0 {
				of[g], taken[fits[0]] = fits[0], true
			}
		}
		for _, g := range open[r] {
			if _, paired := of[g]; !paired && len(parameters) > 0 {
				roles[g] = intermediateRole
			}
		}
	}
}

// withoutState leaves out what has the number or words of a parameter with a gradient, its shape and a longer name, and no
// gradient itself: what an optimizer keeps, or an older value.
func withoutState(arrays []Array, called []string, parameters []int, gradientOf map[int]int) []int {
	same := func(a, b int) bool {
		u, hasU := number(called[a])
		v, hasV := number(called[b])
		return hasU == hasV && u == v && (hasU || depth(called[a]) == depth(called[b])) && slices.Equal(arrays[a].Shape, arrays[b].Shape)
	}
	return slices.DeleteFunc(slices.Clone(parameters), func(i int) bool {
		if _, has := gradientOf[i]; has {
			return false
		}
		return slices.ContainsFunc(parameters, func(p int) bool {
			_, has := gradientOf[p]
			longer := len(tokens(called[p])) < len(tokens(called[i])) || strings.HasSuffix(key(called[i]), key(called[p]))
			return has && longer && same(i, p)
		})
	})
}
