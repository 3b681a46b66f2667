package models

import (
	"fmt"
	"slices"
	"testing"

	"actscope/data"
	"actscope/graph"
)

// What a training step of 64 rows costs by depth at width 64, per multiply-add of
// its matrix products (forward, weights' gradients, signals' gradients), ReLU, and
// what compiling the graph costs: go test -bench Depth -benchtime 0.15s -count 12,
// the fastest of each on a busy machine with two cores.
//
//	hidden layers   2      5      10     20     50     100
//	compile, ms     2.3    4.0    5.9    11.6   18.1   26.6
//	step, ms        0.198  0.763  1.66   3.65   8.97   17.1
//	ns/multiply-add 0.243  0.240  0.234  0.244  0.233  0.219
func BenchmarkDepth(b *testing.B) {
	const width, rows = 64, 64
	set, err := data.Moons(data.MoonsConfig{Samples: rows, Noise: 0.18, Seed: 42})
	if err != nil {
		b.Fatal(err)
	}
	for _, depth := range []int{2, 5, 10, 20, 50, 100} {
		stream := data.NewRandomState(42)
		net, err := NewMLP(MLP{Inputs: 2, Hidden: slices.Repeat([]int{width}, depth), Activation: graph.ReLU}, stream)
		if err != nil {
			b.Fatal(err)
		}
		training := Training{Rate: 1e-6, Batch: rows, Epochs: 1, Shuffle: stream}
		b.Run(fmt.Sprintf("compile/%d", depth), func(b *testing.B) {
			for b.Loop() {
				program, err := net.Program(rows, graph.Options{Purpose: graph.Training})
				if err != nil {
					b.Fatal(err)
				}
				program.Close()
			}
		})
		b.Run(fmt.Sprintf("step/%d", depth), func(b *testing.B) {
			trainer, err := newTrainer(net, set, training)
			if err != nil {
				b.Fatal(err)
			}
			trainer.training.Shuffle.PermutationInto(trainer.order)
			products := 0
			for _, p := range net.Parameters {
				if p.Weight {
					products += 3 * rows * len(p.Values)
				}
			}
			products -= rows * 2 * width // nobody asks for the gradient of x
			b.ReportAllocs()
			for b.Loop() {
				if err := trainer.step(trainer.full, 0); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(products), "ns/multiply-add")
		})
	}
}

// The study's step: 64 rows through 2-8-8-1, forward, backward and update.
func BenchmarkTrainingStep(b *testing.B) {
	set, err := data.Moons(data.MoonsConfig{Samples: 64, Noise: 0.18, Seed: 42})
	if err != nil {
		b.Fatal(err)
	}
	for _, activation := range graph.Activations() {
		b.Run(activation.Name, func(b *testing.B) {
			rng := data.NewRandomState(42)
			net, err := NewMLP(MLP{Inputs: 2, Hidden: []int{8, 8}, Activation: activation}, rng)
			if err != nil {
				b.Fatal(err)
			}
			trainer, err := newTrainer(net, set, Training{Rate: 0.05, Batch: 64, Epochs: 1, Shuffle: rng})
			if err != nil {
				b.Fatal(err)
			}
			trainer.training.Shuffle.PermutationInto(trainer.order)
			b.ReportAllocs()
			for b.Loop() {
				if err := trainer.step(trainer.full, 0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// The step of the comparison with PyTorch: 128 rows through 64-128-128-10, softmax.
func BenchmarkSoftmaxStep(b *testing.B) {
	const rows, inputs, classes = 128, 64, 10
	rng := data.NewRandomState(42)
	set := data.Set{X: make([]float64, rows*inputs), Columns: inputs, Y: make([]float64, rows), Targets: data.Targets{Count: classes}}
	for i := range set.X {
		set.X[i] = rng.NormFloat64()
	}
	for i := range set.Y {
		set.Y[i] = float64(i % classes)
	}
	for _, precision := range []graph.Precision{graph.Double, graph.Single} {
		b.Run(precision.String(), func(b *testing.B) {
			net, err := NewMLP(MLP{Inputs: inputs, Hidden: []int{128, 128}, Activation: graph.ReLU, Outputs: classes, Loss: graph.Softmax, Precision: precision}, rng)
			if err != nil {
				b.Fatal(err)
			}
			trainer, err := newTrainer(net, set, Training{Rate: 0.05, Batch: rows, Epochs: 1, Shuffle: rng})
			if err != nil {
				b.Fatal(err)
			}
			trainer.training.Shuffle.PermutationInto(trainer.order)
			b.ReportAllocs()
			for b.Loop() {
				if err := trainer.step(trainer.full, 0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
