package theory

import (
	"actscope/internal/number"
	"actscope/internal/stats"
)

// Interval is a mean over repetitions with its 95 % interval by Student's t, whose
// bounds are null for a single repetition.
type Interval struct {
	Mean number.Float `json:"mean"`
	Low  number.Float `json:"low"`
	High number.Float `json:"high"`
}

// intervals are those of each layer.
func intervals(byRepetition [][]float64) []Interval {
	var all []Interval
	for layer := range byRepetition[0] {
		var values []float64
		for _, repetition := range byRepetition {
			values = append(values, repetition[layer])
		}
		s := stats.Summarise(values)
		all = append(all, Interval{number.Float(s.Mean), number.Float(s.Low), number.Float(s.High)})
	}
	return all
}

// column takes one quantity of every layer.
func column(layers []Layer, of func(Layer) Integral) []number.Float {
	var values []number.Float
	for _, l := range layers {
		values = append(values, number.Float(of(l).Value))
	}
	return values
}
