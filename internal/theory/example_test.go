package theory_test

import (
	"context"
	"fmt"
	"log"

	"actscope/graph"
	"actscope/internal/theory"
)

// The article's sigmoid network as it is initialised: weights of variance 1/fan_in.
func ExampleEnsemble() {
	e := theory.Ensemble{Activation: graph.Sigmoid, WeightVariance: 1}
	limit := theory.NewVarianceMap(e.Activation).Limit(e.WeightVariance, e.BiasVariance, 1)
	chi := limit.Chi.Value
	fmt.Printf("the variance %s at %.6f; χ₁ = %.6f, %s, depth scale %.3f layers\n",
		limit.Fate, limit.Variance.Value, chi, theory.PhaseOf(chi), theory.DepthScale(chi))

	layers, err := e.Profile(context.Background(), 1, 0, 3)
	if err != nil {
		log.Fatal(err)
	}
	for i, l := range layers {
		fmt.Printf("layer %d: deviation %.4f, then correlation %.4f\n", i+1, l.Deviation.Value, l.Correlation.Value)
	}
	// Output:
	// the variance settles at 0.264687; χ₁ = 0.055721, ordered, depth scale 0.346 layers
	// layer 1: deviation 0.2083, then correlation 0.8521
	// layer 2: deviation 0.1269, then correlation 0.9910
	// layer 3: deviation 0.1215, then correlation 0.9995
}
