package tangent

import (
	"context"
	"math"
	"testing"

	"actscope/data"
	"actscope/graph"
	"actscope/models"
)

func TestLineIsTheBestAffineFunction(t *testing.T) {
	for _, spec := range []models.MLP{
		{}, {Outputs: 2}, {Loss: graph.Softmax, Outputs: 3}, {Loss: graph.SquaredError, Outputs: 2}, {Loss: graph.HalfSquaredError, Reduction: graph.Sum}, {Loss: graph.ArticleLoss},
	} {
		net, set := linear(t, spec)
		line, err := FitLine(context.Background(), net, set)
		if err != nil {
			t.Fatal(err)
		}
		// A linear network cannot get below, and gets there.
		rate := 0.3
		if spec.Reduction == graph.Sum {
			rate /= 50
		}
		if _, err := models.Train(context.Background(), net, set, models.Training{Rate: rate, Batch: 50, Epochs: 5000, Shuffle: data.NewRandomState(1)}); err != nil {
			t.Fatal(err)
		}
		gradient, err := net.Gradient(set)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(gradient.Reported-line) > 1e-7*max(1, line) {
			t.Errorf("%v: the best line has the loss %v, a linear network comes to %v", net, line, gradient.Reported)
		}
	}
	net, set := linear(t, models.MLP{Loss: graph.Hinge})
	if line, err := FitLine(context.Background(), net, set); err != nil || !math.IsNaN(line) {
		t.Errorf("a hinge: %v, %v", line, err)
	}
}

// scipyLine is what testdata/line.py finds for the article's rows, without the 1e-9 of what is reported.
const scipyLine = 0.2690261977588466

func TestLineOfTheArticleIsSciPys(t *testing.T) {
	train, _ := article(t)
	net, _ := drawn(t, graph.Sigmoid, 8)
	line, err := FitLine(context.Background(), net, train)
	if err != nil || math.Abs(line-scipyLine) > 1e-8 {
		t.Errorf("%v, %v: SciPy has %v", line, err, scipyLine)
	}
}
