package theory

import (
	"math"
	"slices"
	"testing"

	"actscope/graph"
	"actscope/internal/number"
)

// Hein, Andriushchenko & Bitterwolf 2019: far from the data the logit of a ReLU
// network is affine along a ray and its confidence goes to 1, while the logit of a
// sigmoid network is bounded by |w|₁ + |b| of its last layer.
func TestFarAwayReLUIsCertainAndSigmoidIsCapped(t *testing.T) {
	f, err := FarAway(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	at := func(r float64) int {
		return slices.IndexFunc(f.Distance, func(d float64) bool { return d >= r*(1-1e-9) })
	}
	sigmoid, relu := f.Networks[0], f.Networks[1]
	if sigmoid.TestAccuracy != 0.79 || relu.TestAccuracy != 0.96 {
		t.Errorf("these are not the article's networks: accuracies %v and %v", sigmoid.TestAccuracy, relu.TestAccuracy)
	}
	if !math.IsInf(relu.Cap, 1) || !(sigmoid.Cap > 3 && sigmoid.Cap < 50) {
		t.Errorf("caps %v and %v", sigmoid.Cap, relu.Cap)
	}

	for ray, z := range relu.Logit {
		for i := at(100); i+1 < len(z); i++ {
			if Confidence(z[i+1]) < Confidence(z[i]) || Confidence(z[i]) < 1-1e-12 {
				t.Errorf("ReLU, ray %d: confidence %v at distance %v", ray, Confidence(z[i]), f.Distance[i])
			}
			growth := (z[i+1] - z[i]) / (f.Distance[i+1] - f.Distance[i])
			last := (z[len(z)-1] - z[len(z)-2]) / (f.Distance[len(z)-1] - f.Distance[len(z)-2])
			if f.Distance[i] > 1000 && !near(growth, last, 1e-9) || last == 0 {
				t.Errorf("ReLU, ray %d: the logit grows by %v at distance %v, by %v at the end", ray, growth, f.Distance[i], last)
			}
		}
	}
	curvature := relu.Curvature(f.Distance)
	if curvature[len(curvature)-1] > 1e-12 || curvature[at(1)] < 1 {
		t.Errorf("ReLU bends by %v near the data, by %v far away", curvature[at(1)], curvature[len(curvature)-1])
	}

	for ray, z := range sigmoid.Logit {
		for i, v := range z {
			if math.Abs(v) > sigmoid.Cap {
				t.Errorf("sigmoid, ray %d: logit %v at distance %v, above %v", ray, v, f.Distance[i], sigmoid.Cap)
			}
		}
		if c := Confidence(z[len(z)-1]); c > 0.99 || c >= Confidence(sigmoid.Cap) {
			t.Errorf("sigmoid, ray %d: confidence %v at the end", ray, c)
		}
	}
	if curvature := sigmoid.Curvature(f.Distance); curvature[len(curvature)-1] > 1e-9 {
		t.Errorf("sigmoid has not come to rest: %v", curvature[len(curvature)-1])
	}
	if got := graph.Sigmoid.Value(-2); Confidence(-2) != 1-got && !near(Confidence(-2), 1-got, 1e-15) {
		t.Errorf("confidence of -2: %v", Confidence(-2))
	}
}

func TestCurvatureIsHalfTheSecondDerivative(t *testing.T) {
	distance := []float64{1, 2, 4, 5, 9}
	var parabola, line []float64
	for _, r := range distance {
		parabola, line = append(parabola, 3*r*r-r), append(line, 5-2*r)
	}
	n := FarNetwork{Logit: [][]float64{line, parabola}}
	for _, b := range n.Curvature(distance) {
		if !near(b, 3, 1e-13) {
			t.Errorf("curvature %v of 3r² - r", b)
		}
	}
	n.Logit = n.Logit[:1]
	for _, b := range n.Curvature(distance) {
		if b != 0 {
			t.Errorf("curvature %v of a line", b)
		}
	}
}

// The median of an even number of rays is the mean of the middle two.
func TestFarAwayIsSummarisedOverTheRays(t *testing.T) {
	f := FarField{Distance: []float64{1, 2, 3}, Networks: []FarNetwork{{Cap: math.Inf(1), Logit: [][]float64{{0, 0, -8}, {0, 0, 1}, {0, 0, 3}, {0, 1, 2}}}}}
	got := f.summaries()[0]
	want := FarSummary{
		LogitCap: number.Float(math.Inf(1)), ConfidenceCap: 1, Distance: 3, Least: Confidence(1), Median: (Confidence(2) + Confidence(3)) / 2, Most: Confidence(8),
		LargestLogit: 8, Curvature: 4,
	}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
