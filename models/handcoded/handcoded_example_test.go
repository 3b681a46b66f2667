package handcoded_test

import (
	"fmt"
	"log"
	"math"

	"actscope/models/handcoded"
)

// A net of one hidden tanh layer learns exclusive or.
func Example() {
	x := []float64{0, 0, 0, 1, 1, 0, 1, 1}
	y := []float64{0, 1, 1, 0}
	net, err := handcoded.New([]handcoded.Layer{
		{In: 2, Out: 2, W: []float64{1, -1, 1, -1}, B: []float64{0, 1}},
		{In: 2, Out: 1, W: []float64{1, 1}, B: []float64{0}},
	}, handcoded.Activation{
		Value:      math.Tanh,
		Derivative: func(z float64) float64 { return 1 - math.Tanh(z)*math.Tanh(z) },
	}, handcoded.Logits)
	if err != nil {
		log.Fatal(err)
	}
	pass, err := net.NewPass(len(y))
	if err != nil {
		log.Fatal(err)
	}
	for range 1000 {
		if err := pass.Step(x, y, 0.5); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Printf("p = %.1f\n", pass.A[2])
	// Output:
	// p = [0.0 1.0 1.0 0.0]
}
