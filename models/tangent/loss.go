package tangent

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"actscope/graph"
)

// objective is a network's loss as a function of the output layer's pre-activations.
type objective struct {
	loss      graph.Loss
	output    graph.Activation
	reduction graph.Reduction
	outputs   int
}

func objectiveOf(a graph.Architecture) objective {
	return objective{a.Loss, a.Layers[len(a.Layers)-1].Activation, a.Reduction, a.Outputs()}
}

// divisor is what the terms of so many rows are divided by.
func (o objective) divisor(rows int) float64 { return float64(o.reduction.Divisor(rows, o.outputs)) }

// Residual is the derivative of each row's terms by its pre-activations z given the targets y, both
// rows × outputs: p - y of a cross-entropy, 2 (z - y) of a squared error.
func Residual(a graph.Architecture, z, y []float64) []float64 {
	o, r := objectiveOf(a), make([]float64, len(z))
	for from := 0; from < len(z); from += o.outputs {
		o.residual(r[from:from+o.outputs], z[from:from+o.outputs], y[from:from+o.outputs])
	}
	return r
}

// articleEpsilon is what the article adds inside its logarithms.
const articleEpsilon = 1e-9

// residual fills r for one row.
func (o objective) residual(r, z, y []float64) {
	switch o.loss.Name {
	case graph.Logits.Name:
		for j := range z {
			r[j] = sigmoid(z[j]) - y[j]
		}
	case graph.ArticleLoss.Name:
		p, q := sigmoid(z[0]), sigmoid(-z[0])
		r[0] = -y[0]*p*q/(p+articleEpsilon) + (1-y[0])*p*q/(q+articleEpsilon)
	case graph.Softmax.Name:
		floats.SubTo(r, softmax(r, z), y)
	case graph.Hinge.Name:
		o.hingeResidual(r, z, y)
	default:
		factor := 2.0
		if o.loss.Name == graph.HalfSquaredError.Name {
			factor = 1
		}
		for j := range z {
			r[j] = factor * (o.output.Value(z[j]) - y[j]) * o.output.Derivative(z[j])
		}
	}
}

func (o objective) hingeResidual(r, z, y []float64) {
	if len(z) == 1 {
		sign := 2*y[0] - 1
		if r[0] = 0; 1-sign*z[0] > 0 {
			r[0] = -sign
		}
		return
	}
	clear(r)
	class := floats.MaxIdx(y)
	for j := range z {
		if j != class && z[j]-z[class]+1 > 0 {
			r[j]++
			r[class]--
		}
	}
}

// reported is the loss that training reports of some rows: the article's formula of one sigmoid
// unit, else the terms, divided.
func (o objective) reported(z, y, weights []float64) float64 {
	sum, rows := 0.0, len(z)/o.outputs
	for row := range rows {
		w := 1.0
		if weights != nil {
			w = weights[row]
		}
		sum += w * o.term(z[row*o.outputs:(row+1)*o.outputs], y[row*o.outputs:(row+1)*o.outputs])
	}
	if o.articles() {
		return sum / float64(rows)
	}
	return sum / o.divisor(rows)
}

func (o objective) articles() bool { return o.loss.Output.Name == graph.Sigmoid.Name && o.outputs == 1 }

// term is one row's.
func (o objective) term(z, y []float64) float64 {
	sum := 0.0
	switch {
	case o.articles():
		p := sigmoid(z[0])
		return -(y[0]*math.Log(p+articleEpsilon) + (1-y[0])*math.Log(1-p+articleEpsilon))
	case o.loss.Name == graph.Logits.Name:
		for j := range z {
			sum += softplus((1 - 2*y[j]) * z[j])
		}
	case o.loss.Name == graph.Softmax.Name:
		return floats.LogSumExp(z) - floats.Dot(z, y)
	case o.loss.Name == graph.Hinge.Name:
		o.loss.Margins(z, y, func(margin float64) { sum += max(margin, 0) })
	default:
		for j := range z {
			d := o.output.Value(z[j]) - y[j]
			sum += d * d
		}
		if o.loss.Name == graph.HalfSquaredError.Name {
			sum /= 2
		}
	}
	return sum
}

// curvature is that of the terms by a pre-activation: of a cross-entropy where all outputs are as
// likely as each other. A reason stands where it is no number.
func (o objective) curvature() (c float64, reason string) {
	switch {
	case o.loss.Name == graph.Logits.Name, o.loss.Name == graph.ArticleLoss.Name:
		return 0.25, ""
	case o.loss.Name == graph.Softmax.Name:
		return 1 / float64(o.outputs), ""
	case o.loss.Name == graph.Hinge.Name:
		return math.NaN(), "a hinge has no curvature"
	case o.output.Name != graph.Identity.Name:
		return math.NaN(), fmt.Sprintf("the curvature of a squared error behind %s differs from row to row", o.output.Name)
	case o.loss.Name == graph.HalfSquaredError.Name:
		return 1, ""
	}
	return 2, ""
}

func sigmoid(z float64) float64 {
	if z < 0 {
		e := math.Exp(z)
		return e / (1 + e)
	}
	return 1 / (1 + math.Exp(-z))
}

// softplus is ln(1 + e^z).
func softplus(z float64) float64 { return max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) }

// softmax fills p, which it gives back.
func softmax(p, z []float64) []float64 {
	top := floats.Max(z)
	for j, v := range z {
		p[j] = math.Exp(v - top)
	}
	floats.Scale(1/floats.Sum(p), p)
	return p
}
