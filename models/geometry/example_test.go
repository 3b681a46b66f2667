package geometry_test

import (
	"context"
	"fmt"
	"log"

	"gonum.org/v1/gonum/mat"

	"actscope/data"
	"actscope/graph"
	"actscope/models"
	"actscope/models/geometry"
)

// What is left of the distance to the decision boundary in each layer.
func ExampleMeasure() {
	set, err := data.Moons(data.MoonsConfig{Samples: 400, Noise: 0.18, Seed: 42})
	if err != nil {
		log.Fatal(err)
	}
	train, test, err := data.Split(set, data.SplitConfig{TestFraction: 0.25, Seed: 42})
	if err != nil {
		log.Fatal(err)
	}
	stream := data.NewRandomState(42)
	net, err := models.NewMLP(models.MLP{Inputs: 2, Hidden: []int{8, 8}, Activation: graph.Tanh}, stream)
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	if _, err := models.Train(ctx, net, train, models.Training{Rate: 0.5, Batch: 64, Epochs: 300, Shuffle: stream}); err != nil {
		log.Fatal(err)
	}
	m, err := geometry.Measure(ctx, net, train, test)
	if err != nil {
		log.Fatal(err)
	}
	for _, l := range m.Layers {
		fmt.Printf("%-8s rank correlation %.2f, a linear probe is right for %.0f %%\n", l.Name, l.DistanceCorrelation, 100*l.ProbeAccuracy)
	}
	// Output:
	// input    rank correlation 0.28, a linear probe is right for 79 %
	// layer 1  rank correlation 0.54, a linear probe is right for 96 %
	// layer 2  rank correlation 0.55, a linear probe is right for 98 %
	// output   rank correlation 0.55, a linear probe is right for 98 %
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
