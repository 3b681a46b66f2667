package models_test

import (
	"context"
	"fmt"
	"log"

	"actscope/data"
	"actscope/graph"
	"actscope/models"
)

// A network of one's own: train it on two moons and watch, through a hook, how
// far its second layer spreads the test points.
func Example() {
	stream := data.NewRandomState(42)
	set, err := data.Moons(data.MoonsConfig{Samples: 400, Noise: 0.18, Seed: 42})
	if err != nil {
		log.Fatal(err)
	}
	train, test, _ := data.Split(set, data.SplitConfig{TestFraction: 0.25, Seed: 42})
	net, _ := models.NewMLP(models.MLP{Inputs: 2, Hidden: []int{16, 16, 16}, Activation: graph.Tanh}, stream)
	if _, err := models.Train(context.Background(), net, train, models.Training{Rate: 0.3, Batch: 64, Epochs: 400, Shuffle: stream}); err != nil {
		log.Fatal(err)
	}
	net.Hook(2, graph.PostActivation, func(a graph.Capture) error {
		fmt.Printf("%v: %d test rows, %d units; the first is %.3f\n", a.Point, a.Rows, a.Units, a.At(0, 0))
		return nil
	})
	accuracy, _ := net.Accuracy(test)
	fmt.Printf("test accuracy %.2f\n", accuracy)
	// Output:
	// a2: 100 test rows, 16 units; the first is 0.588
	// test accuracy 0.98
}
