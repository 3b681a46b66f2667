package layers

import (
	"maps"
	"math"
	"slices"
	"strings"

	"actscope/graph/layer"
	"actscope/internal/input"
	"actscope/models/doctor"
)

// names say which array of a file is what, by the names of the kind's inputs and outputs.
type names struct {
	inputs, gradients, outputs map[string]int
	outputOrder                []string
	settings                   map[string]int // stride, pad, pool
}

func (n names) used(i int) bool {
	for _, m := range []map[string]int{n.inputs, n.gradients, n.outputs, n.settings} {
		for _, j := range m {
			if i == j {
				return true
			}
		}
	}
	return false
}

// forward are the names under which code saves what a layer hands on.
var forward = []struct {
	output string
	names  []string
}{
	{"loss", []string{"loss", "cost", "j"}}, {"out", []string{"out", "output", "outputs"}},
	{"next_h", []string{"nexth", "hnext", "h", "anext"}}, {"next_c", []string{"nextc", "cnext"}},
}

// settingNames are those of convolutions and pools that a file may have.
var settingNames = map[string][]string{
	"stride": {"stride", "strides"}, "pad": {"pad", "padding"}, "pool": {"pool", "poolsize", "poolheight", "poolwidth", "f"},
}

// key is what is compared of a name.
func key(name string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r == '_' || r == '.' || r == '-' || r == ' ' {
			return -1
		}
		return r
	}, name))
}

// nameArrays finds out what the arrays are. What is missing is refused all at once.
func nameArrays(kind layer.Kind, arrays []doctor.Array, chosen map[string]string) (names, error) {
	n := names{map[string]int{}, map[string]int{}, map[string]int{}, nil, map[string]int{}}
	taken := make([]bool, len(arrays))
	if err := n.chosen(kind, arrays, chosen, taken); err != nil {
		return n, err
	}
	same := []func(a, b string) bool{ // Wh and wh may both be there
		func(a, b string) bool { return a == b },
		func(a, b string) bool { return key(a) == key(b) },
	}
	find := func(candidates []string) (int, bool) {
		for _, same := range same {
			for _, c := range candidates {
				for i, a := range arrays {
					if !taken[i] && same(a.Name, c) {
						taken[i] = true
						return i, true
					}
				}
			}
		}
		return 0, false
	}
	n.inputsAndGradients(kind, arrays, find)
	// x1, W1, dx1: the names of one layer among several, if it is there alone
	same = append(same, func(a, b string) bool { return unnumbered(a) == key(b) && single(arrays, a) })
	n.inputsAndGradients(kind, arrays, find)
	for _, o := range forward {
		if i, ok := find(o.names); ok {
			n.outputs[o.output], n.outputOrder = i, append(n.outputOrder, o.output)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(settingNames)) {
		if i, ok := find(settingNames[name]); ok {
			n.settings[name] = i
		}
	}
	return n, n.missing(kind, arrays)
}

// unnumbered is what is compared of a name without the number at its end.
func unnumbered(name string) string { return strings.TrimRight(key(name), "0123456789") }

// single tells a numbered name that no other array has with another number.
func single(arrays []doctor.Array, name string) bool {
	return !slices.ContainsFunc(arrays, func(a doctor.Array) bool { return a.Name != name && unnumbered(a.Name) == unnumbered(name) })
}

// inputsAndGradients finds those that are not found yet.
func (n *names) inputsAndGradients(kind layer.Kind, arrays []doctor.Array, find func(candidates []string) (int, bool)) {
	with := func(name string) bool { // a file has this input
		for _, in := range kind.Inputs {
			if in.Name == name {
				return slices.ContainsFunc(arrays, func(a doctor.Array) bool {
					return slices.ContainsFunc(in.Names(), func(name string) bool { return key(a.Name) == key(name) })
				})
			}
		}
		return false
	}
	// Names before aliases, lest an alias of one input takes what is the name of another.
	for _, withAliases := range []bool{false, true} {
		for _, in := range kind.Inputs {
			if _, ok := n.inputs[in.Name]; ok || in.Without != "" && with(in.Without) {
				continue
			}
			candidates := []string{in.Name}
			if withAliases {
				candidates = in.Names()
			}
			if i, ok := find(candidates); ok {
				n.inputs[in.Name] = i
			}
		}
	}
	for _, in := range kind.Inputs {
		i, there := n.inputs[in.Name]
		if _, ok := n.gradients[in.Name]; ok || !there || in.Constant {
			continue
		}
		var candidates []string
		for _, name := range append([]string{arrays[i].Name}, in.Names()...) {
			candidates = append(candidates, "d"+name, "grad_"+name, name+"_grad", name+"_gradient", "gradient_"+name, "delta_"+name, "nabla_"+name, "g_"+name, "dL_d"+name)
		}
		if g, ok := find(candidates); ok {
			n.gradients[in.Name] = g
		}
	}
}

// chosen takes what Options.Map says.
func (n *names) chosen(kind layer.Kind, arrays []doctor.Array, chosen map[string]string, taken []bool) error {
	for _, to := range slices.Sorted(maps.Keys(chosen)) {
		i := slices.IndexFunc(arrays, func(a doctor.Array) bool { return a.Name == chosen[to] })
		if i < 0 {
			return input.Refuse("map", "%s=%s: there is no array %s; there are %s", to, chosen[to], chosen[to], doctor.Listed(arrays))
		}
		var known []string
		for _, in := range kind.Inputs {
			known = append(known, in.Name)
			if in.Name == to {
				n.inputs[to] = i
			}
			if !in.Constant {
				known = append(known, "d"+in.Name)
				if "d"+in.Name == to {
					n.gradients[in.Name] = i
				}
			}
		}
		if !slices.Contains(known, to) {
			return input.Refuse("map", "%s=%s: on the left stands one of %s", to, chosen[to], strings.Join(known, ", "))
		}
		if taken[i] {
			return input.Refuse("map", "%s is named for %s and for something else: an array is one thing", chosen[to], to)
		}
		taken[i] = true
	}
	return nil
}

// missing refuses a file without an input that the layer needs, or without any gradient.
func (n names) missing(kind layer.Kind, arrays []doctor.Array) error {
	var open, flags, gradients []string
	for _, in := range kind.Inputs {
		if _, ok := n.inputs[in.Name]; !ok && !in.Optional {
			open, flags = append(open, in.Name), append(flags, in.Name+"=NAME")
		}
		if !in.Constant {
			gradients = append(gradients, "d"+in.Name)
		}
	}
	for _, in := range kind.Inputs {
		_, there := n.inputs[in.Name]
		if g, ok := n.gradients[in.Name]; ok && !there {
			return input.Refuse("map", "%s is the gradient of %s, which is missing: say which array it is, by --map %s=NAME", arrays[g].Name, in.Name, in.Name)
		}
	}
	switch {
	case len(open) > 0:
		return input.Refuse("map", "a %s layer needs %s: say which array it is, by --map %s; there are %s", kind.Name, strings.Join(open, ", "), strings.Join(flags, ","), doctor.Listed(arrays))
	case len(n.gradients) == 0:
		return input.Refuse("map", "no array is named like a gradient of a %s layer (%s): say which is, by --map %s=NAME; there are %s", kind.Name, strings.Join(gradients, ", "), gradients[0], doctor.Listed(arrays))
	}
	return nil
}

// mostEntries bounds a layer's arrays: the reference takes some tens of times their memory.
const mostEntries = 4 << 20

// mostSetting bounds strides, paddings and windows.
const mostSetting = 1 << 10

// given are the arrays by the kind's names, and the settings of the options or else of the file.
func (n names) given(arrays []doctor.Array, o Options) (layer.Given, error) {
	g := layer.Given{Arrays: map[string]layer.Array{}, Stride: o.Stride, Pad: o.Pad, Pool: o.Pool}
	total := 0
	for _, name := range slices.Sorted(maps.Keys(n.inputs)) {
		a := arrays[n.inputs[name]]
		if len(a.Values) == 0 {
			return g, input.Refuse("array "+a.Name, "it is empty")
		}
		for i, v := range a.Values {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return g, input.Refuse("array "+a.Name, "entry %v is %v", a.Index(i), v)
			}
		}
		total += len(a.Values)
		g.Arrays[name] = layer.Array{Shape: a.Shape, Values: slices.Clone(a.Values)}
	}
	if total > mostEntries {
		return g, input.Refuse("", "%d numbers go into the layer, at most %d are checked: save fewer samples", total, mostEntries)
	}
	for name, to := range map[string]**int{"stride": &g.Stride, "pad": &g.Pad, "pool": &g.Pool} {
		if i, ok := n.settings[name]; ok && *to == nil && len(arrays[i].Values) == 1 {
			if v := arrays[i].Values[0]; v == math.Trunc(v) && v >= 0 && v < 1e6 {
				whole := int(v)
				*to = &whole
			}
		}
	}
	for _, s := range []struct {
		name  string
		value *int
		least int
	}{{"stride", g.Stride, 1}, {"pad", g.Pad, 0}, {"pool", g.Pool, 1}} {
		if s.value != nil && (*s.value < s.least || *s.value > mostSetting) {
			return g, input.Refuse(s.name, "%d: wanted a number from %d to %d", *s.value, s.least, mostSetting)
		}
	}
	return g, nil
}
