package geometry

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"actscope/data"
	"actscope/graph"
	"actscope/models"
)

// In wide sigmoid networks of variance 1/fan_in a curve shrinks by sqrt(chi_1(q)) from
// one layer's pre-activations to the next: by quadrature of the mean-field equations
// .2118 from q = 1, then .2348 and .2360.
func TestCurvesShrinkInWideNetworksAsMeanFieldTheorySays(t *testing.T) {
	if testing.Short() {
		t.Skip("wide networks take a second")
	}
	const width, inputs = 512, 32
	circle := Circle(math.Sqrt(inputs), inputs, 256) // q = |x|²/inputs = 1
	ratios := make([][]float64, 3)
	for seed := range uint32(5) {
		net, err := models.NewMLP(models.MLP{Inputs: inputs, Hidden: []int{width, width, width, width}, Activation: graph.Sigmoid, Init: models.LeCunNormal}, data.NewRandomState(seed))
		if err != nil {
			t.Fatal(err)
		}
		o, err := net.Observe(circle)
		if err != nil {
			t.Fatal(err)
		}
		for l := range ratios {
			ratios[l] = append(ratios[l], CurveLength(o.Pre[l+1])/CurveLength(o.Pre[l]))
		}
	}
	for l, want := range []float64{0.2118, 0.2348, 0.2360} {
		mean := stat.Mean(ratios[l], nil)
		t.Logf("layer %d: %.4f, predicted %.4f", l+2, mean, want)
		near(t, fmt.Sprintf("layer %d", l+2), mean, nil, want, 0.05*want)
	}
}

// Deep narrow rectifier networks may be dead in a whole layer: the circle is a point
// then, of length 0, and everything after it, too.
func TestACurveInADeadLayerIsAPoint(t *testing.T) {
	net := randomNet(t, 1, graph.ReLU, 4, 4)
	for i := range net.Parameters[1].Values {
		net.Parameters[1].Values[i] = -100
	}
	o, err := net.Observe(Circle(1, 2, 64))
	if err != nil {
		t.Fatal(err)
	}
	for _, layer := range []*mat.Dense{o.Post[0], o.Pre[1], o.Post[1]} {
		near(t, "length", CurveLength(layer), nil, 0, 0)
	}
}
