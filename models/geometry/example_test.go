package geometry_test

import (
	"context"
	"fmt"
	"log"
	"math"

	"gonum.org/v1/gonum/mat"

	"actscope/data"
	"actscope/graph"
	"actscope/models"
	"actscope/models/geometry"
)

// Train a network on two moons and see, layer by layer, what is left of a point's
// distance to the decision boundary, and in how many directions the points spread.
func Example() {
	set, err := data.Moons(data.MoonsConfig{Samples: 400, Noise: 0.18, Seed: 42})
	if err != nil {
		log.Fatal(err)
	}
	trainSet, testSet, err := data.Split(set, data.SplitConfig{TestFraction: 0.25, Seed: 42})
	if err != nil {
		log.Fatal(err)
	}
	stream := data.NewRandomState(42)
	net, err := models.NewMLP(models.MLP{Inputs: 2, Hidden: []int{8, 8}, Activation: graph.Tanh}, stream)
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	if _, err := models.Train(ctx, net, trainSet, models.Training{Rate: 0.5, Batch: 64, Epochs: 300, Shuffle: stream}); err != nil {
		log.Fatal(err)
	}

	train, err := geometry.Observe(ctx, net, trainSet)
	if err != nil {
		log.Fatal(err)
	}
	test, err := geometry.Observe(ctx, net, testSet)
	if err != nil {
		log.Fatal(err)
	}
	m, err := geometry.Measure(ctx, net, train, test)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("accuracy %.2f\n", test.Observation.Accuracy(testSet.Y))
	for _, l := range m.Layers {
		fmt.Printf("%-8s distance correlation %.2f, probe accuracy %.2f, effective rank %.2f\n", l.Name, l.DistanceCorrelation, l.ProbeAccuracy, l.EffectiveRank)
	}
	// Output:
	// accuracy 0.98
	// input    distance correlation 0.35, probe accuracy 0.79, effective rank 1.91
	// layer 1  distance correlation 0.64, probe accuracy 0.96, effective rank 2.46
	// layer 2  distance correlation 0.63, probe accuracy 0.98, effective rank 2.91
	// output   distance correlation 0.55, probe accuracy 0.98, effective rank 1.00
}

// Three classes around the corners of a triangle: the distance of a point is that to the region
// of another class, whichever is nearest, and a layer's margin that to the regions of its probe.
func Example_classes() {
	stream := data.NewRandomState(7)
	set := data.Set{Columns: 2, Targets: data.Targets{Count: 3}}
	for i := range 300 {
		class := i % 3
		sin, cos := math.Sincos(2 * math.Pi * float64(class) / 3)
		set.X = append(set.X, 2*cos+stream.NormFloat64(), 2*sin+stream.NormFloat64())
		set.Y = append(set.Y, float64(class))
	}
	trainSet, testSet := set.First(200), set.From(200)
	net, err := models.NewMLP(models.MLP{Inputs: 2, Hidden: []int{8}, Activation: graph.ReLU, Outputs: 3, Loss: graph.Softmax}, stream)
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	if _, err := models.Train(ctx, net, trainSet, models.Training{Rate: 0.1, Batch: 20, Epochs: 50, Shuffle: stream}); err != nil {
		log.Fatal(err)
	}
	train, err := geometry.Observe(ctx, net, trainSet)
	if err != nil {
		log.Fatal(err)
	}
	test, err := geometry.Observe(ctx, net, testSet)
	if err != nil {
		log.Fatal(err)
	}
	m, err := geometry.Measure(ctx, net, train, test)
	if err != nil {
		log.Fatal(err)
	}
	for _, l := range m.Layers {
		fmt.Printf("%-7s distance correlation %.2f, probe accuracy %.2f\n", l.Name, l.DistanceCorrelation, l.ProbeAccuracy)
	}
	// Output:
	// input   distance correlation 0.99, probe accuracy 0.98
	// layer 1 distance correlation 0.94, probe accuracy 0.94
	// output  distance correlation 0.95, probe accuracy 0.96
}

// Train two networks at a high rate and see what is left of the order of far points in their
// last hidden layer where its units have noise, and in how few bits its activations fit.
func ExampleSurvival() {
	set, err := data.Moons(data.MoonsConfig{Samples: 3000, Noise: 0.18, Seed: 42})
	if err != nil {
		log.Fatal(err)
	}
	trainSet := set.First(300)
	ctx := context.Background()
	for _, activation := range []graph.Activation{graph.ReLU, graph.Tanh} {
		stream := data.NewRandomState(42)
		net, err := models.NewMLP(models.MLP{Inputs: 2, Hidden: []int{8, 8}, Activation: activation}, stream)
		if err != nil {
			log.Fatal(err)
		}
		if _, err := models.Train(ctx, net, trainSet, models.Training{Rate: 0.5, Batch: 64, Epochs: 800, Shuffle: stream}); err != nil {
			log.Fatal(err)
		}
		var samples []geometry.Sample
		for _, rows := range []data.Set{trainSet, set.First(1300).From(300), set.From(1300)} {
			sample, err := geometry.Observe(ctx, net, rows)
			if err != nil {
				log.Fatal(err)
			}
			samples = append(samples, sample)
		}
		located, err := geometry.Locate(ctx, net, samples[1:]...)
		if err != nil {
			log.Fatal(err)
		}
		survived, err := geometry.Survival(ctx, net, located[0], located[1], []float64{0, 0.1})
		if err != nil {
			log.Fatal(err)
		}
		quantised, err := geometry.Quantise(ctx, net, samples[0], located[0], located[1])
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s: far rank %.2f, with noise %.2f; %v bits for the activations\n", activation.Name, survived[4].FarRank, survived[5].FarRank, quantised.Smallest)
	}
	// Output:
	// relu: far rank 0.92, with noise 0.89; 6 bits for the activations
	// tanh: far rank 0.77, with noise 0.40; 5 bits for the activations
}

// Eight lines in general position make 37 regions, the most that a layer of eight
// rectifiers can; parallel lines make fewer.
func ExamplePlaneRegions() {
	var lines [][3]float64
	for i := range 8 {
		t := float64(i)
		lines = append(lines, [3]float64{t, 1, -t * t}) // tangents of a parabola
	}
	fmt.Println(geometry.PlaneRegions(lines))
	fmt.Println(geometry.PlaneRegions([][3]float64{{1, 0, 0}, {1, 0, 1}, {1, 0, 2}}))
	// Output:
	// 37
	// 4
}

// Turning and scaling a layer changes nothing that a linear reader could not undo.
func ExampleCKA() {
	x := mat.NewDense(4, 2, []float64{0, 0, 1, 0, 0, 2, 1, 2})
	turned := mat.NewDense(4, 2, []float64{0, 0, 0, 5, -10, 0, -10, 5})
	cka, err := geometry.CKA(x, turned)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.3f, effective rank %.2f\n", cka, geometry.EffectiveRank(x))
	// Output: 1.000, effective rank 1.89
}
