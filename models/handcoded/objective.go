package handcoded

import (
	"fmt"
	"math"
)

// Objective is what is differentiated: terms of a loss, added up over rows and outputs and divided, and a penalty.
type Objective struct {
	Loss Loss
	// Output is what the output layer applies under squared errors, nothing if its functions are nil. The other losses
	// have their own: sigmoid, softmax, and nothing for the hinge.
	Output Activation
	// Reduction says what the sum is divided by; "" stands for Mean.
	Reduction Reduction
	// L2 adds L2/2 Σ W² of all weights.
	L2 float64
}

// Reduction names what the sum of a loss's terms over n rows of k outputs is divided by.
type Reduction string

// The reductions.
const (
	Mean     Reduction = "mean"      // n
	Sum      Reduction = "sum"       // 1
	MeanAll  Reduction = "mean-all"  // n k
	HalfSum  Reduction = "half-sum"  // 2
	HalfMean Reduction = "half-mean" // 2 n
)

// Divisor is what the sum over so many rows of outputs is divided by; 0 for an unknown reduction.
func (r Reduction) Divisor(rows, outputs int) float64 {
	n := float64(rows)
	switch r {
	case Mean, "":
		return n
	case Sum:
		return 1
	case MeanAll:
		return n * float64(outputs)
	case HalfSum:
		return 2
	case HalfMean:
		return 2 * n
	}
	return 0
}

// check reports what cannot be differentiated at so many outputs.
func (o Objective) check(outputs int) error {
	if err := o.Loss.check(); err != nil {
		return err
	}
	squared := o.Loss == SquaredError || o.Loss == HalfSquaredError
	switch {
	case o.Loss == Article && outputs != 1:
		return fmt.Errorf("handcoded: the output layer has %d units, want 1", outputs)
	case o.Loss == Softmax && outputs < 2:
		return fmt.Errorf("handcoded: the output layer has %d units, want one for each of two or more classes", outputs)
	case !squared && (o.Output.Value != nil || o.Output.Derivative != nil):
		return fmt.Errorf("handcoded: loss %q has an output of its own: give none", string(o.Loss))
	case (o.Output.Value == nil) != (o.Output.Derivative == nil):
		return fmt.Errorf("handcoded: the output needs an activation with value and derivative, or none")
	case o.Reduction.Divisor(1, 1) == 0:
		return fmt.Errorf("handcoded: unknown reduction %q", string(o.Reduction))
	case !(o.L2 >= 0) || math.IsInf(o.L2, 0):
		return fmt.Errorf("handcoded: L2 penalty %g, want a number from 0", o.L2)
	}
	return nil
}

// OneHot tells whether rows of targets name one class each.
func (o Objective) OneHot(outputs int) bool {
	return o.Loss == Softmax || o.Loss == Hinge && outputs > 1
}

// activate sets p to what the output layer hands on of a row z.
func (o Objective) activate(p, z []float64) {
	switch {
	case o.Loss == Logits, o.Loss == Article:
		for j, v := range z {
			p[j] = Sigmoid(v)
		}
	case o.Loss == Softmax:
		largest, total := logSum(z)
		for j, v := range z {
			p[j] = math.Exp(v - largest - total)
		}
	case o.Output.Value != nil:
		for j, v := range z {
			p[j] = o.Output.Value(v)
		}
	default:
		copy(p, z)
	}
}

// term is the loss of a row, given its pre-activations z, what the output layer makes of them, p, and its targets y.
func (o Objective) term(z, p, y []float64) float64 {
	sum := 0.0
	switch {
	case o.Loss == Softmax: // -ln p of the class
		largest, total := logSum(z)
		for j, v := range z {
			sum += y[j] * (largest - v + total)
		}
	case o.Loss == Hinge && len(z) == 1:
		return math.Max(0, 1-(2*y[0]-1)*z[0])
	case o.Loss == Hinge:
		class := classOf(y)
		for j, v := range z {
			if j != class {
				sum += math.Max(0, v-z[class]+1)
			}
		}
	case o.Loss == SquaredError, o.Loss == HalfSquaredError:
		for j, v := range p {
			sum += (v - y[j]) * (v - y[j])
		}
		if o.Loss == HalfSquaredError {
			return sum / 2
		}
	default:
		for j, v := range z {
			sum += o.Loss.Value(v, y[j])
		}
	}
	return sum
}

// Derivative sets delta to the derivative of a row's term by its pre-activations z, not yet divided as the Reduction says,
// given what the output layer makes of them, p, and the row's targets y. All have an entry for each output.
func (o Objective) Derivative(delta, z, p, y []float64) {
	switch {
	case o.Loss == Softmax:
		for j := range z {
			delta[j] = p[j] - y[j]
		}
	case o.Loss == Hinge && len(z) == 1:
		delta[0] = 0
		if sign := 2*y[0] - 1; 1-sign*z[0] > 0 {
			delta[0] = -sign
		}
	case o.Loss == Hinge:
		class := classOf(y)
		clear(delta)
		for j, v := range z {
			if j != class && v-z[class]+1 > 0 {
				delta[j]++
				delta[class]--
			}
		}
	case o.Loss == SquaredError, o.Loss == HalfSquaredError:
		factor := 2.0
		if o.Loss == HalfSquaredError {
			factor = 1
		}
		for j, v := range z {
			delta[j] = factor * (p[j] - y[j])
			if o.Output.Derivative != nil {
				delta[j] *= o.Output.Derivative(v)
			}
		}
	default:
		for j, v := range z {
			delta[j] = o.Loss.Derivative(v, y[j])
		}
	}
}

// logSum is the largest entry of a row and ln Σ e^(z_j - largest), at least 0: nothing overflows.
func logSum(z []float64) (largest, total float64) {
	largest = math.Inf(-1)
	for _, v := range z {
		largest = math.Max(largest, v)
	}
	for _, v := range z {
		total += math.Exp(v - largest)
	}
	return largest, math.Log(total)
}

// classOf is the column of the 1 in a one-hot row.
func classOf(y []float64) int {
	for j, v := range y {
		if v == 1 {
			return j
		}
	}
	return 0
}
