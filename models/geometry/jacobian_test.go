package geometry

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"actscope/data"
	"actscope/graph"
	"actscope/models"
)

// jacobians are those of a network at some rows.
func jacobians(t *testing.T, net *models.Network, x []float64) []*mat.Dense {
	t.Helper()
	o, err := net.Observe(x)
	if err != nil {
		t.Fatal(err)
	}
	all, err := Jacobians(t.Context(), net, o, x)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// specified is an untrained network of 3 inputs with biases.
func specified(t *testing.T, spec models.MLP, seed uint32) *models.Network {
	t.Helper()
	stream := data.NewRandomState(seed)
	net, err := models.NewMLP(spec, stream)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range net.Parameters {
		if !p.Weight {
			for i := range p.Values {
				p.Values[i] += stream.Float64() - 0.5
			}
		}
	}
	return net
}

func parts(t *testing.T, names ...string) []graph.Part {
	t.Helper()
	var all []graph.Part
	for _, name := range names {
		part, err := graph.PartNamed(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, part)
	}
	return all
}

func TestJacobiansEqualFiniteDifferences(t *testing.T) {
	x := []float64{0.3, -1.2, 0.8, 1.7, 0.1, -0.4}
	for _, a := range graph.Activations() {
		checkJacobians(t, a.Name, specified(t, models.MLP{Inputs: 3, Hidden: []int{4, 2, 5}, Activation: a}, 3), x)
	}
	for _, names := range [][]string{{"batch-norm"}, {"layer-norm", "residual"}} {
		checkJacobians(t, names[0], specified(t, models.MLP{Inputs: 3, Hidden: []int{4, 4}, Activation: graph.Tanh, Parts: parts(t, names...)}, 3), x)
	}
}

func checkJacobians(t *testing.T, name string, net *models.Network, x []float64) {
	n := net.Inputs()
	for l, stacked := range jacobians(t, net, x) {
		_, units := stacked.Dims()
		for row := range len(x) / n {
			want := mat.NewDense(units, n, nil)
			fd.Jacobian(want, func(y, at []float64) {
				o, err := net.Observe(at)
				if err != nil {
					t.Fatal(err)
				}
				copy(y, layerOutput(net, o, l))
			}, x[row*n:(row+1)*n], &fd.JacobianSettings{Formula: fd.Central})
			got := stacked.Slice(row*n, (row+1)*n, 0, units).T()
			var difference mat.Dense
			difference.Sub(got, want)
			if d := mat.Max(&difference) - mat.Min(&difference); d > 1e-7 {
				t.Errorf("%s, layer %d, row %d: off by %v:\n%v\nby differences\n%v", name, l+1, row, d, mat.Formatted(got), mat.Formatted(want))
			}
		}
	}
}

// layerOutput is what a layer hands on for the only row, the logit for the output.
func layerOutput(net *models.Network, o *models.Observation, l int) []float64 {
	if l == net.Depth()-1 {
		return o.Pre[l].RawRowView(0)
	}
	return o.Post[l].RawRowView(0)
}

// Products of weights and slopes, and Gorgonia's reverse accumulation.
func TestProductsEqualAutomaticDifferentiation(t *testing.T) {
	x := []float64{0.3, -1.2, 0.8, 1.7, 0.1, -0.4, 2, 2, 2}
	for _, a := range []graph.Activation{graph.Sigmoid, graph.ReLU, graph.GELU} {
		net := specified(t, models.MLP{Inputs: 3, Hidden: []int{6, 5}, Activation: a}, 4)
		for l, product := range jacobians(t, net, x)[:2] {
			_, units := product.Dims()
			other := mat.NewDense(len(x), units, nil)
			if known, err := eachGradient(t.Context(), net, l, x, other.SetCol); err != nil || !known {
				t.Fatal(known, err)
			}
			if !mat.EqualApprox(product, other, 1e-13) {
				t.Errorf("%s, layer %d:\n%v\n%v", a.Name, l+1, mat.Formatted(product), mat.Formatted(other))
			}
		}
	}
}

func TestOrthogonalLinearNetworksHaveSingularValuesOne(t *testing.T) {
	net := specified(t, models.MLP{Inputs: 3, Hidden: []int{3, 7, 20}, Activation: graph.Identity, Init: models.OrthogonalInit}, 5)
	for l, stacked := range jacobians(t, net, []float64{1, 2, 3, -4, 5, 6})[:3] {
		values, err := SingularValues(stacked, 3)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range values {
			for _, s := range v {
				if math.Abs(s-1) > 1e-12 {
					t.Errorf("layer %d: %v", l+1, v)
				}
			}
		}
	}
}

func TestADeadLayerHasSingularValuesZero(t *testing.T) {
	net := specified(t, models.MLP{Inputs: 3, Hidden: []int{4, 4}, Activation: graph.ReLU}, 6)
	for i := range net.Parameters[1].Values {
		net.Parameters[1].Values[i] = -100
	}
	values, err := SingularValues(jacobians(t, net, []float64{1, 2, 3})[1], 3)
	if err != nil || len(values) != 1 || values[0][0] != 0 || len(values[0]) != 3 {
		t.Errorf("%v, %v", values, err)
	}
}

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
