package doctor

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"strings"
)

// Costs of an explanation's parts.
const (
	costDeviation   = 1
	costRepeated    = 0.15 // the same in a lower layer
	costUnlisted    = 1.25 // a factor that has no name
	costPenalty     = 0.5
	costUnexplained = 2.5 // an array
	// within is how much more an explanation may cost than the best and still be told.
	within = 0.3
)

// beam is how many states go on from layer to layer.
const beam = 40

// part is what of a layer's gradients a fault is in.
type part string

const (
	whole   part = ""
	weights part = "W"
	biases  part = "b"
	// Parts of δ, of which deviations are: the output's, what comes down, and the slope.
	outputPart part = "output"
	upPart     part = "up"
	slopePart  part = "slope"
)

// fault is one thing that the author's code does otherwise than the textbook.
type fault struct {
	deviation
	layer  int
	part   part
	factor float64 // of faults that are one
	down   bool    // it is in what is sent down only
	own    bool    // it is in the layer's own gradients only
	// residual is what the fault leaves unexplained of the arrays of its layer, relative to their largest entries.
	residual float64
}

// state is an explanation of the layers from the output down to one.
type state struct {
	cost        float64
	factor      factor
	penalty     float64
	hasPenalty  bool
	unpenalised []int // layers whose weights are not under the penalty
	biasesToo   []int // layers whose biases are
	faults      []fault
	unexplained []string
	recovered   []int // layers whose δ is recovered from the author's own gradient
	// lost is the layer below which δ is not known, for it is neither explained nor recovered there; 0 for none. notJudged are
	// arrays below such a layer, with its number, that nothing explains.
	lost      int
	notJudged map[string]int
	downs     []down
}

func (s *state) with(extra float64, faults ...fault) *state {
	n := *s
	n.faults = slices.Clone(s.faults)
	n.unexplained = slices.Clone(s.unexplained)
	n.recovered = slices.Clone(s.recovered)
	n.cost += extra
	for _, f := range faults {
		n.cost += s.price(f)
		n.faults = append(n.faults, f)
	}
	return &n
}

// price is what a fault adds to the state's cost.
func (s *state) price(f fault) float64 {
	for _, o := range s.faults {
		if o.mistake == f.mistake && o.text == f.text && o.part == f.part && o.layer != f.layer {
			return costRepeated
		}
	}
	if f.mistake == unlisted {
		return costUnlisted
	}
	return costDeviation
}

// search finds the explanations that cost least, at most limit, the best first; none where all cost more.
func (t *trial) search(ctx context.Context) ([]*state, error) {
	if s := t.textbook(); s != nil {
		return []*state{s}, nil
	}
	n := len(t.r.layers)
	var derivative func(float64) float64
	if n > 1 {
		derivative = t.activations[n-2].Derivative
	}
	variants, twice := outputVariants(t.o, t.z[n], t.a[n], t.r.y, derivative)
	if t.deviations() == 0 {
		variants, twice = variants[:min(len(variants), 4)], nil
	}
	var output []*candidate
	for i, v := range slices.Concat(variants, twice) {
		c := &candidate{matrix: v.matrix}
		if !v.none() {
			c.faults = []fault{{deviation: v.deviation, layer: n}}
			if i >= len(variants) { // two deviations, named together
				first, second, _ := strings.Cut(v.text, "; ")
				c.faults[0].text = first
				c.faults = append(c.faults, fault{deviation: deviation{mistake: "another-derivative", text: second}, layer: n})
			}
		}
		c.b = t.sum(n, c.matrix)
		output = append(output, c)
	}
	for _, v := range variants[1:] {
		t.downs = append(t.downs, down{matrix: v.matrix, fault: &fault{deviation: v.deviation, layer: n, down: true}})
	}

	var states []*state
	for _, f := range t.allFactors(output) {
		s := &state{factor: f, cost: f.cost}
		if t.l2 > 0 {
			s.penalty, s.hasPenalty = t.l2*f.value*t.meant.Divisor(t.r.rows(), t.r.outputs()), true
		}
		states = append(states, s)
		if t.options.L2 == nil {
			for _, mu := range t.penalties(s) {
				n := s.with(costPenalty)
				n.penalty, n.hasPenalty = mu, true
				states = append(states, n)
			}
		}
	}
	for l := n; l >= 1; l-- {
		var next []*state
		t.candidate, t.targets = map[*float64][]*candidate{}, nil
		for _, s := range states {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if l == n {
				next = append(next, t.explain(s, l, output)...)
				continue
			}
			var list []*candidate
			for _, d := range s.downs {
				list = append(list, t.from(l, d)...)
			}
			list = append(list, t.restarted(l)...)
			next = append(next, t.explain(s, l, list)...)
		}
		if states = t.prune(next); len(states) == 0 {
			return nil, nil
		}
	}
	t.candidate, t.slopes, t.solvers, t.targets, t.sizes = nil, nil, nil, nil, nil
	best := slices.MinFunc(states, func(a, b *state) int { return cmp.Compare(a.cost, b.cost) })
	states = slices.DeleteFunc(states, func(s *state) bool { return s.cost > best.cost+within+1e-9 })
	return states, nil
}

// prune keeps the cheapest states.
func (t *trial) prune(states []*state) []*state {
	slices.SortStableFunc(states, func(a, b *state) int { return cmp.Compare(a.cost, b.cost) })
	var kept []*state
	for _, s := range states {
		if len(kept) == beam || s.cost > t.limit+within {
			break
		}
		kept = append(kept, s)
	}
	return kept
}

// allFactors are the declared ones and those that the output's gradients, or two arrays under the textbook, have.
func (t *trial) allFactors(output []*candidate) []factor {
	list := factors(t.meant, t.r.rows(), t.r.outputs())
	if t.options.Reduction != "" {
		for i := range list[1:] {
			list[i+1].cost += costNotGiven
		}
	}
	declared := len(list)
	add := func(k float64) {
		if k == 0 || math.IsNaN(k) || math.IsInf(k, 0) || len(list) > declared+12 {
			return
		}
		if !slices.ContainsFunc(list, func(f factor) bool { return math.Abs(f.value-k) < 10*t.relative*math.Abs(k) }) {
			list = append(list, factor{value: k, cost: costUndeclared})
		}
	}
	shared := map[int]float64{}
	for l := 1; l < len(t.gw); l++ {
		lay := t.r.layers[l-1]
		for i, g := range [][]float64{lay.gw, lay.gb} {
			m := [][]float64{t.gw[l], t.gb[l]}[i]
			if k, ok := t.fit(g, m); ok && len(g) > t.least() {
				for _, o := range shared {
					if math.Abs(o-k) < 10*t.relative*math.Abs(k) {
						add(k)
					}
				}
				shared[2*l+i] = k
			}
		}
	}
	for _, i := range slices.Backward(slices.Sorted(maps.Keys(shared))) {
		add(shared[i])
	}
	last := t.r.layers[len(t.r.layers)-1]
	for _, c := range output {
		if last.gw == nil {
			break
		}
		if k, ok := t.fitTextbook(len(t.r.layers), c, t.target(&state{}, len(t.r.layers))); ok && len(last.gw) > t.least() {
			if kb, ok := t.fit(last.gb, c.b); last.gb == nil || ok && math.Abs(kb-k) < 10*t.relative*math.Abs(k) {
				add(k)
			}
		}
	}
	return list
}
