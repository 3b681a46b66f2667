package doctor

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"actscope/internal/input"
	"actscope/internal/npz"
)

// names says which array of a file is what; the numbers are those of the arrays.
type names struct {
	x, y int
	// inputs and targets are all that may be x and y, the likeliest first.
	inputs, targets []int
	// weights and biases are layer by layer; a layer without a bias has -1, and so have parameters without a gradient.
	weights, biases                []int
	weightGradients, biasGradients []int
	// sharedBias is one array with a number for each layer, in place of biases; else -1.
	sharedBias, sharedBiasGradient int
	loss                           int // -1 for none
	ignored                        []int
	called                         []string // the arrays' names, after Options.Map
}

// canonical are the names by which Options.Map speaks of arrays.
var canonical = regexp.MustCompile(`^(x|y|loss|(grad_)?[Wb][1-9][0-9]?|d?[ZA][1-9][0-9]?)$`)

// nameArrays finds out what the arrays are. What is open is refused all at once, with the line to type.
func nameArrays(arrays []Array, chosen map[string]string) (names, error) {
	n := names{x: -1, y: -1, loss: -1, sharedBias: -1, sharedBiasGradient: -1}
	called := make([]string, len(arrays)) // what each is to be called, after Options.Map
	n.called = called
	for i, a := range arrays {
		called[i] = a.Name
	}
	for _, to := range slices.Sorted(maps.Keys(chosen)) {
		i := slices.IndexFunc(arrays, func(a Array) bool { return a.Name == chosen[to] })
		switch {
		case !canonical.MatchString(to):
			return n, input.Refuse("map", "%s=%s: on the left stands x, y, loss, W1, b1, grad_W1, grad_b1, Z1, A1, dZ1, dA1, ...", to, chosen[to])
		case i < 0:
			return n, input.Refuse("map", "%s=%s: there is no array %s; there are %s", to, chosen[to], chosen[to], Listed(arrays))
		}
		for j := range called {
			if called[j] == to && j != i {
				called[j] = "ignored " + to
			}
		}
		called[i] = to
	}
	roles := make([]role, len(arrays))
	for i := range arrays {
		if roles[i] = roleOf(called[i]); strings.HasPrefix(called[i], "ignored ") {
			roles[i] = intermediateRole
		}
	}
	of, nameless := gradients(arrays, called, roles)
	pairDerived(arrays, called, roles, of)
	nameless = slices.DeleteFunc(nameless, func(g int) bool { _, paired := of[g]; return paired })
	isGradient := func(i int) bool {
		_, named := of[i]
		return named || slices.Contains(nameless, i)
	}
	gradientOf := map[int]int{}
	for g, p := range of {
		gradientOf[p] = g
	}

	// An array of a preferred name is the only one to be considered.
	pick := func(r role, preferred ...string) []int {
		var list []int
		for i := range arrays {
			if roles[i] != r || isGradient(i) {
				continue
			}
			if slices.Contains(preferred, strings.ToLower(called[i])) {
				return []int{i}
			}
			list = append(list, i)
		}
		return list
	}
	n.inputs, n.targets = pick(inputRole, "x"), pick(targetRole, "y", "t")
	if len(n.inputs) > 0 {
		n.x = n.inputs[0]
	}
	if len(n.targets) > 0 {
		n.y = n.targets[0]
	}
	if n.y < 0 { // "outputs" beside "inputs"
		for i := range arrays {
			if t := tokens(called[i]); len(t) > 0 && (t[0] == "output" || t[0] == "outputs") && roles[i] != weightRole && roles[i] != biasRole && !isGradient(i) {
				n.y, n.targets = i, []int{i}
			}
		}
	}
	for i, a := range arrays {
		if roles[i] == lossRole && len(a.Values) == 1 && !isGradient(i) {
			n.loss = i
		}
	}
	if n.x < 0 { // a0, l0: what enters layer 1
		for i := range arrays {
			if t := tokens(called[i]); len(t) == 2 && t[1] == "0" && postWords[t[0]] && !isGradient(i) {
				n.x, n.inputs = i, []int{i}
			}
		}
	}
	// Where no name says which array is the input or the target, the only one whose name says nothing is.
	var unnamed []int
	for i, a := range arrays {
		if _, paired := gradientOf[i]; roles[i] == noRole && len(a.Values) > 1 && !paired && !isGradient(i) && i != n.y && len(tokens(called[i])) > 0 && !strings.HasPrefix(called[i], "ignored ") {
			unnamed = append(unnamed, i)
		}
	}
	switch {
	case len(unnamed) != 1:
	case n.x < 0 && n.y >= 0:
		n.x, n.inputs = unnamed[0], unnamed
	case n.y < 0 && n.x >= 0:
		n.y, n.targets = unnamed[0], unnamed
	}
	var weights, biases []int
	for i := range arrays {
		_, paired := gradientOf[i]
		switch {
		case isGradient(i) || i == n.x || i == n.y || i == n.loss:
		case roles[i] == biasRole:
			biases = append(biases, i)
		case roles[i] == weightRole, paired && roles[i] == noRole:
			weights = append(weights, i)
		}
	}
	weights = withoutState(arrays, called, weights, gradientOf)
	biases = withoutState(arrays, called, biases, gradientOf)
	order := func(list []int) {
		numbers := map[int]bool{}
		for _, i := range list {
			if v, ok := number(called[i]); ok {
				numbers[v] = true
			}
		}
		slices.SortStableFunc(list, func(a, b int) int {
			va, _ := number(called[a])
			vb, _ := number(called[b])
			if len(numbers) == len(list) {
				return cmp.Compare(va, vb)
			}
			return cmp.Compare(depth(called[a]), depth(called[b]))
		})
	}
	order(weights)
	order(biases)

	var open []string
	ask := func(to, why string) { open = append(open, fmt.Sprintf("%s (%s)", to, why)) }
	if n.x < 0 {
		ask("x", "no array is named like an input")
	}
	if n.y < 0 {
		ask("y", "no array is named like a target")
	}
	if len(weights) == 0 {
		ask("W1", "no array is named like weights")
	}
	// Gradients without the name of what they are of go by number, or else by order, and size.
	for position, g := range nameless {
		var fits []int
		for _, w := range weights {
			if _, taken := gradientOf[w]; !taken && len(arrays[w].Values) == len(arrays[g].Values) {
				fits = append(fits, w)
			}
		}
		if v, ok := number(called[g]); ok && len(fits) > 1 {
			if same := slices.IndexFunc(fits, func(w int) bool { u, ok := number(called[w]); return ok && u == v }); same >= 0 {
				fits = fits[same : same+1]
			} else if len(nameless) == len(weights) && slices.Contains(fits, weights[position]) {
				fits = weights[position : position+1]
			}
		}
		switch len(fits) {
		case 0:
			n.ignored = append(n.ignored, g)
		case 1:
			gradientOf[fits[0]], of[g] = g, fits[0]
		default:
			ask("grad_W1", fmt.Sprintf("%s may be the gradient of %s", arrays[g].Name, arrays[fits[0]].Name))
		}
	}
	if len(of) == 0 {
		ask("grad_W1", "no array is named like a gradient")
	}
	if len(open) > 0 {
		var flag []string
		for _, o := range open {
			to, _, _ := strings.Cut(o, " ")
			if !slices.Contains(flag, to+"=NAME") {
				flag = append(flag, to+"=NAME")
			}
		}
		return n, input.Refuse("map", "say which array is %s, by --map %s; there are %s", strings.Join(open, ", "), strings.Join(flag, ","), Listed(arrays))
	}

	gradient := func(p int) int {
		if g, ok := gradientOf[p]; ok {
			return g
		}
		return -1
	}
	n.weights = weights
	n.biases = pairBiases(called, weights, biases)
	if n.biases == nil && len(biases) == 1 && len(arrays[biases[0]].Values) == len(weights) {
		n.sharedBias, n.sharedBiasGradient = biases[0], gradient(biases[0])
	} else if n.biases == nil && len(biases) > 0 {
		return n, input.Refuse("map", "%d biases (%s) for %d layers of weights: say whose they are, by --map b1=NAME", len(biases), called[biases[0]], len(weights))
	}
	if n.biases == nil {
		n.biases = slices.Repeat([]int{-1}, len(weights))
	}
	for l, w := range weights {
		n.weightGradients = append(n.weightGradients, gradient(w))
		n.biasGradients = append(n.biasGradients, -1)
		if b := n.biases[l]; b >= 0 {
			n.biasGradients[l] = gradient(b)
		}
	}
	used := slices.Concat([]int{n.x, n.y, n.loss, n.sharedBias, n.sharedBiasGradient}, n.weights, n.biases, n.weightGradients, n.biasGradients)
	n.ignored = nil
	for i := range arrays {
		if !slices.Contains(used, i) {
			n.ignored = append(n.ignored, i)
		}
	}
	return n, nil
}

// gradients pairs the gradients with what they are of, by name, and lists those that are a mark alone, such as g_0.
func gradients(arrays []Array, called []string, roles []role) (of map[int]int, nameless []int) {
	byKey := map[string]int{}
	inputs := 0
	for i := range arrays {
		k := key(called[i])
		if _, second := byKey[k]; !second {
			byKey[k] = i
		}
		if roles[i] == inputRole && len(tokens(called[i])) > 0 {
			inputs++
		}
	}
	of = map[int]int{}
	taken := map[int]bool{}
	for i := range arrays {
		if strings.HasPrefix(called[i], "ignored ") {
			continue
		}
		k := key(called[i])
		for _, m := range marks {
			var rests []string
			if rest, ok := strings.CutPrefix(k, m); ok {
				rests = append(rests, rest)
			}
			if rest, ok := strings.CutSuffix(k, m); ok {
				rests = append(rests, rest)
			}
			found := false
			for _, rest := range rests {
				p, ok := byKey[rest]
				if !ok || p == i || rest == "" {
					continue
				}
				switch roles[p] {
				case weightRole, biasRole, noRole:
					if !taken[p] {
						of[i], taken[p] = p, true
					}
				case inputRole, targetRole, intermediateRole, lossRole:
					roles[i] = intermediateRole
				}
				found = true
			}
			if found {
				break
			}
			if _, err := strconv.Atoi(strings.TrimPrefix(k, m)); strings.HasPrefix(k, m) && (err == nil || k == m) && m != "l" {
				nameless = append(nameless, i)
				break
			}
		}
		if _, ok := of[i]; !ok && !slices.Contains(nameless, i) && markedIntermediate(called[i]) {
			roles[i] = intermediateRole
		}
	}
	slices.SortStableFunc(nameless, func(a, b int) int {
		va, _ := number(called[a])
		vb, _ := number(called[b])
		return cmp.Compare(va, vb)
	})
	return of, nameless
}

// markedIntermediate tells dZ1, dA2, dX and the like, which are gradients of no parameter.
func markedIntermediate(name string) bool {
	k := strings.TrimRight(key(name), "0123456789")
	for _, m := range marks {
		if rest, ok := strings.CutPrefix(k, m); ok && slices.Contains([]string{"z", "a", "x", "h", "s", "o", "al", "hidden", "out", "output", "input"}, rest) {
			return true
		}
	}
	return false
}

// pairBiases gives each layer its bias or -1, nil where that is not clear.
func pairBiases(called []string, weights, biases []int) []int {
	paired := slices.Repeat([]int{-1}, len(weights))
	byNumber := len(biases) > 0
	for _, b := range biases {
		v, ok := number(called[b])
		l := slices.IndexFunc(weights, func(w int) bool { u, has := number(called[w]); return has && u == v })
		if !ok || l < 0 || paired[l] >= 0 {
			byNumber = false
			break
		}
		paired[l] = b
	}
	switch {
	case byNumber:
		return paired
	case len(biases) == len(weights):
		return slices.Clone(biases)
	}
	return nil
}

// Listed names arrays with their shapes, the first twenty.
func Listed(arrays []Array) string {
	var list []string
	for i, a := range arrays {
		if i == 20 {
			list = append(list, fmt.Sprintf("%d more", len(arrays)-i))
			break
		}
		list = append(list, a.Name+" "+npz.Shape(a.Shape).String())
	}
	return strings.Join(list, ", ")
}
