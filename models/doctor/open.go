package doctor

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"actscope/internal/input"
)

// nearly is how close the costs of two explanations are between which nothing decides.
const nearly = 0.1

// layoutAxes are the words of Options.Layout, of which a reading has one of each line, or none of the last.
var layoutAxes = [][]string{{"rows", "columns"}, {"in-out", "out-in"}, {"bias-first", "bias-last"}}

// layoutWords say a reading's layout as Options.Layout does.
func layoutWords(columns, outFirst bool, theta string) []string {
	list := []string{"rows", "in-out"}
	if columns {
		list[0] = "columns"
	}
	if outFirst {
		list[1] = "out-in"
	}
	if theta != "" {
		list = append(list, "bias-"+theta)
	}
	return list
}

// layout are the words of Options.Layout.
func (o Options) layout() ([]string, error) {
	if o.Layout == "" {
		return nil, nil
	}
	list := strings.Split(o.Layout, ",")
	for i, w := range list {
		list[i] = strings.TrimSpace(w)
		axis := slices.IndexFunc(layoutAxes, func(a []string) bool { return slices.Contains(a, list[i]) })
		if axis < 0 {
			return nil, input.Refuse("layout", "%q: the words are rows or columns (of samples), in-out or out-in (of weights), bias-first or bias-last", list[i])
		}
		for _, before := range list[:i] {
			if before != list[i] && slices.Contains(layoutAxes[axis], before) {
				return nil, input.Refuse("layout", "%s and %s: name one", before, list[i])
			}
		}
	}
	return list, nil
}

// choices are the ways to say which array is the input and which the target, the likeliest first. Where some pairs of names
// differ in the word for input and target alone, such as X_train and y_train, only such pairs are.
func (n names) choices(arrays []Array) []names {
	rest := func(i int) string {
		return strings.Join(slices.DeleteFunc(tokens(arrays[i].Name), func(t string) bool { return inputWords[t] || targetWords[t] }), " ")
	}
	var all, paired []names
	for _, x := range n.inputs {
		for _, y := range n.targets {
			c := n
			c.x, c.y = x, y
			c.ignored = slices.DeleteFunc(append(slices.Clone(n.ignored), n.x, n.y), func(i int) bool { return i == x || i == y })
			slices.Sort(c.ignored)
			all = append(all, c)
			if rest(x) == rest(y) {
				paired = append(paired, c)
			}
		}
	}
	if len(paired) > 0 {
		all = paired
	}
	return all[:min(len(all), mostChoices)]
}

// mostChoices is how many pairs of input and target are tried.
const mostChoices = 8

// allReadings are the readings of all choices of input and target; without one, why the likeliest has none.
func allReadings(arrays []Array, n names, layout []string) ([]*reading, error) {
	var list []*reading
	var why error
	for _, c := range n.choices(arrays) {
		some, err := readings(arrays, c, layout)
		if why = cmp.Or(why, err); err != nil {
			continue
		}
		for _, r := range some {
			if !slices.ContainsFunc(list, r.same) {
				list = append(list, r)
			}
		}
	}
	if len(list) == 0 {
		return nil, why
	}
	return list, nil
}

// undecided asks which reading is meant where two explain the file nearly as well, with different verdicts.
func undecided(arrays []Array, found []explanation) error {
	best := found[0]
	seen := []*reading{best.trial.r}
	for _, e := range found[1:] {
		if e.cost > best.cost+nearly {
			break
		}
		if slices.Contains(seen, e.trial.r) {
			continue
		}
		seen = append(seen, e.trial.r)
		if e.verdict() == best.verdict() {
			continue
		}
		a, key := best.trial.r.choice(arrays, e.trial.r)
		b, _ := e.trial.r.choice(arrays, best.trial.r)
		return input.Refuse(key, "two readings of the file explain its gradients as well as each other, and differ in the verdict; say which is meant. %s: %s %s: %s", a, best.inWords(), b, e.inWords())
	}
	return nil
}

// choice is what to type for this reading and not another, and the flag's name.
func (r *reading) choice(arrays []Array, o *reading) (text, flag string) {
	var list []string
	add := func(name, value string) {
		list = append(list, "--"+name+" "+value)
		flag = cmp.Or(flag, name)
	}
	var which []string
	if r.names.x != o.names.x {
		which = append(which, "x="+arrays[r.names.x].Name)
	}
	if r.names.y != o.names.y {
		which = append(which, "y="+arrays[r.names.y].Name)
	}
	if len(which) > 0 {
		add("map", strings.Join(which, ","))
	}
	theirs := layoutWords(o.columns, o.outFirst, o.theta)
	words := slices.DeleteFunc(layoutWords(r.columns, r.outFirst, r.theta), func(w string) bool { return slices.Contains(theirs, w) })
	if len(words) > 0 {
		add("layout", strings.Join(words, ","))
	}
	return strings.Join(list, " "), flag
}

// inWords is an explanation's verdict with what it is put down to.
func (e explanation) inWords() string {
	text := fmt.Sprintf("(%s) %s", e.trial.r.layoutText(), e.trial.summary(e, e.verdict()))
	for _, f := range e.trial.diagnosis(e) {
		text += " " + f.Sentence + "."
	}
	return text
}
