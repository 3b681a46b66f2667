package theory

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"actscope/graph"
	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/number"
	"actscope/internal/stats"
	"actscope/models/geometry"
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

func TestFarAwayIsSummarisedOverTheArcs(t *testing.T) {
	whole := 2 * math.Pi
	arcs := func(logits ...float64) []geometry.Arc { // of 1/8, 1/8, 1/4 and 1/2 of the circle
		ends := []float64{0, whole / 8, whole / 4, whole / 2, whole}
		var all []geometry.Arc
		for i, v := range logits {
			all = append(all, geometry.Arc{From: ends[i], To: ends[i+1], Logit: v})
		}
		return all
	}
	f := FarField{Distance: []float64{1, 2, 3}, Networks: []FarNetwork{
		{Cap: math.Inf(1), Logit: [][]float64{{0, 0, -8}, {0, 0, 1}, {0, 1, 2}}, Arcs: arcs(3, -1, math.Inf(-1), 2)},
		{Cap: 5, Logit: [][]float64{{0, 0, 0}}, Arcs: arcs(3, 1, 4, 2)},
	}}
	got := f.summaries()
	want := FarSummary{
		LogitCap: number.Float(math.Inf(1)), ConfidenceCap: 1, Arcs: got[0].Arcs, ShareByClass: [2]float64{0.375, 0.625},
		Least: 0.5, LeastOfArc: Confidence(1), Median: Confidence(2), Most: 1, Distance: 3, LargestLogit: 8, Curvature: 4,
	}
	if d := cmp.Diff(want, got[0]); d != "" {
		t.Error(d)
	}
	if a := (ArcSummary{whole / 8, whole / 4, 0.125, 0, -1, Confidence(1)}); got[0].Arcs[1] != a || len(got[0].Arcs) != 4 {
		t.Errorf("%+v, want %+v", got[0].Arcs, a)
	}
	if s := got[1]; s.Least != Confidence(1) || s.LeastOfArc != s.Least || s.Most != Confidence(4) || s.ShareByClass != [2]float64{0, 1} {
		t.Errorf("of one class: %+v", s)
	}
}

// A few rays miss the directions where the classes border on each other; the more there
// are, the closer the least confidence on a circle comes to the infimum, and shares and
// quantiles of the arcs are those of many rays.
func TestTheInfimumIsThatOfManyRays(t *testing.T) {
	f, err := FarAway(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range f.Networks {
		one := config.Article()
		one.Activations = []string{n.Name}
		_, net, err := experiment.TrainOne(t.Context(), one)
		if err != nil {
			t.Fatal(err)
		}
		const far, many = 1e4, 100_000
		var confidence []float64
		var class1 float64
		onCircle := func(radius float64, rays int) float64 {
			var x []float64
			for i := range rays {
				sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(rays))
				x = append(x, radius*cos, radius*sin)
			}
			p, err := net.Predict(x)
			if err != nil {
				t.Fatal(err)
			}
			confidence, class1 = nil, 0
			for _, v := range p {
				confidence = append(confidence, max(v, 1-v))
				if v >= 0.5 {
					class1 += 1 / float64(rays)
				}
			}
			slices.Sort(confidence)
			return confidence[0]
		}
		// Rays that are 0.06 apart on a circle find the boundary of ReLU, which is as wide far away.
		few, more, least := onCircle(far, rays), onCircle(far, 360), onCircle(1000, many)
		if n.Infimum() != 0.5 || few < 0.9 || least > 0.6 || n.Name == "sigmoid" && more > 0.501 {
			t.Errorf("%s: infimum %v, least confidence %v on %d rays, %v on 360, %v on %d", n.Name, n.Infimum(), few, rays, more, least, many)
		}
		onCircle(far, many)
		if !near(n.ShareByClass()[1], class1, 1e-3) {
			t.Errorf("%s: class 1 in %v of the directions, by rays %v", n.Name, n.ShareByClass()[1], class1)
		}
		for _, q := range []float64{0.1, 0.5, 0.9} {
			if got, want := n.ArcQuantile(q), stats.Quantile(confidence, q); !near(got, want, 1e-6) {
				t.Errorf("%s: quantile %v is %v, by rays %v", n.Name, q, got, want)
			}
		}
	}
}
