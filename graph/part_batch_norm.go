package graph

import (
	"fmt"
	"math"
	"strconv"

	"gorgonia.org/gorgonia"
)

func init() {
	registerPart(PartKind{
		Name: "batch-norm", Form: "batch-norm[:EPSILON]", Usage: "normalise each unit over the mini-batch, before the activation",
		Examples: []string{"batch-norm", "batch-norm:0.001"},
		parse: func(argument string) (Part, error) {
			epsilon, err := epsilonOf(argument)
			return BatchNorm{Epsilon: epsilon}, err
		},
	})
	registerPart(PartKind{
		Name: "batch-norm-after", Form: "batch-norm-after[:EPSILON]", Usage: "the same behind the activation",
		Examples: []string{"batch-norm-after"},
		parse: func(argument string) (Part, error) {
			epsilon, err := epsilonOf(argument)
			return BatchNorm{Epsilon: epsilon, After: true}, err
		},
	})
}

// BatchNorm normalises each unit's a W + b over the rows of the mini-batch, then
// scales and shifts it: gain (x - mean)/√(variance + 1e-5) + shift (Ioffe & Szegedy
// 2015), where 1e-5 may be another Epsilon. Training normalises with the batch's own mean and biased variance (divided
// by its rows) and is differentiated through both; evaluation takes running ones,
// which each step moves a tenth of the way to the batch's, its variance unbiased
// (divided by rows - 1). A mini-batch of one row has no variance: its units all
// become the shift, and the running statistics stay as they are.
type BatchNorm struct {
	// Epsilon stands beside the variance; 0 stands for 1e-5.
	Epsilon float64
	// After says that the layer's activation comes first.
	After bool
}

const (
	normEpsilon  = 1e-5 // beside the variance, lest it be 0
	runningShare = 0.1  // of a batch in the running statistics
)

// Name is "batch-norm" or such as "batch-norm-after:0.001".
func (n BatchNorm) Name() string { return normName("batch-norm", n.After, n.Epsilon) }

// normName is the name of a normalisation.
func normName(kind string, after bool, epsilon float64) string {
	if after {
		kind += "-after"
	}
	if epsilon == 0 || epsilon == normEpsilon {
		return kind
	}
	return kind + ":" + strconv.FormatFloat(epsilon, 'g', -1, 64)
}

// epsilonOf reads the argument of a normalisation, 0 for none.
func epsilonOf(argument string) (float64, error) {
	if argument == "" {
		return 0, nil
	}
	epsilon, err := strconv.ParseFloat(argument, 64)
	if err != nil || !(epsilon > 0 && epsilon <= 1) {
		return 0, fmt.Errorf("%q is not what stands beside a variance: write it like 0.001, above 0 and at most 1", argument)
	}
	return epsilon, nil
}

// beside is what stands beside the variance.
func beside(epsilon float64) *gorgonia.Node {
	if epsilon == 0 {
		epsilon = normEpsilon
	}
	return Constant(epsilon)
}

// placeOf is where a normalisation sits.
func placeOf(after bool) Place {
	if after {
		return AfterActivation
	}
	return BeforeActivation
}

// Place is before the activation, or after it.
func (n BatchNorm) Place() Place { return placeOf(n.After) }

// Arrays are gain and shift, and the running mean and variance.
func (BatchNorm) Arrays() []Array {
	return []Array{
		{Name: "gain", Initial: 1}, {Name: "shift"},
		{Name: "mean", Statistic: true}, {Name: "variance", Initial: 1, Statistic: true},
	}
}

// Build normalises with the batch's statistics in training, with the running ones
// in evaluation.
func (n BatchNorm) Build(s *Site, in *gorgonia.Node) (*gorgonia.Node, error) {
	var e Expression
	repeat := s.Filled(s.Rows, 1, 1)
	var centred, variance *gorgonia.Node
	if s.Training {
		average := s.Filled(1, s.Rows, 1/float64(s.Rows))
		mean := e.MatMul(average, in)
		centred = e.Sub(in, e.MatMul(repeat, mean))
		variance = e.MatMul(average, e.Mul(centred, centred))
		s.Track("mean", mean, func(running, batch []float64) { follow(running, batch, 1, s.Rows) })
		s.Track("variance", variance, func(running, batch []float64) {
			follow(running, batch, float64(s.Rows)/float64(s.Rows-1), s.Rows)
		})
	} else {
		centred = e.Sub(in, e.MatMul(repeat, s.Statistic("mean")))
		variance = s.Statistic("variance")
	}
	scale := e.Mul(e.InverseRoot(e.Add(variance, beside(n.Epsilon))), s.Parameter("gain"))
	out := e.AddRow(e.Mul(centred, e.MatMul(repeat, scale)), s.Parameter("shift"))
	return out, e.Err
}

// follow moves running statistics towards those of a batch times a factor.
func follow(running, batch []float64, factor float64, rows int) {
	if rows == 1 {
		return
	}
	for i, v := range batch {
		running[i] = (1-runningShare)*running[i] + runningShare*factor*v
	}
}

// inverseRootOp is 1/√x.
var inverseRootOp = &elementwise{name: "inverse-root", at: func(x float64) float64 { return 1 / math.Sqrt(x) }}

func init() {
	inverseRootOp.slope = func(_, out *gorgonia.Node) (*gorgonia.Node, error) { // -x^(-3/2)/2
		var e Expression
		slope := e.Mul(Constant(-0.5), e.Mul(out, e.Mul(out, out)))
		return slope, e.Err
	}
}
