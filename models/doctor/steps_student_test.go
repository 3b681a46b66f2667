package doctor_test

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"actscope/models/doctor"
)

// line is one assignment of a student's pass: z, a, loss, dz, da, W or b of a layer.
type line struct {
	what  string
	layer int
}

// lines are the values of all assignments of a pass. Each takes the student's own values before it, with the faults that are
// planted at its line. The division of the reduction stands at one of the lines of the output's da, its dz, or the gradients.
func (s *student) lines(faults map[line]string, division string) map[line]table {
	v := map[line]table{}
	n := len(s.w)
	f := squash[s.activation]
	divisor := s.divisor()
	v[line{"a", 0}] = s.x
	each := func(t table, f func(i, j int) float64) table { return tableOf(len(t), len(t[0]), f) }
	set := func(what string, l int, t table) {
		factors := map[string]float64{"double": 2, "half": 0.5, "sign": -1, "odd": 3.7, "rows": float64(s.rows)}
		if k, ok := factors[faults[line{what, l}]]; ok {
			t = t.times(k)
		}
		if faults[line{what, l}] == "noise" {
			rng := rand.New(rand.NewPCG(uint64(l), 3))
			old := t
			t = each(t, func(i, j int) float64 { return old[i][j] * (1 + 0.1*rng.NormFloat64()) })
		}
		v[line{what, l}] = t
	}
	for l := 1; l <= n; l++ {
		fault := faults[line{"z", l}]
		w := s.w[l-1]
		if fault == "W-transposed" {
			w = w.turned()
		}
		in := v[line{"a", l - 1}]
		if fault == "input-before-activation" {
			in = v[line{"z", l - 1}]
		}
		z := product(in, w)
		set("z", l, each(z, func(i, j int) float64 {
			if fault == "bias-missing" {
				return z[i][j]
			}
			return z[i][j] + s.b[l-1][0][j]
		}))
		z = v[line{"z", l}]
		fault = faults[line{"a", l}]
		set("a", l, each(z, func(i, j int) float64 {
			switch {
			case fault == "missing":
				return z[i][j]
			case fault == "other" && s.activation == "tanh" && l < n:
				return logistic(z[i][j])
			case fault == "other" && l < n:
				return math.Tanh(z[i][j])
			case l < n:
				return f[0](z[i][j])
			case s.loss == "softmax":
				total := 0.0
				for _, v := range z[i] {
					total += math.Exp(v - z[i][j])
				}
				return 1 / total
			case s.loss == "bce":
				return logistic(z[i][j])
			}
			return squash[s.output][0](z[i][j])
		}))
	}
	p := v[line{"a", n}]
	loss := 0.0
	for i := range p {
		for j, p := range p[i] {
			switch y := s.y[i][j]; {
			case s.loss == "mse":
				loss += (p - y) * (p - y)
			case s.loss == "softmax":
				loss -= y * math.Log(p)
			default:
				loss -= y*math.Log(p) + (1-y)*math.Log(1-p)
			}
		}
	}
	if faults[line{"loss", n}] != "sum" {
		loss /= divisor
	}
	set("loss", n, table{{loss}})

	by := map[string]float64{"da": 1, "dz": 1, "W": 1}
	by[division] = divisor
	up := each(p, func(i, j int) float64 {
		switch p, y := p[i][j], s.y[i][j]; s.loss {
		case "mse":
			return 2 * (p - y) / by["da"]
		case "softmax":
			return -y / p / by["da"]
		default:
			return (p - y) / (p * (1 - p)) / by["da"]
		}
	})
	set("da", n, up)
	for l := n; l >= 1; l-- {
		up, z, a := v[line{"da", l}], v[line{"z", l}], v[line{"a", l}]
		fault := faults[line{"dz", l}]
		slope := func(i, j int) float64 {
			d := 1.0
			switch v := z[i][j]; {
			case l == n && s.loss == "bce":
				d = p[i][j] * (1 - p[i][j])
			case l == n:
				d = squash[s.output][1](v)
			case fault == "slope-at-activation":
				return f[1](a[i][j])
			default:
				d = f[1](v)
			}
			switch fault {
			case "slope-missing":
				return 1
			case "slope-twice":
				return d * d
			}
			return d
		}
		dz := each(z, func(i, j int) float64 {
			switch {
			case l == n && fault == "target-missing":
				d := p[i][j] / by["dz"] / by["da"]
				if s.loss == "mse" {
					return 2 * d * slope(i, j)
				}
				return d
			case l == n && s.loss == "softmax":
				d := up[i][j]
				for k, u := range up[i] {
					d -= u * p[i][k]
				}
				return d * p[i][j] / by["dz"]
			case l == n:
				return up[i][j] * slope(i, j) / by["dz"]
			}
			return up[i][j] * slope(i, j)
		})
		set("dz", l, dz)
		dz = v[line{"dz", l}]
		for what, t := range map[string]table{"W": dz, "b": dz} {
			fault := faults[line{what, l}]
			if fault == "from-da" {
				t = up
			}
			in := v[line{"a", l - 1}]
			switch {
			case fault == "own-activation":
				in = a
			case fault == "before-activation":
				in = v[line{"z", l - 1}]
			case fault == "last-row":
				in, t = in[s.rows-1:], t[s.rows-1:]
			}
			g := columnSums(t)
			if what == "W" {
				g = product(in.turned(), t)
			}
			if fault == "transposed" {
				g = g.turned()
			}
			g = g.times(1 / by["W"])
			if plain := g; what == "W" && s.penalty > 0 {
				g = each(plain, func(i, j int) float64 { return plain[i][j] + s.penalty*s.w[l-1][i][j] })
			}
			set(what, l, g)
		}
		w := s.w[l-1]
		fault = faults[line{"da", l - 1}]
		switch fault {
		case "W-not-transposed":
			w = w.turned()
		case "W-stepped":
			w = each(w, func(i, j int) float64 { return w[i][j] - 0.3*v[line{"W", l}][i][j] })
		}
		if fault == "from-da" {
			set("da", l-1, product(up, w.turned()))
		} else {
			set("da", l-1, product(dz, w.turned()))
		}
	}
	return v
}

// divisor is that of the student's reduction.
func (s *student) divisor() float64 {
	k := float64(s.widths[len(s.widths)-1])
	return map[string]float64{"mean": float64(s.rows), "sum": 1, "mean-all": float64(s.rows) * k, "half-sum": 2, "half-mean": 2 * float64(s.rows)}[s.reduction]
}

// plantLines draws faults at lines that each change their line, leaving out those that cannot be told from a convention: a
// factor at the first of the ∂, or one that several gradients share.
func (s *student) plantLines(rng *rand.Rand, count int, division string) map[line]string {
	faults := map[line]string{}
	n := len(s.w)
	for tries := 0; len(faults) < count && tries < 400; tries++ {
		l := 1 + rng.IntN(n)
		square := s.widths[l-1] == s.widths[l]
		what := []string{"z", "a", "loss", "dz", "dz", "da", "W", "W", "b"}[rng.IntN(9)]
		choices := map[string][]string{
			"z": {"bias-missing", "odd"}, "a": {"missing", "other"}, "loss": {"sum", "sign"}, "dz": {"slope-missing", "slope-twice", "slope-at-activation", "double", "sign", "odd", "noise"},
			"da": {"double", "sign", "from-da", "W-stepped", "noise"}, "W": {"double", "half", "sign", "odd", "rows", "from-da", "last-row", "noise"}, "b": {"double", "half", "sign", "rows", "from-da", "last-row"},
		}[what]
		switch {
		case what == "z" && square && s.tellsLayout():
			choices = append(choices, "W-transposed")
		case what == "z" && l > 1:
			choices = append(choices, "input-before-activation")
		case what == "loss":
			l = n
		case what == "a" && l == n:
			choices = nil
		case what == "da":
			if l--; l == 0 {
				choices = []string{"double", "sign", "noise"}
			}
			if s.widths[l] == s.widths[l+1] {
				choices = append(choices, "W-not-transposed")
			}
		case what == "dz" && l == n:
			choices = nil
			if s.loss != "softmax" {
				choices = []string{"target-missing", "slope-twice"}
			}
		case what == "W" && square:
			choices = append(choices, "transposed", "own-activation")
		case what == "W" && l > 1:
			choices = append(choices, "before-activation")
		}
		if len(choices) == 0 {
			continue
		}
		at, fault := line{what, l}, choices[rng.IntN(len(choices))]
		if _, taken := faults[at]; taken {
			continue
		}
		shared := false
		for o, f := range faults {
			shared = shared || f == fault && (o.what == "W" || o.what == "b")
		}
		if shared {
			continue
		}
		before := s.lines(faults, division)[at]
		faults[at] = fault
		if after := s.lines(faults, division)[at]; len(after) != len(before) || len(differences(before, after)) == 0 {
			delete(faults, at)
		}
		if faults[line{"da", at.layer}] == "sign" && faults[line{"dz", at.layer}] == "sign" {
			delete(faults, at) // together they are none
		}
	}
	for l := range n + 1 { // a factor that both gradients of a layer hide
		if faults[line{"da", l}] != "" && faults[line{"W", l}] != "" {
			delete(faults, line{"b", l})
		}
	}
	byPlace := func(a, b line) int { return cmp.Or(cmp.Compare(a.layer, b.layer), strings.Compare(a.what, b.what)) }
	for _, at := range slices.SortedFunc(maps.Keys(faults), byPlace) { // a later one may have made it right
		fault := faults[at]
		after := s.lines(faults, division)[at]
		delete(faults, at)
		if before := s.lines(faults, division)[at]; len(differences(before, after)) > 0 {
			faults[at] = fault
		}
	}
	return faults
}

// tellsLayout says that the shape of some weights shows which axis is which.
func (s *student) tellsLayout() bool {
	for l := range s.w {
		if s.widths[l] != s.widths[l+1] && min(s.widths[l], s.widths[l+1]) > 1 {
			return true
		}
	}
	return false
}

// lineSchemes are names of z, a, ∂z, ∂a and the loss.
var lineSchemes = [][5]string{
	{"Z%d", "A%d", "dZ%d", "dA%d", "cost"},
	{"z_%d", "h_%d", "delta_%d", "dh_%d", "loss"},
	{"net%d", "out%d", "grad_net%d", "grad_out%d", "J"},
	{"z%d", "a%d", "dL_dz%d", "dL_da%d", "loss"},
}

// lineFile is the file of a pass in some names and layout: parameters, gradients, and the intermediates but for some that
// have no fault. It tells the names of the lines with faults.
func (s *student) lineFile(rng *rand.Rand, faults map[line]string, division string, all bool) (arrays []doctor.Array, wrong []string) {
	scheme, names := schemes[rng.IntN(len(schemes))], lineSchemes[rng.IntN(len(lineSchemes))]
	columns, outFirst, first := rng.IntN(2) == 0, rng.IntN(2) == 0, rng.IntN(2)
	n := len(s.w)
	add := func(name string, t table, turn bool) {
		if turn {
			t = t.turned()
		}
		arrays = append(arrays, doctor.Array{Name: name, Shape: []int{len(t), len(t[0])}, Values: slices.Concat(t...)})
	}
	add(scheme[0], s.x, columns)
	add(scheme[1], s.y, columns)
	v := s.lines(faults, division)
	keep := func(what string, l int, name string, turn bool) {
		_, fault := faults[line{what, l}]
		if fault {
			wrong = append(wrong, name)
		}
		if fault || all || what == "W" || what == "b" || rng.IntN(4) > 0 {
			add(name, v[line{what, l}], turn)
		}
	}
	for l := 1; l <= n; l++ {
		add(fmt.Sprintf(scheme[2], l-1+first), s.w[l-1], outFirst)
		add(fmt.Sprintf(scheme[3], l-1+first), s.b[l-1], columns)
		keep("W", l, fmt.Sprintf(scheme[4], l-1+first), outFirst)
		keep("b", l, fmt.Sprintf(scheme[5], l-1+first), columns)
		keep("z", l, fmt.Sprintf(names[0], l-1+first), columns)
		a := fmt.Sprintf(names[1], l)
		if l == n && rng.IntN(2) == 0 {
			a = "y_hat"
		}
		keep("a", l, a, columns)
		keep("dz", l, fmt.Sprintf(names[2], l-1+first), columns)
	}
	for l := range n + 1 {
		if !(l == n && s.loss == "softmax") {
			keep("da", l, fmt.Sprintf(names[3], l), columns)
		}
	}
	keep("loss", n, names[4], false)
	rng.Shuffle(len(arrays), func(i, j int) { arrays[i], arrays[j] = arrays[j], arrays[i] })
	return arrays, wrong
}

// wrongSteps are the names of a report's steps that do not agree.
func wrongSteps(r *doctor.Report) (names []string, text string) {
	var all []string
	for _, s := range r.Steps {
		if !s.Agrees {
			names = append(names, s.Name)
		}
		all = append(all, fmt.Sprintf("%v %s   [%s]", s.Agrees, s.Sentence, s.Formula))
	}
	slices.Sort(names)
	return names, strings.Join(all, "\n")
}
