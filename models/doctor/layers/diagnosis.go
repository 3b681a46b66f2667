package layers

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/graph/layer"
	"actscope/models/doctor"
)

// explained is what a way of computing gives of the file's arrays.
type explained struct {
	faults    []doctor.Fault
	gradients map[string][]float64
}

// diagnose names what explains the gradients that do not agree, and the arrays that nothing explains: one mistake for all,
// one with factors on single arrays, two mistakes, and else array by array.
func (c *check) diagnose(ctx context.Context) ([]doctor.Fault, []string, error) {
	var wrong []string // inputs whose gradients are
	list := []doctor.Fault{}
	for _, in := range c.kind.Inputs {
		if _, ok := c.names.gradients[in.Name]; ok && !c.matches(in.Name, c.result.gradients[in.Name]) {
			wrong = append(wrong, in.Name)
		}
	}
	for _, a := range c.compare(c.result) {
		if !a.Agrees && slices.ContainsFunc(c.names.outputOrder, func(o string) bool { return c.arrays[c.names.outputs[o]].Name == a.Name }) {
			list = append(list, doctor.Fault{Mistake: "forward", Sentence: fmt.Sprintf("%s is not what the layer gives on the way forward", a.Name), Should: c.kind.Usage, Residual: a.MaxRel})
		}
	}
	if len(wrong) == 0 {
		return list, nil, nil
	}
	common, isCommon := c.common(wrong)
	if isCommon && common.Mistake != unlisted {
		return append(list, common), nil, nil
	}
	if f, ok := c.clipped(wrong); ok {
		return append(list, f), nil, nil
	}
	singles, err := c.mistaken(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range singles {
		if c.all(e) {
			return append(list, e.faults...), nil, nil
		}
	}
	if isCommon {
		return append(list, common), nil, nil
	}
	pairs := singles
	if !c.affordsPairs(len(singles)) {
		pairs = nil
	}
	for i := range pairs {
		for j := range i {
			if err := ctx.Err(); err != nil {
				return nil, nil, err
			}
			a, b := singles[j].faults[0], singles[i].faults[0]
			r, err := c.compute(c.variant, a.Mistake, b.Mistake)
			if e := (explained{[]doctor.Fault{a, b}, r.gradients}); err == nil && c.all(e) {
				return append(list, e.faults...), nil, nil
			}
		}
	}
	faults, unexplained := c.oneByOne(wrong, singles)
	return append(list, faults...), unexplained, nil
}

// affordsPairs tells whether every two of so many mistakes may be tried, in about a second.
func (c *check) affordsPairs(n int) bool {
	const overhead = 1000 // what building a step costs, in numbers
	return (c.numbers()+overhead)*c.result.steps*n*(n-1)/2 <= 2_000_000
}

// mistaken is what each of the kind's mistakes gives, as far as it gives anything else than the layer.
func (c *check) mistaken(ctx context.Context) ([]explained, error) {
	var list []explained
	for _, m := range c.kind.Mistakes {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r, err := c.compute(c.variant, m.ID)
		if err != nil {
			continue // it cannot be made here, as of a matrix that is not square
		}
		same := true
		for name, g := range r.gradients {
			same = same && doctor.Compare(doctor.Array{Shape: []int{len(g)}, Values: g}, c.result.gradients[name], doctor.Double).Agrees
		}
		if !same {
			list = append(list, explained{[]doctor.Fault{{Mistake: m.ID, Sentence: m.Text, Should: m.Should}}, r.gradients})
		}
	}
	return list, nil
}

// matches tells whether the file's gradient of an input is these numbers.
func (c *check) matches(name string, want []float64) bool {
	yours := c.arrays[c.names.gradients[name]]
	return layer.SameShape(yours.Shape, c.array(name).Shape) && doctor.Compare(yours, want, c.tolerance).Agrees
}

// all tells whether an explanation gives every gradient of the file.
func (c *check) all(e explained) bool {
	for name := range c.names.gradients {
		if !c.matches(name, e.gradients[name]) {
			return false
		}
	}
	return true
}

// oneByOne explains each wrong gradient by itself: a mistake that gives several first, then factors, alone or behind a mistake.
func (c *check) oneByOne(wrong []string, singles []explained) (list []doctor.Fault, unexplained []string) {
	left := slices.Clone(wrong)
	for len(left) > 0 {
		best, most := -1, 0
		for i, e := range singles {
			n := 0
			for _, name := range left {
				if c.matches(name, e.gradients[name]) {
					n++
				}
			}
			if n > most {
				best, most = i, n
			}
		}
		if best < 0 {
			break
		}
		var of []string
		left = slices.DeleteFunc(left, func(name string) bool {
			fits := c.matches(name, singles[best].gradients[name])
			if fits {
				of = append(of, c.arrays[c.names.gradients[name]].Name)
			}
			return fits
		})
		f := singles[best].faults[0]
		f.Sentence = strings.Join(of, ", ") + ": " + f.Sentence
		list = append(list, f)
	}
	exchanged, left := c.exchanged(left)
	list = append(list, exchanged...)
	for _, name := range left {
		yours := c.arrays[c.names.gradients[name]]
		want := c.result.gradients[name]
		if k, ok := c.factor(name, want); ok {
			list = append(list, c.scaled(yours.Name, k))
			continue
		}
		if f, ok := c.reshaped(name); ok {
			list = append(list, f)
			continue
		}
		if f, ok := c.penalised(name); ok {
			list = append(list, f)
			continue
		}
		behind := slices.IndexFunc(singles, func(e explained) bool { _, ok := c.factor(name, e.gradients[name]); return ok })
		if behind < 0 {
			unexplained = append(unexplained, yours.Name)
			continue
		}
		k, _ := c.factor(name, singles[behind].gradients[name])
		f := singles[behind].faults[0]
		f.Sentence = yours.Name + ": " + f.Sentence
		list = append(list, f, c.scaled(yours.Name, k))
	}
	return list, unexplained
}

// factor is the number that the file's gradient is times another, where at least two entries say so, or one that has a name.
func (c *check) factor(name string, want []float64) (float64, bool) {
	yours := c.arrays[c.names.gradients[name]]
	if !layer.SameShape(yours.Shape, c.array(name).Shape) {
		return 0, false
	}
	top, bottom, entries := 0.0, 0.0, 0
	for i, v := range want {
		top += yours.Values[i] * v
		bottom += v * v
		if v != 0 {
			entries++
		}
	}
	k := top / bottom
	if entries == 0 || k == 0 || math.IsNaN(k) || math.IsInf(k, 0) || math.Abs(k-1) < 1e-9 {
		return 0, false
	}
	times := make([]float64, len(want))
	for i, v := range want {
		times[i] = k * v
	}
	if !doctor.Compare(yours, times, c.tolerance).Agrees {
		return 0, false
	}
	id, _ := c.factorName(k)
	return k, entries > 1 || id != unlisted
}

const unlisted = "another-factor"

// factorName is the catalogue's name of a factor, and what it is in words.
func (c *check) factorName(k float64) (id, text string) {
	n := float64(c.result.samples)
	is := func(v float64) bool { return math.Abs(k-v) <= 10*max(c.tolerance.Relative, 1e-9)*math.Abs(v) }
	switch {
	case is(-1):
		return "sign", "the sign is reversed"
	case n > 1 && is(n):
		return "sum-over-batch", fmt.Sprintf("summed over the %g samples, not averaged", n)
	case n > 1 && is(1/n):
		return "mean-over-batch", fmt.Sprintf("averaged over the %g samples, not summed", n)
	case is(2):
		return "factor-two", "twice what it should be"
	case is(0.5):
		return "factor-half", "half of what it should be"
	}
	return unlisted, fmt.Sprintf("%.6g times what it should be", k)
}

func (c *check) scaled(subject string, k float64) doctor.Fault {
	id, text := c.factorName(k)
	if id != unlisted {
		text += fmt.Sprintf(" (times %.6g)", k)
	}
	return doctor.Fault{Mistake: id, Sentence: subject + ": " + text}
}

// common is a factor that all gradients have.
func (c *check) common(wrong []string) (doctor.Fault, bool) {
	if len(wrong) != len(c.names.gradients) {
		return doctor.Fault{}, false
	}
	common := 0.0
	for _, name := range wrong {
		k, ok := c.factor(name, c.result.gradients[name])
		if !ok || common != 0 && math.Abs(k-common) > 1e-6*math.Abs(common) {
			return doctor.Fault{}, false
		}
		common = k
	}
	subject := c.arrays[c.names.gradients[wrong[0]]].Name
	if len(wrong) > 1 {
		subject = "every gradient"
	}
	return c.scaled(subject, common), true
}

// clipped tells gradients that are right but for entries that were cut off at a bound, the same for all.
func (c *check) clipped(wrong []string) (doctor.Fault, bool) {
	bound, cut := 0.0, 0
	for _, name := range wrong {
		for _, v := range c.arrays[c.names.gradients[name]].Values {
			bound = max(bound, math.Abs(v))
		}
	}
	for name := range c.names.gradients {
		want := slices.Clone(c.result.gradients[name])
		for i, v := range want {
			if math.Abs(v) > bound {
				want[i] = math.Copysign(bound, v)
				cut++
			}
		}
		if !c.matches(name, want) {
			return doctor.Fault{}, false
		}
	}
	return doctor.Fault{
		Mistake: "clipped", Sentence: fmt.Sprintf("the gradients are clipped at %.6g: %d entries are larger; the others are right", bound, cut),
		Should: "the gradients before they are clipped",
	}, cut > 1
}
