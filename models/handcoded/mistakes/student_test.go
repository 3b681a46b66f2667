package mistakes_test

import (
	"math"
	"math/rand/v2"
	"slices"

	"actscope/models/handcoded"
	"actscope/models/handcoded/mistakes"
)

// The tests plant mistakes in a backward pass of their own, written in loops over rows of slices as a student would, so
// that nothing but the names is shared with the catalogue.

// activations are the nets' own and those that a student may confuse them with.
var activations = []mistakes.NamedActivation{
	{Name: "sigmoid", Activation: handcoded.Activation{
		Value:      handcoded.Sigmoid,
		Derivative: func(z float64) float64 { return handcoded.Sigmoid(z) * handcoded.Sigmoid(-z) },
	}},
	{Name: "relu", Activation: handcoded.Activation{
		Value:      func(z float64) float64 { return max(z, 0) },
		Derivative: func(z float64) float64 { return step(z) },
	}},
	{Name: "tanh", Activation: handcoded.Activation{
		Value:      math.Tanh,
		Derivative: func(z float64) float64 { return 1 - math.Tanh(z)*math.Tanh(z) },
	}},
}

func step(z float64) float64 {
	if z > 0 {
		return 1
	}
	return 0
}

// drawProblem draws a net and a batch. Weights are larger than at an initialisation, so that no array is tiny.
func drawProblem(seed uint64, activation int, objective handcoded.Objective, rows int, widths ...int) mistakes.Problem {
	rng := rand.New(rand.NewPCG(seed, 11))
	normal := func(v []float64, scale float64) []float64 {
		for i := range v {
			v[i] = scale * rng.NormFloat64()
		}
		return v
	}
	p := mistakes.Problem{
		Activation: activations[activation].Activation,
		Objective:  objective,
		Others:     activations,
		Tolerance:  mistakes.Tolerance{Relative: 1e-6, Absolute: 1e-9},
	}
	for l := 1; l < len(widths); l++ {
		layer := handcoded.NewLayer(widths[l-1], widths[l])
		normal(layer.W, 1.3/math.Sqrt(float64(layer.In)))
		for i := range layer.B {
			layer.B[i] = 0.2 + 0.5*rng.Float64() // keeps ReLU units of narrow nets alive
		}
		p.Layers = append(p.Layers, layer)
	}
	outputs := widths[len(widths)-1]
	p.X, p.Y = normal(make([]float64, rows*widths[0]), 1), make([]float64, rows*outputs)
	for i := range rows {
		y := p.Y[i*outputs : (i+1)*outputs]
		switch {
		case objective.OneHot(outputs):
			y[rng.IntN(outputs)] = 1
		case squared(objective):
			normal(y, 1)
		default:
			for j := range y {
				y[j] = float64(rng.IntN(2))
			}
		}
	}
	return p
}

// plant is a mistake that a student makes.
type plant struct {
	id     string
	form   string // which gradients, where the mistake leaves a choice: "", both, weights, biases
	layers []int
}

// student is somebody's backward pass with the mistakes planted in it.
type student struct {
	problem mistakes.Problem
	planted []plant
	rate    float64

	w, b, z, a []matrix // from layer 1; a[0] = z[0] = x
	y          matrix
}

func newStudent(p mistakes.Problem, planted ...plant) *student {
	s := &student{problem: p, planted: planted, rate: 0.7, y: fromFlat(p.Y, p.Layers[len(p.Layers)-1].Out)}
	x := fromFlat(p.X, p.Layers[0].In)
	s.w, s.b, s.z, s.a = []matrix{nil}, []matrix{nil}, []matrix{x}, []matrix{x}
	for l, layer := range p.Layers {
		s.w = append(s.w, fromFlat(layer.W, layer.Out))
		s.b = append(s.b, matrix{layer.B})
		z := times(s.a[l], s.w[l+1])
		z = z.each(func(i, j int) float64 { return z[i][j] + layer.B[j] })
		s.z = append(s.z, z)
		if l == len(p.Layers)-1 {
			s.a = append(s.a, activated(p.Objective, z))
			break
		}
		s.a = append(s.a, z.each(func(i, j int) float64 { return p.Activation.Value(z[i][j]) }))
	}
	return s
}

func (s *student) width(l int) int { return len(s.a[l][0]) }

// makes tells whether the mistake id is made at layer l, in one of the forms if there are any.
func (s *student) makes(id string, l int, forms ...string) bool {
	return slices.ContainsFunc(s.planted, func(p plant) bool {
		return p.id == id && slices.Contains(p.layers, l) && (len(forms) == 0 || slices.Contains(forms, p.form))
	})
}

// gradients returns what the student's code gives.
func (s *student) gradients() []mistakes.Gradient {
	n, rows := len(s.problem.Layers), len(s.y)
	deltas, grads := make([]matrix, n+1), make([]mistakes.Gradient, n)
	dw, db := make([]matrix, n+1), make([]matrix, n+1)
	var da matrix
	for l := n; l >= 1; l-- {
		input, z, a := s.a[l-1], s.z[l], s.a[l]

		var delta matrix
		if l == n {
			delta = s.outputDelta().scaled(1 / s.divisor())
		} else {
			delta = z.each(func(i, j int) float64 { return da[i][j] * s.slope(l, i, j, da) })
		}
		delta = delta.scaled(s.factor(l, ""))
		deltas[l] = delta

		fromW, fromB := delta, delta
		if s.makes("derivative-missing", l, "both", "weights") {
			fromW = da
		}
		if s.makes("derivative-missing", l, "both", "biases") {
			fromB = da
		}
		if s.makes("delta-of-another-layer", l, "both", "weights") {
			fromW = deltas[l+1]
		}
		if s.makes("delta-of-another-layer", l, "both", "biases") {
			fromB = deltas[l+1]
		}
		dw[l], db[l] = times(input.transposed(), fromW), fromB.sumRows()
		switch {
		case s.makes("input-not-transposed", l):
			dw[l] = times(input, delta)
		case s.makes("input-before-activation", l):
			dw[l] = times(s.z[l-1].transposed(), delta)
		case s.makes("input-of-another-layer", l):
			dw[l] = times(a.transposed(), delta)
		case s.makes("batch-averaged-first", l):
			mean := input.sumRows()
			for j := range mean[0] {
				mean[0][j] /= float64(rows)
			}
			dw[l] = times(mean.transposed(), delta.sumRows())
		case s.makes("bias-not-summed", l):
			db[l] = delta
		case s.makes("bias-summed-over-units", l):
			db[l] = delta.transposed().sumRows()
		case s.makes("bias-summed-over-everything", l):
			total := delta.transposed().sumRows().transposed().sumRows()[0][0]
			db[l] = db[l].each(func(_, _ int) float64 { return total })
		case s.makes("weight-decay", l):
			right := dw[l]
			dw[l] = right.each(func(i, j int) float64 { return right[i][j] + 0.01*s.w[l][i][j] })
		case s.makes("one-row-only", l):
			last := rows - 1
			w := newMatrix(len(dw[l]), len(dw[l][0]))
			dw[l] = w.each(func(i, j int) float64 { return input[last][i] * delta[last][j] })
			db[l] = matrix{delta[last]}
		}
		dw[l] = dw[l].scaled(s.factor(l, "weights") * s.factor(l, "both"))
		db[l] = db[l].scaled(s.factor(l, "biases") * s.factor(l, "both"))
		if s.problem.Objective.L2 > 0 {
			s.penalise(dw, db, l)
		}

		down := s.w[l].transposed()
		switch {
		case s.makes("weights-not-transposed", l):
			down = s.w[l]
		case s.makes("weights-of-another-layer", l):
			down = s.w[l-1].transposed()
		case s.makes("weights-after-update", l):
			down = s.w[l].each(func(i, j int) float64 { return s.w[l][i][j] - s.rate*dw[l][i][j] }).transposed()
		}
		da = times(delta, down)
		if s.makes("weights-missing", l) {
			da = input.each(func(i, j int) float64 { return delta[i][min(j, len(delta[i])-1)] })
		}
	}
	for l := 1; l <= n; l++ {
		if s.makes("weight-gradient-transposed", l) {
			dw[l] = dw[l].transposed()
		}
		if s.makes("layers-swapped", l) {
			dw[l], dw[l+1], db[l], db[l+1] = dw[l+1], dw[l], db[l+1], db[l]
		}
	}
	for i := range grads {
		grads[i] = mistakes.Gradient{W: dw[i+1].flat(), B: db[i+1].flat()}
	}
	return grads
}

// factors are the mistakes that multiply a gradient of layer l by a number.
func (s *student) factors(l int) map[string]float64 {
	rows := float64(len(s.y))
	return map[string]float64{
		"sum-over-batch":    rows,
		"mean-twice":        1 / rows,
		"mean-over-batch":   1 / rows,
		"wrong-batch-axis":  rows / float64(s.width(l-1)),
		"mean-over-units":   1 / float64(s.width(l)),
		"mean-over-outputs": 1 / float64(s.width(l)),
		"sum-over-outputs":  float64(s.width(l)),
		"sign":              -1,
		"factor-two":        2,
		"factor-half":       0.5,
		"never-computed":    0,
	}
}

// factor is the product of what multiplies the gradients of a form at layer l.
func (s *student) factor(l int, form string) float64 {
	product := 1.0
	for id, k := range s.factors(l) {
		if s.makes(id, l, form) {
			product *= k
		}
	}
	return product
}

func (s *student) slope(l, i, j int, da matrix) float64 {
	z, a := s.z[l][i][j], s.a[l][i][j]
	derivative := s.problem.Activation.Derivative
	right := derivative(z)
	switch {
	case s.makes("derivative-missing", l, ""):
		return 1
	case s.makes("derivative-twice", l):
		return right * right
	case s.makes("derivative-at-post-activation", l):
		return derivative(a)
	case s.makes("derivative-formula-at-pre-activation", l):
		if s.makes("derivative-formula-at-pre-activation", l, "sigmoid") {
			return z * (1 - z)
		}
		return 1 - z*z
	case s.makes("another-derivative", l):
		if s.makes("another-derivative", l, "1-a²") {
			return 1 - a*a
		}
		return activations[2].Derivative(z)
	case s.makes("derivative-of-another-layer", l):
		return derivative(s.z[l+1][i][j])
	case s.makes("derivative-at-gradient", l):
		return derivative(da[i][j])
	case s.makes("derivative-at-kink", l) && z == 0:
		return 1
	}
	return right
}
