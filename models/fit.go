package models

import (
	"fmt"
	"math"

	"actscope/data"
)

// Fit says how close predicted numbers come to targets. Of several outputs each number is the
// mean of theirs, as in scikit-learn.
type Fit struct {
	// R2 is the share of the targets' variance that is explained, 1 - Σ(y-p)²/Σ(y-mean y)²; NaN
	// where a target is constant.
	R2 float64
	// RMSE is the root of the mean squared error, MAE the mean absolute error, both in the
	// targets' units.
	RMSE, MAE float64
}

// Fit compares the network's outputs with the targets of a set, rows × outputs.
func (net *Network) Fit(set data.Set) (Fit, error) {
	predicted, err := net.Predict(set.X)
	if err != nil {
		return Fit{}, err
	}
	return FitOf(predicted, set.Y, net.Outputs())
}

// FitOf compares predicted numbers with targets, both rows × outputs.
func FitOf(predicted, targets []float64, outputs int) (Fit, error) {
	if outputs < 1 || len(targets) == 0 || len(predicted) != len(targets) || len(targets)%outputs != 0 {
		return Fit{}, fmt.Errorf("models: %d predictions and %d targets are not the same rows of %d outputs", len(predicted), len(targets), outputs)
	}
	var fit Fit
	rows := float64(len(targets) / outputs)
	for output := range outputs {
		mean, variation, squares, absolute := 0.0, 0.0, 0.0, 0.0
		for i := output; i < len(targets); i += outputs {
			mean += targets[i] / rows
		}
		for i := output; i < len(targets); i += outputs {
			deviation, miss := targets[i]-mean, targets[i]-predicted[i]
			variation += deviation * deviation
			squares += miss * miss
			absolute += math.Abs(miss)
		}
		if constant(targets[output:], outputs) {
			variation = math.NaN()
		}
		share := 1 / float64(outputs)
		fit.R2 += share * (1 - squares/variation)
		fit.RMSE += share * math.Sqrt(squares/rows)
		fit.MAE += share * absolute / rows
	}
	return fit, nil
}

// constant says that all values, that far apart, are equal.
func constant(values []float64, apart int) bool {
	for i := apart; i < len(values); i += apart {
		if values[i] != values[0] {
			return false
		}
	}
	return true
}
