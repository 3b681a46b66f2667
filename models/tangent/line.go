package tangent

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"

	"actscope/data"
	"actscope/graph"
	"actscope/models"
)

// FitLine is the least loss, as training reports it of all rows, that outputs affine in the inputs
// can have: that of logistic regression without a penalty, where classes are to be told apart, found
// by BFGS to where the gradient is 1e-9. It is NaN for losses that are not smooth in the logits, and
// of outputs behind an activation that the loss does not invert, where the minimum is not unique.
func FitLine(ctx context.Context, net *models.Network, set data.Set) (float64, error) {
	a := net.Architecture()
	o := objectiveOf(a)
	if _, reason := o.curvature(); reason != "" {
		return math.NaN(), nil
	}
	y, err := net.TargetRows(set)
	if err != nil {
		return 0, err
	}
	rows, columns := len(set.X)/set.Columns, set.Columns+1
	x := mat.NewDense(rows, columns, nil)
	for i := range rows {
		copy(x.RawRowView(i), set.X[i*set.Columns:(i+1)*set.Columns])
		x.Set(i, set.Columns, 1)
	}
	logits := func(at []float64) *mat.Dense {
		var z mat.Dense
		z.Mul(x, mat.NewDense(columns, o.outputs, at))
		return &z
	}
	smooth := o
	if o.loss.Name == graph.ArticleLoss.Name {
		smooth.loss = graph.Logits
	}
	objective := func(at []float64) float64 {
		z := logits(at).RawMatrix().Data
		if !o.articles() {
			return smooth.reported(z, y, nil) * smooth.divisor(rows) / float64(rows)
		}
		sum := 0.0
		for i, v := range z { // without the article's 1e-9, which bends what is nearly certain
			sum += softplus((1 - 2*y[i]) * v)
		}
		return sum / float64(rows)
	}
	problem := optimize.Problem{
		Func: objective,
		Grad: func(gradient, at []float64) {
			z := logits(at)
			residual := mat.NewDense(rows, o.outputs, nil)
			for i := range rows {
				smooth.residual(residual.RawRowView(i), z.RawRowView(i), y[i*o.outputs:(i+1)*o.outputs])
			}
			mat.NewDense(columns, o.outputs, gradient).Mul(x.T(), residual)
			floats.Scale(1/float64(rows), gradient)
		},
		Status: func() (optimize.Status, error) { return optimize.NotTerminated, ctx.Err() },
	}
	settings := &optimize.Settings{GradientThreshold: 1e-9, MajorIterations: 1000, FuncEvaluations: 100_000}
	settings.Converger = &optimize.FunctionConverge{Absolute: 1e-13, Iterations: 20}
	at := make([]float64, columns*o.outputs)
	result, err := optimize.Minimize(problem, at, settings, &optimize.LBFGS{})
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	if result == nil {
		return 0, fmt.Errorf("tangent: the best affine function: %w", err)
	}
	return o.reported(logits(result.X).RawMatrix().Data, y, nil), nil
}
