package mistakes_test

import (
	"math"

	"actscope/models/handcoded"
)

// What the student's output layer and loss are, by the textbook's definitions: softmax goes through its Jacobian.

var (
	logits  = handcoded.Objective{Loss: handcoded.Logits}
	article = handcoded.Objective{Loss: handcoded.Article}
)

func squared(o handcoded.Objective) bool {
	return o.Loss == handcoded.SquaredError || o.Loss == handcoded.HalfSquaredError
}

// activated is what the output layer makes of z.
func activated(o handcoded.Objective, z matrix) matrix {
	if o.Loss == handcoded.Softmax {
		p := newMatrix(0, 1)
		for _, row := range z {
			p = append(p, normalised(row))
		}
		return p
	}
	return z.each(func(i, j int) float64 {
		switch {
		case o.Loss == handcoded.Logits, o.Loss == handcoded.Article:
			return handcoded.Sigmoid(z[i][j])
		case o.Output.Value != nil:
			return o.Output.Value(z[i][j])
		}
		return z[i][j]
	})
}

// normalised is softmax.
func normalised(z []float64) []float64 {
	p, sum := make([]float64, len(z)), 0.0
	for j, v := range z {
		p[j] = math.Exp(v)
		sum += p[j]
	}
	for j := range p {
		p[j] /= sum
	}
	return p
}

// throughSoftmax multiplies the derivative by p by softmax's Jacobian, diag(p) - p pᵀ.
func throughSoftmax(g, p []float64) []float64 {
	delta := make([]float64, len(p))
	for j := range p {
		for i := range p {
			jacobian := -p[i] * p[j]
			if i == j {
				jacobian += p[i]
			}
			delta[j] += g[i] * jacobian
		}
	}
	return delta
}

// divisor is that of the loss's sum.
func (s *student) divisor() float64 {
	rows, outputs := float64(len(s.y)), float64(len(s.y[0]))
	switch s.problem.Objective.Reduction {
	case handcoded.Sum:
		return 1
	case handcoded.MeanAll:
		return rows * outputs
	case handcoded.HalfSum:
		return 2
	case handcoded.HalfMean:
		return rows * 2
	}
	return rows
}

// penalise adds the gradient of the penalty.
func (s *student) penalise(dw, db []matrix, l int) {
	strength := s.problem.Objective.L2
	switch {
	case s.makes("penalty-forgotten", l), s.makes("never-computed", l, "both", "weights"):
		strength = 0
	case s.makes("penalty-factor", l, "twice"):
		strength *= 2
	case s.makes("penalty-factor", l, "half"):
		strength /= 2
	case s.makes("penalty-over-rows", l):
		strength /= float64(len(s.y))
	case s.makes("penalty-on-biases", l):
		right := db[l]
		db[l] = right.each(func(i, j int) float64 { return right[i][j] + strength*s.b[l][i][j] })
	}
	right := dw[l]
	dw[l] = right.each(func(i, j int) float64 { return right[i][j] + strength*s.w[l][i][j] })
	dw[l] = dw[l].scaled(s.factor(l, "with the penalty"))
	db[l] = db[l].scaled(s.factor(l, "with the penalty"))
}

// outputDelta is the derivative of the rows' losses by z.
func (s *student) outputDelta() matrix {
	n := len(s.problem.Layers)
	delta := newMatrix(len(s.y), len(s.y[0]))
	for i := range delta {
		delta[i] = s.rowDelta(n, s.z[n][i], s.a[n][i], s.y[i])
	}
	return delta
}

// rightDelta is that of a row without any mistake.
func (s *student) rightDelta(z, p, y []float64) []float64 {
	const epsilon = 1e-9
	objective := s.problem.Objective
	delta := make([]float64, len(z))
	for j := range z {
		q := handcoded.Sigmoid(-z[j])
		switch objective.Loss {
		case handcoded.Logits:
			delta[j] = p[j] - y[j]
		case handcoded.Article:
			delta[j] = -y[j]*p[j]*q/(p[j]+epsilon) + (1-y[j])*p[j]*q/(q+epsilon)
		case handcoded.Softmax:
			delta[j] = -y[j] / p[j]
		case handcoded.SquaredError:
			delta[j] = 2 * (p[j] - y[j]) * s.outputSlope(z[j])
		case handcoded.HalfSquaredError:
			delta[j] = (p[j] - y[j]) * s.outputSlope(z[j])
		}
	}
	switch {
	case objective.Loss == handcoded.Softmax:
		return throughSoftmax(delta, p)
	case objective.Loss == handcoded.Hinge:
		return hinged(z, y, 1)
	}
	return delta
}

// hinged is the derivative of a hinge with a margin.
func hinged(z, y []float64, margin float64) []float64 {
	delta := make([]float64, len(z))
	if len(z) == 1 {
		if y[0] == 1 && z[0] < margin {
			delta[0] = -1
		} else if y[0] == 0 && z[0] > -margin {
			delta[0] = 1
		}
		return delta
	}
	for class, isClass := range y {
		for j := range z {
			if isClass == 1 && j != class && z[j] > z[class]-margin {
				delta[j]++
				delta[class]--
			}
		}
	}
	return delta
}

// outputSlope is f'(z) of an output of single units.
func (s *student) outputSlope(z float64) float64 {
	switch o := s.problem.Objective; {
	case o.Loss == handcoded.Logits, o.Loss == handcoded.Article:
		return handcoded.Sigmoid(z) * handcoded.Sigmoid(-z)
	case o.Output.Derivative != nil:
		return o.Output.Derivative(z)
	}
	return 1
}

// onceMore sends a derivative through the output's activation.
func (s *student) onceMore(g, z, p []float64, diagonal bool) []float64 {
	delta := make([]float64, len(g))
	if s.problem.Objective.Loss == handcoded.Softmax && !diagonal {
		return throughSoftmax(g, p)
	}
	for j := range g {
		slope := s.outputSlope(z[j])
		if diagonal {
			slope = p[j] * (1 - p[j])
		}
		delta[j] = g[j] * slope
	}
	return delta
}

// rowDelta is the derivative of a row's loss by z, with the mistakes that are planted at the output, layer l.
func (s *student) rowDelta(l int, z, p, y []float64) []float64 {
	right := s.rightDelta(z, p, y)
	delta := make([]float64, len(z))
	each := func(f func(j int) float64) []float64 {
		for j := range delta {
			delta[j] = f(j)
		}
		return delta
	}
	k, loss := len(z), s.problem.Objective.Loss
	factor := 1.0
	if loss == handcoded.SquaredError {
		factor = 2
	}
	switch {
	case s.makes("output-derivative-twice", l):
		return s.onceMore(right, z, p, s.makes("output-derivative-twice", l, "diagonal"))
	case s.makes("squared-error", l):
		return s.onceMore(each(func(j int) float64 { return 2 * (p[j] - y[j]) }), z, p, s.makes("squared-error", l, "diagonal"))
	case s.makes("cross-entropy", l):
		return each(func(j int) float64 { return p[j] - y[j] })
	case s.makes("output-derivative-missing", l):
		const epsilon = 1e-9
		return each(func(j int) float64 {
			switch q := handcoded.Sigmoid(-z[j]); {
			case squared(s.problem.Objective):
				return factor * (p[j] - y[j])
			case loss == handcoded.Article:
				return -y[j]/(p[j]+epsilon) + (1-y[j])/(q+epsilon)
			default:
				return (p[j] - y[j]) / (p[j] * q)
			}
		})
	case s.makes("softmax-jacobian-missing", l):
		return each(func(j int) float64 { return -y[j] / p[j] })
	case s.makes("softmax-jacobian-diagonal", l):
		return each(func(j int) float64 { return -y[j] / p[j] * p[j] * (1 - p[j]) })
	case s.makes("sigmoid-for-softmax", l):
		return each(func(j int) float64 { return 1/(1+math.Exp(-z[j])) - y[j] })
	case s.makes("softmax-over-rows", l):
		return each(func(j int) float64 {
			sum := 0.0
			for _, other := range s.z[l] {
				sum += math.Exp(other[j])
			}
			return math.Exp(z[j])/sum - y[j]
		})
	case s.makes("softmax-for-sigmoid", l):
		wrong := normalised(z)
		return each(func(j int) float64 { return wrong[j] - y[j] })
	case s.makes("loss-epsilon", l) && loss == handcoded.Softmax:
		return throughSoftmax(each(func(j int) float64 { return -y[j] / (p[j] + 1e-9) }), p)
	case s.makes("loss-epsilon", l):
		other := *s
		other.problem.Objective = logits
		if loss == handcoded.Logits {
			other.problem.Objective = article
		}
		return other.rightDelta(z, p, y)
	case s.makes("labels-flipped", l):
		flipped := make([]float64, k)
		for j := range y {
			flipped[j] = 1 - y[j]
		}
		return s.rightDelta(z, p, flipped)
	case s.makes("labels-broadcast", l):
		sum := 0.0
		for _, other := range s.y {
			sum += s.rightDelta(z, p, other)[0]
		}
		return []float64{sum / float64(len(s.y))}
	case s.makes("classes-shifted", l):
		by := 1
		if s.makes("classes-shifted", l, "before") {
			by = k - 1
		}
		shifted := make([]float64, k)
		for j := range y {
			shifted[(j+by)%k] = y[j]
		}
		return s.rightDelta(z, p, shifted)
	case s.makes("class-number-as-value", l):
		return each(func(j int) float64 {
			class := 0.0
			for i := range y {
				class += float64(i) * y[i]
			}
			return p[j] - class
		})
	case s.makes("output-sigmoid-missing", l):
		return each(func(j int) float64 { return factor * (z[j] - y[j]) })
	case s.makes("hard-decision", l):
		return each(func(j int) float64 {
			if loss != handcoded.Softmax {
				return step(p[j]-0.5) - y[j]
			}
			for _, other := range p {
				if other > p[j] {
					return -y[j]
				}
			}
			return 1 - y[j]
		})
	case s.makes("margin-missing", l):
		return hinged(z, y, 0)
	case s.makes("hidden-derivative-at-output", l):
		return each(func(j int) float64 { return right[j] * s.problem.Activation.Derivative(z[j]) })
	}
	return right
}
