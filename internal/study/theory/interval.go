package theory

import (
	"actscope/internal/study/geometry"
	"actscope/internal/study/sweep/stats"
)

// Number is a number that JSON writes as null where it is infinite or not defined.
type Number = geometry.Number

// Interval is a mean over repetitions with its 95 % interval by Student's t, whose
// bounds are null for a single repetition.
type Interval struct {
	Mean Number `json:"mean"`
	Low  Number `json:"low"`
	High Number `json:"high"`
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
		all = append(all, Interval{Number(s.Mean), Number(s.Low), Number(s.High)})
	}
	return all
}

// column takes one quantity of every layer.
func column(layers []Layer, of func(Layer) Integral) []Number {
	var values []Number
	for _, l := range layers {
		values = append(values, Number(of(l).Value))
	}
	return values
}
