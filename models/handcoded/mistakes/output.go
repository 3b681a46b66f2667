package mistakes

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"actscope/models/handcoded"
)

// outputMistakes spoil the δ from which everything starts, ∂loss/∂z at the output.
var outputMistakes = []mistake{
	{
		Mistake{"output-derivative-twice", "the output's δ is multiplied by the derivative of its activation once more, as p(1-p) or softmax's Jacobian", output},
		func(s *search) []fault {
			return s.throughOutput(s.lossSlope)
		},
	},
	{
		Mistake{"squared-error", "the gradient of the squared error (p - y)², not of the loss", output},
		func(s *search) []fault {
			if s.squared() {
				return nil
			}
			return s.throughOutput(difference(2))
		},
	},
	{
		Mistake{"cross-entropy", "the gradient of a cross-entropy, p - y, not of the squared error at an output with a derivative of its own", output},
		func(s *search) []fault {
			if !s.squared() || s.objective.Output.Derivative == nil {
				return nil
			}
			return s.atOutput("", difference(1))
		},
	},
	{
		Mistake{"output-derivative-missing", "the output's δ is the derivative by p; its factor, p(1-p) or f'(z), is missing", output},
		func(s *search) []fault {
			if s.objective.Loss == handcoded.Softmax {
				return nil // which has a Jacobian
			}
			return s.atOutput("", func(delta []float64, r row) {
				s.lossSlope(delta, r)
				for j, z := range r.z {
					delta[j] /= s.outputSlope(z)
				}
			})
		},
	},
	{
		Mistake{"softmax-jacobian-missing", "the output's δ is the derivative by p, -y/p; softmax's Jacobian is missing", output},
		func(s *search) []fault {
			return s.ofSoftmax(func(delta []float64, r row) {
				for j := range delta {
					delta[j] = -r.y[j] / r.p[j]
				}
			})
		},
	},
	{
		Mistake{"softmax-jacobian-diagonal", "the output's δ has only the diagonal of softmax's Jacobian, p(1-p): δ = -y(1 - p)", output},
		func(s *search) []fault {
			return s.ofSoftmax(func(delta []float64, r row) {
				for j := range delta {
					delta[j] = -r.y[j] * (1 - r.p[j])
				}
			})
		},
	},
	{
		Mistake{"sigmoid-for-softmax", "the output is a sigmoid of each unit where it should be a softmax of all", output},
		func(s *search) []fault {
			return s.ofSoftmax(func(delta []float64, r row) {
				for j, z := range r.z {
					delta[j] = handcoded.Sigmoid(z) - r.y[j]
				}
			})
		},
	},
	{
		Mistake{"softmax-over-rows", "the softmax is taken over the rows of the batch, axis 0, where it should be over the classes", output},
		func(s *search) []fault {
			z, overRows := s.z[s.layers], zeros(s.z[s.layers])
			for j := range s.outputs() {
				p := mat.Col(nil, j, z)
				softmax(p, p)
				overRows.SetCol(j, p)
			}
			return s.ofSoftmax(func(delta []float64, r row) { floats.SubTo(delta, overRows.RawRowView(r.number), r.y) })
		},
	},
	{
		Mistake{"softmax-for-sigmoid", "the output is a softmax of all units where it should be a sigmoid of each", output},
		func(s *search) []fault {
			if !s.sigmoid() || s.outputs() == 1 {
				return nil
			}
			return s.atOutput("", func(delta []float64, r row) {
				softmax(delta, r.z)
				floats.Sub(delta, r.y)
			})
		},
	},
	{
		Mistake{"loss-epsilon", "the loss has another ε in its logarithms", output},
		func(s *search) []fault {
			if !s.sigmoid() && s.objective.Loss != handcoded.Softmax {
				return nil
			}
			faults := s.atOutput("none: δ = p - y", func(delta []float64, r row) {
				handcoded.Objective{Loss: s.withoutEpsilon()}.Derivative(delta, r.z, r.p, r.y)
			})
			for _, epsilon := range []float64{1e-9, 1e-15, 1e-12, 1e-10, 1e-8, 1e-7, 1e-6, 1e-5} {
				faults = append(faults, s.atOutput(fmt.Sprintf("%.0e", epsilon), s.withEpsilon(epsilon))...)
			}
			return faults
		},
	},
	{
		Mistake{"labels-flipped", "the labels 0 and 1 are exchanged", output},
		func(s *search) []fault {
			if !s.labelled() {
				return nil
			}
			return s.atOutput("", s.withTargets(func(_ int, y []float64) {
				for j, v := range y {
					y[j] = 1 - v
				}
			}))
		},
	},
	{
		Mistake{"labels-broadcast", "p of shape (rows, 1) meets y of shape (rows,), so that each p is compared with every y", output},
		func(s *search) []fault {
			if s.outputs() > 1 {
				return nil
			}
			mean := floats.Sum(s.y) / float64(s.rows)
			return s.atOutput("", func(delta []float64, r row) { // the derivative is linear in y, between two labels at least
				zero, one := []float64{0}, []float64{0}
				s.objective.Derivative(zero, r.z, r.p, []float64{0})
				s.objective.Derivative(one, r.z, r.p, []float64{1})
				delta[0] = (1-mean)*zero[0] + mean*one[0]
			})
		},
	},
	{
		Mistake{"classes-shifted", "the classes are shifted by one, counted from 1 where the outputs count from 0", output},
		func(s *search) []fault {
			if !s.objective.OneHot(s.outputs()) {
				return nil
			}
			k := s.outputs()
			shifted := func(by int) func(int, []float64) {
				return func(i int, y []float64) {
					for j := range y {
						y[(j+by)%k] = s.target(i)[j]
					}
				}
			}
			return slices.Concat(
				s.atOutput("each is taken for the one after it, the last for the first", s.withTargets(shifted(1))),
				s.atOutput("each is taken for the one before it, the first for the last", s.withTargets(shifted(k-1))),
			)
		},
	},
	{
		Mistake{"class-number-as-value", "the number of the class is subtracted from every output, p - 2, where it says which of them to subtract 1 from", output},
		func(s *search) []fault {
			return s.ofSoftmax(func(delta []float64, r row) {
				class := float64(slices.Index(r.y, 1))
				for j, p := range r.p {
					delta[j] = p - class
				}
			})
		},
	},
	{
		Mistake{"output-sigmoid-missing", "the output's δ is z - y; the sigmoid, or whatever the output's activation is, is missing", output},
		func(s *search) []fault {
			factor := 1.0
			switch s.objective.Loss {
			case handcoded.Hinge:
				return nil // which has none
			case handcoded.SquaredError:
				factor = 2
			}
			return s.atOutput("", func(delta []float64, r row) {
				for j, z := range r.z {
					delta[j] = factor * (z - r.y[j])
				}
			})
		},
	},
	{
		Mistake{"hard-decision", "the output's δ compares y with the class, 0 or 1, instead of p", output},
		func(s *search) []fault {
			if !s.sigmoid() && s.objective.Loss != handcoded.Softmax {
				return nil
			}
			return s.atOutput("", func(delta []float64, r row) {
				best := floats.MaxIdx(r.z)
				for j, z := range r.z {
					delta[j] = -r.y[j]
					if s.labelled() && z >= 0 || !s.labelled() && j == best {
						delta[j]++
					}
				}
			})
		},
	},
	{
		Mistake{"margin-missing", "the hinge is that of the perceptron: the margin of 1 is missing", output},
		func(s *search) []fault {
			if s.objective.Loss != handcoded.Hinge {
				return nil
			}
			return s.atOutput("", func(delta []float64, r row) {
				z := slices.Clone(r.z) // with the margin made up for
				if s.labelled() {
					z[0] += 2*r.y[0] - 1
				} else {
					z[slices.Index(r.y, 1)]++
				}
				s.objective.Derivative(delta, z, z, r.y)
			})
		},
	},
	{
		Mistake{"hidden-derivative-at-output", "the output's δ is multiplied by the derivative of the hidden activation", output},
		func(s *search) []fault {
			if s.layers == 1 {
				return nil
			}
			return s.atOutput("", func(delta []float64, r row) {
				s.lossSlope(delta, r)
				for j, z := range r.z {
					delta[j] *= s.activation.Derivative(z)
				}
			})
		},
	},
}

// row is what the output layer has of one row of the batch: its pre-activations, what it makes of them, and the targets.
type row struct {
	number  int
	z, p, y []float64
}

// slope sets delta to the derivative of a row's loss by its z, not yet divided as the reduction says.
type slope func(delta []float64, r row)

// lossSlope is the loss's own slope.
func (f *forward) lossSlope(delta []float64, r row) { f.objective.Derivative(delta, r.z, r.p, r.y) }

// outputDelta returns the slope at every row, divided as the reduction says, rows × outputs.
func (f *forward) outputDelta(of slope) *mat.Dense {
	delta := mat.NewDense(f.rows, f.outputs(), nil)
	for i := range f.rows {
		of(delta.RawRowView(i), row{i, f.z[f.layers].RawRowView(i), f.a[f.layers].RawRowView(i), f.target(i)})
	}
	divisor := f.objective.Reduction.Divisor(f.rows, f.outputs())
	return mapped(func(v float64) float64 { return v / divisor }, delta)
}

// atOutput returns the fault that takes another slope of the loss.
func (s *search) atOutput(detail string, of slope) []fault {
	return s.placed([]int{s.layers}, detail, rules{
		delta: func(p *pass, _ int, _ *mat.Dense) *mat.Dense { return p.outputDelta(of) },
	})
}

// ofSoftmax is atOutput where the output is a softmax.
func (s *search) ofSoftmax(of slope) []fault {
	if s.objective.Loss != handcoded.Softmax {
		return nil
	}
	return s.atOutput("", of)
}

// throughOutput returns the faults that take a slope for one by p, and go through the output's activation.
func (s *search) throughOutput(of slope) []fault {
	if s.objective.Loss != handcoded.Softmax {
		return s.atOutput("", func(delta []float64, r row) {
			of(delta, r)
			for j, z := range r.z {
				delta[j] *= s.outputSlope(z)
			}
		})
	}
	return slices.Concat(
		s.atOutput("through softmax's Jacobian", func(delta []float64, r row) {
			of(delta, r)
			mean := floats.Dot(delta, r.p)
			for j, p := range r.p {
				delta[j] = p * (delta[j] - mean)
			}
		}),
		s.atOutput("times p(1 - p)", func(delta []float64, r row) {
			of(delta, r)
			for j, p := range r.p {
				delta[j] *= p * (1 - p)
			}
		}),
	)
}

// difference is k (p - y).
func difference(k float64) slope {
	return func(delta []float64, r row) {
		floats.SubTo(delta, r.p, r.y)
		floats.Scale(k, delta)
	}
}

// withTargets is the loss's own slope at targets that change has changed.
func (s *search) withTargets(change func(row int, y []float64)) slope {
	y := make([]float64, s.outputs())
	return func(delta []float64, r row) {
		copy(y, r.y)
		change(r.number, y)
		r.y = y
		s.lossSlope(delta, r)
	}
}

// withoutEpsilon is the exact loss.
func (f *forward) withoutEpsilon() handcoded.Loss {
	if f.objective.Loss == handcoded.Softmax {
		return handcoded.Softmax
	}
	return handcoded.Logits
}

// withEpsilon is the slope of a cross-entropy with ln(p+ε).
func (s *search) withEpsilon(epsilon float64) slope {
	if s.objective.Loss == handcoded.Softmax {
		return func(delta []float64, r row) {
			p := floats.Dot(r.p, r.y)
			s.lossSlope(delta, r)
			floats.Scale(p/(p+epsilon), delta)
		}
	}
	return func(delta []float64, r row) {
		for j, z := range r.z {
			p, q := handcoded.Sigmoid(z), handcoded.Sigmoid(-z)
			delta[j] = p * q * ((1-r.y[j])/(q+epsilon) - r.y[j]/(p+epsilon))
		}
	}
}

// sigmoid tells whether the loss is a cross-entropy at sigmoid units.
func (f *forward) sigmoid() bool {
	return f.objective.Loss == handcoded.Logits || f.objective.Loss == handcoded.Article
}

// squared tells whether the loss is a squared error.
func (f *forward) squared() bool {
	return f.objective.Loss == handcoded.SquaredError || f.objective.Loss == handcoded.HalfSquaredError
}

// labelled tells whether every target is a label of its own, 0 or 1.
func (f *forward) labelled() bool { return !f.squared() && !f.objective.OneHot(f.outputs()) }

// outputSlope is the derivative of the output's activation, other than a softmax, at z.
func (f *forward) outputSlope(z float64) float64 {
	switch {
	case f.sigmoid():
		return handcoded.Sigmoid(z) * handcoded.Sigmoid(-z)
	case f.objective.Output.Derivative != nil:
		return f.objective.Output.Derivative(z)
	}
	return 1
}

// softmax sets p to e^z / Σ e^z.
func softmax(p, z []float64) {
	largest := floats.Max(z)
	for j, v := range z {
		p[j] = math.Exp(v - largest)
	}
	floats.Scale(1/floats.Sum(p), p)
}
