package doctor

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"actscope/internal/input"
	"actscope/internal/npz"
)

// names says which array of a file is what; the numbers are those of the arrays.
type names struct {
	x, y int
	// weights and biases are layer by layer; a layer without a bias has -1, and so have parameters without a gradient.
	weights, biases                []int
	weightGradients, biasGradients []int
	// sharedBias is one array with a number for each layer, in place of biases; else -1.
	sharedBias, sharedBiasGradient int
	loss                           int // -1 for none
	ignored                        []int
}

// role is what the name of an array, its marks of a gradient aside, says that it is.
type role int

const (
	noRole role = iota
	inputRole
	targetRole
	weightRole
	biasRole
	lossRole
	intermediateRole
)

var (
	inputWords        = words("x xs input inputs img imgs image images feature features inp pixels")
	targetWords       = words("y ys t target targets label labels l class classes truth expected desired answer answers")
	weightWords       = words("w ws weight weights theta thetas syn synapse synapses synaptic kernel kernels coef coefs")
	biasWords         = words("b bs bias biases intercept intercepts")
	lossWords         = words("loss cost j")
	predictionWords   = words("pred preds predicted prediction predictions hat prob probs probability probabilities")
	intermediateWords = words("z a h s o p net act activation activations hidden layer out output outputs score scores logits cache")
	longNames         = regexp.MustCompile(`^(w|b)(ih|ho|hh|xh|hy|h|o|hidden|out|output|in|input)$`)
	// marks of a gradient, before or behind the name of what it is the gradient of; the longest first.
	marks = []string{
		"adjustments", "adjustment", "gradients", "gradient", "updates", "update", "deltas", "nabla", "delta", "grads",
		"grad", "adj", "dld", "djd", "dcd", "ded", "dl", "de", "d", "g",
	}
)

func words(text string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(text) {
		set[w] = true
	}
	return set
}

// tokens splits a name at changes from small letters to capitals, at digits, and at what is neither letter nor digit.
func tokens(name string) []string {
	var list []string
	var last rune
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			last = 0
			continue
		case last == 0, unicode.IsDigit(r) != unicode.IsDigit(last), unicode.IsUpper(r) && unicode.IsLower(last):
			list = append(list, "")
		}
		list[len(list)-1] += string(unicode.ToLower(r))
		last = r
	}
	return list
}

// key is what is compared between the names of a parameter and its gradient.
func key(name string) string {
	list := tokens(name)
	for i, t := range list {
		switch {
		case t == "biases":
			list[i] = "bias"
		case len(t) > 3:
			list[i] = strings.TrimSuffix(t, "s")
		}
	}
	return strings.Join(list, "")
}

// roleOf says what the words of a name make of it.
func roleOf(name string) role {
	list := tokens(name)
	has := func(set map[string]bool) bool {
		return slices.ContainsFunc(list, func(t string) bool { return set[t] })
	}
	for _, t := range list {
		switch m := longNames.FindStringSubmatch(t); {
		case biasWords[t], m != nil && m[1] == "b":
			return biasRole
		case m != nil:
			return weightRole
		}
	}
	switch {
	case has(weightWords):
		return weightRole
	case has(predictionWords):
		return intermediateRole
	case has(inputWords):
		return inputRole
	case len(list) <= 2 && has(lossWords):
		return lossRole
	case len(list) > 1 && has(words("output outputs")) && has(words("training train set test true")):
		return targetRole
	case has(intermediateWords):
		return intermediateRole
	case has(targetWords):
		return targetRole
	}
	return noRole
}

// number is the last whole number in a name.
func number(name string) (int, bool) {
	for _, t := range slices.Backward(tokens(name)) {
		if n, err := strconv.Atoi(t); err == nil {
			return n, true
		}
	}
	return 0, false
}

// depth orders names without numbers: from the input, between, to the output.
func depth(name string) int {
	list := slices.DeleteFunc(tokens(name), func(t string) bool { return weightWords[t] || biasWords[t] })
	if len(list) == 0 {
		return 1
	}
	switch first, last := list[0], list[len(list)-1]; {
	case regexp.MustCompile(`^(w|b)?(o|out|output|ho|hy|y)$`).MatchString(last):
		return 2
	case regexp.MustCompile(`^(w|b)?(i|in|input|ih|xh)$`).MatchString(first):
		return 0
	}
	return 1
}

// canonical are the names by which Options.Map speaks of arrays.
var canonical = regexp.MustCompile(`^(x|y|loss|(grad_)?[Wb][1-9][0-9]?)$`)

// nameArrays finds out what the arrays are. What is open is refused all at once, with the line to type.
func nameArrays(arrays []Array, chosen map[string]string) (names, error) {
	n := names{x: -1, y: -1, loss: -1, sharedBias: -1, sharedBiasGradient: -1}
	called := make([]string, len(arrays)) // what each is to be called, after Options.Map
	for i, a := range arrays {
		called[i] = a.Name
	}
	for _, to := range slices.Sorted(maps.Keys(chosen)) {
		i := slices.IndexFunc(arrays, func(a Array) bool { return a.Name == chosen[to] })
		switch {
		case !canonical.MatchString(to):
			return n, input.Refuse("map", "%s=%s: on the left stands x, y, loss, W1, b1, grad_W1, grad_b1, ...", to, chosen[to])
		case i < 0:
			return n, input.Refuse("map", "%s=%s: there is no array %s; there are %s", to, chosen[to], chosen[to], listed(arrays))
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
	isGradient := func(i int) bool {
		return slices.Contains(nameless, i) || slices.Contains(slices.Collect(maps.Keys(of)), i)
	}
	gradientOf := map[int]int{}
	for g, p := range of {
		gradientOf[p] = g
	}

	pick := func(r role, preferred ...string) int {
		best := -1
		for i := range arrays {
			if roles[i] != r || isGradient(i) {
				continue
			}
			if best < 0 || slices.Contains(preferred, strings.ToLower(called[i])) && !slices.Contains(preferred, strings.ToLower(called[best])) {
				best = i
			}
		}
		return best
	}
	n.x, n.y = pick(inputRole, "x"), pick(targetRole, "y", "t")
	if n.y < 0 { // "outputs" beside "inputs"
		for i := range arrays {
			if t := tokens(called[i]); len(t) > 0 && (t[0] == "output" || t[0] == "outputs") && !isGradient(i) {
				n.y = i
			}
		}
	}
	for i, a := range arrays {
		if roles[i] == lossRole && len(a.Values) == 1 && !isGradient(i) {
			n.loss = i
		}
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
		return n, input.Refuse("map", "say which array is %s, by --map %s; there are %s", strings.Join(open, ", "), strings.Join(flag, ","), listed(arrays))
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

// listed names arrays with their shapes, the first twenty.
func listed(arrays []Array) string {
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
