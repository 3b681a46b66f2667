package doctor_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"actscope/models/doctor"
)

// The files here are made by a backward pass of their own, in loops over rows of slices, into which faults are planted; it
// shares nothing with what judges them.

type table [][]float64

func tableOf(rows, cols int, f func(i, j int) float64) table {
	t := make(table, rows)
	for i := range t {
		t[i] = make([]float64, cols)
		for j := range t[i] {
			t[i][j] = f(i, j)
		}
	}
	return t
}

func (t table) turned() table {
	return tableOf(len(t[0]), len(t), func(i, j int) float64 { return t[j][i] })
}

func product(a, b table) table {
	return tableOf(len(a), len(b[0]), func(i, j int) float64 {
		sum := 0.0
		for k := range b {
			sum += a[i][k] * b[k][j]
		}
		return sum
	})
}

func (t table) times(s float64) table {
	return tableOf(len(t), len(t[0]), func(i, j int) float64 { return s * t[i][j] })
}

func columnSums(t table) table {
	return tableOf(1, len(t[0]), func(_, j int) float64 {
		sum := 0.0
		for i := range t {
			sum += t[i][j]
		}
		return sum
	})
}

func logistic(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

var squash = map[string][2]func(float64) float64{
	"sigmoid":      {logistic, func(z float64) float64 { return logistic(z) * (1 - logistic(z)) }},
	"tanh":         {math.Tanh, func(z float64) float64 { return 1 - math.Tanh(z)*math.Tanh(z) }},
	"relu":         {func(z float64) float64 { return max(0, z) }, func(z float64) float64 { return map[bool]float64{true: 1}[z > 0] }},
	"identity":     {func(z float64) float64 { return z }, func(float64) float64 { return 1 }},
	"leaky-relu":   {func(z float64) float64 { return max(z, 0.01*z) }, func(z float64) float64 { return map[bool]float64{true: 1, false: 0.01}[z > 0] }},
	"max(z,0.2*z)": {func(z float64) float64 { return max(z, 0.2*z) }, func(z float64) float64 { return map[bool]float64{true: 1, false: 0.2}[z > 0] }},
	"elu":          {func(z float64) float64 { return max(z, math.Exp(min(z, 0))-1) }, func(z float64) float64 { return math.Exp(min(z, 0)) }},
	"softplus":     {func(z float64) float64 { return math.Log(1 + math.Exp(z)) }, logistic},
	"silu":         {func(z float64) float64 { return z * logistic(z) }, func(z float64) float64 { return logistic(z) + z*logistic(z)*(1-logistic(z)) }},
	"gelu": {func(z float64) float64 { return z / 2 * (1 + math.Erf(z/math.Sqrt2)) }, func(z float64) float64 {
		return (1+math.Erf(z/math.Sqrt2))/2 + z*math.Exp(-z*z/2)/math.Sqrt(2*math.Pi)
	}},
}

// planted is one fault of the student's code.
type planted struct {
	what  string
	layer int
}

// student is a network, a batch and the code that differentiates it.
type student struct {
	loss, output, activation, reduction string
	mixed                               []string // an activation for each hidden layer, nil for the same in all
	rows                                int
	widths                              []int
	x, y                                table
	w, b                                []table
	rate, penalty                       float64
	free                                []int // layers whose weights are not under the penalty
	biasesToo                           bool  // under the penalty
}

// gradients are what the code with the faults gives: those of W and of b, layer by layer.
func (s *student) gradients(faults []planted) (gw, gb []table) {
	has := func(what string, layer int) bool { return slices.Contains(faults, planted{what, layer}) }
	n := len(s.w)
	f := func(l int) [2]func(float64) float64 { // of layer l
		if l <= len(s.mixed) {
			return squash[s.mixed[l-1]]
		}
		return squash[s.activation]
	}
	a, z := []table{s.x}, []table{nil}
	for l := range n {
		v := product(a[l], s.w[l])
		v = tableOf(len(v), len(v[0]), func(i, j int) float64 { return v[i][j] + s.b[l][0][j] })
		z = append(z, v)
		a = append(a, tableOf(len(v), len(v[0]), func(i, j int) float64 { return f(l + 1)[0](v[i][j]) }))
	}
	gw, gb = make([]table, n), make([]table, n)
	out := z[n]
	p := tableOf(s.rows, len(out[0]), func(i, j int) float64 {
		switch {
		case s.loss == "softmax":
			total := 0.0
			for _, v := range out[i] {
				total += math.Exp(v - out[i][j])
			}
			return 1 / total
		case s.loss == "bce":
			return logistic(out[i][j])
		}
		return squash[s.output][0](out[i][j])
	})
	a[n] = p
	k := float64(len(out[0]))
	divisor := map[string]float64{"mean": float64(s.rows), "sum": 1, "mean-all": float64(s.rows) * k, "half-sum": 2, "half-mean": 2 * float64(s.rows)}[s.reduction]
	outputDelta := func(slopeMissing, slopeExtra, noTarget bool) table {
		return tableOf(s.rows, len(out[0]), func(i, j int) float64 {
			y := s.y[i][j]
			if noTarget {
				y = 0
			}
			d := (p[i][j] - y) / divisor
			if s.loss == "mse" {
				d *= 2
				if !slopeMissing {
					d *= squash[s.output][1](out[i][j])
				}
			}
			if slopeExtra {
				d *= p[i][j] * (1 - p[i][j])
			}
			return d
		})
	}
	var delta, sent table
	for l := n; l >= 1; l-- {
		if l == n {
			delta = outputDelta(has("output-slope-missing", n), has("output-slope-extra", n), has("target-missing", n))
			sent = delta
			if has("sent-without-slope", n) {
				sent = outputDelta(true, false, false)
			}
		} else {
			up := s.w[l]
			if has("W-stepped", l) {
				up = tableOf(len(up), len(up[0]), func(i, j int) float64 { return up[i][j] - 0.3*gw[l][i][j] })
			}
			var back table
			switch {
			case has("W-missing", l):
				back = tableOf(s.rows, s.widths[l], func(i, j int) float64 { return sent[i][min(j, len(sent[i])-1)] })
			case has("W-not-transposed", l):
				back = product(sent, up)
			default:
				back = product(sent, up.turned())
			}
			delta = tableOf(s.rows, s.widths[l], func(i, j int) float64 {
				v := z[l][i][j]
				slope := f(l)[1](v)
				switch {
				case has("slope-missing", l):
					slope = 1
				case has("slope-at-activation", l):
					slope = f(l)[1](a[l][i][j])
				case has("slope-sigmoid", l):
					slope = logistic(v) * (1 - logistic(v))
				case has("slope-1-z2", l):
					slope = 1 - v*v
				case has("slope-twice", l):
					slope *= slope
				}
				return back[i][j] * slope
			})
			sent = delta
		}
		factors := map[string]float64{"double": 2, "half": 0.5, "sign": -1, "summed": float64(s.rows), "averaged": 1 / float64(s.rows), "odd": 3.7}
		for name, v := range factors {
			if has("delta-"+name, l) {
				delta = delta.times(v)
				sent = delta
			}
		}
		if has("delta-noise", l) {
			rng := rand.New(rand.NewPCG(uint64(l), 78))
			d := delta
			delta = tableOf(len(d), len(d[0]), func(i, j int) float64 { return d[i][j] * (1 + 0.3*rng.NormFloat64()) })
			sent = delta
		}
		input := a[l-1]
		if has("W-own-activation", l) {
			input = a[l]
		}
		if has("W-preactivation", l) {
			input = z[l-1]
		}
		gw[l-1], gb[l-1] = product(input.turned(), delta), columnSums(delta)
		if has("W-last-row", l) {
			gw[l-1] = product(input[s.rows-1:].turned(), delta[s.rows-1:])
		}
		if has("W-transposed", l) {
			gw[l-1] = gw[l-1].turned()
		}
		if has("b-zero", l) {
			gb[l-1] = gb[l-1].times(0)
		}
		if has("W-noise", l) {
			rng := rand.New(rand.NewPCG(uint64(l), 77))
			g := gw[l-1]
			gw[l-1] = tableOf(len(g), len(g[0]), func(i, j int) float64 { return g[i][j] * (1 + 0.1*rng.NormFloat64()) })
		}
		for name, v := range factors {
			if has("W-"+name, l) || has("both-"+name, l) {
				gw[l-1] = gw[l-1].times(v)
			}
			if has("b-"+name, l) || has("both-"+name, l) {
				gb[l-1] = gb[l-1].times(v)
			}
		}
		g, w := gw[l-1], s.w[l-1]
		gw[l-1] = tableOf(len(g), len(g[0]), func(i, j int) float64 {
			if s.penalty == 0 || slices.Contains(s.free, l) {
				return s.rate * g[i][j]
			}
			return s.rate * (g[i][j] + s.penalty*w[i][j])
		})
		bias := gb[l-1]
		gb[l-1] = tableOf(1, len(bias[0]), func(_, j int) float64 {
			if s.biasesToo {
				return s.rate * (bias[0][j] + s.penalty*s.b[l-1][0][j])
			}
			return s.rate * bias[0][j]
		})
	}
	return gw, gb
}

// draw draws a network, its data and its loss.
func draw(rng *rand.Rand) *student {
	pick := func(of ...string) string { return of[rng.IntN(len(of))] }
	s := &student{
		loss: pick("bce", "bce", "softmax", "mse", "mse"), activation: pick("sigmoid", "tanh", "relu"),
		reduction: pick("mean", "mean", "sum", "half-sum", "half-mean", "mean-all"), rows: []int{1, 3, 5, 8, 9, 16, 25}[rng.IntN(7)], rate: 1,
	}
	s.output = map[string]string{"bce": "sigmoid", "softmax": "softmax", "mse": pick("sigmoid", "identity", "tanh")}[s.loss]
	if s.loss != "mse" {
		s.reduction = pick("mean", "mean", "sum")
	}
	switch rng.IntN(12) {
	case 0:
		s.rate = -0.05
	case 1:
		s.penalty = 0.01 * float64(1+rng.IntN(50))
	}
	for range 2 + rng.IntN(3) {
		s.widths = append(s.widths, 2+rng.IntN(5))
	}
	s.widths = append(s.widths, 1+rng.IntN(3))
	outputs := &s.widths[len(s.widths)-1]
	if s.loss == "softmax" {
		*outputs = max(*outputs, 2)
	}
	normal := func(scale float64) func(i, j int) float64 {
		return func(int, int) float64 { return scale * rng.NormFloat64() }
	}
	s.x = tableOf(s.rows, s.widths[0], normal(1))
	s.y = tableOf(s.rows, *outputs, func(int, int) float64 {
		if s.loss == "mse" && s.output != "sigmoid" {
			return rng.NormFloat64()
		}
		return float64(rng.IntN(2))
	})
	if s.loss == "softmax" {
		for i := range s.y {
			class := rng.IntN(*outputs)
			s.y[i] = make([]float64, *outputs)
			s.y[i][class] = 1
		}
	}
	for l := 1; l < len(s.widths); l++ {
		s.w = append(s.w, tableOf(s.widths[l-1], s.widths[l], normal(1.2/math.Sqrt(float64(s.widths[l-1])))))
		s.b = append(s.b, tableOf(1, s.widths[l], normal(0.4)))
	}
	return s
}

// plant draws faults that each change a gradient and are not each other's opposite.
func (s *student) plant(rng *rand.Rand, count int) []planted {
	var faults []planted
	for tries := 0; len(faults) < count && tries < 200; tries++ {
		l := 1 + rng.IntN(len(s.w))
		choices := []string{
			"W-double", "W-half", "W-sign", "W-summed", "W-averaged", "b-double", "b-half", "b-sign", "b-averaged", "b-summed", "b-zero",
			"both-double", "both-sign", "both-summed", "delta-double", "delta-averaged", "W-last-row", "W-odd",
		}
		square := s.widths[l-1] == s.widths[l]
		if square {
			choices = append(choices, "W-own-activation", "W-transposed")
		}
		if l > 1 {
			choices = append(choices, "W-preactivation")
		}
		if l == len(s.w) {
			if s.loss == "mse" && s.output != "identity" {
				choices = append(choices, "output-slope-missing", "sent-without-slope")
			}
			choices = append(choices, "target-missing", "output-slope-extra")
		} else {
			choices = append(choices, "slope-missing", "slope-at-activation", "slope-sigmoid", "slope-1-z2", "slope-twice", "W-stepped")
			if s.widths[l] == s.widths[l+1] {
				choices = append(choices, "W-not-transposed")
			}
			if s.widths[l+1] == 1 || s.widths[l] == s.widths[l+1] {
				choices = append(choices, "W-missing")
			}
		}
		f := planted{choices[rng.IntN(len(choices))], l}
		if strings.HasPrefix(f.what, "delta") && l == len(s.w) || slices.ContainsFunc(faults, f.clashes) {
			continue
		}
		beforeW, beforeB := s.gradients(faults)
		afterW, afterB := s.gradients(append(slices.Clone(faults), f))
		changed := false
		for l := range beforeW {
			changed = changed || len(differences(beforeW[l], afterW[l])) > 0 || len(differences(beforeB[l], afterB[l])) > 0
		}
		if changed {
			faults = append(faults, f)
		}
	}
	return faults
}

// clashes tells two faults of one place: two of δ, two of one array, or factors that may cancel.
func (f planted) clashes(o planted) bool {
	kind := func(f planted) string { kind, _, _ := strings.Cut(f.what, "-"); return kind }
	factor := func(f planted) bool { return kind(f) == "both" || kind(f) == "delta" }
	switch {
	case f.layer != o.layer:
		return false
	case factor(f) || factor(o):
		return true
	}
	return kind(f) == kind(o)
}

// differences are the entries in which tables differ by more than a millionth.
func differences(a, b table) (list [][2]int) {
	largest := 0.0
	for i := range a {
		for j := range a[i] {
			largest = max(largest, math.Abs(a[i][j]), math.Abs(b[i][j]))
		}
	}
	for i := range a {
		for j := range a[i] {
			if math.Abs(a[i][j]-b[i][j]) > 1e-6*largest {
				list = append(list, [2]int{i, j})
			}
		}
	}
	return list
}

// schemes are names that people give, other than those on which the reader was developed: input, target, W, b, and the
// gradients of W and b.
var schemes = [][6]string{
	{"features", "target", "kernel_%d", "intercept_%d", "grad_kernel_%d", "grad_intercept_%d"},
	{"images", "labels", "layer%d_weights", "layer%d_bias", "layer%d_weights_gradient", "layer%d_bias_gradient"},
	{"x", "y", "w%d", "b%d", "dL_dw%d", "dL_db%d"},
	{"X_batch", "Y_batch", "net.%d.weight", "net.%d.bias", "net.%d.weight.grad", "net.%d.bias.grad"},
	{"inputs", "expected", "W%d", "B%d", "update_W%d", "update_B%d"},
	{"x", "t", "syn%d", "bias%d", "syn%d_delta", "bias%d_delta"},
}

// file is the student's file: arrays, and the names of those that are not right up to the rate.
func (s *student) file(rng *rand.Rand, faults []planted) (arrays []doctor.Array, wrong []string) {
	scheme := schemes[rng.IntN(len(schemes))]
	columns, outFirst, first := rng.IntN(2) == 0, rng.IntN(2) == 0, rng.IntN(2)
	add := func(name string, t table, turn, flat bool) {
		if turn {
			t = t.turned()
		}
		a := doctor.Array{Name: name, Shape: []int{len(t), len(t[0])}, Values: slices.Concat(t...)}
		if flat {
			a.Shape = []int{len(a.Values)}
		}
		arrays = append(arrays, a)
	}
	add(scheme[0], s.x, columns, false)
	if s.loss == "softmax" && rng.IntN(2) == 0 {
		classes := tableOf(1, s.rows, func(_, i int) float64 { return float64(slices.Index(s.y[i], 1)) })
		if slices.Max(classes[0]) == float64(len(s.y[0])-1) {
			add(scheme[1], classes, false, true)
		} else {
			add(scheme[1], s.y, columns, false)
		}
	} else {
		add(scheme[1], s.y, columns, len(s.y[0]) == 1 && rng.IntN(2) == 0)
	}
	gw, gb := s.gradients(faults)
	rightW, rightB := s.gradients(nil)
	flatBias := rng.IntN(2) == 0
	for l := range s.w {
		names := [4]string{}
		for i := range names {
			names[i] = fmt.Sprintf(scheme[i+2], l+first)
		}
		add(names[0], s.w[l], outFirst, false)
		add(names[1], s.b[l], columns, flatBias)
		add(names[2], gw[l], outFirst, false)
		add(names[3], gb[l], columns, flatBias)
		if len(differences(gw[l], rightW[l])) > 0 {
			wrong = append(wrong, names[2])
		}
		if len(differences(gb[l], rightB[l])) > 0 {
			wrong = append(wrong, names[3])
		}
	}
	rng.Shuffle(len(arrays), func(i, j int) { arrays[i], arrays[j] = arrays[j], arrays[i] })
	return arrays, wrong
}
