package doctor

import (
	"actscope/internal/words"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

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
	inputWords        = wordSet("x xs input inputs img imgs image images feature features inp pixels xbatch xtrain xdata")
	targetWords       = wordSet("y ys t target targets label labels l class classes truth expected desired answer answers ybatch ytrain ydata ytrue")
	weightWords       = wordSet("w ws weight weights theta thetas syn synapse synapses synaptic kernel kernels coef coefs")
	biasWords         = wordSet("b bs bias biases intercept intercepts")
	lossWords         = wordSet("loss cost j")
	predictionWords   = wordSet("pred preds predicted prediction predictions hat yhat ypred prob probs probability probabilities")
	intermediateWords = wordSet("z a h s o p net act activation activations hidden hid layer out output outputs final score scores logit logits cache al zl nets linear pre preact preactivation preactivations")
	// Words of intermediates: z; a; which of them; and what else has such words in its name.
	preWords    = wordSet("z zs zl s net nets logit logits score scores pre preact preactivation preactivations linear weighted")
	postWords   = wordSet("a as al h hs o p ps act acts activation activations activated hidden hid layer layers l out outs output outputs final")
	hiddenWords = wordSet("hidden hid")
	finalWords  = wordSet("o out outs output outputs final last al zl p ps")
	otherWords  = wordSet("size sizes dim dims unit units num count n lr rate shape mask masks velocity momentum cache init initial old prev test val valid")
	longNames   = regexp.MustCompile(`^(w|b)(ih|ho|hh|xh|hy|h|o|u|v|hidden|out|output|in|input)$`)
	// marks of a gradient, before or behind the name of what it is the gradient of; the longest first.
	marks = []string{
		"adjustments", "adjustment", "derivatives", "derivative", "gradients", "gradient", "partial", "changes", "change", "deriv", "updates", "update", "deltas", "nabla", "delta", "grads",
		"grad", "adj", "der", "dld", "djd", "dcd", "ded", "dl", "de", "d", "g",
	}
)

// symbols are those of formulas, in words.
var symbols = strings.NewReplacer("∇", "nabla_", "∂", "d_", "Δ", "delta_", "δ", "delta_", "Θ", "theta", "θ", "theta")

func wordSet(text string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(text) {
		set[w] = true
	}
	return set
}

// tokens are the words of a name, those of formulas' symbols among them.
func tokens(name string) []string { return words.Of(symbols.Replace(name)) }

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
	case has(inputWords) && has(wordSet("hidden hid final output outputs out net")), len(list) > 1 && list[0] == "l" && list[1][0] <= '9':
		return intermediateRole // what goes into a layer; l1
	case has(predictionWords):
		return intermediateRole
	case has(inputWords):
		return inputRole
	case len(list) <= 2 && has(lossWords):
		return lossRole
	case len(list) > 1 && has(wordSet("output outputs")) && has(wordSet("training train set test true expected desired target actual")):
		return targetRole
	case has(intermediateWords):
		return intermediateRole
	case has(targetWords):
		return targetRole
	}
	return noRole
}

// intermediateMark splits a mark of a derivative, such as d, delta or error, from a word of an intermediate's name.
func intermediateMark(token string) (word string, marked bool) {
	if slices.Contains(marks, token) && token != "update" && token != "updates" || wordSet("error errors err errs dj dc")[token] {
		return "", true
	}
	for _, m := range []string{"delta", "grad", "dld", "dl", "d"} {
		rest, ok := strings.CutPrefix(token, m)
		if ok && (preWords[rest] || postWords[rest] || inputWords[rest] || predictionWords[rest]) {
			return rest, true
		}
	}
	return token, false
}

// joined splits z or a from a word for its layer, as in aHidden, whose capitals stand together.
func joined(token string) []string {
	if first := token[:1]; (first == "z" || first == "a") && (hiddenWords[token[1:]] || finalWords[token[1:]]) && !postWords[token] && !preWords[token] {
		return []string{first, token[1:]}
	}
	return []string{token}
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

// Words of the layers next to the output and to the input.
var (
	outermost = regexp.MustCompile(`^(w|b)?(o|out|output|ho|hy|y)$`)
	innermost = regexp.MustCompile(`^(w|b)?(i|in|input|ih|xh)$`)
)

// depth orders names without numbers: from the input, between, to the output.
func depth(name string) int {
	list := slices.DeleteFunc(tokens(name), func(t string) bool { return weightWords[t] || biasWords[t] })
	if len(list) == 0 {
		return 1
	}
	switch first, last := list[0], list[len(list)-1]; {
	case outermost.MatchString(last):
		return 2
	case innermost.MatchString(first):
		return 0
	}
	return 1
}
