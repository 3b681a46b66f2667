package handcoded_test

import (
	"math"

	"gonum.org/v1/gonum/diff/fd"
)

// derivative returns f'(x) by central differences that Richardson extrapolation refines while the step halves: of all
// extrapolations the one that differs least from its neighbours in the table (Ridders 1982; Numerical Recipes 5.7).
func derivative(f func(float64) float64, x float64) float64 {
	value, uncertainty := 0.0, math.Inf(1)
	var previous []float64
	for step, level := 0.02, 0; level < 12; step, level = step/2, level+1 {
		row := []float64{fd.Derivative(f, x, &fd.Settings{Formula: fd.Central, Step: step})}
		for k, weight := 0, 4.0; k < len(previous); k, weight = k+1, weight*4 {
			refined := row[k] + (row[k]-previous[k])/(weight-1)
			row = append(row, refined)
			e := max(math.Abs(refined-row[k]), math.Abs(refined-previous[k]))
			if e < uncertainty {
				value, uncertainty = refined, e
			}
		}
		previous = row
	}
	return value
}
