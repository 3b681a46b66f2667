package models

import (
	"fmt"
	"math"

	"actscope/data"
)

// BalancedWeights are weights with which classes count alike however many rows they have:
// rows/(k rows of the class), k being the number of classes that the set has rows of. It is
// scikit-learn's class_weight="balanced"; over all rows the weights' mean is 1. A class without
// rows gets 0. A set whose targets are no classes is an error.
func BalancedWeights(set data.Set) ([]float64, error) {
	if err := set.Validate(); err != nil {
		return nil, err
	}
	k := set.Targets.Classes()
	if k == 0 {
		return nil, fmt.Errorf("models: the targets are %v: weights are those of classes", set.Targets.Task)
	}
	weights, present := make([]float64, k), 0
	for _, class := range set.Y {
		if weights[int(class)] == 0 {
			present++
		}
		weights[int(class)]++
	}
	for class, rows := range weights {
		if rows > 0 {
			weights[class] = float64(set.Rows()) / (float64(present) * rows)
		}
	}
	return weights, nil
}

// rowWeights are the weights of a set's rows, nil without weights of classes.
func rowWeights(ofClass []float64, set data.Set) ([]float64, error) {
	if ofClass == nil {
		return nil, nil
	}
	if k := set.Targets.Classes(); len(ofClass) != k {
		return nil, fmt.Errorf("models: %d class weights for a set of %d classes", len(ofClass), k)
	}
	for class, w := range ofClass {
		if !(w >= 0) || math.IsInf(w, 0) {
			return nil, fmt.Errorf("models: class %d has the weight %v: it must be a number from 0", class, w)
		}
	}
	if err := set.Validate(); err != nil {
		return nil, err
	}
	weights := make([]float64, set.Rows())
	for row, class := range set.Y {
		weights[row] = ofClass[int(class)]
	}
	return weights, nil
}
