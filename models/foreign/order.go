package foreign

import (
	"actscope/internal/words"
	"cmp"
	"slices"
	"strings"
)

// Words of the layers next to the input and to the output.
var (
	firstWords = strings.Fields("in input inp first i ih xh x stem encoder features backbone body trunk bottom")
	lastWords  = strings.Fields("out output final last o ho hy y decoder classifier head readout logits top tail")
)

// depth orders names without numbers: from the input, between, to the output.
func depth(stem []string) int {
	if len(stem) == 0 {
		return 1
	}
	switch first, last := stem[0], stem[len(stem)-1]; {
	case slices.Contains(lastWords, last) || slices.Contains(lastWords, first) && !slices.Contains(firstWords, last):
		return 2
	case slices.Contains(firstWords, first) || slices.Contains(firstWords, last):
		return 0
	}
	return 1
}

// blockOf is what stands before the first number of a stem: numbers order the layers of a block. A
// stem without one is a block of its own.
func blockOf(stem []string) string {
	if i := slices.IndexFunc(stem, words.IsNumber); i >= 0 {
		return strings.Join(stem[:i], " ") + " #"
	}
	return strings.Join(stem, " ")
}

// inOrder says in which order stems that are in the file's order stand for layers: blocks of the
// input first, those of the output last, others as the file has them, or by number where each is
// one layer; in a block by number. Of dense, dense_1 the first is number 0, as in Keras, but
// PyTorch's fc1, fc2, fc end in fc. sure says that the file's order had no part in it.
func inOrder(stems [][]string, kerasLike bool) (order []int, sure bool) {
	begins := make(map[string]int) // in the file, of blocks
	blocks, numbered := make(map[string]bool), make(map[string]bool)
	for i, stem := range stems {
		blocks[blockOf(stem)] = true
		if _, has := begins[textOf(blockOf(stem))]; !has {
			begins[textOf(blockOf(stem))] = i
		}
		if n := numbersOf(stem); len(n) > 0 {
			numbered[n[0]] = true
		}
	}
	sure = true
	byNumber := len(numbered) == len(stems) && len(blocks) == len(stems)
	order = make([]int, len(stems))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := stems[a], stems[b]
		p, q := textOf(blockOf(x)), textOf(blockOf(y))
		switch from, to := depth(strings.Fields(p)), depth(strings.Fields(q)); {
		case blockOf(x) == blockOf(y):
			return compareInBlock(x, y)
		case p == q && (blockOf(x) == p) == kerasLike:
			return -1
		case p == q:
			return 1
		case from != to:
			return from - to
		case byNumber:
			return compareNumbers(numbersOf(x)[0], numbersOf(y)[0])
		}
		sure = false
		return begins[p] - begins[q]
	})
	return order, sure
}

// textOf is a block's words.
func textOf(block string) string { return strings.TrimSuffix(block, " #") }

// compareInBlock compares number by number, then by the words that are left.
func compareInBlock(x, y []string) int {
	a, b := numbersOf(x), numbersOf(y)
	for i := range min(len(a), len(b)) {
		if c := compareNumbers(a[i], b[i]); c != 0 {
			return c
		}
	}
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return cmp.Compare(depth(x), depth(y))
}

// order puts the layers into the order that their names say.
func (s *sorted) order() {
	stems := make([][]string, len(s.linears))
	for i, l := range s.linears {
		stems[i] = l.naming.stem
	}
	var list []*linear
	order, sure := inOrder(stems, len(stems) > 0 && s.linears[0].naming.word == "kernel")
	s.sure = sure
	for _, i := range order {
		list = append(list, s.linears[i])
	}
	s.linears = list
}

// blocks are the layers in blocks whose order names do not say.
func (s *sorted) blocks() [][]*linear {
	var blocks [][]*linear
	last := ""
	for i, l := range s.linears {
		b := blockOf(l.naming.stem)
		if i == 0 || !s.byOrder && b != last {
			blocks = append(blocks, nil)
		}
		last = b
		blocks[len(blocks)-1] = append(blocks[len(blocks)-1], l)
	}
	return blocks
}

// mostSteps bounds the search for an order.
const mostSteps = 100_000

// fitting is the order of blocks in which the layers follow each other: the given one if it fits,
// else one that does; count is how many do, at most 2.
func fitting(blocks [][]*linear) (list []*linear, count int) {
	for _, b := range blocks {
		if misfit(b) != nil {
			return nil, 0
		}
	}
	used := make([]bool, len(blocks))
	steps := 0
	var path [][]*linear
	var search func()
	search = func() {
		if len(path) == len(blocks) {
			if count++; count == 1 {
				list = slices.Concat(path...)
			}
			return
		}
		for i, b := range blocks {
			if steps++; steps > mostSteps || count > 1 {
				return
			}
			if used[i] || len(path) > 0 && path[len(path)-1][len(path[len(path)-1])-1].units() != b[0].inputs() {
				continue
			}
			used[i], path = true, append(path, b)
			search()
			used[i], path = false, path[:len(path)-1]
		}
	}
	search()
	if steps > mostSteps {
		count = 2
	}
	if given := slices.Concat(blocks...); misfit(given) == nil {
		return given, max(count, 1)
	}
	return list, count
}

// misfit reports the first layer that does not fit the one before it, or its bias.
func misfit(layers []*linear) error {
	for i, l := range layers {
		if i > 0 && layers[i-1].units() != l.inputs() {
			return l.weights.refuse("shape %v takes %d inputs, and %v before it has %d units", shapeOf(l.weights), l.inputs(), layers[i-1].weights, layers[i-1].units())
		}
		if l.bias != nil && (len(l.bias.values) != l.units() || !l.bias.isVector()) {
			return l.bias.refuse("shape %v, and its weights, %v, have %d units", shapeOf(*l.bias), l.weights, l.units())
		}
	}
	return nil
}

// namesOf lists the weights of layers.
func namesOf(layers []*linear) string {
	var list []string
	for _, l := range layers {
		list = append(list, l.weights.String())
	}
	return strings.Join(list, ", ")
}

// layoutWord is a layout as options name it.
func layoutWord(outFirst bool) string {
	if outFirst {
		return outIn
	}
	return inOut
}

// arrange decides the layout of the weights and the order of the layers by what fits. The layout
// it gives back is "" where only one can be.
func (s *sorted) arrange(layout string, usual bool) (string, error) {
	type reading struct {
		list  []*linear
		count int
	}
	read := func(outFirst bool) reading {
		for _, l := range s.linears {
			l.outFirst = outFirst
		}
		list, count := fitting(s.blocks())
		return reading{list, count}
	}
	candidates := []bool{usual, !usual}
	if layout != "" {
		candidates = []bool{layout == outIn}
	}
	readings := make([]reading, len(candidates))
	at := -1
	for i, outFirst := range candidates {
		if readings[i] = read(outFirst); readings[i].count > 0 && at < 0 {
			at = i
		}
	}
	if len(readings) == 2 && readings[0].count > 0 && readings[1].count > 0 && !usual && s.addsColumns() {
		at = 1
	}
	if at < 0 {
		read(candidates[0])
		err := misfit(s.linears)
		if layout != "" && read(!candidates[0]).count > 0 {
			return "", s.linears[0].weights.refuse("weights do not fit each other as %s, which the layout says: they do as %s", layout, layoutWord(!candidates[0]))
		}
		return "", err
	}
	chosen := candidates[at]
	read(chosen)
	given := slices.Equal(s.linears, readings[at].list)
	if readings[at].count > 1 && !given {
		return "", s.linears[0].weights.refuse("names do not say in which order layers follow each other, and shapes allow several: %s: number them, such as W1, W2", namesOf(s.linears))
	}
	switch {
	case !given:
		s.note("names do not say in which order layers follow each other: by their shapes it is %s", namesOf(readings[at].list))
	case readings[at].count > 1 && !s.sure:
		s.note("names do not say in which order layers follow each other, and shapes allow several: the file's is taken, %s", namesOf(readings[at].list))
	}
	s.linears = readings[at].list
	if len(readings) == 2 && readings[0].count > 0 && readings[1].count > 0 && !s.symmetric() {
		s.note("the shapes of the weights fit both layouts: %s is taken, as such files usually have it; --layout %s takes the other", layoutWord(chosen), layoutWord(!chosen))
		return layoutWord(chosen), nil
	}
	if layout == "" && at == 1 {
		s.note("the weights are %s, as only their shapes fit", layoutWord(chosen))
	}
	return "", nil
}

// addsColumns says that biases are columns, which are added to W x: a row of W is a unit.
func (s *sorted) addsColumns() bool {
	return slices.ContainsFunc(s.linears, func(l *linear) bool {
		return l.bias != nil && len(l.bias.shape) == 2 && l.bias.shape[0] > 1 && l.bias.shape[1] == 1
	})
}

// symmetric tells weights that are the same in both layouts.
func (s *sorted) symmetric() bool {
	for _, l := range s.linears {
		if len(l.weights.shape) == 2 && len(l.weights.values) > 1 {
			return false
		}
	}
	return true
}
