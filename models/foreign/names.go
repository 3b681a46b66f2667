package foreign

import (
	"actscope/internal/words"
	"regexp"
	"slices"
	"strings"
)

// role is what an array's name says that it is.
type role int

const (
	unknownRole role = iota
	ignoredRole      // data, an optimiser's state
	weightRole
	biasRole
	gainRole
	shiftRole
	meanRole
	varianceRole
	scaleRole // a normalisation's gain or a scaler's deviation
)

// roleWords are the roles of words in names.
var roleWords = wordTable(map[role]string{
	weightRole:   "w ws weight weights wts theta thetas kernel kernels coef coefs synapse synapses",
	biasRole:     "b bs bias biases intercept intercepts",
	gainRole:     "gamma gain",
	shiftRole:    "beta shift",
	meanRole:     "mean means mu",
	varianceRole: "variance var",
	scaleRole:    "scale scales std stds stdev sigma",
})

// dataWords are those of arrays that are no parameters.
var dataWords = wordTable(map[role]string{ignoredRole: "x xs y ys xtrain ytrain xtest ytest input inputs data target targets label labels class classes curve history " +
	"acc accuracy epoch epochs lr rate seed step steps iteration iterations pred preds prediction predictions prob probs probability probabilities " +
	"logit logits pre post z a size sizes score scores feature features names n t"})

// stateWords are those of an optimiser's state and of gradients.
var stateWords = wordTable(map[role]string{ignoredRole: "optimizer optimiser optim adam adamw sgd rmsprop adagrad momentum momentums velocity velocities momenta exp avg grad grads gradient gradients scheduler tracked ema criterion loss losses metric metrics"})

func wordTable(of map[role]string) map[string]role {
	table := make(map[string]role)
	for r, list := range of {
		for _, w := range strings.Fields(list) {
			table[w] = r
		}
	}
	return table
}

// joined are weights and biases whose layer follows without a break, such as wih and bo.
var joined = regexp.MustCompile(`^([wb])(ih|ho|hh|xh|hy|h|o|u|v|in|out|input|hidden|output)$`)

// storage are words of collections that a layer's arrays are spread over.
var storage = []string{"params", "batch", "stats", "running", "moving"}

// naming is a name taken apart.
type naming struct {
	role role
	// word is the one that says the role, and stem the other words and numbers: equal for all
	// arrays of one layer.
	word string
	stem []string
	// accumulated says running or moving.
	accumulated bool
}

// nameOf takes a name apart. The last word with a role is the one that counts.
func nameOf(name string) naming {
	list := words.Of(name)
	n := naming{accumulated: slices.Contains(list, "running") || slices.Contains(list, "moving")}
	for _, t := range list {
		if stateWords[t] == ignoredRole {
			n.role = ignoredRole
			return n
		}
	}
	for i := len(list) - 1; i >= 0 && n.role == unknownRole; i-- {
		if n.role = roleWords[list[i]]; n.role != unknownRole {
			if i > 0 && (n.role == weightRole || n.role == biasRole) && len(n.word) == 0 && slices.Contains([]string{"d", "m", "v", "g"}, list[i-1]) {
				n.role = ignoredRole // dW1, mW1
				return n
			}
			n.word, n.stem = list[i], append(slices.Clone(list[:i]), list[i+1:]...)
		} else if m := joined.FindStringSubmatch(list[i]); m != nil {
			n.role, n.word, n.stem = roleWords[m[1]], m[1], slices.Clone(list)
			n.stem[i] = m[2]
		}
	}
	for i := 0; i < len(list) && n.role == unknownRole && !extremes.MatchString(name); i++ {
		n.role = dataWords[list[i]]
	}
	n.stem = slices.DeleteFunc(n.stem, func(t string) bool { return slices.Contains(storage, t) })
	return n
}

// key is equal for all arrays of one layer.
func (n naming) key() string { return strings.Join(n.stem, " ") }

// extremes are least and greatest values of columns, which would scale them.
var extremes = regexp.MustCompile(`(^|[._/])(min|max|minimum|maximum)_?$`)

// otherLayers are layers that are no chain's, by what the names of their tensors have in common.
var otherLayers = []struct {
	pattern    *regexp.Regexp
	what, hint string
}{
	{regexp.MustCompile(`(weight|bias)_[ih]h(_l\d|$)|recurrent_kernel|(^|[._/])(lstm|gru|rnn)`), "of a recurrent layer", ""},
	{regexp.MustCompile(`in_proj_(weight|bias)|(^|[._/])(self_attn|attn|attention|mha|multihead)`), "of attention", ""},
	{regexp.MustCompile(`(^|[._/])(emb|embed|embedding|embeddings|wte|wpe|tok_embeddings)\d*[./](weight|embeddings)$`), "of an embedding", ""},
	{regexp.MustCompile(`lora_[ab]`), "of an adapter (LoRA)", "merge it first: model.merge_and_unload()"},
	{regexp.MustCompile(`weight_[guv]$|parametrizations\.`), "of weights in parts (weight or spectral norm)", "join them first: torch.nn.utils.remove_weight_norm, or torch.nn.utils.parametrize.remove_parametrizations"},
	{regexp.MustCompile(`weight_(orig|mask)$`), "of pruned weights", "join them first: torch.nn.utils.prune.remove(layer, 'weight')"},
	{regexp.MustCompile(`(^|[._/])(shortcut|skip|downsample|residual)`), "of a shortcut", "torch.onnx.export writes where it leads, and ONNX can be read"},
	{extremes, "of a scaling by least and greatest values", "save it as mean and scale, the columns being (x - mean) / scale"},
	{regexp.MustCompile(`_packed_params|zero_point$`), "of quantised weights", "save the network before it is quantised"},
	{regexp.MustCompile(`(^|[._/])(group_?norm|instance_?norm|rms_?norm)`), "of a normalisation over groups, samples or mean squares", ""},
}

// supported is what a chain consists of.
const supported = "read are chains of linear layers (weights of two axes, biases), batch norm and layer norm"

// refuseOther refuses an array of a layer that is no chain's.
func refuseOther(a array) error {
	name := strings.ToLower(a.name)
	for _, o := range otherLayers {
		if o.pattern.MatchString(name) {
			hint := supported
			if o.hint != "" {
				hint = o.hint
			}
			return a.refuse("a tensor %s: %s", o.what, hint)
		}
	}
	if len(a.shape) > 2 && !a.isVector() {
		what := "a tensor"
		if strings.Contains(name, "weight") || strings.Contains(name, "kernel") {
			what = "weights, as of a convolution,"
		}
		return a.refuse("%s of %d axes: %s", what, len(a.shape), supported)
	}
	return nil
}
