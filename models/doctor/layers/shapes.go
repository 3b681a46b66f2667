package layers

import (
	"fmt"
	"math"
	"slices"

	"actscope/graph/layer"
	"actscope/internal/npz"
	"actscope/models/doctor"
)

// reshaped explains a gradient whose numbers are right but for how they lie or what they are summed over.
func (c *check) reshaped(name string) (doctor.Fault, bool) {
	for _, explain := range []func(string) (doctor.Fault, bool){c.transposed, c.turned, c.flattened, c.unsummed, c.summed} {
		if f, ok := explain(name); ok {
			return f, true
		}
	}
	return doctor.Fault{}, false
}

// equal tells whether numbers are others, in the file's precision.
func (c *check) equal(values, want []float64) bool {
	return len(values) == len(want) && doctor.Compare(doctor.Array{Shape: []int{len(values)}, Values: values}, want, c.tolerance).Agrees
}

// should says of which shape a gradient is.
func (c *check) should(name string) string {
	return fmt.Sprintf("%s has the shape %s of %s", c.arrays[c.names.gradients[name]].Name, npz.Shape(c.array(name).Shape), c.fileName(name))
}

// transposed tells a gradient that is right but for its layout.
func (c *check) transposed(name string) (doctor.Fault, bool) {
	yours, of := c.arrays[c.names.gradients[name]], c.array(name)
	if len(of.Shape) != 2 || len(yours.Values) != len(of.Values) || len(yours.Shape) != 2 || min(of.Shape[0], of.Shape[1]) == 1 {
		return doctor.Fault{}, false
	}
	want := make([]float64, len(of.Values))
	rows, columns := of.Shape[0], of.Shape[1]
	for i, v := range c.result.gradients[name] {
		want[i%columns*rows+i/columns] = v
	}
	return doctor.Fault{
		Mistake: "weight-gradient-transposed", Sentence: fmt.Sprintf("%s is the transpose of what it should be", yours.Name), Should: c.should(name),
	}, c.equal(yours.Values, want)
}

// turned tells filters whose gradient is turned by half a turn.
func (c *check) turned(name string) (doctor.Fault, bool) {
	yours, of := c.arrays[c.names.gradients[name]], c.array(name)
	if c.kind.Name != "conv" || name != "w" || len(of.Shape) != 4 || !layer.SameShape(yours.Shape, of.Shape) {
		return doctor.Fault{}, false
	}
	first, inner := of.Shape[2]*of.Shape[3], 1 // entries of a filter, and the distance between them
	if c.variant.Includes("channels-last") {
		first, inner = of.Shape[0]*of.Shape[1], of.Shape[2]*of.Shape[3]
	}
	want := make([]float64, len(of.Values))
	for i, v := range c.result.gradients[name] {
		block, at, rest := i/inner/first, i/inner%first, i%inner
		want[(block*first+first-1-at)*inner+rest] = v
	}
	return doctor.Fault{
		Mistake: "filter-gradient-turned", Sentence: yours.Name + " is turned by half a turn: its rows and columns run backwards",
		Should: "dw[k] += x[i·stride + k] dout[i]",
	}, c.equal(yours.Values, want)
}

// flattened tells a gradient that has the right numbers in another shape.
func (c *check) flattened(name string) (doctor.Fault, bool) {
	yours, of := c.arrays[c.names.gradients[name]], c.array(name)
	return doctor.Fault{
		Mistake: "shape", Sentence: fmt.Sprintf("%s has the right numbers, but the shape %s", yours.Name, npz.Shape(yours.Shape)), Should: c.should(name),
	}, !layer.SameShape(yours.Shape, of.Shape) && c.equal(yours.Values, c.result.gradients[name])
}

// unsummed tells a gradient that is right once it is summed over its first or last axes.
func (c *check) unsummed(name string) (doctor.Fault, bool) {
	yours, want := c.arrays[c.names.gradients[name]], c.result.gradients[name]
	n := len(want)
	if n == 0 || len(yours.Values) <= n || len(yours.Values)%n != 0 {
		return doctor.Fault{}, false
	}
	over := len(yours.Values) / n
	first, last := make([]float64, n), make([]float64, n)
	for i, v := range yours.Values {
		first[i%n] += v
		last[i/over] += v
	}
	return doctor.Fault{
		Mistake: "sum-missing", Sentence: fmt.Sprintf("%s is not summed: its shape is %s, and its sums over %d entries each are right", yours.Name, npz.Shape(yours.Shape), over), Should: c.should(name),
	}, c.equal(first, want) || c.equal(last, want)
}

// summed tells a gradient that is one number, the sum of what it should be.
func (c *check) summed(name string) (doctor.Fault, bool) {
	yours, want := c.arrays[c.names.gradients[name]], c.result.gradients[name]
	total := 0.0
	for _, v := range want {
		total += v
	}
	f := doctor.Fault{Mistake: "summed-over-everything", Sentence: yours.Name + " is summed over all axes, to one number", Should: c.should(name)}
	return f, len(want) > 1 && len(yours.Values) == 1 && c.equal(yours.Values, []float64{total})
}

// exchanged explains pairs of gradients that have changed places, and gives the others back.
func (c *check) exchanged(wrong []string) (list []doctor.Fault, left []string) {
	left = slices.Clone(wrong)
	for _, a := range wrong {
		for _, b := range wrong {
			if a < b && slices.Contains(left, a) && slices.Contains(left, b) && c.matches(a, c.result.gradients[b]) && c.matches(b, c.result.gradients[a]) {
				left = slices.DeleteFunc(left, func(name string) bool { return name == a || name == b })
				yours, other := c.arrays[c.names.gradients[a]].Name, c.arrays[c.names.gradients[b]].Name
				list = append(list, doctor.Fault{Mistake: "exchanged", Sentence: yours + " and " + other + " have changed places"})
			}
		}
	}
	return list, left
}

// penalised tells a gradient that is off by a multiple of its parameter, as of a penalty.
func (c *check) penalised(name string) (doctor.Fault, bool) {
	yours, of, want := c.arrays[c.names.gradients[name]], c.array(name), c.result.gradients[name]
	if !layer.SameShape(yours.Shape, of.Shape) || len(want) < 3 || name == "x" {
		return doctor.Fault{}, false
	}
	top, bottom := 0.0, 0.0
	for i, v := range of.Values {
		top += (yours.Values[i] - want[i]) * v
		bottom += v * v
	}
	k := top / bottom
	if math.IsNaN(k) || math.IsInf(k, 0) || k == 0 {
		return doctor.Fault{}, false
	}
	with := slices.Clone(want)
	for i, v := range of.Values {
		with[i] += k * v
	}
	f := doctor.Fault{Mistake: "weight-decay", Sentence: fmt.Sprintf("%s is right for a penalty of %.6g Σ%s² too, which the file does not have: save its strength as reg, or leave it out", yours.Name, k/2, of.Name)}
	if reg, ok := c.given.Arrays["reg"]; ok && len(reg.Values) == 1 {
		whole := 2 * reg.Values[0]
		if c.variant.Includes("half") {
			whole /= 2
		}
		f = doctor.Fault{Mistake: "penalty-factor", Sentence: fmt.Sprintf("%s has the penalty's part %.6g times", yours.Name, 1+k/whole), Should: fmt.Sprintf("+ %.6g %s", whole, of.Name)}
		if math.Abs(k+whole) < 1e-6*math.Abs(whole) {
			f = doctor.Fault{Mistake: "penalty-missing", Sentence: yours.Name + " lacks the penalty's part", Should: fmt.Sprintf("+ %.6g %s", whole, of.Name)}
		}
	}
	return f, c.equal(yours.Values, with)
}
