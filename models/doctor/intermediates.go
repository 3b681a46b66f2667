package doctor

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"actscope/internal/npz"
)

// kind is what an intermediate is.
type kind int

const (
	preKind      kind = iota // z
	postKind                 // a, of the output layer p
	deltaKind                // ∂loss/∂z
	upKind                   // ∂loss/∂a
	gradientKind             // of the parameters, which are no intermediates
)

// meaning is the place of an intermediate; layer 0 is the input.
type meaning struct {
	kind  kind
	layer int
}

// stored is an intermediate of the file as rows × units.
type stored struct {
	matrix
	meaning
	name string
}

// hint is what the words of a name say of an intermediate.
type hint struct {
	kinds []kind // the likeliest first
	where place
}

// place says which layers may be meant where there is no number.
type place int

const (
	anywhere place = iota
	hiddenLayers
	outputLayer
	inputLayer
)

// hintOf reads the name of an array that is no parameter and no gradient of one.
func hintOf(name string) (hint, bool) {
	var rest []string
	mark := ""
	for _, t := range tokens(name) {
		if _, err := strconv.Atoi(t); err == nil {
			continue
		}
		word, of := intermediateMark(t)
		if of {
			mark = strings.TrimSuffix(t, word)
		}
		if word != "" {
			rest = append(rest, joined(word)...)
		}
	}
	if mark != "" && len(rest) > 1 { // dL_dZ: what is derived, not by what
		rest = slices.DeleteFunc(rest, func(t string) bool { return lossWords[t] || t == "l" || t == "c" || t == "e" })
	}
	has := func(set map[string]bool) bool {
		return slices.ContainsFunc(rest, func(t string) bool { return set[t] })
	}
	h := hint{}
	switch {
	case has(hiddenWords):
		h.where = hiddenLayers
	case has(predictionWords), has(finalWords):
		h.where = outputLayer
	}
	descriptive := h.where != anywhere
	switch {
	case has(otherWords), slices.Equal(rest, []string{"layers"}), mark == "" && len(rest) == 0:
		return h, false
	case has(preWords), has(inputWords) && (h.where != anywhere || has(postWords)):
		h.kinds = []kind{preKind}
	case len(rest) > 0 && has(inputWords):
		h.kinds, h.where = []kind{postKind}, inputLayer
	case has(wordSet("activation activations")) && descriptive:
		h.kinds = []kind{postKind, preKind}
	case has(predictionWords), has(postWords):
		h.kinds = []kind{postKind}
	case len(rest) > 0:
		return h, false
	}
	if mark == "" {
		return h, true
	}
	early := strings.HasPrefix(mark, "err") // an error is mostly what comes down, a delta what it becomes
	switch {
	case slices.Equal(h.kinds, []kind{preKind}):
		h.kinds = []kind{deltaKind}
	case h.where == inputLayer:
		h.kinds = []kind{upKind}
	case strings.HasPrefix(mark, "delta") || len(h.kinds) == 0 && !early:
		h.kinds = []kind{deltaKind, upKind}
	default:
		h.kinds = []kind{upKind, deltaKind}
	}
	return h, true
}

// family are the arrays whose names differ in their numbers alone.
type family struct {
	hint
	arrays  []Array
	numbers []int // of the arrays; nil for one array without
}

// families are the recognised names among the arrays that are neither parameters nor gradients, values before gradients.
func (n names) families(arrays []Array) []*family {
	var list []*family
	byStem := map[string]*family{}
	for _, i := range n.ignored {
		h, ok := hintOf(n.called[i])
		if !ok || len(arrays[i].Values) == 0 || finite(arrays[i]) != nil {
			continue
		}
		v, numbered := number(n.called[i])
		stem := strings.Join(slices.DeleteFunc(tokens(n.called[i]), func(t string) bool { return t == strconv.Itoa(v) }), " ")
		f := byStem[stem]
		if f == nil || !numbered {
			f = &family{hint: h}
			list = append(list, f)
			if numbered {
				byStem[stem] = f
			}
		}
		f.arrays = append(f.arrays, arrays[i])
		if numbered {
			f.numbers = append(f.numbers, v)
		}
	}
	rank := func(f *family) int {
		if f.kinds[0] == upKind && len(f.kinds) == 1 || len(f.kinds) > 1 {
			return 10 + len(f.kinds)
		}
		return int(f.kinds[0])
	}
	slices.SortStableFunc(list, func(a, b *family) int { return cmp.Compare(rank(a), rank(b)) })
	return list
}

// hypotheses are the ways to place a family's arrays in a network, as many as possible, the likeliest first; nil stands for
// an array that has no place.
func (f *family) hypotheses(r *reading, first int) [][]*stored {
	layers := len(r.layers)
	var list [][]*stored
	most := 1
	add := func(k kind, layerOf func(i int) int) {
		var placed []*stored
		count := 0
		for i, a := range f.arrays {
			s := r.at(a, meaning{k, layerOf(i)})
			if s != nil {
				count++
			}
			placed = append(placed, s)
		}
		if count > most {
			most, list = count, nil
		}
		if count == most {
			list = append(list, placed)
		}
	}
	for _, k := range f.kinds {
		if f.numbers != nil {
			offsets := []int{1 - first, 0, 1, -1}
			if k == postKind || k == upKind {
				offsets = []int{0, 1 - first, -1, 1}
			}
			for i, o := range offsets {
				if !slices.Contains(offsets[:i], o) {
					add(k, func(i int) int { return f.numbers[i] + o })
				}
			}
			continue
		}
		for l := layers; l >= 0; l-- {
			if f.where == anywhere || f.where == outputLayer && l == layers || f.where == hiddenLayers && l > 0 && l < layers || f.where == inputLayer && l == 0 {
				add(k, func(int) int { return l })
			}
		}
	}
	return list
}

// at is an array at a place whose shape it has, in either orientation, else nil.
func (r *reading) at(a Array, m meaning) *stored {
	least := 0
	if m.kind == preKind || m.kind == deltaKind {
		least = 1
	}
	if m.layer < least || m.layer > len(r.layers) {
		return nil
	}
	rows, units := r.rows(), r.x.cols
	if m.layer > 0 {
		units = r.layers[m.layer-1].w.cols
	}
	if len(a.Values) != rows*units {
		return nil
	}
	var axes []int
	for _, size := range a.Shape {
		if size > 1 {
			axes = append(axes, size)
		}
	}
	turned := r.columns
	if len(axes) == 2 && rows != units {
		turned = axes[0] != rows
		if axes[0] != rows && axes[0] != units {
			return nil
		}
	} else if len(axes) > 2 {
		return nil
	}
	v := matrix{rows, units, a.Values}
	if turned {
		v = matrix{units, rows, a.Values}.transposed()
	}
	return &stored{v, m, a.Name}
}

// recognise places the arrays of a file that are intermediates in the network of a trial: by name and shape, and where
// these leave several places, by which formula they fit. Beside them it names those that have the rows of the batch and the
// name of an intermediate, but not its shape.
func (t *trial) recognise(arrays []Array, n names) (list []*stored, misshapen []Step) {
	first := 1
	if v, ok := number(n.called[n.weights[0]]); ok {
		first = v
	}
	for _, f := range n.families(arrays) {
		all := f.hypotheses(t.r, first)
		if len(all) == 0 && len(f.kinds) > 1 {
			continue
		}
		at, best := 0, math.Inf(-1)
		if len(all) > 1 {
			w := newWalk(t, list)
			for i, placed := range all {
				score := 0.0
				for _, s := range placed {
					if s != nil {
						score += w.score(s)
					}
				}
				if score > best {
					at, best = i, score
				}
			}
		}
		var placed []*stored
		if len(all) > 0 {
			placed = all[at]
		}
		for i, a := range f.arrays {
			switch {
			case placed != nil && placed[i] != nil:
				list = append(list, placed[i])
			case f.numbers != nil && len(f.kinds) == 1 && t.r.rows() > 1 && slices.Contains(a.Shape, t.r.rows()):
				misshapen = append(misshapen, t.misshapen(a, f, placed, i, first)...)
			}
		}
	}
	return list, misshapen
}

// misshapen is the step of an array that has a name among those of its family, but another shape.
func (t *trial) misshapen(a Array, f *family, placed []*stored, i, first int) []Step {
	layer := f.numbers[i] + 1 - first
	for j, s := range placed {
		if s != nil {
			layer = f.numbers[i] + s.layer - f.numbers[j]
		}
	}
	if layer < 1 || layer > len(t.r.layers) {
		return nil
	}
	want := npz.Shape{t.r.rows(), t.r.layers[layer-1].w.cols}
	if t.r.columns {
		slices.Reverse(want)
	}
	return []Step{{Name: a.Name, Given: []string{}, Residual: 1, Sentence: fmt.Sprintf("%s has the shape %s where that of layer %d has %s", a.Name, npz.Shape(a.Shape).String(), layer, want.String())}}
}
