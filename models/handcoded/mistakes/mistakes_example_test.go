package mistakes_test

import (
	"context"
	"fmt"
	"log"
	"math"

	"actscope/models/handcoded"
	"actscope/models/handcoded/mistakes"
)

// Somebody's gradients of a net with one hidden tanh layer: the derivative 1 - a² has been forgotten.
func ExampleDiagnose() {
	problem := mistakes.Problem{
		X: []float64{0.5, -1, 1.5, 0.25},
		Y: []float64{1, 0},
		Layers: []handcoded.Layer{
			{In: 2, Out: 2, W: []float64{0.3, -0.8, 0.6, 0.1}, B: []float64{0, 0}},
			{In: 2, Out: 1, W: []float64{1, -0.5}, B: []float64{0}},
		},
		Activation: handcoded.Activation{
			Value:      math.Tanh,
			Derivative: func(z float64) float64 { return 1 - math.Tanh(z)*math.Tanh(z) },
		},
		Objective: handcoded.Objective{Loss: handcoded.Logits},
		Tolerance: mistakes.Tolerance{Relative: 1e-6, Absolute: 1e-9},
	}

	tanh := math.Tanh
	a := [][]float64{{tanh(0.15 - 0.6), tanh(-0.4 - 0.1)}, {tanh(0.45 + 0.15), tanh(-1.2 + 0.025)}}
	var yours [2]mistakes.Gradient
	yours[0] = mistakes.Gradient{W: make([]float64, 4), B: make([]float64, 2)}
	yours[1] = mistakes.Gradient{W: make([]float64, 2), B: make([]float64, 1)}
	for row, y := range problem.Y {
		p := 1 / (1 + math.Exp(-(a[row][0] - 0.5*a[row][1])))
		delta := (p - y) / 2
		yours[1].B[0] += delta
		for j, w := range problem.Layers[1].W {
			yours[1].W[j] += delta * a[row][j]
			yours[0].B[j] += delta * w // here
			for i := range 2 {
				yours[0].W[2*i+j] += delta * w * problem.X[2*row+i]
			}
		}
	}

	diagnosis, err := mistakes.Diagnose(context.Background(), problem, yours[:])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("last right layer:", diagnosis.LastRightLayer)
	for _, e := range diagnosis.Explanations {
		fmt.Println(e.Sentence)
	}
	// Output:
	// last right layer: 2
	// grad_W1 and grad_b1 are what this gives, to 1e-15: the activation's derivative is missing, in layer 1
}
