package handcoded_test

import (
	"math"

	"actscope/models/handcoded"
)

// The activations of the tests, by name.
var activations = map[string]handcoded.Activation{
	"sigmoid": {
		Value:      handcoded.Sigmoid,
		Derivative: func(z float64) float64 { return handcoded.Sigmoid(z) * handcoded.Sigmoid(-z) },
	},
	"relu": {
		Value: func(z float64) float64 { return max(z, 0) },
		Derivative: func(z float64) float64 {
			if z > 0 {
				return 1
			}
			return 0
		},
	},
	"tanh": {
		Value:      math.Tanh,
		Derivative: func(z float64) float64 { return 1 - math.Tanh(z)*math.Tanh(z) },
	},
	"sine": { // neither monotone nor one that any other package knows
		Value:      math.Sin,
		Derivative: math.Cos,
	},
}
