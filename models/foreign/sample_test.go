package foreign

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"actscope/data"
	"actscope/graph"
	"actscope/models"
)

// sample is a network of ours with random numbers.
type sample struct {
	name  string
	model *Model
}

// sampleColumns is how many columns samples read.
const sampleColumns = 3

// sampleParts are lists of parts; of hidden layers of 3, 3 and 5 units.
var sampleParts = [][]string{
	nil, {"batch-norm"}, {"batch-norm-after:0.001", "dropout:0.2"}, {"layer-norm", "residual"}, {"layer-norm-after:1e-06"},
	{"affine", "shortcut:2"}, {"affine-after", "residual:2"}, {"shortcut-before:1"}, {"batch-norm", "residual", "dropout:0.1"},
}

// sampleActivations are the table's, such with other constants, and formulas.
func sampleActivations() []string {
	names := []string{
		"leaky-relu:0.2", "leaky-relu:-0.5", "leaky-relu:1.5", "elu:0.7", "elu:-2", "hard-sigmoid:0.2",
		"z*sigmoid(1.7*z)", "max(-2,min(2,z))", "0.25*relu(z)-sin(pi/2*z)", "pow(abs(z)+1,0.5)/(1+exp(-z))", "z*silu(z)-log(2+z*z)", "min(z,tanh(z))", "hard_sigmoid(z)*leaky_relu(-z)", "gelu(z)-softplus(z)+elu(z)+selu(z)", "pow(2,tanh(z))", "gelu_tanh(z-0.5)",
	}
	for _, a := range graph.Activations() {
		names = append(names, a.Name)
	}
	return names
}

// samples are networks of all activations with some parts, and of all parts and heads.
func samples(t *testing.T) []sample {
	t.Helper()
	var all []sample
	for i, activation := range sampleActivations() {
		all = append(all, newSample(t, activation, sampleParts[0], "sigmoid"), newSample(t, activation, sampleParts[1+i%(len(sampleParts)-1)], "softmax"))
	}
	for _, parts := range sampleParts {
		for _, head := range []string{"sigmoid", "softmax", "log-softmax", "labels", "numbers", "tanh"} {
			all = append(all, newSample(t, "tanh", parts, head))
		}
	}
	return all
}

// newSample is a network of a head: sigmoid, softmax, log-softmax, labels, numbers, or tanh for
// numbers of tanh units.
func newSample(t *testing.T, activation string, parts []string, head string) sample {
	t.Helper()
	a, err := graph.ActivationNamed(activation)
	if err != nil {
		t.Fatal(err)
	}
	spec := graph.MLP(sampleColumns, []int{3, 3, 5}, a, graph.Logits)
	for i := range 3 {
		if spec.Layers[i].Parts, err = graph.PartsNamed(parts); err != nil {
			t.Fatal(err)
		}
	}
	out := &spec.Layers[3]
	var targets data.Standardiser
	switch head {
	case "softmax", "log-softmax":
		spec.Loss, out.Units, out.Activation = graph.Softmax, 3, graph.SoftmaxOutput
	case "labels":
		out.Units = 2
	case "numbers", "tanh":
		spec.Loss, out.Units, out.Activation = graph.SquaredError, 2, graph.Identity
		if head == "tanh" {
			out.Activation = graph.Tanh
		}
		targets = data.Standardiser{Mean: []float64{1.5, -3}, Scale: []float64{2, 0.25}}
	}
	net, err := models.NewNetwork(spec)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(7, uint64(len(activation))))
	for _, p := range append(append([]graph.Parameter(nil), net.Parameters...), net.Statistics...) {
		for i := range p.Values {
			p.Values[i] = rng.NormFloat64() * 0.7
			if strings.HasPrefix(p.Name, "variance") {
				p.Values[i] = 0.1 + rng.Float64()
			}
		}
	}
	m, err := Of(net, data.Standardiser{Mean: []float64{10, -2, 0.5}, Scale: []float64{4, 0.3, 1}}, targets)
	if err != nil {
		t.Fatal(err)
	}
	if head == "log-softmax" {
		m.chain.final, m.Final = LogSoftmax, LogSoftmax
	}
	return sample{fmt.Sprintf("%s %v %s", activation, parts, head), m}
}

// samplePoints are rows of the samples' raw columns.
func samplePoints(rows int) []float64 {
	rng := rand.New(rand.NewPCG(3, 4))
	x := make([]float64, rows*sampleColumns)
	for i := range x {
		x[i] = []float64{10, -2, 0.5}[i%3] + rng.NormFloat64()*[]float64{4, 0.3, 1}[i%3]
	}
	return x
}

// given is what a model gives for rows.
func given(t *testing.T, m *Model, x []float64) []float64 {
	t.Helper()
	a, err := m.Activations(x)
	if err != nil {
		t.Fatal(err)
	}
	return a.Post[len(a.Post)-1]
}

// farthest is the largest difference of two lists, relative to 1 and the larger.
func farthest(a, b []float64) float64 {
	worst := 0.0
	for i := range a {
		difference := max(a[i]-b[i], b[i]-a[i])
		if !(difference <= worst) {
			worst = difference / max(1, a[i], -a[i])
		}
	}
	return worst
}

func TestManyEqualLayersAreCounted(t *testing.T) {
	c := &chain{inputs: 2, final: Sigmoid}
	for range 100 {
		c.layers = append(c.layers, layer{units: 2, activation: graph.Tanh})
	}
	c.layers = append(c.layers, layer{units: 1, activation: graph.Identity})
	m := &Model{Understood{Final: Sigmoid}, c}
	if got, want := m.String(), "2 → 100 × (2 tanh) → 1, sigmoid"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
