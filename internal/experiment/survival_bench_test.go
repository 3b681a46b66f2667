package experiment

import (
	"testing"

	"actscope/internal/config"
)

// BenchmarkMeasureSurvival is all that compare measures of one of the article's networks
// about noise and few bits: the aim is 50 ms.
func BenchmarkMeasureSurvival(b *testing.B) {
	for _, activation := range []string{"sigmoid", "relu", "tanh"} {
		b.Run(activation, func(b *testing.B) {
			c := config.Article()
			c.Activations = []string{activation}
			specifications, err := c.Specifications()
			if err != nil {
				b.Fatal(err)
			}
			training, err := NewTrainer().Prepare(b.Context(), specifications[0])
			if err != nil {
				b.Fatal(err)
			}
			if _, err := training.Run(b.Context()); err != nil {
				b.Fatal(err)
			}
			m, err := Measure(b.Context(), training.Network, training.Data, WholeGeometry)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := MeasureSurvival(b.Context(), training.Network, training.Data, m); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
