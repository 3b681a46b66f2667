package foreign_test

import (
	"context"
	"fmt"
	"log"

	"actscope/data"
	"actscope/graph"
	"actscope/models/foreign"
	"actscope/models/geometry"
)

// A network that PyTorch trained on two moons, saved with safetensors.torch.save_file: its
// state_dict has no activations, which options name. Then it predicts, has hooks and is measured
// as our own.
func Example() {
	net, understood, err := foreign.Read("testdata/moons_relu.safetensors", foreign.Options{Activation: "relu", Final: foreign.Sigmoid})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(understood.Format, "of", net)

	p, err := net.Predict([]float64{0.6, 0.3, 0.5, 0.2})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("p of the second moon: %.3f and %.3f\n", p[0], p[1])

	set, err := data.Moons(data.MoonsConfig{Samples: 300, Noise: 0.18, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	hook, err := net.Hook(1, graph.PostActivation, func(a graph.Capture) error {
		silent := 0
		for u := range a.Units {
			sum := 0.0
			for row := range a.Rows {
				sum += a.At(row, u)
			}
			if sum == 0 {
				silent++
			}
		}
		fmt.Printf("%v: %d of %d units are silent on all %d points\n", a.Point, silent, a.Units, a.Rows)
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	accuracy, err := net.Accuracy(set)
	if err != nil {
		log.Fatal(err)
	}
	hook.Remove()
	fmt.Printf("accuracy %.2f\n", accuracy)

	ctx := context.Background()
	train, err := geometry.Observe(ctx, net, set.First(150))
	if err != nil {
		log.Fatal(err)
	}
	test, err := geometry.Observe(ctx, net, set.From(150))
	if err != nil {
		log.Fatal(err)
	}
	m, err := geometry.Measure(ctx, net, train, test)
	if err != nil {
		log.Fatal(err)
	}
	for _, l := range m.Layers {
		fmt.Printf("%-7s probe accuracy %.2f, effective rank %.2f\n", l.Name, l.ProbeAccuracy, l.EffectiveRank)
	}
	// Output:
	// safetensors of 2 → 2 × (16 relu) → 1 sigmoid, loss logits
	// p of the second moon: 0.049 and 0.949
	// a1: 4 of 16 units are silent on all 300 points
	// accuracy 0.97
	// input   probe accuracy 0.85, effective rank 1.86
	// layer 1 probe accuracy 0.95, effective rank 4.17
	// layer 2 probe accuracy 0.99, effective rank 3.50
	// output  probe accuracy 0.97, effective rank 1.00
}
